"""See what could not be used, and have it read again."""

import logging
from uuid import UUID

from domain.errors import UnavailableError
from domain.ids import BadgeId
from domain.posts import Replay
from domain.quarantine import (
    AlreadyReplayedError,
    QuarantineCode,
    QuarantinedEvent,
    QuarantineId,
    QuarantineStatus,
)
from domain.receipts import ReceiptId, ReceiptIds
from domain.tenancy import Actor
from services.messages import INGEST, replay_message
from services.ports.bus import MessageBus
from services.ports.unit_of_work import OpenUnitOfWork

logger = logging.getLogger("actual.quarantine")


async def list_events(
    *,
    status: QuarantineStatus | None,
    code: QuarantineCode | None,
    badge_id: BadgeId | None,
    after: UUID | None,
    limit: int,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
) -> list[QuarantinedEvent]:
    """A page of quarantined items, in the order of their arrival."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.quarantine.list_events(status=status, code=code, badge_id=badge_id, after=after, limit=limit)


async def get_event(quarantine_id: QuarantineId, *, actor: Actor, unit_of_work: OpenUnitOfWork) -> QuarantinedEvent:
    """One item with what was posted; raises NotFoundError."""
    async with unit_of_work(actor.company_id) as uow:
        return await uow.quarantine.get(quarantine_id)


async def replay_event(
    quarantine_id: QuarantineId,
    *,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    bus: MessageBus,
    receipt_ids: ReceiptIds,
) -> ReceiptId:
    """Have one item read again; raises NotFoundError, AlreadyReplayedError, UnavailableError."""
    event = await get_event(quarantine_id, actor=actor, unit_of_work=unit_of_work)
    if event.status is QuarantineStatus.REPLAYED:
        raise AlreadyReplayedError
    replay = Replay(receipt_ids.issue(actor.company_id), ids=(quarantine_id,))
    await bus.send(INGEST, [replay_message(actor.company_id, replay)])
    return replay.receipt_id


async def replay_device(
    devices: tuple[str, ...],
    *,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    bus: MessageBus,
    receipt_ids: ReceiptIds,
) -> ReceiptId | None:
    """Have what waits for these serials or device uids read again; None when nothing does, or the broker is away."""
    replay = Replay(receipt_ids.issue(actor.company_id), devices=devices)
    return await _replay_waiting(replay, actor=actor, unit_of_work=unit_of_work, bus=bus)


async def replay_worker_code(
    code: str, *, actor: Actor, unit_of_work: OpenUnitOfWork, bus: MessageBus, receipt_ids: ReceiptIds
) -> ReceiptId | None:
    """Have what waits for a worker of this code read again; None when nothing does, or the broker is away."""
    replay = Replay(receipt_ids.issue(actor.company_id), worker_code=code)
    return await _replay_waiting(replay, actor=actor, unit_of_work=unit_of_work, bus=bus)


async def _replay_waiting(
    replay: Replay, *, actor: Actor, unit_of_work: OpenUnitOfWork, bus: MessageBus
) -> ReceiptId | None:
    async with unit_of_work(actor.company_id) as uow:
        if not await uow.quarantine.list_replayable(replay, after=None, limit=1):
            return None
    try:
        await bus.send(INGEST, [replay_message(actor.company_id, replay)])
    except UnavailableError:
        logger.warning("Unable to ask for a replay", extra={"company_id": str(actor.company_id)})
        return None
    return replay.receipt_id
