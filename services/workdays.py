"""Read what was established: a worker's day, a worker's week, everybody's hours."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.documents import EMPTY_DAY, NOTHING_UNSETTLED, drive_bys_as_of, drive_bys_from, parked_from, segments_from
from domain.errors import InvalidError, NotFoundError
from domain.ids import BadgeId, WorkerId
from domain.intervals import DriveBy, ParkedSpan
from domain.local_days import day_bounds, week_start, workweek_bounds
from domain.periods import Period
from domain.revisions import DayContent
from domain.tenancy import Actor
from domain.tracks import read_tracks
from domain.wearing import SHIFT_LASTS_S, wearing_of
from domain.workdays import Segment, Totals, add_totals
from services.ports.system import Clock
from services.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from services.ports.workdays import StoredRevision, WeekDay, WorkerHours

WEEK = timedelta(days=7)
LONGEST_SPAN = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class WorkdayView:
    """A worker's local date as it reads at an instant; revision 0 when nothing was ever established."""

    worker_id: WorkerId
    on: date
    timezone: str
    revision: int
    recorded_at: datetime | None
    complete_through: datetime | None
    pending: bool
    segments: tuple[Segment, ...]
    parked: tuple[ParkedSpan, ...]
    drive_bys: Sequence[DriveBy]
    totals: Totals


@dataclass(frozen=True, slots=True)
class WorkweekView:
    """The workweek that holds a date: seven local days in the worker's zone."""

    worker_id: WorkerId
    timezone: str
    first_on: date
    end_on: date
    period: Period
    pending: bool
    days: Sequence[WeekDay]

    @property
    def totals(self) -> Totals:
        """The seconds of all days."""
        return add_totals(day.totals for day in self.days)


async def get_workday(
    worker_id: WorkerId,
    on: date,
    *,
    revision: int | None,
    as_of: datetime | None,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> WorkdayView:
    """A worker's day: the current revision, an earlier one, or as it was at an instant. Raises NotFoundError.

    `as_of` reads the newest revision recorded by then and settles drive-bys at that instant; when none was, the current
    revision is settled there.
    """
    async with unit_of_work(actor.company_id) as uow:
        zone = await _zone(uow, worker_id)
        stored = await _revision(uow, worker_id, on, revision=revision, as_of=as_of)
        content = stored.content if stored else DayContent(zone, EMPTY_DAY, NOTHING_UNSETTLED, Totals())
        settled_at = int((as_of or clock.now()).timestamp())
        return WorkdayView(
            worker_id=worker_id,
            on=on,
            timezone=content.timezone,
            revision=stored.revision if stored else 0,
            recorded_at=stored.recorded_at if stored and stored.revision else None,
            complete_through=await _complete_through(uow, worker_id, day_bounds(on, content.timezone)),
            pending=await uow.workdays.is_pending(worker_id, first_on=on, last_on=on),
            segments=segments_from(content.text),
            parked=parked_from(content.text, worker_id),
            drive_bys=drive_bys_as_of(drive_bys_from(content.text, content.unsettled, worker_id), settled_at),
            totals=content.totals,
        )


async def get_workweek(worker_id: WorkerId, on: date, *, actor: Actor, unit_of_work: OpenUnitOfWork) -> WorkweekView:
    """The workweek that holds a date, as it is now; raises NotFoundError."""
    async with unit_of_work(actor.company_id) as uow:
        zone = await _zone(uow, worker_id)
        start = (await uow.policies.get_current()).workweek_start
        first_on = week_start(on, start)
        end_on = first_on + WEEK
        return WorkweekView(
            worker_id=worker_id,
            timezone=zone,
            first_on=first_on,
            end_on=end_on,
            period=workweek_bounds(on, zone, start),
            pending=await uow.workdays.is_pending(worker_id, first_on=first_on, last_on=end_on - timedelta(days=1)),
            days=await uow.workdays.list_week(worker_id, first_on=first_on, end_on=end_on),
        )


async def list_hours(
    *,
    first_on: date,
    end_on: date,
    after: WorkerId | None,
    limit: int,
    actor: Actor,
    unit_of_work: OpenUnitOfWork,
) -> list[WorkerHours]:
    """The totals of every worker over [first_on, end_on), by worker; raises InvalidError for an odd span."""
    if not first_on < end_on <= first_on + LONGEST_SPAN:
        message = "`to` must be after `from`, by 366 days at most."
        raise InvalidError(message, pointer="/to")
    async with unit_of_work(actor.company_id) as uow:
        return await uow.workdays.list_hours(first_on=first_on, end_on=end_on, after=after, limit=limit)


async def _zone(uow: UnitOfWork, worker_id: WorkerId) -> str:
    zone = await uow.workdays.find_zone(worker_id)
    if zone is None:
        raise NotFoundError
    return zone


async def _revision(
    uow: UnitOfWork, worker_id: WorkerId, on: date, *, revision: int | None, as_of: datetime | None
) -> StoredRevision | None:
    if revision is not None:
        found = await uow.workdays.find_revision(worker_id, on, revision=revision)
        if found is None and (revision > 0 or await uow.workdays.find_revision(worker_id, on)):
            raise NotFoundError
        return found
    if as_of is not None:
        recorded = await uow.workdays.find_revision(worker_id, on, as_of=as_of)
        if recorded is not None:
            return recorded
    return await uow.workdays.find_revision(worker_id, on)


async def _complete_through(uow: UnitOfWork, worker_id: WorkerId, period: Period) -> datetime | None:
    """The earliest progress of the badges that the worker wore; null when one has not reported, or none was worn."""
    given = await uow.workdays.list_progress(worker_id, period)
    doubtful = {one.badge_id for one in given if not one.is_assigned}
    others = doubtful - await _worn_by_shift(uow, worker_id, doubtful, period) if doubtful else doubtful
    progress = [one.complete_through for one in given if one.badge_id not in others]
    known = [one for one in progress if one is not None]
    return min(known) if known and len(known) == len(progress) else None


async def _worn_by_shift(
    uow: UnitOfWork, worker_id: WorkerId, badge_ids: Collection[BadgeId], period: Period
) -> set[BadgeId]:
    """Those of the badges that the worker wore at some time of the period by what shift events said."""
    around = Period(period.from_at - SHIFT_LASTS_S, period.to_at)
    handovers = await uow.workdays.list_handovers(badge_ids, around)
    codes = {(await uow.workers.get(worker_id)).code: worker_id}
    worn: set[BadgeId] = set()
    for badge_id, track in read_tracks(handovers.shift_events, around, motion_lasts_s=0).items():
        assignments = [one for one in handovers.assignments if one.badge_id == badge_id]
        spells = wearing_of(assignments, track.shift_events, codes).within(period)
        if any(spell.worker_id == worker_id for spell in spells):
            worn.add(badge_id)
    return worn
