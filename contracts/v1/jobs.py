"""Bodies of jobs and of who is assigned to them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.v1.instants import Instant, RecordedInstant
from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.ids import BadgeId, CrewId, JobId, SiteId, WorkerId
from domain.jobs import ScheduledJob, each_once

LARGEST_BUDGET_S = 366 * 86_400
MOST_ASSIGNED = 500

Budget = Annotated[int, Field(strict=True, ge=0, le=LARGEST_BUDGET_S)]
Ids = Annotated[list[UUID], Field(max_length=MOST_ASSIGNED)]
TYPE = "By name; a new name makes a new type."


class JobAssignmentsIn(NewBody):
    """Who is assigned to a job: exactly these."""

    worker_ids: Ids = Field(default_factory=list[UUID])
    crew_ids: Ids = Field(default_factory=list[UUID], description="Their members of that time have the job.")
    badge_ids: Ids = Field(default_factory=list[UUID], description="Noted on the job; they decide no hours.")

    def applied_to(self, job: ScheduledJob) -> ScheduledJob:
        """The job with exactly these."""
        return replace(
            job,
            worker_ids=each_once(WorkerId(id_) for id_ in self.worker_ids),
            crew_ids=each_once(CrewId(id_) for id_ in self.crew_ids),
            badge_ids=each_once(BadgeId(id_) for id_ in self.badge_ids),
        )


class JobIn(JobAssignmentsIn):
    """A new job."""

    site_id: UUID
    job_type: Name = Field(examples=["mowing"], description=TYPE)
    scheduled_from: Instant
    scheduled_to: Instant = Field(description="Exclusive.")
    budget_s: Budget = Field(description="Seconds of work that were sold, all workers together.")

    def record(self, new_id: UUID, at: datetime) -> ScheduledJob:
        """The job that this asks for; raises PeriodError."""
        return self.applied_to(
            ScheduledJob(
                id=JobId(new_id),
                site_id=SiteId(self.site_id),
                job_type=self.job_type,
                scheduled_from=self.scheduled_from,
                scheduled_to=self.scheduled_to,
                budget_s=self.budget_s,
                created_at=at,
            )
        )


class JobChange(ChangeBody):
    """A change of a job; who is assigned is replaced by itself."""

    site_id: UUID = Field(default_factory=lambda: UUID(int=0))
    job_type: Name = Field(default_factory=str, description=TYPE)
    scheduled_from: Instant = Field(default_factory=lambda: datetime.min)  # noqa: DTZ901 # never read
    scheduled_to: Instant = Field(default_factory=lambda: datetime.min)  # noqa: DTZ901 # never read
    budget_s: Budget = Field(default_factory=int)


class JobAssignmentsOut(BaseModel):
    """Who is assigned to a job."""

    worker_ids: list[UUID]
    crew_ids: list[UUID]
    badge_ids: list[UUID]

    @classmethod
    def of(cls, job: ScheduledJob) -> Self:
        """Those of a job."""
        return cls(worker_ids=list(job.worker_ids), crew_ids=list(job.crew_ids), badge_ids=list(job.badge_ids))


class JobOut(RecordOut):
    """A job."""

    site_id: UUID
    job_type: str
    scheduled_from: RecordedInstant
    scheduled_to: RecordedInstant
    budget_s: int
    worker_ids: list[UUID]
    crew_ids: list[UUID]
    badge_ids: list[UUID]
