"""Which days a change of master data can touch, and waking the recompute of them.

The marks commit with the change; the nudge comes after it, and the minute timer finds what a lost nudge left.
"""

import json
import logging
from datetime import UTC, datetime

import shapely

from domain.badges import BadgeAssignment
from domain.errors import UnavailableError
from domain.jobs import ScheduledJob
from domain.master_data import Branch, CrewMember, Worker
from domain.sites import Site, ValidPeriod, box_in_reach
from domain.tenancy import CompanyId
from services.ports.bus import MessageBus, PendingMessage
from services.ports.system import NewId
from services.ports.unit_of_work import UnitOfWork

logger = logging.getLogger("actual.marks")
WORKFLOW = "workflow"
OPEN = datetime.max.replace(tzinfo=UTC)
"""Stands for an end that is open."""


async def nudge(company_id: CompanyId, *, bus: MessageBus, new_id: NewId) -> None:
    """Tell queue `workflow` that a company has marks; a broker that is away is logged, never an error."""
    body = json.dumps({"kind": "workdays_marked", "company_id": str(company_id)}).encode()
    try:
        await bus.send(WORKFLOW, [PendingMessage(str(new_id()), body)])
    except UnavailableError:
        logger.warning("Unable to nudge the recompute", extra={"company_id": str(company_id)})


async def mark_branch(uow: UnitOfWork, before: Branch | None, after: Branch | None) -> int:
    """Another time zone cuts the days of its workers elsewhere."""
    if before is None or after is None or before.timezone == after.timezone:
        return 0
    return await uow.marks.mark_branch(after.id)


async def mark_worker(uow: UnitOfWork, before: Worker | None, after: Worker | None) -> int:
    """Another branch may have another zone; a code that changes hands changes whose shift events were that name it."""
    marked = 0
    if before is not None and after is not None and (before.branch_id, before.code) != (after.branch_id, after.code):
        marked += await uow.marks.mark_workers(worker_ids=[after.id], from_at=None, to_at=None)
    changed = {None if before is None else before.code} ^ {None if after is None else after.code}
    codes = sorted(code for code in changed if code is not None)
    return marked + (await uow.marks.mark_worker_codes(codes) if codes else 0)


async def mark_site(uow: UnitOfWork, before: Site | None, after: Site | None) -> int:
    """Another kind turns work at a site into yard time, or back, wherever it ever had a boundary."""
    if before is None or after is None or before.kind == after.kind:
        return 0
    versions = await uow.boundaries.list_of_site(after.id)
    return sum([await mark_area(uow, v.geometry, ValidPeriod(v.valid_from, v.valid_to)) for v in versions])


async def mark_area(uow: UnitOfWork, geometry: shapely.Geometry, period: ValidPeriod) -> int:
    """Fixes within reach of a boundary while it counts."""
    return await uow.marks.mark_box(box_in_reach(geometry), period.valid_from, period.valid_to)


async def mark_crew_member(uow: UnitOfWork, before: CrewMember | None, after: CrewMember | None) -> int:
    """The crew's jobs decide between overlapping sites while the worker belongs to it."""
    member = after or before
    period = _changed_period(before, after)
    if member is None or period is None:
        return 0
    worker_ids = {each.worker_id for each in (before, after) if each is not None}
    return await uow.marks.mark_workers(worker_ids=worker_ids, from_at=period[0], to_at=period[1])


async def mark_badge_assignment(uow: UnitOfWork, before: BadgeAssignment | None, after: BadgeAssignment | None) -> int:
    """The evidence of the changed time belongs to somebody else."""
    assignment = after or before
    period = _changed_period(before, after)
    if assignment is None or period is None:
        return 0
    worker_ids = {each.worker_id for each in (before, after) if each is not None}
    return await uow.marks.mark_badge(assignment.badge_id, worker_ids, *period)


async def mark_job(uow: UnitOfWork, before: ScheduledJob | None, after: ScheduledJob | None) -> int:
    """A job decides between overlapping sites for those who have it, while it is scheduled."""
    if before is not None and after is not None and _decides(before) == _decides(after):
        return 0
    marked = 0
    for job in (before, after):
        if job is not None:
            marked += await uow.marks.mark_workers(
                worker_ids=job.worker_ids, crew_ids=job.crew_ids, from_at=job.scheduled_from, to_at=job.scheduled_to
            )
    return marked


def _decides(job: ScheduledJob) -> tuple[object, ...]:
    """What of a job presence.md section 4 asks for."""
    return job.site_id, job.scheduled_from, job.scheduled_to, job.worker_ids, job.crew_ids


def _changed_period(
    before: CrewMember | BadgeAssignment | None, after: CrewMember | BadgeAssignment | None
) -> tuple[datetime, datetime | None] | None:
    """The time for which the two differ, an open end as None; None when there is none."""
    both = [each for each in (before, after) if each is not None]
    starts, ends = {each.from_at for each in both}, {each.to_at or OPEN for each in both}
    if before is None or after is None or before.worker_id != after.worker_id or (len(starts) == len(ends) == 2):  # noqa: PLR2004 # both differ
        return _period(min(starts), max(ends))
    if len(ends) > 1:
        return _period(min(ends), max(ends))
    return _period(min(starts), max(starts)) if len(starts) > 1 else None


def _period(from_at: datetime, to_at: datetime) -> tuple[datetime, datetime | None]:
    return from_at, None if to_at == OPEN else to_at
