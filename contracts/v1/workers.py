"""Bodies of workers."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.ids import WorkerId
from domain.master_data import BranchId, Worker

CODE = "The company's own code, unique; a badge names it when a shift starts."
BRANCH = "Without a branch, the worker's days follow the company's time zone."


class WorkerIn(NewBody):
    """A new worker."""

    name: Name
    code: Name = Field(description=CODE)
    employee_number: Name | None = None
    branch_id: UUID | None = Field(None, description=BRANCH)

    def record(self, new_id: UUID, at: datetime) -> Worker:
        """The worker that this asks for."""
        return Worker(
            id=WorkerId(new_id),
            name=self.name,
            code=self.code,
            employee_number=self.employee_number,
            branch_id=None if self.branch_id is None else BranchId(self.branch_id),
            created_at=at,
        )


class WorkerChange(ChangeBody):
    """A change of a worker."""

    name: Name = Field(default_factory=str)
    code: Name = Field(default_factory=str, description=CODE)
    employee_number: Name | None = None
    branch_id: UUID | None = Field(None, description=BRANCH)


class WorkerOut(RecordOut):
    """A worker."""

    name: str
    code: str
    employee_number: str | None
    branch_id: UUID | None
