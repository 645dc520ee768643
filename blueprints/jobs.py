"""Jobs: scheduled work at a site, and who is assigned to it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.instants import Instant
from contracts.v1.jobs import JobAssignmentsIn, JobAssignmentsOut, JobChange, JobIn, JobOut
from contracts.v1.paging import Page
from services import jobs, master_data
from services.nouns import JOBS

router: APIRouter = Router(prefix="/v1/jobs", tags=["jobs"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(422))
async def create_job(body: JobIn, caller: Caller, means: LiveMeans, response: Response) -> JobOut:
    """Schedule work at a site; a type of job that is new comes into being with it."""
    job = await jobs.create_job(body.record, job_type=body.job_type, actor=caller, means=means)
    response.headers["ETag"] = etag(job.version)
    return JobOut.of(job)


@router.get("")
async def list_jobs(
    *,
    paging: Paging,
    caller: Caller,
    means: LiveMeans,
    site_id: UUID | None = None,
    from_at: Annotated[Instant | None, Query(alias="from")] = None,
    to_at: Annotated[Instant | None, Query(alias="to")] = None,
) -> Page[JobOut]:
    """The jobs of your company; `from` and `to` take those that are scheduled during some of that time."""
    filters = {"site_id": site_id, "from": from_at, "to": to_at}
    found = await master_data.list_page(
        JOBS, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means, filters=filters
    )
    shown, cursor = page(found, paging, key=lambda job: str(job.id))
    return Page(items=[JobOut.of(job) for job in shown], next_cursor=cursor)


@router.get("/{job_id}", responses=problems(404))
async def get_job(job_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> JobOut:
    """One job."""
    job = await master_data.get(JOBS, job_id, actor=caller, means=means)
    response.headers["ETag"] = etag(job.version)
    return JobOut.of(job)


@router.patch("/{job_id}", responses=problems(404, 412, 422, 428))
async def change_job(
    *, job_id: UUID, body: JobChange, seen_version: SeenVersion, caller: Caller, means: LiveMeans, response: Response
) -> JobOut:
    """Change a job; who is assigned is replaced by itself."""
    job = await jobs.change_job(job_id, body.applied_to, seen_version=seen_version, actor=caller, means=means)
    response.headers["ETag"] = etag(job.version)
    return JobOut.of(job)


@router.delete("/{job_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 412, 428))
async def remove_job(job_id: UUID, seen_version: SeenVersion, caller: Caller, means: LiveMeans) -> None:
    """Take away a job that was cancelled: it no longer decides between overlapping sites. Days are computed anew."""
    await master_data.remove(JOBS, job_id, seen_version=seen_version, actor=caller, means=means)


@router.get("/{job_id}/assignments", responses=problems(404))
async def get_job_assignments(job_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> JobAssignmentsOut:
    """Who is assigned to a job; the ETag is the job's."""
    job = await master_data.get(JOBS, job_id, actor=caller, means=means)
    response.headers["ETag"] = etag(job.version)
    return JobAssignmentsOut.of(job)


@router.put("/{job_id}/assignments", responses=problems(404, 412, 422, 428))
async def replace_job_assignments(
    *,
    job_id: UUID,
    body: JobAssignmentsIn,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> JobAssignmentsOut:
    """Replace who is assigned to a job; the ETag is the job's. Days that it can touch are computed anew."""
    job = await jobs.change_job(job_id, body.applied_to, seen_version=seen_version, actor=caller, means=means)
    response.headers["ETag"] = etag(job.version)
    return JobAssignmentsOut.of(job)
