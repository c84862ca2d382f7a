-- 文明星的例子。 The civility star.

local as_of = "2026-09-30"
local settled = { opened_on = "1998-05-01", households = 2400, population = 7200 }
local young = { opened_on = "2026-03-01", households = 2400, population = 7200 }

local function expect(id, verdict, name, given)
  case { name = id .. " " .. name, as_of = given.as_of or as_of, area = given.area or settled, facts = given.facts, measures = given.measures, params = given.params, expect = { [id] = verdict } }
end
local function counted(id, value, n) return { measures = { [id] = { value = value, den = n, n = n } } } end
local function share(num, den, n) return { num = num, den = den, n = n } end

-- CI-H1 参与率；gaps 是有记录未登记人次的事项
local function participation(actual, plan, gaps, possible)
  return { measures = { participation = share(actual, plan, 7), participation_possible = share(possible or actual, plan, 7), attendance_gaps = { value = gaps or 0, den = 7, n = 7 } } }
end
expect("CI-H1", "not_met", "599/1000", participation(599, 1000))
expect("CI-H1", "met", "600/1000，正好 60%", participation(600, 1000))
expect("CI-H1", "met", "601/1000", participation(601, 1000))
expect("CI-H1", "met", "已到目标", participation(800, 1000))
expect("CI-H1", "no_evidence", "缺人次，补齐可达标", participation(500, 1000, 2, 700))
expect("CI-H1", "no_evidence", "缺人次，补齐正好达标", participation(500, 1000, 2, 600))
expect("CI-H1", "not_met", "缺人次，补齐也不达标", participation(500, 1000, 2, 599))
expect("CI-H1", "met", "缺人次，已达标", participation(650, 1000, 2, 700))
expect("CI-H1", "no_evidence", "没有计划人次", { measures = { participation = { n = 0 }, participation_possible = { n = 0 }, attendance_gaps = { value = 0, den = 0, n = 0 } } })
expect("CI-H1", "no_evidence", "没有人次这一列", {})

-- CI-H2 持证比例
expect("CI-H2", "not_met", "10 人 4 人持证", { facts = { social_workers = 10, certified_social_workers = 4 } })
expect("CI-H2", "met", "10 人 5 人持证，正好一半", { facts = { social_workers = 10, certified_social_workers = 5 } })
expect("CI-H2", "met", "10 人 6 人持证", { facts = { social_workers = 10, certified_social_workers = 6 } })
expect("CI-H2", "no_evidence", "没有持证人数", { facts = { social_workers = 10 } })
expect("CI-H2", "no_evidence", "没有社区工作者", { facts = { social_workers = 0, certified_social_workers = 0 } })
expect("CI-H2", "not_applicable", "规定尚未施行", { as_of = "2020-12-30", facts = { social_workers = 10, certified_social_workers = 6 } })

-- CI-H3 积分卡
expect("CI-H3", "not_met", "100 人 89 张卡", { facts = { volunteers = 100, volunteers_with_points_card = 89 } })
expect("CI-H3", "met", "100 人 90 张卡，正好 90%", { facts = { volunteers = 100, volunteers_with_points_card = 90 } })
expect("CI-H3", "met", "100 人 91 张卡", { facts = { volunteers = 100, volunteers_with_points_card = 91 } })
expect("CI-H3", "no_evidence", "没有持卡人数", { facts = { volunteers = 100 } })
expect("CI-H3", "no_evidence", "没有志愿者", { facts = { volunteers = 0, volunteers_with_points_card = 0 } })

-- CI-H4 表彰
expect("CI-H4", "met", "一批", { facts = { commendations_published = 1 } })
expect("CI-H4", "met", "两批", { facts = { commendations_published = 2 } })
expect("CI-H4", "not_met", "没有", { facts = { commendations_published = 0 } })
expect("CI-H4", "no_evidence", "没有记录", {})
expect("CI-H4", "not_due", "新社区", { area = young, facts = { commendations_published = 0 } })
expect("CI-H4", "not_due", "新规定未满一年", { as_of = "2018-12-31", facts = { commendations_published = 0 } })
expect("CI-H4", "met", "新社区已表彰", { area = young, facts = { commendations_published = 1 } })
expect("CI-H4", "not_applicable", "规定尚未施行", { as_of = "2018-10-30", facts = { commendations_published = 1 } })

-- CI-N1 … CI-N4
expect("CI-N1", "met", "没有报名不足", counted("undersubscribed", 0, 5))
expect("CI-N1", "not_met", "一个报名不足未调整", counted("undersubscribed", 1, 5))
expect("CI-N1", "no_evidence", "没有登记报名", counted("undersubscribed", 0, 0))
expect("CI-N1", "no_evidence", "没有报名人数这一列", {})

expect("CI-N2", "met", "没有闲置", counted("idle_offers", 0, 6))
expect("CI-N2", "not_met", "一项闲置", counted("idle_offers", 1, 6))
expect("CI-N2", "no_evidence", "没有开放的资源", counted("idle_offers", 0, 0))
expect("CI-N2", "no_evidence", "没有资源清单", {})

local function passive(units, of, partners) return { measures = { passive_units = { value = units, den = of, n = of }, partners = { value = partners, n = partners } } } end
expect("CI-N3", "met", "都参与两次以上", passive(0, 11, 12))
expect("CI-N3", "not_met", "一个单位只参与一次", passive(1, 11, 12))
expect("CI-N3", "not_due", "契约都不满期限", passive(0, 0, 3))
expect("CI-N3", "no_evidence", "没有共建单位", passive(0, 0, 0))
expect("CI-N3", "no_evidence", "没有契约表", {})

expect("CI-N4", "met", "都超过一半", counted("half_list_units", 0, 9))
expect("CI-N4", "not_met", "一个单位只完成一半", counted("half_list_units", 1, 9))
expect("CI-N4", "no_evidence", "没有到期的项目清单", counted("half_list_units", 0, 0))
expect("CI-N4", "no_evidence", "没有事项表", {})
