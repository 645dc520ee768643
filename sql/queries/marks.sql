-- name: wait_long
-- For consumers of a queue, whose message is held for minutes: a company's deliveries wait for each other, and giving
-- up after the three seconds of a request would cost one of the ten deliveries that a message has.
select
    set_config('lock_timeout', '120s', true) as lock_timeout,
    set_config('statement_timeout', '120s', true) as statement_timeout;

-- name: lock_presence
-- One writer of presence per company at a time: ingest, recompute and changes of master data take the same lock.
select pg_advisory_xact_lock(hashtextextended('presence:' || %(company_id)s::uuid::text, 0));

-- name: mark_everything
-- The policy changed: every day with evidence.
insert into recompute_marks (company_id, subject_kind, subject_id, day)
select
    company_id,
    'badge',
    badge_id,
    day
from evidence_days
where company_id = %(company_id)s::uuid
order by badge_id, day
on conflict (company_id, subject_kind, subject_id, day)
do update
    set counter = recompute_marks.counter + 1
    where recompute_marks.company_id = %(company_id)s::uuid;

-- name: mark_box
-- Only a day with a fix in the box can see the boundary change.
insert into recompute_marks (company_id, subject_kind, subject_id, day)
select
    company_id,
    'badge',
    badge_id,
    day
from evidence_days
where
    company_id = %(company_id)s::uuid
    and (%(first_day)s::date is null or day >= %(first_day)s::date)
    and (%(last_day)s::date is null or day <= %(last_day)s::date)
    and west <= %(east)s::double precision
    and east >= %(west)s::double precision
    and south <= %(north)s::double precision
    and north >= %(south)s::double precision
order by badge_id, day
on conflict (company_id, subject_kind, subject_id, day)
do update
    set counter = recompute_marks.counter + 1
    where recompute_marks.company_id = %(company_id)s::uuid;

-- name: mark_badge
-- The badge's own days, and the same days of everybody concerned: the one who no longer wears it too.
with evidence as (
    select day
    from evidence_days
    where
        company_id = %(company_id)s::uuid
        and badge_id = %(badge_id)s::uuid
        and (%(first_day)s::date is null or day >= %(first_day)s::date)
        and (%(last_day)s::date is null or day <= %(last_day)s::date)
),

subject as (
    select
        'badge' as kind,
        %(badge_id)s::uuid as id
    union
    select
        'worker' as kind,
        worker.id
    from unnest(%(worker_ids)s::uuid[]) as worker (id)
)

insert into recompute_marks (company_id, subject_kind, subject_id, day)
select
    %(company_id)s::uuid,
    subject.kind,
    subject.id,
    evidence.day
from evidence
cross join subject
order by subject.kind, subject.id, evidence.day
on conflict (company_id, subject_kind, subject_id, day)
do update
    set counter = recompute_marks.counter + 1
    where recompute_marks.company_id = %(company_id)s::uuid;

-- name: mark_workers
-- Days with evidence of a badge that was assigned, and days that were computed (shift events wear badges too).
with concerned as (
    select worker.id
    from unnest(%(worker_ids)s::uuid[]) as worker (id)
    union
    select crew_members.worker_id as id
    from crew_members
    where
        crew_members.company_id = %(company_id)s::uuid
        and crew_members.crew_id = any(%(crew_ids)s::uuid[])
        and (%(to_at)s::timestamptz is null or crew_members.from_at < %(to_at)s::timestamptz)
        and (
            crew_members.to_at is null
            or %(from_at)s::timestamptz is null
            or crew_members.to_at > %(from_at)s::timestamptz
        )
),

days as (
    select
        badge_assignments.worker_id,
        evidence_days.day
    from concerned
    inner join badge_assignments on concerned.id = badge_assignments.worker_id
    inner join evidence_days
        on
            badge_assignments.company_id = evidence_days.company_id
            and badge_assignments.badge_id = evidence_days.badge_id
            and (badge_assignments.from_at at time zone 'UTC')::date <= evidence_days.day
            and (
                badge_assignments.to_at is null
                or (badge_assignments.to_at at time zone 'UTC')::date >= evidence_days.day
            )
    where
        badge_assignments.company_id = %(company_id)s::uuid
        and evidence_days.company_id = %(company_id)s::uuid
    union
    select
        workdays.worker_id,
        workdays.work_date as day
    from concerned
    inner join workdays on concerned.id = workdays.worker_id
    where
        workdays.company_id = %(company_id)s::uuid
        and workdays.superseded_at is null
)

insert into recompute_marks (company_id, subject_kind, subject_id, day)
select
    %(company_id)s::uuid,
    'worker',
    days.worker_id,
    days.day
from days
where
    (%(first_day)s::date is null or days.day >= %(first_day)s::date)
    and (%(last_day)s::date is null or days.day <= %(last_day)s::date)
order by days.worker_id, days.day
on conflict (company_id, subject_kind, subject_id, day)
do update
    set counter = recompute_marks.counter + 1
    where recompute_marks.company_id = %(company_id)s::uuid;

-- name: mark_worker_codes
-- A code changed hands: whoever wore a badge by a shift event that names it, then and until the shift was over.
with begun as (
    select distinct
        observations.badge_id,
        (observations.captured_at at time zone 'UTC')::date as day
    from observations
    where
        observations.company_id = %(company_id)s::uuid
        and observations.worker_code = any(%(codes)s::text[])
        and observations.worker_code is not null
        and observations.kind = 'shift_start'
)

insert into recompute_marks (company_id, subject_kind, subject_id, day)
select distinct
    evidence_days.company_id,
    'badge',
    evidence_days.badge_id,
    evidence_days.day
from begun
inner join evidence_days
    on
        begun.badge_id = evidence_days.badge_id
        and begun.day <= evidence_days.day
        and begun.day + 1 >= evidence_days.day
where evidence_days.company_id = %(company_id)s::uuid
order by evidence_days.badge_id, evidence_days.day
on conflict (company_id, subject_kind, subject_id, day)
do update
    set counter = recompute_marks.counter + 1
    where recompute_marks.company_id = %(company_id)s::uuid;

-- name: list_workers_of_branch
-- Their days follow the branch's time zone.
select id
from workers
where
    company_id = %(company_id)s::uuid
    and branch_id = %(branch_id)s::uuid
order by id;
