"""Versions of boundaries in PostGIS."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import shapely
from psycopg.rows import DictRow

from adapters.postgres.master_data import utc
from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.errors import NotFoundError
from domain.geojson import Position
from domain.ids import SiteId
from domain.sites import SiteBoundary, ValidPeriod

SQL = queries("boundaries")


class PostgresBoundaries(Repository):
    """Implements services.ports.boundaries.Boundaries."""

    async def list_of_site(
        self, site_id: UUID, *, after: int | None = None, limit: int | None = None
    ) -> list[SiteBoundary]:
        """The versions of a site by number."""
        rows = await self._rows(SQL["list_boundary_versions"], site_id=site_id, after=after, limit=limit)
        return [_boundary(row) for row in rows]

    async def get_version(self, site_id: UUID, number: int) -> SiteBoundary:
        """One version; raises NotFoundError."""
        row = await self._row(SQL["get_boundary_version"], site_id=site_id, number=number)
        if row is None:
            raise NotFoundError
        return _boundary(row)

    async def find_in_force(self, site_id: UUID, at: datetime) -> SiteBoundary | None:
        """The version that counts at an instant."""
        row = await self._row(SQL["find_boundary_in_force"], site_id=site_id, at=at)
        return None if row is None else _boundary(row)

    async def add(self, boundary: SiteBoundary, cells: Collection[int]) -> SiteBoundary:
        """Store a version with its grid cells; the answer has the area on WGS84 in square metres."""
        (row,) = await self._rows(
            SQL["add_boundary_version"],
            site_id=boundary.site_id,
            number=boundary.number,
            valid_from=boundary.valid_from,
            valid_to=boundary.valid_to,
            boundary=shapely.to_wkb(boundary.geometry),
            created_at=boundary.created_at,
        )
        await self._run(
            SQL["add_boundary_cells"], site_id=boundary.site_id, number=boundary.number, cells=sorted(cells)
        )
        return replace(boundary, area_m2=row["area_m2"])

    async def set_periods(self, site_id: UUID, periods: Mapping[int, ValidPeriod]) -> None:
        """Set when each version counts."""
        await self._run(
            SQL["set_boundary_periods"],
            site_id=site_id,
            numbers=list(periods),
            valid_tos=[period.valid_to for period in periods.values()],
        )

    async def list_places(self) -> list[Position]:
        """The middle of each site's newest boundary."""
        return [Position(lon=row["lon"], lat=row["lat"]) for row in await self._rows(SQL["list_site_places"])]

    async def list_timezones(self) -> list[str]:
        """The zones of the company and its branches."""
        return [row["timezone"] for row in await self._rows(SQL["list_timezones"])]


def _boundary(row: DictRow) -> SiteBoundary:
    return SiteBoundary(
        site_id=SiteId(row["site_id"]),
        number=row["number"],
        valid_from=utc(row["valid_from"]),
        valid_to=None if row["valid_to"] is None else utc(row["valid_to"]),
        geometry=shapely.from_wkb(bytes(row["boundary"])),
        area_m2=row["area_m2"],
        created_at=utc(row["created_at"]),
    )
