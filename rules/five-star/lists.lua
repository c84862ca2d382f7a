-- 名单：示范社区、优秀驻区单位、和美家园。 The lists that commendations are made from.
-- 只列候选与依据，不是表彰决定；低分单位从不公开列出。 Candidates and their grounds, not decisions; low scorers are never listed.

-- 一票否决：由部门在裁剪文件中列出编号，决定里写明依据、批准人和期限；参数的日期就是否决的期限。
-- A veto: a department names the ids by tailoring; its decision bears the basis, the approver and the expiry.
local function vetoed(c, ids)
  for _, id in ipairs(ids or {}) do
    if id == c.id then return c.deny(say("一票否决（依据、批准人、期限见部门决定）", "Under a veto (basis, approver and expiry: the department's decision)")) end
  end
  return c.grant(say("没有一票否决", "No veto"))
end

-- 证据足够：问卷够数，到期事项够数。 Enough evidence: replies and due items.
local function enough_evidence(c)
  local replies, due = c.m.satisfied, c.m.due_commitments
  if not replies or replies.n < c.p.fewest_replies then
    return false, c.deny(say("有效问卷不足 {fewest} 份", "Fewer than {fewest} replies"), { fewest = c.p.fewest_replies })
  end
  if not due or due.value < c.p.list_items_floor then
    return false, c.deny(say("到期事项不足 {fewest} 项", "Fewer than {fewest} due items"), { fewest = c.p.list_items_floor })
  end
  return true
end

local function five_star_with_evidence(c)
  if not c.five_star then return c.deny(say("未五星达标", "Not five-star")) end
  local enough, denial = enough_evidence(c)
  if not enough then return denial end
  return c.grant(say("五星达标，证据足够", "Five-star, with enough evidence"))
end

commend { id = "demonstration", title = say("“契约化”共建示范社区", "Demonstration communities"), subject = "community", level = "county", size = "demonstration_size",
  order = { "composite", "fulfilment" }, uses = { "composite", "fulfilment", "satisfied", "due_commitments", "fewest_replies", "list_items_floor", "demonstration_size", "vetoed_communities" },
  eligible = five_star_with_evidence, veto = function(c) return vetoed(c, c.p.vetoed_communities) end }

commend { id = "hemei", title = say("和美家园社区", "和美家园 communities"), subject = "community", level = "county", share = "hemei_share",
  order = { "composite", "satisfaction" }, uses = { "composite", "satisfaction", "satisfied", "due_commitments", "fewest_replies", "list_items_floor", "hemei_share", "vetoed_communities" },
  eligible = five_star_with_evidence, veto = function(c) return vetoed(c, c.p.vetoed_communities) end }

commend { id = "excellent_units", title = say("优秀驻区单位", "Excellent units"), subject = "unit", level = "county", size = "excellent_units_size",
  order = { "unit_composite", "unit_fulfilment" }, uses = { "unit_composite", "unit_fulfilment", "unit_due", "unit_completed_share", "unit_unremedied", "unit_items_floor", "list_completed_floor",
    "none_allowed", "excellent_units_size", "vetoed_units" },
  eligible = function(c)
    local due, share, unremedied = c.m.unit_due, c.m.unit_completed_share, c.m.unit_unremedied
    if not due or due.value < c.p.unit_items_floor then return c.deny(say("到期事项不足 {fewest} 项", "Fewer than {fewest} due items"), { fewest = c.p.unit_items_floor }) end
    if not share or not share.value or share.value < c.p.list_completed_floor then
      return c.deny(say("完成率 {share}，不足 {floor}", "{share} completed, {floor} needed"), { share = share and share.value and share or say("不明", "unknown"), floor = c.p.list_completed_floor })
    end
    if not unremedied or unremedied.value > c.p.none_allowed then
      return c.deny(say("有 {items} 项延期未整改", "Overdue without a remedy: {items}"), { items = unremedied and unremedied.value or say("若干", "some") })
    end
    return c.grant(say("到期 {due} 项，完成率 {share}", "Due items: {due}, {share} completed"), { due = due.value, share = share })
  end,
  veto = function(c) return vetoed(c, c.p.vetoed_units) end }
