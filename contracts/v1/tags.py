"""Bodies of tags."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.master_data import Tag, TagId, ZoneId

Mac = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$"), AfterValidator(str.upper)]
"""A Bluetooth address; kept in upper case, as badges name it."""


class TagIn(NewBody):
    """A new tag."""

    mac: Mac = Field(examples=["AA:BB:CC:DD:EE:FF"])
    name: Name
    kind: Name = Field(examples=["mower"], description="What it is fixed to, in the company's own words.")
    zone_id: UUID | None = None

    def record(self, new_id: UUID, at: datetime) -> Tag:
        """The tag that this asks for."""
        zone_id = None if self.zone_id is None else ZoneId(self.zone_id)
        return Tag(id=TagId(new_id), mac=self.mac, name=self.name, kind=self.kind, zone_id=zone_id, created_at=at)


class TagChange(ChangeBody):
    """A change of a tag."""

    mac: Mac = Field(default_factory=str)
    name: Name = Field(default_factory=str)
    kind: Name = Field(default_factory=str)
    zone_id: UUID | None = None


class TagOut(RecordOut):
    """A tag."""

    mac: str
    name: str
    kind: str
    zone_id: UUID | None
