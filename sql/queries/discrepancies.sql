-- name: list_open_conflicts
-- What is open for workers in the window that was judged, to be compared.
select
    id,
    kind,
    status,
    worker_id,
    date_part('epoch', from_at)::bigint as from_at,
    date_part('epoch', to_at)::bigint as to_at,
    detail,
    opened_at,
    resolved_at,
    version
from discrepancies
where
    company_id = %(company_id)s::uuid
    and worker_id = any(%(worker_ids)s::uuid[])
    and from_at >= to_timestamp(%(earliest)s::double precision)
    and from_at < to_timestamp(%(latest)s::double precision)
    and kind = 'badge_conflict'
    and status = 'open'
order by from_at, id;

-- name: add_discrepancies
-- All that a recompute found.
insert into discrepancies (
    company_id,
    id,
    kind,
    status,
    worker_id,
    from_at,
    to_at,
    detail,
    opened_at,
    version
)
select
    %(company_id)s::uuid,
    fresh.id,
    fresh.kind,
    'open',
    fresh.worker_id,
    to_timestamp(fresh.from_at),
    to_timestamp(fresh.to_at),
    fresh.detail,
    fresh.opened_at,
    1
from
    unnest(
        %(ids)s::uuid[],
        %(kinds)s::text[],
        %(worker_ids)s::uuid[],
        %(froms)s::bigint[],
        %(tos)s::bigint[],
        %(details)s::text[],
        %(opened_at)s::timestamptz[]
    ) as fresh (id, kind, worker_id, from_at, to_at, detail, opened_at);

-- name: update_discrepancies
-- New bounds, or no longer so.
update discrepancies
set
    status = fresh.status,
    from_at = to_timestamp(fresh.from_at),
    to_at = to_timestamp(fresh.to_at),
    resolved_at = fresh.resolved_at,
    version = fresh.version
from
    unnest(
        %(ids)s::uuid[],
        %(statuses)s::text[],
        %(froms)s::bigint[],
        %(tos)s::bigint[],
        %(resolved_at)s::timestamptz[],
        %(versions)s::integer[]
    ) as fresh (id, status, from_at, to_at, resolved_at, version)
where discrepancies.company_id = %(company_id)s::uuid and discrepancies.id = fresh.id;

-- name: get_discrepancy
-- One of the company.
select
    id,
    kind,
    status,
    worker_id,
    date_part('epoch', from_at)::bigint as from_at,
    date_part('epoch', to_at)::bigint as to_at,
    detail,
    opened_at,
    resolved_at,
    version
from discrepancies
where company_id = %(company_id)s::uuid and id = %(discrepancy_id)s::uuid;

-- name: list_discrepancies
-- A page by id; whatever filter is absent lets everything pass.
select
    id,
    kind,
    status,
    worker_id,
    date_part('epoch', from_at)::bigint as from_at,
    date_part('epoch', to_at)::bigint as to_at,
    detail,
    opened_at,
    resolved_at,
    version
from discrepancies
where
    company_id = %(company_id)s::uuid
    and (%(kind)s::text is null or kind = %(kind)s::text)
    and (%(status)s::text is null or status = %(status)s::text)
    and (%(since)s::timestamptz is null or to_at > %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or from_at < %(until)s::timestamptz)
    and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;
