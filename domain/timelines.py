"""A worker's time, each second once: what bounds it, and what lies between (presence.md sections 6 and 7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.boundaries import SiteKind
from domain.footprints import Footprint, LeftOut
from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import EndedBy, Interval, ParkedSpan, StartedBy
from domain.periods import Period, joined
from domain.policies import Policy
from domain.walks import walk
from domain.workdays import BadgeConflict, Segment, SegmentKind

SEGMENT_OF_SITE = {
    SiteKind.CUSTOMER_SITE: SegmentKind.ON_SITE,
    SiteKind.YARD: SegmentKind.YARD,
    SiteKind.DEPOT: SegmentKind.YARD,
}


@dataclass(frozen=True, slots=True)
class Bound:
    """What a walk begins or ends at: time at a site, or a parked span (no site), which is no segment."""

    period: Period
    site_id: SiteId | None


@dataclass(frozen=True, slots=True)
class _Stay:
    """The joined intervals of one worker at one site."""

    period: Period
    site_id: SiteId
    badge_ids: tuple[BadgeId, ...]


def count_once(intervals: Iterable[Interval], worker_id: WorkerId) -> tuple[list[Bound], list[BadgeConflict]]:
    """The worker's time at sites without any second twice: it goes to the stay that began first, then the smaller site.

    Each stay that loses time gives one conflict, with the stay that held the time when it began.
    """
    stays = sorted(_stays(intervals), key=lambda stay: (stay.period.from_at, stay.site_id))
    kept: list[Bound] = []
    conflicts: list[BadgeConflict] = []
    busy_until = -1
    for place, stay in enumerate(stays):
        start, end = stay.period
        if start < busy_until:
            winner = next(one for one in stays[:place] if one.period.to_at > start)
            badge_ids = tuple(sorted({*winner.badge_ids, *stay.badge_ids}))
            lost = Period(start, min(end, busy_until))
            conflicts.append(BadgeConflict(worker_id, winner.site_id, stay.site_id, badge_ids, *lost))
            start = busy_until
        if start < end:
            kept.append(Bound(Period(start, end), stay.site_id))
        busy_until = max(busy_until, end)
    return kept, conflicts


def _stays(intervals: Iterable[Interval]) -> Iterator[_Stay]:
    """Intervals of one site that overlap or touch are one stay."""
    by_site: dict[SiteId, list[Interval]] = {}
    for interval in intervals:
        by_site.setdefault(interval.site_id, []).append(interval)
    for site_id, mine in by_site.items():
        for period in joined(Period(interval.from_at, interval.to_at) for interval in mine):
            badges = {one.badge_id for one in mine if period.from_at <= one.from_at < period.to_at}
            yield _Stay(period, site_id, tuple(sorted(badges)))


def part_parked(intervals: Sequence[Interval], parked: Sequence[ParkedSpan]) -> tuple[list[Bound], LeftOut]:
    """The parked spans that bound walks, and those only named: another badge of the worker was at a site then."""
    named = [span for span in parked if any(_overlap(span, interval) for interval in intervals)]
    bounding = [Period(span.from_at, span.to_at) for span in parked if span not in named]
    spans: dict[BadgeId, list[Period]] = {}
    edges: dict[BadgeId, set[int]] = {}
    for span in named:
        spans.setdefault(span.badge_id, []).append(Period(span.from_at, span.to_at))
    for interval in intervals:
        mine = edges.setdefault(interval.badge_id, set())
        if interval.ended_by == EndedBy.PARKED:
            mine.add(interval.to_at)
        if interval.started_by == StartedBy.PARKED:
            mine.add(interval.from_at)
    return [Bound(period, None) for period in joined(bounding)], LeftOut(spans, edges)


def _overlap(span: ParkedSpan, interval: Interval) -> bool:
    is_other = interval.badge_id != span.badge_id
    return is_other and interval.from_at < span.to_at and span.from_at < interval.to_at


def segments_of(
    bounds: Iterable[Bound], footprint: Footprint, site_kinds: dict[SiteId, SiteKind], policy: Policy
) -> list[Segment]:
    """The worker's segments in order: they never overlap, and like neighbours are one."""
    segments: list[Segment] = []
    before: Bound | None = None
    for bound in sorted(bounds, key=lambda bound: bound.period):
        if before is not None:
            way = Period(before.period.to_at, bound.period.from_at)
            if 0 < way.length_s <= policy.shift_gap_s:
                segments.extend(walk(footprint, way, policy))
        if bound.site_id is not None:
            kind = SEGMENT_OF_SITE[site_kinds[bound.site_id]]
            segments.append(Segment(kind, bound.site_id, None, *bound.period))
        before = bound
    return list(_merged(segments))


def _merged(segments: Iterable[Segment]) -> Iterator[Segment]:
    last: Segment | None = None
    for segment in segments:
        if last is not None and _are_alike(last, segment):
            last = replace(last, to_at=segment.to_at)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last


def _are_alike(one: Segment, other: Segment) -> bool:
    same = (one.kind, one.site_id, one.cause) == (other.kind, other.site_id, other.cause)
    return same and one.to_at == other.from_at
