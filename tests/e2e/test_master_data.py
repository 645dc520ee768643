"""Every operation of master data through the development host, over HTTP."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from blueprints import badges, branches, crews, job_types, jobs, sites, tags, workers, zones
from tests.integration.estate import BOUNDARY, EARLY, a_badge_body, a_job_body, a_site_body
from tests.product import Product

NOUNS = (badges, branches, crews, job_types, jobs, sites, tags, workers, zones)


class Walk:
    """Calls operations one after the other and keeps the id of what each made."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.ids: dict[str, str] = {}
        self.called: set[str] = set()

    def call(self, operation: str, method: str, path: str, body: object = None, *, keep: str = "") -> httpx.Response:
        """Call one operation; it must succeed."""
        answer = self._client.request(method, f"/api/v1{path.format(**self.ids)}", json=body, headers={"If-Match": "*"})
        assert answer.is_success, (operation, answer.text)
        self.called.add(operation)
        if keep:
            self.ids[keep] = answer.json()["id"]
        return answer

    def plain(self, one: str, path: str, body: object, change: object, *, create: str = "", many: str = "") -> None:
        """Create, list, get and change one of a noun."""
        self.call(create or f"create_{one}", "POST", path, body, keep=one)
        self.call(many or f"list_{one}s", "GET", path)
        self.call(f"get_{one}", "GET", f"{path}/{{{one}}}")
        self.call(f"change_{one}", "PATCH", f"{path}/{{{one}}}", change)


@pytest.fixture
def walk(product: Product) -> Iterator[Walk]:
    """A walk through a company of its own."""
    with product.client(product.token("platform")) as platform:
        body = {"name": "Walk", "slug": "walk", "timezone": "America/New_York"}
        made = platform.post("/api/v1/companies", json=body)
    assert made.status_code == 201, made.text
    with product.client(product.token("operator", "walk")) as client:
        yield Walk(client)


class TestMasterData:
    def test_is_served_whole(self, walk: Walk) -> None:
        walk.plain("branch", "/branches", {"name": "N", "timezone": "UTC"}, {"name": "M"}, many="list_branches")
        walk.plain("worker", "/workers", {"name": "Ana", "code": "ANA"}, {"name": "Bo"})
        walk.plain("site", "/sites", a_site_body(), {"kind": "yard"})
        walk.plain("crew", "/crews", {"name": "Blue"}, {"name": "Red"})
        walk.plain("badge", "/badges", a_badge_body(), {"kind": "gateway"}, create="register_badge")
        walk.plain("zone", "/zones", {"name": "Z"}, {"name": "Y"})
        walk.plain("tag", "/tags", {"mac": "AA:BB:CC:DD:EE:FF", "name": "T", "kind": "t"}, {"name": "U"})
        walk.plain("job_type", "/job-types", {"name": "edging"}, {"name": "pruning"})
        walk.plain("job", "/jobs", a_job_body(walk.ids["site"]), {"budget_s": 1})
        self._boundaries(walk)
        self._periods(walk)
        walk.call("replace_job_assignments", "PUT", "/jobs/{job}/assignments", {"worker_ids": [walk.ids["worker"]]})
        walk.call("get_job_assignments", "GET", "/jobs/{job}/assignments")
        walk.call("remove_job", "DELETE", "/jobs/{job}")
        transition = {"lifecycle": "retired", "reason": "broken"}
        walk.call("change_badge_lifecycle", "POST", "/badges/{badge}/transitions", transition)

        routes = [route for noun in NOUNS for route in noun.router.routes]
        assert walk.called == {route.name for route in routes if isinstance(route, APIRoute)}

    def _boundaries(self, walk: Walk) -> None:
        path = "/sites/{site}/boundary"
        walk.call("replace_site_boundary", "PUT", path, {"boundary": BOUNDARY, "valid_from": EARLY})
        walk.call("get_site_boundary", "GET", f"{path}?at={EARLY}")
        walk.call("list_boundary_versions", "GET", f"{path}-versions")
        walk.call("get_boundary_version", "GET", f"{path}-versions/2")

    def _periods(self, walk: Walk) -> None:
        period = {"worker_id": walk.ids["worker"], "from": EARLY}
        for one, path, create in (
            ("crew_member", "/crews/{crew}/members", "add_crew_member"),
            ("badge_assignment", "/badges/{badge}/assignments", "assign_badge"),
        ):
            walk.plain(one, path, period, {"to": "2026-12-01T00:00:00Z"}, create=create)
            walk.call(f"remove_{one}", "DELETE", f"{path}/{{{one}}}")
