"""Bodies of branches."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from contracts.v1.timezones import TimeZone
from domain.master_data import Branch, BranchId


class BranchIn(NewBody):
    """A new branch."""

    name: Name
    timezone: TimeZone = Field(description="The days of its workers are local dates of this zone.")

    def record(self, new_id: UUID, at: datetime) -> Branch:
        """The branch that this asks for."""
        return Branch(id=BranchId(new_id), name=self.name, timezone=self.timezone, created_at=at)


class BranchChange(ChangeBody):
    """A change of a branch."""

    name: Name = Field(default_factory=str)
    timezone: TimeZone = Field(default_factory=str, description="All days of its workers are computed anew.")


class BranchOut(RecordOut):
    """A branch."""

    name: str
    timezone: str
