"""Why a minute counts as it does: the same evidence for worker, owner and auditor (presence.md section 9)."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.evidence import Evidence
from domain.ids import AssignmentId, BadgeId, JobId, SiteId, WorkerId
from domain.intervals import Interval, ParkedSpan
from domain.observations import Observation, ObservationKind
from domain.periods import FOREVER, Period
from domain.pieces import BadgeStory
from domain.presence import Presence, tell_stories
from domain.privacy import is_private, shown_periods
from domain.schedules import Schedule
from domain.sightings import SiteMap
from domain.visits import NOWHERE
from domain.workdays import Segment

MINUTE_S = 60


class DecidedBy(StrEnum):
    """What settled the site of a fix (presence.md section 4)."""

    NO_SITE = "no_site"
    ONLY_SITE = "only_site"
    JOB = "job"
    SMALLEST_AREA = "smallest_area"
    SMALLER_SITE_ID = "smaller_site_id"
    WITHHELD = "withheld"
    """The fix is private: neither its position nor its site is anybody's business."""


@dataclass(frozen=True, slots=True)
class CoveringSite:
    """A site whose boundary in force covered a fix."""

    site_id: SiteId
    boundary_version: int


@dataclass(frozen=True, slots=True)
class ExplainedFix:
    """A fix, what was made of it and why; where it is private it names neither position nor site."""

    badge_id: BadgeId
    captured_at: int
    sequence_number: int | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    refused_by: str | None
    site_id: SiteId | None
    decided_by: DecidedBy
    covering: tuple[CoveringSite, ...]
    job_id: JobId | None
    is_held: bool
    """Whether an interval holds it: at its site, or near enough to it."""


@dataclass(frozen=True, slots=True)
class ExplainedWearing:
    """Why a badge was the worker's: an assignment, or the shift_start that named the worker's code."""

    badge_id: BadgeId
    from_at: int | None
    to_at: int | None
    assignment_id: AssignmentId | None
    worker_code: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A minute of a worker: how it counts, and by which evidence; `policy_version` judged it."""

    worker_id: WorkerId
    minute: Period
    segments: tuple[Segment, ...]
    intervals: tuple[Interval, ...]
    parked: tuple[ParkedSpan, ...]
    wearing: tuple[ExplainedWearing, ...]
    fixes: tuple[ExplainedFix, ...]
    """Of every badge that the worker wore then: those of the minute, and the qualified ones before and after it."""
    policy_version: int


def explain_minute(evidence: Evidence, presence: Presence, worker_id: WorkerId, at: int) -> Explanation:
    """Name the evidence of the minute that holds an instant; `presence` is what the evidence told."""
    minute = Period(at - at % MINUTE_S, at - at % MINUTE_S + MINUTE_S)
    segments = (one for day in presence.workdays if day.worker_id == worker_id for one in day.segments)
    wearing: list[ExplainedWearing] = []
    fixes: list[ExplainedFix] = []
    for story in tell_stories(evidence):
        worn = [spell for spell in story.wearing.within(minute) if spell.worker_id == worker_id]
        if not worn:
            continue
        wearing.extend(_wearing(evidence, story, worker_id, Period(*spell[:2])) for spell in worn)
        fixes.extend(_Reader(evidence, presence, story).fixes_around(minute, worker_id))
    return Explanation(
        worker_id=worker_id,
        minute=minute,
        segments=tuple(one for one in segments if _overlaps(one, minute)),
        intervals=tuple(one for one in presence.intervals if one.worker_id == worker_id and _overlaps(one, minute)),
        parked=tuple(one for one in presence.parked if one.worker_id == worker_id and _overlaps(one, minute)),
        wearing=tuple(wearing),
        fixes=tuple(sorted(fixes, key=lambda fix: (fix.captured_at, fix.badge_id, fix.sequence_number or 0))),
        policy_version=evidence.policy.version,
    )


def _overlaps(one: Segment | Interval | ParkedSpan, minute: Period) -> bool:
    """Whether a piece has a second in the minute."""
    return one.from_at < minute.to_at and minute.from_at < one.to_at


def _wearing(evidence: Evidence, story: BadgeStory, worker_id: WorkerId, spell: Period) -> ExplainedWearing:
    for one in evidence.assignments:
        ends = FOREVER if one.to_at is None else one.to_at
        if (one.badge_id, one.worker_id) == (story.badge_id, worker_id) and one.from_at <= spell.from_at < ends:
            return ExplainedWearing(story.badge_id, one.from_at, one.to_at, one.id, None)
    starts = [
        event
        for event in story.track.shift_events
        if event.kind == ObservationKind.SHIFT_START and event.captured_at <= spell.from_at
    ]
    begun = starts[-1] if starts else None
    started_at, code = (begun.captured_at, begun.worker_code) if begun else (None, None)
    return ExplainedWearing(story.badge_id, started_at, None, None, code)


def _withheld(fix: ExplainedFix) -> ExplainedFix:
    """That there was a fix may be told, not where."""
    return replace(
        fix, lat=None, lon=None, site_id=None, decided_by=DecidedBy.WITHHELD, covering=(), job_id=None, is_held=False
    )


class _Reader:
    """Reads the fixes of one badge back with the reasons for what was made of them."""

    def __init__(self, evidence: Evidence, presence: Presence, story: BadgeStory) -> None:
        self._story = story
        self._site_map = SiteMap(evidence.boundaries)
        self._schedule = Schedule(evidence.jobs, evidence.memberships)
        self._shown = shown_periods(evidence, presence, story.badge_id)
        self._observations = [one for one in evidence.observations if one.badge_id == story.badge_id]

    def fixes_around(self, minute: Period, worker_id: WorkerId) -> Iterator[ExplainedFix]:
        """The fixes of a minute, and the qualified ones before and after it, while the worker wore the badge."""
        at = self._story.track.at
        first, stop = bisect_left(at, minute.from_at), bisect_left(at, minute.to_at)
        for place in range(max(0, first - 1), min(len(at), stop + 1)):
            if self._story.wearing.worker_at(at[place]) == worker_id:
                yield self._qualified(place)
        for one in self._observations:
            if one.refused_by is not None and minute.from_at <= one.captured_at < minute.to_at:
                yield self._refused(one)

    def _qualified(self, place: int) -> ExplainedFix:
        fix = self._story.track.fixes[place]
        decided_by, job_id = self._decision(place)
        number = self._story.sightings.trace.site[place]
        explained = ExplainedFix(
            badge_id=self._story.badge_id,
            captured_at=fix.at,
            sequence_number=fix.number if fix.number >= 0 else None,
            lat=None if math.isnan(fix.lat) else fix.lat,
            lon=None if math.isnan(fix.lon) else fix.lon,
            accuracy_m=fix.accuracy_m,
            refused_by=None,
            site_id=None if number == NOWHERE else self._site_map.ids[number],
            decided_by=decided_by,
            covering=self._covering(place),
            job_id=job_id,
            is_held=any(self._holds(interval, fix.at) for interval in self._story.intervals),
        )
        is_shown = any(period.from_at <= fix.at <= period.to_at for period in self._shown)
        return explained if is_shown else _withheld(explained)

    def _covering(self, place: int) -> tuple[CoveringSite, ...]:
        """Every site that covered a fix."""
        sightings, at = self._story.sightings, self._story.track.at[place]
        if place in sightings.crowded:
            return tuple(CoveringSite(one.site_id, one.version) for one in sightings.crowded[place])
        number = sightings.trace.site[place]
        if number == NOWHERE:
            return ()
        return (CoveringSite(self._site_map.ids[number], self._site_map.version_at(number, at).version),)

    def _decision(self, place: int) -> tuple[DecidedBy, JobId | None]:
        sightings, at = self._story.sightings, self._story.track.at[place]
        crowd = sightings.crowded.get(place)
        if crowd is None:
            is_nowhere = sightings.trace.site[place] == NOWHERE
            return (DecidedBy.NO_SITE if is_nowhere else DecidedBy.ONLY_SITE), None
        choice = self._schedule.choose(crowd, self._story.wearing.worker_at(at), at)
        if choice.job is not None:
            return DecidedBy.JOB, choice.job.id
        areas = sorted(one.area_m2 for one in crowd)
        return (DecidedBy.SMALLER_SITE_ID if areas[0] == areas[1] else DecidedBy.SMALLEST_AREA), None

    @staticmethod
    def _holds(interval: Interval, at: int) -> bool:
        is_away = any(one.from_at <= at <= one.to_at for one in interval.excursions)
        return interval.from_at <= at <= interval.to_at and not is_away

    def _refused(self, observation: Observation) -> ExplainedFix:
        explained = ExplainedFix(
            badge_id=self._story.badge_id,
            captured_at=observation.captured_at,
            sequence_number=observation.sequence_number,
            lat=observation.lat,
            lon=observation.lon,
            accuracy_m=observation.accuracy_m,
            refused_by=str(observation.refused_by),
            site_id=None,
            decided_by=DecidedBy.NO_SITE,
            covering=(),
            job_id=None,
            is_held=False,
        )
        return _withheld(explained) if is_private(observation, self._shown) else explained
