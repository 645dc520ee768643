"""Jobs: work that is scheduled at a site, and who was given it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from domain.ids import BadgeId, CrewId, JobId, SiteId, WorkerId
from domain.master_data import Record, check_period

Id = TypeVar("Id", bound=UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob(Record):
    """Work at a site during [scheduled_from, scheduled_to), with a budget in seconds and those assigned to it.

    The ids are sorted and each comes once, so that two equal jobs compare equal.
    """

    id: JobId
    site_id: SiteId
    job_type: str
    scheduled_from: datetime
    scheduled_to: datetime
    budget_s: int
    worker_ids: tuple[WorkerId, ...] = ()
    crew_ids: tuple[CrewId, ...] = ()
    badge_ids: tuple[BadgeId, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a schedule that ends before it begins."""
        check_period(self.scheduled_from, self.scheduled_to, pointer="/scheduled_to")


def each_once(ids: Iterable[Id]) -> tuple[Id, ...]:
    """The ids in order, each once."""
    return tuple(sorted(set(ids)))
