"""A worker's day: its segments, what is named beside them, and its totals (presence.md section 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import DriveBy, ParkedSpan
from domain.local_days import cut_at_midnights, dates_inside, local_date
from domain.periods import Period, joined


class SegmentKind(StrEnum):
    """What a piece of a day was."""

    ON_SITE = "on_site"
    YARD = "yard"
    TRAVEL = "travel"
    STOP = "stop"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why time is unknown; the first that holds, in this order."""

    BADGE_OFF = "badge_off"
    NO_FIX = "no_fix"
    PENDING = "pending"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a worker's day, [from_at, to_at) in epoch seconds."""

    kind: SegmentKind
    site_id: SiteId | None
    cause: Cause | None
    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Seconds of a day or a workweek; stops and unknown time are possible, never proven."""

    on_site_s: int = 0
    yard_s: int = 0
    travel_s: int = 0
    stop_s: int = 0
    unknown_s: int = 0

    @property
    def proven_s(self) -> int:
        """What evidence proves: on site, in the yard, under way."""
        return self.on_site_s + self.yard_s + self.travel_s

    @property
    def possible_s(self) -> int:
        """Proven time, stops and unknown time."""
        return self.proven_s + self.stop_s + self.unknown_s


@dataclass(frozen=True, slots=True)
class Workday:
    """What the evidence tells of a worker's local date; `parked` is cut at local midnight like the segments."""

    worker_id: WorkerId
    work_date: date
    timezone: str
    segments: tuple[Segment, ...]
    parked: tuple[ParkedSpan, ...]
    drive_bys: tuple[DriveBy, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class BadgeConflict:
    """Two badges of a worker at two sites at once, [from_at, to_at): the time went to `kept_site_id`."""

    worker_id: WorkerId
    kept_site_id: SiteId
    lost_site_id: SiteId
    badge_ids: tuple[BadgeId, ...]
    from_at: int
    to_at: int


def totals_of(segments: Iterable[Segment]) -> Totals:
    """The seconds of each kind."""
    seconds = dict.fromkeys(SegmentKind, 0)
    for segment in segments:
        seconds[segment.kind] += segment.to_at - segment.from_at
    return Totals(**{f"{kind}_s": length for kind, length in seconds.items()})


def add_totals(totals: Iterable[Totals]) -> Totals:
    """The totals of several days, as a workweek has them."""
    parts = list(totals)
    return Totals(**{name: sum(getattr(part, name) for part in parts) for name in Totals.__slots__})


def workdays_of(
    worker_id: WorkerId,
    zone: str,
    window: Period,
    *,
    segments: Sequence[Segment],
    parked: Iterable[ParkedSpan],
    drive_bys: Iterable[DriveBy],
) -> list[Workday]:
    """Cut a worker's time at local midnight: the dates wholly inside the window that have anything to tell."""
    pieces: dict[date, list[Segment]] = {on: [] for on in dates_inside(window, zone)}
    named: dict[date, list[ParkedSpan]] = {on: [] for on in pieces}
    passed: dict[date, list[DriveBy]] = {on: [] for on in pieces}
    for segment in segments:
        for on, (start, end) in cut_at_midnights(Period(segment.from_at, segment.to_at), zone):
            pieces.get(on, []).append(replace(segment, from_at=start, to_at=end))
    for span in sorted(parked, key=_place_of_span):
        for on, (start, end) in cut_at_midnights(Period(span.from_at, span.to_at), zone):
            named.get(on, []).append(replace(span, from_at=start, to_at=end))
    for drive_by in sorted(drive_bys, key=_place_of_span):
        passed.get(local_date(drive_by.from_at, zone), []).append(drive_by)
    return [
        Workday(worker_id, on, zone, tuple(pieces[on]), tuple(named[on]), tuple(passed[on]), totals_of(pieces[on]))
        for on in pieces
        if pieces[on] or named[on] or passed[on]
    ]


def shifts_of(segments: Iterable[Segment]) -> list[Period]:
    """First and last work evidence of each shift: segments that touch belong together (wire.md section 5, rule 9)."""
    return joined(Period(segment.from_at, segment.to_at) for segment in segments)


def _place_of_span(span: ParkedSpan | DriveBy) -> tuple[int, SiteId, int, BadgeId]:
    return span.from_at, span.site_id, span.to_at, span.badge_id
