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
KEEP_NEWEST = """
local known = redis.call('get', KEYS[1])
if known and cjson.decode(known).version > tonumber(ARGV[2]) then
    return 0
end
redis.call('set', KEYS[1], ARGV[1], 'ex', ARGV[3])
return 1
"""
"""One step in Redis, so that no other writer comes between the look and the write."""


class RedisKeyCache:
    """Implements services.ports.api_keys.KeyCache; a failing Redis is a miss, logged."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._keep_newest = redis.register_script(KEEP_NEWEST)

    async def find(self, key_id: str) -> CachedKey | None:
        """What was remembered of this public id."""
        try:
            text: bytes | str | None = await self._redis.get(_name(key_id))
        except RedisError as error:
            logger.warning("Unable to read the key cache", extra={"error": type(error).__name__})
            return None
        return None if text is None else _cached(json.loads(text))

    async def remember(self, cached: CachedKey) -> None:
        """Keep it for a day, unless a later version of the key is there."""
        name, version = _name(cached.key.key_id), cached.key.version
        try:
            await self._keep_newest([name], [json.dumps(_content(cached)), version, int(KEPT_FOR.total_seconds())])
        except RedisError as error:
            logger.warning("Unable to write the key cache", extra={"error": type(error).__name__})


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
