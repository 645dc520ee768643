"""Encoded AMQP messages: taken in, unpacked from batches, and dressed with what a broker adds on delivery.

The sections that the broker does not own (properties, body, footer) pass through byte for byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from devhost.broker.codec import (
    NULL,
    Described,
    MalformedError,
    encode_described,
    encode_int,
    encode_list,
    encode_long,
    encode_map,
    encode_string,
    encode_symbol,
    encode_timestamp,
    encode_uint,
    item_positions,
    read_value,
    skip_value,
)

BATCH_FORMAT: Final = 0x80013700

_HEADER: Final = 0x70
_DELIVERY_ANNOTATIONS: Final = 0x71
_MESSAGE_ANNOTATIONS: Final = 0x72
_PROPERTIES: Final = 0x73
_APPLICATION_PROPERTIES: Final = 0x74
_DATA: Final = 0x75
_FOOTER: Final = 0x78

_DELIVERY_COUNT_FIELD: Final = 4
_SCHEDULED_AT: Final = "x-opt-scheduled-enqueue-time"
_SEQUENCE_NUMBER: Final = "x-opt-sequence-number"
_ENQUEUED_AT: Final = "x-opt-enqueued-time"
_LOCKED_UNTIL: Final = "x-opt-locked-until"
_STATE: Final = "x-opt-message-state"
_REASON: Final = "DeadLetterReason"
_DESCRIPTION: Final = "DeadLetterErrorDescription"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as its sender encoded it; `scheduled_ms` is the instant before which it must not be delivered."""

    encoded: bytes
    message_id: str | None
    scheduled_ms: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the broker knows of a stored message; instants in milliseconds, UTC. `state` is told to peekers only."""

    sequence: int
    delivery_count: int
    enqueued_ms: int
    locked_until_ms: int | None
    reason: str | None
    description: str | None
    state: int | None = None


@dataclass(frozen=True, slots=True)
class _Section:
    code: int
    start: int
    value_at: int
    end: int


def read_arrivals(encoded: bytes, *, message_format: int) -> list[Arrival]:
    """Take a transfer apart: one message, or each message of a batch; raise MalformedError if any of them is broken."""
    if message_format == BATCH_FORMAT:
        return [read_arrival(inner) for inner in _unpack(encoded)]
    return [read_arrival(encoded)]


def read_arrival(encoded: bytes) -> Arrival:
    """Read what the broker must know of one message; raise MalformedError."""
    message_id: str | None = None
    scheduled_ms: int | None = None
    for section in _sections(encoded):
        if section.code == _PROPERTIES:
            message_id = _first_item_text(encoded, section.value_at)
        elif section.code == _MESSAGE_ANNOTATIONS:
            instant = _read_map(encoded, section.value_at).get(_SCHEDULED_AT)
            scheduled_ms = instant if isinstance(instant, int) else None
    return Arrival(encoded, message_id, scheduled_ms)


def dress(encoded: bytes, facts: Facts) -> bytes:
    """Return the message with the header, annotations and dead-letter properties that a receiver sees."""
    sections = {section.code: section for section in _sections(encoded) if section.code <= _APPLICATION_PROPERTIES}
    body_at = max((section.end for section in sections.values()), default=0)
    parts = [
        _header(encoded, sections.get(_HEADER), facts.delivery_count),
        _unchanged(encoded, sections.get(_DELIVERY_ANNOTATIONS)),
        _annotations(encoded, sections.get(_MESSAGE_ANNOTATIONS), facts),
        _unchanged(encoded, sections.get(_PROPERTIES)),
        _application_properties(encoded, sections.get(_APPLICATION_PROPERTIES), facts),
        encoded[body_at:],
    ]
    return b"".join(parts)


def _sections(encoded: bytes) -> Iterator[_Section]:
    """Yield the sections in their order; raise MalformedError if the bytes are no message."""
    at = 0
    previous = 0
    while at < len(encoded):
        if encoded[at] != 0:
            message = f"There is no message section at byte {at}."
            raise MalformedError(message)
        code, value_at = read_value(encoded, at + 1)
        end = skip_value(encoded, value_at)
        if not isinstance(code, int) or not max(previous, _HEADER) <= code <= _FOOTER:
            message = f"The message section at byte {at} is unknown or out of order."
            raise MalformedError(message)
        yield _Section(code, at, value_at, end)
        at, previous = end, code
    if previous < _DATA:
        message = "The message has no body."
        raise MalformedError(message)


def _unpack(encoded: bytes) -> list[bytes]:
    """Each data section of a batch holds one encoded message."""
    inner = [read_value(encoded, section.value_at)[0] for section in _sections(encoded) if section.code == _DATA]
    if not all(isinstance(item, bytes) for item in inner):
        message = "A batch holds something that is not binary."
        raise MalformedError(message)
    return cast("list[bytes]", inner)


def _first_item_text(encoded: bytes, at: int) -> str | None:
    for position in item_positions(encoded, at):
        value = read_value(encoded, position)[0]
        return None if value is None else str(value)
    return None


def _read_map(encoded: bytes, at: int) -> Mapping[object, object]:
    value = read_value(encoded, at)[0]
    if not isinstance(value, dict):
        message = "A message section that must be a map is none."
        raise MalformedError(message)
    return cast("dict[object, object]", value)


def _unchanged(encoded: bytes, section: _Section | None) -> bytes:
    return b"" if section is None else encoded[section.start : section.end]


def _items(encoded: bytes, section: _Section | None) -> list[bytes]:
    """Slice the items of a section's list or map without understanding them."""
    if section is None:
        return []
    return [encoded[at : skip_value(encoded, at)] for at in item_positions(encoded, section.value_at)]


def _header(encoded: bytes, section: _Section | None, delivery_count: int) -> bytes:
    fields = _items(encoded, section)[:_DELIVERY_COUNT_FIELD]
    fields += [NULL] * (_DELIVERY_COUNT_FIELD - len(fields))
    return encode_described(_HEADER, encode_list([*fields, encode_uint(delivery_count)]))


def _annotations(encoded: bytes, section: _Section | None, facts: Facts) -> bytes:
    ours = {
        _SEQUENCE_NUMBER: encode_long(facts.sequence),
        _ENQUEUED_AT: encode_timestamp(facts.enqueued_ms),
    }
    if facts.locked_until_ms is not None:
        ours[_LOCKED_UNTIL] = encode_timestamp(facts.locked_until_ms)
    if facts.state is not None:
        ours[_STATE] = encode_int(facts.state)
    entries = _foreign_entries(_items(encoded, section), ours)
    for key, value in ours.items():
        entries += [encode_symbol(key), value]
    return encode_described(_MESSAGE_ANNOTATIONS, encode_map(entries))


def _application_properties(encoded: bytes, section: _Section | None, facts: Facts) -> bytes:
    given = {_REASON: facts.reason, _DESCRIPTION: facts.description}
    ours = {key: encode_string(value) for key, value in given.items() if value is not None}
    if not ours:
        return _unchanged(encoded, section)
    entries = _foreign_entries(_items(encoded, section), ours)
    for key, value in ours.items():
        entries += [encode_string(key), value]
    return encode_described(_APPLICATION_PROPERTIES, encode_map(entries))


def _foreign_entries(items: Sequence[bytes], ours: Mapping[str, bytes]) -> list[bytes]:
    """Keep the entries whose keys the broker does not set itself."""
    kept: list[bytes] = []
    for key, value in zip(items[0::2], items[1::2], strict=True):
        name = read_value(key)[0]
        if isinstance(name, Described) or name not in ours:
            kept += [key, value]
    return kept
