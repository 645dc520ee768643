-- name: take_marks
-- The next days to recompute, those of one subject together; the caller holds the company's presence lock.
select
    subject_kind,
    subject_id,
    day,
    counter
from recompute_marks
where
    company_id = %(company_id)s::uuid
    and (
        %(after_kind)s::text is null
        or (subject_kind, subject_id, day) > (%(after_kind)s::text, %(after_id)s::uuid, %(after_day)s::date)
    )
order by subject_kind, subject_id, day
limit %(limit)s::integer;

-- name: clear_marks
-- A mark that was raised again meanwhile has another counter and stays.
delete from recompute_marks
using
    unnest(
        %(kinds)s::text[],
        %(subject_ids)s::uuid[],
        %(days)s::date[],
        %(counters)s::bigint[]
    ) as taken (subject_kind, subject_id, day, counter)
where
    recompute_marks.company_id = %(company_id)s::uuid
    and recompute_marks.subject_kind = taken.subject_kind
    and recompute_marks.subject_id = taken.subject_id
    and recompute_marks.day = taken.day
    and recompute_marks.counter = taken.counter;

-- name: list_days_to_blank
-- Evidence older than the time for which positions outside of work may be kept.
select
    badge_id,
    day
from evidence_days
where
    company_id = %(company_id)s::uuid
    and day < %(before)s::date
    and blanked_at is null
order by badge_id, day
limit %(limit)s::integer;

-- name: blank_positions
-- Latitude, longitude and every position in `detail`; that the badge was heard stays.
update observations
set
    lat = null,
    lon = null,
    detail = case
        when observations.detail is not null
            then (
                observations.detail::jsonb
                - array[
                    'lat', 'lon', 'last_known_lat', 'last_known_lon', 'best_lat', 'best_lon', 'where_lat', 'where_lon'
                ]
                - array['tower_lat', 'tower_lon', 'tri_lat', 'tri_lon', 'altitude_m']
            )::text
    end
from
    unnest(
        %(badge_ids)s::uuid[],
        %(instants)s::bigint[]
    ) as private (badge_id, captured_at)
where
    observations.company_id = %(company_id)s::uuid
    and observations.badge_id = private.badge_id
    and observations.captured_at >= to_timestamp(private.captured_at)
    and observations.captured_at < to_timestamp(private.captured_at + 1)
    and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
    and observations.captured_at < to_timestamp(%(latest)s::double precision);

-- name: settle_blanked_days
-- Marks the days as blanked and draws their boxes anew, around what is still there.
update evidence_days
set
    blanked_at = %(at)s::timestamptz,
    west = boxes.west,
    south = boxes.south,
    east = boxes.east,
    north = boxes.north
from
    unnest(
        %(badge_ids)s::uuid[],
        %(days)s::date[]
    ) as done (badge_id, day)
cross join
    lateral (
        select
            min(observations.lon) as west,
            min(observations.lat) as south,
            max(observations.lon) as east,
            max(observations.lat) as north
        from observations
        where
            observations.company_id = %(company_id)s::uuid
            and observations.badge_id = done.badge_id
            and observations.captured_at >= done.day::timestamp at time zone 'UTC'
            and observations.captured_at < (done.day + 1)::timestamp at time zone 'UTC'
            and observations.captured_at >= to_timestamp(%(earliest)s::double precision)
            and observations.captured_at < to_timestamp(%(latest)s::double precision)
            and observations.refused_by is null
    ) as boxes
where
    evidence_days.company_id = %(company_id)s::uuid
    and evidence_days.badge_id = done.badge_id
    and evidence_days.day = done.day;

-- name: reopen_blanked_days
-- New evidence of an old day may hold positions that are to be blanked, too.
update evidence_days
set blanked_at = null
from
    unnest(
        %(badge_ids)s::uuid[],
        %(first_days)s::date[],
        %(last_days)s::date[]
    ) as fresh (badge_id, first_day, last_day)
where
    evidence_days.company_id = %(company_id)s::uuid
    and evidence_days.badge_id = fresh.badge_id
    and evidence_days.day >= fresh.first_day
    and evidence_days.day <= fresh.last_day
    and evidence_days.blanked_at is not null;
