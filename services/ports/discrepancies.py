"""Stored discrepancies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.discrepancies import Discrepancy, DiscrepancyId, DiscrepancyKind, DiscrepancyStatus


class Discrepancies(Protocol):
    """What differs; nothing is deleted."""

    async def add(self, discrepancies: Sequence[Discrepancy]) -> None:
        """Store new ones."""
        ...

    async def update(self, discrepancies: Sequence[Discrepancy]) -> None:
        """Store the new bounds, status and version of known ones."""
        ...

    async def get(self, discrepancy_id: DiscrepancyId) -> Discrepancy:
        """One of them; raises NotFoundError."""
        ...

    async def list_page(
        self,
        *,
        kind: DiscrepancyKind | None,
        status: DiscrepancyStatus | None,
        since: datetime | None,
        until: datetime | None,
        after: UUID | None,
        limit: int,
    ) -> list[Discrepancy]:
        """By id; those that touch [since, until)."""
        ...
