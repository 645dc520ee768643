"""Marks: the days that a change of master data can touch, until they are recomputed (presence.md section 8)."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from domain.ids import BadgeId, CrewId, WorkerId
from domain.master_data import BranchId
from domain.sites import Box


class Marks(Protocol):
    """Each call says how many days it marked; a day that is marked already counts again.

    Periods are [from_at, to_at); None is open. The days next to a period are marked too: silence, parked spans and
    shift events reach over midnight, and a recompute that finds no difference writes nothing.
    """

    async def lock_presence(self) -> None:
        """Wait for whoever is writing presence of this company, and keep others from it until the transaction ends.

        Else a change could slip between what a running recompute has read and the evidence that it is about to commit.
        """
        ...

    async def wait_for_presence(self) -> None:
        """The same for a consumer of a queue: it waits two minutes before it gives its message back."""
        ...

    async def mark_everything(self) -> int:
        """Every day with evidence."""
        ...

    async def mark_box(self, box: Box, from_at: datetime | None, to_at: datetime | None) -> int:
        """The days of badges that had a fix in the box."""
        ...

    async def mark_badge(
        self, badge_id: BadgeId, worker_ids: Collection[WorkerId], from_at: datetime | None, to_at: datetime | None
    ) -> int:
        """The days of a badge that have evidence, and the same days of those who wore it or now do."""
        ...

    async def mark_workers(
        self,
        *,
        worker_ids: Collection[WorkerId] = (),
        crew_ids: Collection[CrewId] = (),
        from_at: datetime | None,
        to_at: datetime | None,
    ) -> int:
        """The days of workers, and of those who belong to the crews in the period.

        Those are the days with evidence of the badges assigned to them, and the days that were computed before.
        """
        ...

    async def mark_worker_codes(self, codes: Collection[str]) -> int:
        """The days of badges on which a shift began for one of these codes, and the days after: it lasts 16 hours."""
        ...

    async def mark_branch(self, branch_id: BranchId) -> int:
        """All days of the workers of a branch."""
        ...
