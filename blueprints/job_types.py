"""Job types: kinds of work."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.job_types import JobTypeChange, JobTypeIn, JobTypeOut
from contracts.v1.paging import Page
from contracts.v1.texts import FilterText
from services import master_data
from services.nouns import JOB_TYPES

router: APIRouter = Router(prefix="/v1/job-types", tags=["job-types"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(409, 422))
async def create_job_type(body: JobTypeIn, caller: Caller, means: LiveMeans, response: Response) -> JobTypeOut:
    """Make a type of job; the first job that names a new one makes it too."""
    job_type = await master_data.create(JOB_TYPES, body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(job_type.version)
    return JobTypeOut.of(job_type)


@router.get("")
async def list_job_types(
    paging: Paging, caller: Caller, means: LiveMeans, name: FilterText | None = None
) -> Page[JobTypeOut]:
    """The types of job of your company."""
    found = await master_data.list_page(
        JOB_TYPES, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means, filters={"name": name}
    )
    shown, cursor = page(found, paging, key=lambda job_type: str(job_type.id))
    return Page(items=[JobTypeOut.of(job_type) for job_type in shown], next_cursor=cursor)


@router.get("/{job_type_id}", responses=problems(404))
async def get_job_type(job_type_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> JobTypeOut:
    """One type of job."""
    job_type = await master_data.get(JOB_TYPES, job_type_id, actor=caller, means=means)
    response.headers["ETag"] = etag(job_type.version)
    return JobTypeOut.of(job_type)


@router.patch("/{job_type_id}", responses=problems(404, 409, 412, 422, 428))
async def change_job_type(
    *,
    job_type_id: UUID,
    body: JobTypeChange,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> JobTypeOut:
    """Rename a type of job, on all jobs of that type."""
    job_type = await master_data.change(
        JOB_TYPES, job_type_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(job_type.version)
    return JobTypeOut.of(job_type)
