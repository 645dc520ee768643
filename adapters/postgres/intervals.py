"""Intervals: rows with instants as epoch seconds, small lists as JSON text."""

import json
from collections.abc import Sequence
from uuid import UUID

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import EndedBy, Excursion, Interval, StartedBy
from domain.revisions import IntervalChanges, StoredInterval
from services.ports.intervals import IntervalFilter, IntervalPlace

SQL = queries("intervals")
LONGEST_S = 31 * 86_400 + 86_400
"""No interval is longer than the farthest window of a recompute, with its partial days."""
NO_BADGE = UUID(int=0)


class PostgresIntervals(Repository):
    """Implements services.ports.intervals.Intervals."""

    async def save(self, changes: IntervalChanges) -> None:
        """Write what differs."""
        if changes.withdrawn:
            await self._run(
                SQL["withdraw_intervals"],
                badge_ids=[one.interval.badge_id for one in changes.withdrawn],
                froms=[one.interval.from_at for one in changes.withdrawn],
            )
        fresh = [*changes.recorded, *(after for _, after in changes.changed)]
        if fresh:
            await self._run(SQL["save_intervals"], rows=_rows(fresh))

    async def list_page(self, wanted: IntervalFilter, *, after: IntervalPlace | None, limit: int) -> list[Interval]:
        """By beginning and badge; intervals longer than 31 days do not exist (the reach of a recompute)."""
        if wanted.worker_id is not None:
            statement, subject = SQL["list_worker_intervals"], wanted.worker_id
        elif wanted.badge_id is not None:
            statement, subject = SQL["list_badge_intervals"], wanted.badge_id
        else:
            statement, subject = SQL["list_site_intervals"], wanted.site_id
        earliest = wanted.period.from_at - LONGEST_S
        rows = await self._rows(
            statement,
            subject_id=subject,
            since=wanted.period.from_at,
            until=wanted.period.to_at,
            earliest=after.from_at if after else earliest,
            after_from=after.from_at if after else earliest - 1,
            after_badge_id=after.badge_id if after else NO_BADGE,
            limit=limit,
        )
        return [interval_from(row) for row in rows]


def interval_from(row: DictRow) -> Interval:
    """A row as an interval."""
    refused: dict[str, int] = json.loads(row["fixes_refused"])
    return Interval(
        badge_id=BadgeId(row["badge_id"]),
        worker_id=None if row["worker_id"] is None else WorkerId(row["worker_id"]),
        site_id=SiteId(row["site_id"]),
        boundary_version=row["boundary_number"],
        from_at=row["from_at"],
        to_at=row["to_at"],
        started_by=StartedBy(row["started_by"]),
        ended_by=EndedBy(row["ended_by"]),
        ambiguous=row["ambiguous"],
        excursions=tuple(Excursion(*pair) for pair in json.loads(row["excursions"])),
        fixes_used=row["fixes_used"],
        fixes_refused=tuple(sorted(refused.items())),
        tags=tuple(row["tags"]),
        policy_version=row["policy_version"],
    )


def _rows(stored: Sequence[StoredInterval]) -> str:
    """As one JSON text: for a few rows that costs less than fifteen arrays."""
    return _text([_row(one.interval) | {"revision": one.revision} for one in stored])


def _row(one: Interval) -> dict[str, object]:
    return {
        "badge_id": str(one.badge_id),
        "from_at": one.from_at,
        "to_at": one.to_at,
        "worker_id": None if one.worker_id is None else str(one.worker_id),
        "site_id": str(one.site_id),
        "boundary_number": one.boundary_version,
        "started_by": one.started_by,
        "ended_by": one.ended_by,
        "ambiguous": one.ambiguous,
        "fixes_used": one.fixes_used,
        "fixes_refused": _text(dict(one.fixes_refused)),
        "excursions": _text([list(pair) for pair in one.excursions]),
        "tags": list(one.tags),
        "policy_version": one.policy_version,
    }


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
