"""Posts as the accept path reads them: without the batches inside envelopes, and yet with the same answer."""

import json

import pytest

from contracts.posts import read_post
from domain.posts import Endpoint

RECEIVED_AT = 1_780_000_000
GOOD = {
    "device_id": "ACT-0000002A",
    "firmware_version": "1.0.0",
    "event_type": "upload_heartbeat",
    "timestamp_utc": "2026-06-10T12:00:00Z",
    "sequence_number": 7,
    "payload": {},
}
BAD = {**GOOD, "sequence_number": "seven"}
BODIES = {
    "a batch": {"events": [GOOD, BAD]},
    "an empty batch": {"events": []},
    "a batch that is no array": {"events": 1},
    "a single event": GOOD,
    "a single bad event": BAD,
    "no object": 7,
    "nothing": None,
}


class TestReadPost:
    @pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
    def test_answers_alike_with_and_without_batches(self, body: object) -> None:
        whole, light = (_read(body, with_batches=with_batches) for with_batches in (True, False))

        assert light == whole

    def test_leaves_a_batch_unread_on_request(self) -> None:
        post = json.dumps({"device": "dev:1", "file": "badge.qo", "body": {"events": [GOOD]}}).encode()

        (item,) = read_post(Endpoint.NOTEHUB, post, received_at=RECEIVED_AT, with_batches=False).items

        assert item.events == []

    def test_tells_batches_apart_by_their_events(self) -> None:
        contents = {_content([GOOD]), _content([BAD]), _content([GOOD, BAD]), _content([BAD, GOOD]), _content([])}

        assert len(contents) == 5

    def test_knows_a_batch_again_whatever_the_order_of_names(self) -> None:
        turned = dict(reversed(GOOD.items()))

        assert _content([turned]) == _content([GOOD])


def _read(body: object, *, with_batches: bool) -> list[tuple[object, ...]]:
    post = json.dumps([{"device": "dev:1", "file": "badge.qo", "body": each} for each in (body, GOOD)]).encode()
    items = read_post(Endpoint.NOTEHUB, post, received_at=RECEIVED_AT, with_batches=with_batches).items
    return [(item.index, item.rejected, item.sequence_number if item.rejected else None) for item in items]


def _content(events: list[object]) -> bytes:
    post = json.dumps({"device": "dev:1", "file": "badge.qo", "body": {"events": events}}).encode()
    (item,) = read_post(Endpoint.NOTEHUB, post, received_at=RECEIVED_AT).items
    return item.content
