-- Boston 311 requests as promises: what the city said it would do, by when, and what became of it.
-- Raw tables: filtered_2013, filtered_2015 (one row a request). See ../README.md for where the city publishes them.

CREATE VIEW requests AS
  SELECT *, '2013' AS year FROM filtered_2013 UNION ALL SELECT *, '2015' FROM filtered_2015;

-- Nobody's neighbourhood is written as nothing, or as one space.
CREATE VIEW cases AS
  SELECT case_enquiry_id AS id, year, department, type, source,
         coalesce(nullif(trim(neighborhood), ''), '(none)') AS place,
         open_dt, nullif(trim(sla_target_dt), '') AS target_dt, nullif(trim(closed_dt), '') AS closed_dt
  FROM requests;

-- As of the day after the last closing in the files: whatever is open then is open in them.
CREATE VIEW last_day AS SELECT max(date(coalesce(closed_dt, open_dt), '+1 day')) AS day FROM cases;
CREATE VIEW assessment AS
  SELECT 'title' AS key, 'Boston 311: animals and pests, 2013 and 2015' AS value
  UNION ALL SELECT 'period', strftime('%Y', day) FROM last_day
  UNION ALL SELECT 'as_of', day FROM last_day;

CREATE VIEW areas AS
  SELECT 'boston' AS area_id, NULL AS parent_id, 'county' AS level, 'Boston' AS name
  UNION ALL SELECT DISTINCT place, 'boston', 'community', place FROM cases;

CREATE VIEW units AS
  SELECT DISTINCT department AS unit_id, department AS name, 'agency' AS kind, 'boston' AS area_id FROM cases;

CREATE VIEW taxonomy AS
  SELECT 'requests' AS code, NULL AS parent, '诉求' AS zh, 'Requests' AS en
  UNION ALL SELECT DISTINCT type, 'requests', type, type FROM cases;

CREATE VIEW contracts AS
  SELECT DISTINCT place || ' | ' || department || ' | ' || year AS contract_id, place AS community_id, department AS unit_id,
         year || '-01-01' AS signed_on, year || '-01-01' AS starts_on, year || '-12-31' AS ends_on
  FROM cases;

-- A promise is a request with a target. The dictionary knows days, the city hours: a day here runs from
-- the target's time of day, so that "done by the due day" is just "closed by the target".
CREATE VIEW commitments AS
  SELECT id AS commitment_id, place || ' | ' || department || ' | ' || year AS contract_id, 'to_community' AS direction, 'service' AS list,
         type AS category, 1 AS quantity, 'item' AS quantity_unit, date(open_dt) AS starts_on, date(target_dt) AS due_on
  FROM cases WHERE target_dt IS NOT NULL;

CREATE VIEW fulfilment AS
  SELECT id AS log_id, id AS commitment_id, date(closed_dt, CASE WHEN time(closed_dt) > time(target_dt) THEN '+1 day' ELSE '+0 days' END) AS done_on,
         1 AS quantity, 'completed' AS status
  FROM cases WHERE target_dt IS NOT NULL AND closed_dt IS NOT NULL;

CREATE VIEW needs AS
  SELECT id AS need_id, place AS community_id, type AS category, date(open_dt) AS raised_on, 1 AS people,
         CASE WHEN source = 'Constituent Call' THEN 'hotline'
              WHEN source IN ('City Worker App', 'Employee Generated') THEN 'visit' ELSE 'online' END AS source,
         CASE WHEN target_dt IS NOT NULL THEN id END AS commitment_id
  FROM cases;
