"""Stored intervals of badges at sites."""

from dataclasses import dataclass
from typing import Protocol

from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import Interval
from domain.periods import Period
from domain.revisions import IntervalChanges


@dataclass(frozen=True, slots=True)
class IntervalPlace:
    """Where a page of intervals went on to: the beginning and the badge of its last one."""

    from_at: int
    badge_id: BadgeId


@dataclass(frozen=True, slots=True)
class IntervalFilter:
    """Whose intervals are wanted, touching a period: of one worker, badge or site."""

    period: Period
    worker_id: WorkerId | None = None
    badge_id: BadgeId | None = None
    site_id: SiteId | None = None


class Intervals(Protocol):
    """What the evidence now tells; there is one row per badge and beginning."""

    async def save(self, changes: IntervalChanges) -> None:
        """Write what differs."""
        ...

    async def list_page(self, wanted: IntervalFilter, *, after: IntervalPlace | None, limit: int) -> list[Interval]:
        """By beginning and badge; intervals longer than 31 days do not exist (the reach of a recompute)."""
        ...
