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
from domain.tenancy import Actor, CompanyId
from services.messages import INGEST, replay_message
from services.ports.bus import MessageBus
from services.ports.platform import Platform
from services.ports.unit_of_work import OpenUnitOfWork

logger = logging.getLogger("actual.quarantine")
COMPANIES_AT_ONCE = 200


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


async def replay_known(
    *, platform: Platform, unit_of_work: OpenUnitOfWork, bus: MessageBus, receipt_ids: ReceiptIds
) -> int:
    """Have read again, for every company, what waits for a device or a worker that is known: a replay may be lost.

    The number of replays that were asked for; raises UnavailableError.
    """
    asked, after = 0, None
    while companies := await platform.list_companies(after=after, limit=COMPANIES_AT_ONCE):
        for company in companies:
            replays = await _replays_due(company.id, unit_of_work=unit_of_work, receipt_ids=receipt_ids)
            if replays:
                await bus.send(INGEST, [replay_message(company.id, replay) for replay in replays])
                logger.info("Replays asked for", extra={"company_id": str(company.id), "replays": len(replays)})
            asked += len(replays)
        after = companies[-1].id
    return asked


async def _replays_due(company_id: CompanyId, *, unit_of_work: OpenUnitOfWork, receipt_ids: ReceiptIds) -> list[Replay]:
    async with unit_of_work(company_id) as uow:
        names = await uow.quarantine.list_known_names()
    due = [Replay(receipt_ids.issue(company_id), worker_code=code) for code in names.worker_codes]
    if names.devices:
        due.append(Replay(receipt_ids.issue(company_id), devices=names.devices))
    return due


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
