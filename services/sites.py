"""Sites with their first boundary, and the versions that follow."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import shapely

from domain.audit import AuditEntry, audit_body
from domain.boundaries import SiteKind, cells_of
from domain.geojson import ROOT, boundary_from, document_of, position_of
from domain.ids import SiteId
from domain.plausibility import refuse_swapped
from domain.sites import REACH_M, NoBoundaryError, Site, SiteBoundary, ValidPeriod, valid_periods
from domain.tenancy import Actor
from services import master_data
from services.marks import mark_area
from services.master_data import Means
from services.nouns import SITES
from services.ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Drawn:
    """A boundary that is right, and the grid cells that it can be found by."""

    geometry: shapely.Geometry
    cells: Collection[int]


def _drawn(document: Mapping[str, object]) -> Drawn:
    """What takes the processor a while, in a thread, while no transaction is open and no lock is held."""
    geometry = boundary_from(document)
    return Drawn(geometry, cells_of(geometry, REACH_M))


async def create_site(  # a site and its first boundary
    *, name: str, kind: SiteKind, boundary: Mapping[str, object], valid_from: datetime, actor: Actor, means: Means
) -> Site:
    """Make a site with its first boundary; raises the InvalidErrors of domain/geojson.py."""
    drawn = await asyncio.to_thread(_drawn, boundary)

    def make(id_: UUID, at: datetime) -> Site:
        return Site(id=SiteId(id_), name=name, kind=kind, created_at=at)

    async with means.unit_of_work(actor.company_id) as uow:
        site, _ = await master_data.add(SITES, make, uow=uow, actor=actor, means=means)
        _, marked = await _draw(site, drawn, valid_from, uow=uow, actor=actor, means=means)
    await master_data.nudge_if(marked, actor=actor, means=means)
    return site


async def replace_boundary(  # which boundary from when
    site_id: UUID,
    *,
    boundary: Mapping[str, object],
    valid_from: datetime,
    seen_version: int | None,
    actor: Actor,
    means: Means,
) -> tuple[Site, SiteBoundary]:
    """Add a version that counts from `valid_from` until the next later one; raises StaleError and InvalidErrors."""
    drawn = await asyncio.to_thread(_drawn, boundary)
    async with means.unit_of_work(actor.company_id) as uow:
        before = await master_data.lock(SITES, site_id, seen_version=seen_version, uow=uow)
        site = replace(before, version=before.version + 1)
        await uow.sites.save(site)
        version, marked = await _draw(site, drawn, valid_from, uow=uow, actor=actor, means=means)
    await master_data.nudge_if(marked, actor=actor, means=means)
    return site, version


async def get_boundary(site_id: UUID, *, at: datetime | None, actor: Actor, means: Means) -> tuple[Site, SiteBoundary]:
    """The version that counts at an instant, now by default; raises NotFoundError, NoBoundaryError."""
    async with means.unit_of_work(actor.company_id) as uow:
        site = await uow.sites.get(site_id)
        found = await uow.boundaries.find_in_force(site_id, at or means.clock.now())
    if found is None:
        raise NoBoundaryError
    return site, found


async def list_boundary_versions(
    site_id: UUID, *, after: int | None, limit: int, actor: Actor, means: Means
) -> list[SiteBoundary]:
    """All versions of a site by number; raises NotFoundError."""
    async with means.unit_of_work(actor.company_id) as uow:
        await uow.sites.get(site_id)
        return await uow.boundaries.list_of_site(site_id, after=after, limit=limit)


async def get_boundary_version(site_id: UUID, number: int, *, actor: Actor, means: Means) -> tuple[Site, SiteBoundary]:
    """One version, whether it counts or not; raises NotFoundError."""
    async with means.unit_of_work(actor.company_id) as uow:
        site = await uow.sites.get(site_id)
        return site, await uow.boundaries.get_version(site_id, number)


async def _draw(  # which boundary from when
    site: Site, drawn: Drawn, valid_from: datetime, *, uow: UnitOfWork, actor: Actor, means: Means
) -> tuple[SiteBoundary, int]:
    """Store a version, settle the periods of all, and mark the days that it and those before it can touch."""
    await _refuse_swapped(drawn.geometry, uow=uow)
    earlier = await uow.boundaries.list_of_site(site.id)
    number = len(earlier) + 1
    periods = valid_periods({**{version.number: version.valid_from for version in earlier}, number: valid_from})
    stored = await uow.boundaries.add(
        SiteBoundary(
            site_id=site.id,
            number=number,
            valid_from=valid_from,
            valid_to=periods[number].valid_to,
            geometry=drawn.geometry,
            area_m2=0.0,
            created_at=means.clock.now(),
        ),
        drawn.cells,
    )
    await uow.boundaries.set_periods(site.id, periods)
    marked = await _mark(stored, earlier, periods[number], uow=uow)
    await _record(stored, uow=uow, actor=actor)
    return stored, marked


async def _refuse_swapped(geometry: shapely.Geometry, *, uow: UnitOfWork) -> None:
    refuse_swapped(
        position_of(geometry),
        sites=await uow.boundaries.list_places(),
        zones=await uow.boundaries.list_timezones(),
        pointer=f"{ROOT}/coordinates",
    )


async def _mark(version: SiteBoundary, earlier: list[SiteBoundary], period: ValidPeriod, *, uow: UnitOfWork) -> int:
    """Days near the new boundary, and near those that counted in its place until now."""
    replaced = [old.geometry for old in earlier if ValidPeriod(old.valid_from, old.valid_to).meets(period)]
    return sum([await mark_area(uow, geometry, period) for geometry in (version.geometry, *replaced)])


async def _record(version: SiteBoundary, *, uow: UnitOfWork, actor: Actor) -> None:
    content = {
        "number": version.number,
        "valid_from": version.valid_from,
        "area_m2": version.area_m2,
        "boundary": document_of(version.geometry),
    }
    entry = AuditEntry("boundary_changed", f"site:{version.site_id}", actor.name, audit_body(content))
    await uow.audit.append([entry], at=version.created_at)
