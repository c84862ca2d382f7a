-- 契约与社区里的单位：谈约 签约 亮约 履约 评约。
-- Contracts, and the units within a community.

local signed = { "signed_on", "<=", as_of }

-- 1 五个步骤 / the five steps
measure { id = "contracts", unit = "contract", title = say("签约数", "Contracts signed"), from = "contracts", where = { signed }, group = "area" }
measure { id = "contract_logs", unit = "log", title = say("契约履约记录数", "Logs of a contract"), from = "commitments", group = "contract", value = sum("live_logs") }
-- 步骤齐全且次序不乱；评约只在到期后要求；要有履约记录。
-- All steps, in order; the review is asked for only after the end; a live log stands behind it.
measure { id = "contracts_five_steps", unit = "contract", title = say("五约齐全的契约", "Contracts with all five steps in order"), from = "contracts",
  where = { signed, { "negotiated_on", "<=", col "signed_on" }, { "published_on", ">=", col "signed_on" }, { "published_on", "<=", as_of }, { "contract_logs", ">", 0 },
    any { { "reviewed_on", ">=", col "published_on" }, all { { "reviewed_on", "missing" }, { "ends_on", ">=", as_of } } } },
  group = "area" }
-- 期限内没有亮约：至今未亮约的都算；晚亮约的，签约在近四个季度内才算，补亮约的旧约不再追究。
-- Not published within the grace: always while it is unpublished; published late, only when it was signed in the last four quarters.
measure { id = "unpublished_contracts", unit = "contract", title = say("期限内未亮约的契约", "Contracts not published in time"), from = "contracts", where = { signed },
  group = "area", evidence = true,
  value = count { { days("signed_on", as_of), ">", p "publish_grace_days" }, any { { "published_on", "missing" }, { "published_on", ">", as_of },
    all { { days("signed_on", "published_on"), ">", p "publish_grace_days" }, { "signed_on", "in", four_quarters } } } } }
measure { id = "member_contracts", unit = "contract", title = say("党员签约数（人人契约）", "Contracts of single members"), from = "contracts", where = { signed, { "member", "present" } }, group = "area" }
measure { id = "contracts_by_origin", unit = "contract", title = say("各来源契约数", "Contracts by origin"), from = "contracts", where = { signed }, group = { "area", "origin" } }
measure { id = "contract_items_to_community", unit = "item", title = say("契约中服务社区的事项", "Items of a contract to the community"), from = "commitments",
  where = { { "direction", "==", "to_community" } }, group = "contract" }
measure { id = "contract_items_to_unit", unit = "item", title = say("契约中服务单位的事项", "Items of a contract to the unit"), from = "commitments",
  where = { { "direction", "==", "to_unit" } }, group = "contract" }
measure { id = "contracts_both_ways", unit = "contract", title = say("双向服务的契约", "Contracts with service in both directions"), from = "contracts",
  where = { signed, { "contract_items_to_community", ">", 0 }, { "contract_items_to_unit", ">", 0 } }, group = "area" }
-- 近四个季度内契约履行的天数 / days that the contract ran within four quarters
measure { id = "contract_days", unit = "day", title = say("近四个季度契约履行天数", "Days a contract ran within four quarters"), from = "contracts", where = { { "starts_on", "<=", as_of } },
  group = "contract", value = sum(prorate(plus(days("starts_on", "ends_on"), 1), "starts_on", "ends_on", four_quarters)) }

-- 2 社区里的单位：中间数，不进 measures.csv（低分单位从不公开列出）。
-- Units within a community: steps on the way, kept out of measures.csv (low scorers are never listed in public).
measure { id = "pair_contracts", publish = false, unit = "contract", title = say("单位在社区的契约", "Contracts of a unit in the community"), from = "contracts", where = { signed }, group = { "area", "unit" } }
measure { id = "pair_long_contracts", publish = false, unit = "contract", title = say("履行满期限的契约", "Contracts that ran long enough"), from = "contracts",
  where = { { "contract_days", ">=", p "contract_days_floor" } }, group = { "area", "unit" } }
measure { id = "pair_activities", publish = false, unit = "activity", title = say("单位近四个季度共建活动次数", "Activities of a unit in four quarters"), from = "commitments", group = { "area", "unit" }, value = sum("logs_in_year") }
measure { id = "pair_remedied_lately", publish = false, optional = { "commitments" }, unit = "item", title = say("单位近期整改事项", "Items of a unit remedied lately"), from = "commitments",
  where = { { "remedied_on", "<=", as_of }, { days("remedied_on", as_of), "<=", p "remedy_days" } }, group = { "area", "unit" } }
-- 由单位承担、延期、且未在期限内整改的事项；没有整改日期这一列就是没有整改。
-- Owed by the unit, overdue, and not remedied in time; without dates of remedies there was none.
measure { id = "pair_overdue", publish = false, optional = { "commitments" }, unit = "item", title = say("单位延期事项", "Overdue items of a unit"), from = "commitments",
  where = { { "overdue", "==", 1 }, { "direction", "==", "to_community" },
    any { { "remedied_on", "missing" }, { "remedied_on", ">", as_of }, { days("due_on", "remedied_on"), ">", p "remedy_days" } } },
  group = { "area", "unit" } }
measure { id = "pair_remedied_on", publish = false, optional = { "commitments" }, unit = "date", title = say("单位最近整改日期", "Last remedy of a unit"), from = "commitments",
  where = { { "remedied_on", "<=", as_of } }, group = { "area", "unit" }, value = max("remedied_on") }
measure { id = "partners", unit = "organisation", title = say("签约共建单位", "Partner organisations"), from = "area/unit", where = { { "pair_contracts", ">", 0 } }, group = "area" }

-- 全年仅参与 1 次及以下：契约履行不满 180 天的、近 30 天内有整改的不算。
-- One activity or fewer in the year; contracts that ran under 180 days and units with a remedy of the last 30 days are left out.
measure { id = "passive_units", unit = "organisation", title = say("全年仅参与1次及以下的单位", "Units with one activity or fewer in the year"), from = "area/unit",
  where = { { "pair_long_contracts", ">", 0 }, { "pair_remedied_lately", "==", 0 } }, group = "area",
  value = count { { "pair_activities", "<=", p "passive_activities" } }, evidence = true }

-- 项目清单完成率：只看单位承担、近四个季度到期、未协商终止、契约履行满 180 天的项目清单事项。
-- The project list: only items that the unit owes, due in four quarters, not ended, of contracts that ran 180 days.
local list_items = { { "list", "==", "project" }, { "direction", "==", "to_community" }, { "due_on", "in", four_quarters }, { "standing", "==", 1 },
  { "contract.contract_days", ">=", p "contract_days_floor" } }

measure { id = "pair_list_due", publish = false, unit = "item", title = say("单位应完成的项目清单事项", "Project list items due from a unit"), from = "commitments", where = list_items, group = { "area", "unit" } }
measure { id = "pair_list_completed", publish = false, unit = "item", title = say("单位已完成的项目清单事项", "Project list items completed by a unit"), from = "commitments",
  where = { list_items[1], list_items[2], list_items[3], list_items[4], list_items[5], { "item_completed", "==", 1 } }, group = { "area", "unit" } }
measure { id = "pair_list_unremedied", publish = false, unit = "item", title = say("单位未完成且未整改的项目清单事项", "Project list items of a unit, open and without a remedy"), from = "commitments",
  where = { list_items[1], list_items[2], list_items[3], list_items[4], list_items[5], { "item_completed", "==", 0 }, { "remedy", "missing" } }, group = { "area", "unit" } }
measure { id = "half_list_units", unit = "organisation", title = say("项目清单完成率不超过50%的单位", "Units at half of their project list or below"), from = "area/unit",
  where = { { "pair_list_due", ">", 0 } }, group = "area", evidence = true,
  value = count { { part("pair_list_completed", "pair_list_due"), "<=", p "half_list_rate" }, { "pair_list_unremedied", ">", 0 } } }

-- 3 评议 / reviews
local this_year = { "reviewed_on", "in", four_quarters }

measure { id = "resident_ratings", unit = "review", title = say("事项的群众评议", "Residents' reviews of an item"), from = "reviews",
  where = { { "reviewer", "==", "residents" }, { "subject", "==", "commitment" }, { "reviewed_on", "in", to_date } }, group = "commitment" }
measure { id = "contract_ratings", unit = "review", title = say("契约的群众评议", "Residents' reviews of a contract"), from = "reviews",
  where = { { "reviewer", "==", "residents" }, { "subject", "==", "contract" }, { "reviewed_on", "in", to_date } }, group = "contract" }
measure { id = "self_reviews", publish = false, unit = "review", title = say("单位自评", "Self-reviews of a unit"), from = "reviews",
  where = { { "reviewer", "==", "self" }, this_year }, group = { "area", "unit" } }
measure { id = "self_best", publish = false, unit = "review", title = say("单位自评优秀", "Self-reviews of a unit graded excellent"), from = "reviews",
  where = { { "reviewer", "==", "self" }, { "grade", ">=", p "excellent_grade" }, this_year }, group = { "area", "unit" } }
measure { id = "rated_low", publish = false, unit = "review", title = say("社区评议偏低", "Low grades by the counterpart"), from = "reviews",
  where = { { "reviewer", "==", "counterpart" }, { "grade", "<=", p "poor_grade" }, this_year }, group = { "area", "unit" } }
measure { id = "rated_low_on", publish = false, unit = "date", title = say("社区评议偏低日期", "Last low grade by the counterpart"), from = "reviews",
  where = { { "reviewer", "==", "counterpart" }, { "grade", "<=", p "poor_grade" }, this_year }, group = { "area", "unit" }, value = max("reviewed_on") }
-- 自评优秀，而社区评议不高于合格或有延期；评议后 30 天内整改的不算。
-- Excellent by itself, while the counterpart says pass or below, or items are overdue; a remedy within 30 days of the finding leaves it out.
measure { id = "inflated_units", unit = "organisation", title = say("自评与社区评议严重不符的单位", "Units whose self-review the community contradicts"), from = "area/unit",
  where = { { "self_reviews", ">", 0 } }, group = "area", evidence = true,
  value = count { { "self_best", ">", 0 }, any {
    { "pair_overdue", ">", 0 },
    all { { "rated_low", ">", 0 }, any { { "pair_remedied_on", "missing" }, { "pair_remedied_on", "<", col "rated_low_on" }, { days("rated_low_on", "pair_remedied_on"), ">", p "remedy_days" } } },
  } } }
measure { id = "unit_grade", unit = "grade", title = say("社区对单位的评议均分", "Mean grade by counterparts"), from = "reviews",
  where = { { "reviewer", "==", "counterpart" }, this_year }, group = "unit", value = mean("grade") }
measure { id = "unit_self_grade", unit = "grade", title = say("单位自评均分", "Mean grade by itself"), from = "reviews",
  where = { { "reviewer", "==", "self" }, this_year }, group = "unit", value = mean("grade") }

-- 4 单位本身 / units themselves
measure { id = "unit_contracts", unit = "contract", title = say("单位签约数", "Contracts of the unit"), from = "contracts", where = { signed }, group = "unit" }
measure { id = "unit_activities", unit = "activity", title = say("单位近四个季度共建活动次数", "Activities of the unit in four quarters"), from = "commitments", group = "unit", value = sum("logs_in_year") }
measure { id = "unit_people", unit = "person", title = say("单位近四个季度服务人次", "Attendance of the unit's items in four quarters"), from = "commitments",
  where = { { "direction", "==", "to_community" } }, group = "unit", value = sum("attended_in_year") }
measure { id = "unit_bids", unit = "bid", title = say("单位竞拍认领次数", "Bids of the unit"), from = "bids", where = { { "bid_on", "in", four_quarters } }, group = "unit" }
measure { id = "unit_bids_won", unit = "bid", title = say("单位竞拍认领成功次数", "Bids won by the unit"), from = "bids", where = { { "bid_on", "in", four_quarters }, { "won", "==", 1 } }, group = "unit" }
