"""Envelopes and the files of a Notecard: wire.md sections 3 and 5."""

from typing import Any

import pytest

from contracts.notehub import read_envelope
from domain.posts import Event, Item, Statement
from tests.posts import DAY, LAT, LON, an_envelope, an_event

WHERE: dict[str, Any] = {"where_lat": LAT, "where_lon": LON, "where_when": DAY}
BEST: dict[str, Any] = {"best_lat": LAT, "best_lon": LON, "best_location_when": DAY}
SCAN: dict[str, Any] = {
    "v": 1,
    "seq": 9,
    "t0": DAY - 30,
    "t1": DAY,
    "fix": DAY - 10,
    "lat": LAT,
    "lon": LON,
    "dop": 1.5,
    "n": 2,
    "tags": [
        {"id": "AA:BB:CC:DD:EE:01", "r": -60, "m": -50, "c": 4, "f": 1, "l": 20, "b": 80},
        {"id": "aabbccddee02", "r": -70},
    ],
}


def read(envelope: object) -> Item:
    """An envelope as it is read; our API got it a day later."""
    return read_envelope(envelope, 0, received_at=DAY + 86_400)


def only(envelope: object) -> Event:
    """The only event of an envelope."""
    (event,) = read(envelope).events
    return event


def stated(envelope: object) -> Statement:
    """The only statement of an envelope."""
    (statement,) = only(envelope).statements
    return statement


def a_track(body: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A `_track.qo` note."""
    return an_envelope({"time": DAY, "journey": 5, "jcount": 1} if body is None else body, file="_track.qo", **changes)


class TestReadEnvelope:
    @pytest.mark.parametrize(
        ("received", "at"),
        [
            (DAY + 0.9, DAY),
            (str(DAY + 0.9), DAY),
            (None, DAY + 86_400),
            ("soon", DAY + 86_400),
            (-5, DAY + 86_400),
            (1e300, DAY + 86_400),
            ({}, DAY + 86_400),
        ],
    )
    def test_takes_our_own_time_where_notehub_gives_none(self, received: object, at: int) -> None:
        assert read(an_envelope(an_event(1), received=received)).received_at == at

    @pytest.mark.parametrize(
        ("value", "code"), [(7, "wrong_type"), ({}, "missing_field"), ({"device": 5}, "wrong_type")]
    )
    def test_cannot_read_what_names_no_device(self, value: object, code: str) -> None:
        item = read(value)

        assert item.rejected is not None
        assert (item.rejected.code, item.device) == (code, None)

    @pytest.mark.parametrize("file", ["air.qo", None, 7, "_air.qo", "track.qo"])
    def test_quarantines_a_file_that_it_does_not_know_without_rejecting_it(self, file: object) -> None:
        item = read(an_envelope({"temp": 20}, file=file))

        assert (item.rejected, item.proves_life) == (None, True)
        assert item.events[0].fault is not None
        assert item.events[0].fault.code == "unknown_notefile"

    @pytest.mark.parametrize(
        ("body", "codes"),
        [
            (None, ["missing_field"]),
            ("text", ["wrong_type"]),
            ({"events": 7}, ["wrong_type"]),
            ({"events": [7]}, ["wrong_type"]),
            ({"events": []}, []),
            ({}, ["missing_field"]),
        ],
    )
    def test_tells_what_is_wrong_with_the_body_of_a_badge_file(self, body: object, codes: list[str]) -> None:
        events = read(an_envelope(body)).events

        assert [event.fault.code for event in events if event.fault] == codes

    def test_rejects_only_a_single_event_never_one_of_a_batch(self) -> None:
        assert read(an_envelope(an_event(1, kind="dance"))).rejected is not None
        assert read(an_envelope({"events": [an_event(1, kind="dance")]})).rejected is None

    def test_does_not_take_the_watchdogs_word_for_life(self) -> None:
        item = read(an_envelope({"minutes": 60}, file="_watchdog.qo"))

        assert (item.proves_life, item.events[0].statements, item.events[0].fault) == (False, (), None)

    @pytest.mark.parametrize(
        ("file", "body", "kind"),
        [
            ("_session.qo", {"why": "sync"}, "heartbeat"),
            ("_session.qo", None, "heartbeat"),
            ("_log.qo", {"voltage": 3.5}, "battery"),
            ("_health.qo", {"text": "boot (brown-out & hard reset)"}, "reboot"),
            ("_health.qo", {"text": "device started"}, "reboot"),
            ("_health.qo", {"voltage": 3.5}, "battery"),
            ("_geolocate.qo", {}, "heartbeat"),
            ("_env.dbs", {"a": 1}, "heartbeat"),
        ],
    )
    def test_takes_the_cards_own_files_for_signs_of_life(self, file: str, body: object, kind: str) -> None:
        statement = stated(an_envelope(body, file=file, **WHERE))

        assert (statement.kind, statement.lat) == (kind, None)

    def test_reads_the_firmware_inside_its_string(self) -> None:
        event = only(an_envelope({}, file="_session.qo", firmware_host='{"version":"1.2.3"}'))

        assert event.firmware == "1.2.3"


class TestReadTrack:
    def test_takes_where_with_its_own_time(self) -> None:
        statement = stated(a_track(**WHERE))

        assert (statement.kind, statement.source, statement.lat, statement.lon) == ("fix", "gps", LAT, LON)
        assert (statement.captured_at, statement.fix_age_s, statement.refused_by) == (DAY, 0, None)

    @pytest.mark.parametrize(
        ("changes", "age", "refused_by"),
        [
            ({"where_when": DAY - 120}, 120, None),
            ({"where_when": DAY - 121}, 121, "stale"),
            ({"where_when": DAY + 60}, -60, None),
        ],
    )
    def test_judges_the_age_of_a_fix(self, changes: dict[str, Any], age: int, refused_by: str | None) -> None:
        statement = stated(a_track(**WHERE | changes))

        assert (statement.fix_age_s, statement.refused_by) == (age, refused_by)

    def test_takes_time_for_the_fix_where_where_when_is_absent(self) -> None:
        statement = stated(a_track({"time": DAY - 200}, where_lat=LAT, where_lon=LON))

        assert (statement.fix_age_s, statement.refused_by) == (200, "stale")

    def test_counts_an_unknown_age_as_fresh_and_marks_it(self) -> None:
        statement = stated(a_track({"jcount": 1}, where_lat=LAT, where_lon=LON))

        assert (statement.fix_age_s, statement.refused_by) == (None, None)

    @pytest.mark.parametrize(
        ("kind", "source", "refused_by"),
        [("gps", "gps", None), ("triangulated", "triangulated", "source"), ("tower", "tower", "source")],
    )
    def test_takes_best_only_of_a_gps_and_keeps_the_others_as_what_they_are(
        self, kind: str, source: str, refused_by: str | None
    ) -> None:
        statement = stated(a_track(**BEST, best_location_type=kind))

        assert (statement.source, statement.refused_by) == (source, refused_by)

    def test_has_no_fix_without_a_satellite(self) -> None:
        statement = stated(a_track({"status": "no-sat", "jcount": 1}))

        assert (statement.kind, statement.lat) == ("no_fix", None)

    @pytest.mark.parametrize(
        ("fixed_at", "kind", "refused_by"),
        [(None, "no_fix", None), (DAY - 121, "fix", "stale"), (DAY, "fix", None)],
    )
    def test_takes_best_without_a_satellite_only_by_its_own_time(
        self, fixed_at: int | None, kind: str, refused_by: str | None
    ) -> None:
        best = {"best_lat": LAT, "best_lon": LON, "best_location_type": "gps", "best_location_when": fixed_at}
        statement = stated(a_track({"status": "no-sat", "time": DAY}, **best))

        assert (statement.kind, statement.refused_by) == (kind, refused_by)

    def test_does_not_date_best_by_the_time_of_the_body(self) -> None:
        best = {"best_lat": LAT, "best_lon": LON, "best_location_type": "gps"}
        statement = stated(a_track({"time": DAY - 200}, **best))

        assert (statement.fix_age_s, statement.refused_by) == (None, None)

    def test_dates_nothing_by_a_clock_that_is_unknown(self) -> None:
        event = only(a_track({"jcount": 1}, at=None, where_lat=LAT, where_lon=LON))

        assert (event.captured_at, event.statements[0].captured_at) == (None, None)
        assert event.statements[0].refused_by == "clock"

    @pytest.mark.parametrize(
        ("body", "accuracy", "assumed"),
        [({"dop": 2}, 10, False), ({"dop": 2, "hdop": "1.5"}, 7.5, False), ({}, 25, True), ({"dop": 0}, 25, True)],
    )
    def test_takes_accuracy_from_dilution(self, body: dict[str, Any], accuracy: float, assumed: bool) -> None:  # noqa: FBT001 # a case
        statement = stated(a_track({"time": DAY, **body}, **WHERE))

        assert (statement.accuracy_m, statement.accuracy_assumed) == (accuracy, assumed)

    def test_reads_numbers_that_come_as_text(self) -> None:
        body: dict[str, Any] = {"velocity": "1.5", "motion": "3", "dop": "2", "time": str(DAY)}
        where: dict[str, Any] = {name: str(value) for name, value in WHERE.items()}

        statement = stated(a_track(body, **where) | {"when": str(DAY)})

        assert (statement.lat, statement.speed_mps, statement.motion_count) == (LAT, 1.5, 3)
        assert (statement.captured_at, statement.accuracy_m, statement.fix_age_s) == (DAY, 10, 0)

    def test_is_known_by_what_dates_it_whatever_its_position(self) -> None:
        one, other = read(a_track(**WHERE)), read(a_track(where_lat=1, where_lon=2))
        later = read(a_track({"time": DAY, "journey": 5, "jcount": 2}, **WHERE))

        assert (one.events[0].keys[0], one.events[0].content) == (other.events[0].keys[0], other.events[0].content)
        assert one.events[0].keys[0] != later.events[0].keys[0]


class TestReadScan:
    def test_states_one_fix_and_its_tags_under_one_number(self) -> None:
        event = only(an_envelope(SCAN, file="scan.qo"))

        fix, first, second = event.statements
        assert (event.sequence_number, event.captured_at, event.keys) == (9, DAY, ())
        assert (fix.kind, fix.fix_age_s, fix.accuracy_m) == ("fix", 10, 7.5)
        assert [(tag.kind, tag.tag_mac, tag.captured_at) for tag in (first, second)] == [
            ("tag", "AA:BB:CC:DD:EE:01", DAY - 10),
            ("tag", "AA:BB:CC:DD:EE:02", DAY - 30),
        ]

    def test_takes_the_battery_of_a_tag_for_no_battery_of_the_badge(self) -> None:
        assert [s.battery_pct for s in only(an_envelope(SCAN, file="scan.qo")).statements] == [None, None, None]

    def test_is_still_a_sign_of_life_without_tags_and_position(self) -> None:
        assert stated(an_envelope({"seq": 9, "t1": DAY}, file="scan.qo")).kind == "no_fix"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"seq": None}, "missing_field"),
            ({"seq": "x"}, "wrong_type"),
            ({"tags": 5}, "wrong_type"),
            ({"tags": [5]}, "wrong_type"),
            ({"tags": [{"r": -60}]}, "missing_field"),
            ({"tags": [{"id": 5}]}, "wrong_type"),
        ],
    )
    def test_cannot_be_read_without_its_number_or_with_odd_tags(self, changes: dict[str, Any], code: str) -> None:
        item = read(an_envelope(SCAN | changes, file="scan.qo"))

        assert item.rejected is not None
        assert item.rejected.code == code

    def test_dates_a_tag_with_a_broken_second_by_the_scan(self) -> None:
        tags = [{"id": "AA:BB:CC:DD:EE:01", "l": 10**12}]

        _, tag = only(an_envelope(SCAN | {"tags": tags}, file="scan.qo")).statements

        assert tag.captured_at == DAY


class TestReadShift:
    @pytest.mark.parametrize(("k", "kind"), [("start", "shift_start"), ("end", "shift_end")])
    def test_names_the_worker(self, k: str, kind: str) -> None:
        event = only(an_envelope({"seq": 3, "k": k, "w": "W-1", "by": "boss", "t": DAY - 5}, file="shift.qo"))

        (statement,) = event.statements
        assert (statement.kind, statement.worker_code, statement.captured_at) == (kind, "W-1", DAY - 5)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"seq": 3, "w": "W-1"}, "missing_field"),
            ({"seq": 3, "k": "start"}, "missing_field"),
            ({"seq": 3, "k": "pause", "w": "W-1"}, "wrong_type"),
            ({"seq": 3, "k": "start", "w": 5}, "wrong_type"),
            ({"k": "start", "w": "W-1"}, "missing_field"),
        ],
    )
    def test_cannot_be_read_without_kind_worker_and_number(self, body: dict[str, Any], code: str) -> None:
        item = read(an_envelope(body, file="shift.qo"))

        assert item.rejected is not None
        assert item.rejected.code == code
