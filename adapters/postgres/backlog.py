"""Work that waits in tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.ids import BadgeId
from services.ports.backlog import BadgeDay, Mark, MarkKind

SQL = queries("backlog")
DAY = timedelta(days=1)


class PostgresBacklog(Repository):
    """Implements services.ports.backlog.Backlog."""

    async def take_marks(self, limit: int, *, after: Mark | None = None) -> list[Mark]:
        """The next marks, those of one subject together and by day; those behind `after` when it is given."""
        rows = await self._rows(
            SQL["take_marks"],
            after_kind=None if after is None else str(after.kind),
            after_id=None if after is None else after.subject_id,
            after_day=None if after is None else after.day,
            limit=limit,
        )
        return [Mark(MarkKind(row["subject_kind"]), row["subject_id"], row["day"], row["counter"]) for row in rows]

    async def clear_marks(self, marks: Sequence[Mark]) -> None:
        """Remove the marks that were not raised again meanwhile."""
        await self._run(
            SQL["clear_marks"],
            kinds=[str(mark.kind) for mark in marks],
            subject_ids=[mark.subject_id for mark in marks],
            days=[mark.day for mark in marks],
            counters=[mark.counter for mark in marks],
        )

    async def list_days_to_blank(self, *, before: date, limit: int) -> list[BadgeDay]:
        """Days with evidence before a date whose private positions are still there, by badge and day."""
        rows = await self._rows(SQL["list_days_to_blank"], before=before, limit=limit)
        return [BadgeDay(BadgeId(row["badge_id"]), row["day"]) for row in rows]

    async def blank_positions(self, private: Mapping[BadgeId, Sequence[int]]) -> int:
        """Remove the positions of these instants (epoch seconds); the number of observations changed."""
        pairs = [(badge_id, at) for badge_id, instants in private.items() for at in instants]
        if not pairs:
            return 0
        return await self._run(
            SQL["blank_positions"],
            badge_ids=[badge_id for badge_id, _ in pairs],
            instants=[at for _, at in pairs],
            earliest=min(at for _, at in pairs),
            latest=max(at for _, at in pairs) + 1,
        )

    async def settle_blanked(self, days: Sequence[BadgeDay], *, at: datetime) -> None:
        """Note that the days are done, and draw their boxes around what is left."""
        await self._run(
            SQL["settle_blanked_days"],
            at=at,
            badge_ids=[one.badge_id for one in days],
            days=[one.day for one in days],
            earliest=_midnight(min(one.day for one in days)),
            latest=_midnight(max(one.day for one in days) + DAY),
        )

    async def reopen_blanked(self, days: Sequence[tuple[BadgeId, date, date]]) -> None:
        """New evidence came for a badge from the first to the last of two days: look at them again."""
        badge_ids, first_days, last_days = zip(*days, strict=True)
        await self._run(
            SQL["reopen_blanked_days"],
            badge_ids=list(badge_ids),
            first_days=list(first_days),
            last_days=list(last_days),
        )


def _midnight(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()
