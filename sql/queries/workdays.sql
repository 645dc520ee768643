-- name: list_current_workdays
-- The current revisions of the dates that were judged, to be compared.
select
    worker_id,
    work_date,
    revision,
    timezone,
    content,
    unsettled,
    on_site_s,
    yard_s,
    travel_s,
    stop_s,
    unknown_s
from workdays
where
    company_id = %(company_id)s::uuid
    and worker_id = any(%(worker_ids)s::uuid[])
    and work_date >= %(first_on)s::date
    and work_date <= %(last_on)s::date
    and superseded_at is null;

-- name: supersede_workdays
-- Before the next revision is added: one revision of a date is current.
update workdays
set superseded_at = %(at)s::timestamptz
from
    unnest(
        %(worker_ids)s::uuid[],
        %(dates)s::date[],
        %(revisions)s::integer[]
    ) as old (worker_id, work_date, revision)
where
    workdays.company_id = %(company_id)s::uuid
    and workdays.worker_id = old.worker_id
    and workdays.work_date = old.work_date
    and workdays.revision = old.revision
    and workdays.superseded_at is null;

-- name: add_workdays
-- The next revisions, as one JSON text; the ones before stay readable.
insert into workdays (
    company_id,
    worker_id,
    work_date,
    revision,
    timezone,
    recorded_at,
    on_site_s,
    yard_s,
    travel_s,
    stop_s,
    unknown_s,
    proven_s,
    possible_s,
    content,
    unsettled,
    policy_version
)
select
    %(company_id)s::uuid,
    fresh.worker_id,
    fresh.work_date,
    fresh.revision,
    fresh.timezone,
    %(at)s::timestamptz,
    fresh.on_site_s,
    fresh.yard_s,
    fresh.travel_s,
    fresh.stop_s,
    fresh.unknown_s,
    fresh.on_site_s + fresh.yard_s + fresh.travel_s,
    fresh.on_site_s + fresh.yard_s + fresh.travel_s + fresh.stop_s + fresh.unknown_s,
    fresh.content,
    fresh.unsettled,
    %(policy_version)s::integer
from
    jsonb_to_recordset(%(rows)s::jsonb) as fresh (
        worker_id uuid,
        work_date date,
        revision integer,
        timezone text,
        on_site_s integer,
        yard_s integer,
        travel_s integer,
        stop_s integer,
        unknown_s integer,
        content text,
        unsettled text
    );

-- name: note_unsettled
-- Drive-bys at the end of the data are kept beside the current revision and change no revision.
update workdays
set unsettled = note.unsettled
from
    unnest(
        %(worker_ids)s::uuid[],
        %(dates)s::date[],
        %(revisions)s::integer[],
        %(unsettled)s::text[]
    ) as note (worker_id, work_date, revision, unsettled)
where
    workdays.company_id = %(company_id)s::uuid
    and workdays.worker_id = note.worker_id
    and workdays.work_date = note.work_date
    and workdays.revision = note.revision;

-- name: get_workday_worker
-- The zone in which a worker's days are cut: the branch's, else the company's.
select coalesce(branches.timezone, companies.timezone) as timezone
from workers
inner join companies on workers.company_id = companies.id
left join branches on workers.company_id = branches.company_id and workers.branch_id = branches.id
where workers.company_id = %(company_id)s::uuid and workers.id = %(worker_id)s::uuid;

-- name: find_workday_revision
-- By number, or the newest recorded by an instant, or the current one.
select
    revision,
    timezone,
    content,
    unsettled,
    recorded_at,
    policy_version,
    on_site_s,
    yard_s,
    travel_s,
    stop_s,
    unknown_s
from workdays
where
    company_id = %(company_id)s::uuid
    and worker_id = %(worker_id)s::uuid
    and work_date = %(work_date)s::date
    and (%(revision)s::integer is null or revision = %(revision)s::integer)
    and (%(as_of)s::timestamptz is null or (recorded_at <= %(as_of)s::timestamptz and revision > 0))
order by revision desc
limit 1;

-- name: list_week_totals
-- The current totals of a worker's week, straight from the index.
select
    work_date,
    revision,
    on_site_s,
    yard_s,
    travel_s,
    stop_s,
    unknown_s
from workdays
where
    company_id = %(company_id)s::uuid
    and worker_id = %(worker_id)s::uuid
    and work_date >= %(first_on)s::date
    and work_date < %(end_on)s::date
    and superseded_at is null
    and revision > 0
order by work_date;

-- name: find_pending
-- A mark of the worker, or of a badge that the worker was given, by assignment or shift event, or is stored with, on a
-- UTC day that reaches the dates.
select
    exists (
        select 1
        from recompute_marks
        where
            recompute_marks.company_id = %(company_id)s::uuid
            and recompute_marks.subject_kind = 'worker'
            and recompute_marks.subject_id = %(worker_id)s::uuid
            and recompute_marks.day >= %(first_day)s::date
            and recompute_marks.day <= %(last_day)s::date
    )
    or exists (
        select 1
        from badge_assignments
        inner join recompute_marks
            on
                badge_assignments.company_id = recompute_marks.company_id
                and badge_assignments.badge_id = recompute_marks.subject_id
        where
            badge_assignments.company_id = %(company_id)s::uuid
            and badge_assignments.worker_id = %(worker_id)s::uuid
            and recompute_marks.company_id = %(company_id)s::uuid
            and recompute_marks.subject_kind = 'badge'
            and recompute_marks.day >= %(first_day)s::date
            and recompute_marks.day <= %(last_day)s::date
    )
    or exists (
        select 1
        from intervals
        inner join recompute_marks
            on
                intervals.company_id = recompute_marks.company_id
                and intervals.badge_id = recompute_marks.subject_id
        where
            intervals.company_id = %(company_id)s::uuid
            and intervals.worker_id = %(worker_id)s::uuid
            and intervals.from_at >= %(first_day)s::date - interval '2 days'
            and intervals.from_at < %(last_day)s::date + interval '3 days'
            and recompute_marks.company_id = %(company_id)s::uuid
            and recompute_marks.subject_kind = 'badge'
            and recompute_marks.day >= %(first_day)s::date
            and recompute_marks.day <= %(last_day)s::date
    )
    or exists (
        select 1
        from workers
        inner join observations
            on
                workers.company_id = observations.company_id
                and workers.code = observations.worker_code
        inner join recompute_marks
            on
                observations.company_id = recompute_marks.company_id
                and observations.badge_id = recompute_marks.subject_id
        where
            workers.company_id = %(company_id)s::uuid
            and workers.id = %(worker_id)s::uuid
            and observations.company_id = %(company_id)s::uuid
            and observations.worker_code is not null
            and observations.kind = 'shift_start'
            and observations.captured_at >= (%(first_day)s::date - 1)::timestamp at time zone 'UTC'
            and observations.captured_at < (%(last_day)s::date + 1)::timestamp at time zone 'UTC'
            and recompute_marks.company_id = %(company_id)s::uuid
            and recompute_marks.subject_kind = 'badge'
            and recompute_marks.day >= %(first_day)s::date
            and recompute_marks.day <= %(last_day)s::date
    ) as pending;

-- name: list_badge_progress
-- Each badge that was assigned to the worker in the period, or that a shift event may have given: its last observation
-- before its first open hole, which is the end of the first run of its numbers; without a hole, its last one of all.
select
    given.badge_id,
    bool_or(given.is_assigned) as is_assigned,
    case
        when
            exists (
                select 1
                from sequence_runs
                where
                    sequence_runs.company_id = %(company_id)s::uuid
                    and sequence_runs.badge_id = given.badge_id
                order by sequence_runs.first_number
                offset 1
            )
            then (
                select sequence_runs.latest_captured_at
                from sequence_runs
                where
                    sequence_runs.company_id = %(company_id)s::uuid
                    and sequence_runs.badge_id = given.badge_id
                order by sequence_runs.first_number
                limit 1
            )
        else (
            select badge_states.last_captured_at
            from badge_states
            where
                badge_states.company_id = %(company_id)s::uuid
                and badge_states.badge_id = given.badge_id
        )
    end as complete_through
from (
    select
        badge_assignments.badge_id,
        true as is_assigned
    from badge_assignments
    where
        badge_assignments.company_id = %(company_id)s::uuid
        and badge_assignments.worker_id = %(worker_id)s::uuid
        and badge_assignments.from_at < to_timestamp(%(until)s::double precision)
        and (
            badge_assignments.to_at is null
            or badge_assignments.to_at > to_timestamp(%(since)s::double precision)
        )
    union all
    select
        observations.badge_id,
        false as is_assigned
    from workers
    inner join observations
        on
            workers.company_id = observations.company_id
            and workers.code = observations.worker_code
    where
        workers.company_id = %(company_id)s::uuid
        and workers.id = %(worker_id)s::uuid
        and observations.company_id = %(company_id)s::uuid
        and observations.worker_code is not null
        and observations.kind = 'shift_start'
        and observations.captured_at >= to_timestamp(%(lead_from)s::double precision)
        and observations.captured_at < to_timestamp(%(until)s::double precision)
) as given
group by given.badge_id;

-- name: list_assignments_around
-- Every assignment of badges in a period, to tell which shift events lie inside one.
select
    id,
    badge_id,
    worker_id,
    date_part('epoch', from_at)::bigint as from_at,
    date_part('epoch', to_at)::bigint as to_at
from badge_assignments
where
    company_id = %(company_id)s::uuid
    and badge_id = any(%(badge_ids)s::uuid[])
    and from_at < to_timestamp(%(until)s::double precision)
    and (to_at is null or to_at > to_timestamp(%(since)s::double precision));

-- name: list_shift_events
-- The shift events of badges in a period; those of unknown workers wait in quarantine and end the shift before them.
select
    badge_id,
    date_part('epoch', captured_at)::bigint as captured_at,
    sequence_number,
    kind,
    worker_code
from observations
where
    company_id = %(company_id)s::uuid
    and badge_id = any(%(badge_ids)s::uuid[])
    and worker_code is not null
    and kind in ('shift_start', 'shift_end')
    and time_quality = 'event'
    and captured_at >= to_timestamp(%(since)s::double precision)
    and captured_at < to_timestamp(%(until)s::double precision)
union all
select
    badge_id,
    date_part('epoch', captured_at)::bigint as captured_at,
    sequence_number,
    kind,
    worker_code
from quarantined_events
where
    company_id = %(company_id)s::uuid
    and badge_id = any(%(badge_ids)s::uuid[])
    and code = 'unknown_worker'
    and status = 'open'
    and kind = 'shift_start'
    and captured_at >= to_timestamp(%(since)s::double precision)
    and captured_at < to_timestamp(%(until)s::double precision);

-- name: list_hours
-- The hours of every worker over a span of dates, a page at a time; a worker without a day has none.
with page as (
    select workers.id
    from workers
    where
        workers.company_id = %(company_id)s::uuid
        and (%(after)s::uuid is null or workers.id > %(after)s::uuid)
    order by workers.id
    limit %(limit)s::integer
)

select
    page.id as worker_id,
    (count(*) filter (where workdays.revision > 0))::integer as days,
    coalesce(sum(workdays.on_site_s), 0)::integer as on_site_s,
    coalesce(sum(workdays.yard_s), 0)::integer as yard_s,
    coalesce(sum(workdays.travel_s), 0)::integer as travel_s,
    coalesce(sum(workdays.stop_s), 0)::integer as stop_s,
    coalesce(sum(workdays.unknown_s), 0)::integer as unknown_s
from page
left join workdays
    on
        workdays.company_id = %(company_id)s::uuid
        and page.id = workdays.worker_id
        and workdays.work_date >= %(first_on)s::date
        and workdays.work_date < %(end_on)s::date
        and workdays.superseded_at is null
group by page.id
order by page.id;
