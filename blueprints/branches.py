"""Branches: parts of a company with a time zone of their own."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.branches import BranchChange, BranchIn, BranchOut
from contracts.v1.paging import Page
from services import master_data
from services.nouns import BRANCHES

router: APIRouter = Router(prefix="/v1/branches", tags=["branches"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(422))
async def create_branch(body: BranchIn, caller: Caller, means: LiveMeans, response: Response) -> BranchOut:
    """Make a branch."""
    branch = await master_data.create(BRANCHES, body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(branch.version)
    return BranchOut.of(branch)


@router.get("")
async def list_branches(paging: Paging, caller: Caller, means: LiveMeans) -> Page[BranchOut]:
    """The branches of your company."""
    found = await master_data.list_page(
        BRANCHES, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means
    )
    shown, cursor = page(found, paging, key=lambda branch: str(branch.id))
    return Page(items=[BranchOut.of(branch) for branch in shown], next_cursor=cursor)


@router.get("/{branch_id}", responses=problems(404))
async def get_branch(branch_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> BranchOut:
    """One branch."""
    branch = await master_data.get(BRANCHES, branch_id, actor=caller, means=means)
    response.headers["ETag"] = etag(branch.version)
    return BranchOut.of(branch)


@router.patch("/{branch_id}", responses=problems(404, 412, 422, 428))
async def change_branch(
    *,
    branch_id: UUID,
    body: BranchChange,
    seen_version: SeenVersion,
    caller: Caller,
    means: LiveMeans,
    response: Response,
) -> BranchOut:
    """Change a branch; with another time zone, all days of its workers are computed anew."""
    branch = await master_data.change(
        BRANCHES, branch_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(branch.version)
    return BranchOut.of(branch)
