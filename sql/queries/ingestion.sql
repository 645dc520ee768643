-- name: find_stored_receipts
-- A message that comes again changes nothing.
select id
from receipts
where company_id = %(company_id)s::uuid and id = any(%(ids)s::uuid[]);

-- name: find_devices
-- The active badges of these serials and device uids.
select
    id,
    serial,
    device_uid,
    extract(epoch from created_at)::bigint as registered_at
from badges
where
    company_id = %(company_id)s::uuid
    and lifecycle <> 'retired'
    and (serial = any(%(devices)s::text[]) or device_uid = any(%(devices)s::text[]));

-- name: find_tenures
-- When these devices were the company's before, as badges that are retired now.
select
    badge_id,
    serial,
    device_uid,
    extract(epoch from registered_at)::bigint as registered_at,
    extract(epoch from released_at)::bigint as to_at
from device_registrations
where
    company_id = %(company_id)s::uuid
    and released_at is not null
    and (serial = any(%(devices)s::text[]) or device_uid = any(%(devices)s::text[]))
order by registered_at, badge_id;

-- name: find_quarantined_marks
-- What waits in quarantine of these devices: a repeat of it is a duplicate.
select
    content_hash,
    device,
    badge_id
from quarantined_events
where
    company_id = %(company_id)s::uuid
    and status = 'open'
    and content_hash = any(%(marks)s::bytea[]);

-- name: find_worker_codes
-- Which of these codes name a worker.
select code
from workers
where company_id = %(company_id)s::uuid and code = any(%(codes)s::text[]);

-- name: find_sequence_keys
-- Which of these numbers are held, and by what content.
select
    held.badge_id,
    held.sequence_number,
    held.content_hash
from unnest(%(badge_ids)s::uuid[], %(numbers)s::bigint[]) as asked (badge_id, number)
inner join sequence_keys as held
    on
        held.company_id = %(company_id)s::uuid
        and asked.badge_id = held.badge_id
        and asked.number = held.sequence_number;

-- name: find_envelope_keys
-- Which of these keys are held, and by what contents.
select
    key,
    content_hash
from envelope_keys
where company_id = %(company_id)s::uuid and key = any(%(keys)s::bytea[]);

-- name: find_sequence_runs
-- The runs that overlap or touch what arrived; the largest bigint has no successor.
select
    runs.badge_id,
    runs.first_number,
    runs.last_number,
    extract(epoch from runs.latest_captured_at)::bigint as captured_at
from
    unnest(%(badge_ids)s::uuid[], %(firsts)s::bigint[], %(lasts)s::bigint[])
        as fresh (badge_id, first_number, last_number)
inner join sequence_runs as runs
    on
        runs.company_id = %(company_id)s::uuid
        and fresh.badge_id = runs.badge_id
        and runs.first_number <= least(fresh.last_number, 9223372036854775806) + 1
        and runs.last_number >= fresh.first_number - 1;

-- name: find_filled_holes
-- What arrived between numbers that were there: the silence between those two may have another cause now.
select
    fresh.badge_id,
    extract(epoch from least(earlier.captured_at, later.captured_at))::bigint as from_at,
    extract(epoch from greatest(earlier.captured_at, later.captured_at))::bigint as to_at
from
    unnest(%(badge_ids)s::uuid[], %(firsts)s::bigint[], %(lasts)s::bigint[])
        as fresh (badge_id, first_number, last_number)
cross join
    lateral (  -- noqa: ST05
        select held.captured_at
        from sequence_keys as held
        where
            held.company_id = %(company_id)s::uuid
            and held.badge_id = fresh.badge_id
            and held.sequence_number < fresh.first_number
        order by held.sequence_number desc
        limit 1
    ) as earlier
cross join lateral (  -- noqa: ST05
    select held.captured_at
    from sequence_keys as held
    where
        held.company_id = %(company_id)s::uuid
        and held.badge_id = fresh.badge_id
        and held.sequence_number > fresh.last_number
    order by held.sequence_number
    limit 1
) as later;

-- name: add_raw_events
-- The exact bytes, once per post.
insert into raw_events (company_id, received_at, receipt_id, endpoint, sha256, body)
select
    %(company_id)s::uuid,
    to_timestamp(post.received_at) as received_at,
    post.receipt_id,
    post.endpoint,
    post.digest,
    post.content
from unnest(
    %(received_at)s::bigint[],
    %(receipt_ids)s::uuid[],
    %(endpoints)s::text[],
    %(digests)s::bytea[],
    %(bodies)s::bytea[]
) as post (received_at, receipt_id, endpoint, digest, content);

-- name: add_receipts
-- One per post; the lock of the company makes it the first.
insert into receipts (company_id, id, received_at, status, accepted, duplicates, quarantined, processed_at)
select
    %(company_id)s::uuid,
    post.id,
    to_timestamp(post.received_at) as received_at,
    post.status,
    post.accepted,
    post.duplicates,
    post.quarantined,
    %(at)s::timestamptz
from unnest(
    %(ids)s::uuid[],
    %(received_at)s::bigint[],
    %(statuses)s::text[],
    %(accepted)s::integer[],
    %(duplicates)s::integer[],
    %(quarantined)s::text[]
) as post (id, received_at, status, accepted, duplicates, quarantined);

-- name: add_sequence_keys
-- Read before, under the lock of the company: a conflict here is a bug and must be loud.
insert into sequence_keys (company_id, badge_id, sequence_number, content_hash, captured_at)
select
    %(company_id)s::uuid,
    held.badge_id,
    held.sequence_number,
    decode(held.content_hash, 'hex') as content_hash,
    to_timestamp(held.captured_at) as captured_at
from unnest(
    %(badge_ids)s::uuid[], %(numbers)s::bigint[], %(contents)s::text[], %(captured_at)s::bigint[]
) as held (badge_id, sequence_number, content_hash, captured_at);

-- name: add_envelope_keys
-- Several events may share a key with other contents.
insert into envelope_keys (company_id, key, content_hash)
select
    %(company_id)s::uuid,
    decode(held.key, 'hex') as key,
    decode(held.content_hash, 'hex') as content_hash
from unnest(%(keys)s::text[], %(contents)s::text[]) as held (key, content_hash)
on conflict (company_id, key, content_hash) do nothing;

-- name: add_observations
-- One statement for all observations of a delivery.
insert into observations (
    company_id, badge_id, captured_at, received_at, sequence_number, kind, time_quality, source, lat, lon, accuracy_m,
    accuracy_assumed, fix_age_s, refused_by, speed_mps, moving, motion_count, tag_mac, battery_pct, worker_code, detail,
    receipt_id
)
select
    %(company_id)s::uuid,
    observed.badge_id,
    to_timestamp(observed.captured_at) as captured_at,
    to_timestamp(observed.received_at) as received_at,
    observed.sequence_number,
    observed.kind,
    observed.time_quality,
    observed.source,
    observed.lat,
    observed.lon,
    observed.accuracy_m,
    observed.accuracy_assumed,
    observed.fix_age_s,
    observed.refused_by,
    observed.speed_mps,
    observed.moving,
    observed.motion_count,
    observed.tag_mac,
    observed.battery_pct,
    observed.worker_code,
    observed.detail,
    observed.receipt_id
from unnest(
    %(badge_id)s::uuid[],
    %(captured_at)s::bigint[],
    %(received_at)s::bigint[],
    %(sequence_number)s::bigint[],
    %(kind)s::text[],
    %(time_quality)s::text[],
    %(source)s::text[],
    %(lat)s::double precision[],
    %(lon)s::double precision[],
    %(accuracy_m)s::double precision[],
    %(accuracy_assumed)s::boolean[],
    %(fix_age_s)s::integer[],
    %(refused_by)s::text[],
    %(speed_mps)s::double precision[],
    %(moving)s::boolean[],
    %(motion_count)s::integer[],
    %(tag_mac)s::text[],
    %(battery_pct)s::double precision[],
    %(worker_code)s::text[],
    %(detail)s::text[],
    %(receipt_id)s::uuid[]
) as observed (
    badge_id, captured_at, received_at, sequence_number, kind, time_quality, source, lat, lon, accuracy_m,
    accuracy_assumed, fix_age_s, refused_by, speed_mps, moving, motion_count, tag_mac, battery_pct, worker_code, detail,
    receipt_id
);

-- name: add_evidence_days
-- The span and the box only grow; without qualified fixes there is no box.
insert into evidence_days as known (company_id, badge_id, day, first_at, last_at, west, south, east, north)
select
    %(company_id)s::uuid,
    fresh.badge_id,
    (to_timestamp(fresh.first_at) at time zone 'UTC')::date,
    to_timestamp(fresh.first_at) as first_at,
    to_timestamp(fresh.last_at) as last_at,
    fresh.west,
    fresh.south,
    fresh.east,
    fresh.north
from
    unnest(
        %(badge_ids)s::uuid[],
        %(firsts)s::bigint[],
        %(lasts)s::bigint[],
        %(west)s::double precision[],
        %(south)s::double precision[],
        %(east)s::double precision[],
        %(north)s::double precision[]
    ) as fresh (badge_id, first_at, last_at, west, south, east, north)
on conflict (company_id, badge_id, day) do update
    set
        first_at = least(known.first_at, excluded.first_at),
        last_at = greatest(known.last_at, excluded.last_at),
        west = least(known.west, excluded.west),
        south = least(known.south, excluded.south),
        east = greatest(known.east, excluded.east),
        north = greatest(known.north, excluded.north)
    where known.company_id = %(company_id)s::uuid;

-- name: add_badge_news
-- Late news never makes a badge look older, and does not overwrite what it said of itself since.
insert into badge_states as known (
    company_id, badge_id, last_heard_at, last_captured_at, clock_suspect_at, battery_pct, firmware_version
)
select
    %(company_id)s::uuid,
    news.badge_id,
    to_timestamp(news.heard_at) as heard_at,
    to_timestamp(news.captured_at) as captured_at,
    to_timestamp(news.clock_suspect_at) as clock_suspect_at,
    news.battery_pct,
    news.firmware
from
    unnest(
        %(badge_ids)s::uuid[],
        %(heard_at)s::bigint[],
        %(captured_at)s::bigint[],
        %(clock_suspect_at)s::bigint[],
        %(battery_pct)s::double precision[],
        %(firmware)s::text[]
    ) as news (badge_id, heard_at, captured_at, clock_suspect_at, battery_pct, firmware)
on conflict (company_id, badge_id) do update
    set
        last_heard_at = greatest(known.last_heard_at, excluded.last_heard_at),
        last_captured_at = greatest(known.last_captured_at, excluded.last_captured_at),
        clock_suspect_at = greatest(known.clock_suspect_at, excluded.clock_suspect_at),
        battery_pct = case
            when
                known.last_captured_at > excluded.last_captured_at
                then coalesce(known.battery_pct, excluded.battery_pct)
            else coalesce(excluded.battery_pct, known.battery_pct)
        end,
        firmware_version = case
            when known.last_captured_at > excluded.last_captured_at
                then coalesce(known.firmware_version, excluded.firmware_version)
            else coalesce(excluded.firmware_version, known.firmware_version)
        end
    where known.company_id = %(company_id)s::uuid;

-- name: drop_sequence_runs
-- Runs that were merged into the one before them.
delete from sequence_runs
using unnest(%(badge_ids)s::uuid[], %(firsts)s::bigint[]) as gone (badge_id, first_number)
where
    sequence_runs.company_id = %(company_id)s::uuid
    and sequence_runs.badge_id = gone.badge_id
    and sequence_runs.first_number = gone.first_number;

-- name: keep_sequence_runs
-- New runs, and runs that grew.
insert into sequence_runs (company_id, badge_id, first_number, last_number, latest_captured_at)
select
    %(company_id)s::uuid,
    fresh.badge_id,
    fresh.first_number,
    fresh.last_number,
    to_timestamp(fresh.captured_at) as captured_at
from
    unnest(
        %(badge_ids)s::uuid[], %(firsts)s::bigint[], %(lasts)s::bigint[], %(captured_at)s::bigint[]
    ) as fresh (badge_id, first_number, last_number, captured_at)
on conflict (company_id, badge_id, first_number) do update
    set last_number = excluded.last_number, latest_captured_at = excluded.latest_captured_at
    where sequence_runs.company_id = %(company_id)s::uuid;

-- name: add_quarantined_events
-- An item that was read again in vain keeps its place and gets its new reason.
insert into quarantined_events as known (
    company_id, id, receipt_id, received_at, endpoint, code, detail, device, badge_id, sequence_number, kind,
    captured_at, worker_code, content_hash, item
)
select
    %(company_id)s::uuid,
    fresh.id,
    fresh.receipt_id,
    to_timestamp(fresh.received_at) as received_at,
    fresh.endpoint,
    fresh.code,
    fresh.detail,
    fresh.device,
    fresh.badge_id,
    fresh.sequence_number,
    fresh.kind,
    to_timestamp(fresh.captured_at) as captured_at,
    fresh.worker_code,
    decode(fresh.content_hash, 'hex') as content_hash,
    fresh.item
from
    unnest(
        %(ids)s::uuid[],
        %(receipt_ids)s::uuid[],
        %(received_at)s::bigint[],
        %(endpoints)s::text[],
        %(codes)s::text[],
        %(details)s::text[],
        %(devices)s::text[],
        %(badge_ids)s::uuid[],
        %(numbers)s::bigint[],
        %(kinds)s::text[],
        %(captured_at)s::bigint[],
        %(worker_codes)s::text[],
        %(contents)s::text[],
        %(items)s::text[]
    )
        as fresh (
            id, receipt_id, received_at, endpoint, code, detail, device, badge_id, sequence_number, kind, captured_at,
            worker_code, content_hash, item
        )
on conflict (company_id, id) do update
    set
        code = excluded.code,
        detail = excluded.detail,
        badge_id = excluded.badge_id,
        sequence_number = excluded.sequence_number,
        kind = excluded.kind,
        captured_at = excluded.captured_at,
        worker_code = excluded.worker_code,
        replayed_at = %(at)s::timestamptz,
        replay_receipt_id = excluded.receipt_id,
        version = known.version + 1
    where known.company_id = %(company_id)s::uuid;

-- name: resolve_quarantined_events
-- Their evidence counts now.
update quarantined_events
set
    status = 'replayed',
    replayed_at = %(at)s::timestamptz,
    replay_receipt_id = gone.receipt_id,
    version = quarantined_events.version + 1
from unnest(%(ids)s::uuid[], %(receipt_ids)s::uuid[]) as gone (id, receipt_id)
where quarantined_events.company_id = %(company_id)s::uuid and quarantined_events.id = gone.id;

-- name: add_post_part
-- A part that comes again is the same part.
insert into post_parts (company_id, receipt_id, part, body)
values (%(company_id)s::uuid, %(receipt_id)s::uuid, %(part)s::integer, %(body)s::bytea)
on conflict (company_id, receipt_id, part) do nothing;

-- name: list_post_parts
-- All that arrived so far.
select body
from post_parts
where company_id = %(company_id)s::uuid and receipt_id = %(receipt_id)s::uuid
order by part;

-- name: drop_post_parts
-- The post is whole, and its exact bytes are kept as such.
delete from post_parts
where company_id = %(company_id)s::uuid and receipt_id = %(receipt_id)s::uuid;
