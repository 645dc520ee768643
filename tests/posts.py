"""Posts as devices send them, and a company that takes them in: through the index, with a bus in memory."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import psycopg

from bootstrap.runtime import runtime
from services.ports.bus import PendingMessage
from tests.fakes.bus import FakeBus
from tests.index import Answer, Api, Home, functions

DAY = 1_781_049_600
"""2026-06-10 00:00 UTC."""
APP = "app:7a6c1b1e-0000-4000-8000-5f2a4c9d0001"
LAT, LON = 40.72, -74.17


def instant(at: int) -> str:
    """Epoch seconds as devices write them."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def a_fix(**changes: Any) -> dict[str, Any]:
    """The payload of a fix."""
    return {"lat": LAT, "lon": LON, "accuracy_m": 8, "fix_type": "3d"} | changes


def an_event(
    number: object,
    *,
    at: int = DAY,
    serial: str = "ACT-000000A1",
    kind: object = "gps",
    payload: object = None,
    **changes: Any,
) -> dict[str, Any]:
    """A badge event; `changes` replace fields, None takes one away."""
    event = {
        "device_id": serial,
        "firmware_version": "1.4.2",
        "event_type": kind,
        "timestamp_utc": instant(at),
        "sequence_number": number,
        "payload": a_fix() if payload is None else payload,
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def an_envelope(
    body: object,
    *,
    device: object = "dev:864200000000001",
    file: object = "badge.qo",
    at: int | None = DAY,
    received: object = DAY + 45.25,
    event: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """An envelope of Notehub; None takes a field away."""
    envelope = {
        "event": event or str(uuid.uuid4()),
        "device": device,
        "app": APP,
        "file": file,
        "when": at,
        "received": received,
        "body": body,
    }
    return {name: value for name, value in (envelope | changes).items() if value is not None}


@dataclass
class Yard:
    """A company with a key, whose badge is registered; posts go through the index and the consumer."""

    api: Api
    home: Home
    key: str
    bus: FakeBus
    badges: dict[str, str] = field(default_factory=dict[str, str])

    async def post(
        self, body: object, *, to: str = "notehub", key: str | None = None, content: bytes | None = None
    ) -> Answer:
        """Post to an ingest endpoint."""
        sent = json.dumps(body).encode() if content is None else content
        headers = {"X-Actual-Api-Key": self.key if key is None else key, "content-type": "application/json"}
        return await self.api.call("POST", f"/api/v1/ingest/{to}", content=sent, headers=headers)

    async def take_in(self, *bodies: object, to: str = "notehub") -> list[dict[str, Any]]:
        """Post each, let the consumer have all of them at once, and read the receipts."""
        answers = [await self.post(body, to=to) for body in bodies]
        assert all(answer.status in {202, 207} for answer in answers), [answer.content for answer in answers]
        await self.deliver()
        return [await self.receipt(answer.json["receipt_id"]) for answer in answers]

    async def deliver(self) -> None:
        """Hand what waits in the queue to the consumer."""
        await hand_over(self.bus.take("ingest"))

    async def receipt(self, receipt_id: str) -> dict[str, Any]:
        """What became of a post."""
        answer = await self.api.call("GET", f"/api/v1/ingest/receipts/{receipt_id}", as_=self.home.viewer)
        assert answer.status == 200, answer.content
        return answer.json

    async def quarantine(self, query: str = "") -> list[dict[str, Any]]:
        """The open items of quarantine."""
        answer = await self.api.call("GET", f"/api/v1/quarantine?limit=200{query}", as_=self.home.viewer)
        assert answer.status == 200, answer.content
        return answer.json["items"]

    async def register(self, serial: str, device: str) -> dict[str, Any]:
        """Register a badge."""
        body = {"serial": serial, "device_uid": device, "kind": "badge"}
        made = await self.api.make("/api/v1/badges", body, as_=self.home.admin)
        self.badges[serial] = made["id"]
        return made

    async def retire(self, serial: str) -> None:
        """Retire a badge, which gives its device free."""
        path = f"/api/v1/badges/{self.badges[serial]}/transitions"
        body = {"lifecycle": "retired", "reason": "a test"}
        answer = await self.api.call("POST", path, json_=body, as_=self.home.admin, headers={"If-Match": "*"})
        assert answer.status == 200, answer.content

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look behind the curtain: `%s` is the company."""
        with psycopg.connect(self.api.database.superuser_url, autocommit=True) as connection:
            return connection.execute(statement.encode(), [self.home.id]).fetchall()

    def observations(self) -> list[tuple[Any, ...]]:
        """Kind and sequence number of every observation, by time."""
        return self.rows(
            "select kind, sequence_number from observations where company_id = %s "
            "order by captured_at, sequence_number, kind"
        )


async def hand_over(messages: Sequence[PendingMessage]) -> None:
    """Call the consumer as the worker does."""
    received = [
        func.ServiceBusMessage(body=message.body)  # pyright: ignore[reportCallIssue]
        for message in messages
    ]
    await functions()["store_events"].get_user_function()(messages=received)


async def a_yard(api: Api, *, register: bool = True) -> Yard:
    """A company with a key and, unless it says otherwise, one registered badge."""
    bus = FakeBus()
    runtime().__dict__["bus"] = bus
    home = await api.make_company()
    made = await api.make("/api/v1/api-keys", {"name": "ingest", "scopes": ["ingest"]}, as_=home.admin)
    yard = Yard(api, home, made["key"], bus)
    if register:
        await yard.register("ACT-000000A1", "dev:864200000000001")
    return yard
