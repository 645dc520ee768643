"""Matching in process against PostGIS: the same points are covered, and the metres are the same (decision 0016).

The metres are held to PostGIS's geodesic between points, over edges cut into pieces of about a metre: its own distance
to an edge looks for the nearest place on a sphere, and is wrong by centimetres at 200 m.
"""

import math
import random
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
import shapely
from shapely.geometry import Polygon

from domain.boundaries import BoundaryVersion, SiteKind, shape_of
from domain.geodesy import metres_to_edges
from domain.ids import SiteId
from domain.matching import Fixes, match_fixes
from tests.environment import Database

PIECE_M = 1.2
"""The longest piece of a cut edge: the nearest corner is at most half of it farther than the edge."""
PLACES = [(40.72, -74.17), (0.001, 0.001), (-33.9, 151.2), (64.1, -21.9)]
COVERS = """
select
    array_agg(st_covers(shape.geometry, st_setsrid(st_makepoint(lon, lat), 4326)) order by place),
    array_agg((
        select min(st_distance(corner.geom::geography, st_setsrid(st_makepoint(lon, lat), 4326)::geography, true))
        from st_dumppoints(st_segmentize(st_boundary(shape.geometry), 1e-5)) as corner
    ) order by place)
from
    unnest(%s::float8[], %s::float8[]) with ordinality as point (lat, lon, place),
    (select st_geomfromwkb(%s, 4326) as geometry) as shape
"""


def a_polygon(chance: random.Random, lat: float, lon: float) -> Polygon:
    """A star-shaped lot of some hundred metres, with a hole."""

    def ring(radius: float) -> list[tuple[float, float]]:
        angles = sorted(chance.uniform(0, 2 * math.pi) for _ in range(12))
        reach = [radius * chance.uniform(0.6, 1) for _ in angles]
        return [
            (lon + r * math.cos(a) / 111_320 / math.cos(math.radians(lat)), lat + r * math.sin(a) / 111_320)
            for a, r in zip(angles, reach, strict=True)
        ]

    polygon = Polygon(ring(150), [ring(25)])
    return polygon if polygon.is_valid else a_polygon(chance, lat, lon)


def points(chance: random.Random, polygon: Polygon, lat: float, lon: float) -> tuple[list[float], list[float]]:
    """Points around, within, in the hole, and exactly at the corners."""
    around = [(lat + chance.uniform(-3e-3, 3e-3), lon + chance.uniform(-4e-3, 4e-3)) for _ in range(25)]
    corners = [(y, x) for ring in (polygon.exterior, *polygon.interiors) for x, y in ring.coords]
    lats, lons = zip(*around, *corners, strict=True)
    return list(lats), list(lons)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("lat", "lon"), PLACES)
class TestMatchFixes:
    def test_agrees_with_postgis(self, module_database: Database, seed: int, lat: float, lon: float) -> None:
        chance = random.Random(f"{seed}:{lat}")
        polygon = a_polygon(chance, lat, lon)
        lats, lons = points(chance, polygon, lat, lon)
        with psycopg.connect(module_database.url) as connection:
            row = connection.execute(COVERS, [lats, lons, shapely.to_wkb(polygon)]).fetchone()
        assert row is not None
        covered, metres = row

        site = BoundaryVersion(SiteId(_id()), SiteKind.YARD, 1, 0, None, 1.0, shape_of(polygon))
        fixes = Fixes(np.zeros(len(lats), np.int64), np.array(lats), np.array(lons), np.full(len(lats), 20.0))
        matches = match_fixes(fixes, [site], exit_buffer_m=25)

        assert {place for place, _ in matches.covered} == {place for place, inside in enumerate(covered) if inside}
        near = {place for place, _ in matches.near}
        certain = {place for place, far in enumerate(metres) if far <= 45 and not covered[place]}
        assert certain <= near <= {place for place, far in enumerate(metres) if far <= 45 + PIECE_M}
        ours = _least_metres(lats, lons, site)
        for mine, theirs in zip(ours, metres, strict=True):
            assert theirs > 200 or theirs - PIECE_M / 2 - 0.002 <= mine <= theirs + 0.002


def _least_metres(lats: list[float], lons: list[float], site: BoundaryVersion) -> list[float]:
    edges = site.shape.edges
    least: list[float] = []
    for lat, lon in zip(lats, lons, strict=True):
        one = np.full(len(edges), 1.0)
        least.append(float(metres_to_edges(one * lat, one * lon, edges).min()))
    return least


def _id() -> UUID:
    return uuid4()
