"""What ingestion knows before it judges a post, and what it has decided afterwards; `domain/judging.py` decides."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.ids import BadgeId
from domain.posts import Fault, Post
from domain.quarantine import QuarantineId
from domain.receipts import ReceiptId


class Device(NamedTuple):
    """An active badge or gateway of the company, since `registered_at` (epoch seconds)."""

    badge_id: BadgeId
    registered_at: int


class Tenure(NamedTuple):
    """An earlier registration of the company's own device, retired since, in [registered_at, to). Epoch seconds."""

    badge_id: BadgeId
    registered_at: int
    to_at: int


class Registration(NamedTuple):
    """Another company held the device in [from, to); None is until now. Epoch seconds."""

    from_at: int
    to_at: int | None

    def holds(self, at: int) -> bool:
        """Whether the device was theirs at this instant."""
        return self.from_at <= at and (self.to_at is None or at < self.to_at)


@dataclass(slots=True)
class Known:
    """What the company's tables say of a delivery; judging adds what it stores, so that a batch can repeat itself.

    `tenures` are in the order of time.
    """

    devices: Mapping[str, Device]
    tenures: Mapping[str, Sequence[Tenure]]
    numbers: dict[tuple[BadgeId, int], bytes]
    keys: dict[bytes, set[bytes]]
    quarantined: set[tuple[bytes, str | BadgeId]]
    worker_codes: Collection[str]
    elsewhere: Mapping[str, Collection[Registration]]


class ObservationRow(NamedTuple):
    """One observation with its badge, as it is kept. Instants are epoch seconds."""

    badge_id: BadgeId
    captured_at: int
    received_at: int
    sequence_number: int | None
    kind: str
    time_quality: str
    source: str | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    accuracy_assumed: bool
    fix_age_s: int | None
    refused_by: str | None
    speed_mps: float | None
    moving: bool | None
    motion_count: int | None
    tag_mac: str | None
    battery_pct: float | None
    worker_code: str | None
    detail: str | None
    receipt_id: ReceiptId


class NumberRow(NamedTuple):
    """A stored event holds its sequence number."""

    badge_id: BadgeId
    sequence_number: int
    content: bytes
    captured_at: int


@dataclass(slots=True)
class QuarantineRow:
    """What could not be used; `replay_of` says that it stays in the place of an item that was read again."""

    receipt_id: ReceiptId
    received_at: int
    endpoint: str
    fault: Fault
    device: str | None
    badge_id: BadgeId | None
    sequence_number: int | None
    kind: str | None
    captured_at: int | None
    worker_code: str | None
    mark: bytes
    value: object
    index: int
    is_listed: bool
    id: QuarantineId
    replay_of: QuarantineId | None = None


@dataclass(slots=True)
class BadgeNews:
    """What a delivery tells of a badge itself. Epoch seconds."""

    heard_at: int | None = None
    captured_at: int | None = None
    clock_suspect_at: int | None = None
    battery_pct: float | None = None
    firmware: str | None = None
    numbers: list[tuple[int, int | None]] = field(default_factory=list[tuple[int, int | None]])


@dataclass(slots=True)
class Span:
    """The evidence of one badge and UTC day: first and last second, and the box of its qualified fixes."""

    first_at: int
    last_at: int
    west: float | None = None
    south: float | None = None
    east: float | None = None
    north: float | None = None

    def reach(self, at: int) -> None:
        """Take in a second."""
        self.first_at = min(self.first_at, at)
        self.last_at = max(self.last_at, at)

    def enclose(self, lat: float, lon: float) -> None:
        """Take in a position."""
        self.west = lon if self.west is None else min(self.west, lon)
        self.east = lon if self.east is None else max(self.east, lon)
        self.south = lat if self.south is None else min(self.south, lat)
        self.north = lat if self.north is None else max(self.north, lat)


@dataclass(slots=True)
class Tally:
    """What the receipt of a post will say; `quarantined` are the rows that it lists.

    Of a post that `is_failed` nothing was stored but its exact bytes.
    """

    post: Post
    accepted: int = 0
    duplicates: int = 0
    quarantined: list[QuarantineRow] = field(default_factory=list[QuarantineRow])
    is_failed: bool = False


@dataclass(slots=True)
class Verdict:
    """Everything that a delivery writes for one company, but its effect on presence."""

    tallies: list[Tally] = field(default_factory=list[Tally])
    observations: list[ObservationRow] = field(default_factory=list[ObservationRow])
    numbers: list[NumberRow] = field(default_factory=list[NumberRow])
    keys: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    quarantined: list[QuarantineRow] = field(default_factory=list[QuarantineRow])
    resolved: dict[QuarantineId, ReceiptId] = field(default_factory=dict[QuarantineId, ReceiptId])
    news: dict[BadgeId, BadgeNews] = field(default_factory=dict[BadgeId, BadgeNews])
    days: dict[tuple[BadgeId, int], Span] = field(default_factory=dict[tuple[BadgeId, int], Span])
    touched: list[tuple[BadgeId, int, int]] = field(default_factory=list[tuple[BadgeId, int, int]])
