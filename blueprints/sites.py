"""Sites and the versions of their boundaries."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response, status

from blueprints.edge.identity import Caller
from blueprints.edge.means import LiveMeans
from blueprints.edge.paging import Paging, page
from blueprints.edge.preconditions import SeenVersion, etag
from blueprints.edge.problems import problems
from blueprints.edge.routing import Router
from contracts.v1.instants import Instant
from contracts.v1.paging import Page
from contracts.v1.sites import BoundaryIn, BoundaryOut, SiteChange, SiteIn, SiteOut
from domain.boundaries import SiteKind
from services import master_data, sites
from services.nouns import SITES

router: APIRouter = Router(prefix="/v1/sites", tags=["sites"])
LARGEST_VERSION = 2**31 - 1
VersionNumber = Annotated[int, Path(ge=1, le=LARGEST_VERSION)]


@router.post("", status_code=status.HTTP_201_CREATED, responses=problems(422))
async def create_site(body: SiteIn, caller: Caller, means: LiveMeans, response: Response) -> SiteOut:
    """Make a site with its first boundary; one that is not right is refused with the position of the error."""
    site = await sites.create_site(
        name=body.name,
        kind=body.kind,
        boundary=body.boundary,
        valid_from=body.valid_from,
        actor=caller,
        means=means,
    )
    response.headers["ETag"] = etag(site.version)
    return SiteOut.of(site)


@router.get("")
async def list_sites(paging: Paging, caller: Caller, means: LiveMeans, kind: SiteKind | None = None) -> Page[SiteOut]:
    """The sites of your company."""
    found = await master_data.list_page(
        SITES, after=paging.after_id, limit=paging.limit + 1, actor=caller, means=means, filters={"kind": kind}
    )
    shown, cursor = page(found, paging, key=lambda site: str(site.id))
    return Page(items=[SiteOut.of(site) for site in shown], next_cursor=cursor)


@router.get("/{site_id}", responses=problems(404))
async def get_site(site_id: UUID, caller: Caller, means: LiveMeans, response: Response) -> SiteOut:
    """One site; its boundary stands apart."""
    site = await master_data.get(SITES, site_id, actor=caller, means=means)
    response.headers["ETag"] = etag(site.version)
    return SiteOut.of(site)


@router.patch("/{site_id}", responses=problems(404, 412, 422, 428))
async def change_site(
    *, site_id: UUID, body: SiteChange, seen_version: SeenVersion, caller: Caller, means: LiveMeans, response: Response
) -> SiteOut:
    """Change the name or kind of a site; with another kind, the days with work there are computed anew."""
    site = await master_data.change(
        SITES, site_id, body.applied_to, seen_version=seen_version, actor=caller, means=means
    )
    response.headers["ETag"] = etag(site.version)
    return SiteOut.of(site)


@router.put("/{site_id}/boundary", responses=problems(404, 412, 422, 428))
async def replace_site_boundary(
    *, site_id: UUID, body: BoundaryIn, seen_version: SeenVersion, caller: Caller, means: LiveMeans, response: Response
) -> BoundaryOut:
    """Add a version of the boundary; the ETag is the site's. Days that it can touch are computed anew."""
    site, version = await sites.replace_boundary(
        site_id,
        boundary=body.boundary,
        valid_from=body.valid_from,
        seen_version=seen_version,
        actor=caller,
        means=means,
    )
    response.headers["ETag"] = etag(site.version)
    return BoundaryOut.of(version)


@router.get("/{site_id}/boundary", responses=problems(404))
async def get_site_boundary(
    site_id: UUID,
    caller: Caller,
    means: LiveMeans,
    response: Response,
    at: Annotated[Instant | None, Query(description="The version in force at this instant, now by default.")] = None,
) -> BoundaryOut:
    """The boundary in force; the ETag is the site's."""
    site, version = await sites.get_boundary(site_id, at=at, actor=caller, means=means)
    response.headers["ETag"] = etag(site.version)
    return BoundaryOut.of(version)


@router.get("/{site_id}/boundary-versions", responses=problems(404))
async def list_boundary_versions(site_id: UUID, paging: Paging, caller: Caller, means: LiveMeans) -> Page[BoundaryOut]:
    """All versions of the boundary, by number."""
    found = await sites.list_boundary_versions(
        site_id, after=paging.after_number(LARGEST_VERSION), limit=paging.limit + 1, actor=caller, means=means
    )
    shown, cursor = page(found, paging, key=lambda version: str(version.number))
    return Page(items=[BoundaryOut.of(version) for version in shown], next_cursor=cursor)


@router.get("/{site_id}/boundary-versions/{version}", responses=problems(404))
async def get_boundary_version(
    site_id: UUID, version: VersionNumber, caller: Caller, means: LiveMeans, response: Response
) -> BoundaryOut:
    """One version of the boundary, also one that never counted; the ETag is the site's."""
    site, found = await sites.get_boundary_version(site_id, version, actor=caller, means=means)
    response.headers["ETag"] = etag(site.version)
    return BoundaryOut.of(found)
