-- name: add_badge_assignment
-- The exclusion constraint refuses a second wearer of the same time.
insert into badge_assignments (
    company_id,
    id,
    badge_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(badge_id)s::uuid,
    %(worker_id)s::uuid,
    %(from_at)s::timestamptz,
    %(to_at)s::timestamptz,
    %(version)s::integer,
    %(created_at)s::timestamptz
);

-- name: get_badge_assignment
-- Of this badge, when one is named.
select
    id,
    badge_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
from badge_assignments
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
    and badge_id = coalesce(%(within)s::uuid, badge_id);

-- name: lock_badge_assignment
-- Held until the transaction ends; no key changes, so rows that refer to it may still be written.
select
    id,
    badge_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
from badge_assignments
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
    and badge_id = coalesce(%(within)s::uuid, badge_id)
for no key update;

-- name: list_badge_assignments
-- Keyset paging by id; a filter that is null filters nothing.
select
    id,
    badge_id,
    worker_id,
    from_at,
    to_at,
    version,
    created_at
from badge_assignments
where
    company_id = %(company_id)s::uuid
    and (%(after)s::uuid is null or id > %(after)s::uuid)
    and (%(within)s::uuid is null or badge_id = %(within)s::uuid)
    and (%(worker_id)s::uuid is null or worker_id = %(worker_id)s::uuid)
    and (%(ends_after)s::timestamptz is null or to_at is null or to_at > %(ends_after)s::timestamptz)
order by id
limit %(limit)s::integer;

-- name: save_badge_assignment
-- Runs in the transaction that locked the row.
update badge_assignments
set
    worker_id = %(worker_id)s::uuid,
    from_at = %(from_at)s::timestamptz,
    to_at = %(to_at)s::timestamptz,
    version = %(version)s::integer
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;

-- name: remove_badge_assignment
-- An assignment that never was; the audit log keeps it.
delete from badge_assignments
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid;
