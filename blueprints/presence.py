"""Presence: badges at sites, and the evidence of any minute."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, foreign_cursor, page
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.evidence import EvidenceOut
from contracts.v1.instants import Instant
from contracts.v1.intervals import IntervalOut
from contracts.v1.paging import Page
from contracts.v1.workdays import WorkInstant
from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import Interval
from services import explanations, intervals
from services.intervals import IntervalQuestion
from services.ports.intervals import IntervalPlace

router: APIRouter = Router(prefix="/v1", tags=["presence"])
FARTHEST_S = 10**10
"""Seconds from 1970 to the year 2286: no interval begins beyond."""


@router.get("/presence/intervals", responses=problems(422))
async def list_presence_intervals(
    *,
    paging: Paging,
    caller: Caller,
    live: Live,
    since: Annotated[WorkInstant, Query(alias="from", description="Ending after this instant.")],
    until: Annotated[WorkInstant, Query(alias="to", description="Beginning before this instant.")],
    worker_id: UUID | None = None,
    badge_id: UUID | None = None,
    site_id: UUID | None = None,
    as_of: Annotated[Instant | None, Query(description="Settles `open` and `lost` at this instant.")] = None,
) -> Page[IntervalOut]:
    """The intervals of one worker, badge or site that touch a period, by their beginning."""
    question = IntervalQuestion(
        since,
        until,
        worker_id=None if worker_id is None else WorkerId(worker_id),
        badge_id=None if badge_id is None else BadgeId(badge_id),
        site_id=None if site_id is None else SiteId(site_id),
    )
    found = await intervals.list_intervals(
        question,
        as_of=as_of,
        after=_place(paging.after),
        limit=paging.limit + 1,
        actor=caller,
        unit_of_work=live.unit_of_work,
        clock=live.clock,
    )
    shown, cursor = page(found, paging, key=_cursor)
    return Page(items=[IntervalOut.of(one) for one in shown], next_cursor=cursor)


@router.get("/workers/{worker_id}/evidence", responses=problems(404, 422))
async def get_worker_evidence(worker_id: UUID, at: WorkInstant, caller: Caller, live: Live) -> EvidenceOut:
    """Why a minute counts as it does: fixes used and refused, boundaries, assignments, schedule, policy, revision.

    Positions before the first and after the last work evidence of a shift are never shown.
    """
    found = await explanations.get_evidence(
        WorkerId(worker_id), at, actor=caller, unit_of_work=live.unit_of_work, clock=live.clock
    )
    return EvidenceOut.of(
        found.explanation, on=found.on, timezone=found.timezone, revision=found.revision, pending=found.pending
    )


def _cursor(interval: Interval) -> str:
    return f"{interval.from_at}:{interval.badge_id}"


def _place(after: str | None) -> IntervalPlace | None:
    if after is None:
        return None
    begun, _, badge = after.partition(":")
    try:
        place = IntervalPlace(int(begun), BadgeId(UUID(badge)))
    except ValueError as error:
        raise foreign_cursor() from error
    if abs(place.from_at) > FARTHEST_S:
        raise foreign_cursor()
    return place
