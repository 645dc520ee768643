"""Boundaries as GeoJSON: what is refused, and where the error is said to be."""

import json
from typing import Any

import pytest
import shapely

from domain.errors import InvalidError
from domain.geojson import boundary_from, document_of, position_of

Ring = list[list[Any]]
SQUARE: Ring = [[-74.2, 40.7], [-74.1, 40.7], [-74.1, 40.8], [-74.2, 40.8], [-74.2, 40.7]]
HOLE: Ring = [[-74.18, 40.72], [-74.12, 40.72], [-74.12, 40.78], [-74.18, 40.78], [-74.18, 40.72]]
EAST: Ring = [[-74.09, 40.7], [-74.0, 40.7], [-74.0, 40.8], [-74.09, 40.8], [-74.09, 40.7]]


def a_polygon(*rings: Ring, **more: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings), **more}


def a_multi_polygon(*polygons: list[Ring]) -> dict[str, object]:
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def refusal(document: dict[str, object]) -> InvalidError:
    with pytest.raises(InvalidError) as raised:
        boundary_from(document)
    return raised.value


REFUSED: dict[str, tuple[dict[str, object], str, str, str]] = {
    "bow-tie": (
        a_polygon([[-74.2, 40.7], [-74.1, 40.8], [-74.1, 40.7], [-74.2, 40.8], [-74.2, 40.7]]),
        "self_intersection",
        "/boundary/coordinates/0/0",
        "[-74.15, 40.75]",
    ),
    "touches itself": (
        a_polygon([[-74.2, 40.7], [-74.1, 40.7], [-74.1, 40.8], [-74.15, 40.7], [-74.2, 40.8], [-74.2, 40.7]]),
        "self_intersection",
        "/boundary/coordinates/0/0",
        "[-74.15, 40.7]",
    ),
    "parts overlap": (
        a_multi_polygon([SQUARE], [[[-74.15, 40.75], [-74.0, 40.75], [-74.0, 40.9], [-74.15, 40.75]]]),
        "self_intersection",
        "/boundary/coordinates/0/0/1",
        "[-74.1, 40.75]",
    ),
    "unclosed ring": (
        a_polygon(SQUARE[:-1]),
        "ring_not_closed",
        "/boundary/coordinates/0/3",
        "[-74.2, 40.8]",
    ),
    "unclosed hole of the second part": (
        a_multi_polygon([EAST], [SQUARE, HOLE[:-1]]),
        "ring_not_closed",
        "/boundary/coordinates/1/1/3",
        "[-74.18, 40.78]",
    ),
    "two corners": (
        a_polygon([[-74.2, 40.7], [-74.1, 40.7], [-74.2, 40.7]]),
        "ring_too_short",
        "/boundary/coordinates/0",
        "3 positions",
    ),
    "one place four times": (
        a_polygon([[-74.2, 40.7]] * 4),
        "geometry_not_valid",
        "/boundary/coordinates/0/0",
        "[-74.2, 40.7]",
    ),
    "hole outside": (
        a_polygon(SQUARE, EAST),
        "hole_outside_shell",
        "/boundary/coordinates/1/0",
        "[-74.09, 40.7]",
    ),
    "hole in a hole": (
        a_polygon(SQUARE, HOLE, [[-74.16, 40.74], [-74.14, 40.74], [-74.14, 40.76], [-74.16, 40.74]]),
        "geometry_not_valid",
        "/boundary/coordinates/2/0",
        "[-74.16, 40.74]",
    ),
    "no rings": (a_polygon(), "boundary_empty", "/boundary/coordinates", ""),
    "an empty ring": (a_polygon([]), "boundary_empty", "/boundary/coordinates/0", ""),
    "no parts": (a_multi_polygon(), "boundary_empty", "/boundary/coordinates", ""),
    "an empty part": (a_multi_polygon([SQUARE], []), "boundary_empty", "/boundary/coordinates/1", ""),
    "latitude first, beyond 90": (
        a_polygon([[lat, lon - 40] for lon, lat in SQUARE]),
        "coordinates_swapped",
        "/boundary/coordinates/0/0",
        "[40.7, -114.2]",
    ),
    "nowhere": (
        a_polygon([[-74.2, 40.7], [-74.1, 40.7], [-274.1, 40.8], [-74.2, 40.7]]),
        "position_out_of_range",
        "/boundary/coordinates/0/2",
        "[-274.1, 40.8]",
    ),
    "not a number": (a_polygon([[float("nan"), 40.7]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "infinite": (a_polygon([[-74.2, float("inf")]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "beyond every number": (a_polygon([[10**400, 40.7]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "text": (a_polygon([["-74.2", 40.7]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "true": (a_polygon([[True, 40.7]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "one number": (a_polygon([[-74.2]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "four numbers": (a_polygon([[-74.2, 40.7, 0, 0]]), "position_malformed", "/boundary/coordinates/0/0", ""),
    "an object for coordinates": (
        {"type": "Polygon", "coordinates": {}},
        "geometry_type",
        "/boundary/coordinates",
        "",
    ),
    "no coordinates": ({"type": "Polygon"}, "geometry_type", "/boundary/coordinates", ""),
    "a ring in place of rings": (a_polygon(*SQUARE), "position_malformed", "/boundary/coordinates/0/0", ""),
    "a point": ({"type": "Point", "coordinates": [-74.2, 40.7]}, "geometry_type", "/boundary/type", ""),
    "a feature": ({"type": "Feature", "geometry": a_polygon(SQUARE)}, "geometry_type", "/boundary/type", ""),
    "too wide": (
        a_polygon([[-74.2, 40.7], [-73.1, 40.7], [-73.1, 40.8], [-74.2, 40.7]]),
        "boundary_too_large",
        "/boundary",
        "[-73.1, 40.8]",
    ),
    "other coordinates": (
        a_polygon(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}),
        "coordinate_system",
        "/boundary/crs",
        "",
    ),
    "too detailed": (
        a_polygon([[-74.2 + i * 1e-6, 40.7] for i in range(10_001)] + [[-74.2, 40.8], [-74.2, 40.7]]),
        "boundary_too_detailed",
        "/boundary",
        "10003",
    ),
}


class TestBoundaryFrom:
    @pytest.mark.parametrize("case", REFUSED)
    def test_refuses_and_says_where(self, case: str) -> None:
        document, code, pointer, position = REFUSED[case]

        error = refusal(document)

        assert (error.code, error.pointer) == (code, pointer)
        assert position in error.detail

    @pytest.mark.parametrize("turned", [False, True])
    def test_takes_rings_either_way_round(self, *, turned: bool) -> None:
        ring = SQUARE[::-1] if turned else SQUARE

        geometry = boundary_from(a_polygon(ring, HOLE))

        assert geometry.equals(shapely.Polygon(SQUARE, [HOLE]))

    def test_takes_a_hole_that_touches_its_shell_in_one_point(self) -> None:
        touching = [[-74.2, 40.75], [-74.12, 40.72], [-74.12, 40.78], [-74.2, 40.75]]

        geometry = boundary_from(a_polygon(SQUARE, touching))

        assert shapely.is_valid(geometry)

    def test_keeps_the_parts_of_a_multi_polygon(self) -> None:
        geometry = boundary_from(a_multi_polygon([SQUARE, HOLE], [EAST]))

        assert document_of(geometry)["type"] == "MultiPolygon"
        assert len(shapely.get_parts(geometry)) == 2

    def test_keeps_no_altitude(self) -> None:
        geometry = boundary_from(a_polygon([[lon, lat, 12.5] for lon, lat in SQUARE]))

        assert document_of(geometry) == a_polygon(SQUARE)

    def test_takes_whole_numbers(self) -> None:
        geometry = boundary_from(a_polygon([[-74, 40], [-73, 40], [-73, 41], [-74, 40]]))

        assert position_of(geometry) == (-73.5, 40.5)

    def test_takes_the_name_of_wgs84_where_old_writers_still_give_it(self) -> None:
        named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

        assert boundary_from(a_polygon(SQUARE, crs=named)).equals(shapely.Polygon(SQUARE))


class TestDocumentOf:
    def test_gives_back_every_digit(self) -> None:
        ring = [[-74.1234567890123, 40.7], [-74.1, 40.7], [-74.1, 40.8000000000001], [-74.1234567890123, 40.7]]

        document = document_of(boundary_from(a_polygon(ring)))

        assert json.dumps(document) == json.dumps(a_polygon(ring))
