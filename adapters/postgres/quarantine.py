"""Quarantined items, for reading."""

from uuid import UUID

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.errors import NotFoundError
from domain.ids import BadgeId
from domain.posts import Replay
from domain.quarantine import QuarantineCode, QuarantinedEvent, QuarantineId, QuarantineStatus
from services.ports.quarantine import KnownNames

SQL = queries("quarantine")
WAITING_CODES = (QuarantineCode.UNKNOWN_DEVICE, QuarantineCode.UNKNOWN_WORKER)


class PostgresQuarantine(Repository):
    """Implements services.ports.quarantine.Quarantine."""

    async def list_events(
        self,
        *,
        status: QuarantineStatus | None,
        code: QuarantineCode | None,
        badge_id: BadgeId | None,
        after: UUID | None,
        limit: int,
    ) -> list[QuarantinedEvent]:
        """By id, which is the order of arrival."""
        rows = await self._rows(
            SQL["list_quarantined_events"], status=status, code=code, badge_id=badge_id, after=after, limit=limit
        )
        return [_event(row) for row in rows]

    async def get(self, quarantine_id: QuarantineId) -> QuarantinedEvent:
        """One item; raises NotFoundError."""
        row = await self._row(SQL["get_quarantined_event"], id=quarantine_id)
        if row is None:
            raise NotFoundError
        return _event(row)

    async def list_replayable(self, replay: Replay, *, after: UUID | None, limit: int) -> list[QuarantinedEvent]:
        """The open items that a replay asks for, by id."""
        rows = await self._rows(
            SQL["list_replayable_events"],
            ids=list(replay.ids),
            devices=list(replay.devices),
            worker_code=replay.worker_code,
            after=after,
            limit=limit,
        )
        return [_event(row) for row in rows]

    async def list_known_names(self) -> KnownNames:
        """For whom a replay is due."""
        rows = await self._rows(SQL["list_known_names"])
        names = {code: tuple(row["name"] for row in rows if row["code"] == code) for code in WAITING_CODES}
        return KnownNames(names[QuarantineCode.UNKNOWN_DEVICE], names[QuarantineCode.UNKNOWN_WORKER])


def _event(row: DictRow) -> QuarantinedEvent:
    return QuarantinedEvent(
        QuarantineId(row["id"]),
        row["receipt_id"],
        row["received_at"],
        row["endpoint"],
        QuarantineCode(row["code"]),
        row["detail"],
        row["device"],
        None if row["badge_id"] is None else BadgeId(row["badge_id"]),
        row["sequence_number"],
        row["item"],
        QuarantineStatus(row["status"]),
        row["replayed_at"],
        row["replay_receipt_id"],
        row["version"],
    )
