"""Jobs with those who are assigned to them."""

from collections.abc import Mapping, Sequence
from typing import LiteralString
from uuid import UUID

from psycopg.rows import DictRow

from adapters.postgres.constraints import constraints_as_errors
from adapters.postgres.master_data import utc
from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.errors import NotFoundError
from domain.jobs import ScheduledJob
from domain.master_data import UnknownReferenceError

SQL = queries("jobs")
FILTERS = {"site_id": "site_id", "since": "from", "until": "to"}
"""The parameters of the list by the filters that give them."""


class PostgresJobs(Repository):
    """Implements services.ports.records.Removables of jobs; a job is not within anything."""

    async def get(self, record_id: UUID, *, within: UUID | None = None) -> ScheduledJob:  # noqa: ARG002 # of the port
        """One job; raises NotFoundError."""
        row = await self._row(SQL["get_job"], id=record_id)
        if row is None:
            raise NotFoundError
        return _job(row)

    async def lock(self, record_id: UUID, *, within: UUID | None = None) -> ScheduledJob:
        """One job, held until the transaction ends; raises NotFoundError."""
        await self._row(SQL["lock_job"], id=record_id)
        return await self.get(record_id, within=within)

    async def list_page(self, filters: Mapping[str, object], *, after: UUID | None, limit: int) -> list[ScheduledJob]:
        """Ordered by id, those after `after`; `from` and `to` take the jobs that are scheduled during some of it."""
        wanted = {parameter: filters.get(name) for parameter, name in FILTERS.items()}
        rows = await self._rows(SQL["list_jobs"], **wanted, after=after, limit=limit)
        return [_job(row) for row in rows]

    async def add(self, record: ScheduledJob) -> None:
        """Store a job of a type that this transaction holds; raises UnknownReferenceError."""
        await self._write(SQL["add_job"], record)
        await self._assign(record)

    async def save(self, record: ScheduledJob) -> None:
        """Store a job that was locked, and exactly those who are assigned to it; raises UnknownReferenceError."""
        await self._write(SQL["save_job"], record)
        await self._run(SQL["clear_job_assignments"], id=record.id)
        await self._assign(record)

    async def remove(self, record: ScheduledJob) -> None:
        """Take away a job that was locked, and with it who was assigned."""
        await self._run(SQL["clear_job_assignments"], id=record.id)
        await self._run(SQL["remove_job"], id=record.id)

    async def _write(self, statement: LiteralString, job: ScheduledJob) -> None:
        """Write one row; that the type is not there is a bug of the caller, who must hold it."""
        with constraints_as_errors():
            written = await self._run(statement, **_columns(job))
        if written != 1:
            message = f"Unable to store job {job.id}: its type {job.job_type!r} is not held."
            raise LookupError(message)

    async def _assign(self, job: ScheduledJob) -> None:
        await self._assign_each(SQL["assign_workers_to_job"], job.id, job.worker_ids, "/worker_ids")
        await self._assign_each(SQL["assign_crews_to_job"], job.id, job.crew_ids, "/crew_ids")
        await self._assign_each(SQL["assign_badges_to_job"], job.id, job.badge_ids, "/badge_ids")

    async def _assign_each(self, statement: LiteralString, job_id: UUID, ids: Sequence[UUID], pointer: str) -> None:
        if not ids:
            return
        found = {row["id"] for row in await self._rows(statement, id=job_id, ids=list(ids))}
        if not found.issuperset(ids):
            raise UnknownReferenceError(pointer)


def _columns(job: ScheduledJob) -> dict[str, object]:
    return {
        "id": job.id,
        "site_id": job.site_id,
        "job_type": job.job_type,
        "scheduled_from": job.scheduled_from,
        "scheduled_to": job.scheduled_to,
        "budget_s": job.budget_s,
        "version": job.version,
        "created_at": job.created_at,
    }


def _job(row: DictRow) -> ScheduledJob:
    return ScheduledJob(
        id=row["id"],
        site_id=row["site_id"],
        job_type=row["job_type"],
        scheduled_from=utc(row["scheduled_from"]),
        scheduled_to=utc(row["scheduled_to"]),
        budget_s=row["budget_s"],
        worker_ids=tuple(row["worker_ids"]),
        crew_ids=tuple(row["crew_ids"]),
        badge_ids=tuple(row["badge_ids"]),
        version=row["version"],
        created_at=utc(row["created_at"]),
    )
