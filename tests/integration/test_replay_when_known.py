"""What was quarantined because a device or a worker code was unknown is replayed by itself once it is known."""

import json
from uuid import uuid4

import psycopg
import pytest

from bootstrap.runtime import runtime
from tests.fakes.bus import FakeBus
from tests.index import Api, Home
from tests.integration.estate import a_badge_body, an_estate


@pytest.fixture
def api(shared_api: Api) -> Api:
    """Each test makes companies of its own, so that one database does for all."""
    return shared_api


@pytest.fixture
def bus(api: Api, monkeypatch: pytest.MonkeyPatch) -> FakeBus:
    """A bus in memory in the place of the broker."""
    fake = FakeBus()
    monkeypatch.setitem(runtime().__dict__, "bus", fake)
    return fake


def quarantine(api: Api, home: Home, code: str, *, device: object = None, worker_code: str | None = None) -> None:
    with psycopg.connect(api.database.superuser_url) as connection:
        connection.execute(
            "insert into quarantined_events (company_id, id, receipt_id, received_at, endpoint, code, detail, device, "
            "worker_code, content_hash, item) values (%s, %s, %s, now(), 'events', %s, '', %s, %s, '\\x00', '{}')",
            [home.id, uuid4(), uuid4(), code, device, worker_code],
        )


class TestRegisterBadge:
    @pytest.mark.parametrize("name", ["serial", "device_uid"])
    async def test_replays_what_its_device_sent_before(self, api: Api, bus: FakeBus, name: str) -> None:
        home = await api.make_company()
        body = a_badge_body()
        quarantine(api, home, "unknown_device", device=body[name])

        answer = await api.call("POST", "/api/v1/badges", as_=home.operator, json_=body)

        (message,) = bus.take("ingest")
        assert answer.status == 201
        assert answer.json["receipt_id"] in json.dumps(json.loads(message.body))

    async def test_replays_nothing_of_another_company(self, api: Api, bus: FakeBus) -> None:
        home, other = await api.make_company(), await api.make_company()
        body = a_badge_body()
        quarantine(api, other, "unknown_device", device=body["serial"])

        answer = await api.call("POST", "/api/v1/badges", as_=home.operator, json_=body)

        assert "receipt_id" not in answer.json
        assert bus.take("ingest") == []

    async def test_registers_even_if_the_broker_is_away(self, api: Api, bus: FakeBus) -> None:
        home = await api.make_company()
        body = a_badge_body()
        quarantine(api, home, "unknown_device", device=body["serial"])
        bus.down = True

        answer = await api.call("POST", "/api/v1/badges", as_=home.operator, json_=body)

        assert (answer.status, "receipt_id" in answer.json) == (201, False)


class TestWorkerCode:
    async def test_replays_the_shifts_that_named_a_new_worker(self, api: Api, bus: FakeBus) -> None:
        home = await api.make_company()
        quarantine(api, home, "unknown_worker", device="ACT-00000001", worker_code="LUIS")

        await api.make("/api/v1/workers", {"name": "Ana", "code": "ANA"}, as_=home.operator)
        before = bus.take("ingest")
        await api.make("/api/v1/workers", {"name": "Luis", "code": "LUIS"}, as_=home.operator)

        assert (len(before), len(bus.take("ingest"))) == (0, 1)

    async def test_replays_the_shifts_that_named_a_code_that_a_worker_takes(self, api: Api, bus: FakeBus) -> None:
        mine = await an_estate(api)
        quarantine(api, mine.company, "unknown_worker", device="ACT-00000001", worker_code="ANA-2")

        await api.call(
            "PATCH",
            mine.paths()["worker"],
            as_=mine.company.operator,
            json_={"code": "ANA-2"},
            headers={"If-Match": "*"},
        )

        assert len(bus.take("ingest")) == 1
