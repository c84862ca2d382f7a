-- 公开资料里报道的总数：每个数一条 measure，名字与 expected.csv 相同。
-- The totals that public sources report: one measure each, under its name in expected.csv.
-- A pack that judges nothing: it shows how a figure is asked for, and the tests read it.

standard { id = "figures", title = say("报道总数核对", "Reported totals"), version = "1", stars = { { "all", say("全部", "All") } } }

param { id = "half", unit = "ratio", values = { ["2000-01-01"] = 0.5 }, source = { ["2000-01-01"] = "002_04c3b1a9725b66a5.txt: 有32个单位仅完成50%的项目清单" } }
param { id = "few_signups", unit = "person", values = { ["2000-01-01"] = 30 }, source = { ["2000-01-01"] = "002_04c3b1a9725b66a5.txt: 实际报名人数不足30人" } }

-- 社区与单位 / communities and organisations
measure { id = "communities_total", unit = "community", from = "areas", where = { { "level", "==", "community" } }, group = "area" }
measure { id = "contracts_signed", unit = "contract", from = "contracts", where = { { "signed_on", "<=", as_of } }, group = "area" }
measure { id = "communities_with_contracts", unit = "community", from = "areas", where = { { "level", "==", "community" }, { "contracts_signed", ">", 0 } }, group = "area" }
measure { id = "contracts_of_pair", unit = "contract", from = "contracts", where = { { "signed_on", "<=", as_of } }, group = { "area", "unit" }, publish = false }
measure { id = "organisations_signed", unit = "organisation", from = "area/unit", where = { { "contracts_of_pair", ">", 0 } }, group = "area" }
measure { id = "resident_organisations", unit = "organisation", from = "units", group = "area" }
measure { id = "party_organisations", unit = "organisation", from = "facts", where = { { "fact", "==", "grids_with_branch" } }, group = "area", value = sum("value") }
measure { id = "registered_members", unit = "person", from = "members", group = "area" }
measure { id = "members_commitment_rate", unit = "ratio", from = "members", group = "area", value = count { { "pledged_on", "<=", as_of } } }
measure { id = "members_signed_personal", unit = "person", from = "contracts", where = { { "member", "present" } }, group = "area" }

-- 项目：同一项目的几个事项只算一个 / projects: items of several partners that are one project count once
local function projects(id, where)
  measure { id = id .. "_items", unit = "item", from = "commitments", where = where, group = { "area", "project" }, publish = false }
  measure { id = id, unit = "project", from = "area/project", where = { { id .. "_items", ">", 0 } }, group = "area" }
end
local managed = { "list", "==", "project" }
projects("key_projects", { { "key", "==", 1 } })
projects("managed_projects", { managed })
projects("managed_projects_water", { managed, { "theme", "==", "五水共治" } })
projects("managed_projects_illegal_building", { managed, { "theme", "==", "控违拆违" } })
projects("managed_projects_clean_safe", { managed, { "theme", "in", { "洁净越城", "平安越城" } } })

-- 竞拍 / the auction
measure { id = "bids_for_project", unit = "bid", from = "bids", group = "project" }
measure { id = "bids_of_unit", unit = "bid", from = "bids", group = "unit" }
projects("auctioned_projects", { { "project.bids_for_project", ">", 0 } })
measure { id = "auction_bidders", unit = "organisation", from = "units", where = { { "bids_of_unit", ">", 0 } }, group = "area" }

-- 回头看讲话里的问题 / the faults of the review
local listed = { managed, { "direction", "==", "to_community" } }
measure { id = "completed_on", unit = "date", from = "fulfilment", where = { { "status", "==", "completed" }, { "done_on", "in", to_date } }, group = "commitment", value = min("done_on") }
measure { id = "list_items", unit = "item", from = "commitments", where = listed, group = "unit" }
measure { id = "list_items_completed", unit = "item", from = "commitments", where = { listed[1], listed[2], { "completed_on", "present" } }, group = "unit" }
measure { id = "organisations_at_half_list", unit = "organisation", from = "units", group = "area",
  where = { { "list_items", ">", 0 }, { part("list_items_completed", "list_items"), "<=", p "half" } } }
measure { id = "share_of_organisations_at_half_list", unit = "ratio", group = "area", value = ratio("organisations_at_half_list", "resident_organisations") }
measure { id = "services_without_hours", unit = "row", from = "service", where = { { "hours", "missing" } }, group = "member" }
measure { id = "services", unit = "row", from = "service", group = "member" }
measure { id = "members_without_hours", unit = "person", from = "members", where = { { "reported_on", "present" } }, group = "area",
  value = count { any { { "services", "==", 0 }, { "services_without_hours", ">", 0 } } } }
measure { id = "attended", unit = "person", from = "fulfilment", where = { { "status", "!=", "cancelled" } }, group = "commitment", value = sum("participants") }
measure { id = "waste_sorting_participation", unit = "ratio", from = "commitments", where = { { "theme", "==", "垃圾分类" } }, group = "area", value = ratio("attended", "participants") }
measure { id = "elder_university_signups", unit = "person", from = "commitments", where = { { "theme", "==", "老年大学" } }, group = "area", value = sum("signups") }
measure { id = "offer_uses", unit = "item", from = "commitments", group = "offer" }
measure { id = "idle_books", unit = "book", from = "offers", where = { { "category", "==", "funds.goods" }, { "offer_uses", "==", 0 } }, group = "area", value = sum("capacity") }
measure { id = "free_premises", unit = "m2", from = "offers", where = { { "capacity_unit", "==", "m2" } }, group = "area", value = sum("capacity") }
measure { id = "delivered", unit = "quantity", from = "fulfilment", where = { { "status", "!=", "cancelled" } }, group = "commitment", value = sum("quantity") }
local function delivered_for(id, theme)
  measure { id = id, unit = "item", from = "commitments", where = { { "theme", "==", theme } }, group = "area", value = sum("delivered") }
end
delivered_for("illegal_builds_removed", "控违拆违")
measure { id = "logs_of_item", unit = "log", from = "fulfilment", group = "commitment" }
measure { id = "activities", unit = "activity", from = "commitments", group = "unit", value = sum("logs_of_item") }
measure { id = "organisations_with_one_activity", unit = "organisation", from = "units", where = { { "activities", "==", 1 } }, group = "area" }
measure { id = "meetings_of_street", unit = "meeting", from = "meetings", where = { { "area.level", "==", "street" }, { "kind", "in", { "working", "liaison" } } }, group = "area" }

-- 问卷 / surveys: shares of the answers, as counts
measure { id = "responses", unit = "response", from = "surveys", where = { { "overall", "present" } }, group = "area" }
measure { id = "satisfied_share", unit = "ratio", from = "surveys", where = { { "overall", "present" } }, group = "area", value = count { { "overall", ">=", 4 } } }

-- 全市平台 / the city's platform
measure { id = "online_activities", unit = "activity", from = "fulfilment", where = { { "recorder", "==", "online" } }, group = "commitment" }
measure { id = "online_activities_total", unit = "activity", from = "commitments", group = "area", value = sum("online_activities") }
measure { id = "online_members", unit = "person-time", from = "fulfilment", where = { { "recorder", "==", "online" } }, group = "commitment", value = sum("members") }
measure { id = "member_services_online", unit = "person-time", from = "commitments", group = "area", value = sum("online_members") }
measure { id = "online_residents", unit = "person", from = "fulfilment", where = { { "recorder", "==", "online" } }, group = "commitment", value = sum("residents") }
measure { id = "residents_drawn_in", unit = "person", from = "commitments", group = "area", value = sum("online_residents") }
measure { id = "service_items", unit = "item", from = "commitments", where = { { "list", "==", "service" } }, group = "area" }

-- 常秀社区 / Changxiu community
measure { id = "items_in_category", unit = "item", from = "commitments", where = { managed }, group = { "area", "category" }, publish = false }
measure { id = "menu_categories", unit = "category", from = "area/category", where = { { "items_in_category", ">", 0 } }, group = "area" }
delivered_for("jobs_provided", "4050就业岗位")
delivered_for("disputes_settled", "调处纠纷")
delivered_for("staff_housed", "员工宿舍")

measure { id = "observations", unit = "meeting", from = "meetings", where = { { "kind", "==", "observation" } }, group = "area" }
