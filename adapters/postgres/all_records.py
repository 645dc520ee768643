"""The repositories of master data in one transaction."""

from typing import Any

from psycopg import AsyncConnection

from adapters.postgres import master_data
from adapters.postgres.boundaries import PostgresBoundaries
from adapters.postgres.devices import PostgresDevices
from adapters.postgres.job_types import PostgresJobTypes
from adapters.postgres.jobs import PostgresJobs
from adapters.postgres.marks import PostgresMarks
from adapters.postgres.records import PostgresRecords, R, Table
from domain.badges import Badge, BadgeAssignment
from domain.master_data import Branch, Crew, CrewMember, Tag, Worker, Zone
from domain.sites import Site
from domain.tenancy import CompanyId


class AllPostgresRecords:
    """Implements services.ports.records.AllRecords; each repository is made when first asked for."""

    connection: AsyncConnection[Any]
    company_id: CompanyId

    def _records(self, table: Table[R]) -> PostgresRecords[R]:
        return PostgresRecords(self.connection, self.company_id, table)

    @property
    def branches(self) -> PostgresRecords[Branch]:
        """Parts of the company."""
        return self._records(master_data.BRANCHES)

    @property
    def workers(self) -> PostgresRecords[Worker]:
        """People."""
        return self._records(master_data.WORKERS)

    @property
    def crews(self) -> PostgresRecords[Crew]:
        """Workers who are scheduled together."""
        return self._records(master_data.CREWS)

    @property
    def crew_members(self) -> PostgresRecords[CrewMember]:
        """Who belongs to which crew."""
        return self._records(master_data.CREW_MEMBERS)

    @property
    def sites(self) -> PostgresRecords[Site]:
        """Places of work."""
        return self._records(master_data.SITES)

    @property
    def boundaries(self) -> PostgresBoundaries:
        """Versions of the boundaries of sites."""
        return PostgresBoundaries(self.connection, self.company_id)

    @property
    def badges(self) -> PostgresRecords[Badge]:
        """Badges and gateways."""
        return self._records(master_data.BADGES)

    @property
    def devices(self) -> PostgresDevices:
        """The register of devices."""
        return PostgresDevices(self.connection, self.company_id)

    @property
    def badge_assignments(self) -> PostgresRecords[BadgeAssignment]:
        """Who wears which badge."""
        return self._records(master_data.BADGE_ASSIGNMENTS)

    @property
    def zones(self) -> PostgresRecords[Zone]:
        """Named groups of tags."""
        return self._records(master_data.ZONES)

    @property
    def tags(self) -> PostgresRecords[Tag]:
        """Bluetooth tags."""
        return self._records(master_data.TAGS)

    @property
    def job_types(self) -> PostgresJobTypes:
        """Kinds of work."""
        return PostgresJobTypes(self.connection, self.company_id)

    @property
    def jobs(self) -> PostgresJobs:
        """Scheduled work."""
        return PostgresJobs(self.connection, self.company_id)

    @property
    def marks(self) -> PostgresMarks:
        """Days to recompute."""
        return PostgresMarks(self.connection, self.company_id)
