"""The evidence of presence, as it is loaded for a recompute or an explanation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.boundaries import BoundaryVersion
from domain.ids import BadgeId, SiteId, WorkerId
from domain.observations import Observation
from domain.periods import Period
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


class PresenceEvidence(Protocol):
    """Set-based: each call is one exchange with the database, however many badges it names."""

    async def find_scope(
        self, *, badge_ids: Collection[BadgeId], worker_ids: Collection[WorkerId], known: Period
    ) -> Scope:
        """Who wears what in `known`: the named ones, the workers of those badges, and the badges of those workers."""
        ...

    async def find_last_fixes(self, spans: Sequence[BadgeSpan]) -> Mapping[BadgeSpan, int | None]:
        """The last qualified fix of each badge before its span, within 31 days."""
        ...

    async def list_tracks(self, spans: Sequence[BadgeSpan], *, motion_lead_s: int) -> Tracks:
        """Every observation in the spans, with what came before and still counts."""
        ...

    async def list_boundaries(self, cells: Collection[int], period: Period) -> list[BoundaryVersion]:
        """The versions in force at some time of the period whose widened boundary touches one of the cells."""
        ...

    async def list_jobs(self, site_ids: Collection[SiteId], period: Period) -> list[Job]:
        """The jobs scheduled at these sites at some time of the period."""
        ...

    async def list_memberships(self, worker_ids: Collection[WorkerId], period: Period) -> list[CrewMembership]:
        """The crews of these workers at some time of the period."""
        ...
