"""What travels on queue `ingest`, as the consumer reads it; fields of another release pass."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, Field, TypeAdapter

from domain.posts import Endpoint, PostPart, Replay
from domain.receipts import ReceiptId
from domain.tenancy import CompanyId


class PostMessage(BaseModel):
    """A post, or a part of one; `body` is zlib of the exact bytes."""

    kind: Literal["post"]
    company_id: UUID
    receipt_id: UUID
    endpoint: Endpoint
    received_at: int
    part: int
    parts: int
    body: Base64Bytes


class ReplayMessage(BaseModel):
    """A request to read quarantined items again."""

    kind: Literal["replay"]
    company_id: UUID
    receipt_id: UUID
    ids: list[UUID]
    devices: list[str]
    worker_code: str | None


_MESSAGE: TypeAdapter[PostMessage | ReplayMessage] = TypeAdapter(
    Annotated[PostMessage | ReplayMessage, Field(discriminator="kind")]
)


@dataclass(frozen=True, slots=True)
class IngestMessage:
    """A message with its company."""

    company_id: CompanyId
    content: PostPart | Replay


def read_message(body: bytes) -> IngestMessage:
    """One message of queue `ingest`; raises pydantic's ValidationError for what we never sent."""
    message = _MESSAGE.validate_json(body)
    receipt_id = ReceiptId(message.receipt_id)
    if isinstance(message, ReplayMessage):
        content = Replay(receipt_id, tuple(message.ids), tuple(message.devices), message.worker_code)
    else:
        content = PostPart(receipt_id, message.endpoint, message.received_at, message.body, message.part, message.parts)
    return IngestMessage(CompanyId(message.company_id), content)
