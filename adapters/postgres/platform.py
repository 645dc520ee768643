"""The few statements that cross companies: the only place that enters the role actual_platform."""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.api_keys import api_key_from
from adapters.postgres.audit import PostgresAudit
from adapters.postgres.policies import policy_parameters
from adapters.postgres.queries import queries
from adapters.postgres.unit_of_work import connection
from domain.api_keys import ApiKey
from domain.audit import AuditEntry, audit_body
from domain.companies import Company, SlugTakenError
from domain.policies import Policy, policy_content
from domain.tenancy import PLATFORM_COMPANY, CompanyId, Role
from services.ports.platform import DeviceRegistration, Person

SQL = queries("platform")


@asynccontextmanager
async def platform_transaction(pool: AsyncConnectionPool) -> AsyncGenerator[AsyncConnection[Any]]:
    """A transaction as the platform role; raises UnavailableError when the database cannot be reached."""
    async with connection(pool) as opened, opened.transaction():
        await opened.execute(SQL["enter_platform"])
        yield opened


class PostgresPlatform:
    """Implements services.ports.platform.Platform."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool

    async def find_person(self, *, tenant_id: UUID, subject_id: UUID) -> Person | None:
        """The enabled person of this identity."""
        identity = {"tenant_id": tenant_id, "subject_id": subject_id}
        async with platform_transaction(self._pool) as opened:
            user = await _first(opened, SQL["find_user"], identity)
            if user is not None:
                return Person(f"user:{user['id']}", CompanyId(user["company_id"]), frozenset({Role(user["role"])}))
            staff = await _all(opened, SQL["find_staff"], identity)
        roles = frozenset(Role(row["role"]) for row in staff)
        return Person(f"staff:{subject_id}", None, roles) if roles else None

    async def knows_tenant(self, tenant_id: UUID) -> bool:
        """Whether a company signs in with this identity tenant."""
        async with platform_transaction(self._pool) as opened:
            row = await _first(opened, SQL["knows_tenant"], {"tenant_id": tenant_id})
        return bool(row and row["known"])

    async def find_api_key(self, key_id: str) -> ApiKey | None:
        """The key of this public id, of whichever company."""
        async with platform_transaction(self._pool) as opened:
            row = await _first(opened, SQL["find_api_key"], {"key_id": key_id})
        return None if row is None else api_key_from(row)

    async def create_company(self, company: Company, policy: Policy, *, actor: str) -> None:
        """Store a new company with its first policy, audited; raises SlugTakenError."""
        async with platform_transaction(self._pool) as opened:
            try:
                await opened.execute(SQL["create_company"], _company_parameters(company))
            except UniqueViolation as error:
                raise SlugTakenError(company.slug) from error
            policy_row = {**policy_parameters(policy), "company_id": company.id, "created_at": company.created_at}
            await opened.execute(SQL["create_policy"], policy_row)
            body = {"slug": company.slug, "timezone": company.timezone, "policy": policy_content(policy)}
            entry = AuditEntry("company_created", f"company:{company.id}", actor, audit_body(body))
            for chain in (PLATFORM_COMPANY, company.id):
                await PostgresAudit(opened, chain).append([entry], at=company.created_at)

    async def list_companies(self, *, after: UUID | None, limit: int) -> list[Company]:
        """All companies by id."""
        async with platform_transaction(self._pool) as opened:
            rows = await _all(opened, SQL["list_companies"], {"after": after, "limit": limit})
        return [_company(row) for row in rows]

    async def find_company(self, *, company_id: CompanyId | None = None, slug: str | None = None) -> Company | None:
        """The company of this id or slug."""
        async with platform_transaction(self._pool) as opened:
            row = await _first(opened, SQL["find_company"], {"id": company_id, "slug": slug})
        return None if row is None else _company(row)

    async def find_registrations(self, devices: Collection[str]) -> list[DeviceRegistration]:
        """Who held these devices, and when."""
        async with platform_transaction(self._pool) as opened:
            rows = await _all(opened, SQL["find_registrations"], {"devices": list(devices)})
        return [
            DeviceRegistration(row["device"], CompanyId(row["company_id"]), row["from_at"], row["to_at"])
            for row in rows
        ]

    async def list_marked_companies(self) -> list[CompanyId]:
        """The companies that have days to recompute."""
        async with platform_transaction(self._pool) as opened:
            rows = await _all(opened, SQL["list_marked_companies"], {})
        return [CompanyId(row["id"]) for row in rows]

    async def probe(self) -> None:
        """Prove that the database answers; raises UnavailableError."""
        async with platform_transaction(self._pool) as opened:
            await opened.execute(SQL["probe"])


async def _all(opened: AsyncConnection[Any], statement: LiteralString, values: Mapping[str, object]) -> list[DictRow]:
    async with opened.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchall()


async def _first(
    opened: AsyncConnection[Any], statement: LiteralString, values: Mapping[str, object]
) -> DictRow | None:
    rows = await _all(opened, statement, values)
    return rows[0] if rows else None


def _company_parameters(company: Company) -> dict[str, object]:
    return {
        "id": company.id,
        "slug": company.slug,
        "name": company.name,
        "timezone": company.timezone,
        "identity_tenant_id": company.identity_tenant_id,
        "created_at": company.created_at,
    }


def _company(row: DictRow) -> Company:
    return Company(
        CompanyId(row["id"]),
        row["slug"],
        row["name"],
        row["timezone"],
        row["identity_tenant_id"],
        row["version"],
        row["created_at"],
    )
