-- name: add_crew_member
-- The exclusion constraint refuses a second membership of the same time.
insert into crew_members (
    company_id,
    id,
    crew_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(crew_id)s::uuid,
    %(worker_id)s::uuid,
    %(from_at)s::timestamptz,
    %(to_at)s::timestamptz,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_crew_member
-- Of this crew, when one is named.
select
    id,
    crew_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
from crew_members
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
    and crew_id = coalesce(%(within)s::uuid, crew_id);

-- name: lock_crew_member
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    crew_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
from crew_members
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
    and crew_id = coalesce(%(within)s::uuid, crew_id)
for no key update;

-- name: list_crew_members
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    crew_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
from crew_members
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(within)s::uuid is null or crew_id = %(within)s::uuid)
    and (%(worker_id)s::uuid is null or worker_id = %(worker_id)s::uuid)
order by id
limit %(limit)s::integer;

-- name: save_crew_member
-- Runs in the transaction that locked the row.
update crew_members
set
    worker_id = %(worker_id)s::uuid,
    from_at = %(from_at)s::timestamptz,
    to_at = %(to_at)s::timestamptz,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: remove_crew_member
-- A membership that never was; the audit log keeps it.
delete from crew_members
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
