"""API keys in Redis: shared by all instances, so that a revocation is seen by all at once."""

import base64
import json
import logging
from datetime import datetime, timedelta
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.api_keys import ApiKey
from domain.tenancy import ApiKeyId, CompanyId, Scope
from services.ports.api_keys import CachedKey

logger = logging.getLogger("actual.key_cache")
KEPT_FOR = timedelta(hours=24)


class RedisKeyCache:
    """Implements services.ports.api_keys.KeyCache; a failing Redis is a miss, logged."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def find(self, key_id: str) -> CachedKey | None:
        """What was remembered of this public id."""
        try:
            text: bytes | str | None = await self._redis.get(_name(key_id))
        except RedisError as error:
            logger.warning("Unable to read the key cache", extra={"error": type(error).__name__})
            return None
        return None if text is None else _cached(json.loads(text))

    async def remember(self, cached: CachedKey) -> None:
        """Keep it for a day."""
        try:
            await self._redis.set(_name(cached.key.key_id), json.dumps(_content(cached)), ex=KEPT_FOR)
        except RedisError as error:
            logger.warning("Unable to write the key cache", extra={"error": type(error).__name__})

    async def forget(self, key_id: str) -> None:
        """Drop it, so that the next use reads the database."""
        try:
            await self._redis.delete(_name(key_id))
        except RedisError as error:
            logger.warning("Unable to clear the key cache", extra={"error": type(error).__name__})


def _name(key_id: str) -> str:
    return f"actual:api-key:{key_id}"


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _content(cached: CachedKey) -> dict[str, object]:
    key = cached.key
    return {
        "company_id": str(key.company_id),
        "id": str(key.id),
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "secret_sha256": base64.b64encode(key.secret_sha256).decode(),
        "created_at": _instant(key.created_at),
        "expires_at": _instant(key.expires_at),
        "revoked_at": _instant(key.revoked_at),
        "last_used_at": _instant(key.last_used_at),
        "version": key.version,
        "read_at": _instant(cached.read_at),
    }


def _when(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _cached(content: dict[str, str]) -> CachedKey:
    key = ApiKey(
        company_id=CompanyId(UUID(content["company_id"])),
        id=ApiKeyId(UUID(content["id"])),
        key_id=content["key_id"],
        name=content["name"],
        scopes=frozenset(Scope(scope) for scope in content["scopes"]),
        secret_sha256=base64.b64decode(content["secret_sha256"]),
        created_at=datetime.fromisoformat(content["created_at"]),
        expires_at=_when(content["expires_at"]),
        revoked_at=_when(content["revoked_at"]),
        last_used_at=_when(content["last_used_at"]),
        version=int(content["version"]),
    )
    return CachedKey(key, datetime.fromisoformat(content["read_at"]))
