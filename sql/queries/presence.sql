-- name: find_scope
-- Who wears what around a change, in one answer: the company's zone, the people, their badges' assignments and shift
-- events, and the workers to whom stored intervals belong. Instants go out as epoch seconds.
with spoken as (
    select observations.worker_code
    from observations
    where
        observations.company_id = %(company_id)s::uuid
        and observations.badge_id = any(%(badge_ids)s::uuid[])
        and observations.worker_code is not null
        and observations.kind = 'shift_start'
        and observations.captured_at >= to_timestamp(%(lead_from)s::double precision)
        and observations.captured_at < to_timestamp(%(known_to)s::double precision)
),

stored as (
    select
        intervals.badge_id,
        intervals.worker_id,
        min(intervals.from_at) as from_at,
        max(intervals.to_at) as to_at
    from intervals
    where
        intervals.company_id = %(company_id)s::uuid
        and intervals.badge_id = any(%(badge_ids)s::uuid[])
        and intervals.worker_id is not null
        and intervals.from_at >= to_timestamp(%(known_from)s::double precision)
        and intervals.from_at < to_timestamp(%(known_to)s::double precision)
    group by intervals.badge_id, intervals.worker_id
),

concerned as (
    select badge_assignments.worker_id
    from badge_assignments
    where
        badge_assignments.company_id = %(company_id)s::uuid
        and badge_assignments.badge_id = any(%(badge_ids)s::uuid[])
        and badge_assignments.from_at < to_timestamp(%(known_to)s::double precision)
        and (
            badge_assignments.to_at is null
            or badge_assignments.to_at > to_timestamp(%(known_from)s::double precision)
        )
    union
    select workers.id
    from workers
    where
        workers.company_id = %(company_id)s::uuid
        and workers.code in (select spoken.worker_code from spoken)
    union
    select stored.worker_id
    from stored
    union
    select unnest(%(worker_ids)s::uuid[])
),

worn as (
    select unnest(%(badge_ids)s::uuid[]) as badge_id
    union
    select badge_assignments.badge_id
    from badge_assignments
    where
        badge_assignments.company_id = %(company_id)s::uuid
        and badge_assignments.worker_id in (select concerned.worker_id from concerned)
        and badge_assignments.from_at < to_timestamp(%(known_to)s::double precision)
        and (
            badge_assignments.to_at is null
            or badge_assignments.to_at > to_timestamp(%(known_from)s::double precision)
        )
    union
    select observations.badge_id
    from workers
    inner join observations
        on
            workers.company_id = observations.company_id
            and workers.code = observations.worker_code
    where
        workers.company_id = %(company_id)s::uuid
        and workers.id in (select concerned.worker_id from concerned)
        and observations.company_id = %(company_id)s::uuid
        and observations.worker_code is not null
        and observations.kind = 'shift_start'
        and observations.captured_at >= to_timestamp(%(lead_from)s::double precision)
        and observations.captured_at < to_timestamp(%(known_to)s::double precision)
),

starts as (
    select
        observations.badge_id,
        observations.worker_code,
        observations.captured_at
    from observations
    where
        observations.company_id = %(company_id)s::uuid
        and observations.badge_id in (select worn.badge_id from worn)
        and observations.worker_code is not null
        and observations.kind = 'shift_start'
        and observations.captured_at >= to_timestamp(%(lead_from)s::double precision)
        and observations.captured_at < to_timestamp(%(known_to)s::double precision)
),

given as (
    select
        badge_assignments.id,
        badge_assignments.badge_id,
        badge_assignments.worker_id,
        badge_assignments.from_at,
        badge_assignments.to_at
    from badge_assignments
    where
        badge_assignments.company_id = %(company_id)s::uuid
        and badge_assignments.badge_id in (select worn.badge_id from worn)
        and badge_assignments.from_at < to_timestamp(%(known_to)s::double precision)
        and (
            badge_assignments.to_at is null
            or badge_assignments.to_at > to_timestamp(%(known_from)s::double precision)
        )
)

select
    companies.timezone,
    (
        select json_agg(json_build_array(people.id, people.code, coalesce(branches.timezone, companies.timezone)))
        from workers as people
        left join branches
            on people.company_id = branches.company_id and people.branch_id = branches.id
        where
            people.company_id = %(company_id)s::uuid
            and (
                people.id in (select concerned.worker_id from concerned)
                or people.id in (select given.worker_id from given)
                or people.code in (select starts.worker_code from starts)
            )
    ) as people,
    (
        select
            json_agg(
                json_build_array(
                    given.id,
                    given.badge_id,
                    given.worker_id,
                    date_part('epoch', given.from_at)::bigint,
                    date_part('epoch', given.to_at)::bigint
                )
            )
        from given
    ) as assignments,
    (
        select
            json_agg(
                json_build_array(starts.badge_id, starts.worker_code, date_part('epoch', starts.captured_at)::bigint)
            )
        from starts
    ) as shift_starts,
    (
        select
            json_agg(
                json_build_array(
                    stored.badge_id,
                    stored.worker_id,
                    date_part('epoch', stored.from_at)::bigint,
                    date_part('epoch', stored.to_at)::bigint
                )
            )
        from stored
    ) as stored_wearers
from companies
where companies.id = %(company_id)s::uuid;

-- name: list_observations
-- The evidence of badges, each in its own window, and before it what still counts: motion and shift events.
-- The lateral sub-select keeps its offset so that every badge is one index scan; the outer bounds prune partitions.
select
    found.badge_id,
    date_part('epoch', found.captured_at)::bigint as captured_at,
    found.sequence_number,
    found.kind,
    found.time_quality = 'event' as clock_trusted,
    found.lat,
    found.lon,
    found.accuracy_m,
    found.refused_by,
    found.speed_mps,
    found.moving,
    found.motion_count,
    case when found.kind not in ('tag', 'tag_lost') then found.battery_pct end as battery_pct,
    found.tag_mac,
    found.worker_code
from
    unnest(
        %(badge_ids)s::uuid[],
        %(froms)s::bigint[],
        %(tos)s::bigint[]
    ) as spans (badge_id, from_at, to_at)
cross join lateral (
    select observations.*
    from observations
    where
        observations.company_id = %(company_id)s::uuid
        and observations.badge_id = spans.badge_id
        and observations.captured_at >= to_timestamp(spans.from_at)
        and observations.captured_at < to_timestamp(spans.to_at)
        and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
        and observations.captured_at < to_timestamp(%(latest)s::double precision)
    limit all offset 0  -- noqa: AM09
) as found;

-- name: list_context
-- What was said before a window and still counts in it: motion for a while, shift events for 16 hours; and the
-- quarantined shift events of unknown workers, which end the shift before and assign nobody.
select
    found.badge_id,
    date_part('epoch', found.captured_at)::bigint as captured_at,
    found.sequence_number,
    found.kind,
    found.time_quality = 'event' as clock_trusted,
    null::double precision as lat,
    null::double precision as lon,
    null::double precision as accuracy_m,
    found.refused_by,
    found.speed_mps,
    found.moving,
    found.motion_count,
    null::double precision as battery_pct,
    found.tag_mac,
    found.worker_code
from
    unnest(
        %(badge_ids)s::uuid[],
        %(froms)s::bigint[],
        %(tos)s::bigint[]
    ) as spans (badge_id, from_at, to_at)
cross join
    lateral (
        select observations.*
        from observations
        where
            observations.company_id = %(company_id)s::uuid
            and observations.badge_id = spans.badge_id
            and observations.captured_at >= to_timestamp(spans.from_at - %(motion_lead_s)s::bigint)
            and observations.captured_at < to_timestamp(spans.from_at)
            and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
            and observations.captured_at < to_timestamp(%(latest)s::double precision)
            and observations.kind = 'motion'
        union all
        select observations.*
        from observations
        where
            observations.company_id = %(company_id)s::uuid
            and observations.badge_id = spans.badge_id
            and observations.captured_at >= to_timestamp(spans.from_at - %(shift_lead_s)s::bigint)
            and observations.captured_at < to_timestamp(spans.from_at)
            and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
            and observations.captured_at < to_timestamp(%(latest)s::double precision)
            and observations.worker_code is not null
        limit all offset 0  -- noqa: AM09
    ) as found
union all
select
    quarantined_events.badge_id,
    date_part('epoch', quarantined_events.captured_at)::bigint as captured_at,
    quarantined_events.sequence_number,
    quarantined_events.kind,
    true as clock_trusted,
    null::double precision as lat,
    null::double precision as lon,
    null::double precision as accuracy_m,
    null::text as refused_by,
    null::double precision as speed_mps,
    null::boolean as moving,
    null::integer as motion_count,
    null::double precision as battery_pct,
    null::text as tag_mac,
    quarantined_events.worker_code
from quarantined_events
where
    quarantined_events.company_id = %(company_id)s::uuid
    and quarantined_events.badge_id = any(%(badge_ids)s::uuid[])
    and quarantined_events.code = 'unknown_worker'
    and quarantined_events.status = 'open'
    and quarantined_events.kind = 'shift_start'
    and quarantined_events.captured_at >= to_timestamp(%(earliest)s::double precision)
    and quarantined_events.captured_at < to_timestamp(%(latest)s::double precision);

-- name: list_neighbours
-- The last qualified fix of each badge before its window and the first at or after it: where silence begins and ends.
select
    spans.badge_id,
    (
        select date_part('epoch', observations.captured_at)::bigint
        from observations
        where
            observations.company_id = %(company_id)s::uuid
            and observations.badge_id = spans.badge_id
            and observations.captured_at < to_timestamp(spans.from_at)
            and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
            and observations.captured_at < to_timestamp(%(latest)s::double precision)
            and observations.kind = 'fix'
            and observations.refused_by is null
        order by observations.captured_at desc
        limit 1
    ) as before_at,
    (
        select date_part('epoch', observations.captured_at)::bigint
        from observations
        where
            observations.company_id = %(company_id)s::uuid
            and observations.badge_id = spans.badge_id
            and observations.captured_at >= to_timestamp(spans.to_at)
            and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
            and observations.captured_at < to_timestamp(%(latest)s::double precision)
            and observations.kind = 'fix'
            and observations.refused_by is null
        order by observations.captured_at
        limit 1
    ) as after_at
from
    unnest(
        %(badge_ids)s::uuid[],
        %(froms)s::bigint[],
        %(tos)s::bigint[]
    ) with ordinality as spans (badge_id, from_at, to_at, place)
order by spans.place;

-- name: list_last_fixes
-- The last qualified fix of each badge before its new evidence: what came after it was silence until now.
select
    spans.badge_id,
    (
        select date_part('epoch', observations.captured_at)::bigint
        from observations
        where
            observations.company_id = %(company_id)s::uuid
            and observations.badge_id = spans.badge_id
            and observations.captured_at < to_timestamp(spans.from_at)
            and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
            and observations.captured_at < to_timestamp(%(latest)s::double precision)
            and observations.kind = 'fix'
            and observations.refused_by is null
        order by observations.captured_at desc
        limit 1
    ) as before_at
from
    unnest(
        %(badge_ids)s::uuid[],
        %(froms)s::bigint[],
        %(tos)s::bigint[]
    ) with ordinality as spans (badge_id, from_at, to_at, place)
order by spans.place;

-- name: list_candidate_boundaries
-- The versions near the cells of fixes: an equality on the cell, since PostGIS cannot use its index under row-level
-- security (platform.md 4.5). The shape itself is asked for only when this process does not hold it.
select
    boundary_versions.site_id,
    boundary_versions.number,
    sites.kind,
    date_part('epoch', boundary_versions.valid_from)::bigint as valid_from,
    date_part('epoch', boundary_versions.valid_to)::bigint as valid_to,
    boundary_versions.area_m2
from boundary_versions
inner join sites
    on boundary_versions.company_id = sites.company_id and boundary_versions.site_id = sites.id
where
    boundary_versions.company_id = %(company_id)s::uuid
    and (boundary_versions.site_id, boundary_versions.number) in (
        select boundary_cells.site_id, boundary_cells.number
        from boundary_cells
        where
            boundary_cells.company_id = %(company_id)s::uuid
            and boundary_cells.cell = any(%(cells)s::bigint[])
    )
    and boundary_versions.valid_from < to_timestamp(%(latest)s::double precision)
    and (
        boundary_versions.valid_to is null
        or boundary_versions.valid_to > to_timestamp(%(earliest)s::double precision)
    );

-- name: list_shapes
-- The geometry of versions that this process has not seen yet; a version never changes its shape.
select
    boundary_versions.site_id,
    boundary_versions.number,
    st_asbinary(boundary_versions.boundary) as wkb
from boundary_versions
where
    boundary_versions.company_id = %(company_id)s::uuid
    and (boundary_versions.site_id, boundary_versions.number) in (
        select
            wanted.site_id,
            wanted.number
        from unnest(%(site_ids)s::uuid[], %(numbers)s::integer[]) as wanted (site_id, number)
    );

-- name: list_jobs_at_sites
-- The jobs at candidate sites over the window: they settle which of overlapping sites a fix is at.
select
    jobs.id,
    jobs.site_id,
    date_part('epoch', jobs.scheduled_from)::bigint as scheduled_from,
    date_part('epoch', jobs.scheduled_to)::bigint as scheduled_to,
    array(
        select job_workers.worker_id
        from job_workers
        where job_workers.company_id = %(company_id)s::uuid and job_workers.job_id = jobs.id
    ) as worker_ids,
    array(
        select job_crews.crew_id
        from job_crews
        where job_crews.company_id = %(company_id)s::uuid and job_crews.job_id = jobs.id
    ) as crew_ids
from jobs
where
    jobs.company_id = %(company_id)s::uuid
    and jobs.site_id = any(%(site_ids)s::uuid[])
    and jobs.scheduled_from < to_timestamp(%(latest)s::double precision)
    and jobs.scheduled_to > to_timestamp(%(earliest)s::double precision);

-- name: list_memberships
-- The crews of workers over the window.
select
    crew_members.crew_id,
    crew_members.worker_id,
    date_part('epoch', crew_members.from_at)::bigint as from_at,
    date_part('epoch', crew_members.to_at)::bigint as to_at
from crew_members
where
    crew_members.company_id = %(company_id)s::uuid
    and crew_members.worker_id = any(%(worker_ids)s::uuid[])
    and crew_members.from_at < to_timestamp(%(latest)s::double precision)
    and (crew_members.to_at is null or crew_members.to_at > to_timestamp(%(earliest)s::double precision));

-- name: list_sequence_runs
-- The received numbers around a window: a hole between two fixes is what the badge has not delivered yet.
select
    sequence_runs.badge_id,
    sequence_runs.first_number,
    sequence_runs.last_number
from sequence_runs
where
    sequence_runs.company_id = %(company_id)s::uuid
    and sequence_runs.badge_id = any(%(badge_ids)s::uuid[])
order by sequence_runs.badge_id, sequence_runs.first_number;
