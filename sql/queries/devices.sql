-- name: register_device
-- The two keys hold across companies: the application may see only its own rows, yet a device held by anyone conflicts.
insert into device_registrations (company_id, badge_id, serial, device_uid, registered_at)
values (
    %(company_id)s::uuid,
    %(badge_id)s::uuid,
    %(serial)s::text,
    %(device_uid)s::text,
    %(registered_at)s::timestamptz
)
on conflict do nothing;

-- name: release_device
-- The row stays: it tells whose the device was at that time.
update device_registrations
set released_at = %(released_at)s::timestamptz
where
    company_id = %(company_id)s::uuid
    and badge_id = %(badge_id)s::uuid
    and released_at is null;

-- name: list_badge_states
-- What badges last said of themselves; it stands apart from the badges, whose versions it does not change.
select
    badge_id,
    last_heard_at,
    clock_suspect_at,
    battery_pct,
    firmware_version
from badge_states
where
    company_id = %(company_id)s::uuid
    and badge_id = any(%(badge_ids)s::uuid[]);
