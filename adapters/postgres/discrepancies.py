"""Discrepancies: the parties of a conflict stand in `detail` as JSON."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.discrepancies import Discrepancy, DiscrepancyId, DiscrepancyKind, DiscrepancyStatus
from domain.errors import NotFoundError
from domain.ids import BadgeId, SiteId, WorkerId

SQL = queries("discrepancies")


class PostgresDiscrepancies(Repository):
    """Implements services.ports.discrepancies.Discrepancies."""

    async def add(self, discrepancies: Sequence[Discrepancy]) -> None:
        """Store new ones."""
        if discrepancies:
            await self._run(
                SQL["add_discrepancies"],
                ids=[one.id for one in discrepancies],
                kinds=[str(one.kind) for one in discrepancies],
                worker_ids=[one.worker_id for one in discrepancies],
                froms=[one.from_at for one in discrepancies],
                tos=[one.to_at for one in discrepancies],
                details=[_detail(one) for one in discrepancies],
                opened_at=[one.opened_at for one in discrepancies],
            )

    async def update(self, discrepancies: Sequence[Discrepancy]) -> None:
        """Store the new bounds, status and version of known ones."""
        if discrepancies:
            await self._run(
                SQL["update_discrepancies"],
                ids=[one.id for one in discrepancies],
                statuses=[str(one.status) for one in discrepancies],
                froms=[one.from_at for one in discrepancies],
                tos=[one.to_at for one in discrepancies],
                resolved_at=[one.resolved_at for one in discrepancies],
                versions=[one.version for one in discrepancies],
            )

    async def get(self, discrepancy_id: DiscrepancyId) -> Discrepancy:
        """One of them; raises NotFoundError."""
        row = await self._row(SQL["get_discrepancy"], discrepancy_id=discrepancy_id)
        if row is None:
            raise NotFoundError
        return discrepancy_from(row)

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
        rows = await self._rows(
            SQL["list_discrepancies"],
            kind=None if kind is None else str(kind),
            status=None if status is None else str(status),
            since=since,
            until=until,
            after=after,
            limit=limit,
        )
        return [discrepancy_from(row) for row in rows]


def _detail(one: Discrepancy) -> str:
    parties = {
        "kept_site_id": str(one.kept_site_id),
        "lost_site_id": str(one.lost_site_id),
        "badge_ids": [str(badge_id) for badge_id in one.badge_ids],
    }
    return json.dumps(parties, separators=(",", ":"))


def discrepancy_from(row: DictRow) -> Discrepancy:
    """A row as a discrepancy."""
    parties = json.loads(row["detail"])
    return Discrepancy(
        id=DiscrepancyId(row["id"]),
        kind=DiscrepancyKind(row["kind"]),
        status=DiscrepancyStatus(row["status"]),
        worker_id=WorkerId(row["worker_id"]),
        from_at=row["from_at"],
        to_at=row["to_at"],
        kept_site_id=SiteId(UUID(parties["kept_site_id"])),
        lost_site_id=SiteId(UUID(parties["lost_site_id"])),
        badge_ids=tuple(BadgeId(UUID(badge_id)) for badge_id in parties["badge_ids"]),
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
        version=row["version"],
    )
