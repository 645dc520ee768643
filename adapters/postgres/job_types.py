"""Types of job: plain records, that a job names and holds while it is stored."""

from dataclasses import asdict
from typing import Any

from psycopg import AsyncConnection

from adapters.postgres.master_data import JOB_TYPES, JOB_TYPES_SQL
from adapters.postgres.records import PostgresRecords
from domain.master_data import JobType
from domain.tenancy import CompanyId


class PostgresJobTypes(PostgresRecords[JobType]):
    """Implements services.ports.records.JobTypes."""

    def __init__(self, connection: AsyncConnection[Any], company_id: CompanyId) -> None:
        super().__init__(connection, company_id, JOB_TYPES)

    async def hold(self, name: str) -> bool:
        """Whether there is a type of that name; nobody can rename it until the transaction ends."""
        return await self._row(JOB_TYPES_SQL["hold_job_type"], name=name) is not None

    async def add_unless_there(self, record: JobType) -> bool:
        """Store a new type; False when another transaction made one of that name, for which this one waits."""
        return await self._run(JOB_TYPES_SQL["add_job_type_unless_there"], **asdict(record)) == 1
