"""What storing a delivery needs of the tables of one company."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.ids import BadgeId
from domain.ingestion import Device, Tenure, Verdict
from domain.posts import Post
from domain.receipts import ReceiptId, ReceiptStatus
from domain.sequences import Run, RunChange


@dataclass(frozen=True, slots=True)
class Stated:
    """What the tables say of the names in a delivery."""

    devices: dict[str, Device]
    tenures: dict[str, list[Tenure]]
    quarantined: set[tuple[bytes, str | BadgeId]]
    worker_codes: set[str]


@dataclass(frozen=True, slots=True)
class Held:
    """Which numbers and keys of a delivery are held already, and by what contents."""

    numbers: dict[tuple[BadgeId, int], bytes]
    keys: dict[bytes, set[bytes]]


@dataclass(frozen=True, slots=True)
class SavedReceipt:
    """What a receipt will say; `quarantined` is its JSON text."""

    id: ReceiptId
    received_at: int
    status: ReceiptStatus
    accepted: int
    duplicates: int
    quarantined: str


@dataclass(frozen=True, slots=True)
class FreshRun:
    """Numbers [first, last] of a badge that just arrived."""

    badge_id: BadgeId
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Known runs that fresh ones overlap or touch, and the spans (epoch seconds) around numbers that fill a hole."""

    runs: dict[BadgeId, list[Run]]
    filled: list[tuple[BadgeId, int, int]]


class Ingestion(Protocol):
    """Reads under the lock of the company, then writes everything at once."""

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what is done inside when it raises; an error of the infrastructure becomes UnavailableError."""
        ...

    async def find_stored(self, receipt_ids: Sequence[ReceiptId]) -> set[UUID]:
        """The posts that were stored before."""
        ...

    async def find_stated(
        self, *, devices: Sequence[str], marks: Sequence[bytes], codes: Sequence[str | None]
    ) -> Stated:
        """Devices by their label, quarantined marks, workers' codes."""
        ...

    async def find_held(self, *, numbers: Sequence[tuple[BadgeId, int]], keys: Sequence[bytes]) -> Held:
        """Numbers and keys that stored events hold."""
        ...

    async def find_runs(self, fresh: Sequence[FreshRun]) -> Neighbourhood:
        """What the fresh runs touch, overlap and fill."""
        ...

    async def save(self, verdict: Verdict, runs: dict[BadgeId, RunChange], *, at: datetime) -> None:
        """Write observations, keys, runs, evidence days, badge news and quarantine."""
        ...

    async def save_receipts(self, posts: Sequence[Post], receipts: Sequence[SavedReceipt], *, at: datetime) -> None:
        """Write receipts, and the exact bytes of posts."""
        ...

    async def add_part(self, receipt_id: ReceiptId, *, part: int, parts: int, body: bytes) -> bytes | None:
        """Keep one part of a large post; the whole once every part is there."""
        ...
