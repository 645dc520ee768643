"""Received Service Bus messages as a function sees them: trigger metadata, read by the library's own converter."""

import builtins
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessageInConverter
from azure.servicebus import ServiceBusReceivedMessage


@dataclass(frozen=True, slots=True)
class Bodies:
    """A collection as the worker's protocol shapes it; one of the two is filled."""

    bytes: "Sequence[builtins.bytes]" = ()
    string: Sequence[str] = ()


def read_one(message: ServiceBusReceivedMessage, *, binary: bool) -> object:
    """One message for a function of cardinality ONE.

    A function whose trigger does not say `dataType` BINARY gets text, as on the real host;
    raises UnicodeDecodeError for other bytes.
    """
    body = _body(message)
    metadata = {name: _one(value) for name, value in _properties(message).items() if value is not None}
    datum = Datum(body, "bytes") if binary else Datum(body.decode(), "string")
    return ServiceBusMessageInConverter.decode(datum, trigger_metadata=metadata)


def read_many(messages: Sequence[ServiceBusReceivedMessage], *, binary: bool) -> object:
    """A batch for a function of cardinality MANY: the same properties, as arrays."""
    bodies = [_body(message) for message in messages]
    properties = [_properties(message) for message in messages]
    metadata = {
        f"{name}Array": Datum(json.dumps([values[name] for values in properties]), "json") for name in properties[0]
    }
    if binary:
        datum = Datum(Bodies(bytes=bodies), "collection_bytes")
    else:
        datum = Datum(Bodies(string=[body.decode() for body in bodies]), "collection_string")
    return ServiceBusMessageInConverter.decode(datum, trigger_metadata=metadata)


def _properties(message: ServiceBusReceivedMessage) -> dict[str, Any]:
    properties = _plain(cast("Mapping[Any, Any] | None", message.application_properties))
    return {
        "UserProperties": properties,
        "ApplicationProperties": properties,
        "MessageId": message.message_id,
        "CorrelationId": message.correlation_id,
        "ContentType": message.content_type,
        # The header counts failed deliveries from 0; .NET, and so the real host, counts this one too.
        "DeliveryCount": (message.delivery_count or 0) + 1,
        "SequenceNumber": message.sequence_number,
        "EnqueuedSequenceNumber": message.enqueued_sequence_number,
        "EnqueuedTimeUtc": _text(message.enqueued_time_utc),
        "ExpiresAtUtc": _text(message.expires_at_utc),
        "LockedUntil": _text(message.locked_until_utc),
        "ScheduledEnqueueTimeUtc": _text(message.scheduled_enqueue_time_utc),
        "LockToken": str(message.lock_token),
        "Subject": message.subject,
        "Label": message.subject,
        "To": message.to,
        "ReplyTo": message.reply_to,
        "PartitionKey": message.partition_key,
        "DeadLetterReason": message.dead_letter_reason,
        "DeadLetterErrorDescription": message.dead_letter_error_description,
    }


def _one(value: object) -> Datum:
    if isinstance(value, str):
        return Datum(value, "string")
    if isinstance(value, int):
        return Datum(value, "int")
    return Datum(json.dumps(value), "json")


def _body(message: ServiceBusReceivedMessage) -> bytes:
    body = message.body
    return body if isinstance(body, bytes) else b"".join(cast("Sequence[bytes]", body))


def _plain(properties: Mapping[Any, Any] | None) -> dict[str, Any]:
    return {_decoded(name): _decoded(value) for name, value in (properties or {}).items()}


def _decoded(value: Any) -> Any:  # noqa: ANN401 - a property may hold any plain value
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return _text(value) if isinstance(value, datetime) else value


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
