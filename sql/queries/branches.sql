-- name: add_branch
-- The time zone was checked against tz data.
insert into branches (
    company_id,
    id,
    name,
    timezone,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(name)s::text,
    %(timezone)s::text,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_branch
-- One branch.
select
    id,
    name,
    timezone,
    version,
    created_at
from branches
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_branch
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    name,
    timezone,
    version,
    created_at
from branches
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_branches
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    name,
    timezone,
    version,
    created_at
from branches
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;

-- name: save_branch
-- Runs in the transaction that locked the row.
update branches
set
    name = %(name)s::text,
    timezone = %(timezone)s::text,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
