"""What could not be used: seen, and read again once mended."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.paging import Page
from contracts.v1.quarantine import QuarantinedEventDetailOut, QuarantinedEventOut, ReplayOut
from domain.ids import BadgeId
from domain.quarantine import QuarantineCode, QuarantineId, QuarantineStatus
from services import quarantine

router: APIRouter = Router(prefix="/v1/quarantine", tags=["quarantine"])


@router.get("")
async def list_quarantined_events(
    *,
    paging: Paging,
    caller: Caller,
    live: Live,
    code: QuarantineCode | None = None,
    badge_id: UUID | None = None,
    state: Annotated[
        QuarantineStatus, Query(alias="status", description="`open` still waits; `replayed` counts by now.")
    ] = QuarantineStatus.OPEN,
) -> Page[QuarantinedEventOut]:
    """What could not be used, in the order of its arrival."""
    found = await quarantine.list_events(
        status=state,
        code=code,
        badge_id=None if badge_id is None else BadgeId(badge_id),
        after=paging.after_id,
        limit=paging.limit + 1,
        actor=caller,
        unit_of_work=live.unit_of_work,
    )
    shown, cursor = page(found, paging, key=lambda event: str(event.id))
    return Page(items=[QuarantinedEventOut.of(event) for event in shown], next_cursor=cursor)


@router.get("/{quarantine_id}", responses=problems(404))
async def get_quarantined_event(
    quarantine_id: UUID, caller: Caller, live: Live, response: Response
) -> QuarantinedEventDetailOut:
    """One item that could not be used."""
    event = await quarantine.get_event(QuarantineId(quarantine_id), actor=caller, unit_of_work=live.unit_of_work)
    response.headers["ETag"] = etag(event.version)
    return QuarantinedEventDetailOut.of(event)


@router.post("/{quarantine_id}/replays", status_code=status.HTTP_202_ACCEPTED, responses=problems(404, 409))
async def replay_quarantined_event(quarantine_id: UUID, caller: Caller, live: Live) -> ReplayOut:
    """Have an item read again; when it still cannot be used, it stays in its place with the reason of today."""
    receipt_id = await quarantine.replay_event(
        QuarantineId(quarantine_id),
        actor=caller,
        unit_of_work=live.unit_of_work,
        bus=live.bus,
        receipt_ids=live.receipt_ids,
    )
    return ReplayOut(receipt_id=receipt_id)
