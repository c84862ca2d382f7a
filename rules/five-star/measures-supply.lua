-- 资源与供需：资源清单、需求清单。
-- Resources, and supply against demand.

-- 1 每项资源 / of each offer
-- 按时间的资源（小时、场次、人）按天折算到本期；按总量的资源（元、件、平方米）从开放起算全部。
-- Flows are prorated to the period by days; stocks count whole, and their use since opening.
local open_now = { { "available_from", "<=", as_of }, { "available_to", ">=", period.first } }
local is_flow, is_stock = { "capacity_unit", "in", p "flow_units" }, { "capacity_unit", "in", p "stock_units" }
local same_unit = { "quantity_unit", "==", col "offer.capacity_unit" } -- a log in another unit is a finding, and not counted

measure { id = "capacity_of_flow", unit = "quantity", title = say("本期容量（按时间）", "Capacity in the period, flows"), from = "offers",
  where = { open_now[1], open_now[2], is_flow }, group = "offer", value = sum(prorate("capacity", "available_from", "available_to", period)) }
measure { id = "capacity_of_stock", unit = "quantity", title = say("容量（按总量）", "Capacity, stocks"), from = "offers",
  where = { open_now[1], open_now[2], is_stock }, group = "offer", value = sum("capacity") }
measure { id = "use_of_flow", unit = "quantity", title = say("本期使用（按时间）", "Use in the period, flows"), from = "commitments",
  where = { same_unit, { "offer.capacity_unit", "in", p "flow_units" } }, group = "offer", value = sum("delivered_in_period") }
measure { id = "use_of_stock", unit = "quantity", title = say("累计使用（按总量）", "Use so far, stocks"), from = "commitments",
  where = { same_unit, { "offer.capacity_unit", "in", p "stock_units" } }, group = "offer", value = sum("delivered") }
measure { id = "capacity_now", unit = "quantity", title = say("应计容量", "Capacity that counts"), from = "offers",
  where = open_now, group = "offer", value = sum(plus("capacity_of_flow", "capacity_of_stock")) }
measure { id = "use_now", unit = "quantity", title = say("应计使用", "Use that counts"), from = "offers",
  where = open_now, group = "offer", value = sum(plus("use_of_flow", "use_of_stock")) }
measure { id = "offer_last_use", unit = "date", title = say("最近使用日期", "Last use"), from = "commitments", group = "offer", value = max("last_log_on") }

-- 2 原始数：资源利用 / raw figures: utilisation, in cells of category and unit of measure
local cell = { "area", "category", "capacity_unit" }
measure { id = "offer_capacity", unit = "quantity", title = say("资源容量", "Capacity of resources"), from = "offers", where = open_now, group = cell, value = sum("capacity_now") }
measure { id = "offer_used", unit = "quantity", title = say("资源使用", "Use of resources"), from = "offers", where = open_now, group = cell, value = sum("use_now") }
measure { id = "offer_used_capped", unit = "quantity", title = say("资源使用（不超过容量）", "Use of resources, up to capacity"), from = "offers", where = open_now, group = cell,
  value = sum(least("use_now", "capacity_now")) }
measure { id = "utilisation", unit = "ratio", title = say("资源利用率", "Utilisation of resources"), from = "area/category/capacity_unit",
  where = { { "offer_capacity", ">", 0 } }, group = "area", value = mean(part("offer_used_capped", "offer_capacity")) }
measure { id = "offers_open", unit = "resource", title = say("开放的资源", "Open resources"), from = "offers", where = open_now, group = "area" }
-- 闲置：开放着、超过 90 天没有使用。 Idle: open now, and more than 90 days without use.
measure { id = "idle_offers", unit = "resource", title = say("长期闲置的资源", "Idle resources"), from = "offers",
  where = { { "available_from", "<=", as_of }, { "available_to", ">=", as_of } }, group = "area", evidence = true,
  value = count { { days("available_from", as_of), ">", p "idle_days" }, any { { "offer_last_use", "missing" }, { days("offer_last_use", as_of), ">", p "idle_days" } } } }

-- 3 原始数：供需 / raw figures: supply and demand, in people
local this_year = { "raised_on", "in", four_quarters }
local supplying = { { "direction", "==", "to_community" }, { "starts_on", "<=", as_of }, { "due_on", ">=", period.first } }

measure { id = "demand", unit = "person", title = say("需求（人×优先级）", "Demand, people by priority"), from = "needs", where = { this_year },
  group = { "area", "category" }, value = sum(times("people", default("priority", 1))) }
measure { id = "supply", unit = "person", title = say("供给（计划人次）", "Supply, planned attendance"), from = "commitments", where = supplying,
  group = { "area", "category" }, value = sum("participants") }
measure { id = "demand_total", unit = "person", title = say("需求合计", "Demand in all"), from = "needs", where = { this_year }, group = "area", value = sum(times("people", default("priority", 1))) }
measure { id = "supply_total", unit = "person", title = say("供给合计", "Supply in all"), from = "commitments", where = supplying, group = "area", value = sum("participants") }
measure { id = "unmet", unit = "person", title = say("未满足的需求", "Unmet demand"), from = "area/category", group = "area", value = sum(greatest(0, minus("demand", "supply"))) }
measure { id = "surplus", unit = "person", title = say("过剩的供给", "Surplus supply"), from = "area/category", group = "area", value = sum(greatest(0, minus("supply", "demand"))) }
measure { id = "unmet_share", unit = "ratio", title = say("未满足率", "Share of demand unmet"), group = "area", value = ratio("unmet", "demand_total") }
measure { id = "surplus_share", unit = "ratio", title = say("过剩率", "Share of supply in surplus"), group = "area", value = ratio("surplus", "supply_total") }
measure { id = "demand_covered", unit = "person", title = say("有供给的类别的需求", "Demand in categories with any supply"), from = "area/category", where = { { "supply", ">", 0 } }, group = "area", value = sum("demand") }
measure { id = "breadth", unit = "ratio", title = say("供给覆盖面", "Breadth of supply"), group = "area", value = ratio("demand_covered", "demand_total") }
measure { id = "total_variation", unit = "ratio", title = say("供需结构差异", "Total variation of supply against demand"), from = "area/category", group = "area",
  value = estimate { of = "total_variation", left = "supply", right = "demand" } }

-- 4 供需错配：居民需求，近四个季度 / mismatch: the residents' needs, over four quarters
-- 单位自己的需求由社区回应，不在居民供需里。 A unit's own need is answered by the community and stands outside.
measure { id = "own_need_of_unit", unit = "flag", title = say("单位自己的需求", "A unit's own need"), from = "needs", where = { { "unit", "present" } }, group = "need", optional = { "needs" } }
local residents_need = { this_year, { "own_need_of_unit", "==", 0 } }
measure { id = "needs_raised", unit = "need", title = say("居民需求数", "Needs of residents"), from = "needs", where = residents_need, group = "area" }
measure { id = "needs_answered", unit = "need", title = say("有事项对接的需求", "Needs answered by an item"), from = "needs", where = residents_need, group = "area", value = count { { "commitment", "present" } } }
measure { id = "need_people", unit = "person", title = say("居民需求人数", "People in need"), from = "needs", where = residents_need, group = { "area", "category" }, value = sum("people") }
measure { id = "need_weight", unit = "person", title = say("居民需求人数（按优先级）", "People in need by priority"), from = "needs", where = residents_need, group = { "area", "category" },
  value = sum(times("people", default("priority", 1))) }
local supplying_in_year = { { "direction", "==", "to_community" }, { "starts_on", "<=", as_of }, any { { "due_on", "in", four_quarters }, { "due_on", ">", as_of } } }
measure { id = "supply_planned", unit = "person", title = say("近四个季度计划供给", "Planned supply of four quarters"), from = "commitments", where = supplying_in_year, group = { "area", "category" }, value = sum("participants") }
measure { id = "supply_delivered", unit = "person", title = say("近四个季度实际供给", "Delivered supply of four quarters"), from = "commitments", where = supplying_in_year, group = { "area", "category" }, value = sum("attended_in_year") }
-- 各类满足率按优先级加权平均；需求太少的不作判断。
-- The part of each category's need that supply covers, weighted by priority; too few needs say nothing.
local enough_needs = { { "need_people", ">", 0 }, { "area.needs_raised", ">=", p "mismatch_needs_floor" } }
measure { id = "need_met", unit = "ratio", title = say("需求满足率（按优先级）", "Needs met, by priority"), from = "area/category",
  where = enough_needs, group = "area", value = mean(part("supply_planned", "need_people"), "need_weight") }
measure { id = "need_met_delivered", unit = "ratio", title = say("实际需求满足率（按优先级）", "Needs met by what was delivered"), from = "area/category",
  where = enough_needs, group = "area", value = mean(part("supply_delivered", "need_people"), "need_weight") }
measure { id = "need_distance", unit = "ratio", title = say("供需结构距离（推土机距离）", "Earth mover's distance of supply from need"), from = "area/category", group = "area",
  value = estimate { of = "earth_mover", left = "supply_planned", right = "need_people", distance = "taxonomy" } }
measure { id = "unconsulted_needs", unit = "need", title = say("未征求居民意见的需求", "Needs without a record of consultation"), from = "needs", where = residents_need, group = "area",
  value = count { { "consultation", "missing" } }, evidence = true }
