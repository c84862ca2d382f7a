-- 积分：每笔积分都有来源行。分值是本规则包的建议。
-- Points: every entry is tied to the row that earned it. The numbers are this pack's own proposal.

points { id = "completed_on_time", from = "commitments", holder = "contract.unit", points = 10,
  where = { { "direction", "==", "to_community" }, { "completed_on", "in", period }, { "completed_on", "<=", col "due_on" } },
  reason = say("按期完成事项", "An item completed on time") }
points { id = "completed_late", from = "commitments", holder = "contract.unit", points = 5,
  where = { { "direction", "==", "to_community" }, { "completed_on", "in", period }, { "completed_on", ">", col "due_on" } },
  reason = say("延期完成事项", "An item completed late") }
points { id = "key_item", from = "commitments", holder = "contract.unit", points = 5,
  where = { { "direction", "==", "to_community" }, { "completed_on", "in", period }, { "key", "==", 1 } },
  reason = say("完成重点项目事项（另加）", "An item of a key project, on top") }
points { id = "member_item", from = "commitments", holder = "contract.member", points = 10,
  where = { { "direction", "==", "to_community" }, { "completed_on", "in", period } },
  reason = say("党员完成个人承诺事项", "A member's own item completed") }
points { id = "bid_won", from = "bids", holder = "unit", points = 3, where = { { "won", "==", 1 }, { "bid_on", "in", period } },
  reason = say("竞拍认领项目", "A project taken on at an auction") }
