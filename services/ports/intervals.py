"""Stored intervals of badges at sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import Interval
from domain.periods import Period
from domain.revisions import IntervalChanges, StoredInterval
from services.ports.presence import BadgeSpan


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

    async def list_within(self, spans: Sequence[BadgeSpan]) -> list[StoredInterval]:
        """The intervals of each badge that begin within its span."""
        ...

    async def save(self, changes: IntervalChanges) -> None:
        """Write what differs."""
        ...

    async def list_page(self, wanted: IntervalFilter, *, after: IntervalPlace | None, limit: int) -> list[Interval]:
        """By beginning and badge; intervals longer than 31 days do not exist (the reach of a recompute)."""
        ...
