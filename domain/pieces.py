"""Visits become intervals: parked spans are cut out, handovers split them (presence.md sections 5 and 6)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.ids import BadgeId, WorkerId
from domain.intervals import DriveBy, EndedBy, Excursion, Interval, ParkedSpan, StartedBy
from domain.periods import Period
from domain.policies import Policy
from domain.rows import still_rows
from domain.sightings import Sightings, SiteMap
from domain.tracks import Track, next_movement
from domain.visits import Dwelling, Pass, Visit, read_visits
from domain.wearing import Wearing


@dataclass(frozen=True, slots=True)
class BadgeStory:
    """All that is told of one badge in a window, in order of time."""

    badge_id: BadgeId
    track: Track
    wearing: Wearing
    sightings: Sightings
    intervals: tuple[Interval, ...]
    parked: tuple[ParkedSpan, ...]
    drive_bys: tuple[DriveBy, ...]


class _Piece(NamedTuple):
    period: Period
    worker_id: WorkerId | None
    started_by: StartedBy
    ended_by: EndedBy


class _Telling(NamedTuple):
    """What the pieces of a badge's visits are described by."""

    track: Track
    sightings: Sightings
    site_map: SiteMap
    policy_version: int

    def describe(self, visit: Visit, piece: _Piece) -> Interval:
        """A fix at the end of a piece belongs to it, as the last held one does, unless it was handed over then."""
        (start, end), at = piece.period, self.track.at
        is_given = piece.ended_by == EndedBy.HANDOVER
        first, stop = bisect_left(at, start), (bisect_left if is_given else bisect_right)(at, end)
        away = [(max(first, a), min(stop - 1, b)) for a, b in visit.excursions if a < stop and b >= first]
        sites = self.sightings.trace.site
        return Interval(
            badge_id=self.track.badge_id,
            worker_id=piece.worker_id,
            site_id=self.site_map.ids[visit.site],
            boundary_version=self.site_map.version_at(visit.site, start).version,
            from_at=start,
            to_at=end,
            started_by=piece.started_by,
            ended_by=piece.ended_by,
            ambiguous=any(first <= place < stop and sites[place] == visit.site for place in self.sightings.crowded),
            excursions=tuple(Excursion(at[a], at[b]) for a, b in away),
            fixes_used=stop - first - sum(b - a + 1 for a, b in away),
            fixes_refused=_refused_within(self.track, start, end if is_given else end + 1),
            tags=_tags_within(self.track, start, end if is_given else end + 1),
            policy_version=self.policy_version,
        )


def tell_story(track: Track, wearing: Wearing, sightings: Sightings, site_map: SiteMap, policy: Policy) -> BadgeStory:
    """Read the visits of a badge and cut them into the intervals of those who wore it."""
    rule = Dwelling(policy.dwell_s, policy.min_fixes, policy.max_gap_s)
    visits, passes = read_visits(sightings.trace, rule)
    telling = _Telling(track, sightings, site_map, policy.version)
    intervals: list[Interval] = []
    parked: list[ParkedSpan] = []
    for visit in visits:
        spans = _parked_periods(track, visit, policy)
        pieces = _pieces(track, visit, spans, wearing, policy)
        intervals += [telling.describe(visit, piece) for piece in pieces]
        spells = (spell for span in spans for spell in wearing.within(span))
        site_id = site_map.ids[visit.site]
        parked += [ParkedSpan(track.badge_id, worker, site_id, start, end) for start, end, worker in spells]
    drive_bys = [_drive_by(track, wearing, site_map, one, policy.max_gap_s) for one in passes]
    return BadgeStory(track.badge_id, track, wearing, sightings, tuple(intervals), tuple(parked), tuple(drive_bys))


def _parked_periods(track: Track, visit: Visit, policy: Policy) -> list[Period]:
    """The rows of a visit's fixes, excursions included, in which the badge lay still for `parked_s` or longer.

    A row ends before the first movement: the longest row is the longest that lies within the radius *and* is still.
    """
    if track.at[visit.last] - track.at[visit.first] < policy.parked_s:
        return []
    fixes = track.fixes[visit.first : visit.last + 1]
    at = track.at[visit.first : visit.last + 1]

    def limit(place: int) -> tuple[int, int]:
        movement = next_movement(track.movements, at[place])
        if movement is None:
            return len(at), len(at)
        return bisect_left(at, movement.from_at, place), bisect_left(at, movement.to_at, place)

    rows = still_rows(fixes, radius_m=policy.stop_radius_m, least_s=policy.parked_s, limit=limit)
    return [Period(at[first], at[last]) for first, last in rows]


def _pieces(track: Track, visit: Visit, parked: Sequence[Period], wearing: Wearing, policy: Policy) -> Iterator[_Piece]:
    """What is left of a visit between its parked spans, split at handovers; nothing of zero length."""
    for period, started_by, ended_by in _between(track, visit, parked, policy):
        spells = list(wearing.within(period))
        for start, end, worker in spells:
            yield _Piece(
                Period(start, end),
                worker,
                started_by if start == period.from_at else StartedBy.HANDOVER,
                ended_by if end == period.to_at else EndedBy.HANDOVER,
            )


def _between(
    track: Track, visit: Visit, parked: Sequence[Period], policy: Policy
) -> Iterator[tuple[Period, StartedBy, EndedBy]]:
    start, started_by = track.at[visit.first], _started_by(track, visit, policy)
    for span in parked:
        if start < span.from_at:
            yield Period(start, span.from_at), started_by, EndedBy.PARKED
        start, started_by = span.to_at, StartedBy.PARKED
    if start < track.at[visit.last]:
        yield Period(start, track.at[visit.last]), started_by, visit.ended_by


def _started_by(track: Track, visit: Visit, policy: Policy) -> StartedBy:
    """`moved` when a qualified fix came before within `max_gap_s`: such a fix is always one elsewhere."""
    first = visit.first
    came = first > 0 and track.at[first] - track.at[first - 1] <= policy.max_gap_s
    return StartedBy.MOVED if came else StartedBy.APPEARED


def _refused_within(track: Track, start: int, stop: int) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for at, rule in track.refused[bisect_left(track.refused, (start, "")) : bisect_left(track.refused, (stop, ""))]:
        if start <= at < stop:
            counts[rule] = counts.get(rule, 0) + 1
    return tuple(sorted(counts.items()))


def _tags_within(track: Track, start: int, stop: int) -> tuple[str, ...]:
    heard = track.tags[bisect_left(track.tags, (start, "")) : bisect_left(track.tags, (stop, ""))]
    return tuple(sorted({mac for _, mac in heard}))


def _drive_by(track: Track, wearing: Wearing, site_map: SiteMap, one: Pass, max_gap_s: int) -> DriveBy:
    """It belongs to whoever wore the badge at its first fix, and to the local day of that fix."""
    first, last = track.at[one.first], track.at[one.last]
    worker = wearing.worker_at(first)
    counts_after = last + max_gap_s if one.is_open else None
    return DriveBy(track.badge_id, worker, site_map.ids[one.site], first, last, counts_after)
