-- 履约：记录 → 事项 → 契约、项目、单位、社区。
-- Fulfilment: logs → commitments → contracts, projects, units and areas. Cancelled logs never count.

-- 1 每个事项的履约 / of each commitment, from its logs
local live = { "status", "!=", "cancelled" }
local so_far = { "done_on", "in", to_date }

measure { id = "delivered", unit = "quantity", title = say("已完成数量", "Delivered so far"), from = "fulfilment",
  where = { live, so_far }, group = "commitment", value = sum("quantity") }
measure { id = "delivered_in_period", unit = "quantity", title = say("本期完成数量", "Delivered in the period"), from = "fulfilment",
  where = { live, { "done_on", "in", period } }, group = "commitment", value = sum("quantity") }
measure { id = "completed_on", unit = "date", title = say("完成日期", "Completed on"), from = "fulfilment",
  where = { { "status", "==", "completed" }, so_far }, group = "commitment", value = min("done_on") }
measure { id = "live_logs", unit = "log", title = say("履约记录数", "Logs so far"), from = "fulfilment",
  where = { live, so_far }, group = "commitment" }
measure { id = "last_log_on", unit = "date", title = say("最近一次履约日期", "Last log on"), from = "fulfilment",
  where = { live, so_far }, group = "commitment", value = max("done_on") }
measure { id = "logs_in_year", unit = "log", title = say("近四个季度履约次数", "Logs of four quarters"), from = "fulfilment",
  where = { live, { "done_on", "in", four_quarters } }, group = "commitment" }
measure { id = "attended", unit = "person", title = say("累计实际人次", "Attendance so far"), from = "fulfilment",
  where = { live, so_far }, group = "commitment", value = sum("participants") }
measure { id = "attended_in_period", unit = "person", title = say("本期实际人次", "Attendance in the period"), from = "fulfilment",
  where = { live, { "done_on", "in", period } }, group = "commitment", value = sum("participants") }
measure { id = "attended_in_year", unit = "person", title = say("近四个季度实际人次", "Attendance in four quarters"), from = "fulfilment",
  where = { live, { "done_on", "in", four_quarters } }, group = "commitment", value = sum("participants") }
measure { id = "logs_without_attendance", unit = "log", title = say("未登记人次的记录数", "Logs without attendance"), from = "fulfilment",
  where = { live, so_far, { "participants", "missing" } }, group = "commitment" }
-- 对方确认：谁受益谁确认；没有这一列就是没有确认。 The other side's word: who is served confirms; without the column nobody did.
measure { id = "confirmed_by_served_community", unit = "log", title = say("社区或居民确认完成", "Completion confirmed by the community or residents"), from = "fulfilment",
  where = { { "status", "==", "completed" }, so_far, { "confirmed_by", "in", { "community", "residents" } } }, group = "commitment", optional = { "fulfilment" } }
measure { id = "confirmed_by_served_unit", unit = "log", title = say("单位确认完成", "Completion confirmed by the unit"), from = "fulfilment",
  where = { { "status", "==", "completed" }, so_far, { "confirmed_by", "==", "unit" } }, group = "commitment", optional = { "fulfilment" } }

-- 2 每个事项的状态 / flags of each commitment
-- 没有终止日期这一列的，都算未终止：留在分母里，不会抬高得分。 Without that column none has ended: they stay in the denominators, which raises no score.
measure { id = "standing", unit = "flag", title = say("未协商终止", "Not ended by agreement"), from = "commitments", optional = { "commitments" },
  where = { any { { "ended_on", "missing" }, { "ended_on", ">", as_of } } }, group = "commitment" }
local standing = { "standing", "==", 1 }
measure { id = "overdue", unit = "flag", title = say("延期", "Overdue"), from = "commitments",
  where = { { "due_on", "<=", as_of }, { "completed_on", "missing" }, standing }, group = "commitment" }
-- 完成：数量达到计划，或经对方确认。 Completed: the quantity is there, or the other side confirmed it.
measure { id = "item_completed", unit = "flag", title = say("已完成（达量或经对方确认）", "Completed in quantity, or confirmed by the other side"), from = "commitments",
  where = { any {
    { "delivered", ">=", col "quantity" },
    all { { "direction", "==", "to_community" }, { "confirmed_by_served_community", ">", 0 } },
    all { { "direction", "==", "to_unit" }, { "confirmed_by_served_unit", ">", 0 } },
  } }, group = "commitment" }
-- 办结日期：登记完成之日；到期达量而未登记完成的，取最近一次记录。 Closed: when completion was logged, else, once due, the last log of a full quantity.
measure { id = "closed_on", unit = "date", title = say("办结日期", "Closed on"), from = "commitments",
  where = { standing, any { { "completed_on", "present" }, all { { "item_completed", "==", 1 }, { "due_on", "<=", as_of } } } },
  group = "commitment", value = max(default("completed_on", "last_log_on")) }
-- 按计划到今天应有的人次 / attendance that the plan asks for by today
measure { id = "plan_to_date", unit = "person", title = say("按进度计划人次", "Planned attendance by now"), from = "commitments",
  where = { { "starts_on", "<=", as_of } }, group = "commitment", value = sum(prorate("participants", "starts_on", "due_on", to_date)) }

-- 3 原始数：事项与参与 / raw figures: items and participation
local due = { "due_on", "<=", as_of }
local started = { "starts_on", "<=", as_of }
local open_in_period = { "due_on", ">=", period.first }

measure { id = "due_commitments", unit = "item", title = say("到期事项", "Items due"), from = "commitments", where = { due }, group = "area" }
measure { id = "completed_commitments", unit = "item", title = say("到期且完成的事项", "Due items completed"), from = "commitments",
  where = { due, { "completed_on", "present" } }, group = "area" }
measure { id = "on_time_commitments", unit = "item", title = say("按期完成的事项", "Items completed on time"), from = "commitments",
  where = { due, { "completed_on", "<=", col "due_on" } }, group = "area" }
measure { id = "delivery", unit = "ratio", title = say("到期事项平均完成度", "Mean delivery of due items"), from = "commitments",
  where = { due }, group = "area", value = mean(part("delivered", "quantity")) }
measure { id = "planned_participants", unit = "person", title = say("在办事项计划人次", "Planned attendance of active items"), from = "commitments",
  where = { started, open_in_period }, group = "area", value = sum("participants") }
measure { id = "actual_participants", unit = "person", title = say("在办事项本期实际人次", "Attendance of active items in the period"), from = "commitments",
  where = { started, open_in_period }, group = "area", value = sum("attended_in_period") }
measure { id = "list_due", unit = "item", title = say("各清单到期事项", "Items due by list"), from = "commitments", where = { due }, group = { "unit", "list" } }
measure { id = "list_completed", unit = "item", title = say("各清单完成事项", "Items completed by list"), from = "commitments",
  where = { due, { "completed_on", "present" } }, group = { "unit", "list" } }
measure { id = "ended_commitments", unit = "item", title = say("近四个季度协商终止的事项", "Items ended by agreement in four quarters"), from = "commitments",
  where = { { "ended_on", "in", four_quarters } }, group = "area" }
measure { id = "unremedied", unit = "item", title = say("延期未整改的事项", "Overdue items without a remedy"), from = "commitments", where = { due },
  group = "area", value = count { { "overdue", "==", 1 }, { "remedy", "missing" } }, evidence = true }

-- 4 双方履约：近四个季度到期、未协商终止、由该方承担的事项。
-- Fulfilment of each side: what it owes, due in four quarters and not ended by agreement.
-- 单位承担给社区的，社区承担给单位的。 A unit owes what goes to the community, and the other way round.
local owed_now = { { "due_on", "in", four_quarters }, standing }
local owed_by_units = { owed_now[1], owed_now[2], { "direction", "==", "to_community" } }
local owed_by_community = { owed_now[1], owed_now[2], { "direction", "==", "to_unit" } }
local done = { "item_completed", "==", 1 }

local function fulfilment_of(side, where, group, zh, en)
  local where_done = { done }
  for i, condition in ipairs(where) do where_done[i + 1] = condition end
  measure { id = side .. "_due", unit = "item", title = say(zh .. "应完成事项", "Items due from " .. en), from = "commitments", where = where, group = group }
  measure { id = side .. "_completed", unit = "item", title = say(zh .. "已完成事项", "Items completed by " .. en), from = "commitments", where = where_done, group = group }
  measure { id = side .. "_completed_share", unit = "ratio", title = say(zh .. "事项完成率", "Share of items completed by " .. en), group = group,
    value = ratio(side .. "_completed", side .. "_due") }
  measure { id = side .. "_delivery", unit = "ratio", title = say(zh .. "平均完成度", "Mean delivery by " .. en), from = "commitments", where = where,
    group = group, value = mean(part("delivered", "quantity")) }
end
fulfilment_of("community", owed_by_community, "area", "社区", "the community")
fulfilment_of("partners", owed_by_units, "area", "共建单位", "its partners")
fulfilment_of("unit", owed_by_units, "unit", "本单位", "the unit")

measure { id = "unit_on_time", unit = "item", title = say("本单位按期完成事项", "Items completed on time by the unit"), from = "commitments",
  where = { owed_by_units[1], owed_by_units[2], owed_by_units[3], { "completed_on", "<=", col "due_on" } }, group = "unit" }
measure { id = "unit_on_time_share", unit = "ratio", title = say("本单位按期完成率", "Share of items on time by the unit"), group = "unit", value = ratio("unit_on_time", "unit_due") }
measure { id = "unit_unremedied", unit = "item", title = say("本单位延期未整改事项", "Overdue items of the unit without a remedy"), from = "commitments",
  where = { due, { "direction", "==", "to_community" }, { "overdue", "==", 1 }, { "remedy", "missing" } }, group = "unit" }
measure { id = "median_days", unit = "day", title = say("从开始到完成的中位天数", "Median days from start to completion"), from = "commitments",
  where = { started, standing }, group = "area", value = estimate { of = "median_days", first = "starts_on", last = "completed_on", censor = as_of } }
measure { id = "partners_completed_shrunk", unit = "ratio", title = say("共建单位事项完成率（收缩估计，仅供展示）", "Share completed by partners, shrunk towards the street; for showing only"),
  from = "areas", group = "area", value = estimate { of = "shrunk", num = "partners_completed", den = "partners_due", towards = "street" } }

-- 5 参与：按进度的参与率 / participation against the elapsed share of plan
local active = { started, open_in_period, standing }

measure { id = "participation", unit = "ratio", title = say("按进度的参与率", "Participation against plan to date"), from = "commitments", where = active,
  group = "area", value = ratio(least("attended", "plan_to_date"), "plan_to_date") }
-- 有记录没登记人次的事项按满额算，得上界。 The upper bound: items with logs without attendance as if full.
measure { id = "participation_possible", unit = "ratio", title = say("参与率上界", "Participation, upper bound"), from = "commitments", where = active,
  group = "area", value = ratio(least(plus("attended", times("logs_without_attendance", "plan_to_date")), "plan_to_date"), "plan_to_date") }
measure { id = "attendance_gaps", unit = "item", title = say("有记录未登记人次的事项", "Active items with logs without attendance"), from = "commitments", where = active,
  group = "area", value = count { { "logs_without_attendance", ">", 0 } }, evidence = true }
measure { id = "unit_participation", unit = "ratio", title = say("本单位事项按进度参与率", "Participation in the unit's items"), from = "commitments",
  where = { active[1], active[2], active[3], { "direction", "==", "to_community" } }, group = "unit", value = ratio(least("attended", "plan_to_date"), "plan_to_date") }
-- 报名不足：少于 30 人且少于计划六成，没有整改。 Under min(30, 60 % of plan) and without a remedy.
measure { id = "undersubscribed", unit = "programme", title = say("报名不足且未调整的项目", "Programmes with too few sign-ups and no adjustment"), from = "commitments",
  where = { started, any { { "due_on", "in", four_quarters }, { "due_on", ">", as_of } }, standing, { "signups", "present" }, { "participants", ">", 0 } },
  group = "area", evidence = true,
  value = count { { "signups", "<", p "signups_floor" }, { part("signups", "participants"), "<", p "signups_share_floor" }, { "remedy", "missing" } } }

-- 6 项目：几家的事项同属一个项目的合为一个，没有编号的事项自成一个项目；在一个社区里看。
-- Projects, within a community: items that share a project are one, an item without a number is its own.
local project = { "area", "project" }

measure { id = "rated_item", unit = "flag", title = say("群众评议过的事项", "Item rated by residents"), from = "commitments",
  where = { any { { "resident_ratings", ">", 0 }, { "contract.contract_ratings", ">", 0 } } }, group = "commitment" }
measure { id = "project_items", publish = false, unit = "item", title = say("项目事项数", "Items of a project"), from = "commitments", where = { standing }, group = project }
measure { id = "project_items_closed", publish = false, unit = "item", title = say("项目办结事项数", "Closed items of a project"), from = "commitments",
  where = { standing, { "closed_on", "present" } }, group = project }
measure { id = "project_items_rated", publish = false, unit = "item", title = say("项目经群众评议事项数", "Items of a project rated by residents"), from = "commitments",
  where = { standing, { "rated_item", "==", 1 } }, group = project }
measure { id = "project_closed_on", publish = false, unit = "date", title = say("项目办结日期", "Project closed on"), from = "commitments", where = { standing }, group = project, value = max("closed_on") }
measure { id = "closed_projects", unit = "project", title = say("办结项目（其中经群众评议）", "Closed projects, and those rated by residents"), from = "area/project",
  where = { { "project_items", ">", 0 }, { "project_items_closed", "==", col "project_items" }, { "project_closed_on", "in", four_quarters } },
  group = "area", value = count { { "project_items_rated", ">", 0 } }, evidence = true }
measure { id = "key_items", unit = "item", title = say("重点项目事项", "Items of key projects"), from = "commitments", where = { { "key", "==", 1 } }, group = "area" }
measure { id = "items_by_theme", unit = "item", title = say("各主题事项", "Items by theme"), from = "commitments", where = { started }, group = { "area", "theme" } }
measure { id = "items_by_list", unit = "item", title = say("各清单事项", "Items by list"), from = "commitments", where = { started }, group = { "area", "list" } }
measure { id = "items_by_work_area", unit = "item", title = say("各重点事项", "Items by work area"), from = "commitments", where = { started }, group = { "area", "work_area" } }
measure { id = "menus_filled", unit = "menu", title = say("填报的菜单数（服务、资源、责任、个性）", "Menus filled in, of four"), from = "area/list",
  where = { { "list", "in", { "service", "resource", "responsibility", "tailored" } }, { "items_by_list", ">", 0 } }, group = "area" }

-- 治水和洁净：社区牵头的项目，即社区在其中有承担的事项。
-- Water and cleaning: the projects that the community leads, i.e. in which it owes an item itself.
local clean_due = { due, { "theme", "in", p "clean_themes" }, standing }

measure { id = "project_items_of_community", publish = false, unit = "item", title = say("项目中社区承担的事项", "Items of a project that the community owes"), from = "commitments",
  where = { standing, { "direction", "==", "to_unit" } }, group = project }
measure { id = "project_clean_due", publish = false, unit = "item", title = say("项目中到期的治水和洁净类事项", "Water and cleaning items of a project that are due"), from = "commitments",
  where = clean_due, group = project }
measure { id = "project_clean_overdue", publish = false, unit = "item", title = say("项目中延期的治水和洁净类事项", "Water and cleaning items of a project that are overdue"), from = "commitments",
  where = { clean_due[1], clean_due[2], clean_due[3], { "overdue", "==", 1 } }, group = project }
measure { id = "clean_projects", unit = "project", title = say("社区牵头的治水和洁净类项目（其中延期）", "Water and cleaning projects led by the community, and those overdue"), from = "area/project",
  where = { { "project_clean_due", ">", 0 }, { "project_items_of_community", ">", 0 } }, group = "area",
  value = count { { "project_clean_overdue", ">", 0 } }, evidence = true }
