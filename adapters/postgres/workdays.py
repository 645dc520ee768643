"""Workdays in revisions, and what tells how far they can be trusted."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.ids import AssignmentId, BadgeId, WorkerId
from domain.observations import Observation, ObservationKind
from domain.periods import Period
from domain.revisions import DayChanges, DayContent, DayRevision
from domain.wearing import SHIFT_LASTS_S, Assignment
from domain.workdays import Totals
from services.ports.workdays import BadgeProgress, Handovers, StoredRevision, WeekDay, WorkerHours

SQL = queries("workdays")
REACH = timedelta(days=2)
"""A mark on a UTC day can reach local dates so far away: the zone, and a shift over midnight."""


class PostgresWorkdays(Repository):
    """Implements services.ports.workdays.Workdays."""

    async def save(self, changes: DayChanges, *, policy_version: int, at: datetime) -> None:
        """Add the revisions, supersede the ones before, and keep the notes."""
        old = [one for one in changes.revisions if one.supersedes is not None]
        if old:
            await self._run(
                SQL["supersede_workdays"],
                at=at,
                worker_ids=[one.worker_id for one in old],
                dates=[one.work_date for one in old],
                revisions=[one.supersedes for one in old],
            )
        if changes.revisions:
            await self._run(SQL["add_workdays"], at=at, policy_version=policy_version, rows=_rows(changes.revisions))
        if changes.notes:
            await self._run(
                SQL["note_unsettled"],
                worker_ids=[one.worker_id for one in changes.notes],
                dates=[one.work_date for one in changes.notes],
                revisions=[one.revision for one in changes.notes],
                unsettled=[one.unsettled for one in changes.notes],
            )

    async def find_zone(self, worker_id: WorkerId) -> str | None:
        """The zone in which this worker's days are cut now; None for an unknown worker."""
        row = await self._row(SQL["get_workday_worker"], worker_id=worker_id)
        return None if row is None else row["timezone"]

    async def find_revision(
        self, worker_id: WorkerId, on: date, *, revision: int | None = None, as_of: datetime | None = None
    ) -> StoredRevision | None:
        """One revision by its number; or the newest recorded at or before `as_of`; or the current one."""
        row = await self._row(
            SQL["find_workday_revision"], worker_id=worker_id, work_date=on, revision=revision, as_of=as_of
        )
        if row is None:
            return None
        return StoredRevision(row["revision"], content_from(row), row["recorded_at"], row["policy_version"])

    async def list_week(self, worker_id: WorkerId, *, first_on: date, end_on: date) -> list[WeekDay]:
        """The current totals of a worker's dates in [first_on, end_on), those that have any."""
        rows = await self._rows(SQL["list_week_totals"], worker_id=worker_id, first_on=first_on, end_on=end_on)
        return [WeekDay(row["work_date"], row["revision"], _totals(row)) for row in rows]

    async def is_pending(self, worker_id: WorkerId, *, first_on: date, last_on: date) -> bool:
        """Whether a mark exists that can still change one of these local dates."""
        row = await self._row(
            SQL["find_pending"], worker_id=worker_id, first_day=first_on - REACH, last_day=last_on + REACH
        )
        return bool(row and row["pending"])

    async def list_progress(self, worker_id: WorkerId, period: Period) -> list[BadgeProgress]:
        """The progress of each badge that an assignment gave to the worker in the period, or a shift event may have."""
        rows = await self._rows(
            SQL["list_badge_progress"],
            worker_id=worker_id,
            lead_from=period.from_at - SHIFT_LASTS_S,
            since=period.from_at,
            until=period.to_at,
        )
        return [BadgeProgress(BadgeId(row["badge_id"]), row["complete_through"], row["is_assigned"]) for row in rows]

    async def list_handovers(self, badge_ids: Collection[BadgeId], period: Period) -> Handovers:
        """Who was given these badges in the period, and what was said of them."""
        wanted = {"badge_ids": list(badge_ids), "since": period.from_at, "until": period.to_at}
        return Handovers(
            [_assignment(row) for row in await self._rows(SQL["list_assignments_around"], **wanted)],
            [_shift_event(row) for row in await self._rows(SQL["list_shift_events"], **wanted)],
        )

    async def list_hours(
        self, *, first_on: date, end_on: date, after: WorkerId | None, limit: int
    ) -> list[WorkerHours]:
        """The totals of every worker over [first_on, end_on), by worker."""
        rows = await self._rows(SQL["list_hours"], first_on=first_on, end_on=end_on, after=after, limit=limit)
        return [WorkerHours(WorkerId(row["worker_id"]), _totals(row), row["days"]) for row in rows]


def _assignment(row: DictRow) -> Assignment:
    ids = AssignmentId(row["id"]), BadgeId(row["badge_id"]), WorkerId(row["worker_id"])
    return Assignment(*ids, row["from_at"], row["to_at"])


def _shift_event(row: DictRow) -> Observation:
    return Observation(
        BadgeId(row["badge_id"]),
        row["captured_at"],
        row["sequence_number"],
        ObservationKind(row["kind"]),
        worker_code=row["worker_code"],
    )


def _totals(row: DictRow) -> Totals:
    return Totals(row["on_site_s"], row["yard_s"], row["travel_s"], row["stop_s"], row["unknown_s"])


def content_from(row: DictRow) -> DayContent:
    """A row as the content of a day."""
    return DayContent(row["timezone"], row["content"], row["unsettled"], _totals(row))


def _rows(revisions: Sequence[DayRevision]) -> str:
    """As one JSON text: for a few rows that costs less than eleven arrays."""
    return json.dumps([_row(one) for one in revisions])


def _row(one: DayRevision) -> dict[str, object]:
    content, totals = one.content, one.content.totals
    return {
        "worker_id": str(one.worker_id),
        "work_date": str(one.work_date),
        "revision": one.revision,
        "timezone": content.timezone,
        "on_site_s": totals.on_site_s,
        "yard_s": totals.yard_s,
        "travel_s": totals.travel_s,
        "stop_s": totals.stop_s,
        "unknown_s": totals.unknown_s,
        "content": content.text,
        "unsettled": content.unsettled,
    }
