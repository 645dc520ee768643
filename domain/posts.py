"""What was posted, after reading and before anybody knows whose it is; instants are epoch seconds, UTC."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.observations import FixSource, ObservationKind, Refusal
from domain.quarantine import QuarantineCode, QuarantineId
from domain.receipts import ReceiptId

MOST_EVENTS = 500
"""Posted items of one request, and badge events of one envelope."""
LARGEST_POST = 262_144
"""Bytes of one request."""
LARGEST_SEQUENCE_NUMBER = 2**63 - 2
"""The one after it is still a bigint."""


class Endpoint(StrEnum):
    """How it came to us; the form of what was posted follows from it."""

    NOTEHUB = "notehub"
    EVENTS = "events"


class Statement(NamedTuple):
    """One observation of an event. `captured_at` of the event holds unless a tag says otherwise; None is unknown."""

    captured_at: int | None
    kind: ObservationKind
    source: FixSource | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    accuracy_assumed: bool = False
    fix_age_s: int | None = None
    refused_by: Refusal | None = None
    speed_mps: float | None = None
    moving: bool | None = None
    motion_count: int | None = None
    tag_mac: str | None = None
    battery_pct: float | None = None
    worker_code: str | None = None
    detail: str | None = None


class Fault(NamedTuple):
    """Why something cannot be read."""

    code: QuarantineCode
    detail: str


class Event(NamedTuple):
    """One badge event of a posted item, readable or not.

    `content` is a digest of the event as a JSON value. `keys` name an event without a sequence number: a repeat has one
    of them and the same content; `holds_key` says that the first of them with other content is a conflict.
    """

    value: object
    content: bytes
    sequence_number: int | None = None
    captured_at: int | None = None
    statements: tuple[Statement, ...] = ()
    keys: tuple[bytes, ...] = ()
    holds_key: bool = False
    firmware: str | None = None
    fault: Fault | None = None


def _itself(value: object) -> object:
    return value


@dataclass(slots=True)
class Item:
    """One posted item: an envelope or a badge event.

    `received_at` is when Notehub got it, or our API. `content` tells a repeat of the item from another one. `rejected`
    says that the answer named the item as unreadable. A watchdog's note does not prove that the device lives. `wrap`
    makes an item of its own of one event.
    """

    index: int
    value: object
    device: str | None
    received_at: int
    content: bytes
    events: list[Event]
    rejected: Fault | None = None
    proves_life: bool = True
    wrap: Callable[[object], object] = _itself
    replay_of: QuarantineId | None = None

    def mark_of(self, event: Event) -> bytes:
        """What tells a repeat of a quarantined event: its content, with its key where it has no number."""
        return self.content if event.keys else event.content

    @property
    def sequence_number(self) -> int | None:
        """The number of the only event, if it is the only one."""
        return self.events[0].sequence_number if len(self.events) == 1 else None


@dataclass(frozen=True, slots=True)
class PostedItems:
    """The items of a post in their order, and whether they came in an array."""

    items: list[Item]
    is_array: bool


class UnreadablePostError(ValueError):
    """A post as a whole cannot be read: a stable code and a sentence for the sender."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(detail)


class OversizedPostError(UnreadablePostError):
    """A post holds more than is taken at once."""

    def __init__(self, detail: str) -> None:
        super().__init__("too_large", detail)


@dataclass(slots=True)
class Post:
    """One request as it reached the consumer; `body` is the exact text, compressed, and None for a replay."""

    receipt_id: ReceiptId
    endpoint: Endpoint
    received_at: int
    items: list[Item]
    is_array: bool
    body: bytes | None = None
    sha256: bytes = b""


@dataclass(frozen=True, slots=True)
class PostPart:
    """A message of queue `ingest`: a post, or one of its parts when it is too large for a message; `body` is zlib."""

    receipt_id: ReceiptId
    endpoint: Endpoint
    received_at: int
    body: bytes
    part: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Replay:
    """A request to read quarantined items again: by id, by the names of a device, or by a worker's code."""

    receipt_id: ReceiptId
    ids: tuple[UUID, ...] = ()
    devices: tuple[str, ...] = ()
    worker_code: str | None = None
