-- name: add_site
-- Its first boundary follows in the same transaction (boundaries.sql).
insert into sites (
    company_id,
    id,
    name,
    kind,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(name)s::text,
    %(kind)s::text,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_site
-- One site.
select
    id,
    name,
    kind,
    version,
    created_at
from sites
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_site
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    name,
    kind,
    version,
    created_at
from sites
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_sites
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    name,
    kind,
    version,
    created_at
from sites
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(kind)s::text is null or kind = %(kind)s::text)
order by id
limit %(limit)s::integer;

-- name: save_site
-- Runs in the transaction that locked the row.
update sites
set
    name = %(name)s::text,
    kind = %(kind)s::text,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
