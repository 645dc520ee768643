"""JSON as devices send it: strict grammar, yet tolerant of numbers and characters that only our storage cannot hold.

Of two equal names in one object the last one counts, on every path, and the exact bytes are kept.
"""

import hashlib
import json
import math
import re
from typing import Any, Never, TypeAlias, TypeGuard, cast

import orjson

JsonObject: TypeAlias = dict[str, Any]
DIGEST_BYTES = 16
LONGEST_INTEGER = 19
WHOLE_FLOAT = re.compile(rb"(?:\.0|\de[+-]?\d+)(?:[,}\]]|$)")
SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_TEXT = 200


class NotJsonError(ValueError):
    """The bytes are not JSON, or nested more deeply than anybody needs."""


def read_json(text: bytes) -> object:
    """The value of a JSON text in UTF-8; raises NotJsonError.

    A number beyond a double is read as infinity and half of a surrogate pair as U+FFFD: the event that holds it is
    judged, not its neighbours.
    """
    try:
        return _writable(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        first = error
    try:
        value = json.loads(text.decode("utf-8"), parse_int=_integer, parse_constant=_refuse)
        return _writable(_storable(value))
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(first)) from error


def _writable(value: object) -> object:
    """The value, when it can be written again within an array; orjson reads 1024 levels and writes 254."""
    try:
        orjson.dumps([[value]])
    except TypeError as error:
        raise NotJsonError(str(error)) from error
    return value


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _refuse(name: str) -> Never:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _storable(value: object) -> object:
    if isinstance(value, str):
        return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_storable(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {str(_storable(name)): _storable(each) for name, each in pairs}
    return value


def digest_of(value: object) -> bytes:
    """A digest of a JSON value: neither the order of names nor 8 against 8.0 makes a difference."""
    text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if WHOLE_FLOAT.search(text):
        text = orjson.dumps(_with_integers(value), option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=DIGEST_BYTES).digest()


def _with_integers(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        whole = int(value)
        return whole if -(2**63) <= whole < 2**64 else repr(whole)
    if isinstance(value, list):
        return [_with_integers(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: _with_integers(each) for name, each in cast("JsonObject", value).items()}
    return value


def key_of(*parts: object) -> bytes:
    """A digest of the parts that name something once."""
    return hashlib.blake2b(orjson.dumps(parts), digest_size=DIGEST_BYTES).digest()


def text_of(value: object) -> str:
    """JSON text of a value, on one line."""
    return orjson.dumps(value).decode()


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether this is a JSON object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Whether this is a JSON array."""
    return isinstance(value, list)


def is_number(value: object) -> TypeGuard[float]:
    """Whether this is a finite JSON number; true and false are none."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def loose_number(value: object) -> float | None:
    """A finite number, also when it comes as a string; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value) if len(value) <= LONGEST_TEXT else None
        except ValueError:
            return None
    return value if is_number(value) else None


def loose_integer(value: object) -> int | None:
    """A whole number, also when it comes as a string, fractions cut down; None for anything else."""
    if isinstance(value, str) and len(value) <= LONGEST_INTEGER and value.isascii() and value.isdigit():
        return int(value)
    number = loose_number(value)
    return None if number is None else math.floor(number)


def plain_text(value: object) -> str | None:
    """A text as PostgreSQL can keep it: no NUL, at most 200 characters; None for anything else."""
    if not isinstance(value, str):
        return None
    return value.replace("\x00", "\N{REPLACEMENT CHARACTER}")[:LONGEST_TEXT]
