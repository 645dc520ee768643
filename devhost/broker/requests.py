"""Requests to `$cbs` and `$management`, and the answers to them (AMQP management, as Service Bus uses it)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast

from devhost.broker.codec import (
    NULL,
    MalformedError,
    encode_described,
    encode_int,
    encode_list,
    encode_map,
    encode_string,
    encode_symbol,
    item_positions,
    read_value,
    skip_value,
)

_PROPERTIES: Final = 0x73
_APPLICATION_PROPERTIES: Final = 0x74
_VALUE: Final = 0x77

_CORRELATION_ID_FIELD: Final = 5


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; `encoded_id` is the request's message id as it came, to be given back."""

    operation: str
    encoded_id: bytes
    body: Mapping[object, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, its sentence, a body of encoded keys and values in turn, and a condition where it failed."""

    status: HTTPStatus
    description: str
    body: Sequence[bytes] = ()
    condition: str | None = None


def read_request(encoded: bytes) -> Request:
    """Read a request message; raise MalformedError."""
    operation, encoded_id, body = "", NULL, cast("Mapping[object, object]", {})
    at = 0
    while at < len(encoded):
        code, value_at = read_value(encoded, at + 1)
        if code == _PROPERTIES:
            encoded_id = _first_item(encoded, value_at)
        elif code == _APPLICATION_PROPERTIES:
            operation = str(_read_map(encoded, value_at).get("operation"))
        elif code == _VALUE:
            body = _read_map(encoded, value_at)
        at = skip_value(encoded, value_at)
    return Request(operation, encoded_id, body)


def encode_answer(request: Request, answer: Answer) -> bytes:
    """Write the answer to a request; `$cbs` and `$management` spell the status differently, so both are in."""
    properties = [NULL] * _CORRELATION_ID_FIELD + [request.encoded_id]
    status, description = encode_int(answer.status), encode_string(answer.description)
    application = [
        *(encode_string("statusCode"), status, encode_string("status-code"), status),
        *(encode_string("statusDescription"), description, encode_string("status-description"), description),
    ]
    if answer.condition is not None:
        application += [encode_string("errorCondition"), encode_symbol(answer.condition)]
    return b"".join(
        (
            encode_described(_PROPERTIES, encode_list(properties)),
            encode_described(_APPLICATION_PROPERTIES, encode_map(application)),
            encode_described(_VALUE, encode_map(answer.body)),
        )
    )


def _first_item(encoded: bytes, at: int) -> bytes:
    for position in item_positions(encoded, at):
        return encoded[position : skip_value(encoded, position)]
    return NULL


def _read_map(encoded: bytes, at: int) -> Mapping[object, object]:
    """Read a map; a put-token request has a text in its place, which nobody needs."""
    value = read_value(encoded, at)[0]
    if isinstance(value, dict):
        return cast("dict[object, object]", value)
    if isinstance(value, str):
        return {}
    message = "The body of a request must be a map."
    raise MalformedError(message)
