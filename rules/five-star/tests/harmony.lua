-- 和谐星的例子。 The harmony star.

local as_of = "2026-09-30"
local settled = { opened_on = "1998-05-01", households = 2400, population = 7200 }
local young = { opened_on = "2026-03-01", households = 2400, population = 7200 }

local function expect(id, verdict, name, given)
  case { name = id .. " " .. name, as_of = given.as_of or as_of, area = given.area or settled, facts = given.facts, measures = given.measures, params = given.params, expect = { [id] = verdict } }
end

-- HA-H1 专职社区工作者：下限 8 人，与户数无关
expect("HA-H1", "not_met", "7 名", { facts = { social_workers = 7 } })
expect("HA-H1", "met", "8 名", { facts = { social_workers = 8 } })
expect("HA-H1", "met", "9 名", { facts = { social_workers = 9 } })
expect("HA-H1", "met", "4000 户也以 8 名为下限", { area = { households = 4000 }, facts = { social_workers = 8 } })
expect("HA-H1", "met", "户数不明", { area = {}, facts = { social_workers = 8 } })
expect("HA-H1", "no_evidence", "没有记录", {})
expect("HA-H1", "not_applicable", "规定尚未施行", { as_of = "2018-09-26", facts = { social_workers = 8 } })

-- HA-H2 社区社会组织
expect("HA-H2", "not_met", "4 个", { facts = { social_organisations = 4 } })
expect("HA-H2", "met", "5 个", { facts = { social_organisations = 5 } })
expect("HA-H2", "met", "6 个", { facts = { social_organisations = 6 } })
expect("HA-H2", "met", "15 个，到目标", { facts = { social_organisations = 15 } })
expect("HA-H2", "no_evidence", "没有记录", {})
expect("HA-H2", "not_applicable", "规定尚未施行", { as_of = "2020-12-30", facts = { social_organisations = 15 } })

-- HA-H3 关键小事
expect("HA-H3", "not_met", "没有解决", { facts = { key_matters_solved = 0 } })
expect("HA-H3", "met", "一项", { facts = { key_matters_solved = 1 } })
expect("HA-H3", "met", "两项", { facts = { key_matters_solved = 2 } })
expect("HA-H3", "no_evidence", "没有记录", {})
expect("HA-H3", "not_due", "新社区", { area = young, facts = { key_matters_solved = 0 } })
expect("HA-H3", "not_due", "新规定未满一年", { as_of = "2018-12-31" })
expect("HA-H3", "met", "新社区已解决", { area = young, facts = { key_matters_solved = 1 } })

-- HA-H4 满意率：整个区间低于底线才判未达到
local function satisfied(value, low, high, n) return { measures = { satisfied = { value = value, low = low, high = high, std_error = 0.03, n = n or 120 } } } end
expect("HA-H4", "met", "0.60，正好", satisfied(0.60, 0.52, 0.68))
expect("HA-H4", "met", "0.61", satisfied(0.61, 0.53, 0.69))
expect("HA-H4", "no_evidence", "0.59，区间跨过底线", satisfied(0.59, 0.51, 0.67))
expect("HA-H4", "no_evidence", "区间上端正好在底线", satisfied(0.52, 0.44, 0.60))
expect("HA-H4", "not_met", "整个区间在底线以下", satisfied(0.50, 0.41, 0.59))
expect("HA-H4", "no_evidence", "29 份问卷", satisfied(0.90, 0.75, 0.97, 29))
expect("HA-H4", "met", "30 份问卷", satisfied(0.90, 0.75, 0.97, 30))
expect("HA-H4", "met", "31 份问卷", satisfied(0.90, 0.75, 0.97, 31))
expect("HA-H4", "no_evidence", "没有问卷表", {})

-- HA-N1 网格、民警、法律顾问
local function posts(grids, branches, police, advisers) return { facts = { grids = grids, grids_with_branch = branches, community_police = police, legal_advisers = advisers } } end
expect("HA-N1", "met", "都有", posts(6, 6, 1, 1))
expect("HA-N1", "met", "民警两名", posts(6, 6, 2, 1))
expect("HA-N1", "not_met", "一个网格没有支部", posts(6, 5, 1, 1))
expect("HA-N1", "not_met", "没有民警", posts(6, 6, 0, 1))
expect("HA-N1", "not_met", "没有法律顾问", posts(6, 6, 1, 0))
expect("HA-N1", "not_met", "资料不全，但已有缺口", posts(6, 5, nil, nil))
expect("HA-N1", "not_met", "网格不明，没有民警", posts(nil, nil, 0, nil))
expect("HA-N1", "no_evidence", "缺网格记录", posts(nil, 6, 1, 1))
expect("HA-N1", "no_evidence", "网格数为零", posts(0, 0, 1, 1))
expect("HA-N1", "no_evidence", "缺法律顾问记录", posts(6, 6, 1, nil))
expect("HA-N1", "no_evidence", "没有记录", {})

-- HA-N2 … HA-N4
expect("HA-N2", "met", "没有超期", { facts = { requests_overdue = 0 } })
expect("HA-N2", "not_met", "一件超期", { facts = { requests_overdue = 1 } })
expect("HA-N2", "no_evidence", "没有记录", {})
expect("HA-N3", "met", "没有未经准入的事项", { facts = { admission_violations = 0 } })
expect("HA-N3", "not_met", "一件", { facts = { admission_violations = 1 } })
expect("HA-N3", "no_evidence", "没有记录", {})
local function unremedied(items, due) return { measures = { unremedied = { value = items, den = due, n = due } } } end
expect("HA-N4", "met", "没有延期未整改", unremedied(0, 23))
expect("HA-N4", "not_met", "一项延期未整改", unremedied(1, 23))
expect("HA-N4", "no_evidence", "没有到期事项", unremedied(0, 0))
expect("HA-N4", "no_evidence", "没有整改这一列", {})
