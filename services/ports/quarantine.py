"""Quarantined items of one company."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.ids import BadgeId
from domain.posts import Replay
from domain.quarantine import QuarantineCode, QuarantinedEvent, QuarantineId, QuarantineStatus


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Devices and workers' codes that are known now and still have open items."""

    devices: tuple[str, ...]
    worker_codes: tuple[str, ...]


class Quarantine(Protocol):
    """Read here, written by ingestion."""

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
        ...

    async def get(self, quarantine_id: QuarantineId) -> QuarantinedEvent:
        """One item; raises NotFoundError."""
        ...

    async def list_replayable(self, replay: Replay, *, after: UUID | None, limit: int) -> Sequence[QuarantinedEvent]:
        """The open items that a replay asks for, by id."""
        ...

    async def list_known_names(self) -> KnownNames:
        """For whom a replay is due."""
        ...
