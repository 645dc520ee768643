"""The envelope of Notehub (wire.md section 3): every field can be absent, unknown ones pass."""

import math
from typing import cast

from contracts.events import read_event
from contracts.json_values import (
    JsonObject,
    NotJsonError,
    digest_of,
    is_array,
    is_object,
    key_of,
    loose_number,
    plain_text,
    read_json,
)
from contracts.notecard import IDENTIFIES_NO_LIFE, NEEDS_BODY, NOTE_FILES, Note, captured_when
from domain.posts import Event, Fault, Item
from domain.quarantine import QuarantineCode

BADGE_FILE = "badge.qo"
LATEST_INSTANT = 7_258_118_400
"""The year 2200; what lies beyond is no instant."""
UNKNOWN_FILE = Fault(QuarantineCode.UNKNOWN_NOTEFILE, "This notefile is not known.")


def read_envelope(value: object, index: int, *, received_at: int, with_batch: bool = True) -> Item:
    """One envelope; `received_at` (epoch seconds) stands in where it does not say when Notehub got it.

    Without its batch of events it tells whether the item as a whole can be read, which they never decide.
    """
    if not is_object(value):
        return _unreadable(value, index, received_at, Fault(QuarantineCode.WRONG_TYPE, "The envelope is no object."))
    device = value.get("device")
    received_at = _received(value, received_at)
    if not isinstance(device, str) or not device:
        absent = device is None or device == ""
        code = QuarantineCode.MISSING_FIELD if absent else QuarantineCode.WRONG_TYPE
        fault = Fault(code, "device is missing." if absent else "device is no text.")
        return _unreadable(value, index, received_at, fault)
    item = _new_item(value, index, device, received_at)
    if not with_batch and value.get("file") == BADGE_FILE and _batch_in(value.get("body")) is not None:
        return item
    return _read_file(item, value)


def events_in(value: object) -> int:
    """How many badge events an envelope holds."""
    body = value.get("body", None) if is_object(value) else None
    if not is_object(body):
        return 1
    events = body.get("events")
    return len(events) if is_array(events) else 1


def _new_item(envelope: JsonObject, index: int, device: str, received_at: int) -> Item:
    return Item(
        index,
        envelope,
        plain_text(device),
        received_at,
        b"",
        [],
        proves_life=envelope.get("file") != IDENTIFIES_NO_LIFE,
        wrap=lambda event: {**envelope, "body": event},
    )


def _read_file(item: Item, envelope: JsonObject) -> Item:
    file, body = envelope.get("file"), envelope.get("body")
    firmware = _firmware(envelope)
    if file == BADGE_FILE:
        return _with_badge_events(item, body)
    reader = NOTE_FILES.get(file) if isinstance(file, str) else None
    if reader is None:
        return _with_note(item, envelope, Note(captured_at=captured_when(envelope), fault=UNKNOWN_FILE), firmware)
    if body is None and file not in NEEDS_BODY:
        note = reader(envelope, {})
    elif not is_object(body):
        code = QuarantineCode.MISSING_FIELD if body is None else QuarantineCode.WRONG_TYPE
        note = Note(fault=Fault(code, "body is missing." if body is None else "body is no object."))
    else:
        note = reader(envelope, body)
    item = _with_note(item, envelope, note, firmware)
    item.rejected = note.fault
    return item


def _with_badge_events(item: Item, body: object) -> Item:
    """One badge event, or `{"events": [..]}`: only a single one can make the whole item unreadable."""
    batch = _batch_in(body)
    if batch is not None:
        item.events = [read_event(event) for event in batch]
        item.content = _batch_content(cast("JsonObject", body), item.events)
        return item
    item.content = digest_of(body)
    if is_object(body) and "events" in body and "event_type" not in body:
        fault = Fault(QuarantineCode.WRONG_TYPE, "events is no array.")
        item.events = [Event(body, item.content, fault=fault)]
    elif body is None:
        fault = Fault(QuarantineCode.MISSING_FIELD, "body is missing.")
        item.events = [Event(body, _envelope_content(cast("JsonObject", item.value)), fault=fault)]
    else:
        item.events = [read_event(body)]
    item.rejected = item.events[0].fault
    return item


def _batch_in(body: object) -> list[object] | None:
    """The events of a batch; None for anything else."""
    if not is_object(body) or "event_type" in body:
        return None
    events = body.get("events")
    return events if is_array(events) else None


def _batch_content(body: JsonObject, events: list[Event]) -> bytes:
    """What a digest of the whole body would tell, made of the events' own digests: a batch is long."""
    rest = digest_of({**body, "events": None})
    return key_of("batch", rest.hex(), *(event.content.hex() for event in events))


def _with_note(item: Item, envelope: JsonObject, note: Note, firmware: str | None) -> Item:
    """An event without a number is known by its own key, by the envelope's id, or by all that dates it."""
    body = envelope.get("body")
    keys = tuple(key for key in (note.key, _envelope_key(envelope)) if key is not None)
    keys = keys if note.sequence_number is None else ()
    content = digest_of(body)
    item.events = [
        Event(
            body,
            content,
            note.sequence_number,
            note.captured_at,
            note.statements,
            keys,
            note.key is not None,
            firmware,
            note.fault,
        )
    ]
    item.content = key_of("note", keys[0].hex(), content.hex()) if keys else content
    return item


def _envelope_key(envelope: JsonObject) -> bytes:
    """(app, event); without an event id, whatever else tells this envelope from the next."""
    event = envelope.get("event")
    if isinstance(event, str) and event:
        return key_of("envelope", _app(envelope), event)
    return key_of("dated", *(envelope.get(name) for name in ("device", "file", "when", "received")))


def _app(envelope: JsonObject) -> object:
    """The project; older envelopes name it in `project`."""
    project = envelope.get("project")
    return envelope.get("app") or (project.get("id") if is_object(project) else None)


def _envelope_content(envelope: JsonObject) -> bytes:
    return key_of("envelope without body", _envelope_key(envelope).hex())


def _received(envelope: JsonObject, otherwise: int) -> int:
    received = loose_number(envelope.get("received"))
    return math.floor(received) if received is not None and 0 < received <= LATEST_INSTANT else otherwise


def _firmware(envelope: JsonObject) -> str | None:
    """The version inside `firmware_host`, which is JSON in a string."""
    text = envelope.get("firmware_host")
    if not isinstance(text, str):
        return None
    try:
        told = read_json(text.encode("utf-8", "replace"))
    except NotJsonError:
        return None
    return plain_text(told.get("version")) if is_object(told) else None


def _unreadable(value: object, index: int, received_at: int, fault: Fault) -> Item:
    content = digest_of(value)
    event = Event(value, content, fault=fault)
    return Item(index, value, None, received_at, content, [event], rejected=fault)
