"""The nouns of master data that share one service, and what a change of each can do to the days of workers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.badges import Badge, BadgeAssignment
from domain.jobs import ScheduledJob
from domain.master_data import Branch, Crew, CrewMember, JobType, Record, Tag, Worker, Zone
from domain.sites import Site
from services import marks
from services.ports.records import Records, Removables
from services.ports.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)

Mark = Callable[[UnitOfWork, R | None, R | None], Awaitable[int]]
"""Marks the days that a change from one record to another can touch; None before a beginning and after a removal."""


@dataclass(frozen=True, slots=True)
class Noun(Generic[R]):
    """What the shared service needs to know of a noun; `name` is how the audit log calls it."""

    name: str
    records: Callable[[UnitOfWork], Records[R]]
    mark: Mark[R] | None = None


@dataclass(frozen=True, slots=True)
class RemovableNoun(Noun[R]):
    """A noun whose records can be taken away as if they had never been."""

    records: Callable[[UnitOfWork], Removables[R]]


BRANCHES: Noun[Branch] = Noun("branch", lambda uow: uow.branches, marks.mark_branch)
WORKERS: Noun[Worker] = Noun("worker", lambda uow: uow.workers, marks.mark_worker)
CREWS: Noun[Crew] = Noun("crew", lambda uow: uow.crews)
CREW_MEMBERS: RemovableNoun[CrewMember] = RemovableNoun(
    "crew_member", lambda uow: uow.crew_members, marks.mark_crew_member
)
SITES: Noun[Site] = Noun("site", lambda uow: uow.sites, marks.mark_site)
BADGES: Noun[Badge] = Noun("badge", lambda uow: uow.badges)
BADGE_ASSIGNMENTS: RemovableNoun[BadgeAssignment] = RemovableNoun(
    "badge_assignment", lambda uow: uow.badge_assignments, marks.mark_badge_assignment
)
ZONES: Noun[Zone] = Noun("zone", lambda uow: uow.zones)
TAGS: Noun[Tag] = Noun("tag", lambda uow: uow.tags)
JOB_TYPES: Noun[JobType] = Noun("job_type", lambda uow: uow.job_types)
JOBS: RemovableNoun[ScheduledJob] = RemovableNoun("job", lambda uow: uow.jobs, marks.mark_job)
