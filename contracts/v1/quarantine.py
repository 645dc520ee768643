"""Bodies of quarantined items."""

import json
from typing import Self, cast
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.v1.instants import RecordedInstant
from domain.quarantine import QuarantineCode, QuarantinedEvent, QuarantineStatus


class QuarantinedEventOut(BaseModel):
    """Something that could not be used."""

    id: UUID
    code: QuarantineCode
    detail: str = Field(description="The reason in one sentence.")
    status: QuarantineStatus
    device: str | None = Field(description="What the sender calls the device: `dev:...` or `ACT-...`.")
    badge_id: UUID | None
    sequence_number: int | None
    received_at: RecordedInstant
    receipt_id: UUID
    replayed_at: RecordedInstant | None
    replay_receipt_id: UUID | None

    @classmethod
    def of(cls, event: QuarantinedEvent) -> Self:
        """The body of an item in a list."""
        return cls(
            id=event.id,
            code=event.code,
            detail=event.detail,
            status=event.status,
            device=event.device,
            badge_id=event.badge_id,
            sequence_number=event.sequence_number,
            received_at=event.received_at,
            receipt_id=event.receipt_id,
            replayed_at=event.replayed_at,
            replay_receipt_id=event.replay_receipt_id,
        )


class QuarantinedEventDetailOut(QuarantinedEventOut):
    """Something that could not be used, with its kind of post; positions stay in the exact bytes that we keep."""

    endpoint: str = Field(description="`notehub` or `events`: the form in which it was posted.")
    event_type: str | None = Field(description="The event type or file that it names.")

    @classmethod
    def of(cls, event: QuarantinedEvent) -> Self:
        """The body of one item."""
        named = _named_type(json.loads(event.item))
        return cls(**QuarantinedEventOut.of(event).model_dump(), endpoint=event.endpoint, event_type=named)


class ReplayOut(BaseModel):
    """A replay was asked for."""

    receipt_id: UUID = Field(description="Tells what became of it, like the receipt of a post.")


def _named_type(item: object) -> str | None:
    names = cast("dict[str, object]", item) if isinstance(item, dict) else {}
    named = names.get("event_type", names.get("file"))
    return named if isinstance(named, str) else None
