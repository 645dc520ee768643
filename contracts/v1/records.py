"""What the bodies of every noun share: a new one, a change, an answer."""

from dataclasses import replace
from typing import Any, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.v1.instants import RecordedInstant
from domain.master_data import Record

R = TypeVar("R", bound=Record)


class NewBody(BaseModel):
    """A new one; a field that we do not know is refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class ChangeBody(BaseModel):
    """A change of the fields that are named; the others stay.

    Fields that cannot be null have a `default_factory` that is never used: only what was sent is read.
    """

    model_config = ConfigDict(extra="forbid")

    def applied_to(self, record: R) -> R:
        """The record with the fields that were sent."""
        changes: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        return replace(record, **changes)


class RecordOut(BaseModel):
    """What every answer has; the version is the ETag."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: RecordedInstant

    @classmethod
    def of(cls, record: Record) -> Self:
        """The body of a record."""
        return cls.model_validate(record)
