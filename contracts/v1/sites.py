"""Bodies of sites and of the versions of their boundaries."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, WithJsonSchema

from contracts.v1.instants import Instant, RecordedInstant
from contracts.v1.records import ChangeBody, NewBody, RecordOut
from contracts.v1.texts import Name
from domain.boundaries import SiteKind
from domain.geojson import document_of
from domain.sites import SiteBoundary

EXAMPLE = {
    "type": "Polygon",
    "coordinates": [[[-74.17, 40.72], [-74.169, 40.72], [-74.169, 40.721], [-74.17, 40.721], [-74.17, 40.72]]],
}
Boundary = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "description": (
                "A GeoJSON Polygon or MultiPolygon (RFC 7946) in longitude and latitude on WGS84, valid by OGC Simple "
                "Features, at most 1 degree wide and high and of 10,000 positions. Rings may run either way round. "
                "A third number of a position, the altitude, is not kept. Nothing is repaired: what is wrong is "
                "refused, and `errors` names the position."
            ),
            "properties": {
                "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array", "minItems": 1, "items": {"type": "array"}},
            },
            "required": ["type", "coordinates"],
            "examples": [EXAMPLE],
        }
    ),
]


class BoundaryIn(NewBody):
    """A new version of a boundary."""

    boundary: Boundary
    valid_from: Instant = Field(description="It counts from here until the next later version; the newer wins a tie.")


class SiteIn(BoundaryIn):
    """A new site with its first boundary."""

    name: Name
    kind: SiteKind = SiteKind.CUSTOMER_SITE


class SiteChange(ChangeBody):
    """A change of a site; its boundary is replaced by itself."""

    name: Name = Field(default_factory=str)
    kind: SiteKind = Field(
        default_factory=lambda: SiteKind.CUSTOMER_SITE, description="Days with work there are computed anew."
    )


class SiteOut(RecordOut):
    """A site; its boundary stands apart."""

    name: str
    kind: SiteKind


class BoundaryOut(BaseModel):
    """One version of a boundary, in force during [valid_from, valid_to)."""

    site_id: UUID
    version: int
    valid_from: RecordedInstant
    valid_to: RecordedInstant | None = Field(description="Null while it lasts; an empty period was replaced at once.")
    boundary: Boundary
    area_m2: float = Field(description="Geodesic, on WGS84.")
    created_at: RecordedInstant

    @classmethod
    def of(cls, boundary: SiteBoundary) -> Self:
        """The body of a version."""
        return cls(
            site_id=boundary.site_id,
            version=boundary.number,
            valid_from=boundary.valid_from,
            valid_to=boundary.valid_to,
            boundary=document_of(boundary.geometry),
            area_m2=boundary.area_m2,
            created_at=boundary.created_at,
        )
