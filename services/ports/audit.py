"""The audit log of one company."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.audit import AuditEntry, AuditLink, AuditVerification


class Audit(Protocol):
    """Append, read and verify; nobody changes an entry."""

    async def append(self, entries: Sequence[AuditEntry], *, at: datetime) -> None:
        """Add the entries to the chain in this transaction; holds the chain's head until it ends."""
        ...

    async def list_entries(
        self, *, subject: str | None, since: datetime | None, until: datetime | None, before: int | None, limit: int
    ) -> list[AuditLink]:
        """Newest first, recorded in [since, until), with numbers under `before`."""
        ...

    async def get_entry(self, number: int) -> AuditLink:
        """One link; raises NotFoundError."""
        ...

    async def verify(self) -> AuditVerification:
        """Check every link, from the first to the head."""
        ...
