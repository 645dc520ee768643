"""Bodies of the audit log."""

import json
from datetime import UTC
from typing import Any, Self

from pydantic import BaseModel, Field

from contracts.v1.instants import RecordedInstant
from domain.audit import AuditLink, AuditVerification


class AuditEntryOut(BaseModel):
    """One link of the chain, with all that it takes to check it offline."""

    number: int = Field(description="Place in the chain of your company, from 1, without gaps.")
    recorded_at: RecordedInstant
    recorded_at_exact: str = Field(description="The instant as it is hashed: UTC with microseconds.")
    kind: str
    subject: str
    actor: str
    body: dict[str, Any]
    body_text: str = Field(description="The exact text that is hashed.")
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, link: AuditLink) -> Self:
        """The body of a link."""
        return cls(
            number=link.number,
            recorded_at=link.recorded_at,
            recorded_at_exact=link.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            kind=link.entry.kind,
            subject=link.entry.subject,
            actor=link.entry.actor,
            body=json.loads(link.entry.body),
            body_text=link.entry.body,
            previous_hash=link.previous_hash.hex(),
            hash=link.hash.hex(),
        )


class AuditVerificationOut(BaseModel):
    """What a check of every link found."""

    holds: bool
    checked: int
    head: str = Field(description="Hash of the last link: keep it elsewhere; a cut tail is invisible from inside.")
    first_broken: int | None = Field(description="Number of the first link that does not hold; null when all do.")

    @classmethod
    def of(cls, verification: AuditVerification) -> Self:
        """The body of a verification."""
        return cls(
            holds=verification.first_broken is None,
            checked=verification.checked,
            head=verification.head,
            first_broken=verification.first_broken,
        )
