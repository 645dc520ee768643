"""The badge event (wire.md section 4): strict, since our own firmware writes it."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from contracts.json_values import JsonObject, digest_of, is_number, is_object, plain_text, text_of
from domain.observations import FixSource, ObservationKind, accuracy_of, refuse_fix
from domain.posts import LARGEST_SEQUENCE_NUMBER, Event, Fault, Statement
from domain.quarantine import QuarantineCode

DEVICE_ID = re.compile(r"ACT-[0-9A-F]{8}")
TAG_MAC = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NO_OFFSET = timedelta(0)
KMH_PER_MPS = 3.6
FIELDS = ("device_id", "firmware_version", "event_type", "timestamp_utc", "sequence_number", "payload")

Check = Callable[[object], bool]
Build = Callable[[int, JsonObject], Statement]


class EventType(NamedTuple):
    """What a payload must hold, may hold, and states."""

    required: tuple[tuple[str, Check], ...]
    optional: tuple[tuple[str, Check], ...]
    build: Build


def read_event(value: object) -> Event:
    """One badge event; what is wrong with it is its `fault`, never an error."""
    if not is_object(value):
        return Event(value, digest_of(value), fault=Fault(QuarantineCode.WRONG_TYPE, "The event is no object."))
    content = digest_of(value)
    number = _sequence_number(value.get("sequence_number"))
    for name in FIELDS:
        if name not in value:
            return Event(value, content, number, fault=_missing(name))
    return _read_whole(value, content, number)


def _read_whole(value: JsonObject, content: bytes, number: int | None) -> Event:
    captured_at = _instant(value["timestamp_utc"])
    fault = _fault_of(value, number, captured_at)
    if fault is not None or captured_at is None:
        return Event(value, content, number, captured_at, fault=fault)
    payload = value["payload"]
    kind = EVENT_TYPES.get(value["event_type"])
    fault = _UNKNOWN_TYPE if kind is None else payload_fault(kind, payload)
    if kind is None or fault is not None:
        return Event(value, content, number, captured_at, fault=fault)
    statement = kind.build(captured_at, payload)
    return Event(value, content, number, captured_at, (statement,), firmware=plain_text(value["firmware_version"]))


def _fault_of(value: JsonObject, number: int | None, captured_at: int | None) -> Fault | None:
    """The first field of the event itself that is not as it must be."""
    device = value["device_id"]
    good = (
        ("device_id", type(device) is str and DEVICE_ID.fullmatch(device) is not None),
        ("firmware_version", type(value["firmware_version"]) is str),
        ("event_type", type(value["event_type"]) is str),
        ("timestamp_utc", captured_at is not None),
        ("sequence_number", number is not None),
        ("payload", is_object(value["payload"])),
    )
    for name, is_good in good:
        if not is_good:
            return _wrong(name)
    return None


def payload_fault(kind: EventType, payload: JsonObject) -> Fault | None:
    """The first field that is missing or of a wrong type; an optional one may be null."""
    for name, check in kind.required:
        value = payload.get(name)
        if not check(value):
            return _wrong(f"payload.{name}") if name in payload else _missing(f"payload.{name}")
    for name, check in kind.optional:
        value = payload.get(name)
        if value is not None and not check(value):
            return _wrong(f"payload.{name}")
    return None


def device_of(value: object) -> str | None:
    """The device that an event names, if it names one properly."""
    device = value.get("device_id") if is_object(value) else None
    return device if isinstance(device, str) and DEVICE_ID.fullmatch(device) else None


_UNKNOWN_TYPE = Fault(QuarantineCode.UNKNOWN_EVENT_TYPE, "This event_type is not known.")


def _missing(name: str) -> Fault:
    return Fault(QuarantineCode.MISSING_FIELD, f"{name} is missing.")


def _wrong(name: str) -> Fault:
    return Fault(QuarantineCode.WRONG_TYPE, f"{name} is not as it must be.")


def _sequence_number(value: object) -> int | None:
    return value if type(value) is int and 0 < value <= LARGEST_SEQUENCE_NUMBER else None


def _instant(value: object) -> int | None:
    """Epoch seconds of an ISO 8601 text in UTC, fractions cut down; a text without a zone is none."""
    if type(value) is not str or "T" not in value:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    if instant.utcoffset() != NO_OFFSET:
        return None
    return (instant - EPOCH) // SECOND


def _text(value: object) -> bool:
    return type(value) is str


def _mac(value: object) -> bool:
    return type(value) is str and TAG_MAC.fullmatch(value) is not None


def _one_of(*names: str) -> Check:
    known = frozenset(names)
    return lambda value: type(value) is str and value in known


def _detail(payload: JsonObject, *names: str) -> str | None:
    """What a reader of the evidence may want to see; never a position."""
    found = {name: payload[name] for name in names if payload.get(name) is not None}
    return text_of(found) if found else None


def _gps(captured_at: int, payload: JsonObject) -> Statement:
    lat, lon = float(payload["lat"]), float(payload["lon"])
    accuracy = accuracy_of(float(payload["accuracy_m"]))
    source = FixSource.DEAD_RECKONING if payload["fix_type"] == "dead_reckoning" else FixSource.GPS
    refused_by = refuse_fix(source=source, lat=lat, lon=lon, accuracy_m=accuracy.metres, age_s=0, clock_trusted=True)
    speed = payload.get("speed_kmh")
    speed_mps = None if speed is None else speed / KMH_PER_MPS
    return Statement(
        captured_at, ObservationKind.FIX, source, lat, lon, accuracy.metres, accuracy.assumed, 0, refused_by, speed_mps
    )


def _no_fix(captured_at: int, payload: JsonObject) -> Statement:
    """The last known position is never used as one, so it stays in the raw bytes."""
    return Statement(captured_at, ObservationKind.NO_FIX, detail=_detail(payload, "timeout_s"))


def _tag(captured_at: int, payload: JsonObject) -> Statement:
    detail = _detail(payload, "rssi", "detection_count")
    return Statement(captured_at, ObservationKind.TAG, tag_mac=payload["tag_mac"].upper(), detail=detail)


def _tag_lost(captured_at: int, payload: JsonObject) -> Statement:
    detail = _detail(payload, "last_rssi", "duration_s")
    return Statement(captured_at, ObservationKind.TAG_LOST, tag_mac=payload["tag_mac"].upper(), detail=detail)


def _motion(captured_at: int, payload: JsonObject) -> Statement:
    detail = _detail(payload, "previous_state", "duration_s")
    return Statement(captured_at, ObservationKind.MOTION, moving=payload["new_state"] == "moving", detail=detail)


def _heartbeat(captured_at: int, _: JsonObject) -> Statement:
    return Statement(captured_at, ObservationKind.HEARTBEAT)


def _battery(captured_at: int, payload: JsonObject) -> Statement:
    battery = float(payload["battery_pct"])
    detail = _detail(payload, "voltage_mv")
    return Statement(captured_at, ObservationKind.BATTERY, battery_pct=battery, detail=detail)


def _reboot(captured_at: int, payload: JsonObject) -> Statement:
    detail = _detail(payload, "reason", "previous_uptime_s", "events_in_queue")
    return Statement(captured_at, ObservationKind.REBOOT, detail=detail)


def _shift_start(captured_at: int, payload: JsonObject) -> Statement:
    return Statement(captured_at, ObservationKind.SHIFT_START, worker_code=plain_text(payload["worker_id"]))


def _shift_end(captured_at: int, payload: JsonObject) -> Statement:
    code = plain_text(payload["worker_id"])
    return Statement(captured_at, ObservationKind.SHIFT_END, worker_code=code, detail=_detail(payload, "end_reason"))


_STATE = _one_of("moving", "stationary")
EVENT_TYPES: Mapping[str, EventType] = {
    "gps": EventType(
        (
            ("lat", is_number),
            ("lon", is_number),
            ("accuracy_m", is_number),
            ("fix_type", _one_of("3d", "2d", "dead_reckoning")),
        ),
        (("altitude_m", is_number), ("speed_kmh", is_number)),
        _gps,
    ),
    "gps_no_fix": EventType(
        (("timeout_s", is_number),), (("last_known_lat", is_number), ("last_known_lon", is_number)), _no_fix
    ),
    "ble_proximity": EventType((("tag_mac", _mac), ("rssi", is_number), ("detection_count", is_number)), (), _tag),
    "ble_lost": EventType((("tag_mac", _mac), ("last_rssi", is_number), ("duration_s", is_number)), (), _tag_lost),
    "motion": EventType((("previous_state", _STATE), ("new_state", _STATE), ("duration_s", is_number)), (), _motion),
    "upload_heartbeat": EventType((), (), _heartbeat),
    "low_battery": EventType((("battery_pct", is_number),), (("voltage_mv", is_number),), _battery),
    "reboot": EventType(
        (
            ("reason", _one_of("power_on", "watchdog", "user_reset", "firmware_update")),
            ("previous_uptime_s", is_number),
            ("events_in_queue", is_number),
        ),
        (),
        _reboot,
    ),
    "shift_start": EventType((("worker_id", _text),), (("assigned_by", _text),), _shift_start),
    "shift_end": EventType(
        (("worker_id", _text), ("end_reason", _one_of("manual", "auto_stationary", "low_battery", "reboot"))),
        (),
        _shift_end,
    ),
}
"""Every event type of wire.md section 4."""
