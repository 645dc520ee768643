"""The badge event, field by field: wire.md section 4."""

from typing import Any

import pytest

from contracts.events import EVENT_TYPES, read_event
from domain.observations import ObservationKind
from tests.posts import DAY, LAT, LON, a_fix, an_event

PAYLOADS: dict[str, dict[str, Any]] = {
    "gps": a_fix(altitude_m=12.5, speed_kmh=3.6),
    "gps_no_fix": {"timeout_s": 90, "last_known_lat": LAT, "last_known_lon": LON},
    "ble_proximity": {"tag_mac": "AA:BB:CC:DD:EE:FF", "rssi": -60, "detection_count": 3},
    "ble_lost": {"tag_mac": "AA:BB:CC:DD:EE:FF", "last_rssi": -90, "duration_s": 60},
    "motion": {"previous_state": "stationary", "new_state": "moving", "duration_s": 5},
    "upload_heartbeat": {},
    "low_battery": {"battery_pct": 9, "voltage_mv": 3400},
    "reboot": {"reason": "watchdog", "previous_uptime_s": 0, "events_in_queue": 0},
    "shift_start": {"worker_id": "W-1", "assigned_by": "boss"},
    "shift_end": {"worker_id": "W-1", "end_reason": "manual"},
}
OPTIONAL = {"altitude_m", "speed_kmh", "last_known_lat", "last_known_lon", "voltage_mv", "assigned_by"}
REQUIRED = [(kind, name) for kind, payload in PAYLOADS.items() for name in payload if name not in OPTIONAL]
KINDS = {
    "gps": ObservationKind.FIX,
    "gps_no_fix": ObservationKind.NO_FIX,
    "ble_proximity": ObservationKind.TAG,
    "ble_lost": ObservationKind.TAG_LOST,
    "motion": ObservationKind.MOTION,
    "upload_heartbeat": ObservationKind.HEARTBEAT,
    "low_battery": ObservationKind.BATTERY,
    "reboot": ObservationKind.REBOOT,
    "shift_start": ObservationKind.SHIFT_START,
    "shift_end": ObservationKind.SHIFT_END,
}


def code_of(event: object) -> str | None:
    """Why an event cannot be read; None when it can."""
    fault = read_event(event).fault
    return None if fault is None else fault.code


class TestReadEvent:
    def test_knows_every_event_type(self) -> None:
        assert set(EVENT_TYPES) == set(PAYLOADS)

    @pytest.mark.parametrize("kind", PAYLOADS)
    def test_reads_every_event_type(self, kind: str) -> None:
        event = read_event(an_event(7, kind=kind, payload=PAYLOADS[kind]))

        (statement,) = event.statements
        assert (event.fault, event.sequence_number, event.captured_at) == (None, 7, DAY)
        assert (statement.kind, statement.captured_at) == (KINDS[kind], DAY)

    @pytest.mark.parametrize(("kind", "name"), REQUIRED)
    def test_misses_a_field_of_the_payload(self, kind: str, name: str) -> None:
        payload = {key: value for key, value in PAYLOADS[kind].items() if key != name}

        assert code_of(an_event(1, kind=kind, payload=payload)) == "missing_field"

    @pytest.mark.parametrize(("kind", "name"), REQUIRED)
    @pytest.mark.parametrize("value", [None, True, [], {}])
    def test_refuses_a_wrong_type_in_the_payload(self, kind: str, name: str, value: object) -> None:
        assert code_of(an_event(1, kind=kind, payload=PAYLOADS[kind] | {name: value})) == "wrong_type"

    @pytest.mark.parametrize("name", ["lat", "lon", "accuracy_m", "speed_kmh"])
    @pytest.mark.parametrize("value", ["40.72", float("inf")])
    def test_takes_no_text_and_no_infinity_for_a_number(self, name: str, value: object) -> None:
        assert code_of(an_event(1, payload=a_fix(**{name: value}))) == "wrong_type"

    @pytest.mark.parametrize(
        "name", ["device_id", "firmware_version", "event_type", "timestamp_utc", "sequence_number", "payload"]
    )
    def test_misses_a_field_of_the_event(self, name: str) -> None:
        event = {key: value for key, value in an_event(1).items() if key != name}

        assert code_of(event) == "missing_field"

    @pytest.mark.parametrize("number", [0, -1, 1.0, "1", True, 2**63 - 1, 2**63, 1e30, None])
    def test_takes_only_a_positive_integer_for_a_number(self, number: object) -> None:
        assert code_of(an_event(1) | {"sequence_number": number}) == "wrong_type"

    @pytest.mark.parametrize("device", ["act-000000a1", "ACT-000000a1", "ACT-0000001", "ACT-000000A1\n", 7, None])
    def test_takes_only_a_serial_for_a_device(self, device: object) -> None:
        assert code_of(an_event(1) | {"device_id": device}) == "wrong_type"

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            ("2026-06-10T00:00:00Z", DAY),
            ("2026-06-10T00:00:00.999Z", DAY),
            ("2026-06-10T00:00:00.123456789Z", DAY),
            ("2026-06-10T00:00:00+00:00", DAY),
            ("2026-06-10T00:00:00", None),
            ("2026-06-10T02:00:00+02:00", None),
            ("2026-06-10", None),
            ("2026-06-31T00:00:00Z", None),
            ("yesterday", None),
            (DAY, None),
        ],
    )
    def test_reads_instants_in_utc_and_cuts_them_down(self, text: object, at: int | None) -> None:
        event = read_event(an_event(1) | {"timestamp_utc": text})

        assert (event.captured_at, event.fault is None) == (at, at is not None)

    @pytest.mark.parametrize("kind", ["dance", "", "GPS"])
    def test_does_not_know_other_types(self, kind: str) -> None:
        assert code_of(an_event(1, kind=kind)) == "unknown_event_type"

    @pytest.mark.parametrize("value", [None, 7, "text", [], True])
    def test_takes_only_an_object_for_an_event(self, value: object) -> None:
        assert code_of(value) == "wrong_type"

    def test_lets_unknown_fields_pass(self) -> None:
        assert code_of(an_event(1, payload=a_fix(satellites=9), colour="red")) is None

    def test_lets_an_optional_field_be_null(self) -> None:
        assert code_of(an_event(1, payload=a_fix(speed_kmh=None))) is None

    @pytest.mark.parametrize(
        ("changes", "refused_by"),
        [
            ({}, None),
            ({"accuracy_m": 101}, "accuracy"),
            ({"accuracy_m": 0}, None),
            ({"lat": 91}, "range"),
            ({"lat": 0, "lon": 0}, "range"),
            ({"fix_type": "dead_reckoning"}, "source"),
        ],
    )
    def test_keeps_a_fix_that_does_not_qualify_with_its_rule(
        self, changes: dict[str, Any], refused_by: str | None
    ) -> None:
        (statement,) = read_event(an_event(1, payload=a_fix(**changes))).statements

        assert statement.refused_by == refused_by

    def test_never_takes_the_last_known_position_for_one(self) -> None:
        (statement,) = read_event(an_event(1, kind="gps_no_fix", payload=PAYLOADS["gps_no_fix"])).statements

        assert (statement.lat, statement.lon) == (None, None)
        assert str(LAT) not in str(statement.detail)

    def test_counts_speed_in_metres_a_second(self) -> None:
        (statement,) = read_event(an_event(1, payload=a_fix(speed_kmh=36))).statements

        assert statement.speed_mps == 10

    def test_finds_the_same_content_whatever_the_order_and_the_spelling(self) -> None:
        one = an_event(1)
        other = dict(reversed(list((one | {"payload": a_fix(accuracy_m=8.0)}).items())))

        assert read_event(one).content == read_event(other).content
        assert read_event(one).content != read_event(one | {"sequence_number": 2}).content

    def test_keeps_no_character_that_the_database_refuses(self) -> None:
        payload = {"worker_id": "W\x00-1"}

        (statement,) = read_event(an_event(1, kind="shift_start", payload=payload)).statements

        assert "\x00" not in str(statement.worker_code)
