"""Tags: what badges hear of trucks, mowers and places."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.paging import Page
from contracts.v1.tags import TagChange, TagIn, TagOut
from contracts.v1.texts import FilterText
from services import master_data
from services.nouns import TAGS

router: APIRouter = Router(prefix="/v1/tags", tags=["tags"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(409, 422))
async def create_tag(body: TagIn, caller: Caller, means: LiveMeans, response: Response) -> TagOut:
    """Make a tag."""
    tag = await master_data.create(TAGS, body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(tag.version)
    return TagOut.of(tag)


@router.get("")
async def list_tags(
    paging: Paging, caller: Caller, means: LiveMeans, mac: FilterText | None = None, zone_id: UUID | None = None
) -> Page[TagOut]:
    """The tags of your company."""
    found = await master_data.list_page(
        TAGS,
        after=paging.after_id,
        limit=paging.limit + 1,
        actor=caller,
        means=means,
        filters={"mac": mac, "zone_id": zone_id},
    )
    shown, cursor = page(found, paging, key=lambda tag: str(tag.id))
    return Page(items=[TagOut.of(tag) for tag in shown], next_cursor=cursor)


@router.get("/{tag_id}", responses=problems(404))
async def get_tag(tag_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> TagOut:
    """One tag."""
    tag = await master_data.get(TAGS, tag_id, actor=caller, means=means)
    response.headers["ETag"] = etag(tag.version)
    return TagOut.of(tag)


@router.patch("/{tag_id}", responses=problems(404, 409, 412, 422, 428))
async def change_tag(
    *, tag_id: UUID, body: TagChange, seen_version: SeenVersion, caller: Caller, means: LiveMeans, response: Response
) -> TagOut:
    """Change a tag."""
    tag = await master_data.change(TAGS, tag_id, body.applied_to, seen_version=seen_version, actor=caller, means=means)
    response.headers["ETag"] = etag(tag.version)
    return TagOut.of(tag)
