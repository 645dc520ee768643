"""API keys: public ids and hashes."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.api_keys import ApiKey
from domain.errors import NotFoundError
from domain.tenancy import ApiKeyId, CompanyId, Scope

SQL = queries("api_keys")


class PostgresApiKeys(Repository):
    """Implements services.ports.api_keys.ApiKeys."""

    async def add(self, key: ApiKey) -> None:
        """Store a new key."""
        await self._run(
            SQL["add_api_key"],
            id=key.id,
            key_id=key.key_id,
            name=key.name,
            scopes=sorted(key.scopes),
            secret_sha256=key.secret_sha256,
            created_at=key.created_at,
            expires_at=key.expires_at,
        )

    async def get(self, key_id: ApiKeyId) -> ApiKey:
        """One key; raises NotFoundError."""
        return _found(await self._row(SQL["get_api_key"], id=key_id))

    async def get_for_update(self, key_id: ApiKeyId) -> ApiKey:
        """One key, held until the transaction ends; raises NotFoundError."""
        return _found(await self._row(SQL["get_api_key_for_update"], id=key_id))

    async def list_keys(self, *, after: UUID | None, limit: int) -> list[ApiKey]:
        """Keys by id, revoked ones too."""
        return [api_key_from(row) for row in await self._rows(SQL["list_api_keys"], after=after, limit=limit)]

    async def revoke(self, key: ApiKey, *, at: datetime) -> None:
        """Mark as revoked."""
        await self._run(SQL["revoke_api_key"], id=key.id, revoked_at=at)

    async def touch(self, key_id: ApiKeyId, *, at: datetime) -> None:
        """Remember that the key was used."""
        await self._run(SQL["touch_api_key"], id=key_id, used_at=at)


def _found(row: DictRow | None) -> ApiKey:
    if row is None:
        raise NotFoundError
    return api_key_from(row)


def api_key_from(row: DictRow) -> ApiKey:
    """A row as a key."""
    return ApiKey(
        CompanyId(row["company_id"]),
        ApiKeyId(row["id"]),
        row["key_id"],
        row["name"],
        frozenset(Scope(scope) for scope in row["scopes"]),
        bytes(row["secret_sha256"]),
        row["created_at"],
        row["expires_at"],
        row["revoked_at"],
        row["last_used_at"],
        row["version"],
    )
