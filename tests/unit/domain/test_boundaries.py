"""Shapes on the earth: cells, what is covered, and how far away the rest is."""

import math

import numpy as np
import pytest
import shapely

from domain.boundaries import BoundaryTooLargeError, BoundaryVersion, SiteKind, cell_of, cells_at, cells_of, shape_of
from domain.geodesy import metres_between, metres_to_edges
from domain.ids import SiteId
from domain.matching import Fixes, match_fixes
from tests.scenes import Scene, a_place, a_polygon, a_rect


def a_version(geometry: shapely.Geometry, valid_from: int = 0, valid_to: int | None = None) -> BoundaryVersion:
    """A boundary of some site."""
    site = SiteId(Scene().id_of("a"))
    return BoundaryVersion(site, SiteKind.CUSTOMER_SITE, 1, valid_from, valid_to, 1.0, shape_of(geometry))


def some_fixes(*places: tuple[float, float], acc: float = 8, at: int = 100) -> Fixes:
    """Fixes at places in metres, one a second."""
    lat, lon = zip(*(a_place(*place) for place in places), strict=True)
    count = len(places)
    return Fixes(np.arange(at, at + count), np.array(lat), np.array(lon), np.full(count, float(acc)))


def vincenty(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The geodesic of WGS84 by Vincenty's inverse formula: an independent witness."""
    a, f = 6378137.0, 1 / 298.257223563
    b = (1 - f) * a
    u1, u2 = (math.atan((1 - f) * math.tan(math.radians(lat))) for lat in (lat1, lat2))
    difference = math.radians(lon2 - lon1)
    lam = difference
    for _ in range(100):
        sin_sigma = math.hypot(
            math.cos(u2) * math.sin(lam),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam),
        )
        cos_sigma = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = math.cos(u1) * math.cos(u2) * math.sin(lam) / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        cos_2m = cos_sigma - 2 * math.sin(u1) * math.sin(u2) / cos2_alpha if cos2_alpha else 0.0
        c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha))
        before, lam = (
            lam,
            difference
            + (1 - c) * f * sin_alpha * (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (-1 + 2 * cos_2m**2))),
        )
        if abs(lam - before) < 1e-15:
            break
    u_squared = cos2_alpha * (a**2 - b**2) / b**2
    big_a = 1 + u_squared / 16384 * (4096 + u_squared * (-768 + u_squared * (320 - 175 * u_squared)))
    big_b = u_squared / 1024 * (256 + u_squared * (-128 + u_squared * (74 - 47 * u_squared)))
    inner = cos_sigma * (-1 + 2 * cos_2m**2) - big_b / 6 * cos_2m * (-3 + 4 * sin_sigma**2) * (-3 + 4 * cos_2m**2)
    return b * big_a * (sigma - big_b * sin_sigma * (cos_2m + big_b / 4 * inner))


class TestMetresBetween:
    @pytest.mark.parametrize("lat", [-70.0, -33.0, 0.0, 25.0, 40.72, 60.0, 70.0])
    @pytest.mark.parametrize(("north", "east"), [(0.0018, 0.0), (0.0, 0.0018), (0.0013, -0.0013), (-0.0005, 0.0009)])
    def test_is_the_geodesic_to_a_tenth_of_a_millimetre(self, lat: float, north: float, east: float) -> None:
        found = metres_between(lat, 10.0, lat + north, 10.0 + east)

        assert found == pytest.approx(vincenty(lat, 10.0, lat + north, 10.0 + east), abs=1e-4)

    def test_is_nothing_between_a_place_and_itself(self) -> None:
        assert metres_between(40.0, -74.0, 40.0, -74.0) == 0

    def test_is_no_number_for_a_blanked_place(self) -> None:
        assert not metres_between(40.0, -74.0, math.nan, math.nan) <= 10**9


class TestMetresToEdges:
    @pytest.mark.parametrize("lat", [-60.0, 0.0, 40.72, 65.0])
    def test_is_the_geodesic_to_the_nearest_place_of_an_edge(self, lat: float) -> None:
        edge = np.array([[10.0, lat, 10.004, lat + 0.003]])
        point = (lat + 0.0028, 10.0015)

        found = float(metres_to_edges(np.array([point[0]]), np.array([point[1]]), edge)[0])

        parts = np.linspace(0, 1, 20_001)
        best = min(vincenty(*point, lat + 0.003 * part, 10.0 + 0.004 * part) for part in parts[::20])
        near = [vincenty(*point, lat + 0.003 * part, 10.0 + 0.004 * part) for part in parts]
        assert found == pytest.approx(min(best, *near), abs=2e-3)

    def test_is_that_to_the_end_of_an_edge_beyond_it(self) -> None:
        edge = np.array([[10.0, 50.0, 10.001, 50.0]])

        found = float(metres_to_edges(np.array([50.0]), np.array([10.002]), edge)[0])

        assert found == pytest.approx(vincenty(50.0, 10.002, 50.0, 10.001), abs=1e-4)

    def test_bears_an_edge_without_length(self) -> None:
        edge = np.array([[10.0, 50.0, 10.0, 50.0]])

        assert metres_to_edges(np.array([50.0]), np.array([10.0]), edge)[0] == 0


class TestMatchFixes:
    def test_covers_edges_and_corners(self) -> None:
        lat, lon = np.array([40.0, 40.0, 40.005]), np.array([-74.0, -74.005, -74.0])
        square = shapely.box(-74.01, 40.0, -74.0, 40.01)

        matches = match_fixes(Fixes(np.arange(3), lat, lon, np.full(3, 5.0)), [a_version(square)], exit_buffer_m=25)

        assert sorted(matches.covered) == [(0, 0), (1, 0), (2, 0)]

    def test_respects_holes_and_measures_to_them(self) -> None:
        ring = a_rect(0, 0, 1000, 1000, holes=[[(200, 200), (800, 200), (800, 800), (200, 800)]])

        matches = match_fixes(some_fixes((500, 500), (220, 500), (100, 500)), [a_version(ring)], exit_buffer_m=25)

        assert (list(matches.covered), list(matches.near)) == ([(2, 0)], [(1, 0)])

    def test_covers_the_edge_of_a_hole(self) -> None:
        hole = shapely.Polygon(
            [(10, 50), (10.01, 50), (10.01, 50.01), (10, 50.01)],
            [[(10.004, 50.004), (10.006, 50.004), (10.006, 50.006), (10.004, 50.006)]],
        )
        fixes = Fixes(np.arange(2), np.array([50.004, 50.005]), np.array([10.005, 10.005]), np.full(2, 5.0))

        assert list(match_fixes(fixes, [a_version(hole)], exit_buffer_m=0).covered) == [(0, 0)]

    def test_covers_every_part_of_a_multipolygon(self) -> None:
        parts = shapely.MultiPolygon([a_rect(0, 0, 10, 10), a_rect(500, 0, 510, 10)])

        matches = match_fixes(some_fixes((5, 5), (505, 5), (250, 5)), [a_version(parts)], exit_buffer_m=25)

        assert list(matches.covered) == [(0, 0), (1, 0)]

    @pytest.mark.parametrize(("away", "is_near"), [(32.9, True), (33.1, False)])
    def test_is_near_within_the_buffer_and_the_accuracy(self, away: float, is_near: bool) -> None:  # noqa: FBT001
        matches = match_fixes(some_fixes((100 + away, 50)), [a_version(a_rect(0, 0, 100, 100))], exit_buffer_m=25)

        assert bool(matches.near) is is_near

    def test_measures_to_a_slanted_edge(self) -> None:
        slope = a_polygon([(0, 0), (100, 0), (0, 100)])
        inside, outside = 50 + 32.9 / math.sqrt(2), 50 + 33.1 / math.sqrt(2)

        matches = match_fixes(some_fixes((inside, inside), (outside, outside)), [a_version(slope)], exit_buffer_m=25)

        assert list(matches.near) == [(0, 0)]

    def test_asks_only_versions_in_force(self) -> None:
        square = a_rect(0, 0, 100, 100)
        versions = [a_version(square, 0, 100), a_version(square, 100, 101), a_version(square, 101)]

        matches = match_fixes(some_fixes((50, 50), (50, 50), at=100), versions, exit_buffer_m=25)

        assert sorted(matches.covered) == [(0, 1), (1, 2)]

    def test_is_never_near_another_site_when_covered(self) -> None:
        versions = [a_version(a_rect(0, 0, 100, 100)), a_version(a_rect(100.5, 0, 200, 100))]

        matches = match_fixes(some_fixes((99, 50)), versions, exit_buffer_m=25)

        assert (list(matches.covered), list(matches.near)) == ([(0, 0)], [])

    def test_matches_no_blanked_fix(self) -> None:
        fixes = Fixes(np.arange(2), np.array([math.nan, 0.0]), np.array([math.nan, 0.0]), np.array([math.inf, 5.0]))

        matches = match_fixes(fixes, [a_version(shapely.box(-1, -1, 1, 1))], exit_buffer_m=25)

        assert list(matches.covered) == [(1, 0)]

    def test_has_edges_straight_in_degrees(self) -> None:
        wide = shapely.box(-10, 59, 10, 60)
        fixes = Fixes(np.arange(2), np.array([60.0, 60.0001]), np.array([0.0, 0.0]), np.full(2, 5.0))

        assert list(match_fixes(fixes, [a_version(wide)], exit_buffer_m=0).covered) == [(0, 0)]


class TestCells:
    @pytest.mark.parametrize("lat", [-75.0, 0.0, 40.72, 70.0])
    def test_find_every_fix_within_reach(self, lat: float) -> None:
        square = shapely.box(10.0, lat, 10.004, lat + 0.004)
        cells = cells_of(square, 125)
        rng = np.random.default_rng(1)
        lats, lons = rng.uniform(lat - 0.01, lat + 0.014, 4000), rng.uniform(9.98, 10.03, 4000)
        edges = shape_of(square).edges
        away = np.min([metres_to_edges(lats, lons, edges[[number]]) for number in range(len(edges))], axis=0)
        covered = shapely.intersects_xy(square, lons, lats)

        missed = [
            (a, b)
            for a, b, metres, inside in zip(lats, lons, away, covered, strict=True)
            if (inside or metres <= 125) and cell_of(a, b) not in cells
        ]

        assert missed == []

    def test_of_a_small_site_are_few(self) -> None:
        assert 1 <= len(cells_of(a_rect(0, 0, 50, 50), 125)) <= 4

    def test_follow_the_parts_and_not_the_space_between(self) -> None:
        parts = shapely.MultiPolygon([a_rect(0, 0, 10, 10), a_rect(50_000, 50_000, 50_010, 50_010)])

        assert len(cells_of(parts, 125)) <= 8

    def test_are_the_same_for_many_points_as_for_one(self) -> None:
        lat, lon = np.array([40.7212, -0.001, math.nan]), np.array([-74.17, -0.001, math.nan])

        assert cells_at(lat, lon) == {cell_of(40.7212, -74.17), cell_of(-0.001, -0.001)}

    def test_differ_on_either_side_of_zero(self) -> None:
        assert len({cell_of(a, b) for a in (-0.001, 0.001) for b in (-0.001, 0.001)}) == 4

    def test_refuse_what_no_site_can_be(self) -> None:
        with pytest.raises(BoundaryTooLargeError):
            cells_of(shapely.box(-20, 30, 20, 50), 125)

    @pytest.mark.parametrize("inner", [0.02, 0.09])
    @pytest.mark.parametrize("lat", [-60.0, 0.3, 40.5])
    def test_are_all_that_touch_a_star_and_hardly_more(self, lat: float, inner: float) -> None:
        corners = [(2 * math.pi * number / 1000, inner if number % 2 else 0.1) for number in range(1000)]
        star = shapely.Polygon([(10 + far * math.cos(turn), lat + far * math.sin(turn)) for turn, far in corners])

        found = cells_of(star, 600)

        exact = _touching(star, 600)
        assert exact <= found
        assert len(found - exact) <= len(exact) / 20


def _touching(polygon: shapely.Polygon, reach_m: float) -> set[int]:
    """Every cell of the surroundings whose widened box touches the polygon, one by one."""
    west, south, east, north = polygon.bounds
    tall = reach_m / 110_500
    wide = tall / math.cos(math.radians(max(abs(south), abs(north)) + tall))
    touching: set[int] = set()
    for row in range(math.floor((south - tall) * 200), math.floor((north + tall) * 200) + 1):
        for column in range(math.floor((west - wide) * 200), math.floor((east + wide) * 200) + 1):
            lat, lon = row / 200, column / 200
            box = shapely.box(lon - wide, lat - tall, lon + 0.005 + wide, lat + 0.005 + tall)
            if shapely.intersects(polygon, box):
                touching.add(cell_of(lat + 0.0025, lon + 0.0025))
    return touching
