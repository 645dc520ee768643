"""Zones: named groups of tags."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.paging import Page
from contracts.v1.zones import ZoneChange, ZoneIn, ZoneOut
from services import master_data
from services.nouns import ZONES

router: APIRouter = Router(prefix="/v1/zones", tags=["zones"])


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(422))
async def create_zone(body: ZoneIn, caller: Caller, means: LiveMeans, response: Response) -> ZoneOut:
    """Make a zone."""
    zone = await master_data.create(ZONES, body.record, actor=caller, means=means)
    response.headers["ETag"] = etag(zone.version)
    return ZoneOut.of(zone)


@router.get("")
async def list_zones(paging: Paging, caller: Caller, means: LiveMeans) -> Page[ZoneOut]:
    """The zones of your company."""
    found = await master_data.list_page(ZONES, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means)
    shown, cursor = page(found, paging, key=lambda zone: str(zone.id))
    return Page(items=[ZoneOut.of(zone) for zone in shown], next_cursor=cursor)


@router.get("/{zone_id}", responses=problems(404))
async def get_zone(zone_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> ZoneOut:
    """One zone."""
    zone = await master_data.get(ZONES, zone_id, actor=caller, means=means)
    response.headers["ETag"] = etag(zone.version)
    return ZoneOut.of(zone)


@router.patch("/{zone_id}", responses=problems(404, 412, 422, 428))
async def change_zone(
    *, zone_id: UUID, body: ZoneChange, seen_version: SeenVersion, caller: Caller, means: LiveMeans, response: Response
) -> ZoneOut:
    """Change a zone."""
    zone = await master_data.change(
        ZONES, zone_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(zone.version)
    return ZoneOut.of(zone)
