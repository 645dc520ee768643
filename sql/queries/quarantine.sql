-- name: list_quarantined_events
-- In the order of their ids, which is that of their arrival.
select
    id,
    receipt_id,
    received_at,
    endpoint,
    code,
    detail,
    device,
    badge_id,
    sequence_number,
    item,
    status,
    replayed_at,
    replay_receipt_id,
    version
from quarantined_events
where
    company_id = %(company_id)s::uuid
    and (%(status)s::text is null or status = %(status)s::text)
    and (%(code)s::text is null or code = %(code)s::text)
    and (%(badge_id)s::uuid is null or badge_id = %(badge_id)s::uuid)
    and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;

-- name: get_quarantined_event
-- One item with what was posted.
select
    id,
    receipt_id,
    received_at,
    endpoint,
    code,
    detail,
    device,
    badge_id,
    sequence_number,
    item,
    status,
    replayed_at,
    replay_receipt_id,
    version
from quarantined_events
where company_id = %(company_id)s::uuid and id = %(id)s::uuid;

-- name: list_replayable_events
-- What a replay asks for, in the order of arrival; ids that were replayed since are left out.
select
    id,
    receipt_id,
    received_at,
    endpoint,
    code,
    detail,
    device,
    badge_id,
    sequence_number,
    item,
    status,
    replayed_at,
    replay_receipt_id,
    version
from quarantined_events
where
    company_id = %(company_id)s::uuid
    and status = 'open'
    and (
        id = any(%(ids)s::uuid[])
        or (code = 'unknown_device' and device = any(%(devices)s::text[]))
        or (code = 'unknown_worker' and worker_code = %(worker_code)s::text)
    )
    and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;

-- name: list_known_names
-- What waits although its device is registered or its worker's code is given: the replay was lost with the broker.
-- What was read again since the registration waits for something else.
select
    'unknown_device' as code,
    label.name
from badges
cross join lateral (values (badges.serial), (badges.device_uid)) as label (name)  -- noqa: ST05
inner join quarantined_events as waiting
    on
        waiting.company_id = %(company_id)s::uuid
        and waiting.device = label.name
        and waiting.status = 'open'
        and waiting.code = 'unknown_device'
        and (waiting.replayed_at is null or waiting.replayed_at < badges.created_at)
where badges.company_id = %(company_id)s::uuid and badges.lifecycle <> 'retired'
union
select
    'unknown_worker' as code,
    workers.code as name
from workers
inner join quarantined_events as waiting
    on
        waiting.company_id = %(company_id)s::uuid
        and waiting.worker_code = workers.code
        and waiting.status = 'open'
        and waiting.code = 'unknown_worker'
where workers.company_id = %(company_id)s::uuid;
