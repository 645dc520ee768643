"""What may be read across companies: sign-in and clockwork, under the platform role and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.api_keys import ApiKey
from domain.companies import Company
from domain.policies import Policy
from domain.tenancy import CompanyId, Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a token names: of one company, or of our staff (then with no company)."""

    id: str
    company_id: CompanyId | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class DeviceRegistration:
    """A company held a device, named by serial or device uid, in [from, to) (epoch seconds); None is until now."""

    device: str
    company_id: CompanyId
    from_at: int
    to_at: int | None


class Platform(Protocol):
    """Each call is a transaction of its own; raises UnavailableError when the database cannot be reached."""

    async def find_person(self, *, tenant_id: UUID, subject_id: UUID) -> Person | None:
        """The enabled person of this identity."""
        ...

    async def knows_tenant(self, tenant_id: UUID) -> bool:
        """Whether a company signs in with this identity tenant."""
        ...

    async def find_api_key(self, key_id: str) -> ApiKey | None:
        """The key of this public id, of whichever company."""
        ...

    async def create_company(self, company: Company, policy: Policy, *, actor: str) -> None:
        """Store a new company with its first policy, audited; raises SlugTakenError."""
        ...

    async def list_companies(self, *, after: UUID | None, limit: int) -> list[Company]:
        """All companies by id."""
        ...

    async def find_company(self, *, company_id: CompanyId | None = None, slug: str | None = None) -> Company | None:
        """The company of this id or slug."""
        ...

    async def find_registrations(self, devices: Collection[str]) -> list[DeviceRegistration]:
        """Who held these devices, and when."""
        ...

    async def list_marked_companies(self) -> list[CompanyId]:
        """The companies that have days to recompute."""
        ...

    async def probe(self) -> None:
        """Prove that the database answers; raises UnavailableError."""
        ...
