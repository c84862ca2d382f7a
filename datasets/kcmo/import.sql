-- Kansas City's resident survey of September 2021 as responses by council district.
-- Raw table: FY2022_RS_Cleaned_safe (one row a resident). See ../README.md for where the city publishes it.
-- 9 is "don't know", 99 and NA are no answer: none of them is a grade.

CREATE VIEW answers AS
  SELECT id, counci AS district, method,
         CASE WHEN q2_01 BETWEEN '1' AND '5' AND length(q2_01) = 1 THEN q2_01 END AS q2_01,
         CASE WHEN q3_07 BETWEEN '1' AND '5' AND length(q3_07) = 1 THEN q3_07 END AS q3_07,
         CASE WHEN q40_w NOT IN ('NA', '9', '99') THEN q40_w END AS age, q41_w AS sex,
         CASE WHEN q34_d IN ('1', '2') THEN q34_d END AS home
  FROM FY2022_RS_Cleaned_safe WHERE counci NOT IN ('NA', '');

CREATE VIEW assessment AS
  SELECT 'title' AS key, 'Kansas City, Missouri: resident survey, September 2021' AS value
  UNION ALL SELECT 'period', '2021Q3'
  UNION ALL SELECT 'as_of', '2021-09-30';

CREATE VIEW areas AS
  SELECT 'kcmo' AS area_id, NULL AS parent_id, 'county' AS level, 'Kansas City' AS name
  UNION ALL SELECT DISTINCT 'district ' || district, 'kcmo', 'community', 'Council district ' || district FROM answers;

CREATE VIEW questionnaire AS
  SELECT 'overall' AS item, 'Overall quality of services provided by the city' AS text, 1 AS low, 5 AS high, 4 AS top
  UNION ALL SELECT 'q3_07', 'Parks and recreation programs and facilities', 1, 5, 4;

CREATE VIEW surveys AS
  SELECT id AS response_id, 'district ' || district AS community_id, '2021-09-30' AS answered_on,
         CASE method WHEN 'Web' THEN 'online' WHEN 'Mail' THEN 'visit' ELSE 'phone' END AS mode,
         age AS age_band, sex, home AS housing, 1 AS weight, q2_01 AS overall, q3_07
  FROM answers;

-- A survey stands alone: the tables that every assessment has are there, and empty.
CREATE VIEW units AS SELECT '' AS unit_id, '' AS name, '' AS kind, '' AS area_id WHERE 0;
CREATE VIEW contracts AS
  SELECT '' AS contract_id, '' AS community_id, '' AS unit_id, '' AS signed_on, '' AS starts_on, '' AS ends_on WHERE 0;
CREATE VIEW commitments AS
  SELECT '' AS commitment_id, '' AS contract_id, '' AS direction, '' AS list, '' AS category, '' AS quantity,
         '' AS quantity_unit, '' AS starts_on, '' AS due_on WHERE 0;
CREATE VIEW fulfilment AS
  SELECT '' AS log_id, '' AS commitment_id, '' AS done_on, '' AS quantity, '' AS status WHERE 0;
