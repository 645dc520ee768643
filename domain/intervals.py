"""A badge at a site: intervals and what is recorded beside them (presence.md section 5)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.ids import BadgeId, SiteId, WorkerId


class StartedBy(StrEnum):
    """How an interval began."""

    MOVED = "moved"
    APPEARED = "appeared"
    PARKED = "parked"
    HANDOVER = "handover"


class EndedBy(StrEnum):
    """How an interval ended; `end_of_data` is stored, and read as `open` or `lost` (`settle_end`)."""

    MOVED = "moved"
    LOST = "lost"
    OPEN = "open"
    PARKED = "parked"
    HANDOVER = "handover"
    END_OF_DATA = "end_of_data"


class Excursion(NamedTuple):
    """The first and the last fix of a departure run that came back; one fix gives two equal instants."""

    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class Interval:
    """One badge at one site, [from_at, to_at) in epoch seconds, worn by one worker or by nobody."""

    badge_id: BadgeId
    worker_id: WorkerId | None
    site_id: SiteId
    boundary_version: int
    from_at: int
    to_at: int
    started_by: StartedBy
    ended_by: EndedBy
    ambiguous: bool
    excursions: tuple[Excursion, ...]
    fixes_used: int
    fixes_refused: tuple[tuple[str, int], ...]
    """Rule and count, sorted by rule; only rules that refused something."""
    tags: tuple[str, ...]
    """Sorted, each once."""
    policy_version: int


@dataclass(frozen=True, slots=True)
class ParkedSpan:
    """A badge that lay still at a site, [from_at, to_at) from its first to its last fix: no work time."""

    badge_id: BadgeId
    worker_id: WorkerId | None
    site_id: SiteId
    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class DriveBy:
    """An arrival run that ended too soon: its first and last fix, which may be one.

    At the end of a badge's data it counts only once `as_of` is after `counts_after` (`has_happened`); None: it counts.
    """

    badge_id: BadgeId
    worker_id: WorkerId | None
    site_id: SiteId
    from_at: int
    to_at: int
    counts_after: int | None


def settle_end(ended_by: EndedBy, *, to_at: int, as_of: int, max_gap_s: int) -> EndedBy:
    """How the end of an interval reads as of an instant: the end of the data is `open` for `max_gap_s`, then `lost`."""
    if ended_by != EndedBy.END_OF_DATA:
        return ended_by
    return EndedBy.OPEN if as_of - to_at <= max_gap_s else EndedBy.LOST


def has_happened(drive_by: DriveBy, *, as_of: int) -> bool:
    """Whether a drive-by counts as of an instant."""
    return drive_by.counts_after is None or as_of > drive_by.counts_after
