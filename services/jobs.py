"""Jobs; a type of job that is new comes into being with the job that names it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from domain.jobs import ScheduledJob
from domain.master_data import JobType, JobTypeId
from domain.tenancy import Actor
from services import master_data
from services.master_data import Means
from services.nouns import JOB_TYPES, JOBS
from services.ports.unit_of_work import UnitOfWork


async def create_job(
    make: Callable[[UUID, datetime], ScheduledJob], *, job_type: str, actor: Actor, means: Means
) -> ScheduledJob:
    """Schedule work; raises UnknownReferenceError for a site, worker, crew or badge that is not there."""
    async with means.unit_of_work(actor.company_id) as uow:
        await uow.marks.lock_presence()
        await _ensure_type(job_type, uow=uow, actor=actor, means=means)
        job, marked = await master_data.add(JOBS, make, uow=uow, actor=actor, means=means)
    await master_data.nudge_if(marked, actor=actor, means=means)
    return job


async def change_job(  # which job becomes what
    job_id: UUID,
    apply: Callable[[ScheduledJob], ScheduledJob],
    *,
    seen_version: int | None,
    actor: Actor,
    means: Means,
) -> ScheduledJob:
    """Change a job, or who is assigned to it, as it was seen; raises StaleError, UnknownReferenceError."""
    async with means.unit_of_work(actor.company_id) as uow:
        before = await master_data.lock(JOBS, job_id, seen_version=seen_version, uow=uow)
        wanted = apply(before)
        if wanted.job_type != before.job_type:
            await _ensure_type(wanted.job_type, uow=uow, actor=actor, means=means)
        after, marked = await master_data.save(JOBS, before, wanted, uow=uow, actor=actor, means=means)
    await master_data.nudge_if(marked, actor=actor, means=means)
    return after


async def _ensure_type(name: str, *, uow: UnitOfWork, actor: Actor, means: Means) -> None:
    """Hold the type of that name, made when there is none, so that nobody renames it before the job is stored."""
    while not await uow.job_types.hold(name):
        made = JobType(id=JobTypeId(means.new_id()), name=name, created_at=means.clock.now())
        if await uow.job_types.add_unless_there(made):
            await master_data.note_created(JOB_TYPES, made, uow=uow, actor=actor)
            return
