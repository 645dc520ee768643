"""Bodies of job types."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.master_data import JobType, JobTypeId


class JobTypeIn(NewBody):
    """A new type of job; the first job that names one makes it too."""

    name: Name = Field(examples=["mowing"])

    def record(self, new_id: UUID, at: datetime) -> JobType:
        """The type that this asks for."""
        return JobType(id=JobTypeId(new_id), name=self.name, created_at=at)


class JobTypeChange(ChangeBody):
    """Another name for a type of job, on all jobs of that type."""

    name: Name = Field(default_factory=str)


class JobTypeOut(RecordOut):
    """A type of job."""

    name: str
