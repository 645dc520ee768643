-- name: add_badge
-- Its device is registered in the same transaction (devices.sql).
insert into badges (
    company_id,
    id,
    serial,
    device_uid,
    kind,
    lifecycle,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(serial)s::text,
    %(device_uid)s::text,
    %(kind)s::text,
    %(lifecycle)s::text,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_badge
-- One badge.
select
    id,
    serial,
    device_uid,
    kind,
    lifecycle,
    version,
    created_at
from badges
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: lock_badge
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    serial,
    device_uid,
    kind,
    lifecycle,
    version,
    created_at
from badges
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
for no key update;

-- name: list_badges
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    serial,
    device_uid,
    kind,
    lifecycle,
    version,
    created_at
from badges
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(serial)s::text is null or serial = %(serial)s::text)
    and (%(device_uid)s::text is null or device_uid = %(device_uid)s::text)
    and (%(lifecycle)s::text is null or lifecycle = %(lifecycle)s::text)
    and (%(kind)s::text is null or kind = %(kind)s::text)
order by id
limit %(limit)s::integer;

-- name: save_badge
-- Runs in the transaction that locked the row.
update badges
set
    serial = %(serial)s::text,
    device_uid = %(device_uid)s::text,
    kind = %(kind)s::text,
    lifecycle = %(lifecycle)s::text,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
