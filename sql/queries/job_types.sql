-- name: add_job_type
-- Made by a person, or by the first job that names it.
insert into job_types (
    company_id,
    id,
    name,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(name)s::text,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: add_job_type_unless_there
-- Waits for another transaction that makes one of the same name, and leaves it be.
insert into job_types (
    company_id,
    id,
    name,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(name)s::text,
    %(version)s::integer,
    %(created_at)s::timestamptz
)
on conflict (company_id, name) do nothing;

-- name: hold_job_type
-- The name is part of a key: it cannot change while a job that names it is being stored.
select id
from job_types
where
    company_id = %(company_id)s::uuid
    and name = %(name)s::text
for key share;

-- name: get_job_type
-- One type of job.
select
    id,
    name,
    version,
    created_at
from job_types
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_job_type
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    name,
    version,
    created_at
from job_types
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_job_types
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    name,
    version,
    created_at
from job_types
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(name)s::text is null or name = %(name)s::text)
order by id
limit %(limit)s::integer;

-- name: save_job_type
-- Runs in the transaction that locked the row.
update job_types
set
    name = %(name)s::text,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
