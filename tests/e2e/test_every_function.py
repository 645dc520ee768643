"""Every function of the index that is no master data, through the development host: HTTP, queues and timers."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.e2e.test_master_data import NOUNS
from tests.index import functions
from tests.integration.estate import EARLY, a_site_body
from tests.product import Product

DAY = "2026-06-10"
NOON = datetime(2026, 6, 10, 16, tzinfo=UTC)
SERIALS = ("ACT-00000001", "ACT-00000002")
DEVICES = ("dev:864200000000001", "dev:864200000000002")
WAIT_S = 30.0


def _site(west: float) -> dict[str, Any]:
    east, south, north = west + 0.001, 40.7, 40.701
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {**a_site_body(), "name": f"At {west}", "boundary": {"type": "Polygon", "coordinates": [ring]}}


def _envelope(badge: int, west: float, start: datetime) -> dict[str, Any]:
    """Half an hour within the site that begins at `west`, a fix a minute."""
    events = [
        {
            "device_id": SERIALS[badge],
            "firmware_version": "1.4.2",
            "event_type": "gps",
            "timestamp_utc": (start + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sequence_number": minute + 1,
            "payload": {"lat": 40.7005, "lon": west + 0.0005, "accuracy_m": 8.0, "fix_type": "3d"},
        }
        for minute in range(31)
    ]
    received = (start + timedelta(minutes=32)).timestamp()
    return {"device": DEVICES[badge], "file": "badge.qo", "received": received, "body": {"events": events}}


class Tour:
    """Calls operations by name and remembers which were called."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self.called: set[str] = set()
        self._clients: dict[str, httpx.Client] = {}

    def client(self, role: str) -> httpx.Client:
        """Somebody of the company, our staff, or `nobody`."""
        if role not in self._clients:
            token = None if role == "nobody" else self._product.token(role, None if role == "platform" else "tour")
            self._clients[role] = self._product.client(token)
        return self._clients[role]

    def call(
        self, operation: str, method: str, path: str, body: object = None, *, role: str = "admin", key: str = ""
    ) -> httpx.Response:
        """Call one operation; it must succeed."""
        headers = {"If-Match": "*"} | ({"X-Actual-Api-Key": key} if key else {})
        client = self.client("nobody" if key else role)
        answer = client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.is_success, (operation, answer.status_code, answer.text)
        self.called.add(operation)
        return answer

    def make(self, path: str, body: object) -> str:
        """Something of master data that the tour needs; its id."""
        answer = self.client("admin").post(f"/api/v1{path}", json=body)
        assert answer.is_success, answer.text
        return str(answer.json()["id"])

    def wait(self, receipt_id: str) -> dict[str, Any]:
        """The receipt once its post is stored, by the function that the queue triggers."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            receipt = self.call("get_receipt", "GET", f"/ingest/receipts/{receipt_id}").json()
            if receipt["status"] == "processed":
                self.called.add("store_events")
                return dict(receipt)
            time.sleep(0.05)
        pytest.fail(f"receipt {receipt_id} is not processed")

    def wait_until_settled(self, worker_id: str) -> dict[str, Any]:
        """The day once the function of queue `workflow` has worked off its marks."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            day = self.call("get_workday", "GET", f"/workers/{worker_id}/workdays/{DAY}").json()
            if not day["pending"]:
                return dict(day)
            time.sleep(0.05)
        pytest.fail("the day stays pending")

    def fire(self, timer: str) -> None:
        """Fire a timer now, as the host's control endpoint does."""
        answer = httpx.post(f"{self._product.host.url}/devhost/timers/{timer}", trust_env=False, timeout=30)
        assert answer.is_success, answer.text
        self.called.add(timer)

    def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            client.close()


@pytest.fixture
def tour(product: Product) -> Iterator[Tour]:
    made = Tour(product)
    body = {"name": "Tour", "slug": "tour", "timezone": "America/New_York"}
    made.call("create_company", "POST", "/companies", body, role="platform")
    yield made
    made.close()


class TestEveryFunction:
    def test_is_served(self, tour: Tour) -> None:
        self._service_and_company(tour)
        key = tour.call("issue_api_key", "POST", "/api-keys", {"name": "hub", "scopes": ["ingest"]}).json()
        worker = self._ingest(tour, key["key"])
        self._read(tour, worker)
        self._change(tour, worker, key["id"])

        master_data = {route.name for noun in NOUNS for route in noun.router.routes if isinstance(route, APIRoute)}
        assert tour.called | master_data == set(functions())

    def _service_and_company(self, tour: Tour) -> None:
        tour.call("get_health", "GET", "/health", role="nobody")
        tour.call("get_readiness", "GET", "/health/ready", role="nobody")
        tour.call("get_openapi_document", "GET", "/openapi.json", role="nobody")
        assert "<title>Actual API</title>" in tour.call("show_api_documentation", "GET", "/docs", role="nobody").text
        companies = tour.call("list_companies", "GET", "/companies").json()["items"]
        tour.call("get_company", "GET", f"/companies/{companies[0]['id']}")
        unknown = tour.client("nobody").get("/api/v1/nothing/here")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
        tour.called.add("answer_unknown_route")

    def _ingest(self, tour: Tour, key: str) -> str:
        """One worker with two badges at two sites at once, and a note of no known file."""
        worker = tour.make("/workers", {"name": "Ana", "code": "ANA"})
        for west in (-74.0, -73.9):
            tour.make("/sites", _site(west))
        for serial, device in zip(SERIALS, DEVICES, strict=True):
            badge = tour.make("/badges", {"serial": serial, "device_uid": device, "kind": "badge"})
            tour.make(f"/badges/{badge}/assignments", {"worker_id": worker, "from": EARLY})
        posts = [_envelope(0, -74.0, NOON), _envelope(1, -73.9, NOON + timedelta(minutes=15))]
        posts.append({"device": DEVICES[0], "file": "odd.qo", "received": NOON.timestamp(), "body": {"x": 1}})
        for post in posts:
            tour.wait(
                tour.call("receive_notehub_events", "POST", "/ingest/notehub", post, key=key).json()["receipt_id"]
            )
        beat = {
            "device_id": SERIALS[0],
            "firmware_version": "1.4.2",
            "event_type": "upload_heartbeat",
            "timestamp_utc": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sequence_number": 99,
            "payload": {},
        }
        tour.wait(tour.call("receive_badge_events", "POST", "/ingest/events", [beat], key=key).json()["receipt_id"])
        return worker

    def _read(self, tour: Tour, worker: str) -> None:
        period = "from=2026-06-10T00:00:00Z&to=2026-06-11T00:00:00Z"
        intervals = tour.call("list_presence_intervals", "GET", f"/presence/intervals?worker_id={worker}&{period}")
        assert len(intervals.json()["items"]) == 2
        tour.call("get_worker_evidence", "GET", f"/workers/{worker}/evidence?at=2026-06-10T16:05:00Z")
        assert tour.wait_until_settled(worker)["totals"]["on_site_s"] == 45 * 60
        tour.call("get_workweek", "GET", f"/workers/{worker}/workweeks/{DAY}")
        hours = tour.call("list_worker_hours", "GET", "/workdays?from=2026-06-07&to=2026-06-14").json()
        assert len(hours["items"]) == 1
        conflicts = tour.call("list_discrepancies", "GET", "/discrepancies?kind=badge_conflict").json()["items"]
        tour.call("get_discrepancy", "GET", f"/discrepancies/{conflicts[0]['id']}")
        odd = tour.call("list_quarantined_events", "GET", "/quarantine?code=unknown_notefile").json()["items"]
        tour.call("get_quarantined_event", "GET", f"/quarantine/{odd[0]['id']}")
        replayed = tour.call("replay_quarantined_event", "POST", f"/quarantine/{odd[0]['id']}/replays")
        tour.wait(replayed.json()["receipt_id"])
        entries = tour.call("list_audit_entries", "GET", "/audit-entries").json()["items"]
        tour.call("get_audit_entry", "GET", f"/audit-entries/{entries[0]['number']}")
        assert tour.call("verify_audit_entries", "GET", "/audit-entries/verification").json()["holds"]

    def _change(self, tour: Tour, worker: str, key_id: str) -> None:
        """A new policy marks every day; the queue `workflow` works them off, and the timers find nothing left."""
        tour.call("get_policy", "GET", "/policy")
        tour.call("replace_policy", "PUT", "/policy", {"dwell_s": 3600})
        assert tour.wait_until_settled(worker)["segments"] == []
        tour.called.add("dispatch_workflow_message")
        tour.fire("recompute_marked_workdays")
        tour.fire("blank_positions")
        tour.call("list_api_keys", "GET", "/api-keys")
        tour.call("get_api_key", "GET", f"/api-keys/{key_id}")
        tour.call("revoke_api_key", "DELETE", f"/api-keys/{key_id}")
