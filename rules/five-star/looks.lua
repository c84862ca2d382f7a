-- 回头看：在办和延期的事项、开放的资源逐个看一遍，说明为什么建议保留、调整、终止或补记。
-- Second look: each active or overdue commitment and each open offer, with what to do and the rule that said so.

measure { id = "looked_at", unit = "flag", title = say("列入回头看", "Looked at"), from = "commitments", publish = false,
  where = { { "starts_on", "<=", as_of }, { "standing", "==", 1 }, { "closed_on", "missing" } }, group = "commitment" }
measure { id = "offer_idle", unit = "flag", title = say("闲置资源", "Idle offer"), from = "offers", publish = false,
  where = { { "available_from", "<=", as_of }, { "available_to", ">=", as_of }, { days("available_from", as_of), ">", p "idle_days" },
    any { { "offer_last_use", "missing" }, { days("offer_last_use", as_of), ">", p "idle_days" } } }, group = "offer" }

-- 先看有没有记录，再看该不该终止，再看怎么调整；都不是的保留。
-- First whether anything is on record, then what should end, then what needs adjusting; the rest is kept.
look { id = "no_log", from = "commitments", advice = "record",
  where = { { "looked_at", "==", 1 }, { "live_logs", "==", 0 }, { days("starts_on", as_of), ">", p "log_due_days" } },
  reason = say("开始已久，没有任何履约记录：先补记或说明", "Started long ago without any log: record it or explain") }
look { id = "long_overdue", from = "commitments", advice = "stop",
  where = { { "looked_at", "==", 1 }, { "overdue", "==", 1 }, { "remedy", "missing" }, { days("due_on", as_of), ">", p "stop_days" } },
  reason = say("长期延期且没有整改：协商终止或替换", "Long overdue without a remedy: end it by agreement or replace it") }
look { id = "overdue_item", from = "commitments", advice = "adjust",
  where = { { "looked_at", "==", 1 }, { "overdue", "==", 1 }, { "remedy", "missing" } },
  reason = say("延期且没有整改：定出整改措施和期限", "Overdue without a remedy: set one, with a date") }
look { id = "few_signups", from = "commitments", advice = "adjust",
  where = { { "looked_at", "==", 1 }, { "signups", "<", p "signups_floor" }, { part("signups", "participants"), "<", p "signups_share_floor" }, { "remedy", "missing" } },
  reason = say("报名不足 30 人且不足计划六成：调整内容、时间或规模", "Sign-ups under 30 and under 60 % of plan: change content, time or size") }
look { id = "low_participation", from = "commitments", advice = "adjust",
  where = { { "looked_at", "==", 1 }, { "logs_without_attendance", "==", 0 }, { "plan_to_date", ">", 0 }, { part("attended", "plan_to_date"), "<", p "participation_floor" } },
  reason = say("按进度的参与率不足 60%：了解原因，调整项目", "Participation under 60 % of plan to date: find out why, and adjust") }
look { id = "attendance_unknown", from = "commitments", advice = "record",
  where = { { "looked_at", "==", 1 }, { "logs_without_attendance", ">", 0 } },
  reason = say("有履约记录未登记人次：补登", "Logs without attendance: enter it") }
look { id = "on_course", from = "commitments", advice = "keep", where = { { "looked_at", "==", 1 } },
  reason = say("按进度履行：保留", "On course: keep it") }

look { id = "idle_offer", from = "offers", advice = "adjust", where = { { "offer_idle", "==", 1 } },
  reason = say("开放 90 天以上没有使用：换用途、换时段或撤回", "Open for more than 90 days without use: another use, another time, or withdraw it") }

look { id = "need_open", from = "needs", advice = "adjust",
  where = { { "raised_on", "in", four_quarters }, { "commitment", "missing" } },
  reason = say("需求没有对接事项：列入下一批项目或说明", "No item answers this need: take it into the next projects or explain") }
