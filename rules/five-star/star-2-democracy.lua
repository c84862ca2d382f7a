-- 民主星：四条星级标准、四条底线标准。 The democracy star.

local zhuji = "2018-09-27" -- 诸暨文件的日期 / the date of document 003

-- 社区成立不满一年：年度要求未到期。 A community less than a year old: a yearly duty isn't due yet.
local function young(c)
  return c.area.opened_on and c.days(c.area.opened_on, c.as_of) < c.p.full_window_days
end
local not_yet_a_year = say("年度要求的窗口未满一年", "The year of this duty isn't complete yet")

criterion { id = "DE-H1", star = "democracy", kind = "have", owner = "civ", duty = "community", since = zhuji,
  title = say("党务、居务、财务“三务”按期公开", "“Three affairs” published in full and on time"),
  clause = say("文件003：“落实“三务”公开”（义务取自原文；按100%要求）",
    "Document 003: “落实“三务”公开” (the duty is the source's; read as 100 %)"),
  uses = { "fact:disclosures_due", "fact:disclosures_published", "disclosure_rate_floor" },
  check = function(c)
    local due, published = c.f.disclosures_due, c.f.disclosures_published
    local rate = due and published and due.value > 0 and published.value / due.value or nil
    return c.test(rate, ">=", c.p.disclosure_rate_floor, {
      met = say("应公开 {due} 次，按期公开 {published} 次", "{published} of {due} disclosures on time"),
      not_met = say("应公开 {due} 次，按期公开只有 {published} 次", "Only {published} of {due} disclosures on time"),
      unknown = say("没有“三务”公开的记录", "No record of disclosures due and published") },
      { unit = "ratio", due = due and due.value, published = published and published.value })
  end }

criterion { id = "DE-H2", star = "democracy", kind = "have", owner = "civ", duty = "community", since = zhuji,
  title = say("有居民公约等自治章程", "A residents' covenant is in force"),
  clause = say("文件003：“组织群众制定并践行社区(居民)公约等自治章程”（义务取自原文）",
    "Document 003: “组织群众制定并践行社区(居民)公约等自治章程” (the duty is the source's)"),
  uses = { "fact:covenant_in_force", "covenant_floor" },
  check = function(c)
    return c.test(c.f.covenant_in_force, ">=", c.p.covenant_floor, {
      met = say("有现行居民公约", "A residents' covenant is in force"),
      not_met = say("没有现行居民公约", "No residents' covenant is in force"),
      unknown = say("没有居民公约的记录", "No record of a covenant") })
  end }

criterion { id = "DE-H3", star = "democracy", kind = "have", owner = "civ", duty = "community",
  title = say("每月召开居民代表座谈会收集需求", "A residents' forum every month to collect needs"),
  clause = say("文件002：“每月召开居民代表座谈会”（数值取自原文；每月一次，全年12次）",
    "Document 002: “每月召开居民代表座谈会” (the number is the source's; monthly, so twelve in a year)"),
  uses = { "resident_forums", "forums_floor", "full_window_days", "area.opened_on" },
  check = function(c)
    local forums, floor = c.m.resident_forums, c.p.forums_floor
    if young(c) and not (forums and forums.value and forums.value >= floor) then
      return c.not_due(not_yet_a_year, { value = forums, threshold = floor })
    end
    return c.test(forums, ">=", floor, {
      met = say("近四个季度召开居民代表座谈会 {value} 次", "Residents' forums in four quarters: {value}"),
      not_met = say("近四个季度召开居民代表座谈会 {value} 次，还差 {short} 次", "Residents' forums in four quarters: {value}, {short} short"),
      unknown = say("没有会议记录", "No meetings are recorded") })
  end }

criterion { id = "DE-H4", star = "democracy", kind = "have", owner = "civ", duty = "community",
  title = say("共建项目由群众评议", "Closed projects are rated by residents"),
  clause = say("文件001：“群眾來提、讓群眾來評”（义务取自原文，数值是本规则包的建议；底线80%，目标100%）",
    "Document 001: “群眾來提、讓群眾來評” (the duty is the source's, the number our proposal; floor 80 %, goal 100 %)"),
  uses = { "closed_projects", "rated_share_floor", "rated_share_goal" },
  check = function(c)
    local projects = c.m.closed_projects
    local share = projects and projects.n > 0 and projects.value / projects.n or nil
    return c.test(share, ">=", c.p.rated_share_floor, {
      met = say("近四个季度办结项目 {closed} 个，群众评议 {rated} 个（目标 {goal}%）", "Projects closed in four quarters: {closed}, rated by residents {rated} (goal {goal}%)"),
      not_met = say("近四个季度办结项目 {closed} 个，群众评议只有 {rated} 个", "Projects closed in four quarters: {closed}, rated by residents only {rated}"),
      unknown = projects and say("近四个季度没有办结的共建项目", "No project was closed in four quarters") or say("没有评议表", "No table of reviews") },
      { unit = "ratio", rated = projects and projects.value, closed = projects and projects.n, goal = 100 * c.p.rated_share_goal })
  end }

criterion { id = "DE-N1", star = "democracy", kind = "have-not", owner = "civ", duty = "community",
  title = say("无未征求居民意见的需求项目", "No listed need without a record of consultation"),
  clause = say("文件002：“未充分征求居民意见”（义务取自原文；单位自己的需求不在其内）",
    "Document 002: “未充分征求居民意见” (the duty is the source's; a unit's own needs are left out)"),
  uses = { "unconsulted_needs", "none_allowed" },
  check = function(c)
    return c.test(c.m.unconsulted_needs, "<=", c.p.none_allowed, {
      met = say("近四个季度 {den} 项居民需求，都有征求意见记录", "Needs of four quarters: {den}, each with a record of consultation"),
      not_met = say("近四个季度 {den} 项居民需求中 {value} 项没有征求意见记录", "Without a record of consultation: {value} of {den} needs of four quarters"),
      unknown = say("近四个季度没有登记居民需求，或没有征求意见一栏", "No needs were recorded in four quarters, or nothing about consultation") })
  end }

criterion { id = "DE-N2", star = "democracy", kind = "have-not", owner = "con", duty = "community", since = zhuji,
  title = say("无逾期未换届的业委会", "No owners' committee past its re-election date"),
  clause = say("文件003：“按期换届”（义务取自原文）",
    "Document 003: “按期换届” (the duty is the source's)"),
  uses = { "fact:owners_committees_overdue", "none_allowed" },
  check = function(c)
    return c.test(c.f.owners_committees_overdue, "<=", c.p.none_allowed, {
      met = say("没有逾期未换届的业委会", "No owners' committee is past its re-election date"),
      not_met = say("{value} 个业委会逾期未换届", "Owners' committees past their re-election date: {value}"),
      unknown = say("没有业委会换届的记录", "No record of owners' committees") })
  end }

criterion { id = "DE-N3", star = "democracy", kind = "have-not", owner = "org", duty = "community",
  title = say("无全年未主动联系驻区单位的情况", "No year without the community's own contact with resident organisations"),
  clause = say("文件002：“社区全年未主动联系驻区单位商议共建事项”（义务取自原文；指全年一次都没有主动联系，不是逐个单位）",
    "Document 002: “社区全年未主动联系驻区单位商议共建事项” (the duty is the source's; not one contact in the whole year; not each organisation left out)"),
  uses = { "own_contacts", "contracts", "none_allowed", "full_window_days", "area.opened_on" },
  check = function(c)
    local contacts, contracts = c.m.own_contacts, c.m.contracts
    if not contacts then return c.no_evidence(say("没有会议表", "No table of meetings")) end
    if contacts.value > 0 then
      return c.met(say("近四个季度主动联系驻区单位 {contacts} 次", "Contacts initiated by the community in four quarters: {contacts}"), { value = 0, threshold = c.p.none_allowed, unit = "year", contacts = contacts.value })
    end
    if young(c) then return c.not_due(not_yet_a_year) end
    -- 既没有会议记录、又没有契约的，无从判断。 Neither meetings nor contracts on record: nothing to tell from.
    if contacts.n == 0 and not (contracts and contracts.value > 0) then
      return c.no_evidence(say("没有走访联系记录，也没有签约单位", "No contacts are recorded, and no partner has signed"))
    end
    return c.not_met(say("近四个季度没有一次主动联系驻区单位", "Not one contact initiated by the community in four quarters"), { value = 1, threshold = c.p.none_allowed, unit = "year" })
  end }

criterion { id = "DE-N4", star = "democracy", kind = "have-not", owner = "org", duty = "community",
  title = say("无自评与社区评议严重不符的单位", "No organisation rated excellent by itself while the community reports delay"),
  clause = say("文件002：“个别单位自评“全部优秀”,而社区评议却指出“项目延期”等问题”（义务取自原文；“严重不符”的判定方法是我们的；发现后30天内整改的单位不算）",
    "Document 002: “个别单位自评“全部优秀”,而社区评议却指出“项目延期”等问题” (the duty is the source's; the test for 严重不符 is ours; a remedy within 30 days of the finding leaves a unit out)"),
  uses = { "inflated_units", "none_allowed" },
  check = function(c)
    return c.test(c.m.inflated_units, "<=", c.p.none_allowed, {
      met = say("{den} 个自评单位，没有与社区评议严重不符的", "Units with a self-review: {den}, none contradicted by the community"),
      not_met = say("{den} 个自评单位中 {value} 个自评优秀而社区评议偏低或有延期", "Excellent by itself against low grades or overdue items: {value} of {den} units"),
      unknown = say("近四个季度没有单位自评", "No unit reviewed itself in four quarters") })
  end }
