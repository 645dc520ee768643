"""Sites and the versions of their boundaries through the index, with PostGIS."""

import threading
from typing import Any

import psycopg
import pytest
import shapely

from domain.boundaries import cell_of, cells_of
from services import sites
from tests.index import Answer, Api, Home
from tests.integration.estate import BOUNDARY, EARLY, SQUARE, a_site_body

MOVED: dict[str, Any] = {"type": "Polygon", "coordinates": [[[lon + 0.01, lat] for lon, lat in SQUARE]]}
JUNE = "2026-06-10T16:00:00Z"


@pytest.fixture
def api(shared_api: Api) -> Api:
    """Each test makes companies of its own, so that one database does for all."""
    return shared_api


async def a_site(api: Api, home: Home, **more: object) -> str:
    return str((await api.make("/api/v1/sites", a_site_body(**more), as_=home.operator))["id"])


async def draw(
    api: Api, home: Home, site: str, *, boundary: object = MOVED, valid_from: str = JUNE, seen: str | None = "*"
) -> Answer:
    headers = {} if seen is None else {"If-Match": seen}
    body = {"boundary": boundary, "valid_from": valid_from}
    return await api.call("PUT", f"/api/v1/sites/{site}/boundary", as_=home.operator, json_=body, headers=headers)


async def versions(api: Api, home: Home, site: str) -> list[tuple[int, str, str | None]]:
    answer = await api.call("GET", f"/api/v1/sites/{site}/boundary-versions", as_=home.viewer)
    return [(item["version"], item["valid_from"], item["valid_to"]) for item in answer.json["items"]]


REFUSED: dict[str, tuple[Any, str, str, str]] = {
    "bow-tie": (
        [[-74.17, 40.72], [-74.16, 40.73], [-74.16, 40.72], [-74.17, 40.73], [-74.17, 40.72]],
        "self_intersection",
        "/boundary/coordinates/0/0",
        "[-74.165, 40.725]",
    ),
    "unclosed ring": (SQUARE[:-1], "ring_not_closed", "/boundary/coordinates/0/3", "[-74.17, 40.721]"),
    "swapped": (
        [[lat, lon] for lon, lat in SQUARE],
        "coordinates_swapped",
        "/boundary/coordinates",
        "[40.7205, -74.1695]",
    ),
    "swapped beyond 90 degrees": (
        [[33.4, -112.0], [33.5, -112.0], [33.5, -112.1], [33.4, -112.0]],
        "coordinates_swapped",
        "/boundary/coordinates/0/0",
        "[33.4, -112]",
    ),
    "empty": ([], "boundary_empty", "/boundary/coordinates/0", ""),
}


class TestCreateSite:
    @pytest.mark.parametrize("case", REFUSED)
    async def test_refuses_a_boundary_that_is_not_right_and_says_where(self, api: Api, case: str) -> None:
        home = await api.make_company()
        ring, code, pointer, position = REFUSED[case]
        body = a_site_body(boundary={"type": "Polygon", "coordinates": [ring]})

        answer = await api.call("POST", "/api/v1/sites", as_=home.operator, json_=body)

        assert answer.status == 422
        (error,) = answer.json["errors"]
        assert (error["code"], error["pointer"]) == (code, pointer)
        assert position in error["message"]
        listed = await api.call("GET", "/api/v1/sites", as_=home.viewer)
        assert listed.json["items"] == []

    async def test_refuses_an_empty_polygon(self, api: Api) -> None:
        home = await api.make_company()
        body = a_site_body(boundary={"type": "Polygon", "coordinates": []})

        answer = await api.call("POST", "/api/v1/sites", as_=home.operator, json_=body)

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/boundary/coordinates")

    @pytest.mark.parametrize("number", [b"NaN", b"1e999", b"-Infinity"])
    async def test_refuses_what_is_no_number(self, api: Api, number: bytes) -> None:
        home = await api.make_company()
        ring = b"[[-74.17,40.72],[" + number + b",40.72],[-74.16,40.73],[-74.17,40.72]]"
        content = (
            b'{"name":"Lot","valid_from":"2026-01-01T00:00:00Z","boundary":{"type":"Polygon","coordinates":['
            + ring
            + b"]}}"
        )

        answer = await api.call("POST", "/api/v1/sites", as_=home.operator, content=content)

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/boundary/coordinates/0/1")

    async def test_takes_a_swapped_place_once_a_branch_is_there(self, api: Api) -> None:
        home = await api.make_company(timezone="Europe/Madrid")
        madrid = [[-3.7, 40.4], [-3.69, 40.4], [-3.69, 40.41], [-3.7, 40.4]]
        kenya = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in madrid]]}

        before = await api.call("POST", "/api/v1/sites", as_=home.operator, json_=a_site_body(boundary=kenya))
        await api.make("/api/v1/branches", {"name": "Nairobi", "timezone": "Africa/Nairobi"}, as_=home.operator)
        after = await api.call("POST", "/api/v1/sites", as_=home.operator, json_=a_site_body(boundary=kenya))

        assert (before.status, before.json["code"], after.status) == (422, "coordinates_swapped", 201)

    async def test_takes_holes_and_parts_and_gives_them_back(self, api: Api) -> None:
        home = await api.make_company()
        hole = [[-74.1697, 40.7203], [-74.1693, 40.7203], [-74.1693, 40.7207], [-74.1697, 40.7203]]
        east = [[lon + 0.002, lat] for lon, lat in SQUARE]
        boundary = {"type": "MultiPolygon", "coordinates": [[SQUARE, hole], [east]]}

        site = await a_site(api, home, boundary=boundary)
        answer = await api.call("GET", f"/api/v1/sites/{site}/boundary", as_=home.viewer)

        assert answer.json["boundary"] == boundary
        assert answer.json["area_m2"] == pytest.approx(2 * 9382 - 750, rel=0.01)

    async def test_finds_the_boundary_by_its_grid_cells(self, api: Api) -> None:
        home = await api.make_company()

        site = await a_site(api, home)

        with psycopg.connect(api.database.superuser_url) as connection:
            rows = connection.execute("select cell from boundary_cells where site_id = %s", [site]).fetchall()
        cells = {row[0] for row in rows}
        assert {cell_of(40.7205, -74.1695), cell_of(40.7205 + 0.005, -74.1695)} <= cells
        assert cell_of(40.75, -74.1695) not in cells


class TestReplaceSiteBoundary:
    async def test_ends_the_version_before(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)

        answer = await draw(api, home, site, seen='"1"')

        assert (answer.status, answer.etag) == (200, '"2"')
        assert (answer.json["version"], answer.json["boundary"]) == (2, MOVED)
        assert await versions(api, home, site) == [(1, EARLY, JUNE), (2, JUNE, None)]

    async def test_fits_in_before_a_version_that_begins_later(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home, valid_from=JUNE)

        answer = await draw(api, home, site, valid_from=EARLY)

        assert answer.json["valid_to"] == JUNE
        assert await versions(api, home, site) == [(1, JUNE, None), (2, EARLY, JUNE)]

    async def test_counts_in_place_of_one_that_begins_at_the_same_instant(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)

        await draw(api, home, site, valid_from=EARLY)

        read = await api.call("GET", f"/api/v1/sites/{site}/boundary?at={JUNE}", as_=home.viewer)
        assert await versions(api, home, site) == [(1, EARLY, EARLY), (2, EARLY, None)]
        assert (read.json["version"], read.json["boundary"]) == (2, MOVED)

    async def test_needs_the_version_that_was_seen(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)

        without, stale = await draw(api, home, site, seen=None), await draw(api, home, site, seen='"7"')

        assert (without.status, stale.status) == (428, 412)
        assert await versions(api, home, site) == [(1, EARLY, None)]

    async def test_refuses_what_the_first_would_be_refused_for(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)

        bow_tie = {"type": "Polygon", "coordinates": [REFUSED["bow-tie"][0]]}
        swapped = {"type": "Polygon", "coordinates": [REFUSED["swapped"][0]]}
        answers = [await draw(api, home, site, boundary=boundary) for boundary in (bow_tie, swapped)]

        assert [answer.json["code"] for answer in answers] == ["self_intersection", "coordinates_swapped"]
        assert await versions(api, home, site) == [(1, EARLY, None)]

    async def test_is_in_the_audit_log_with_the_whole_boundary(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)

        await draw(api, home, site)

        answer = await api.call("GET", f"/api/v1/audit-entries?subject=site:{site}", as_=home.viewer)
        newest, first, made = answer.json["items"]
        assert [entry["kind"] for entry in (newest, first, made)] == [
            "boundary_changed",
            "boundary_changed",
            "site_created",
        ]
        assert (newest["body"]["number"], newest["body"]["boundary"]) == (2, MOVED)

    async def test_treats_another_companys_site_as_one_that_never_was(self, api: Api) -> None:
        home, other = await api.make_company(), await api.make_company()
        site = await a_site(api, home)

        foreign = await draw(api, other, site)
        never = await draw(api, other, "01a201fc-a7c3-755c-b763-c91d7b3bf874")

        assert foreign.status == 404
        assert foreign.comparable == never.comparable
        assert await versions(api, home, site) == [(1, EARLY, None)]


class TestGetSiteBoundary:
    async def test_is_the_version_in_force(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)
        await draw(api, home, site)

        path = f"/api/v1/sites/{site}/boundary"
        before = await api.call("GET", f"{path}?at=2026-06-10T15:59:59Z", as_=home.viewer)
        then = await api.call("GET", f"{path}?at={JUNE}", as_=home.viewer)
        number = await api.call("GET", f"/api/v1/sites/{site}/boundary-versions/1", as_=home.viewer)

        assert (before.json["version"], then.json["version"], then.etag) == (1, 2, '"2"')
        assert number.json == before.json
        assert before.json["boundary"] == BOUNDARY

    async def test_says_when_there_is_none_yet(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)

        answer = await api.call("GET", f"/api/v1/sites/{site}/boundary?at=2025-12-31T23:59:59Z", as_=home.viewer)

        assert (answer.status, answer.json["code"]) == (404, "no_boundary")

    @pytest.mark.parametrize("tail", ["boundary", "boundary-versions", "boundary-versions/1"])
    async def test_treats_another_companys_site_as_one_that_never_was(self, api: Api, tail: str) -> None:
        home, other = await api.make_company(), await api.make_company()
        site = await a_site(api, home)

        foreign = await api.call("GET", f"/api/v1/sites/{site}/{tail}", as_=other.admin)
        never = await api.call("GET", f"/api/v1/sites/01a201fc-a7c3-755c-b763-c91d7b3bf874/{tail}", as_=other.admin)

        assert foreign.status == 404
        assert foreign.comparable == never.comparable

    async def test_pages_through_versions_by_number(self, api: Api) -> None:
        home = await api.make_company()
        site = await a_site(api, home)
        for month in ("02", "03"):
            await draw(api, home, site, valid_from=f"2026-{month}-01T00:00:00Z")

        path = f"/api/v1/sites/{site}/boundary-versions?limit=2"
        first = await api.call("GET", path, as_=home.viewer)
        second = await api.call("GET", f"{path}&cursor={first.json['next_cursor']}", as_=home.viewer)

        pages = [[item["version"] for item in answer.json["items"]] for answer in (first, second)]
        assert (pages, second.json["next_cursor"]) == ([[1, 2], [3]], None)


class TestDrawing:
    async def test_is_done_in_a_thread_while_no_transaction_is_open(
        self, api: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = await api.make_company()
        seen: list[tuple[bool, int]] = []

        def look(geometry: shapely.Geometry, reach_m: float) -> set[int]:
            with psycopg.connect(api.database.superuser_url) as connection:
                (open_,) = connection.execute(
                    "select count(*) from pg_stat_activity where datname = current_database() and state ~ '^idle in'"
                ).fetchone() or (-1,)
            seen.append((threading.current_thread() is threading.main_thread(), open_))
            return cells_of(geometry, reach_m)

        monkeypatch.setattr(sites, "cells_of", look)
        answer = await draw(api, home, await a_site(api, home))

        assert (answer.status, seen) == (200, [(False, 0), (False, 0)])
