"""The hash chain of audit entries: each link holds the hash of the one before (decision 0015)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.tenancy import CompanyId

GENESIS = bytes(32)
"""What the first link of a chain points to."""
FORMAT = b"actual-audit-1"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A fact that is to be recorded: what kind, about what, by whom, and the exact text of the body."""

    kind: str
    subject: str
    actor: str
    body: str


@dataclass(frozen=True, slots=True)
class AuditLink:
    """An entry in its place in the chain of a company; numbers begin at 1 without gaps."""

    company_id: CompanyId
    number: int
    recorded_at: datetime
    entry: AuditEntry
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last link of a chain: number 0 and GENESIS when there is none."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """What a check of the chain found; `first_broken` is the number of the first link that does not hold."""

    checked: int
    head: str
    first_broken: int | None


def audit_body(content: Mapping[str, object]) -> str:
    """The exact text that is stored and hashed: JSON with sorted names and no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def _preimage(company_id: CompanyId, number: int, recorded_at: datetime, entry: AuditEntry, previous: bytes) -> bytes:
    instant = recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    texts = (str(company_id), str(number), instant, entry.kind, entry.subject, entry.actor, entry.body)
    parts = [FORMAT, previous, *(text.encode() for text in texts)]
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def link_hash(company_id: CompanyId, number: int, recorded_at: datetime, entry: AuditEntry, previous: bytes) -> bytes:
    """SHA-256 over length-prefixed parts, so that no two entries share a preimage; `recorded_at` is hashed in UTC."""
    return hashlib.sha256(_preimage(company_id, number, recorded_at, entry, previous)).digest()


def chain(company_id: CompanyId, head: AuditHead, entries: Iterable[AuditEntry], at: datetime) -> list[AuditLink]:
    """The next links after `head`, in the order of the entries."""
    links: list[AuditLink] = []
    number, previous = head.number, head.hash
    for entry in entries:
        number += 1
        digest = link_hash(company_id, number, at, entry, previous)
        links.append(AuditLink(company_id, number, at, entry, previous, digest))
        previous = digest
    return links
