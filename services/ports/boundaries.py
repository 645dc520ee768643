"""Versions of the boundaries of sites."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.geojson import Position
from domain.sites import SiteBoundary, ValidPeriod


class Boundaries(Protocol):
    """What was drawn stays: a later version only ends the period of an earlier one."""

    async def list_of_site(
        self, site_id: UUID, *, after: int | None = None, limit: int | None = None
    ) -> list[SiteBoundary]:
        """The versions of a site by number."""
        ...

    async def get_version(self, site_id: UUID, number: int) -> SiteBoundary:
        """One version; raises NotFoundError."""
        ...

    async def find_in_force(self, site_id: UUID, at: datetime) -> SiteBoundary | None:
        """The version that counts at an instant."""
        ...

    async def add(self, boundary: SiteBoundary, cells: Collection[int]) -> SiteBoundary:
        """Store a version with its grid cells; the answer has the area on WGS84 in square metres."""
        ...

    async def set_periods(self, site_id: UUID, periods: Mapping[int, ValidPeriod]) -> None:
        """Set when each version counts."""
        ...

    async def list_places(self) -> list[Position]:
        """The middle of each site's newest boundary."""
        ...

    async def list_timezones(self) -> list[str]:
        """The zones of the company and its branches."""
        ...
