"""AMQP 1.0 values to and from bytes (OASIS AMQP 1.0, part 1: types), as far as messages of a broker need them.

Symbols and strings both read as `str`, timestamps as milliseconds since 1970 in UTC.
"""

import struct
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

NULL: Final = b"\x40"

_DESCRIBED: Final = 0x00
_EMPTY_KIND: Final = 0x4
_FIXED_WIDTHS: Final = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}
_SHORT_SIZED: Final = frozenset({0xA, 0xC, 0xE})
_LONG_SIZED: Final = frozenset({0xB, 0xD, 0xF})


class MalformedError(ValueError):
    """The bytes are no AMQP value."""


@dataclass(frozen=True, slots=True)
class Described:
    """A value with a descriptor that gives it a meaning."""

    descriptor: object
    value: object


def _fixed(layout: str) -> Callable[[bytes], object]:
    reader = struct.Struct(layout)
    return lambda body: reader.unpack(body)[0]


def _constant(value: object) -> Callable[[bytes], object]:
    return lambda _body: value


def _raw(body: bytes) -> bytes:
    return body


def _text(body: bytes) -> str:
    return body.decode("utf-8")


def _symbol(body: bytes) -> str:
    return body.decode("ascii")


_SCALARS: Final[Mapping[int, Callable[[bytes], object]]] = {
    0x40: _constant(None),
    0x41: _constant(value=True),
    0x42: _constant(value=False),
    0x43: _constant(0),
    0x44: _constant(0),
    0x50: _fixed(">B"),
    0x51: _fixed(">b"),
    0x52: _fixed(">B"),
    0x53: _fixed(">B"),
    0x54: _fixed(">b"),
    0x55: _fixed(">b"),
    0x56: _fixed(">?"),
    0x60: _fixed(">H"),
    0x61: _fixed(">h"),
    0x70: _fixed(">I"),
    0x71: _fixed(">i"),
    0x72: _fixed(">f"),
    0x73: _raw,
    0x74: _raw,
    0x80: _fixed(">Q"),
    0x81: _fixed(">q"),
    0x82: _fixed(">d"),
    0x83: _fixed(">q"),
    0x84: _raw,
    0x94: _raw,
    0x98: lambda body: uuid.UUID(bytes=body),
    0xA0: _raw,
    0xA1: _text,
    0xA3: _symbol,
    0xB0: _raw,
    0xB1: _text,
    0xB3: _symbol,
}
_LISTS: Final = frozenset({0x45, 0xC0, 0xD0})
_MAPS: Final = frozenset({0xC1, 0xD1})
_ARRAYS: Final = frozenset({0xE0, 0xF0})


def _extent(data: bytes, code: int, at: int) -> tuple[int, int]:
    """Tell where the body of a value of this type begins and ends; `at` is just after its constructor."""
    kind = code >> 4
    if kind in _FIXED_WIDTHS:
        start, size = at, _FIXED_WIDTHS[kind]
    elif kind in _SHORT_SIZED and at < len(data):
        start, size = at + 1, data[at]
    elif kind in _LONG_SIZED and at + 4 <= len(data):
        start, size = at + 4, int.from_bytes(data[at : at + 4])
    else:
        message = f"There is no AMQP type {code:#04x} at byte {at}."
        raise MalformedError(message)
    if start + size > len(data):
        message = f"The AMQP value at byte {at} ends after the data."
        raise MalformedError(message)
    return start, start + size


def skip_value(data: bytes, at: int) -> int:
    """Return the position after the value that begins at `at`; raise MalformedError."""
    if at >= len(data):
        message = "An AMQP value is missing."
        raise MalformedError(message)
    if data[at] == _DESCRIBED:
        return skip_value(data, skip_value(data, at + 1))
    return _extent(data, data[at], at + 1)[1]


def read_value(data: bytes, at: int = 0) -> tuple[object, int]:
    """Return the value that begins at `at` and the position after it; raise MalformedError."""
    if at >= len(data):
        message = "An AMQP value is missing."
        raise MalformedError(message)
    if data[at] == _DESCRIBED:
        descriptor, after_descriptor = read_value(data, at + 1)
        value, end = read_value(data, after_descriptor)
        return Described(descriptor, value), end
    return _read_body(data, data[at], at + 1)


def _read_body(data: bytes, code: int, at: int) -> tuple[object, int]:
    start, end = _extent(data, code, at)
    if code in _SCALARS:
        return _read_scalar(code, data[start:end]), end
    if code in _LISTS:
        return [read_value(data, item)[0] for item in item_positions(data, at - 1)], end
    if code in _MAPS:
        items = [read_value(data, item)[0] for item in item_positions(data, at - 1)]
        return _mapping(items), end
    if code in _ARRAYS:
        return _read_array(data, code, start), end
    message = f"There is no AMQP type {code:#04x}."
    raise MalformedError(message)


def _read_scalar(code: int, body: bytes) -> object:
    try:
        return _SCALARS[code](body)
    except UnicodeDecodeError as error:
        message = "An AMQP text is not valid."
        raise MalformedError(message) from error


def _mapping(items: Sequence[object]) -> dict[object, object]:
    try:
        return dict(zip(items[0::2], items[1::2], strict=True))
    except (TypeError, ValueError) as error:
        message = "An AMQP map has an odd number of items or an unhashable key."
        raise MalformedError(message) from error


def item_positions(data: bytes, at: int) -> Iterator[int]:
    """Yield where each item of the list or map at `at` begins, keys and values in turn."""
    code = data[at]
    start, end = _extent(data, code, at + 1)
    width = _count_width(code)
    position = start + width
    for _ in range(int.from_bytes(data[start:position])):
        yield position
        position = skip_value(data, position)
    if position != end:
        message = f"The AMQP items at byte {at} do not fill their size."
        raise MalformedError(message)


def _count_width(code: int) -> int:
    kind = code >> 4
    if kind == _EMPTY_KIND:
        return 0
    return 1 if kind in _SHORT_SIZED else 4


def _read_array(data: bytes, code: int, start: int) -> list[object]:
    first = start + _count_width(code)
    count = int.from_bytes(data[start:first])
    if count == 0:
        return []
    if data[first] == _DESCRIBED:
        message = "Arrays of described values are not read."
        raise MalformedError(message)
    values: list[object] = []
    position = first + 1
    for _ in range(count):
        value, position = _read_body(data, data[first], position)
        values.append(value)
    return values


def encode_uint(value: int) -> bytes:
    """Encode a number from 0 to 2**32 - 1."""
    return b"\x70" + struct.pack(">I", value)


def encode_int(value: int) -> bytes:
    """Encode a signed number of 32 bits."""
    return b"\x71" + struct.pack(">i", value)


def encode_long(value: int) -> bytes:
    """Encode a signed number of 64 bits."""
    return b"\x81" + struct.pack(">q", value)


def encode_timestamp(value_ms: int) -> bytes:
    """Encode an instant in milliseconds since 1970, UTC."""
    return b"\x83" + struct.pack(">q", value_ms)


def encode_binary(value: bytes) -> bytes:
    """Encode bytes."""
    return b"\xb0" + struct.pack(">I", len(value)) + value


def encode_string(value: str) -> bytes:
    """Encode a text."""
    body = value.encode("utf-8")
    return b"\xb1" + struct.pack(">I", len(body)) + body


def encode_symbol(value: str) -> bytes:
    """Encode a symbol; ASCII only, up to 255 characters."""
    body = value.encode("ascii")
    return b"\xa3" + bytes([len(body)]) + body


def encode_list(items: Sequence[bytes]) -> bytes:
    """Encode a list of values that are encoded already."""
    return _compound(b"\xd0", items)


def encode_map(entries: Sequence[bytes]) -> bytes:
    """Encode a map whose keys and values, in turn, are encoded already."""
    return _compound(b"\xd1", entries)


def _compound(code: bytes, items: Sequence[bytes]) -> bytes:
    body = b"".join(items)
    return code + struct.pack(">II", len(body) + 4, len(items)) + body


def encode_array(items: Sequence[bytes]) -> bytes:
    """Encode an array of at least one value; all are encoded already and share their constructor."""
    constructor = items[0][:1]
    body = constructor + b"".join(item[1:] for item in items)
    return b"\xf0" + struct.pack(">II", len(body) + 4, len(items)) + body


def encode_described(code: int, value: bytes) -> bytes:
    """Encode a value under a descriptor of the AMQP specification."""
    return b"\x00\x53" + bytes([code]) + value
