"""The audit log: appended under the lock of the chain's head, read and verified link by link."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.audit import GENESIS, AuditEntry, AuditHead, AuditLink, AuditVerification, chain
from domain.errors import NotFoundError

SQL = queries("audit")


class PostgresAudit(Repository):
    """Implements services.ports.audit.Audit."""

    async def append(self, entries: Sequence[AuditEntry], *, at: datetime) -> None:
        """Add the entries to the chain in this transaction; holds the chain's head until it ends."""
        if not entries:
            return
        links = chain(self._company_id, await self._lock_head(), entries, at)
        await self._run(
            SQL["append_audit_entries"],
            recorded_at=at,
            numbers=[link.number for link in links],
            kinds=[link.entry.kind for link in links],
            subjects=[link.entry.subject for link in links],
            actors=[link.entry.actor for link in links],
            bodies=[link.entry.body for link in links],
            previous_hashes=[link.previous_hash for link in links],
            digests=[link.hash for link in links],
        )
        await self._run(SQL["move_audit_head"], number=links[-1].number, hash=links[-1].hash)

    async def _lock_head(self) -> AuditHead:
        row = await self._row(SQL["lock_audit_head"], genesis=GENESIS)
        if row is None:
            message = "an audit chain without a head"
            raise LookupError(message)
        return AuditHead(row["number"], bytes(row["hash"]))

    async def list_entries(
        self, *, subject: str | None, since: datetime | None, until: datetime | None, before: int | None, limit: int
    ) -> list[AuditLink]:
        """Newest first, recorded in [since, until), with numbers under `before`."""
        rows = await self._rows(
            SQL["list_audit_entries"], subject=subject, since=since, until=until, before=before, limit=limit
        )
        return [_link(row) for row in rows]

    async def get_entry(self, number: int) -> AuditLink:
        """One link; raises NotFoundError."""
        row = await self._row(SQL["get_audit_entry"], number=number)
        if row is None:
            raise NotFoundError
        return _link(row)

    async def verify(self) -> AuditVerification:
        """Check every link, from the first to the head."""
        row = await self._row(SQL["verify_audit_chain"], genesis=GENESIS)
        if row is None:
            message = "a verification without a result"
            raise LookupError(message)
        return AuditVerification(row["checked"], bytes(row["head"]).hex(), row["first_broken"])


def _link(row: DictRow) -> AuditLink:
    entry = AuditEntry(row["kind"], row["subject"], row["actor"], row["body"])
    return AuditLink(
        row["company_id"], row["number"], row["recorded_at"], entry, bytes(row["previous_hash"]), bytes(row["hash"])
    )
