"""API keys of one company, and the cache that lets ingestion outlive a database outage."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.api_keys import ApiKey
from domain.tenancy import ApiKeyId


class ApiKeys(Protocol):
    """Keys are added, read, listed and revoked; never deleted."""

    async def add(self, key: ApiKey) -> None:
        """Store a new key."""
        ...

    async def get(self, key_id: ApiKeyId) -> ApiKey:
        """One key; raises NotFoundError."""
        ...

    async def get_for_update(self, key_id: ApiKeyId) -> ApiKey:
        """One key, held until the transaction ends; raises NotFoundError."""
        ...

    async def list_keys(self, *, after: UUID | None, limit: int) -> list[ApiKey]:
        """Keys by id, revoked ones too."""
        ...

    async def revoke(self, key: ApiKey, *, at: datetime) -> None:
        """Mark as revoked."""
        ...

    async def touch(self, key_id: ApiKeyId, *, at: datetime) -> None:
        """Remember that the key was used, at most once a minute."""
        ...


@dataclass(frozen=True, slots=True)
class CachedKey:
    """A key as it was read from the database at an instant."""

    key: ApiKey
    read_at: datetime


class KeyCache(Protocol):
    """May lose anything at any time; a failing cache answers None and forgets silently but for a log entry."""

    async def find(self, key_id: str) -> CachedKey | None:
        """What was remembered of this public id."""
        ...

    async def remember(self, cached: CachedKey) -> None:
        """Keep it, unless a later version of the key is there: a slow reader must not undo a revocation."""
        ...
