"""Stored days of workers, in revisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.ids import BadgeId, WorkerId
from domain.observations import Observation
from domain.periods import Period
from domain.revisions import DayChanges, DayContent
from domain.wearing import Assignment
from domain.workdays import Totals


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One revision of a worker's local date as it was recorded."""

    revision: int
    content: DayContent
    recorded_at: datetime
    policy_version: int


@dataclass(frozen=True, slots=True)
class BadgeProgress:
    """How far the evidence of a badge is complete: null when it has not reported at all."""

    badge_id: BadgeId
    complete_through: datetime | None
    is_assigned: bool
    """Else a shift event named the worker, which gives the badge only where no assignment covers its time."""


@dataclass(frozen=True, slots=True)
class Handovers:
    """What tells who wore badges: their assignments and their shift events, in no order."""

    assignments: Sequence[Assignment]
    shift_events: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class WorkerHours:
    """The totals of one worker over a span of dates."""

    worker_id: WorkerId
    totals: Totals
    days: int


@dataclass(frozen=True, slots=True)
class WeekDay:
    """The current totals of one local date."""

    on: date
    revision: int
    totals: Totals


class Workdays(Protocol):
    """Every revision stays readable; the newest one is current."""

    async def save(self, changes: DayChanges, *, policy_version: int, at: datetime) -> None:
        """Add the revisions, supersede the ones before, and keep the notes."""
        ...

    async def find_zone(self, worker_id: WorkerId) -> str | None:
        """The zone in which this worker's days are cut now; None for an unknown worker."""
        ...

    async def find_revision(
        self, worker_id: WorkerId, on: date, *, revision: int | None = None, as_of: datetime | None = None
    ) -> StoredRevision | None:
        """One revision by its number; or the newest recorded at or before `as_of`; or the current one."""
        ...

    async def list_week(self, worker_id: WorkerId, *, first_on: date, end_on: date) -> list[WeekDay]:
        """The current totals of a worker's dates in [first_on, end_on), those that have any."""
        ...

    async def is_pending(self, worker_id: WorkerId, *, first_on: date, last_on: date) -> bool:
        """Whether a mark exists that can still change one of these local dates."""
        ...

    async def list_progress(self, worker_id: WorkerId, period: Period) -> list[BadgeProgress]:
        """The progress of each badge that an assignment gave to the worker in the period, or a shift event may have."""
        ...

    async def list_handovers(self, badge_ids: Collection[BadgeId], period: Period) -> Handovers:
        """Who was given these badges in the period, and what was said of them."""
        ...

    async def list_hours(
        self, *, first_on: date, end_on: date, after: WorkerId | None, limit: int
    ) -> list[WorkerHours]:
        """The totals of every worker over [first_on, end_on), by worker."""
        ...
