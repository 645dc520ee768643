"""Read what differs."""

from datetime import datetime
from uuid import UUID

from domain.discrepancies import Discrepancy, DiscrepancyId, DiscrepancyKind, DiscrepancyStatus
from domain.tenancy import Actor
from services.ports.unit_of_work import OpenUnitOfWork


async def list_discrepancies(
    *,
    kind: DiscrepancyKind | None,
    status: DiscrepancyStatus | None,
    since: datetime | None,
    until: datetime | None,
    after: UUID | None,
    limit: int,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
) -> list[Discrepancy]:
    """By id; those that touch [since, until)."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.discrepancies.list_page(
            kind=kind, status=status, since=since, until=until, after=after, limit=limit
        )


async def get_discrepancy(discrepancy_id: DiscrepancyId, *, actor: Actor, unit_of_work: OpenUnitOfWork) -> Discrepancy:
    """One of them; raises NotFoundError."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.discrepancies.get(discrepancy_id)
