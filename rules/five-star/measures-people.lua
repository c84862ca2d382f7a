-- 居民、党员和会议：问卷、志愿服务、会议、微心愿。
-- Residents, members and meetings: surveys, service, meetings, wishes.

-- 1 原始数：问卷 / raw figures: surveys of the period
local answered = { "answered_on", "in", period }
measure { id = "survey_responses", unit = "response", title = say("问卷数", "Responses"), from = "surveys", where = { answered }, group = "area" }
measure { id = "survey_weight", unit = "weight", title = say("问卷权数合计", "Weights in all"), from = "surveys", where = { answered }, group = "area", value = sum(default("weight", 1)) }
measure { id = "survey_overall", unit = "weight", title = say("总体满意度加权和", "Weighted sum of overall"), from = "surveys", where = { answered }, group = "area",
  value = sum(times(default("weight", 1), "overall")) }
measure { id = "survey_satisfied", unit = "weight", title = say("满意的权数合计", "Weights of the satisfied"), from = "surveys", where = { answered, { "overall", ">=", "top" } }, group = "area",
  value = sum(default("weight", 1)) }

-- 2 满意度估计，近四个季度：问了共建项目满意度的用它，没问的用总体满意度。
-- Satisfaction, estimated over four quarters: with co-building where it is asked, else overall.
local asked = { "cobuilding", "overall" }
local lately = { "answered_on", "in", four_quarters }
measure { id = "satisfied", unit = "ratio", title = say("满意率", "Share satisfied"), from = "surveys", where = { lately }, group = "area",
  value = estimate { of = "top", item = asked, calibrate = { "age_band", "sex", "housing" }, cluster = "compound_id", strata = "stratum" } }
measure { id = "satisfaction_mean", unit = "item", title = say("满意度均分", "Mean satisfaction"), from = "surveys", where = { lately }, group = "area",
  value = estimate { of = "mean", item = asked, calibrate = { "age_band", "sex", "housing" }, cluster = "compound_id", strata = "stratum" } }

-- 3 原始数：志愿服务 / raw figures: service of the period
local served = { "done_on", "in", period }
measure { id = "service_rows", unit = "row", title = say("服务记录数", "Rows of service"), from = "service", where = { served }, group = "area" }
measure { id = "service_hours", unit = "hour", title = say("服务时长", "Hours of service"), from = "service", where = { served }, group = "area", value = sum("hours") }
measure { id = "service_hours_missing", unit = "row", title = say("缺时长的服务记录", "Rows of service without hours"), from = "service", where = { served, { "hours", "missing" } }, group = "area" }
-- 每名党员，近四个季度 / of each member, over four quarters
local served_lately = { "done_on", "in", four_quarters }
measure { id = "member_services", unit = "row", title = say("党员服务次数", "Services of a member"), from = "service", where = { served_lately }, group = "member" }
measure { id = "member_services_without_hours", unit = "row", title = say("党员缺时长的服务", "Services of a member without hours"), from = "service", where = { served_lately, { "hours", "missing" } }, group = "member" }
-- 缺记：没有服务记录，或有记录缺时长。按人计，不留名单：不公布任何个人。
-- A member without any row, or with rows without hours. Counted by person, and no ids are kept: nothing about a person is published.
measure { id = "members_without_hours", unit = "person", title = say("服务时长缺记的报到党员", "Reporting members without a recorded service time"), from = "members",
  where = { { "reported_on", "<=", as_of } }, group = "area", value = count { any { { "member_services", "==", 0 }, { "member_services_without_hours", ">", 0 } } } }
measure { id = "members_pledged", unit = "person", title = say("已承诺的报到党员", "Reporting members who pledged"), from = "members",
  where = { { "reported_on", "<=", as_of } }, group = "area", value = count { { "pledged_on", "<=", as_of } } }

-- 4 会议 / meetings of four quarters. den = 登记的全部会议：一次会议都没登记的，不作判定。
-- den = all meetings recorded: a community that keeps no record of meetings isn't judged on them.
local held = { "held_on", "in", four_quarters }
measure { id = "joint_meetings", unit = "meeting", title = say("共建工作例会", "Joint working meetings"), from = "meetings", where = { held }, group = "area", value = count { { "kind", "==", "working" } }, evidence = true }
measure { id = "resident_forums", unit = "meeting", title = say("居民代表座谈会", "Residents' forums"), from = "meetings", where = { held }, group = "area", value = count { { "kind", "==", "forum" } }, evidence = true }
measure { id = "own_contacts", unit = "contact", title = say("社区主动联系驻区单位", "Contacts that the community initiated"), from = "meetings", where = { held }, group = "area",
  value = count { { "kind", "==", "contact" }, { "initiator", "==", "community" } }, evidence = true }
measure { id = "street_meetings", unit = "meeting", title = say("街道工作例会、联络员会议", "Working and liaison meetings of the street"), from = "meetings",
  where = { { "area.level", "==", "street" }, { "kind", "in", { "working", "liaison" } }, held }, group = { "area", quarter "held_on" } }
measure { id = "quarters_met", unit = "quarter", title = say("开了例会的季度", "Quarters with a meeting"), from = "area/quarter", where = { { "street_meetings", ">", 0 } }, group = "area" }

-- 5 区域 / areas
measure { id = "communities", unit = "community", title = say("社区数", "Communities"), from = "areas", where = { { "level", "==", "community" } }, group = "area" }
measure { id = "wishes_raised", unit = "wish", title = say("微心愿（其中已实现）", "Wishes, and those fulfilled"), from = "wishes", where = { { "raised_on", "in", four_quarters } }, group = "area",
  value = count { { "fulfilled_on", "<=", as_of } } }
