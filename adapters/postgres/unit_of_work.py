"""A unit of work on PostgreSQL: one pooled connection, one transaction, one company."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from adapters.postgres.all_records import AllPostgresRecords
from adapters.postgres.api_keys import PostgresApiKeys
from adapters.postgres.audit import PostgresAudit
from adapters.postgres.backlog import PostgresBacklog
from adapters.postgres.discrepancies import PostgresDiscrepancies
from adapters.postgres.ingestion import PostgresIngestion
from adapters.postgres.intervals import PostgresIntervals
from adapters.postgres.policies import PostgresPolicies
from adapters.postgres.presence import PostgresPresence
from adapters.postgres.quarantine import PostgresQuarantine
from adapters.postgres.queries import queries
from adapters.postgres.receipts import PostgresReceipts
from adapters.postgres.workdays import PostgresWorkdays
from domain.errors import UnavailableError
from domain.tenancy import CompanyId

SQL = queries("unit_of_work")


class PostgresUnitOfWork(AllPostgresRecords):
    """The repositories of one transaction; each is made when first asked for."""

    def __init__(self, connection: AsyncConnection[Any], company_id: CompanyId) -> None:
        self.connection = connection
        self.company_id = company_id

    @property
    def audit(self) -> PostgresAudit:
        """The audit log."""
        return PostgresAudit(self.connection, self.company_id)

    @property
    def api_keys(self) -> PostgresApiKeys:
        """API keys."""
        return PostgresApiKeys(self.connection, self.company_id)

    @property
    def policies(self) -> PostgresPolicies:
        """Versions of the policy."""
        return PostgresPolicies(self.connection, self.company_id)

    @property
    def ingestion(self) -> PostgresIngestion:
        """What is stored of a delivery."""
        return PostgresIngestion(self.connection, self.company_id)

    @property
    def receipts(self) -> PostgresReceipts:
        """What became of each post."""
        return PostgresReceipts(self.connection, self.company_id)

    @property
    def quarantine(self) -> PostgresQuarantine:
        """What could not be used."""
        return PostgresQuarantine(self.connection, self.company_id)

    @property
    def presence(self) -> PostgresPresence:
        """The evidence of presence."""
        return PostgresPresence(self.connection, self.company_id)

    @property
    def intervals(self) -> PostgresIntervals:
        """Badges at sites."""
        return PostgresIntervals(self.connection, self.company_id)

    @property
    def workdays(self) -> PostgresWorkdays:
        """Days of workers, in revisions."""
        return PostgresWorkdays(self.connection, self.company_id)

    @property
    def backlog(self) -> PostgresBacklog:
        """Work that waits."""
        return PostgresBacklog(self.connection, self.company_id)

    @property
    def discrepancies(self) -> PostgresDiscrepancies:
        """What differs."""
        return PostgresDiscrepancies(self.connection, self.company_id)


class PostgresUnitsOfWork:
    """Opens units of work; the pool itself opens on first use, in the loop of the worker."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncGenerator[PostgresUnitOfWork]:
        """Begin a transaction of this company; raises UnavailableError when the database cannot be reached."""
        async with connection(self._pool) as opened, opened.transaction():
            await opened.execute(SQL["set_company"], {"company_id": str(company_id)})
            yield PostgresUnitOfWork(opened, company_id)


@asynccontextmanager
async def connection(pool: AsyncConnectionPool) -> AsyncGenerator[AsyncConnection[Any]]:
    """A connection of the pool; the database being away is UnavailableError, whoever notices it."""
    try:
        await pool.open()
        async with pool.connection() as opened:
            yield opened
    except (PoolTimeout, OperationalError) as error:
        message = "The database cannot be reached now; try again."
        raise UnavailableError(message) from error
