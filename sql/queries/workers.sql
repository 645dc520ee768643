-- name: add_worker
-- A code is unique in the company; the constraint says so when two come at once.
insert into workers (
    company_id,
    id,
    name,
    code,
    employee_number,
    branch_id,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(name)s::text,
    %(code)s::text,
    %(employee_number)s::text,
    %(branch_id)s::uuid,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_worker
-- One worker.
select
    id,
    name,
    code,
    employee_number,
    branch_id,
    version,
    created_at
from workers
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_worker
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    name,
    code,
    employee_number,
    branch_id,
    version,
    created_at
from workers
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_workers
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    name,
    code,
    employee_number,
    branch_id,
    version,
    created_at
from workers
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(code)s::text is null or code = %(code)s::text)
    and (%(branch_id)s::uuid is null or branch_id = %(branch_id)s::uuid)
order by id
limit %(limit)s::integer;

-- name: save_worker
-- Runs in the transaction that locked the row.
update workers
set
    name = %(name)s::text,
    code = %(code)s::text,
    employee_number = %(employee_number)s::text,
    branch_id = %(branch_id)s::uuid,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
