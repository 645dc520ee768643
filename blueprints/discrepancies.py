"""What differs and waits for a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.discrepancies import DiscrepancyOut
from contracts.v1.instants import Instant
from contracts.v1.paging import Page
from domain.discrepancies import DiscrepancyId, DiscrepancyKind, DiscrepancyStatus
from services import discrepancies

router: APIRouter = Router(prefix="/v1/discrepancies", tags=["discrepancies"])


@router.get("", responses=problems(422))
async def list_discrepancies(
    *,
    paging: Paging,
    caller: Caller,
    live: Live,
    kind: DiscrepancyKind | None = None,
    status: DiscrepancyStatus | None = None,
    since: Annotated[Instant | None, Query(alias="from", description="Ending after this instant.")] = None,
    until: Annotated[Instant | None, Query(alias="to", description="Beginning before this instant.")] = None,
) -> Page[DiscrepancyOut]:
    """What differs, as two badges of one worker at two sites at once."""
    found = await discrepancies.list_discrepancies(
        kind=kind,
        status=status,
        since=since,
        until=until,
        after=paging.after_id,
        limit=paging.limit + 1,
        actor=caller,
        unit_of_work=live.unit_of_work,
    )
    shown, cursor = page(found, paging, key=lambda one: str(one.id))
    return Page(items=[DiscrepancyOut.of(one) for one in shown], next_cursor=cursor)


@router.get("/{discrepancy_id}", responses=problems(404))
async def get_discrepancy(discrepancy_id: UUID, caller: Caller, live: Live, response: Response) -> DiscrepancyOut:
    """One of them."""
    found = await discrepancies.get_discrepancy(
        DiscrepancyId(discrepancy_id), actor=caller, unit_of_work=live.unit_of_work
    )
    response.headers["ETag"] = etag(found.version)
    return DiscrepancyOut.of(found)
