"""Workers: the people whose hours are established."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.paging import Page
from contracts.v1.texts import FilterText
from contracts.v1.workers import WorkerChange, WorkerIn, WorkerOut
from services import master_data, workers
from services.nouns import WORKERS

router: APIRouter = Router(prefix="/v1/workers", tags=["workers"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(409, 422))
async def create_worker(body: WorkerIn, caller: Caller, means: LiveMeans, response: Response) -> WorkerOut:
    """Make a worker."""
    worker = await workers.create_worker(body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(worker.version)
    return WorkerOut.of(worker)


@router.get("")
async def list_workers(
    paging: Paging, caller: Caller, means: LiveMeans, code: FilterText | None = None, branch_id: UUID | None = None
) -> Page[WorkerOut]:
    """The workers of your company."""
    found = await master_data.list_page(
        WORKERS,
        after=paging.after_id,
        limit=paging.limit + 1,
        actor=caller,
        means=means,
        filters={"code": code, "branch_id": branch_id},
    )
    shown, cursor = page(found, paging, key=lambda worker: str(worker.id))
    return Page(items=[WorkerOut.of(worker) for worker in shown], next_cursor=cursor)


@router.get("/{worker_id}", responses=problems(404))
async def get_worker(worker_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> WorkerOut:
    """One worker."""
    worker = await master_data.get(WORKERS, worker_id, actor=caller, means=means)
    response.headers["ETag"] = etag(worker.version)
    return WorkerOut.of(worker)


@router.patch("/{worker_id}", responses=problems(404, 409, 412, 422, 428))
async def change_worker(
    *,
    worker_id: UUID,
    body: WorkerChange,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> WorkerOut:
    """Change a worker; with another branch, all days are computed anew."""
    worker = await workers.change_worker(
        worker_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(worker.version)
    return WorkerOut.of(worker)
