-- name: add_job
-- The type is held by this transaction, which made it when it was new.
insert into jobs (
    company_id, id, site_id, job_type_id, scheduled_from, scheduled_to, budget_s, version, created_at
)
select
    job_types.company_id,
    %(id)s::uuid,
    %(site_id)s::uuid,
    job_types.id,
    %(scheduled_from)s::timestamptz,
    %(scheduled_to)s::timestamptz,
    %(budget_s)s::integer,
    %(version)s::integer,
    %(created_at)s::timestamptz
from job_types
where
    job_types.company_id = %(company_id)s::uuid
    and job_types.name = %(job_type)s::text;

-- name: get_job
-- With all who are assigned to it.
select
    jobs.id,
    jobs.site_id,
    job_types.name as job_type,
    jobs.scheduled_from,
    jobs.scheduled_to,
    jobs.budget_s,
    jobs.version,
    jobs.created_at,
    array(
        select job_workers.worker_id
        from job_workers
        where job_workers.company_id = jobs.company_id and job_workers.job_id = jobs.id
        order by job_workers.worker_id
    ) as worker_ids,
    array(
        select job_crews.crew_id
        from job_crews
        where job_crews.company_id = jobs.company_id and job_crews.job_id = jobs.id
        order by job_crews.crew_id
    ) as crew_ids,
    array(
        select job_badges.badge_id
        from job_badges
        where job_badges.company_id = jobs.company_id and job_badges.job_id = jobs.id
        order by job_badges.badge_id
    ) as badge_ids
from jobs
inner join job_types on jobs.company_id = job_types.company_id and jobs.job_type_id = job_types.id
where
    jobs.company_id = %(company_id)s::uuid
    and jobs.id = %(id)s::uuid;

-- name: lock_job
-- Held until the transaction ends; its assignments change only under this lock, and its type keeps its name.
select jobs.id
from jobs
inner join job_types on jobs.company_id = job_types.company_id and jobs.job_type_id = job_types.id
where
    jobs.company_id = %(company_id)s::uuid
    and jobs.id = %(id)s::uuid
for no key update;

-- name: list_jobs
-- Keyset paging by id; a period takes the jobs that are scheduled during some of it.
select
    jobs.id,
    jobs.site_id,
    job_types.name as job_type,
    jobs.scheduled_from,
    jobs.scheduled_to,
    jobs.budget_s,
    jobs.version,
    jobs.created_at,
    array(
        select job_workers.worker_id
        from job_workers
        where job_workers.company_id = jobs.company_id and job_workers.job_id = jobs.id
        order by job_workers.worker_id
    ) as worker_ids,
    array(
        select job_crews.crew_id
        from job_crews
        where job_crews.company_id = jobs.company_id and job_crews.job_id = jobs.id
        order by job_crews.crew_id
    ) as crew_ids,
    array(
        select job_badges.badge_id
        from job_badges
        where job_badges.company_id = jobs.company_id and job_badges.job_id = jobs.id
        order by job_badges.badge_id
    ) as badge_ids
from jobs
inner join job_types on jobs.company_id = job_types.company_id and jobs.job_type_id = job_types.id
where
    jobs.company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or jobs.id > %(after)s::uuid)
    and (%(site_id)s::uuid is null or jobs.site_id = %(site_id)s::uuid)
    and (%(since)s::timestamptz is null or jobs.scheduled_to > %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or jobs.scheduled_from < %(until)s::timestamptz)
order by jobs.id
limit %(limit)s::integer;

-- name: save_job
-- Runs in the transaction that locked the row.
update jobs
set
    site_id = %(site_id)s::uuid,
    job_type_id = job_types.id,
    scheduled_from = %(scheduled_from)s::timestamptz,
    scheduled_to = %(scheduled_to)s::timestamptz,
    budget_s = %(budget_s)s::integer,
    version = %(version)s::integer
from job_types
where
    jobs.company_id = %(company_id)s::uuid
    and jobs.id = %(id)s::uuid
    and job_types.company_id = %(company_id)s::uuid
    and job_types.name = %(job_type)s::text;

-- name: remove_job
-- A job that was cancelled, or never was: it decides nothing any more; the audit log keeps it.
delete from jobs
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: clear_job_assignments
-- Those that stay are written again by the statements that follow.
with cleared_workers as (
    delete from job_workers
    where company_id = %(company_id)s::uuid and job_id = %(id)s::uuid
),

cleared_crews as (
    delete from job_crews
    where company_id = %(company_id)s::uuid and job_id = %(id)s::uuid
)

delete from job_badges
where company_id = %(company_id)s::uuid and job_id = %(id)s::uuid;

-- name: assign_workers_to_job
-- Returns who is there, so that the caller can name who is not.
insert into job_workers (company_id, job_id, worker_id)
select
    workers.company_id,
    %(id)s::uuid,
    workers.id
from workers
where
    workers.company_id = %(company_id)s::uuid
    and workers.id = any(%(ids)s::uuid[])
returning worker_id as id;

-- name: assign_crews_to_job
-- Returns which are there, so that the caller can name which are not.
insert into job_crews (company_id, job_id, crew_id)
select
    crews.company_id,
    %(id)s::uuid,
    crews.id
from crews
where
    crews.company_id = %(company_id)s::uuid
    and crews.id = any(%(ids)s::uuid[])
returning crew_id as id;

-- name: assign_badges_to_job
-- Returns which are there, so that the caller can name which are not.
insert into job_badges (company_id, job_id, badge_id)
select
    badges.company_id,
    %(id)s::uuid,
    badges.id
from badges
where
    badges.company_id = %(company_id)s::uuid
    and badges.id = any(%(ids)s::uuid[])
returning badge_id as id;
