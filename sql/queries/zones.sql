-- name: add_zone
-- Tags name their zone.
insert into zones (
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

-- name: get_zone
-- One zone.
select
    id,
    name,
    version,
    created_at
from zones
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_zone
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    name,
    version,
    created_at
from zones
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_zones
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    name,
    version,
    created_at
from zones
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;

-- name: save_zone
-- Runs in the transaction that locked the row.
update zones
set
    name = %(name)s::text,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
