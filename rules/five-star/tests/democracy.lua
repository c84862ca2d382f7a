-- 民主星的例子。 The democracy star.

local as_of = "2026-09-30"
local settled = { opened_on = "1998-05-01", households = 2400, population = 7200 }
local young = { opened_on = "2026-03-01", households = 2400, population = 7200 }

local function expect(id, verdict, name, given)
  case { name = id .. " " .. name, as_of = given.as_of or as_of, area = given.area or settled, facts = given.facts, measures = given.measures, params = given.params, expect = { [id] = verdict } }
end
local function counted(id, value, n) return { measures = { [id] = { value = value, den = n, n = n } } } end

-- DE-H1 “三务”公开
expect("DE-H1", "met", "全部按期", { facts = { disclosures_due = 36, disclosures_published = 36 } })
expect("DE-H1", "met", "多公开一次", { facts = { disclosures_due = 36, disclosures_published = 37 } })
expect("DE-H1", "not_met", "少一次", { facts = { disclosures_due = 36, disclosures_published = 35 } })
expect("DE-H1", "no_evidence", "没有应公开数", { facts = { disclosures_published = 36 } })
expect("DE-H1", "no_evidence", "没有公开数", { facts = { disclosures_due = 36 } })
expect("DE-H1", "no_evidence", "应公开为零", { facts = { disclosures_due = 0, disclosures_published = 0 } })
expect("DE-H1", "not_applicable", "规定尚未施行", { as_of = "2018-09-26", facts = { disclosures_due = 36, disclosures_published = 36 } })

-- DE-H2 居民公约
expect("DE-H2", "met", "有公约", { facts = { covenant_in_force = 1 } })
expect("DE-H2", "met", "两份章程", { facts = { covenant_in_force = 2 } })
expect("DE-H2", "not_met", "没有公约", { facts = { covenant_in_force = 0 } })
expect("DE-H2", "no_evidence", "没有记录", {})

-- DE-H3 居民代表座谈会
expect("DE-H3", "not_met", "11 次", counted("resident_forums", 11, 20))
expect("DE-H3", "met", "12 次", counted("resident_forums", 12, 20))
expect("DE-H3", "met", "13 次", counted("resident_forums", 13, 20))
expect("DE-H3", "not_met", "有会议登记，没有座谈会", counted("resident_forums", 0, 20))
expect("DE-H3", "no_evidence", "什么会议都没登记", counted("resident_forums", 0, 0))
expect("DE-H3", "no_evidence", "没有会议表", {})
expect("DE-H3", "not_due", "新社区，6 次", { area = young, measures = { resident_forums = { value = 6, den = 9, n = 9 } } })
expect("DE-H3", "met", "新社区，12 次", { area = young, measures = { resident_forums = { value = 12, den = 12, n = 12 } } })
expect("DE-H3", "not_due", "成立 364 天", { area = { opened_on = "2025-10-01" }, measures = { resident_forums = { value = 6, den = 9, n = 9 } } })
expect("DE-H3", "not_met", "成立 365 天", { area = { opened_on = "2025-09-30" }, measures = { resident_forums = { value = 6, den = 9, n = 9 } } })

-- DE-H4 群众评议
expect("DE-H4", "not_met", "10 个评 7 个", counted("closed_projects", 7, 10))
expect("DE-H4", "met", "10 个评 8 个，正好 80%", counted("closed_projects", 8, 10))
expect("DE-H4", "met", "10 个评 9 个", counted("closed_projects", 9, 10))
expect("DE-H4", "met", "全部评议", counted("closed_projects", 10, 10))
expect("DE-H4", "not_met", "一个都没评", counted("closed_projects", 0, 10))
expect("DE-H4", "no_evidence", "没有办结项目", counted("closed_projects", 0, 0))
expect("DE-H4", "no_evidence", "没有评议表", {})

-- DE-N1 征求意见
expect("DE-N1", "met", "都征求过", counted("unconsulted_needs", 0, 15))
expect("DE-N1", "not_met", "一项没有", counted("unconsulted_needs", 1, 15))
expect("DE-N1", "no_evidence", "没有需求：不问不得分", counted("unconsulted_needs", 0, 0))
expect("DE-N1", "no_evidence", "没有需求清单", {})

-- DE-N2 业委会换届
expect("DE-N2", "met", "没有逾期", { facts = { owners_committees_overdue = 0 } })
expect("DE-N2", "not_met", "一个逾期", { facts = { owners_committees_overdue = 1 } })
expect("DE-N2", "no_evidence", "没有记录", {})

-- DE-N3 主动联系
local function contacts(own, all, contracts, area)
  return { area = area, measures = { own_contacts = { value = own, den = all, n = all }, contracts = { value = contracts, n = contracts } } }
end
expect("DE-N3", "met", "联系过一次", contacts(1, 9, 6))
expect("DE-N3", "not_met", "有会议登记，没有联系", contacts(0, 9, 6))
expect("DE-N3", "not_met", "没有登记，但有签约单位", contacts(0, 0, 6))
expect("DE-N3", "not_met", "有会议登记，没有签约单位", contacts(0, 9, 0))
expect("DE-N3", "no_evidence", "没有登记，也没有签约单位", contacts(0, 0, 0))
expect("DE-N3", "no_evidence", "没有会议表", {})
expect("DE-N3", "not_due", "新社区", contacts(0, 2, 6, young))
expect("DE-N3", "met", "新社区已联系", contacts(1, 2, 6, young))

-- DE-N4 自评与评议不符
expect("DE-N4", "met", "没有不符", counted("inflated_units", 0, 8))
expect("DE-N4", "not_met", "一个单位不符", counted("inflated_units", 1, 8))
expect("DE-N4", "no_evidence", "没有单位自评", counted("inflated_units", 0, 0))
expect("DE-N4", "no_evidence", "没有评议表", {})
