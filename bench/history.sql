-- A year of twenty companies of fifty workers, as it lies in the tables after the pipeline: what reading is measured on.
-- The numbers are parameters of psycopg; the ids follow from the numbers, so that every run has the same.
create temporary table people on commit drop as
select
    md5('company' || company)::uuid as company_id,
    md5('worker' || company || '.' || worker)::uuid as worker_id,
    md5('badge' || company || '.' || worker)::uuid as badge_id,
    md5('site' || company)::uuid as site_id,
    company,
    worker
from generate_series(1, %(companies)s::integer) as company, generate_series(1, %(workers)s::integer) as worker;

insert into companies (id, slug, name, timezone, created_at)
select distinct company_id, 'history-' || company, 'History ' || company, 'America/New_York', timestamptz '2025-01-02Z'
from people;

insert into policies (
    company_id, version, dwell_s, min_fixes, exit_buffer_m, max_gap_s, shift_gap_s, stop_radius_m, stop_s, parked_s,
    workweek_start, rounding, created_at
)
select distinct company_id, 1, 180, 2, 25.0, 1200, 21600, 75.0, 600, 7200, 6, 'none', timestamptz '2025-01-02Z'
from people;

insert into sites (company_id, id, name, kind, created_at)
select distinct company_id, site_id, 'Site', 'customer_site', timestamptz '2025-01-02Z'
from people;

insert into boundary_versions (company_id, site_id, number, valid_from, boundary, area_m2, created_at)
select distinct on (company_id)
    company_id, site_id, 1, timestamptz '2025-01-02Z', st_makeenvelope(-74.001, 40, -74, 40.001, 4326), 9000.0,
    timestamptz '2025-01-02Z'
from people;

insert into workers (company_id, id, name, code, created_at)
select company_id, worker_id, 'Worker ' || worker, 'W' || worker, timestamptz '2025-01-02Z'
from people;

insert into badges (company_id, id, serial, device_uid, kind, lifecycle, created_at)
select
    company_id, badge_id, 'ACT-' || upper(lpad(to_hex(company * 1000 + worker), 8, '0')),
    'dev:8642' || lpad((company * 1000 + worker)::text, 11, '0'), 'badge', 'active', timestamptz '2025-01-02Z'
from people;

insert into badge_assignments (company_id, id, badge_id, worker_id, from_at, created_at)
select company_id, gen_random_uuid(), badge_id, worker_id, timestamptz '2025-01-02Z', timestamptz '2025-01-02Z'
from people;

insert into observations (
    company_id, badge_id, captured_at, received_at, sequence_number, kind, time_quality, source, lat, lon, accuracy_m,
    accuracy_assumed, speed_mps, receipt_id
)
select
    company_id, badge_id, at, at + interval '20 minutes', day * 1000 + number, 'fix', 'event', 'gps',
    40 + number * 0.00001, -74 + number * 0.00001, 6.5, false, 1.2, md5(day || '.' || number)::uuid
from people, generate_series(0, %(days)s::integer - 1) as day, generate_series(0, %(per_day)s::integer - 1) as number,
    lateral (
        select timestamptz '2025-10-01 11:00Z' + day * interval '1 day' + number * interval '8 hours' / %(per_day)s::integer as at
    ) as captured
order by day, company_id, badge_id, number;

insert into evidence_days (company_id, badge_id, day, first_at, last_at, west, south, east, north)
select
    company_id, badge_id, date '2025-10-01' + day, timestamptz '2025-10-01 11:00Z' + day * interval '1 day',
    timestamptz '2025-10-01 19:00Z' + day * interval '1 day', -74.001, 40, -74, 40.001
from people, generate_series(0, %(days)s::integer - 1) as day;

insert into intervals (
    company_id, badge_id, from_at, to_at, worker_id, site_id, boundary_number, started_by, ended_by, ambiguous, fixes_used,
    fixes_refused, excursions, tags, policy_version, revision
)
select
    company_id, badge_id, timestamptz '2025-10-01 11:00Z' + day * interval '1 day' + half * interval '4 hours',
    timestamptz '2025-10-01 14:30Z' + day * interval '1 day' + half * interval '4 hours', worker_id, site_id, 1, 'moved',
    'moved', false, 800, '{}', '[]', '{}', 1, 1
from people, generate_series(0, %(days)s::integer - 1) as day, generate_series(0, 1) as half;

insert into workdays (
    company_id, worker_id, work_date, revision, timezone, recorded_at, superseded_at, on_site_s, yard_s, travel_s, stop_s,
    unknown_s, proven_s, possible_s, content, policy_version
)
select
    company_id, worker_id, date '2025-10-01' + day, revision, 'America/New_York',
    timestamptz '2025-10-01 19:20Z' + day * interval '1 day' + revision * interval '1 hour',
    case when revision < 3 then timestamptz '2025-10-01 20:20Z' + day * interval '1 day' + revision * interval '1 hour' end,
    25200, 1800, 1800, 600, 0, 28800, 29400, repeat('{"kind": "on_site", "site_id": "somewhere"},', 12), 1
from people, generate_series(0, %(days)s::integer - 1) as day, generate_series(1, 3) as revision
order by day, company_id, worker_id, revision;
