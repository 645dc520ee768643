-- name: list_intervals_within
-- What is stored of badges in the windows that were judged, to be compared.
select
    intervals.badge_id,
    intervals.worker_id,
    intervals.site_id,
    intervals.boundary_number,
    date_part('epoch', intervals.from_at)::bigint as from_at,
    date_part('epoch', intervals.to_at)::bigint as to_at,
    intervals.started_by,
    intervals.ended_by,
    intervals.ambiguous,
    intervals.excursions,
    intervals.fixes_used,
    intervals.fixes_refused,
    intervals.tags,
    intervals.policy_version,
    intervals.revision
from
    unnest(
        %(badge_ids)s::uuid[],
        %(froms)s::bigint[],
        %(tos)s::bigint[]
    ) as spans (badge_id, from_at, to_at)
inner join intervals
    on
        spans.badge_id = intervals.badge_id
        and intervals.from_at >= to_timestamp(spans.from_at)
        and intervals.from_at < to_timestamp(spans.to_at)
where intervals.company_id = %(company_id)s::uuid;

-- name: save_intervals
-- New ones and changed ones alike, as one JSON text.
insert into intervals (
    company_id,
    badge_id,
    from_at,
    to_at,
    worker_id,
    site_id,
    boundary_number,
    started_by,
    ended_by,
    ambiguous,
    fixes_used,
    fixes_refused,
    excursions,
    tags,
    policy_version,
    revision
)
select
    %(company_id)s::uuid,
    fresh.badge_id,
    to_timestamp(fresh.from_at),
    to_timestamp(fresh.to_at),
    fresh.worker_id,
    fresh.site_id,
    fresh.boundary_number,
    fresh.started_by,
    fresh.ended_by,
    fresh.ambiguous,
    fresh.fixes_used,
    fresh.fixes_refused,
    fresh.excursions,
    fresh.tags,
    fresh.policy_version,
    fresh.revision
from
    jsonb_to_recordset(%(rows)s::jsonb) as fresh (
        badge_id uuid,
        from_at bigint,
        to_at bigint,
        worker_id uuid,
        site_id uuid,
        boundary_number integer,
        started_by text,
        ended_by text,
        ambiguous boolean,
        fixes_used integer,
        fixes_refused text,
        excursions text,
        tags text[],
        policy_version integer,
        revision integer
    )
on conflict (company_id, badge_id, from_at) do update
    set
        to_at = excluded.to_at,
        worker_id = excluded.worker_id,
        site_id = excluded.site_id,
        boundary_number = excluded.boundary_number,
        started_by = excluded.started_by,
        ended_by = excluded.ended_by,
        ambiguous = excluded.ambiguous,
        fixes_used = excluded.fixes_used,
        fixes_refused = excluded.fixes_refused,
        excursions = excluded.excursions,
        tags = excluded.tags,
        policy_version = excluded.policy_version,
        revision = excluded.revision;

-- name: withdraw_intervals
-- By the evidence of now they never were; the audit entry of the same transaction keeps what they said.
delete from intervals
using
    unnest(
        %(badge_ids)s::uuid[],
        %(froms)s::bigint[]
    ) as gone (badge_id, from_at)
where
    intervals.company_id = %(company_id)s::uuid
    and intervals.badge_id = gone.badge_id
    and intervals.from_at = to_timestamp(gone.from_at);

-- name: list_worker_intervals
-- Those of one worker that touch [since, until), a page at a time.
select
    intervals.badge_id,
    intervals.worker_id,
    intervals.site_id,
    intervals.boundary_number,
    date_part('epoch', intervals.from_at)::bigint as from_at,
    date_part('epoch', intervals.to_at)::bigint as to_at,
    intervals.started_by,
    intervals.ended_by,
    intervals.ambiguous,
    intervals.excursions,
    intervals.fixes_used,
    intervals.fixes_refused,
    intervals.tags,
    intervals.policy_version,
    intervals.revision
from intervals
where
    intervals.company_id = %(company_id)s::uuid
    and intervals.worker_id = %(subject_id)s::uuid
    and intervals.from_at >= to_timestamp(%(earliest)s::double precision)
    and intervals.from_at < to_timestamp(%(until)s::double precision)
    and intervals.to_at > to_timestamp(%(since)s::double precision)
    and (intervals.from_at, intervals.badge_id)
    > (to_timestamp(%(after_from)s::double precision), %(after_badge_id)s::uuid)
order by intervals.from_at, intervals.badge_id
limit %(limit)s::integer;

-- name: list_badge_intervals
-- Those of one badge that touch [since, until), a page at a time.
select
    intervals.badge_id,
    intervals.worker_id,
    intervals.site_id,
    intervals.boundary_number,
    date_part('epoch', intervals.from_at)::bigint as from_at,
    date_part('epoch', intervals.to_at)::bigint as to_at,
    intervals.started_by,
    intervals.ended_by,
    intervals.ambiguous,
    intervals.excursions,
    intervals.fixes_used,
    intervals.fixes_refused,
    intervals.tags,
    intervals.policy_version,
    intervals.revision
from intervals
where
    intervals.company_id = %(company_id)s::uuid
    and intervals.badge_id = %(subject_id)s::uuid
    and intervals.from_at >= to_timestamp(%(earliest)s::double precision)
    and intervals.from_at < to_timestamp(%(until)s::double precision)
    and intervals.to_at > to_timestamp(%(since)s::double precision)
    and (intervals.from_at, intervals.badge_id)
    > (to_timestamp(%(after_from)s::double precision), %(after_badge_id)s::uuid)
order by intervals.from_at, intervals.badge_id
limit %(limit)s::integer;

-- name: list_site_intervals
-- Those at one site that touch [since, until), a page at a time.
select
    intervals.badge_id,
    intervals.worker_id,
    intervals.site_id,
    intervals.boundary_number,
    date_part('epoch', intervals.from_at)::bigint as from_at,
    date_part('epoch', intervals.to_at)::bigint as to_at,
    intervals.started_by,
    intervals.ended_by,
    intervals.ambiguous,
    intervals.excursions,
    intervals.fixes_used,
    intervals.fixes_refused,
    intervals.tags,
    intervals.policy_version,
    intervals.revision
from intervals
where
    intervals.company_id = %(company_id)s::uuid
    and intervals.site_id = %(subject_id)s::uuid
    and intervals.from_at >= to_timestamp(%(earliest)s::double precision)
    and intervals.from_at < to_timestamp(%(until)s::double precision)
    and intervals.to_at > to_timestamp(%(since)s::double precision)
    and (intervals.from_at, intervals.badge_id)
    > (to_timestamp(%(after_from)s::double precision), %(after_badge_id)s::uuid)
order by intervals.from_at, intervals.badge_id
limit %(limit)s::integer;
