"""The evidence of presence, as it is loaded for a recompute or an explanation."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from domain.boundaries import BoundaryVersion
from domain.discrepancies import Discrepancy
from domain.ids import BadgeId, SiteId, WorkerId
from domain.observations import Observation
from domain.periods import Period
from domain.revisions import DayKey, StoredDay, StoredInterval
from domain.schedules import CrewMembership, Job
from domain.scopes import Scope


@dataclass(frozen=True, slots=True)
class BadgeSpan:
    """The evidence of a badge that is wanted, in epoch seconds."""

    badge_id: BadgeId
    period: Period


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The last qualified fix before a span and the first at or after its end, in epoch seconds, within 31 days."""

    before_at: int | None
    after_at: int | None


@dataclass(frozen=True, slots=True)
class Tracks:
    """What badges stated in their spans and what of the time before still counts in them."""

    observations: Mapping[BadgeId, Sequence[Observation]]
    neighbours: Mapping[BadgeSpan, Neighbours]
    received_numbers: Mapping[BadgeId, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The stored days that are wanted: of these workers, from the first to the last date, and their open conflicts."""

    worker_ids: Collection[WorkerId]
    first_on: date
    last_on: date
    period: Period


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around the observations, and what was told of them before."""

    boundaries: Sequence[BoundaryVersion]
    intervals: Sequence[StoredInterval]
    days: Mapping[DayKey, StoredDay]
    conflicts: Sequence[Discrepancy]


class PresenceEvidence(Protocol):
    """Set-based: each call is one exchange with the database, however many badges it names."""

    async def find_scope(
        self, *, spans: Sequence[BadgeSpan], worker_ids: Collection[WorkerId], known: Period
    ) -> tuple[Scope, Mapping[BadgeSpan, int | None]]:
        """Who wears what in `known`, and the last qualified fix of each badge before its span, within 31 days.

        The scope holds the named ones, the workers of those badges, and the badges of those workers.
        """
        ...

    async def list_tracks(self, spans: Sequence[BadgeSpan], *, motion_lead_s: int) -> Tracks:
        """Every observation in the spans, with what came before and still counts."""
        ...

    async def list_surroundings(
        self, cells: Collection[int], period: Period, wanted: Sequence[BadgeSpan], days: DaySpan | None
    ) -> Surroundings:
        """The versions in force in the period near the cells, and what is stored of badges and workers."""
        ...

    async def list_jobs(self, site_ids: Collection[SiteId], period: Period) -> list[Job]:
        """The jobs scheduled at these sites at some time of the period."""
        ...

    async def list_memberships(self, worker_ids: Collection[WorkerId], period: Period) -> list[CrewMembership]:
        """The crews of these workers at some time of the period."""
        ...

    def together(self) -> AbstractAsyncContextManager[object]:
        """Statements inside are sent without waiting for each other; a failure rises at the end at the latest."""
        ...
