"""Issue, list and revoke API keys."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.api_keys import ApiKey, new_key_text, secret_hash
from domain.audit import AuditEntry, audit_body
from domain.errors import InvalidError, StaleError
from domain.tenancy import Actor, ApiKeyId, Scope
from services.ports.api_keys import CachedKey, KeyCache
from services.ports.system import Clock, NewId
from services.ports.unit_of_work import OpenUnitOfWork


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its text, which is shown this once."""

    key: ApiKey
    text: str


async def issue(  # each is one thing that issuing needs
    *,
    name: str,
    scopes: frozenset[Scope],
    expires_at: datetime | None,
    environment: str,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
    new_id: NewId,
) -> IssuedKey:
    """Make a key of the actor's company; raises InvalidError when it would expire in the past."""
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        message = "A key cannot expire before it is issued."
        raise InvalidError(message, pointer="/expires_at")
    text, presented = new_key_text(environment)
    key = ApiKey(
        company_id=actor.company_id,
        id=ApiKeyId(new_id()),
        key_id=presented.key_id,
        name=name,
        scopes=scopes,
        secret_sha256=secret_hash(presented.secret),
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
        version=1,
    )
    async with unit_of_work(actor.company_id) as uow:
        await uow.api_keys.add(key)
        await uow.audit.append([_entry("api_key_issued", key, actor)], at=now)
    return IssuedKey(key, text)


async def get_key(key_id: ApiKeyId, *, actor: Actor, unit_of_work: OpenUnitOfWork) -> ApiKey:
    """One key of the company; raises NotFoundError."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.api_keys.get(key_id)


async def list_keys(*, actor: Actor, after: UUID | None, limit: int, unit_of_work: OpenUnitOfWork) -> list[ApiKey]:
    """Keys by id, revoked ones too."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.api_keys.list_keys(after=after, limit=limit)


async def revoke(  # each is one thing that revoking needs
    key_id: ApiKeyId,
    *,
    seen_version: int | None,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    key_cache: KeyCache,
    clock: Clock,
) -> None:
    """Revoke for good and at once; a second revocation changes nothing. Raises NotFoundError, StaleError."""
    async with unit_of_work(actor.company_id) as uow:
        key = await uow.api_keys.get_for_update(key_id)
        if key.revoked_at is None:
            if seen_version is not None and seen_version != key.version:
                raise StaleError(key.version)
            now = clock.now()
            await uow.api_keys.revoke(key, at=now)
            await uow.audit.append([_entry("api_key_revoked", key, actor)], at=now)
            key = replace(key, revoked_at=now, version=key.version + 1)
    await key_cache.remember(CachedKey(key, clock.now()))


def _entry(kind: str, key: ApiKey, actor: Actor) -> AuditEntry:
    body = {"key_id": key.key_id, "name": key.name, "scopes": sorted(key.scopes), "expires_at": key.expires_at}
    return AuditEntry(kind, f"api_key:{key.id}", actor.name, audit_body(body))
