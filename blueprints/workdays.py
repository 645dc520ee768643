"""Workdays, workweeks, and everybody's hours."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from blueprints.edge.identity import Caller
from blueprints.edge.live import Live
from blueprints.edge.paging import Paging, page
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.instants import Instant
from contracts.v1.paging import Page
from contracts.v1.workdays import (
    TotalsOut,
    WeekDayOut,
    WorkDate,
    WorkdayOut,
    WorkerHoursOut,
    WorkweekOut,
    segments_out,
    spans_out,
)
from domain.ids import WorkerId
from services import workdays

router: APIRouter = Router(prefix="/v1", tags=["workdays"])
LARGEST_REVISION = 2**31 - 1
AS_OF = "As it was known at this instant; what was open or passing then is settled there."


@router.get("/workers/{worker_id}/workdays/{on}", responses=problems(404, 422))
async def get_workday(
    *,
    worker_id: UUID,
    on: WorkDate,
    caller: Caller,
    live: Live,
    revision: Annotated[int | None, Query(ge=0, le=LARGEST_REVISION)] = None,
    as_of: Annotated[Instant | None, Query(description=AS_OF)] = None,
) -> WorkdayOut:
    """A worker's local date: its segments and totals, in its current revision or an earlier one.

    A date without evidence has revision 0 and empty lists. `as_of` reads the newest one recorded by then; when none
    was, the current one, settled at that instant.
    """
    day = await workdays.get_workday(
        WorkerId(worker_id),
        on,
        revision=revision,
        as_of=as_of,
        actor=caller,
        unit_of_work=live.unit_of_work,
        clock=live.clock,
    )
    return WorkdayOut(
        worker_id=day.worker_id,
        date=day.on,
        timezone=day.timezone,
        revision=day.revision,
        recorded_at=day.recorded_at,
        complete_through=day.complete_through,
        pending=day.pending,
        segments=segments_out(day.segments),
        parked=spans_out(day.parked),
        drive_bys=spans_out(day.drive_bys),
        totals=TotalsOut.of(day.totals),
    )


@router.get("/workers/{worker_id}/workweeks/{on}", responses=problems(404, 422))
async def get_workweek(worker_id: UUID, on: WorkDate, caller: Caller, live: Live) -> WorkweekOut:
    """The workweek that holds a date, with the totals of its days."""
    week = await workdays.get_workweek(WorkerId(worker_id), on, actor=caller, unit_of_work=live.unit_of_work)
    from_at, to_at = WorkweekOut.bounds(week.period)
    return WorkweekOut(
        worker_id=week.worker_id,
        timezone=week.timezone,
        first_date=week.first_on,
        end_date=week.end_on,
        from_at=from_at,
        to_at=to_at,
        pending=week.pending,
        days=[WeekDayOut(date=one.on, revision=one.revision, totals=TotalsOut.of(one.totals)) for one in week.days],
        totals=TotalsOut.of(week.totals),
    )


@router.get("/workdays", responses=problems(422))
async def list_worker_hours(
    paging: Paging,
    caller: Caller,
    live: Live,
    first_on: Annotated[WorkDate, Query(alias="from", description="First local date.")],
    end_on: Annotated[WorkDate, Query(alias="to", description="Exclusive.")],
) -> Page[WorkerHoursOut]:
    """The hours of every worker over a span of local dates, as a company's week."""
    after = paging.after_id
    found = await workdays.list_hours(
        first_on=first_on,
        end_on=end_on,
        after=None if after is None else WorkerId(after),
        limit=paging.limit + 1,
        actor=caller,
        unit_of_work=live.unit_of_work,
    )
    shown, cursor = page(found, paging, key=lambda one: str(one.worker_id))
    return Page(items=[WorkerHoursOut.of(one.worker_id, one.days, one.totals) for one in shown], next_cursor=cursor)
