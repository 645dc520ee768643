-- name: add_tag
-- An address is unique in the company.
insert into tags (
    company_id,
    id,
    mac,
    name,
    kind,
    zone_id,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(mac)s::text,
    %(name)s::text,
    %(kind)s::text,
    %(zone_id)s::uuid,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_tag
-- One tag.
select
    id,
    mac,
    name,
    kind,
    zone_id,
    version,
    created_at
from tags
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_tag
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    mac,
    name,
    kind,
    zone_id,
    version,
    created_at
from tags
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_tags
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    mac,
    name,
    kind,
    zone_id,
    version,
    created_at
from tags
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(mac)s::text is null or mac = %(mac)s::text)
    and (%(zone_id)s::uuid is null or zone_id = %(zone_id)s::uuid)
order by id
limit %(limit)s::integer;

-- name: save_tag
-- Runs in the transaction that locked the row.
update tags
set
    mac = %(mac)s::text,
    name = %(name)s::text,
    kind = %(kind)s::text,
    zone_id = %(zone_id)s::uuid,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
