"""Bodies of ingestion: the answer to a post, and its receipt."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.v1.instants import RecordedInstant
from domain.quarantine import QuarantineCode
from domain.receipts import Receipt, ReceiptStatus


class RejectedItemOut(BaseModel):
    """A posted item that cannot be read."""

    index: int = Field(description="Its place among the posted items, from 0.")
    sequence_number: int | None = Field(description="Its sequence number, where that can be read.")
    code: QuarantineCode


class AcceptedOut(BaseModel):
    """What was posted is safe; the receipt tells what became of it."""

    receipt_id: UUID
    accepted: int = Field(description="Posted items that were taken; a repeat counts too.")
    duplicates: int | None = Field(None, description="Not known yet: the receipt says it.")
    rejected: list[RejectedItemOut] = Field(description="Items that cannot be read; they are kept in quarantine.")


class ReceiptItemOut(BaseModel):
    """An item or event that was quarantined."""

    id: UUID = Field(description="Its id in quarantine.")
    index: int = Field(description="The place of the posted item, from 0.")
    sequence_number: int | None
    code: QuarantineCode


class ReceiptOut(BaseModel):
    """What became of a post."""

    id: UUID
    status: ReceiptStatus = Field(description="`queued` until the post is stored.")
    received_at: RecordedInstant | None
    processed_at: RecordedInstant | None
    accepted: int | None = Field(description="Posted items; null until known.")
    duplicates: int | None = Field(description="Badge events that were there already; null until known.")
    quarantined: list[ReceiptItemOut] = Field(description="Badge events that could not be used.")

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """The body of a receipt."""
        return cls(
            id=receipt.id,
            status=receipt.status,
            received_at=receipt.received_at,
            processed_at=receipt.processed_at,
            accepted=receipt.accepted,
            duplicates=receipt.duplicates,
            quarantined=[
                ReceiptItemOut(id=item.id, index=item.index, sequence_number=item.sequence_number, code=item.code)
                for item in receipt.quarantined
            ],
        )
