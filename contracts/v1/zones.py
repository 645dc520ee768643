"""Bodies of zones."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.master_data import Zone, ZoneId


class ZoneIn(NewBody):
    """A new zone: a named group of tags."""

    name: Name

    def record(self, new_id: UUID, at: datetime) -> Zone:
        """The zone that this asks for."""
        return Zone(id=ZoneId(new_id), name=self.name, created_at=at)


class ZoneChange(ChangeBody):
    """A change of a zone."""

    name: Name = Field(default_factory=str)


class ZoneOut(RecordOut):
    """A zone."""

    name: str
