-- 文明星：四条星级标准、四条底线标准。 The civility star.

local zhuji = "2018-09-27" -- 诸暨文件的日期 / the date of document 003
local by_2020 = "2020-12-31" -- 文件003：“到2020年”
local yuecheng = "2018-10-31" -- 越城报道的日期 / the date of document 000

criterion { id = "CI-H1", star = "civility", kind = "have", owner = "pub", duty = "community",
  title = say("共建项目参与率达到60%(目标80%)", "Participation at least 60 % of plan (goal 80 %)"),
  clause = say("文件002：“将参与率提升至80%以上”（义务取自原文，数值是本规则包的建议；目标80%，底线60%，按进度计算）",
    "Document 002: “将参与率提升至80%以上” (the duty is the source's, the number our proposal; goal 80 %, floor 60 %, against the elapsed share of plan)"),
  uses = { "participation", "participation_possible", "attendance_gaps", "participation_floor", "participation_goal" },
  check = function(c)
    local share, possible, gaps, floor = c.m.participation, c.m.participation_possible, c.m.attendance_gaps, c.p.participation_floor
    -- 有记录没登记人次：补齐后可能达标的，不判未达标。 Attendance wasn't entered: what it could still reach isn't held against them.
    if share and share.value and share.value < floor and gaps.value > 0 and possible.value >= floor then
      return c.no_evidence(say("参与率在 {value} 与 {high} 之间：{gaps} 项有记录未登记人次", "Between {value} and {high}; items with logs without attendance: {gaps}"),
        { value = share, threshold = floor, high = possible, gaps = gaps.value })
    end
    return c.test(share, ">=", floor, {
      met = say("按进度计划 {den} 人次，实际 {num} 人次，参与率 {value}（目标 {goal}）", "Person-times planned by now: {den}, attended {num}, which is {value} (goal {goal})"),
      not_met = say("按进度计划 {den} 人次，实际 {num} 人次，参与率只有 {value}", "Person-times planned by now: {den}, attended {num}, only {value}"),
      unknown = say("没有在办事项的计划人次，或没有登记人次", "Active items have no planned attendance, or none is recorded") }, { goal = c.p.participation_goal })
  end }

criterion { id = "CI-H2", star = "civility", kind = "have", owner = "hr", duty = "community", since = by_2020,
  title = say("专职社区工作者持证比例达到50%", "At least half of the full-time social workers certified"),
  clause = say("文件003：“城市社区专职工作者持证比例达到50%以上”（数值取自原文；原文按全市，这里按社区）",
    "Document 003: “城市社区专职工作者持证比例达到50%以上” (the number is the source's; set city-wide by the source, applied to each community here)"),
  uses = { "fact:social_workers", "fact:certified_social_workers", "certified_share_floor" },
  check = function(c)
    local workers, certified = c.f.social_workers, c.f.certified_social_workers
    local share = workers and certified and workers.value > 0 and certified.value / workers.value or nil
    return c.test(share, ">=", c.p.certified_share_floor, {
      met = say("专职社区工作者 {workers} 名，持证 {certified} 名", "Social workers: {workers}, certified {certified}"),
      not_met = say("专职社区工作者 {workers} 名，持证只有 {certified} 名", "Social workers: {workers}, certified only {certified}"),
      unknown = say("没有社区工作者或持证人数的记录", "No record of social workers, or of those certified") },
      { unit = "ratio", workers = workers and workers.value, certified = certified and certified.value })
  end }

criterion { id = "CI-H3", star = "civility", kind = "have", owner = "pub", duty = "community", since = zhuji,
  title = say("志愿服务积分卡覆盖", "Volunteer points cards held by those who serve"),
  clause = say("文件003：“建立志愿服务积分卡制度”（义务取自原文，数值是本规则包的建议；底线90%）",
    "Document 003: “建立志愿服务积分卡制度” (the duty is the source's, the number our proposal; floor 90 %)"),
  uses = { "fact:volunteers", "fact:volunteers_with_points_card", "card_share_floor" },
  check = function(c)
    local volunteers, holders = c.f.volunteers, c.f.volunteers_with_points_card
    local share = volunteers and holders and volunteers.value > 0 and holders.value / volunteers.value or nil
    return c.test(share, ">=", c.p.card_share_floor, {
      met = say("志愿者 {volunteers} 名，持积分卡 {holders} 名", "Volunteers: {volunteers}, with a points card {holders}"),
      not_met = say("志愿者 {volunteers} 名，持积分卡只有 {holders} 名", "Volunteers: {volunteers}, with a points card only {holders}"),
      unknown = say("没有志愿者或积分卡的记录", "No record of volunteers, or of their points cards") },
      { unit = "ratio", volunteers = volunteers and volunteers.value, holders = holders and holders.value })
  end }

criterion { id = "CI-H4", star = "civility", kind = "have", owner = "pub", duty = "street", since = yuecheng,
  title = say("每年评选表彰先进单位和个人", "Advanced units and persons commended every year"),
  clause = say("文件000：“区委、街道和社区年底各评选一批共建工作先进单位和个人”（数值取自原文）",
    "Document 000: “区委、街道和社区年底各评选一批共建工作先进单位和个人” (the number is the source's)"),
  uses = { "fact:commendations_published", "commendations_floor", "full_window_days", "area.opened_on" },
  check = function(c)
    local lists, floor, opened = c.f.commendations_published, c.p.commendations_floor, c.area.opened_on
    local young = opened and c.days(opened, c.as_of) < c.p.full_window_days
    local fresh = c.days(yuecheng, c.as_of) < c.p.full_window_days
    if (young or fresh) and not (lists and lists.value >= floor) then
      return c.not_due(say("年度要求的窗口未满一年", "The year of this duty isn't complete yet"), { value = lists, threshold = floor })
    end
    return c.test(lists, ">=", floor, {
      met = say("近四个季度公布表彰名单 {value} 批", "Lists of commendation in four quarters: {value}"),
      not_met = say("近四个季度没有公布表彰名单", "No list of commendation in four quarters"),
      unknown = say("没有表彰名单的记录", "No record of lists of commendation") })
  end }

criterion { id = "CI-N1", star = "civility", kind = "have-not", owner = "edu", duty = "community",
  title = say("无报名不足30人且未调整的项目", "No programme with under 30 sign-ups left unadjusted"),
  clause = say("文件002：“实际报名人数不足30人”（原文作为问题指出的数值；不足30人且不足计划六成，又没有整改或终止的）",
    "Document 002: “实际报名人数不足30人” (the number that the source reports as a fault; under 30 and under 60 % of plan, neither remedied nor ended)"),
  uses = { "undersubscribed", "none_allowed" },
  check = function(c)
    return c.test(c.m.undersubscribed, "<=", c.p.none_allowed, {
      met = say("登记报名的 {den} 个项目，没有报名不足未调整的", "Programmes with sign-ups: {den}, none short and unadjusted"),
      not_met = say("登记报名的 {den} 个项目中 {value} 个报名不足且未调整", "Short and unadjusted: {value} of {den} programmes with sign-ups"),
      unknown = say("近四个季度没有登记报名的项目", "No programme of four quarters has sign-ups on record") })
  end }

criterion { id = "CI-N2", star = "civility", kind = "have-not", owner = "pub", duty = "community",
  title = say("无长期闲置的共建资源", "No contributed resource left idle"),
  clause = say("文件002：“长期闲置在书架上”（义务取自原文，数值是本规则包的建议；开放90天以上未使用；街道共享的资源计在街道）",
    "Document 002: “长期闲置在书架上” (the duty is the source's, the number our proposal; more than 90 open days without use; what a street shares counts at the street)"),
  uses = { "idle_offers", "none_allowed", "idle_days" },
  check = function(c)
    return c.test(c.m.idle_offers, "<=", c.p.none_allowed, {
      met = say("开放的 {den} 项资源，没有闲置超过 {days} 天的", "Open resources: {den}, none idle for more than {days} days"),
      not_met = say("开放的 {den} 项资源中 {value} 项闲置超过 {days} 天", "Idle for more than {days} days: {value} of {den} open resources"),
      unknown = say("没有面向本社区开放的资源", "No resource is open to this community") }, { days = c.p.idle_days })
  end }

criterion { id = "CI-N3", star = "civility", kind = "have-not", owner = "org", duty = "community",
  title = say("无全年仅参与1次及以下共建活动的单位", "No organisation with one activity or fewer in the year"),
  clause = say("文件002：“单位全年仅参与1次共建活动”（原文作为问题指出的数值；契约履行不满180天的、30天内有整改的不算）",
    "Document 002: “单位全年仅参与1次共建活动” (the number that the source reports as a fault; contracts that ran under 180 days and remedies of the last 30 days are left out)"),
  uses = { "passive_units", "partners", "none_allowed" },
  check = function(c)
    local passive, partners = c.m.passive_units, c.m.partners
    if passive and passive.n == 0 and partners and partners.value > 0 then
      return c.not_due(say("{partners} 个共建单位的契约履行都不满期限，或刚整改", "Partners: {partners}; their contracts are too young, or a remedy is recent"), { partners = partners.value })
    end
    return c.test(passive, "<=", c.p.none_allowed, {
      met = say("{den} 个共建单位全年都参与两次及以上", "Partners: {den}, each took part at least twice in the year"),
      not_met = say("{den} 个共建单位中 {value} 个全年仅参与 1 次及以下", "Once or not at all in the year: {value} of {den} partners"),
      unknown = say("没有共建单位的契约", "No contracts with partners") })
  end }

criterion { id = "CI-N4", star = "civility", kind = "have-not", owner = "org", duty = "community",
  title = say("无项目清单完成率不超过50%的单位", "No organisation at 50 % of its project list or below"),
  clause = say("文件002：“有32个单位仅完成50%的项目清单”（数值取自原文；只看单位承担、到期、未终止的项目清单事项；有整改的、契约履行不满180天的不算）",
    "Document 002: “有32个单位仅完成50%的项目清单” (the number is the source's; only project items that the unit owes, due and not ended; those with a remedy, or of contracts under 180 days, are left out)"),
  uses = { "half_list_units", "none_allowed" },
  check = function(c)
    return c.test(c.m.half_list_units, "<=", c.p.none_allowed, {
      met = say("{den} 个有到期项目清单的单位，完成率都超过 50% 或已整改", "Units with a project list due: {den}, each above half of it or with a remedy"),
      not_met = say("{den} 个有到期项目清单的单位中 {value} 个完成率不超过 50% 且未整改", "At half of their project list or below without a remedy: {value} of {den} units"),
      unknown = say("近四个季度没有单位的项目清单到期", "No unit has project list items due in four quarters") })
  end }
