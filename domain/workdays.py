"""A worker's day: its segments, what is named beside them, and its totals (presence.md section 7)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import DriveBy, ParkedSpan


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
