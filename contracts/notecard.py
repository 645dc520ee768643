"""The bodies of Notecard files (wire.md section 3): tolerant, because Blues changes them without notice.

Notehub leaves out zeros, false and "", so an absent figure is zero or unknown; numbers may come as strings.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from contracts.json_values import (
    JsonObject,
    is_array,
    is_object,
    key_of,
    loose_integer,
    loose_number,
    plain_text,
    text_of,
)
from domain.observations import FixSource, ObservationKind, accuracy_of, refuse_fix
from domain.posts import LARGEST_SEQUENCE_NUMBER, Fault, Statement
from domain.quarantine import QuarantineCode

HEX_MAC = re.compile(r"[0-9A-F]{12}")
RESTARTED = re.compile(r"\b(?:re)?(?:boot|start|set)", re.IGNORECASE)
MOST_TAGS = 500
LARGEST_COUNT = 2**31 - 1
LONGEST_WINDOW_S = 86_400
"""A tag that says it was heard further than this from its scan has a broken clock: the scan's own time counts."""
SOURCES: Mapping[object, FixSource] = {
    "gps": FixSource.GPS,
    "triangulated": FixSource.TRIANGULATED,
    "tower": FixSource.TOWER,
}
OTHER_POSITIONS = (("tri_lat", "tri_lon", FixSource.TRIANGULATED), ("tower_lat", "tower_lon", FixSource.TOWER))


class Note(NamedTuple):
    """What the body of a file states; `key` names a note without a sequence number."""

    sequence_number: int | None = None
    captured_at: int | None = None
    statements: tuple[Statement, ...] = ()
    key: bytes | None = None
    fault: Fault | None = None


class Place(NamedTuple):
    """A position with its source; `fixed_at` is None when nobody says when it was found."""

    source: FixSource
    lat: float
    lon: float
    fixed_at: int | None


ReadNote = Callable[[JsonObject, JsonObject], Note]


def read_track(envelope: JsonObject, body: JsonObject) -> Note:
    """`_track.qo`: the envelope's position, captured at `when`."""
    captured_at = captured_when(envelope)
    number = _number(body, "seq")
    place = _place(envelope, body)
    lost = body.get("status") == "no-sat"
    if place is None or (lost and place.source is FixSource.GPS and place.fixed_at is None):
        statement = Statement(captured_at, ObservationKind.NO_FIX, motion_count=_count(body, "motion"))
    else:
        statement = _fix(captured_at, place, body)._replace(
            speed_mps=loose_number(body.get("velocity")), motion_count=_count(body, "motion")
        )
    statement = statement._replace(detail=_detail(body, "voltage", "status"))
    return Note(number, captured_at, (statement,), _track_key(envelope, body, captured_at))


def _track_key(envelope: JsonObject, body: JsonObject, captured_at: int | None) -> bytes | None:
    parts = [captured_at, *(loose_integer(body.get(name)) for name in ("time", "journey", "jcount"))]
    return None if parts == [None] * len(parts) else key_of("track", str(envelope.get("device")), *map(str, parts))


def read_scan(envelope: JsonObject, body: JsonObject) -> Note:
    """`scan.qo`: one fix and the tags that were heard in the window, all under one sequence number."""
    number = _number(body, "seq")
    captured_at = _own_time(envelope, body, "t1")
    fault = _missing_number(body, number) or _tags_fault(body)
    if fault is not None:
        return Note(number, captured_at, fault=fault)
    lat, lon = loose_number(body.get("lat")), loose_number(body.get("lon"))
    if lat is None and lon is None:
        first = Statement(captured_at, ObservationKind.NO_FIX)
    else:
        fixed_at = loose_integer(body.get("fix")) or None
        first = _fix(captured_at, Place(FixSource.GPS, lat or 0.0, lon or 0.0, fixed_at), body)
    tags = tuple(_tag(captured_at, body, tag) for tag in body.get("tags") or ())
    return Note(number, captured_at, (first, *tags))


def read_shift(envelope: JsonObject, body: JsonObject) -> Note:
    """`shift.qo`: a worker's code begins or ends a shift, captured at `t`."""
    number = _number(body, "seq")
    captured_at = _own_time(envelope, body, "t")
    kind = {"start": ObservationKind.SHIFT_START, "end": ObservationKind.SHIFT_END}.get(str(body.get("k")))
    worker_code = plain_text(body.get("w"))
    fault = _missing_number(body, number) or _shift_fault(body, kind, worker_code)
    if fault is not None or kind is None:
        return Note(number, captured_at, fault=fault)
    statement = Statement(captured_at, kind, worker_code=worker_code, detail=_detail(body, "by"))
    return Note(number, captured_at, (statement,))


def read_sign_of_life(envelope: JsonObject, body: JsonObject) -> Note:
    """`_session.qo`, `_log.qo`, `_geolocate.qo`, `_env.dbs`: the device lives, perhaps with its voltage."""
    kind = ObservationKind.HEARTBEAT if body.get("voltage") is None else ObservationKind.BATTERY
    return _about_itself(envelope, body, kind)


def read_health(envelope: JsonObject, body: JsonObject) -> Note:
    """`_health.qo`: free text; when it tells of a start, the device was off."""
    text = body.get("text")
    if isinstance(text, str) and RESTARTED.search(text):
        return _about_itself(envelope, body, ObservationKind.REBOOT)
    return read_sign_of_life(envelope, body)


def read_silence(envelope: JsonObject, _: JsonObject) -> Note:
    """`_watchdog.qo`: Notehub itself says that the device is silent, so it states nothing of the device."""
    return Note(captured_at=captured_when(envelope))


def _about_itself(envelope: JsonObject, body: JsonObject, kind: ObservationKind) -> Note:
    captured_at = captured_when(envelope)
    detail = _detail(body, "voltage", "text", "why", "method")
    return Note(captured_at=captured_at, statements=(Statement(captured_at, kind, detail=detail),))


def captured_when(envelope: JsonObject) -> int | None:
    """The envelope's `when`; zero, absent or unreadable is unknown."""
    return loose_integer(envelope.get("when")) or None


def _own_time(envelope: JsonObject, body: JsonObject, name: str) -> int | None:
    return loose_integer(body.get(name)) or captured_when(envelope)


def _place(envelope: JsonObject, body: JsonObject) -> Place | None:
    """`where_*`, else `best_*` of a GPS; a triangulated or tower position is kept as what it is.

    The body's `time` dates `where_*` alone: `best_*` may be of any earlier moment, which only its own time tells.
    """
    time = loose_integer(body.get("time")) or None
    where = _position(envelope, "where_lat", "where_lon")
    if where is not None:
        return Place(FixSource.GPS, *where, loose_integer(envelope.get("where_when")) or time)
    source = SOURCES.get(envelope.get("best_location_type"))
    best = _position(envelope, "best_lat", "best_lon")
    if source is not None and best is not None:
        return Place(source, *best, loose_integer(envelope.get("best_location_when")) or None)
    for lat, lon, other in OTHER_POSITIONS:
        found = _position(envelope, lat, lon)
        if found is not None:
            return Place(other, *found, None)
    return None


def _position(envelope: JsonObject, lat: str, lon: str) -> tuple[float, float] | None:
    north, east = loose_number(envelope.get(lat)), loose_number(envelope.get(lon))
    return None if north is None and east is None else (north or 0.0, east or 0.0)


def _fix(captured_at: int | None, place: Place, body: JsonObject) -> Statement:
    accuracy = accuracy_of(None, hdop=loose_number(body.get("hdop")), dop=loose_number(body.get("dop")))
    age_s = None if captured_at is None or place.fixed_at is None else captured_at - place.fixed_at
    refused_by = refuse_fix(
        source=place.source,
        lat=place.lat,
        lon=place.lon,
        accuracy_m=accuracy.metres,
        age_s=age_s,
        clock_trusted=captured_at is not None,
    )
    return Statement(
        captured_at,
        ObservationKind.FIX,
        place.source,
        place.lat,
        place.lon,
        accuracy.metres,
        accuracy.assumed,
        _storable_age(age_s),
        refused_by,
    )


def _storable_age(age_s: int | None) -> int | None:
    return None if age_s is None else max(-LARGEST_COUNT, min(age_s, LARGEST_COUNT))


def _tag(captured_at: int | None, body: JsonObject, tag: JsonObject) -> Statement:
    """A tag is dated by the last second in which it was heard; its battery is not the badge's."""
    begin = loose_integer(body.get("t0"))
    heard_at = captured_at
    if captured_at is not None and begin is not None:
        told = begin + (loose_integer(tag.get("l")) or 0)
        heard_at = told if abs(told - captured_at) <= LONGEST_WINDOW_S else captured_at
    detail = _detail(tag, "r", "m", "c", "f", "l", "b")
    return Statement(heard_at, ObservationKind.TAG, tag_mac=_mac(str(tag["id"])), detail=detail)


def _mac(text: str) -> str:
    bare = text.upper().replace(":", "").replace("-", "")
    if HEX_MAC.fullmatch(bare):
        return ":".join(bare[place : place + 2] for place in range(0, len(bare), 2))
    return plain_text(text) or ""


def _tags_fault(body: JsonObject) -> Fault | None:
    tags = body.get("tags")
    if tags is None:
        return None
    if not is_array(tags) or len(tags) > MOST_TAGS:
        return Fault(QuarantineCode.WRONG_TYPE, "tags is no array of at most 500 tags.")
    for tag in tags:
        if not is_object(tag) or not isinstance(tag.get("id", ""), str):
            return Fault(QuarantineCode.WRONG_TYPE, "tags holds something that is no tag.")
        if "id" not in tag:
            return Fault(QuarantineCode.MISSING_FIELD, "tags.id is missing.")
    return None


def _shift_fault(body: JsonObject, kind: ObservationKind | None, worker_code: str | None) -> Fault | None:
    for name, good in (("k", kind is not None), ("w", worker_code is not None)):
        if name not in body:
            return Fault(QuarantineCode.MISSING_FIELD, f"{name} is missing.")
        if not good:
            return Fault(QuarantineCode.WRONG_TYPE, f"{name} is not as it must be.")
    return None


def _count(body: JsonObject, name: str) -> int | None:
    count = loose_integer(body.get(name))
    return count if count is not None and abs(count) <= LARGEST_COUNT else None


def _number(body: JsonObject, name: str) -> int | None:
    number = loose_integer(body.get(name))
    return number if number is not None and 0 < number <= LARGEST_SEQUENCE_NUMBER else None


def _missing_number(body: JsonObject, number: int | None) -> Fault | None:
    if number is not None:
        return None
    if body.get("seq") is None:
        return Fault(QuarantineCode.MISSING_FIELD, "seq is missing.")
    return Fault(QuarantineCode.WRONG_TYPE, "seq is no positive integer.")


def _detail(body: JsonObject, *names: str) -> str | None:
    """What a reader of the evidence may want to see; never a position."""
    found = {name: body[name] for name in names if isinstance(body.get(name), (str, int, float))}
    return text_of({name: plain_text(value) or value for name, value in found.items()}) if found else None


NOTE_FILES: Mapping[str, ReadNote] = {
    "_track.qo": read_track,
    "scan.qo": read_scan,
    "shift.qo": read_shift,
    "_session.qo": read_sign_of_life,
    "_log.qo": read_sign_of_life,
    "_geolocate.qo": read_sign_of_life,
    "_env.dbs": read_sign_of_life,
    "_health.qo": read_health,
    "_watchdog.qo": read_silence,
}
"""Every file of wire.md section 3 but `badge.qo`, whose events are strict."""
NEEDS_BODY = frozenset({"scan.qo", "shift.qo"})
"""Files that state nothing without a body."""
IDENTIFIES_NO_LIFE = "_watchdog.qo"
