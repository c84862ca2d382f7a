-- 党建星的例子：每条标准能得出的每种结论，门槛的下、正好、上各一个。
-- The party-building star: each verdict that each criterion can reach; just below, at and just above each threshold.

local as_of = "2026-09-30"
local settled = { opened_on = "1998-05-01", households = 2400, population = 7200 }
local young = { opened_on = "2026-03-01", households = 2400, population = 7200 } -- 213 days
local fresh_norm = "2018-12-31" -- 95 days after 2018-09-27

local function expect(id, verdict, name, given)
  case { name = id .. " " .. name, level = given.level, as_of = given.as_of or as_of, area = given.area or settled, facts = given.facts, measures = given.measures, params = given.params,
    expect = { [id] = verdict } }
end

-- PB-H1 书记培训 56 学时
expect("PB-H1", "not_met", "55 学时", { facts = { secretary_training_hours = 55 } })
expect("PB-H1", "met", "56 学时", { facts = { secretary_training_hours = 56 } })
expect("PB-H1", "met", "57 学时", { facts = { secretary_training_hours = 57 } })
expect("PB-H1", "not_met", "零学时也是记录", { facts = { secretary_training_hours = 0 } })
expect("PB-H1", "no_evidence", "没有记录", {})
expect("PB-H1", "not_due", "新社区，未满一年", { area = young, facts = { secretary_training_hours = 20 } })
expect("PB-H1", "not_due", "新社区，没有记录", { area = young })
expect("PB-H1", "met", "新社区已达到", { area = young, facts = { secretary_training_hours = 56 } })
expect("PB-H1", "not_due", "成立 364 天", { area = { opened_on = "2025-10-01" }, facts = { secretary_training_hours = 20 } })
expect("PB-H1", "not_met", "成立 365 天", { area = { opened_on = "2025-09-30" }, facts = { secretary_training_hours = 20 } })
expect("PB-H1", "not_met", "成立 366 天", { area = { opened_on = "2025-09-29" }, facts = { secretary_training_hours = 20 } })
expect("PB-H1", "not_due", "新规定未满一年", { as_of = fresh_norm, facts = { secretary_training_hours = 20 } })
expect("PB-H1", "met", "新规定已达到", { as_of = fresh_norm, facts = { secretary_training_hours = 60 } })
expect("PB-H1", "not_applicable", "规定尚未施行", { as_of = "2018-09-26", facts = { secretary_training_hours = 60 } })
expect("PB-H1", "not_met", "成立日期不明", { area = {}, facts = { secretary_training_hours = 20 } })

-- PB-H2 专职党务工作者；党委建制的还要专职副书记
expect("PB-H2", "not_met", "没有配备", { facts = { fulltime_party_workers = 0, party_committee_established = 0 } })
expect("PB-H2", "met", "配备一名", { facts = { fulltime_party_workers = 1, party_committee_established = 0 } })
expect("PB-H2", "met", "配备两名", { facts = { fulltime_party_workers = 2, party_committee_established = 0 } })
expect("PB-H2", "met", "党委建制，一名副书记", { facts = { fulltime_party_workers = 1, party_committee_established = 1, fulltime_deputy_secretaries = 1 } })
expect("PB-H2", "met", "党委建制，两名副书记", { facts = { fulltime_party_workers = 1, party_committee_established = 1, fulltime_deputy_secretaries = 2 } })
expect("PB-H2", "not_met", "党委建制，没有副书记", { facts = { fulltime_party_workers = 1, party_committee_established = 1, fulltime_deputy_secretaries = 0 } })
expect("PB-H2", "no_evidence", "党委建制，副书记不明", { facts = { fulltime_party_workers = 1, party_committee_established = 1 } })
expect("PB-H2", "no_evidence", "不知是否党委建制", { facts = { fulltime_party_workers = 1 } })
expect("PB-H2", "no_evidence", "没有记录", {})

-- PB-H3 后备人才库，按街道
local function pool(persons, communities) return { level = "street", facts = { reserve_pool_size = persons }, measures = { communities = { value = communities, n = communities } } } end
expect("PB-H3", "not_met", "10 个社区 11 人", pool(11, 10))
expect("PB-H3", "met", "10 个社区 12 人，正好 1.2 倍", pool(12, 10))
expect("PB-H3", "met", "10 个社区 13 人", pool(13, 10))
expect("PB-H3", "met", "5 个社区 6 人，正好 1.2 倍", pool(6, 5))
expect("PB-H3", "no_evidence", "没有记录", { level = "street", measures = { communities = { value = 10, n = 10 } } })
expect("PB-H3", "no_evidence", "街道没有社区", pool(12, 0))

-- PB-H4 工作例会；den 是登记的全部会议
local function meetings(working, all) return { measures = { joint_meetings = { value = working, den = all, n = all } } } end
expect("PB-H4", "not_met", "一次", meetings(1, 9))
expect("PB-H4", "met", "两次", meetings(2, 9))
expect("PB-H4", "met", "三次", meetings(3, 9))
expect("PB-H4", "not_met", "有会议登记，没有例会", meetings(0, 9))
expect("PB-H4", "no_evidence", "什么会议都没登记", meetings(0, 0))
expect("PB-H4", "no_evidence", "没有会议表", {})
expect("PB-H4", "not_due", "新社区，一次", { area = young, measures = { joint_meetings = { value = 1, den = 3, n = 3 } } })

-- PB-N1 亮约
local function unpublished(left, signed) return { measures = { unpublished_contracts = { value = left, den = signed, n = signed } } } end
expect("PB-N1", "met", "都已亮约", unpublished(0, 12))
expect("PB-N1", "not_met", "一份未亮约", unpublished(1, 12))
expect("PB-N1", "no_evidence", "没有契约：不签约不得分", unpublished(0, 0))
expect("PB-N1", "no_evidence", "没有亮约日期这一列", {})

-- PB-N2 季度例会，按街道
local function quarters(met) return { level = "street", measures = { quarters_met = { value = met, n = met } } } end
expect("PB-N2", "met", "四个季度都开", quarters(4))
expect("PB-N2", "not_met", "三个季度", quarters(3))
expect("PB-N2", "not_met", "一次都没开", quarters(0))
expect("PB-N2", "no_evidence", "没有会议表", { level = "street" })

-- PB-N3 服务时长
local function without_hours(missing, members) return { measures = { members_without_hours = { value = missing, den = members, n = members } } } end
expect("PB-N3", "met", "都有时长", without_hours(0, 46))
expect("PB-N3", "not_met", "一人缺记", without_hours(1, 46))
expect("PB-N3", "no_evidence", "没有报到党员", without_hours(0, 0))
expect("PB-N3", "no_evidence", "没有党员表", {})

-- PB-N4 后进支部
expect("PB-N4", "met", "没有后进支部", { facts = { lagging_branches = 0 } })
expect("PB-N4", "met", "都已整顿", { facts = { lagging_branches = 2, lagging_branches_rectified = 2 } })
expect("PB-N4", "not_met", "还有一个", { facts = { lagging_branches = 2, lagging_branches_rectified = 1 } })
expect("PB-N4", "no_evidence", "整顿情况不明", { facts = { lagging_branches = 2 } })
expect("PB-N4", "no_evidence", "数据矛盾", { facts = { lagging_branches = 1, lagging_branches_rectified = 2 } })
expect("PB-N4", "no_evidence", "没有记录", {})
