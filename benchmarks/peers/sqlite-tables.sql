-- The tables that tests/reference/raw-measures.sql wants, from the CSV files of the current folder: quantities and hours
-- in thousandths, weights in millionths, empty is NULL.

.import --csv areas.csv csv_areas
CREATE TABLE areas AS SELECT area_id, nullif(parent_id, '') AS parent_id, level FROM csv_areas;
DROP TABLE csv_areas;
CREATE UNIQUE INDEX areas_id ON areas(area_id);

.import --csv units.csv csv_units
CREATE TABLE units AS SELECT unit_id, nullif(area_id, '') AS area_id FROM csv_units;
DROP TABLE csv_units;

.import --csv contracts.csv csv_contracts
CREATE TABLE contracts AS
SELECT contract_id, community_id, nullif(unit_id, '') AS unit_id, nullif(negotiated_on, '') AS negotiated_on, signed_on,
  nullif(published_on, '') AS published_on, nullif(reviewed_on, '') AS reviewed_on, starts_on, ends_on
FROM csv_contracts;
DROP TABLE csv_contracts;

.import --csv commitments.csv csv_commitments
CREATE TABLE commitments AS
SELECT commitment_id, contract_id, direction, list, category, nullif(offer_id, '') AS offer_id,
  CAST(round(quantity * 1000) AS INTEGER) AS quantity, quantity_unit,
  CAST(nullif(participants, '') AS INTEGER) AS participants, starts_on, due_on
FROM csv_commitments;
DROP TABLE csv_commitments;
-- For EXISTS over the items of a contract and the sum over those of an offer, SQLite makes its own.

.import --csv fulfilment.csv csv_fulfilment
CREATE TABLE fulfilment AS
SELECT commitment_id, done_on, CAST(round(quantity * 1000) AS INTEGER) AS quantity,
  CAST(nullif(participants, '') AS INTEGER) AS participants, status
FROM csv_fulfilment, setting WHERE recorded_on <= cutoff;
DROP TABLE csv_fulfilment;

.import --csv offers.csv csv_offers
CREATE TABLE offers AS
SELECT offer_id, nullif(unit_id, '') AS unit_id, NULL AS provider_community_id, nullif(community_id, '') AS community_id,
  category, CAST(round(capacity * 1000) AS INTEGER) AS capacity, capacity_unit, available_from, available_to
FROM csv_offers;
DROP TABLE csv_offers;

.import --csv needs.csv csv_needs
CREATE TABLE needs AS
SELECT community_id, category, raised_on, CAST(people AS INTEGER) AS people, CAST(nullif(priority, '') AS INTEGER) AS priority
FROM csv_needs;
DROP TABLE csv_needs;

.import --csv surveys.csv csv_surveys
CREATE TABLE surveys AS
SELECT community_id, answered_on, CAST(round(nullif(weight, '') * 1000000) AS INTEGER) AS weight,
  CAST(nullif(overall, '') AS INTEGER) AS overall
FROM csv_surveys;
DROP TABLE csv_surveys;

.import --csv service.csv csv_service
CREATE TABLE service AS
SELECT community_id, done_on, CAST(round(nullif(hours, '') * 1000) AS INTEGER) AS hours FROM csv_service;
DROP TABLE csv_service;
