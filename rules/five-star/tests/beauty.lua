-- 美丽星的例子。 The beauty star.

local as_of = "2026-09-30"
local settled = { opened_on = "1998-05-01", households = 2400, population = 7200 }
local young = { opened_on = "2026-03-01", households = 2400, population = 7200 }

local function expect(id, verdict, name, given)
  case { name = id .. " " .. name, as_of = given.as_of or as_of, area = given.area or settled, facts = given.facts, measures = given.measures, params = given.params, expect = { [id] = verdict } }
end
local function homes(households, opened_on) return { households = households, opened_on = opened_on or "1998-05-01" } end

-- BE-H1 服务中心面积：每百户 35 平方米，不少于 350；新建社区不少于 900
expect("BE-H1", "not_met", "2400 户，839 平方米", { facts = { service_area_m2 = 839 } })
expect("BE-H1", "met", "2400 户，840 平方米，正好", { facts = { service_area_m2 = 840 } })
expect("BE-H1", "met", "2400 户，841 平方米", { facts = { service_area_m2 = 841 } })
expect("BE-H1", "not_met", "600 户，349 平方米", { area = homes(600), facts = { service_area_m2 = 349 } })
expect("BE-H1", "met", "600 户，350 平方米", { area = homes(600), facts = { service_area_m2 = 350 } })
expect("BE-H1", "met", "1000 户，两条正好相等", { area = homes(1000), facts = { service_area_m2 = 350 } })
expect("BE-H1", "met", "1001 户，350.35 平方米", { area = homes(1001), facts = { service_area_m2 = 350.35 } })
expect("BE-H1", "not_met", "1001 户，350.349 平方米", { area = homes(1001), facts = { service_area_m2 = 350.349 } })
expect("BE-H1", "not_met", "新建社区，899 平方米", { area = homes(1500, "2018-09-27"), facts = { service_area_m2 = 899 } })
expect("BE-H1", "met", "新建社区，900 平方米", { area = homes(1500, "2018-09-27"), facts = { service_area_m2 = 900 } })
expect("BE-H1", "met", "文件前一天成立，不算新建", { area = homes(1500, "2018-09-26"), facts = { service_area_m2 = 525 } })
expect("BE-H1", "not_met", "新建社区，3000 户，1049 平方米", { area = homes(3000, "2020-01-01"), facts = { service_area_m2 = 1049 } })
expect("BE-H1", "met", "成立日期不明，按旧社区", { area = { households = 600 }, facts = { service_area_m2 = 350 } })
expect("BE-H1", "no_evidence", "户数不明", { area = {}, facts = { service_area_m2 = 900 } })
expect("BE-H1", "no_evidence", "没有面积记录", {})
expect("BE-H1", "not_applicable", "规定尚未施行", { as_of = "2018-09-26", facts = { service_area_m2 = 900 } })

-- BE-H2 专项经费
expect("BE-H2", "not_met", "99 999 元", { facts = { service_fund_yuan = 99999 } })
expect("BE-H2", "met", "100 000 元", { facts = { service_fund_yuan = 100000 } })
expect("BE-H2", "met", "100 001 元", { facts = { service_fund_yuan = 100001 } })
expect("BE-H2", "no_evidence", "没有记录", {})
expect("BE-H2", "not_due", "新社区", { area = young, facts = { service_fund_yuan = 50000 } })
expect("BE-H2", "met", "新社区已足额", { area = young, facts = { service_fund_yuan = 100000 } })
expect("BE-H2", "not_due", "新规定未满一年", { as_of = "2018-12-31", facts = { service_fund_yuan = 50000 } })

-- BE-H3 工作经费每千户 10 万元，街道 1∶1 配套
local function funds(fund, match, area) return { area = area, facts = { work_fund_yuan = fund, street_match_yuan = match } } end
expect("BE-H3", "not_met", "2400 户，239 999 元", funds(239999, 300000))
expect("BE-H3", "met", "2400 户，240 000 元，正好", funds(240000, 240000))
expect("BE-H3", "met", "2400 户，240 001 元", funds(240001, 300000))
expect("BE-H3", "not_met", "街道配套不足", funds(300000, 239999))
expect("BE-H3", "met", "3001 户按 3000 户计", funds(300000, 300000, homes(3001)))
expect("BE-H3", "met", "3000 户，300 000 元", funds(300000, 300000, homes(3000)))
expect("BE-H3", "not_met", "2999 户，299 000 元", funds(299000, 299000, homes(2999)))
expect("BE-H3", "not_met", "5000 户按 3000 户计，299 999 元", funds(299999, 299999, homes(5000)))
expect("BE-H3", "no_evidence", "没有配套记录", funds(300000, nil))
expect("BE-H3", "no_evidence", "户数不明", funds(300000, 300000, {}))
expect("BE-H3", "no_evidence", "户数为零", funds(300000, 300000, homes(0)))
expect("BE-H3", "not_due", "新社区", funds(10000, 10000, young))
expect("BE-H3", "met", "新社区已足额", funds(240000, 240000, young))

-- BE-H4 资源利用率
local function utilisation(value, n) return { measures = { utilisation = { value = value, n = n } } } end
expect("BE-H4", "not_met", "0.39", utilisation(0.39, 4))
expect("BE-H4", "met", "0.40，正好", utilisation(0.40, 4))
expect("BE-H4", "met", "0.41", utilisation(0.41, 4))
expect("BE-H4", "no_evidence", "没有开放的资源", utilisation(nil, 0))
expect("BE-H4", "no_evidence", "没有资源清单", {})

-- BE-N1 办公用房
local function offices(head, others) return { facts = { head_office_m2 = head, other_private_offices = others } } end
expect("BE-N1", "met", "14.9 平方米", offices(14.9, 0))
expect("BE-N1", "met", "15 平方米", offices(15, 0))
expect("BE-N1", "not_met", "15.1 平方米", offices(15.1, 0))
expect("BE-N1", "not_met", "另有一间", offices(12, 1))
expect("BE-N1", "not_met", "主职办公室不明，另有一间", offices(nil, 1))
expect("BE-N1", "not_met", "其他不明，主职超标", offices(20, nil))
expect("BE-N1", "no_evidence", "其他不明", offices(12, nil))
expect("BE-N1", "no_evidence", "没有记录", {})

-- BE-N2 违建和飞线
local function found(builds, wires) return { facts = { illegal_builds_unreported = builds, flying_wires_unreported = wires } } end
expect("BE-N2", "met", "都没有", found(0, 0))
expect("BE-N2", "not_met", "一处违建未上报", found(1, 0))
expect("BE-N2", "not_met", "一处飞线未上报", found(0, 1))
expect("BE-N2", "not_met", "违建不明，飞线一处", found(nil, 1))
expect("BE-N2", "no_evidence", "飞线不明", found(0, nil))
expect("BE-N2", "no_evidence", "没有记录", {})

-- BE-N3 治水和洁净类项目
local function clean(overdue, projects, due) return { measures = { clean_projects = { value = overdue, den = projects, n = projects }, due_commitments = { value = due, n = due } } } end
expect("BE-N3", "met", "三个都按期", clean(0, 3, 20))
expect("BE-N3", "not_met", "一个逾期", clean(1, 3, 20))
expect("BE-N3", "not_applicable", "没有这类项目", clean(0, 0, 20))
expect("BE-N3", "no_evidence", "没有任何到期事项", clean(0, 0, 0))
expect("BE-N3", "no_evidence", "没有主题这一列", { measures = { due_commitments = { value = 20, n = 20 } } })
expect("BE-N3", "not_applicable", "规定尚未施行", { as_of = "2018-10-30", measures = { clean_projects = { value = 1, den = 3, n = 3 } } })

-- BE-N4 经费拨付
expect("BE-N4", "met", "都及时足额", { facts = { fund_lines_late_or_short = 0 } })
expect("BE-N4", "not_met", "一笔拖欠", { facts = { fund_lines_late_or_short = 1 } })
expect("BE-N4", "no_evidence", "没有记录", {})
