-- The measures that criteria of the five-star pack read, worked out a second
-- time: run after raw-measures.sql, on its tables `item`, `resource`, `above`
-- and `setting`, with the same rules (integers, ISO dates; julianday of midnights differs by whole days). Thresholds are
-- written out as criteria.csv has them, so that a parameter changed by mistake is seen.

-- Of each item: what its logs say.
CREATE TABLE state AS
SELECT i.*, (i.ended_on IS NULL OR i.ended_on > s.as_of) AS standing,
  (i.delivered >= i.quantity OR EXISTS (SELECT 1 FROM fulfilment f WHERE f.commitment_id = i.commitment_id AND f.status = 'completed' AND f.done_on <= s.as_of
     AND CASE i.direction WHEN 'to_community' THEN f.confirmed_by IN ('community', 'residents') ELSE f.confirmed_by = 'unit' END)) AS completed,
  (SELECT max(done_on) FROM fulfilment f WHERE f.commitment_id = i.commitment_id AND f.status <> 'cancelled' AND f.done_on <= s.as_of) AS last_on,
  (SELECT count(*) FROM fulfilment f WHERE f.commitment_id = i.commitment_id AND f.status <> 'cancelled' AND f.done_on BETWEEN s.year_first AND s.as_of) AS logs_in_year,
  (SELECT coalesce(sum(participants), 0) FROM fulfilment f WHERE f.commitment_id = i.commitment_id AND f.status <> 'cancelled' AND f.done_on <= s.as_of) AS attended,
  (SELECT count(*) FROM reviews v WHERE v.reviewer = 'residents' AND v.reviewed_on <= s.as_of
     AND (v.subject = 'commitment' AND v.subject_id = i.commitment_id OR v.subject = 'contract' AND v.subject_id = i.contract_id)) AS ratings
FROM item i, setting s;
CREATE INDEX state_pair ON state(area_id, unit_id);
CREATE TABLE late AS SELECT state.* FROM state, setting s WHERE due_on <= s.as_of AND completed_on IS NULL AND standing;

-- HA-N4
INSERT INTO figure
SELECT 'unremedied', a.level, a.upper, '', sum(i.completed_on IS NULL AND i.standing AND i.remedy IS NULL), 0, NULL, 0, count(*)
FROM state i JOIN above a USING (area_id), setting s WHERE i.due_on <= s.as_of GROUP BY a.upper;

-- CI-H1: attendance so far, no more than the plan's share of elapsed days, half up.
CREATE TABLE attendance AS
SELECT area_id, attended,
  (2 * participants * (1 + CAST(julianday(min(due_on, s.as_of)) - julianday(starts_on) AS INTEGER)) + 1 + CAST(julianday(due_on) - julianday(starts_on) AS INTEGER))
    / (2 * (1 + CAST(julianday(due_on) - julianday(starts_on) AS INTEGER))) AS planned
FROM state, setting s WHERE starts_on <= s.as_of AND due_on >= s.first AND standing AND participants IS NOT NULL;
INSERT INTO figure
SELECT 'participation', a.level, a.upper, '', sum(min(attended, planned)), 0, sum(planned), 0, NULL FROM attendance JOIN above a USING (area_id) GROUP BY a.upper HAVING sum(planned) > 0;

-- CI-N1: under 30 and under 60 % of plan.
INSERT INTO figure
SELECT 'undersubscribed', a.level, a.upper, '', sum(i.signups < 30 AND 10 * i.signups < 6 * i.participants AND i.remedy IS NULL), 0, NULL, 0, count(*)
FROM state i JOIN above a USING (area_id), setting s
WHERE i.starts_on <= s.as_of AND i.due_on >= s.year_first AND i.standing AND i.signups IS NOT NULL AND i.participants > 0 GROUP BY a.upper;

-- CI-N2: open at the as-of date, more than 90 days without use.
INSERT INTO figure
SELECT 'idle_offers', a.level, a.upper, '',
  sum(julianday(s.as_of) - julianday(r.available_from) > 90
    AND coalesce(julianday(s.as_of) - julianday((SELECT max(last_on) FROM state i WHERE i.offer_id = r.offer_id)) > 90, 1)), 0, NULL, 0, count(*)
FROM resource r JOIN above a USING (area_id), setting s WHERE r.available_to >= s.as_of GROUP BY a.upper;

-- BE-H4: the mean over cells of category and unit of measure, each part to a billionth, half up.
CREATE TABLE cell AS
SELECT a.level, a.upper, sum(counted) AS capacity, sum(min(used, counted)) AS used FROM resource r JOIN above a USING (area_id)
GROUP BY a.upper, category, capacity_unit HAVING sum(counted) > 0;
INSERT INTO figure
SELECT 'utilisation', level, upper, '', sum((2 * min(used, capacity) * 1000000000 + capacity) / (2 * capacity)), 9, count(*), 0, count(*) FROM cell GROUP BY upper;

-- Contracts that ran 180 days within the four quarters.
CREATE TABLE running AS
SELECT k.*, 1 + julianday(min(k.ends_on, s.as_of)) - julianday(max(k.starts_on, s.year_first)) >= 180 AS is_long FROM contracts k, setting s WHERE k.starts_on <= s.as_of;

-- Each unit within each area: what the have-nots about units ask.
CREATE TABLE pair AS
SELECT a.level, a.upper, i.unit_id, sum(i.logs_in_year) AS activities,
  max(i.remedied_on <= s.as_of AND julianday(s.as_of) - julianday(i.remedied_on) <= 30) AS is_remedied_lately,
  sum(l.commitment_id IS NOT NULL AND i.direction = 'to_community'
    AND NOT coalesce(i.remedied_on <= s.as_of AND julianday(i.remedied_on) - julianday(i.due_on) <= 30, 0)) AS overdue,
  max(CASE WHEN i.remedied_on <= s.as_of THEN i.remedied_on END) AS remedied_on,
  sum(t.is_due) AS list_due, sum(t.is_due AND i.completed) AS list_completed, sum(t.is_due AND NOT i.completed AND i.remedy IS NULL) AS list_open
FROM state i JOIN above a USING (area_id) CROSS JOIN setting s LEFT JOIN late l ON l.commitment_id = i.commitment_id
JOIN (SELECT i.commitment_id, coalesce(i.list = 'project' AND i.direction = 'to_community' AND i.due_on BETWEEN s.year_first AND s.as_of AND i.standing AND r.is_long, 0) AS is_due
  FROM state i CROSS JOIN setting s LEFT JOIN running r USING (contract_id)) t ON t.commitment_id = i.commitment_id
WHERE i.unit_id IS NOT NULL GROUP BY a.upper, i.unit_id;

-- CI-N3
INSERT INTO figure
SELECT 'passive_units', p.level, p.upper, '', sum(p.activities <= 1), 0, NULL, 0, count(*) FROM (
  SELECT DISTINCT a.level, a.upper, r.unit_id, coalesce(p.activities, 0) AS activities, coalesce(p.is_remedied_lately, 0) AS is_remedied_lately
  FROM running r JOIN above a ON a.area_id = r.community_id LEFT JOIN pair p ON p.upper = a.upper AND p.unit_id = r.unit_id
  WHERE r.is_long AND r.unit_id IS NOT NULL) p
WHERE NOT p.is_remedied_lately GROUP BY p.upper;
-- CI-N4
INSERT INTO figure SELECT 'half_list_units', level, upper, '', sum(2 * list_completed <= list_due AND list_open > 0), 0, NULL, 0, count(*) FROM pair WHERE list_due > 0 GROUP BY upper;

-- DE-N4
CREATE TABLE opinion AS
SELECT v.reviewer, v.grade, v.reviewed_on, k.community_id AS area_id, k.unit_id FROM setting s, reviews v JOIN contracts k ON v.subject = 'contract' AND k.contract_id = v.subject_id
WHERE v.reviewed_on BETWEEN s.year_first AND s.as_of
UNION ALL
SELECT v.reviewer, v.grade, v.reviewed_on, i.area_id, i.unit_id FROM setting s, reviews v JOIN item i ON v.subject = 'commitment' AND i.commitment_id = v.subject_id
WHERE v.reviewed_on BETWEEN s.year_first AND s.as_of
UNION ALL
SELECT v.reviewer, v.grade, v.reviewed_on, u.area_id, u.unit_id FROM setting s, reviews v JOIN units u ON v.subject = 'unit' AND u.unit_id = v.subject_id
WHERE v.reviewed_on BETWEEN s.year_first AND s.as_of;
INSERT INTO figure
SELECT 'inflated_units', level, upper, '', sum(best AND (overdue OR (low_on IS NOT NULL AND
    NOT coalesce(remedied_on >= low_on AND julianday(remedied_on) - julianday(low_on) <= 30, 0)))), 0, NULL, 0, count(*) FROM (
  SELECT a.level, a.upper, o.unit_id, max(o.reviewer = 'self') AS reviewed, max(o.reviewer = 'self' AND o.grade >= 5) AS best,
    max(CASE WHEN o.reviewer = 'counterpart' AND o.grade <= 3 THEN o.reviewed_on END) AS low_on,
    coalesce((SELECT overdue > 0 FROM pair p WHERE p.upper = a.upper AND p.unit_id = o.unit_id), 0) AS overdue,
    (SELECT remedied_on FROM pair p WHERE p.upper = a.upper AND p.unit_id = o.unit_id) AS remedied_on
  FROM opinion o JOIN above a USING (area_id) WHERE o.unit_id IS NOT NULL GROUP BY a.upper, o.unit_id)
WHERE reviewed GROUP BY upper;

-- DE-H4 and BE-N3: projects within an area; an item without a number is its own.
CREATE TABLE project AS
SELECT a.level, a.upper, coalesce(i.project_id, i.commitment_id) AS project_id, count(*) AS items,
  sum(i.completed_on IS NOT NULL OR (i.completed AND i.due_on <= s.as_of)) AS closed,
  max(CASE WHEN i.completed_on IS NOT NULL OR (i.completed AND i.due_on <= s.as_of) THEN coalesce(i.completed_on, i.last_on) END) AS closed_on,
  sum(i.ratings > 0) AS rated, sum(i.direction = 'to_unit') AS of_community,
  sum(coalesce(i.due_on <= s.as_of AND i.theme IN ('五水共治', '治水', '洁净越城', '洁净'), 0)) AS clean_due,
  sum(coalesce(i.due_on <= s.as_of AND i.theme IN ('五水共治', '治水', '洁净越城', '洁净') AND i.completed_on IS NULL, 0)) AS clean_late
FROM state i JOIN above a USING (area_id), setting s WHERE i.standing GROUP BY a.upper, coalesce(i.project_id, i.commitment_id);
INSERT INTO figure
SELECT 'closed_projects', level, upper, '', sum(rated > 0), 0, NULL, 0, count(*) FROM project, setting s WHERE closed = items AND closed_on BETWEEN s.year_first AND s.as_of GROUP BY upper;
INSERT INTO figure SELECT 'clean_projects', level, upper, '', sum(clean_late > 0), 0, NULL, 0, count(*) FROM project WHERE clean_due > 0 AND of_community > 0 GROUP BY upper;

-- PB-N1: signed more than 30 days ago and still not published, or signed in four quarters and published late.
INSERT INTO figure
SELECT 'unpublished_contracts', a.level, a.upper, '', sum(julianday(s.as_of) - julianday(k.signed_on) > 30 AND (k.published_on IS NULL OR k.published_on > s.as_of
    OR (k.signed_on >= s.year_first AND julianday(k.published_on) - julianday(k.signed_on) > 30))), 0, NULL, 0, count(*)
FROM contracts k JOIN above a ON a.area_id = k.community_id, setting s WHERE k.signed_on <= s.as_of GROUP BY a.upper;

-- PB-N3: no row of service in four quarters, or one without hours.
INSERT INTO figure
SELECT 'members_without_hours', a.level, a.upper, '', sum(coalesce(v.is_gap, 1)), 0, NULL, 0, count(*)
FROM members m JOIN above a ON a.area_id = m.community_id CROSS JOIN setting s
LEFT JOIN (SELECT v.member_id, max(v.hours IS NULL) AS is_gap FROM service v, setting s WHERE v.done_on BETWEEN s.year_first AND s.as_of GROUP BY v.member_id) v ON v.member_id = m.member_id
WHERE m.reported_on <= s.as_of GROUP BY a.upper;

-- Meetings: n is every meeting on record.
CREATE TABLE held AS SELECT m.*, (CAST(substr(m.held_on, 6, 2) AS INTEGER) + 2) / 3 AS quarter FROM meetings m, setting s WHERE m.held_on BETWEEN s.year_first AND s.as_of;
INSERT INTO figure SELECT 'joint_meetings', a.level, a.upper, '', sum(kind = 'working'), 0, NULL, 0, count(*) FROM held JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'resident_forums', a.level, a.upper, '', sum(kind = 'forum'), 0, NULL, 0, count(*) FROM held JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure SELECT 'own_contacts', a.level, a.upper, '', sum(coalesce(kind = 'contact' AND initiator = 'community', 0)), 0, NULL, 0, count(*) FROM held JOIN above a USING (area_id) GROUP BY a.upper;
INSERT INTO figure
SELECT 'quarters_met', a.level, a.upper, '', count(DISTINCT quarter), 0, NULL, 0, count(DISTINCT quarter) FROM held JOIN areas r USING (area_id) JOIN above a USING (area_id)
WHERE r.level = 'street' AND kind IN ('working', 'liaison') GROUP BY a.upper;

-- DE-N1: the residents' needs.
INSERT INTO figure
SELECT 'unconsulted_needs', a.level, a.upper, '', sum(d.consultation IS NULL), 0, NULL, 0, count(*) FROM needs d JOIN above a ON a.area_id = d.community_id, setting s
WHERE d.unit_id IS NULL AND d.raised_on BETWEEN s.year_first AND s.as_of GROUP BY a.upper;
