"""Load all that presence is computed from: the exact window, the badges and workers in it, and what surrounds them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.boundaries import BoundaryVersion, cells_at
from domain.evidence import Evidence
from domain.ids import BadgeId, SiteId, WorkerId
from domain.local_days import day_bounds, local_date
from domain.observations import Observation, ObservationKind
from domain.periods import Period
from domain.policies import Policy
from domain.reach import find_window, quiet_s, span_of_change
from domain.schedules import CrewMembership, Job
from domain.scopes import Group, Scope, close_group, hull, merge_groups
from domain.tracks import SHIFT_EVENTS
from services.ports.presence import BadgeSpan, DaySpan, Neighbours, Surroundings, Tracks
from services.ports.unit_of_work import UnitOfWork

DAY_S = 86_400
MARGIN_S = 2 * DAY_S
"""Wearing is loaded so far around a change at first."""
FARTHEST_S = 31 * DAY_S
"""No window reaches farther from its change on either side."""
LASTING = frozenset({*SHIFT_EVENTS, ObservationKind.MOTION})
FAR_S = 400 * DAY_S
"""Beyond every window: stands for time without end on a side where no fix is found within 31 days."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A group with its settled window and the evidence of its badges."""

    group: Group
    window: Period
    scope: Scope
    observations: Sequence[Observation]
    neighbours: Mapping[BadgeId, Neighbours]
    received_numbers: Mapping[BadgeId, Sequence[tuple[int, int]]]
    fixes: Sequence[Observation]
    """The qualified ones of the observations."""

    @property
    def badge_ids(self) -> frozenset[BadgeId]:
        """The badges whose evidence was loaded for the whole window."""
        return self.group.badge_ids

    @property
    def zones(self) -> dict[WorkerId, str]:
        """The workers whose days are judged, with their zones."""
        people = self.scope.people
        return {one: people[one].timezone for one in sorted(self.group.worker_ids) if one in people}


async def load_judged(uow: UnitOfWork, groups: Sequence[Group]) -> list[Judged]:
    """Settle the window of each group: whole local days with silence around them, as far as anything connects."""
    margin_s = MARGIN_S
    while True:
        scope, last_fixes = await _load_scope(uow, groups, margin_s)
        judged = await _settle_windows(uow, [_since_last_fix(one, last_fixes) for one in groups], scope)
        short_s = max((_beyond(one.window, scope.known) for one in judged), default=0)
        if short_s <= 0:
            return judged
        margin_s += short_s + MARGIN_S


async def load_evidence(
    uow: UnitOfWork, judged: Sequence[Judged], *, with_stored: bool = False
) -> tuple[list[Evidence], Surroundings]:
    """What surrounds the observations: boundaries near the fixes, and where sites overlap the jobs and crews.

    The surroundings hold what is stored of the windows, when that is wanted.
    """
    period = Period(min(one.window.from_at for one in judged), max(one.window.to_at for one in judged))
    fixes = [fix for one in judged for fix in one.fixes]
    spans = [BadgeSpan(badge_id, one.window) for one in judged for badge_id in sorted(one.badge_ids)]
    around = await uow.presence.list_surroundings(
        _cells(fixes), period, spans if with_stored else (), _day_span(judged, period) if with_stored else None
    )
    site_ids = _overlapping(around.boundaries)
    jobs = await uow.presence.list_jobs(site_ids, period) if site_ids else []
    people = {worker_id for one in judged for worker_id in one.scope.people}
    memberships = await uow.presence.list_memberships(people, period) if jobs else []
    return [_evidence(one, around.boundaries, jobs, memberships) for one in judged], around


def _day_span(judged: Sequence[Judged], period: Period) -> DaySpan | None:
    zones = {zone for one in judged for zone in one.zones.values()}
    if not zones:
        return None
    return DaySpan(
        worker_ids={worker_id for one in judged for worker_id in one.zones},
        first_on=min(local_date(period.from_at, zone) for zone in zones),
        last_on=max(local_date(period.to_at - 1, zone) for zone in zones),
        period=period,
    )


def _overlapping(boundaries: Sequence[BoundaryVersion]) -> set[SiteId]:
    """The sites whose box meets that of another site: only there a job can settle where a fix is."""
    boxes = np.array([(one.shape.west, one.shape.south, one.shape.east, one.shape.north) for one in boundaries])
    if len(boxes) == 0:
        return set()
    west, south, east, north = boxes.T
    meets = (west[:, None] <= east) & (east[:, None] >= west) & (south[:, None] <= north) & (north[:, None] >= south)
    sites = np.array([one.site_id.int & 0xFFFFFFFFFFFFFFF for one in boundaries], dtype=np.int64)
    meets &= sites[:, None] != sites
    return {boundaries[place].site_id for place in np.flatnonzero(meets.any(axis=1)).tolist()}


def _since_last_fix(group: Group, last_fixes: Mapping[BadgeSpan, int | None]) -> Group:
    """What comes after the last fix before new evidence is no longer the end of the data."""
    if not group.is_new_evidence:
        return group
    known = [last_fixes[BadgeSpan(badge_id, group.changed)] for badge_id in group.seed_badges]
    start = min((at for at in known if at is not None), default=group.changed.from_at)
    return replace(group, changed=Period(start, group.changed.to_at))


def _evidence(
    one: Judged,
    boundaries: Sequence[BoundaryVersion],
    jobs: Sequence[Job],
    memberships: Sequence[CrewMembership],
) -> Evidence:
    return Evidence(
        window=one.window,
        policy=one.scope.policy,
        observations=one.observations,
        boundaries=boundaries,
        assignments=[row for row in one.scope.assignments if row.badge_id in one.badge_ids],
        jobs=jobs,
        memberships=memberships,
        worker_codes=one.scope.worker_codes,
        zones=one.zones,
        received_numbers=one.received_numbers,
        heard_later=frozenset(_heard_later(one)),
    )


def _heard_later(one: Judged) -> Iterator[BadgeId]:
    """Badges with a qualified fix at or after the end of the window, loaded or only known of."""
    yield from (badge_id for badge_id, around in one.neighbours.items() if around.after_at is not None)
    if one.window.to_at < one.group.window.to_at:
        yield from (fix.badge_id for fix in one.fixes if fix.captured_at >= one.window.to_at)


async def _load_scope(
    uow: UnitOfWork, groups: Sequence[Group], margin_s: int
) -> tuple[Scope, Mapping[BadgeSpan, int | None]]:
    known = Period(
        min(one.changed.from_at for one in groups) - margin_s,
        max(one.changed.to_at for one in groups) + margin_s,
    )
    return await uow.presence.find_scope(
        spans=[BadgeSpan(badge_id, one.changed) for one in groups for badge_id in sorted(one.seed_badges)],
        worker_ids=sorted({worker_id for one in groups for worker_id in one.seed_workers}),
        known=known,
    )


async def _settle_windows(uow: UnitOfWork, groups: Sequence[Group], scope: Scope) -> list[Judged]:
    """Load what the groups may need, and widen them until silence lies around each; most need one turn."""
    guesses = merge_groups([_guess(one, scope) for one in groups], scope)
    while True:
        tracks = await _load_tracks(uow, guesses, scope)
        judged = [_judge(one, tracks, scope) for one in guesses]
        if all(_holds(one.group.window, one.window) for one in judged):
            return judged
        wider = [replace(one.group, window=hull(one.group.window, one.window)) for one in judged]
        guesses = merge_groups(wider, scope)


async def _load_tracks(uow: UnitOfWork, groups: Sequence[Group], scope: Scope) -> Tracks:
    spans = [BadgeSpan(badge_id, one.window) for one in groups for badge_id in sorted(one.badge_ids)]
    if not spans:
        return Tracks({}, {}, {})
    return await uow.presence.list_tracks(spans, motion_lead_s=scope.policy.shift_gap_s)


def _guess(group: Group, scope: Scope) -> Group:
    """The whole local days of the change, in the zones of everybody who may be concerned."""
    around = Period(group.changed.from_at - DAY_S, group.changed.to_at + DAY_S)
    return replace(
        group, window=_whole_days(group.changed, _zones(close_group(replace(group, window=around), scope), scope))
    )


def _judge(group: Group, tracks: Tracks, scope: Scope) -> Judged:
    """The window that a group needs, by what was loaded of its guess; it may turn out to be wider than that."""
    spans = [BadgeSpan(badge_id, group.window) for badge_id in sorted(group.badge_ids)]
    observations = [row for span in spans for row in tracks.observations.get(span.badge_id, ())]
    neighbours = {span.badge_id: tracks.neighbours[span] for span in spans}
    changed = _reach_of_lasting(group, tracks, scope.policy)
    fixes = [one for one in observations if one.kind == "fix" and one.refused_by is None]
    window = _find_window(replace(group, changed=changed), fixes, neighbours, scope)
    return Judged(group, window, scope, observations, neighbours, tracks.received_numbers, fixes)


def _reach_of_lasting(group: Group, tracks: Tracks, policy: Policy) -> Period:
    """A new motion or shift event says something for hours: what changed reaches as far."""
    start, end = group.changed
    lasting = [
        row
        for badge_id in group.seed_badges
        for row in tracks.observations.get(badge_id, ())
        if row.kind != "fix" and row.kind in LASTING and start <= row.captured_at < end
    ]
    if not lasting:
        return group.changed
    return hull(group.changed, span_of_change(lasting, policy, last_fix_before=None))


def _find_window(
    group: Group, fixes: Iterable[Observation], neighbours: Mapping[BadgeId, Neighbours], scope: Scope
) -> Period:
    """The settled window, else a wider guess on the side that is too short, 31 days away at most."""
    zones = _zones(group, scope)
    loaded = group.window
    known = Period(
        max(
            (one.before_at for one in neighbours.values() if one.before_at is not None), default=loaded.from_at - FAR_S
        ),
        min((one.after_at for one in neighbours.values() if one.after_at is not None), default=loaded.to_at + FAR_S)
        + 1,
    )
    edges = [at for one in neighbours.values() for at in (one.before_at, one.after_at) if at is not None]
    times = sorted([*edges, *(fix.captured_at for fix in fixes)])
    inside = times[bisect_left(times, known.from_at) : bisect_left(times, known.to_at)]
    instants = _thinned(inside, quiet_s(scope.policy))
    endless = Period(loaded.from_at - FAR_S, loaded.to_at + FAR_S)
    known = Period(
        endless.from_at if group.changed.from_at - loaded.from_at >= FARTHEST_S else known.from_at,
        endless.to_at if loaded.to_at - group.changed.to_at >= FARTHEST_S else known.to_at,
    )
    window = find_window(group.changed, instants, known, zones, scope.policy)
    if window is not None:
        return _bounded(window, group.changed, zones)
    open_before, open_after = Period(endless.from_at, known.to_at), Period(known.from_at, endless.to_at)
    short_after = find_window(group.changed, instants, open_before, zones, scope.policy) is None
    short_before = find_window(group.changed, instants, open_after, zones, scope.policy) is None
    return _wider(loaded, group.changed, before=short_before or not short_after, after=short_after)


def _thinned(instants: Sequence[int], silence_s: int) -> list[int]:
    """As few instants as show the same silences: the ends of each, and between them steps that are none."""
    kept: list[int] = []
    place = 0
    while place < len(instants):
        kept.append(instants[place])
        place = max(place + 1, bisect_right(instants, instants[place] + silence_s) - 1)
    return kept


def _wider(loaded: Period, changed: Period, *, before: bool, after: bool) -> Period:
    """Twice as far on the sides that are too short, and a day at least."""
    start = changed.from_at - max(DAY_S, 2 * (changed.from_at - loaded.from_at)) if before else loaded.from_at
    end = changed.to_at + max(DAY_S, 2 * (loaded.to_at - changed.to_at)) if after else loaded.to_at
    return Period(
        min(loaded.from_at, max(start, changed.from_at - FARTHEST_S)),
        max(loaded.to_at, min(end, changed.to_at + FARTHEST_S)),
    )


def _bounded(window: Period, changed: Period, zones: Iterable[str]) -> Period:
    """No farther than 31 days from the change, rounded out to whole local days."""
    limits = _whole_days(Period(changed.from_at - FARTHEST_S, changed.to_at + FARTHEST_S), zones)
    return Period(max(window.from_at, limits.from_at), min(window.to_at, limits.to_at))


def _whole_days(period: Period, zones: Iterable[str]) -> Period:
    days = [day_bounds(local_date(at, zone), zone) for zone in zones for at in (period.from_at, period.to_at - 1)]
    return Period(min(day.from_at for day in days), max(day.to_at for day in days))


def _zones(group: Group, scope: Scope) -> list[str]:
    """Of the workers concerned; a badge that nobody wears lives by the company's zone."""
    zones = {scope.people[one].timezone for one in group.worker_ids if one in scope.people}
    return sorted(zones or {scope.timezone})


def _holds(outer: Period, inner: Period) -> bool:
    return outer.from_at <= inner.from_at and inner.to_at <= outer.to_at


def _beyond(window: Period, known: Period) -> int:
    return max(known.from_at - window.from_at, window.to_at - known.to_at)


def _cells(fixes: Sequence[Observation]) -> set[int]:
    placed = [(fix.lat, fix.lon) for fix in fixes if fix.lat is not None and fix.lon is not None]
    if not placed:
        return set()
    lat, lon = np.array(placed, dtype=np.float64).T
    return cells_at(lat, lon)
