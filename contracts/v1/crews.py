"""Bodies of crews and their members."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.v1.instants import Instant, RecordedInstant
from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.ids import CrewId, WorkerId
from domain.master_data import Crew, CrewMember, CrewMemberId

UNTIL = "Exclusive; null while it lasts."


class CrewIn(NewBody):
    """A new crew."""

    name: Name

    def record(self, new_id: UUID, at: datetime) -> Crew:
        """The crew that this asks for."""
        return Crew(id=CrewId(new_id), name=self.name, created_at=at)


class CrewChange(ChangeBody):
    """A change of a crew."""

    name: Name = Field(default_factory=str)


class CrewOut(RecordOut):
    """A crew."""

    name: str


class CrewMemberIn(NewBody):
    """A worker joins a crew for a time."""

    worker_id: UUID
    from_at: Instant = Field(alias="from")
    to_at: Instant | None = Field(None, alias="to", description=UNTIL)

    def record_in(self, crew_id: UUID, new_id: UUID, at: datetime) -> CrewMember:
        """The membership that this asks for; raises PeriodError."""
        return CrewMember(
            id=CrewMemberId(new_id),
            crew_id=CrewId(crew_id),
            worker_id=WorkerId(self.worker_id),
            from_at=self.from_at,
            to_at=self.to_at,
            created_at=at,
        )


class CrewMemberChange(ChangeBody):
    """A change of a membership; most often its end."""

    worker_id: UUID = Field(default_factory=lambda: UUID(int=0))
    from_at: Instant = Field(default_factory=lambda: datetime.min, alias="from")  # noqa: DTZ901 # never read
    to_at: Instant | None = Field(None, alias="to", description=UNTIL)


class CrewMemberOut(RecordOut):
    """A worker's time in a crew."""

    crew_id: UUID
    worker_id: UUID
    from_at: RecordedInstant = Field(serialization_alias="from")
    to_at: RecordedInstant | None = Field(serialization_alias="to")
