-- The raw measures of an assessment, worked out a second time: plain SQL over
-- the tables as they were read, nothing of the engine or its rule language.
-- Compared with measures.csv by tests/whole/raw_measures.py.
--
-- Every number is an integer: quantities and hours in thousandths, weights in
-- millionths, counts as they are; the parts of `delivery` in billionths, each rounded
-- half up. Dates are ISO text. Needs the table `setting` with one row:
-- as_of, first (of the period), year_first (of the window of four quarters), top
-- (the answer of `overall` from which on one is satisfied).
--
-- Result: figure(measure, level, subject, category, num, num_scale, den, den_scale, n);
-- den NULL: the value is num; else num / den. n NULL: not stated here.

-- Each area with every area above it, itself too.
CREATE TABLE above AS
WITH RECURSIVE up(area_id, upper) AS (
  SELECT area_id, area_id FROM areas
  UNION ALL
  SELECT up.area_id, areas.parent_id FROM up JOIN areas ON areas.area_id = up.upper WHERE areas.parent_id IS NOT NULL
)
SELECT up.area_id, up.upper, areas.level FROM up JOIN areas ON areas.area_id = up.upper;
CREATE INDEX above_area ON above(area_id);
CREATE INDEX fulfilment_commitment ON fulfilment(commitment_id);

-- A commitment with its community, its unit and what was logged.
CREATE TABLE item AS
SELECT c.*, k.community_id AS area_id, k.unit_id,
  (SELECT coalesce(sum(quantity), 0) FROM fulfilment f, setting s
    WHERE f.commitment_id = c.commitment_id AND f.status <> 'cancelled' AND f.done_on <= s.as_of) AS delivered,
  (SELECT coalesce(sum(quantity), 0) FROM fulfilment f, setting s
    WHERE f.commitment_id = c.commitment_id AND f.status <> 'cancelled' AND f.done_on BETWEEN s.first AND s.as_of) AS delivered_in_period,
  (SELECT coalesce(sum(participants), 0) FROM fulfilment f, setting s
    WHERE f.commitment_id = c.commitment_id AND f.status <> 'cancelled' AND f.done_on BETWEEN s.first AND s.as_of) AS attended_in_period,
  (SELECT min(done_on) FROM fulfilment f, setting s
    WHERE f.commitment_id = c.commitment_id AND f.status = 'completed' AND f.done_on <= s.as_of) AS completed_on,
  EXISTS (SELECT 1 FROM fulfilment f, setting s
    WHERE f.commitment_id = c.commitment_id AND f.status <> 'cancelled' AND f.done_on <= s.as_of) AS is_live
FROM commitments c JOIN contracts k ON k.contract_id = c.contract_id;
CREATE INDEX item_offer ON item(offer_id);
CREATE INDEX item_contract ON item(contract_id);

-- An offer with the area it serves (its own community, else the provider's
-- street; of a provider above the streets its area) and what of it counts: a flow's capacity by days within the period, half up, and
-- its use in the period; a stock's whole, and its use so far. Only use in its own unit of measure.
CREATE TABLE resource AS
SELECT o.*,
  coalesce(o.community_id,
    (SELECT upper FROM above WHERE above.area_id = coalesce(o.provider_community_id, u.area_id) AND above.level = 'street'),
    o.provider_community_id, u.area_id) AS area_id,
  CASE WHEN o.capacity_unit IN ('hour', 'session', 'person') THEN
    (2 * o.capacity * (1 + CAST(julianday(min(o.available_to, s.as_of)) - julianday(max(o.available_from, s.first)) AS INTEGER))
       + 1 + CAST(julianday(o.available_to) - julianday(o.available_from) AS INTEGER))
      / (2 * (1 + CAST(julianday(o.available_to) - julianday(o.available_from) AS INTEGER)))
  ELSE o.capacity END AS counted,
  (SELECT coalesce(sum(CASE WHEN o.capacity_unit IN ('hour', 'session', 'person') THEN i.delivered_in_period ELSE i.delivered END), 0)
    FROM item i WHERE i.offer_id = o.offer_id AND i.quantity_unit = o.capacity_unit) AS used
FROM offers o CROSS JOIN setting s LEFT JOIN units u ON u.unit_id = o.unit_id
WHERE o.available_from <= s.as_of AND o.available_to >= s.first;

CREATE TABLE figure (measure TEXT, level TEXT, subject TEXT, category TEXT, num INTEGER, num_scale INTEGER, den INTEGER, den_scale INTEGER, n INTEGER);

-- Items.
INSERT INTO figure
SELECT 'due_commitments', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM item i JOIN above a USING (area_id), setting s WHERE i.due_on <= s.as_of GROUP BY a.upper;
INSERT INTO figure
SELECT 'completed_commitments', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM item i JOIN above a USING (area_id), setting s
WHERE i.due_on <= s.as_of AND i.completed_on IS NOT NULL GROUP BY a.upper;
INSERT INTO figure
SELECT 'on_time_commitments', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM item i JOIN above a USING (area_id), setting s
WHERE i.due_on <= s.as_of AND i.completed_on <= i.due_on GROUP BY a.upper;
INSERT INTO figure
SELECT 'delivery', a.level, a.upper, '', sum((2 * min(i.delivered, i.quantity) * 1000000000 + i.quantity) / (2 * i.quantity)), 9, count(*), 0, count(*)
FROM item i JOIN above a USING (area_id), setting s WHERE i.due_on <= s.as_of GROUP BY a.upper;

-- Participation of the items that are active in the period.
INSERT INTO figure
SELECT 'planned_participants', a.level, a.upper, '', coalesce(sum(i.participants), 0), 0, NULL, 0, count(*) FROM item i JOIN above a USING (area_id), setting s
WHERE i.starts_on <= s.as_of AND i.due_on >= s.first GROUP BY a.upper;
INSERT INTO figure
SELECT 'actual_participants', a.level, a.upper, '', sum(i.attended_in_period), 0, NULL, 0, count(*) FROM item i JOIN above a USING (area_id), setting s
WHERE i.starts_on <= s.as_of AND i.due_on >= s.first GROUP BY a.upper;

-- Resources by category and unit of measure.
INSERT INTO figure
SELECT 'offer_capacity', a.level, a.upper, r.category || '/' || r.capacity_unit, sum(r.counted), 3, NULL, 0, count(*)
FROM resource r JOIN above a USING (area_id) GROUP BY a.upper, r.category, r.capacity_unit;
INSERT INTO figure
SELECT 'offer_used', a.level, a.upper, r.category || '/' || r.capacity_unit, sum(r.used), 3, NULL, 0, count(*)
FROM resource r JOIN above a USING (area_id) GROUP BY a.upper, r.category, r.capacity_unit;

-- Supply and demand, in people, by category.
INSERT INTO figure
SELECT 'demand', a.level, a.upper, d.category, sum(d.people * coalesce(d.priority, 1)), 0, NULL, 0, count(*)
FROM needs d JOIN above a ON a.area_id = d.community_id, setting s WHERE d.raised_on BETWEEN s.year_first AND s.as_of GROUP BY a.upper, d.category;
INSERT INTO figure
SELECT 'supply', a.level, a.upper, i.category, coalesce(sum(i.participants), 0), 0, NULL, 0, count(*)
FROM item i JOIN above a USING (area_id), setting s
WHERE i.direction = 'to_community' AND i.starts_on <= s.as_of AND i.due_on >= s.first GROUP BY a.upper, i.category;

CREATE TABLE balance AS
SELECT level, subject, category, sum(CASE measure WHEN 'demand' THEN num ELSE 0 END) AS demand, sum(CASE measure WHEN 'supply' THEN num ELSE 0 END) AS supply
FROM figure WHERE measure IN ('demand', 'supply') GROUP BY level, subject, category;
CREATE TABLE total AS SELECT subject, sum(demand) AS demand, sum(supply) AS supply FROM balance GROUP BY subject;

INSERT INTO figure SELECT 'unmet', level, subject, '', sum(max(0, demand - supply)), 0, NULL, 0, NULL FROM balance GROUP BY subject;
INSERT INTO figure SELECT 'surplus', level, subject, '', sum(max(0, supply - demand)), 0, NULL, 0, NULL FROM balance GROUP BY subject;
INSERT INTO figure
SELECT 'unmet_share', b.level, b.subject, '', sum(max(0, b.demand - b.supply)), 0, t.demand, 0, NULL FROM balance b JOIN total t USING (subject) WHERE t.demand > 0 GROUP BY b.subject;
INSERT INTO figure
SELECT 'surplus_share', b.level, b.subject, '', sum(max(0, b.supply - b.demand)), 0, t.supply, 0, NULL FROM balance b JOIN total t USING (subject) WHERE t.supply > 0 GROUP BY b.subject;
INSERT INTO figure
SELECT 'breadth', b.level, b.subject, '', sum(CASE WHEN b.supply > 0 THEN b.demand ELSE 0 END), 0, t.demand, 0, NULL FROM balance b JOIN total t USING (subject) WHERE t.demand > 0 GROUP BY b.subject;
-- ½ Σ |D/ΣD − S/ΣS|, over the common denominator 2 ΣD ΣS.
INSERT INTO figure
SELECT 'total_variation', b.level, b.subject, '', sum(abs(b.demand * t.supply - b.supply * t.demand)), 0, 2 * t.demand * t.supply, 0, NULL
FROM balance b JOIN total t USING (subject) WHERE t.demand > 0 AND t.supply > 0 GROUP BY b.subject;

-- The people's view.
CREATE TABLE answer AS
SELECT v.community_id AS area_id, coalesce(v.weight, 1000000) AS weight, v.overall FROM surveys v, setting s WHERE v.answered_on BETWEEN s.first AND s.as_of;
INSERT INTO figure SELECT 'survey_responses', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM answer JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'survey_weight', a.level, a.upper, '', sum(weight), 6, NULL, 0, count(*) FROM answer JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'survey_overall', a.level, a.upper, '', coalesce(sum(weight * overall), 0), 6, NULL, 0, count(*) FROM answer JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'survey_satisfied', a.level, a.upper, '', sum(weight), 6, NULL, 0, count(*) FROM answer JOIN above a USING (area_id), setting s WHERE overall >= s.top GROUP BY a.upper;

-- Service.
CREATE TABLE served AS SELECT v.community_id AS area_id, v.hours FROM service v, setting s WHERE v.done_on BETWEEN s.first AND s.as_of;
INSERT INTO figure SELECT 'service_rows', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM served JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'service_hours', a.level, a.upper, '', coalesce(sum(hours), 0), 3, NULL, 0, count(*) FROM served JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'service_hours_missing', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM served JOIN above a USING (area_id) WHERE hours IS NULL GROUP BY a.upper;

-- Contracts: all steps in order, the review asked for only after the end, and a live log behind it.
INSERT INTO figure
SELECT 'contracts', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM contracts k JOIN above a ON a.area_id = k.community_id, setting s WHERE k.signed_on <= s.as_of GROUP BY a.upper;
INSERT INTO figure
SELECT 'contracts_five_steps', a.level, a.upper, '', count(*), 0, NULL, 0, count(*) FROM contracts k JOIN above a ON a.area_id = k.community_id, setting s
WHERE k.negotiated_on <= k.signed_on AND k.signed_on <= k.published_on AND k.signed_on <= s.as_of AND k.published_on <= s.as_of
  AND (k.published_on <= k.reviewed_on OR (k.reviewed_on IS NULL AND k.ends_on >= s.as_of))
  AND EXISTS (SELECT 1 FROM item i WHERE i.contract_id = k.contract_id AND i.is_live)
GROUP BY a.upper;

-- Items of each unit by list.
INSERT INTO figure
SELECT 'list_due', 'unit', i.unit_id, i.list, count(*), 0, NULL, 0, count(*) FROM item i, setting s WHERE i.unit_id IS NOT NULL AND i.due_on <= s.as_of GROUP BY i.unit_id, i.list;
INSERT INTO figure
SELECT 'list_completed', 'unit', i.unit_id, i.list, count(*), 0, NULL, 0, count(*) FROM item i, setting s
WHERE i.unit_id IS NOT NULL AND i.due_on <= s.as_of AND i.completed_on IS NOT NULL GROUP BY i.unit_id, i.list;
