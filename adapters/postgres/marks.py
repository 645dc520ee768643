"""Marks of days to recompute."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.ids import BadgeId, CrewId, WorkerId
from domain.master_data import BranchId
from domain.sites import Box

SQL = queries("marks")
MARGIN = timedelta(days=1)
"""Silence and shift events reach over midnight, a shift event for 16 h."""


class PostgresMarks(Repository):
    """Implements services.ports.marks.Marks."""

    async def lock_presence(self) -> None:
        """Wait for whoever is writing presence of this company, and keep others from it until the transaction ends."""
        await self._run(SQL["lock_presence"])

    async def wait_for_presence(self) -> None:
        """The same for a consumer of a queue: it waits two minutes before it gives its message back."""
        await self._run(SQL["wait_long"])
        await self.lock_presence()

    async def mark_everything(self) -> int:
        """Every day with evidence."""
        await self.lock_presence()
        return await self._run(SQL["mark_everything"])

    async def mark_box(self, box: Box, from_at: datetime | None, to_at: datetime | None) -> int:
        """The days of badges that had a fix in the box."""
        return await self._run(
            SQL["mark_box"],
            west=box.west,
            south=box.south,
            east=box.east,
            north=box.north,
            first_day=_first_day(from_at),
            last_day=_last_day(to_at),
        )

    async def mark_badge(
        self, badge_id: BadgeId, worker_ids: Collection[WorkerId], from_at: datetime | None, to_at: datetime | None
    ) -> int:
        """The days of a badge that have evidence, and the same days of those who wore it or now do."""
        return await self._run(
            SQL["mark_badge"],
            badge_id=badge_id,
            worker_ids=list(worker_ids),
            first_day=_first_day(from_at),
            last_day=_last_day(to_at),
        )

    async def mark_workers(
        self,
        *,
        worker_ids: Collection[WorkerId] = (),
        crew_ids: Collection[CrewId] = (),
        from_at: datetime | None,
        to_at: datetime | None,
    ) -> int:
        """The days of workers, and of those who belong to the crews in the period."""
        return await self._run(
            SQL["mark_workers"],
            worker_ids=list(worker_ids),
            crew_ids=list(crew_ids),
            from_at=from_at,
            to_at=to_at,
            first_day=_first_day(from_at),
            last_day=_last_day(to_at),
        )

    async def mark_worker_codes(self, codes: Collection[str]) -> int:
        """The days of badges on which a shift began for one of these codes, and the days after: it lasts 16 hours."""
        return await self._run(SQL["mark_worker_codes"], codes=list(codes))

    async def mark_branch(self, branch_id: BranchId) -> int:
        """All days of the workers of a branch."""
        workers = await self._rows(SQL["list_workers_of_branch"], branch_id=branch_id)
        return await self.mark_workers(worker_ids=[row["id"] for row in workers], from_at=None, to_at=None)


def _first_day(from_at: datetime | None) -> date | None:
    return None if from_at is None else (from_at - MARGIN).date()


def _last_day(to_at: datetime | None) -> date | None:
    return None if to_at is None else (to_at + MARGIN).date()
