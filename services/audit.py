"""Read and verify the audit log of the company."""

from datetime import datetime

from domain.audit import AuditLink, AuditVerification
from domain.tenancy import Actor
from services.ports.unit_of_work import OpenUnitOfWork


async def list_entries(  # each is a filter of the list
    *,
    subject: str | None,
    since: datetime | None,
    until: datetime | None,
    before: int | None,
    limit: int,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
) -> list[AuditLink]:
    """Newest first, recorded in [since, until), with numbers under `before`."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.audit.list_entries(subject=subject, since=since, until=until, before=before, limit=limit)


async def get_entry(number: int, *, actor: Actor, unit_of_work: OpenUnitOfWork) -> AuditLink:
    """One link; raises NotFoundError."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.audit.get_entry(number)


async def verify(*, actor: Actor, unit_of_work: OpenUnitOfWork) -> AuditVerification:
    """Check every link of the company's chain."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.audit.verify()
