"""Who is calling: a bearer token or an API key becomes an Actor, read anew for each request."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from domain.api_keys import ApiKey, read_key
from domain.errors import UnavailableError
from domain.tenancy import INCLUDED, PLATFORM_COMPANY, Actor
from services.outages import Outage
from services.ports.api_keys import CachedKey, KeyCache
from services.ports.platform import Platform
from services.ports.system import Clock
from services.ports.tokens import Tokens
from services.ports.unit_of_work import OpenUnitOfWork

logger = logging.getLogger("actual.identity")
KEY_IS_FRESH = timedelta(seconds=4)
"""A revoked key is refused everywhere within five seconds (issue 3), at once where the cache is shared."""
KEY_SERVES_OUTAGE = timedelta(hours=24)
"""So long a key that was read before serves on while the database is away: a badge must not lose its day."""


@dataclass(frozen=True, slots=True)
class Identification:
    """What it takes to know a caller."""

    platform: Platform
    tokens: Tokens
    key_cache: KeyCache
    unit_of_work: OpenUnitOfWork
    clock: Clock
    platform_tenant_id: UUID
    key_environment: str
    outage: Outage = field(default_factory=Outage)


@dataclass(frozen=True, slots=True)
class _FoundKey:
    """A key, and whether the database was asked for it just now."""

    key: ApiKey
    was_read: bool


async def identify_token(token: str, *, by: Identification) -> Actor | None:
    """The actor whom an access token names, or None; raises UnavailableError when it cannot be told."""
    identity = await by.tokens.identify(token)
    if identity is None:
        return None
    if identity.tenant_id != by.platform_tenant_id and not await by.platform.knows_tenant(identity.tenant_id):
        return None
    person = await by.platform.find_person(tenant_id=identity.tenant_id, subject_id=identity.subject_id)
    if person is None:
        return None
    roles = frozenset(included for role in person.roles for included in INCLUDED[role])
    return Actor(person.company_id or PLATFORM_COMPANY, person.id, roles)


async def identify_key(text: str, *, by: Identification) -> Actor | None:
    """The actor whom an API key names, or None: unknown, mistyped, expired and revoked look alike."""
    presented = read_key(text)
    if presented is None or presented.environment != by.key_environment:
        return None
    found = await _find_key(presented.key_id, by)
    if found is None or not presented.opens(found.key) or not found.key.live(by.clock.now()):
        return None
    key = found.key
    if found.was_read:
        await _note_use(key, by)
    return Actor(key.company_id, f"key:{key.id}", scopes=key.scopes)


async def _find_key(key_id: str, by: Identification) -> _FoundKey | None:
    cached = await by.key_cache.find(key_id)
    now = by.clock.now()
    fallback = cached.key if cached is not None and now - cached.read_at <= KEY_SERVES_OUTAGE else None
    if cached is not None and now - cached.read_at < KEY_IS_FRESH:
        return _FoundKey(cached.key, was_read=False)
    if fallback is not None and not by.outage.should_ask(now):
        return _FoundKey(fallback, was_read=False)
    try:
        key = await _read_key(key_id, by)
    except UnavailableError:
        by.outage.note_away(by.clock.now())
        if fallback is None:
            raise
        return _FoundKey(fallback, was_read=False)
    by.outage.note_back()
    return None if key is None else _FoundKey(key, was_read=True)


async def _read_key(key_id: str, by: Identification) -> ApiKey | None:
    now = by.clock.now()
    key = await by.platform.find_api_key(key_id)
    if key is not None:
        await by.key_cache.remember(CachedKey(key, now))
    return key


async def _note_use(key: ApiKey, by: Identification) -> None:
    """Only once the secret opened it: a stranger who knows the public id leaves no trace on the key."""
    try:
        async with by.unit_of_work(key.company_id) as uow:
            await uow.api_keys.touch(key.id, at=by.clock.now())
    except UnavailableError:
        logger.warning("Unable to note the use of a key", extra={"company_id": str(key.company_id)})
