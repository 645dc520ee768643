"""Ask what became of a post."""

from uuid import UUID

from domain.errors import NotFoundError
from domain.receipts import Receipt, ReceiptId, ReceiptIds, ReceiptStatus
from domain.tenancy import Actor
from services.ports.unit_of_work import OpenUnitOfWork


async def get_receipt(
    receipt_id: UUID, *, actor: Actor, receipt_ids: ReceiptIds, unit_of_work: OpenUnitOfWork
) -> Receipt:
    """The receipt, `queued` until the post is stored; raises NotFoundError for an id that we never gave them."""
    if not receipt_ids.is_ours(actor.company_id, receipt_id):
        raise NotFoundError
    async with unit_of_work(actor.company_id) as uow:
        found = await uow.receipts.find(ReceiptId(receipt_id))
    return found or Receipt(ReceiptId(receipt_id), ReceiptStatus.QUEUED)
