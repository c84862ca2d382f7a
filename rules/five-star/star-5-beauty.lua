-- 美丽星：四条星级标准、四条底线标准。 The beauty star.

local zhuji = "2018-09-27" -- 诸暨文件的日期 / the date of document 003
local yuecheng = "2018-10-31" -- 越城报道的日期 / the date of document 000
local unknown = say("不明", "unknown")
local not_yet_a_year = say("年度要求的窗口未满一年", "The year of this duty isn't complete yet")

-- 年度经费：新社区、新规定不满一年而尚未达到的，未到期。 A yearly fund isn't due in a community's, or the norm's, first year.
local function first_year(c)
  local opened = c.area.opened_on
  return opened and c.days(opened, c.as_of) < c.p.full_window_days or c.days(zhuji, c.as_of) < c.p.full_window_days
end

criterion { id = "BE-H1", star = "beauty", kind = "have", owner = "con", duty = "department", since = zhuji,
  title = say("党群服务中心面积达标", "Service centre large enough"),
  clause = say("文件003：“社区按照每百户居民不低于35平方米标准配建”（数值取自原文；每百户35平方米且不少于350平方米，新建社区不少于900平方米）",
    "Document 003: “社区按照每百户居民不低于35平方米标准配建” (the number is the source's; 35 m² for 100 households and at least 350 m², in a new community 900 m²)"),
  uses = { "fact:service_area_m2", "area.households", "area.opened_on", "area_per_100_households", "area_floor", "area_floor_new", "new_community_from" },
  check = function(c)
    local households, opened = c.area.households, c.area.opened_on
    if not households then return c.no_evidence(say("没有社区户数", "The number of households isn't known")) end
    local least = opened and opened >= c.p.new_community_from and c.p.area_floor_new or c.p.area_floor
    return c.test(c.f.service_area_m2, ">=", math.max(c.p.area_per_100_households * households / 100, least), {
      met = say("服务中心 {value} 平方米（{households} 户，应有 {threshold} 平方米）", "{value} m² for {households} households ({threshold} m² needed)"),
      not_met = say("服务中心 {value} 平方米，{households} 户应有 {threshold} 平方米，还差 {short} 平方米", "{value} m² for {households} households, {short} m² short of {threshold}"),
      unknown = say("没有服务中心面积的记录", "No record of the centre's area") }, { households = households })
  end }

criterion { id = "BE-H2", star = "beauty", kind = "have", owner = "fin", duty = "department", since = zhuji,
  title = say("党组织服务群众专项经费不低于10万元", "Party service fund at least 100 000 yuan"),
  clause = say("文件003：“每个社区每年党组织服务群众专项经费不低于10万元”（数值取自原文）",
    "Document 003: “每个社区每年党组织服务群众专项经费不低于10万元” (the number is the source's)"),
  uses = { "fact:service_fund_yuan", "service_fund_floor", "full_window_days", "area.opened_on" },
  check = function(c)
    local fund, floor = c.f.service_fund_yuan, c.p.service_fund_floor
    if first_year(c) and not (fund and fund.value >= floor) then return c.not_due(not_yet_a_year, { value = fund, threshold = floor }) end
    return c.test(fund, ">=", floor, {
      met = say("近四个季度专项经费 {value} 元", "{value} yuan in four quarters"),
      not_met = say("近四个季度专项经费 {value} 元，还差 {short} 元", "{value} yuan in four quarters, {short} short"),
      unknown = say("没有专项经费的记录", "No record of the fund") })
  end }

criterion { id = "BE-H3", star = "beauty", kind = "have", owner = "fin", duty = "street", since = zhuji,
  title = say("社区工作经费每千户不低于10万元并1∶1配套", "Work fund at least 100 000 yuan per 1000 households, matched 1:1 by the street"),
  clause = say("文件003：“社区工作经费每千户不低于10万元进行拔付”（数值取自原文；3000户以上按实际情况定上限，未定时按3000户计）",
    "Document 003: “社区工作经费每千户不低于10万元进行拔付” (the number is the source's; above 3000 households the ceiling is set by the facts; 3000 until it is)"),
  uses = { "fact:work_fund_yuan", "fact:street_match_yuan", "area.households", "work_fund_floor", "work_fund_cap_households", "full_window_days", "area.opened_on" },
  check = function(c)
    local fund, match, households, floor = c.f.work_fund_yuan, c.f.street_match_yuan, c.area.households, c.p.work_fund_floor
    if not households or households == 0 then return c.no_evidence(say("没有社区户数", "The number of households isn't known")) end
    local counted = math.min(households, c.p.work_fund_cap_households)
    local rate = fund and match and math.min(fund.value, match.value) * 1000 / counted or nil
    if first_year(c) and not (rate and rate >= floor) then return c.not_due(not_yet_a_year, { value = rate, threshold = floor, unit = "CNY/1000 households/year" }) end
    return c.test(rate, ">=", floor, {
      met = say("工作经费 {fund} 元，街道配套 {match} 元，每千户 {value} 元", "{fund} yuan, matched by {match}: {value} for 1000 households"),
      not_met = say("工作经费 {fund} 元，街道配套 {match} 元，每千户只有 {value} 元，还差 {short} 元", "{fund} yuan, matched by {match}: only {value} for 1000 households, {short} short"),
      unknown = say("没有工作经费或街道配套的记录", "No record of the work fund, or of the street's match") },
      { unit = "CNY/1000 households/year", fund = fund and fund.value, match = match and match.value })
  end }

criterion { id = "BE-H4", star = "beauty", kind = "have", owner = "fin", duty = "community",
  title = say("共建资源利用率不低于40%", "Resource utilisation at least 40 %"),
  clause = say("文件002：“10个社区的资源利用率不足40%”（原文作为问题指出的数值；各类别、各计量单位利用率的平均数）",
    "Document 002: “10个社区的资源利用率不足40%” (the number that the source reports as a fault; the mean over kinds and units of measure)"),
  uses = { "utilisation", "utilisation_floor" },
  check = function(c)
    return c.test(c.m.utilisation, ">=", c.p.utilisation_floor, {
      met = say("{n} 类资源平均利用率 {value}", "On average over kinds of resources ({n}): {value}"),
      not_met = say("{n} 类资源平均利用率只有 {value}", "On average over kinds of resources ({n}): only {value}"),
      unknown = say("本期没有面向本社区开放的资源", "No resource was open to this community in the period") })
  end }

criterion { id = "BE-N1", star = "beauty", kind = "have-not", owner = "dis", duty = "community", since = zhuji,
  title = say("无超标办公用房", "No office above the limit"),
  clause = say("文件003：“社区主职干部办公室不得超过15平方米”（数值取自原文；其他人员不单设办公室）",
    "Document 003: “社区主职干部办公室不得超过15平方米” (the number is the source's; no other private offices)"),
  uses = { "fact:head_office_m2", "fact:other_private_offices", "head_office_limit", "none_allowed" },
  check = function(c)
    local office, rooms = c.f.head_office_m2, c.f.other_private_offices
    local excess = office and math.max(0, office.value - c.p.head_office_limit) or 0
    local total = excess + (rooms and rooms.value or 0)
    if total == 0 and not (office and rooms) then return c.no_evidence(say("办公用房的记录不全", "The records of offices aren't complete")) end
    return c.test(total, "<=", c.p.none_allowed, {
      met = say("主职干部办公室 {office} 平方米，没有单设其他办公室", "The head's office has {office} m², and there are no other private offices"),
      not_met = say("主职干部办公室超出 {excess}（平方米），其他单设办公室 {rooms}（间）", "The head's office is {excess} m² above the limit; other private offices: {rooms}") }, { unit = "m2 or room", office = office and office.value, excess = office and excess or unknown, rooms = rooms and rooms.value or unknown })
  end }

criterion { id = "BE-N2", star = "beauty", kind = "have-not", owner = "enf", duty = "community",
  title = say("无发现未上报的违章建筑和飞线充电", "No illegal building or flying-wire charging found and left unreported"),
  clause = say("文件002：“协调物业公司解决小区飞线充电问题”（义务取自原文；社区的责任是上报，不是拆除）",
    "Document 002: “协调物业公司解决小区飞线充电问题” (the duty is the source's; reporting is the community's duty, removal is not)"),
  uses = { "fact:illegal_builds_unreported", "fact:flying_wires_unreported", "none_allowed" },
  check = function(c)
    local builds, wires = c.f.illegal_builds_unreported, c.f.flying_wires_unreported
    local places = (builds and builds.value or 0) + (wires and wires.value or 0)
    if places == 0 and not (builds and wires) then return c.no_evidence(say("本期违建或飞线的记录不全", "The records of illegal buildings and flying wires aren't complete")) end
    return c.test(places, "<=", c.p.none_allowed, {
      met = say("本期没有发现未上报的违建和飞线充电", "Nothing found and left unreported in the period"),
      not_met = say("本期发现未上报 {value} 处", "Places found and left unreported in the period: {value}") }, { unit = "place" })
  end }

criterion { id = "BE-N3", star = "beauty", kind = "have-not", owner = "con", duty = "community", since = yuecheng,
  title = say("无逾期的治水和洁净类共建项目", "No overdue water or cleaning project"),
  clause = say("文件000：“涉及五水共治方面的17项”（义务取自原文；只看社区承担的事项和社区牵头的项目）",
    "Document 000: “涉及五水共治方面的17项” (the duty is the source's; only items that the community owes, or projects that it leads)"),
  uses = { "clean_projects", "due_commitments", "none_allowed" },
  check = function(c)
    local projects, all_due = c.m.clean_projects, c.m.due_commitments
    -- 多数社区没有这类项目：有到期事项而没有这类项目的，谈不上逾期。
    -- Most communities have none of these projects: where items are due, but none of these, the duty can't arise.
    if projects and projects.n == 0 and all_due and all_due.value > 0 then
      return c.not_applicable(say("没有由社区牵头的治水、洁净类到期项目", "The community leads no water or cleaning project that is due"))
    end
    return c.test(projects, "<=", c.p.none_allowed, {
      met = say("治水和洁净类项目 {den} 个，没有逾期", "Water and cleaning projects: {den}, none overdue"),
      not_met = say("治水和洁净类项目 {den} 个中 {value} 个逾期", "Overdue: {value} of {den} water and cleaning projects"),
      unknown = say("没有到期事项，或事项没有主题一栏", "No items are due, or they bear no theme") })
  end }

criterion { id = "BE-N4", star = "beauty", kind = "have-not", owner = "fin", duty = "department", since = zhuji,
  title = say("无未及时足额拨付的经费", "No fund paid late or short"),
  clause = say("文件003：“确保及时足额拨付、有效使用”（义务取自原文）",
    "Document 003: “确保及时足额拨付、有效使用” (the duty is the source's)"),
  uses = { "fact:fund_lines_late_or_short", "none_allowed" },
  check = function(c)
    return c.test(c.f.fund_lines_late_or_short, "<=", c.p.none_allowed, {
      met = say("近四个季度经费都及时足额拨付", "All funds were paid on time and in full in four quarters"),
      not_met = say("近四个季度 {value} 笔经费未及时足额拨付", "Funds paid late or short in four quarters: {value}"),
      unknown = say("没有经费拨付的记录", "No record of payments") })
  end }
