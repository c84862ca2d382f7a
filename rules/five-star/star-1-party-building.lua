-- 党建星：四条星级标准、四条底线标准。 The party-building star.

local zhuji = "2018-09-27" -- 诸暨文件的日期 / the date of document 003

-- 年度要求：窗口不满一年（新社区、新规定）而尚未达到的，未到期。
-- A yearly duty whose year isn't over yet (a new community, a new norm) is not due until it is met.
local function yearly(c, x, floor, since, text)
  local opened = c.area.opened_on
  local young = opened and c.days(opened, c.as_of) < c.p.full_window_days
  local fresh = since and c.days(since, c.as_of) < c.p.full_window_days
  if (young or fresh) and not (x and x.value and x.value >= floor) then
    return c.not_due(say("年度要求的窗口未满一年", "The year of this duty isn't complete yet"), { value = x, threshold = floor })
  end
  return c.test(x, ">=", floor, text)
end

criterion { id = "PB-H1", star = "party-building", kind = "have", owner = "org", duty = "community", since = zhuji,
  title = say("书记年度培训达到56学时", "Party secretary trained at least 56 hours in the year"),
  clause = say("文件003：“确保每人每年培训不少于56个学时”（数值取自原文）",
    "Document 003: “确保每人每年培训不少于56个学时” (the number is the source's)"),
  uses = { "fact:secretary_training_hours", "training_hours_floor", "full_window_days", "area.opened_on" },
  check = function(c)
    return yearly(c, c.f.secretary_training_hours, c.p.training_hours_floor, zhuji, {
      met = say("书记近四个季度培训 {value} 学时", "Training of the secretary in four quarters: {value} hours"),
      not_met = say("书记近四个季度培训 {value} 学时，还差 {short} 学时", "Training of the secretary in four quarters: {value} hours, {short} short"),
      unknown = say("没有书记培训学时的记录", "No record of the secretary's training") })
  end }

criterion { id = "PB-H2", star = "party-building", kind = "have", owner = "org", duty = "department", since = zhuji,
  title = say("配有专职党务工作者", "At least one full-time party worker"),
  clause = say("文件003：“每个社区至少配备1名专职党务工作者”（数值取自原文；党委建制的还须配备专职副书记）",
    "Document 003: “每个社区至少配备1名专职党务工作者” (the number is the source's; a party committee needs a full-time deputy secretary as well)"),
  uses = { "fact:fulltime_party_workers", "fact:party_committee_established", "fact:fulltime_deputy_secretaries", "party_workers_floor", "deputy_secretaries_floor" },
  check = function(c)
    local workers, committee, deputies = c.f.fulltime_party_workers, c.f.party_committee_established, c.f.fulltime_deputy_secretaries
    local floor, deputies_floor = c.p.party_workers_floor, c.p.deputy_secretaries_floor
    if not workers or workers.value < floor then
      return c.test(workers, ">=", floor, {
        not_met = say("专职党务工作者 {value} 名，还差 {short} 名", "Full-time party workers: {value}, {short} short"),
        unknown = say("没有专职党务工作者的记录", "No record of full-time party workers") })
    end
    if not committee then return c.no_evidence(say("不知是否党委建制", "Not known whether the body is a party committee"), { value = workers, threshold = floor }) end
    if committee.value >= 1 then
      return c.test(deputies, ">=", deputies_floor, {
        met = say("配有专职党务工作者，党委建制配有专职副书记 {value} 名", "There are full-time party workers, and as a party committee must have, full-time deputy secretaries: {value}"),
        not_met = say("党委建制，没有配备专职副书记", "A party committee without a full-time deputy secretary"),
        unknown = say("党委建制，没有专职副书记的记录", "A party committee, and no record of its deputy secretaries") })
    end
    return c.test(workers, ">=", floor, { met = say("专职党务工作者 {value} 名", "Full-time party workers: {value}") })
  end }

criterion { id = "PB-H3", star = "party-building", kind = "have", owner = "org", duty = "street", level = "street", since = zhuji,
  title = say("有不少于社区数1.2倍的书记后备人才库", "Reserve pool at least 1.2 times the number of communities in the street"),
  clause = say("文件003：“按不少于社区数1.2倍建立后备人才库”（数值取自原文；按街道计算，各社区取街道结果）",
    "Document 003: “按不少于社区数1.2倍建立后备人才库” (the number is the source's; judged at the street, and each community takes its verdict)"),
  uses = { "fact:reserve_pool_size", "communities", "reserve_ratio_floor" },
  check = function(c)
    local pool, communities = c.f.reserve_pool_size, c.m.communities
    local ratio = pool and communities and communities.value > 0 and pool.value / communities.value or nil
    return c.test(ratio, ">=", c.p.reserve_ratio_floor, {
      met = say("后备人才库 {pool} 人，{communities} 个社区，为 {value} 倍", "A pool of {pool} for {communities} communities, {value} times"),
      not_met = say("后备人才库 {pool} 人，{communities} 个社区，只有 {value} 倍", "A pool of {pool} for {communities} communities, only {value} times"),
      unknown = say("街道没有后备人才库的记录", "The street has no record of a reserve pool") },
      { unit = "times", pool = pool and pool.value, communities = communities and communities.value })
  end }

criterion { id = "PB-H4", star = "party-building", kind = "have", owner = "org", duty = "community", since = zhuji,
  title = say("党建共建工作例会每年不少于2次", "At least two joint working meetings a year"),
  clause = say("文件003：“街道、社区党组织每年牵头召开不少于2次工作例会”（数值取自原文）",
    "Document 003: “街道、社区党组织每年牵头召开不少于2次工作例会” (the number is the source's)"),
  uses = { "joint_meetings", "joint_meetings_floor", "full_window_days", "area.opened_on" },
  check = function(c)
    return yearly(c, c.m.joint_meetings, c.p.joint_meetings_floor, zhuji, {
      met = say("近四个季度召开工作例会 {value} 次", "Joint working meetings in four quarters: {value}"),
      not_met = say("近四个季度召开工作例会 {value} 次，还差 {short} 次", "Joint working meetings in four quarters: {value}, {short} short"),
      unknown = say("没有会议记录", "No meetings are recorded") })
  end }

criterion { id = "PB-N1", star = "party-building", kind = "have-not", owner = "org", duty = "community", since = zhuji,
  title = say("无签约后未亮约公示的契约", "No signed contract left unpublished (no 亮约)"),
  clause = say("文件003：“并在双方党务公开栏内公示“亮约””（义务取自原文，数值是本规则包的建议；期限30天）",
    "Document 003: “并在双方党务公开栏内公示“亮约”” (the duty is the source's, the number our proposal; a grace of 30 days)"),
  uses = { "unpublished_contracts", "none_allowed", "publish_grace_days" },
  check = function(c)
    return c.test(c.m.unpublished_contracts, "<=", c.p.none_allowed, {
      met = say("{den} 份契约，没有过了 {days} 天期限未亮约的", "Contracts: {den}, none past its {days} days for publication"),
      not_met = say("{den} 份契约中 {value} 份签约 {days} 天内没有亮约", "Not published within {days} days of signing: {value} of {den} contracts"),
      unknown = say("没有契约，或没有亮约日期", "No contracts, or no dates of publication") }, { days = c.p.publish_grace_days })
  end }

criterion { id = "PB-N2", star = "party-building", kind = "have-not", owner = "org", duty = "street", level = "street",
  title = say("无季度例会缺失", "No quarter without its meeting"),
  clause = say("文件002：“个别街道未按要求召开季度例会”（义务取自原文；按街道判定：工作例会或联络员会议）",
    "Document 002: “个别街道未按要求召开季度例会” (the duty is the source's; judged at the street: working or liaison meetings)"),
  uses = { "quarters_met", "none_allowed" },
  check = function(c)
    local met = c.m.quarters_met
    return c.test(met and 4 - met.value, "<=", c.p.none_allowed, { -- four quarters in a window of four quarters
      met = say("近四个季度都开了例会", "A meeting in each of four quarters"),
      not_met = say("近四个季度有 {value} 个季度没有例会", "Quarters without a meeting: {value} of four"),
      unknown = say("没有会议表", "No table of meetings") }, { unit = "quarter" })
  end }

criterion { id = "PB-N3", star = "party-building", kind = "have-not", owner = "org", duty = "community",
  title = say("无报到党员服务时长缺记", "No reporting party member without a recorded service time"),
  clause = say("文件002：“导致460名党员的服务时长无法准确统计”（义务取自原文；没有服务记录、或记录缺时长的报到党员，按人计）",
    "Document 002: “导致460名党员的服务时长无法准确统计” (the duty is the source's; reporting members without a row, or with rows without hours; persons, not rows)"),
  uses = { "members_without_hours", "none_allowed" },
  check = function(c)
    return c.test(c.m.members_without_hours, "<=", c.p.none_allowed, {
      met = say("{den} 名报到党员近四个季度都有服务时长", "Reporting members: {den}, each with a recorded service time in four quarters"),
      not_met = say("{den} 名报到党员中 {value} 名近四个季度服务时长缺记", "No recorded service time in four quarters: {value} of {den} reporting members"),
      unknown = say("没有党员报到或服务记录", "No records of reporting members or of their service") })
  end }

criterion { id = "PB-N4", star = "party-building", kind = "have-not", owner = "org", duty = "community", since = zhuji,
  title = say("无未整顿的后进支部", "No lagging branch left without rectification"),
  clause = say("文件003：“持续整顿后进支部”（义务取自原文）",
    "Document 003: “持续整顿后进支部” (the duty is the source's)"),
  uses = { "fact:lagging_branches", "fact:lagging_branches_rectified", "none_allowed" },
  check = function(c)
    local lagging, rectified = c.f.lagging_branches, c.f.lagging_branches_rectified
    if lagging and lagging.value == 0 then return c.test(lagging, "<=", c.p.none_allowed, { met = say("没有后进支部", "No lagging branch") }) end
    local left = lagging and rectified and lagging.value - rectified.value or nil
    if left and left < 0 then
      return c.no_evidence(say("已整顿 {rectified} 个，多于后进支部 {lagging} 个，数据矛盾", "Rectified {rectified}, lagging {lagging}: the figures contradict each other"),
        { rectified = rectified.value, lagging = lagging.value, value = left, unit = "branch" })
    end
    return c.test(left, "<=", c.p.none_allowed, {
      met = say("后进支部都已整顿", "All lagging branches were rectified"),
      not_met = say("{value} 个后进支部未整顿", "Lagging branches not rectified: {value}"),
      unknown = say("没有后进支部或整顿的记录", "No record of lagging branches, or of their rectification") }, { unit = "branch" })
  end }
