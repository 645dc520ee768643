-- name: get_current_policy
-- The newest version counts for every recompute.
select
    version,
    dwell_s,
    min_fixes,
    exit_buffer_m,
    max_gap_s,
    shift_gap_s,
    stop_radius_m,
    stop_s,
    parked_s,
    workweek_start,
    rounding
from policies
where company_id = %(company_id)s::uuid
order by version desc
limit 1;

-- name: lock_policies
-- Two changes at once are taken one after the other: the company's row is the lock.
select id
from companies
where id = %(company_id)s::uuid
for no key update;

-- name: add_policy
-- The next version.
insert into policies (
    company_id,
    version,
    dwell_s,
    min_fixes,
    exit_buffer_m,
    max_gap_s,
    shift_gap_s,
    stop_radius_m,
    stop_s,
    parked_s,
    workweek_start,
    rounding,
    created_at
)
values (
    %(company_id)s::uuid,
    %(version)s::integer,
    %(dwell_s)s::integer,
    %(min_fixes)s::integer,
    %(exit_buffer_m)s::double precision,
    %(max_gap_s)s::integer,
    %(shift_gap_s)s::integer,
    %(stop_radius_m)s::double precision,
    %(stop_s)s::integer,
    %(parked_s)s::integer,
    %(workweek_start)s::smallint,
    %(rounding)s::text,
    %(created_at)s::timestamptz
);
