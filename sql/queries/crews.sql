-- name: add_crew
-- Members come by themselves.
insert into crews (
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

-- name: get_crew
-- One crew.
select
    id,
    name,
    version,
    created_at
from crews
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_crew
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    name,
    version,
    created_at
from crews
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_crews
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    name,
    version,
    created_at
from crews
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;

-- name: save_crew
-- Runs in the transaction that locked the row.
update crews
set
    name = %(name)s::text,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
