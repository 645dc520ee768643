"""Companies and their policies."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from domain.audit import AuditEntry, audit_body
from domain.companies import Company, check_slug, check_timezone
from domain.errors import NotFoundError, StaleError
from domain.policies import Policy, policy_content, policy_from
from domain.tenancy import PLATFORM_COMPANY, Actor, CompanyId
from services.marks import nudge
from services.ports.bus import MessageBus
from services.ports.platform import Platform
from services.ports.system import Clock, NewId
from services.ports.unit_of_work import OpenUnitOfWork


async def create_company(  # each is one thing that a company needs
    *,
    name: str,
    slug: str,
    timezone: str,
    identity_tenant_id: UUID | None,
    policy: Mapping[str, object],
    actor: Actor,
    platform: Platform,
    clock: Clock,
    new_id: NewId,
) -> Company:
    """Make a company with its first policy; raises InvalidError, SlugTakenError."""
    company = Company(
        id=CompanyId(new_id()),
        slug=check_slug(slug),
        name=name,
        timezone=check_timezone(timezone),
        identity_tenant_id=identity_tenant_id,
        version=1,
        created_at=clock.now(),
    )
    await platform.create_company(company, policy_from(policy), actor=actor.name)
    return company


async def get_company(company_id: CompanyId, *, actor: Actor, platform: Platform) -> Company:
    """A company: any for our staff, the own one for its people; raises NotFoundError."""
    found = None
    if actor.company_id in {PLATFORM_COMPANY, company_id}:
        found = await platform.find_company(company_id=company_id)
    if found is None:
        raise NotFoundError
    return found


async def list_companies(*, actor: Actor, after: UUID | None, limit: int, platform: Platform) -> list[Company]:
    """All companies for our staff, the own one for its people."""
    if actor.company_id == PLATFORM_COMPANY:
        return await platform.list_companies(after=after, limit=limit)
    own = await platform.find_company(company_id=actor.company_id)
    return [own] if own is not None and (after is None or own.id > after) else []


async def get_policy(*, actor: Actor, unit_of_work: OpenUnitOfWork) -> Policy:
    """The policy that counts now."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.policies.get_current()


async def replace_policy(  # each is one thing that replacing needs
    content: Mapping[str, object],
    *,
    seen_version: int | None,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    bus: MessageBus,
    clock: Clock,
    new_id: NewId,
) -> Policy:
    """The next version of the policy, which marks every day with evidence; one that says the same stays as it is.

    Raises StaleError, InvalidError.
    """
    async with unit_of_work(actor.company_id) as uow:
        await uow.marks.lock_presence()
        current = await uow.policies.lock_current()
        if seen_version is not None and seen_version != current.version:
            raise StaleError(current.version)
        policy = policy_from(content, version=current.version + 1)
        if replace(policy, version=current.version) == current:
            return current
        now = clock.now()
        await uow.policies.add(policy, at=now)
        await uow.marks.mark_everything()
        body = {"old": policy_content(current), "new": policy_content(policy), "version": policy.version}
        entry = AuditEntry("policy_replaced", f"company:{actor.company_id}", actor.name, audit_body(body))
        await uow.audit.append([entry], at=now)
    await nudge(actor.company_id, bus=bus, new_id=new_id)
    return policy
