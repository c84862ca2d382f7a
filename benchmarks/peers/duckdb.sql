-- tests/reference/raw-measures.sql, written for DuckDB as one who knows it would: each file is read once, and only the
-- columns that are asked for; rows are added up by commitment or by area before anything is joined to the tree of areas.
-- The files are views, made by duckdb.mjs; quantities and hours are decimals of 3 digits, weights of 6.
-- All sums are exact: integers and decimals.

CREATE TEMP TABLE above AS
WITH RECURSIVE tree AS (SELECT area_id, parent_id, level FROM areas),
up(area_id, upper) AS (
  SELECT area_id, area_id FROM tree
  UNION ALL
  SELECT up.area_id, tree.parent_id FROM up JOIN tree ON tree.area_id = up.upper WHERE tree.parent_id IS NOT NULL
)
SELECT up.area_id, up.upper, tree.level FROM up JOIN tree ON tree.area_id = up.upper;

-- What was logged for each commitment: one pass over the large table.
CREATE TEMP TABLE logged AS
SELECT commitment_id,
  sum(quantity) FILTER (status <> 'cancelled' AND done_on <= as_of) AS delivered,
  sum(quantity) FILTER (status <> 'cancelled' AND done_on BETWEEN first AND as_of) AS delivered_in_period,
  sum(participants) FILTER (status <> 'cancelled' AND done_on BETWEEN first AND as_of) AS attended_in_period,
  min(done_on) FILTER (status = 'completed' AND done_on <= as_of) AS completed_on,
  count(*) FILTER (status <> 'cancelled' AND done_on <= as_of) AS n_live
FROM fulfilment, setting
WHERE recorded_on IS NULL OR recorded_on <= cutoff
GROUP BY commitment_id;

CREATE TEMP TABLE deal AS
SELECT contract_id, community_id, unit_id, negotiated_on, signed_on, published_on, reviewed_on, ends_on FROM contracts;

CREATE TEMP TABLE item AS
SELECT c.contract_id, c.direction, c.list, c.category, c.offer_id, c.quantity_unit, c.participants, k.community_id AS area_id, k.unit_id,
  (c.quantity * 1000)::BIGINT AS quantity, (coalesce(l.delivered, 0) * 1000)::BIGINT AS delivered, coalesce(l.delivered_in_period, 0) AS delivered_in_period,
  coalesce(l.attended_in_period, 0) AS attended_in_period, l.completed_on, coalesce(l.n_live, 0) > 0 AS is_live, c.due_on,
  c.due_on <= as_of AS is_due, c.starts_on <= as_of AND c.due_on >= first AS is_active
FROM commitments c JOIN deal k USING (contract_id) LEFT JOIN logged l USING (commitment_id), setting;

CREATE TEMP TABLE figure (measure VARCHAR, level VARCHAR, subject VARCHAR, category VARCHAR, num HUGEINT, num_scale INTEGER, den HUGEINT, den_scale INTEGER, n BIGINT);

-- Items.
INSERT INTO figure
WITH own AS (
  SELECT area_id, count(*) FILTER (is_due) AS due, count(*) FILTER (is_due AND completed_on IS NOT NULL) AS completed,
    count(*) FILTER (is_due AND completed_on <= due_on) AS on_time,
    sum((2 * least(delivered, quantity) * 1000000000 + quantity) // (2 * quantity)) FILTER (is_due) AS delivery,
    sum(participants) FILTER (is_active) AS planned, sum(attended_in_period) FILTER (is_active) AS actual, count(*) FILTER (is_active) AS active
  FROM item GROUP BY area_id
), total AS (
  SELECT level, upper, sum(due) AS due, sum(completed) AS completed, sum(on_time) AS on_time, sum(delivery) AS delivery,
    coalesce(sum(planned), 0) AS planned, sum(actual) AS actual, sum(active) AS active
  FROM own JOIN above USING (area_id) GROUP BY level, upper
)
SELECT 'due_commitments', level, upper, '', due, 0, NULL, 0, due FROM total WHERE due > 0
UNION ALL SELECT 'completed_commitments', level, upper, '', completed, 0, NULL, 0, completed FROM total WHERE completed > 0
UNION ALL SELECT 'on_time_commitments', level, upper, '', on_time, 0, NULL, 0, on_time FROM total WHERE on_time > 0
UNION ALL SELECT 'delivery', level, upper, '', delivery, 9, due, 0, due FROM total WHERE due > 0
UNION ALL SELECT 'planned_participants', level, upper, '', planned, 0, NULL, 0, active FROM total WHERE active > 0
UNION ALL SELECT 'actual_participants', level, upper, '', actual, 0, NULL, 0, active FROM total WHERE active > 0;

-- Resources by category and unit of measure.
INSERT INTO figure
WITH drawn AS (
  SELECT offer_id, quantity_unit, sum(delivered_in_period) * 1000 AS in_period, sum(delivered) AS so_far FROM item WHERE offer_id IS NOT NULL GROUP BY ALL
), resource AS (
  SELECT o.category || '/' || o.capacity_unit AS cell,
    coalesce(o.community_id, street.upper, o.provider_community_id, u.area_id) AS area_id,
    (o.capacity * 1000)::BIGINT AS capacity, o.capacity_unit IN ('hour', 'session', 'person') AS is_flow,
    1 + least(available_to, as_of) - greatest(available_from, first) AS days, 1 + available_to - available_from AS all_days,
    CASE WHEN is_flow THEN d.in_period ELSE d.so_far END AS used
  FROM offers o CROSS JOIN setting LEFT JOIN units u USING (unit_id)
    LEFT JOIN above street ON street.area_id = coalesce(o.provider_community_id, u.area_id) AND street.level = 'street'
    LEFT JOIN drawn d ON d.offer_id = o.offer_id AND d.quantity_unit = o.capacity_unit
  WHERE available_from <= as_of AND available_to >= first
), own AS (
  SELECT area_id, cell, sum(CASE WHEN is_flow THEN (2 * capacity * days + all_days) // (2 * all_days) ELSE capacity END) AS capacity,
    coalesce(sum(used), 0) AS used, count(*) AS n
  FROM resource GROUP BY area_id, cell
), total AS (
  SELECT level, upper, cell, sum(capacity) AS capacity, sum(used) AS used, sum(n) AS n FROM own JOIN above USING (area_id) GROUP BY level, upper, cell
)
SELECT 'offer_capacity', level, upper, cell, capacity, 3, NULL, 0, n FROM total
UNION ALL SELECT 'offer_used', level, upper, cell, used, 3, NULL, 0, n FROM total;

-- Supply and demand, in people, by category.
CREATE TEMP TABLE balance AS
WITH own AS (
  SELECT community_id AS area_id, category, sum(people * coalesce(priority, 1)) AS demand, count(*) AS n_demand, 0::HUGEINT AS supply, 0 AS n_supply
  FROM needs, setting WHERE raised_on BETWEEN year_first AND as_of GROUP BY ALL
  UNION ALL
  SELECT area_id, category, 0, 0, coalesce(sum(participants), 0), count(*) FROM item WHERE direction = 'to_community' AND is_active GROUP BY ALL
)
SELECT level, upper, category, sum(demand) AS demand, sum(n_demand) AS n_demand, sum(supply) AS supply, sum(n_supply) AS n_supply
FROM own JOIN above USING (area_id) GROUP BY level, upper, category;

INSERT INTO figure
WITH total AS (SELECT upper, sum(demand)::HUGEINT AS all_demand, sum(supply)::HUGEINT AS all_supply FROM balance GROUP BY upper),
share AS (
  SELECT level, upper, any_value(all_demand) AS all_demand, any_value(all_supply) AS all_supply,
    sum(greatest(0, demand - supply)) AS unmet, sum(greatest(0, supply - demand)) AS surplus, coalesce(sum(demand) FILTER (supply > 0), 0) AS met,
    sum(abs(demand * all_supply - supply * all_demand)) AS apart
  FROM balance JOIN total USING (upper) GROUP BY level, upper
)
SELECT 'demand', level, upper, category, demand, 0, NULL, 0, n_demand FROM balance WHERE n_demand > 0
UNION ALL SELECT 'supply', level, upper, category, supply, 0, NULL, 0, n_supply FROM balance WHERE n_supply > 0
UNION ALL SELECT 'unmet', level, upper, '', unmet, 0, NULL, 0, NULL FROM share
UNION ALL SELECT 'surplus', level, upper, '', surplus, 0, NULL, 0, NULL FROM share
UNION ALL SELECT 'unmet_share', level, upper, '', unmet, 0, all_demand, 0, NULL FROM share WHERE all_demand > 0
UNION ALL SELECT 'surplus_share', level, upper, '', surplus, 0, all_supply, 0, NULL FROM share WHERE all_supply > 0
UNION ALL SELECT 'breadth', level, upper, '', met, 0, all_demand, 0, NULL FROM share WHERE all_demand > 0
UNION ALL SELECT 'total_variation', level, upper, '', apart, 0, 2 * all_demand * all_supply, 0, NULL FROM share WHERE all_demand > 0 AND all_supply > 0;

-- The people's view.
INSERT INTO figure
WITH answer AS (SELECT community_id AS area_id, coalesce(weight, 1::DECIMAL(18,6)) AS weight, overall, top FROM surveys, setting WHERE answered_on BETWEEN first AND as_of),
own AS (
  SELECT area_id, count(*) AS n, sum(weight) AS weight, coalesce(sum(weight * overall), 0) AS answers, coalesce(sum(weight) FILTER (overall >= top), 0) AS satisfied, count(*) FILTER (overall >= top) AS n_satisfied
  FROM answer GROUP BY area_id
), total AS (
  SELECT level, upper, sum(n) AS n, (sum(weight) * 1000000)::HUGEINT AS weight, (sum(answers) * 1000000)::HUGEINT AS answers, (sum(satisfied) * 1000000)::HUGEINT AS satisfied, sum(n_satisfied) AS n_satisfied
  FROM own JOIN above USING (area_id) GROUP BY level, upper
)
SELECT 'survey_responses', level, upper, '', n, 0, NULL, 0, n FROM total
UNION ALL SELECT 'survey_weight', level, upper, '', weight, 6, NULL, 0, n FROM total
UNION ALL SELECT 'survey_overall', level, upper, '', answers, 6, NULL, 0, n FROM total
UNION ALL SELECT 'survey_satisfied', level, upper, '', satisfied, 6, NULL, 0, n_satisfied FROM total WHERE n_satisfied > 0;

-- Service.
INSERT INTO figure
WITH own AS (
  SELECT community_id AS area_id, count(*) AS n, coalesce(sum(hours), 0) AS hours, count(*) FILTER (hours IS NULL) AS missing
  FROM service, setting WHERE done_on BETWEEN first AND as_of GROUP BY community_id
), total AS (
  SELECT level, upper, sum(n) AS n, (sum(hours) * 1000)::HUGEINT AS hours, sum(missing) AS missing FROM own JOIN above USING (area_id) GROUP BY level, upper
)
SELECT 'service_rows', level, upper, '', n, 0, NULL, 0, n FROM total
UNION ALL SELECT 'service_hours', level, upper, '', hours, 3, NULL, 0, n FROM total
UNION ALL SELECT 'service_hours_missing', level, upper, '', missing, 0, NULL, 0, missing FROM total WHERE missing > 0;

-- Contracts: all steps in order, the review asked for only after the end, and a live log behind it.
INSERT INTO figure
WITH live AS (SELECT DISTINCT contract_id, true AS is_live FROM item WHERE is_live),
own AS (
  SELECT community_id AS area_id, count(*) FILTER (signed_on <= as_of) AS n,
    count(*) FILTER (negotiated_on <= signed_on AND signed_on <= published_on AND signed_on <= as_of AND published_on <= as_of
      AND (published_on <= reviewed_on OR (reviewed_on IS NULL AND ends_on >= as_of)) AND is_live) AS five_steps
  FROM deal LEFT JOIN live USING (contract_id), setting GROUP BY community_id
), total AS (
  SELECT level, upper, sum(n) AS n, sum(five_steps) AS five_steps FROM own JOIN above USING (area_id) GROUP BY level, upper
)
SELECT 'contracts', level, upper, '', n, 0, NULL, 0, n FROM total WHERE n > 0
UNION ALL SELECT 'contracts_five_steps', level, upper, '', five_steps, 0, NULL, 0, five_steps FROM total WHERE five_steps > 0;

-- Items of each unit by list.
INSERT INTO figure
WITH own AS (
  SELECT unit_id, list, count(*) AS due, count(completed_on) AS completed FROM item WHERE is_due AND unit_id IS NOT NULL GROUP BY unit_id, list
)
SELECT 'list_due', 'unit', unit_id, list, due, 0, NULL, 0, due FROM own
UNION ALL SELECT 'list_completed', 'unit', unit_id, list, completed, 0, NULL, 0, completed FROM own WHERE completed > 0;

COPY (SELECT * FROM figure ORDER BY measure, subject, category) TO $OUT (HEADER);
