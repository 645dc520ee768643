"""Whatever is posted, reading it never breaks, and what it reads can be stored."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.json_values import digest_of, text_of
from contracts.notecard import NOTE_FILES
from contracts.posts import read_post, read_quarantined
from domain.posts import Endpoint, UnreadablePostError
from tests.posts import DAY, an_envelope, an_event

ENVELOPE_NAMES = ("device", "file", "body", "when", "received", "where_lat", "where_lon", "where_when", "firmware_host")
EVENT_NAMES = ("events", "event_type", "sequence_number", "payload")
NOTE_NAMES = ("seq", "t", "t0", "t1", "k", "w", "fix", "lat", "lon", "time", "motion", "tags", "id", "l")
NAMES = st.sampled_from([*ENVELOPE_NAMES, *EVENT_NAMES, *NOTE_NAMES])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["1e999", "-0", "gps", "start", "dev:1", "\x00", "NaN", "9" * 30])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(), inner, max_size=6),
    max_leaves=20,
)
FILES = st.sampled_from([*NOTE_FILES, "badge.qo", "air.qo"])


def read(endpoint: Endpoint, value: object) -> None:
    """Read a value as a post, then each of its items again from quarantine."""
    try:
        post = read_post(endpoint, json.dumps(value).replace("Infinity", "1e999").encode(), received_at=DAY)
    except UnreadablePostError:
        return
    for item in post.items:
        assert "\x00" not in (item.device or "")
        for event in item.events:
            text = text_of(item.wrap(event.value))
            again = read_quarantined(endpoint, text, 0, received_at=item.received_at)
            assert [one.content for one in again.events] == [event.content] or event.fault


class TestReadPost:
    @given(VALUES, st.sampled_from(Endpoint))
    def test_never_breaks_on_json(self, value: object, endpoint: Endpoint) -> None:
        read(endpoint, value)

    @given(FILES, st.dictionaries(NAMES, VALUES, max_size=8), st.dictionaries(NAMES, VALUES, max_size=6))
    @settings(max_examples=300)
    def test_never_breaks_on_envelopes(self, file: str, body: dict[str, Any], more: dict[str, Any]) -> None:
        read(Endpoint.NOTEHUB, an_envelope(body, file=file) | more | {"device": "dev:1", "file": file})

    @given(st.dictionaries(st.sampled_from(list(an_event(1))), VALUES, max_size=3))
    def test_never_breaks_on_badge_events(self, changes: dict[str, Any]) -> None:
        read(Endpoint.EVENTS, [an_event(1) | changes, an_event(2)])

    @given(st.binary())
    def test_never_breaks_on_bytes(self, body: bytes) -> None:
        try:
            read_post(Endpoint.NOTEHUB, body, received_at=DAY)
        except UnreadablePostError:
            return


class TestDigestOf:
    @given(st.dictionaries(st.text(), VALUES))
    def test_does_not_depend_on_order_or_on_how_whole_numbers_are_spelt(self, value: dict[str, Any]) -> None:
        other = dict(reversed(list(value.items())))

        assert digest_of(_spelt(value)) == digest_of(_spelt_otherwise(_spelt(other)))


def _spelt(value: Any) -> Any:
    """The value after one trip through JSON, with integers that a double holds exactly."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None, parse_int=lambda text: int(text) % 2**40)


def _spelt_otherwise(value: Any) -> Any:
    if type(value) is int:
        return float(value)
    if isinstance(value, list):
        return [_spelt_otherwise(each) for each in value]  # pyright: ignore[reportUnknownVariableType] # any JSON
    if isinstance(value, dict):
        return {name: _spelt_otherwise(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType] # any JSON
    return value
