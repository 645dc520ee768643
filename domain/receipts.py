"""Receipts: what became of a post; the id proves itself, so that it can be asked for before anything is stored."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from domain.quarantine import QuarantineCode, QuarantineId
from domain.tenancy import CompanyId

ReceiptId = NewType("ReceiptId", UUID)
PROVEN_BYTES = 12
"""The first bytes of a UUIDv7 hold the time and the counter that tells ids of one millisecond apart (RFC 9562, section
6.2); fewer would give two posts one receipt, and the second post would be lost. The other four carry the proof."""


class ReceiptStatus(StrEnum):
    """Where a post stands."""

    QUEUED = "queued"
    PROCESSED = "processed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """An item or event of a post that was quarantined; `index` is its place among the posted items."""

    index: int
    sequence_number: int | None
    code: QuarantineCode
    id: QuarantineId


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a post: posted items accepted, badge events that were repeats or quarantined."""

    id: ReceiptId
    status: ReceiptStatus
    received_at: datetime | None = None
    accepted: int | None = None
    duplicates: int | None = None
    quarantined: tuple[ReceiptItem, ...] = ()
    processed_at: datetime | None = None


class ReceiptIds:
    """UUIDv7s whose last 32 bits are an HMAC over the company and the first 96 bits, under our key."""

    def __init__(self, key: bytes, new_id: Callable[[], UUID]) -> None:
        self._key = key
        self._new_id = new_id

    def issue(self, company_id: CompanyId) -> ReceiptId:
        """A new receipt id of this company."""
        head = self._new_id().bytes[:PROVEN_BYTES]
        return ReceiptId(UUID(bytes=head + self._proof(company_id, head)))

    def is_ours(self, company_id: CompanyId, receipt_id: UUID) -> bool:
        """Whether we gave this id to this company."""
        head, proof = receipt_id.bytes[:PROVEN_BYTES], receipt_id.bytes[PROVEN_BYTES:]
        return hmac.compare_digest(self._proof(company_id, head), proof)

    def _proof(self, company_id: CompanyId, head: bytes) -> bytes:
        return hmac.digest(self._key, company_id.bytes + head, "sha256")[: 16 - PROVEN_BYTES]
