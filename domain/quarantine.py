"""What could not be used: kept whole, with a stable reason, visible and replayable (wire.md section 2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from domain.errors import ConflictError
from domain.ids import BadgeId

QuarantineId = NewType("QuarantineId", UUID)


class QuarantineCode(StrEnum):
    """Why something could not be used; the codes are part of the API."""

    UNKNOWN_DEVICE = "unknown_device"
    UNKNOWN_NOTEFILE = "unknown_notefile"
    UNKNOWN_WORKER = "unknown_worker"
    UNKNOWN_EVENT_TYPE = "unknown_event_type"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    CLOCK_SUSPECT = "clock_suspect"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    PROCESSING_ERROR = "processing_error"


class QuarantineStatus(StrEnum):
    """Whether it still waits to be mended."""

    OPEN = "open"
    REPLAYED = "replayed"


class AlreadyReplayedError(ConflictError):
    """Its evidence counts already: there is nothing to replay."""

    code = "already_replayed"

    def __init__(self) -> None:
        super().__init__("This item was replayed already; its evidence counts.")


@dataclass(frozen=True, slots=True)
class QuarantinedEvent:
    """An item of a post, or one event of it; `item` is its JSON text as a post of its own. Instants are UTC."""

    id: QuarantineId
    receipt_id: UUID
    received_at: datetime
    endpoint: str
    code: QuarantineCode
    detail: str
    device: str | None
    badge_id: BadgeId | None
    sequence_number: int | None
    item: str
    status: QuarantineStatus
    replayed_at: datetime | None
    replay_receipt_id: UUID | None
    version: int
