"""The time between two intervals of a worker: travel, stops and unknown time (presence.md section 7)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from domain.footprints import Footprint
from domain.periods import Period
from domain.policies import Policy
from domain.rows import still_rows
from domain.workdays import Cause, Segment, SegmentKind


@dataclass(frozen=True, slots=True)
class _Way:
    """The fixes from the last one at or before a period to the first one at or after it."""

    period: Period
    first: int
    last: int
    has_start: bool
    has_end: bool


def walk(footprint: Footprint, period: Period, policy: Policy) -> list[Segment]:
    """The segments of [a.to, b.from), clipped to it: every second of it is in exactly one."""
    way = _way(footprint, period, policy)
    if way.first > way.last:
        return [_segment(SegmentKind.UNKNOWN, period.from_at, period.to_at, Cause.SILENT)]
    raw = [*_before(footprint, way), *_pairs(footprint, way, policy), *_after(footprint, way)]
    clipped = (
        _segment(one.kind, max(one.from_at, period.from_at), min(one.to_at, period.to_at), one.cause) for one in raw
    )
    return [segment for segment in clipped if segment.from_at < segment.to_at]


def _way(footprint: Footprint, period: Period, policy: Policy) -> _Way:
    """The ends of a cut that is no fix are the nearest fixes; one beyond the silence that parts shifts is none."""
    at, quiet_s = footprint.at, max(policy.shift_gap_s, policy.max_gap_s)
    first, last = bisect_right(at, period.from_at) - 1, bisect_left(at, period.to_at)
    has_start = first >= 0 and period.from_at - at[first] <= quiet_s
    has_end = last < len(at) and at[last] - period.to_at <= quiet_s
    return _Way(period, first if has_start else first + 1, last if has_end else last - 1, has_start, has_end)


def _before(footprint: Footprint, way: _Way) -> Iterator[Segment]:
    if not way.has_start:
        yield _segment(SegmentKind.UNKNOWN, way.period.from_at, footprint.at[way.first], Cause.SILENT)


def _after(footprint: Footprint, way: _Way) -> Iterator[Segment]:
    if not way.has_end:
        yield _segment(SegmentKind.UNKNOWN, footprint.at[way.last], way.period.to_at, Cause.SILENT)


def _pairs(footprint: Footprint, way: _Way, policy: Policy) -> Iterator[Segment]:
    """Stops, silences, and travel from one of these to the next."""
    at = footprint.at
    stops = dict(_stops(footprint, way, policy))
    place = way.first
    while place < way.last:
        if place in stops:
            yield _segment(SegmentKind.STOP, at[place], at[stops[place]])
            place = stops[place]
        elif at[place + 1] - at[place] > policy.max_gap_s:
            yield _segment(SegmentKind.UNKNOWN, at[place], at[place + 1], footprint.cause_between(place, place + 1))
            place += 1
        else:
            start, place = place, place + 1
            while place < way.last and place not in stops and at[place + 1] - at[place] <= policy.max_gap_s:
                place += 1
            yield _segment(SegmentKind.TRAVEL, at[start], at[place])


def _stops(footprint: Footprint, way: _Way, policy: Policy) -> Iterator[tuple[int, int]]:
    """The stops among the fixes strictly between, by the places of their first and last fix."""
    start = bisect_right(footprint.at, way.period.from_at, way.first)
    end = bisect_left(footprint.at, way.period.to_at, start)
    at = footprint.at[start:end]
    silences = [place for place in range(1, len(at)) if at[place] - at[place - 1] > policy.max_gap_s]

    def limit(place: int) -> tuple[int, int]:
        later = bisect_right(silences, place)
        stop = silences[later] if later < len(silences) else len(at)
        return stop, stop

    rows = still_rows(footprint.fixes[start:end], radius_m=policy.stop_radius_m, least_s=policy.stop_s, limit=limit)
    for first, last in rows:
        yield start + first, start + last


def _segment(kind: SegmentKind, start: int, end: int, cause: Cause | None = None) -> Segment:
    return Segment(kind, None, cause, start, end)
