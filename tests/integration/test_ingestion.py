"""What devices send, through the index, the consumer and the database: wire.md sections 2 and 5."""

import asyncio
import base64
import json
import uuid
import zlib
from random import Random
from typing import Any

import pytest

from tests.index import Api, functions
from tests.posts import DAY, LAT, LON, Yard, a_fix, a_yard, an_envelope, an_event, hand_over, instant


@pytest.fixture
async def yard(api: Api) -> Yard:
    """A company with one registered badge."""
    return await a_yard(api)


def a_batch(*numbers: int, **changes: Any) -> dict[str, Any]:
    """An envelope with one fix a minute."""
    events = [an_event(number, at=DAY + 60 * number) for number in numbers]
    return an_envelope({"events": events}, at=DAY + 7200, received=DAY + 7245, **changes)


def codes(receipt: dict[str, Any]) -> list[tuple[int | None, str]]:
    """Sequence number and code of what a receipt says was quarantined."""
    return [(item["sequence_number"], item["code"]) for item in receipt["quarantined"]]


class TestReceiveNotehubEvents:
    async def test_stores_the_events_of_a_batch(self, yard: Yard) -> None:
        (receipt,) = await yard.take_in(a_batch(*range(1, 121)))

        assert (receipt["status"], receipt["accepted"], receipt["duplicates"]) == ("processed", 1, 0)
        assert yard.observations() == [("fix", number) for number in range(1, 121)]

    async def test_takes_a_single_envelope_whose_event_cannot_be_read(self, yard: Yard) -> None:
        answer = await yard.post(an_envelope(an_event(4, payload=a_fix(lat="40.72"))))
        await yard.deliver()

        assert answer.status == 202
        assert answer.json["accepted"] == 0
        assert answer.json["rejected"] == [{"index": 0, "sequence_number": 4, "code": "wrong_type"}]
        receipt = await yard.receipt(answer.json["receipt_id"])
        assert codes(receipt) == [(4, "wrong_type")]
        assert [item["code"] for item in await yard.quarantine()] == ["wrong_type"]

    async def test_quarantines_unreadable_events_of_a_batch_one_by_one(self, yard: Yard) -> None:
        events = [an_event(1), an_event(2, kind="dance"), an_event(3, timestamp_utc=7), an_event(4)]

        answer = await yard.post(an_envelope({"events": events}))
        await yard.deliver()

        assert (answer.status, answer.json["rejected"]) == (202, [])
        receipt = await yard.receipt(answer.json["receipt_id"])
        assert codes(receipt) == [(2, "unknown_event_type"), (3, "wrong_type")]
        assert yard.observations() == [("fix", 1), ("fix", 4)]

    async def test_quarantines_an_unknown_file_that_still_proves_life(self, yard: Yard) -> None:
        (receipt,) = await yard.take_in(an_envelope({"temp": 20}, file="air.qo"))

        assert (receipt["accepted"], codes(receipt)) == (1, [(None, "unknown_notefile")])
        assert yard.rows("select last_heard_at is not null from badge_states where company_id = %s") == [(True,)]

    async def test_answers_207_when_some_envelopes_cannot_be_read(self, yard: Yard) -> None:
        answer = await yard.post([an_envelope(an_event(1)), 7, an_envelope(an_event(2), device=5)])

        assert (answer.status, answer.json["accepted"]) == (207, 1)
        assert [(item["index"], item["code"]) for item in answer.json["rejected"]] == [
            (1, "wrong_type"),
            (2, "wrong_type"),
        ]

    async def test_refuses_an_array_of_which_nothing_can_be_read(self, yard: Yard) -> None:
        answer = await yard.post([7, "x"])

        assert (answer.status, answer.json["code"]) == (400, "nothing_readable")
        assert yard.bus.take("ingest") == []

    async def test_refuses_more_than_500_events_in_one_envelope(self, yard: Yard) -> None:
        answer = await yard.post(an_envelope({"events": [7] * 501}))

        assert (answer.status, answer.json["code"]) == (413, "too_large")

    @pytest.mark.parametrize("content", [b"{no json", b'"text"', b"42", b"", b"[NaN]", b'["\xff"]', b"[" * 100_000])
    async def test_refuses_what_is_no_envelope(self, yard: Yard, content: bytes) -> None:
        answer = await yard.post(None, content=content)

        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")

    async def test_answers_503_and_when_to_try_again_while_no_store_is_durable(self, yard: Yard) -> None:
        yard.bus.down = True

        answer = await yard.post(an_envelope(an_event(1)))

        assert (answer.status, int(answer.headers["retry-after"]) > 0) == (503, True)

    async def test_asks_for_the_key_before_it_looks_at_the_body(self, yard: Yard) -> None:
        answer = await yard.post(None, content=b"x" * 300_000, key="act_test_0123456789ab_no_000000")

        assert (answer.status, answer.json["code"]) == (401, "not_authenticated")

    async def test_keeps_the_exact_bytes(self, yard: Yard) -> None:
        content = json.dumps(an_envelope(an_event(1)), indent=3).encode()

        await yard.post(None, content=content)
        await yard.deliver()

        ((kept,),) = yard.rows("select body from raw_events where company_id = %s")
        assert zlib.decompress(kept) == content

    async def test_takes_a_post_that_fits_into_no_single_message(self, yard: Yard) -> None:
        noise = base64.b64encode(Random(7).randbytes(180_000)).decode()  # noise that does not compress
        answer = await yard.post(an_envelope(an_event(1), payload=noise))
        messages = yard.bus.take("ingest")

        await hand_over(messages[:1])
        before = await yard.receipt(answer.json["receipt_id"])
        await hand_over(messages)
        after = await yard.receipt(answer.json["receipt_id"])

        assert answer.status == 202
        assert [len(message.body) < 262_144 for message in messages] == [True, True]
        assert before["status"] == "queued"
        assert after["status"] == "processed"
        assert yard.observations() == [("fix", 1)]
        assert yard.rows("select count(*) from post_parts where company_id = %s") == [(0,)]


class TestReceiveBadgeEvents:
    async def test_names_the_items_that_cannot_be_read_and_keeps_the_others(self, yard: Yard) -> None:
        now = 86_400 * (yard_now() // 86_400)
        items = [an_event(1, at=now), an_event(2, at=now, kind="dance"), an_event(3, at=now)]

        answer = await yard.post(items, to="events")
        await yard.deliver()

        assert (answer.status, answer.json["accepted"]) == (207, 2)
        assert answer.json["rejected"] == [{"index": 1, "sequence_number": 2, "code": "unknown_event_type"}]
        receipt = await yard.receipt(answer.json["receipt_id"])
        assert (receipt["accepted"], codes(receipt)) == (2, [])
        assert [item["code"] for item in await yard.quarantine()] == ["unknown_event_type"]
        assert yard.observations() == [("fix", 1), ("fix", 3)]

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ([], 400, "nothing_readable"),
            ({"device_id": "ACT-000000A1"}, 400, "wrong_shape"),
            ([an_event(1), an_event(2, serial="ACT-000000B2")], 400, "mixed_devices"),
            ([an_event(number) for number in range(1, 502)], 413, "too_large"),
        ],
    )
    async def test_refuses_what_is_no_array_of_one_device(
        self, yard: Yard, body: object, status: int, code: str
    ) -> None:
        answer = await yard.post(body, to="events")

        assert (answer.status, answer.json["code"]) == (status, code)

    async def test_refuses_a_body_over_256_kib(self, yard: Yard) -> None:
        content = json.dumps([an_event(1)]).encode()

        just = await yard.post(None, to="events", content=content.ljust(262_144))
        more = await yard.post(None, to="events", content=content.ljust(262_145))

        assert (just.status, more.status, more.json["code"]) == (202, 413, "too_large")


def yard_now() -> int:
    """The present second, as the runtime tells it."""
    from bootstrap.runtime import runtime  # noqa: PLC0415 # the runtime of the test

    return int(runtime().clock.now().timestamp())


class TestStoreEvents:
    async def test_counts_a_repeat_and_changes_nothing(self, yard: Yard) -> None:
        await yard.take_in(a_batch(1, 2, 3))
        before = yard.rows("select number from audit_heads where company_id = %s")

        again, apart = await yard.take_in(a_batch(1, 2, 3), an_envelope(an_event(2, at=DAY + 120)))

        assert (again["duplicates"], again["accepted"], apart["duplicates"]) == (3, 1, 1)
        assert len(yard.observations()) == 3
        assert yard.rows("select number from audit_heads where company_id = %s") == before

    async def test_recognises_a_repeat_within_one_post(self, yard: Yard) -> None:
        (receipt,) = await yard.take_in(an_envelope({"events": [an_event(1), an_event(1)]}))

        assert (receipt["duplicates"], yard.observations()) == (1, [("fix", 1)])

    async def test_stores_a_message_that_comes_again_once(self, yard: Yard) -> None:
        answer = await yard.post(a_batch(1, 2))
        messages = yard.bus.take("ingest")

        await hand_over([*messages, *messages])
        await hand_over(messages)

        receipt = await yard.receipt(answer.json["receipt_id"])
        assert (receipt["duplicates"], len(yard.observations())) == (0, 2)
        assert yard.rows("select count(*) from raw_events where company_id = %s") == [(1,)]

    async def test_lets_the_first_of_two_contents_stand(self, yard: Yard) -> None:
        first, second, again = await yard.take_in(
            an_envelope(an_event(1)),
            an_envelope(an_event(1, payload=a_fix(lat=LAT + 1))),
            an_envelope(an_event(1, payload=a_fix(lat=LAT + 1))),
        )

        assert (codes(first), codes(second)) == ([], [(1, "conflicting_duplicate")])
        assert (codes(again), again["duplicates"]) == ([], 1)
        assert yard.rows("select lat from observations where company_id = %s") == [(LAT,)]

    async def test_finds_no_conflict_in_another_spelling_of_the_same_value(self, yard: Yard) -> None:
        event = an_event(1)
        other = dict(reversed(list((event | {"payload": a_fix(accuracy_m=8.0)}).items())))

        _, receipt = await yard.take_in(an_envelope(event), an_envelope(other))

        assert (receipt["duplicates"], codes(receipt)) == (1, [])

    async def test_takes_a_repeat_of_something_quarantined_for_a_duplicate(self, yard: Yard) -> None:
        late = an_event(1, at=DAY - 31 * 86_400)

        first, again = await yard.take_in(an_envelope(late), an_envelope(late))

        assert (codes(first), codes(again), again["duplicates"]) == ([(1, "clock_suspect")], [], 1)

    async def test_gives_the_number_of_something_quarantined_to_the_next(self, yard: Yard) -> None:
        await yard.take_in(an_envelope(an_event(1, at=DAY - 31 * 86_400)))

        (receipt,) = await yard.take_in(an_envelope(an_event(1)))

        assert (codes(receipt), yard.observations()) == ([], [("fix", 1)])

    async def test_takes_an_envelopes_id_with_other_content_for_something_else(self, yard: Yard) -> None:
        first, again, other = await yard.take_in(
            an_envelope({"voltage": 3.5}, file="_log.qo", event="e1"),
            an_envelope({"voltage": 3.5}, file="_log.qo", event="e1"),
            an_envelope({"voltage": 3.6}, file="_log.qo", event="e1"),
        )

        assert [receipt["duplicates"] for receipt in (first, again, other)] == [0, 1, 0]
        assert codes(other) == []

    async def test_knows_a_track_note_by_its_second_time_journey_and_count(self, yard: Yard) -> None:
        def track(**body: Any) -> dict[str, Any]:
            return an_envelope(
                {"time": DAY, "journey": 5, "jcount": 1} | body, file="_track.qo", where_lat=LAT, where_lon=LON
            )

        first, again, other, conflict = await yard.take_in(track(), track(), track(jcount=2), track(velocity=4))

        assert [receipt["duplicates"] for receipt in (first, again, other)] == [0, 1, 0]
        assert codes(conflict) == [(None, "conflicting_duplicate")]
        assert len(yard.observations()) == 2

    @pytest.mark.parametrize(
        ("offset", "suspect"), [(120, False), (121, True), (-30 * 86_400, False), (-30 * 86_400 - 1, True)]
    )
    async def test_suspects_a_clock_beyond_its_bounds(self, yard: Yard, offset: int, suspect: bool) -> None:  # noqa: FBT001 # a case
        (receipt,) = await yard.take_in(an_envelope(an_event(1, at=DAY + offset), received=DAY + 0.9))

        assert codes(receipt) == ([(1, "clock_suspect")] if suspect else [])
        flag = yard.rows("select clock_suspect_at is not null from badge_states where company_id = %s")
        assert flag == [(suspect,)]

    async def test_dates_what_has_no_time_by_its_arrival(self, yard: Yard) -> None:
        body = {"journey": 5, "jcount": 1}

        await yard.take_in(an_envelope(body, file="_track.qo", at=None, where_lat=LAT, where_lon=LON))

        found = yard.rows(
            "select extract(epoch from captured_at)::bigint, time_quality, refused_by "
            "from observations where company_id = %s"
        )
        assert found == [(DAY + 45, "arrival", "clock")]

    async def test_quarantines_the_worker_code_that_nobody_has(self, yard: Yard) -> None:
        start = an_event(1, kind="shift_start", payload={"worker_id": "W-9"})

        (receipt,) = await yard.take_in(an_envelope(start))

        assert codes(receipt) == [(1, "unknown_worker")]

    async def test_counts_every_number_that_was_received_in_any_form(self, yard: Yard) -> None:
        events = [an_event(1), an_event(2, kind="dance"), an_event(3), an_event(7, at=DAY + 60)]
        await yard.take_in(an_envelope({"events": events}))
        runs = "select first_number, last_number from sequence_runs where company_id = %s order by 1"
        with_hole = yard.rows(runs)

        await yard.take_in(an_envelope({"events": [an_event(number) for number in (6, 4, 5)]}))

        assert (with_hole, yard.rows(runs)) == ([(1, 3), (7, 7)], [(1, 7)])

    async def test_isolates_an_event_that_breaks_processing(self, yard: Yard) -> None:
        with_break = "alter table observations add constraint poison check (sequence_number <> 5) not valid"
        run_as_owner(yard, with_break)

        receipt, neighbour = await yard.take_in(a_batch(*range(1, 11)), a_batch(20, 21))

        assert codes(receipt) == [(5, "processing_error")]
        assert codes(neighbour) == []
        assert [number for _, number in yard.observations()] == [1, 2, 3, 4, 6, 7, 8, 9, 10, 20, 21]
        (item,) = await yard.quarantine("&code=processing_error")
        assert item["detail"].startswith("CheckViolation: ")

    async def test_gives_the_state_it_would_have_had_after_mending_and_replay(self, yard: Yard) -> None:
        run_as_owner(yard, "alter table observations add constraint poison check (sequence_number <> 2) not valid")
        await yard.take_in(a_batch(1, 2, 3))
        run_as_owner(yard, "alter table observations drop constraint poison")
        (item,) = await yard.quarantine()

        answer = await yard.api.call("POST", f"/api/v1/quarantine/{item['id']}/replays", as_=yard.home.operator)
        await yard.deliver()

        receipt = await yard.receipt(answer.json["receipt_id"])
        assert (receipt["status"], codes(receipt)) == ("processed", [])
        assert (await yard.quarantine(), yard.observations()) == ([], [("fix", 1), ("fix", 2), ("fix", 3)])

    async def test_isolates_an_event_whose_number_breaks_processing(self, yard: Yard) -> None:
        run_as_owner(yard, "alter table sequence_runs add constraint poison check (last_number <> 5)")

        before, broken, after = await yard.take_in(a_batch(1), a_batch(5), a_batch(9))

        assert (codes(before), codes(broken), codes(after)) == ([], [(5, "processing_error")], [])
        assert yard.observations() == [("fix", 1), ("fix", 9)]

    async def test_fails_alone_a_post_that_cannot_even_be_quarantined(self, yard: Yard) -> None:
        run_as_owner(yard, "alter table observations add constraint poison check (sequence_number <> 5) not valid")
        run_as_owner(yard, "alter table quarantined_events add constraint full_up check (code <> 'processing_error')")

        before, broken, after = await yard.take_in(a_batch(1), a_batch(4, 5), a_batch(9))

        assert [receipt["status"] for receipt in (before, broken, after)] == ["processed", "failed", "processed"]
        assert yard.observations() == [("fix", 1), ("fix", 9)]
        assert yard.rows("select count(*) from raw_events where company_id = %s") == [(3,)]

    async def test_fails_a_replay_that_cannot_be_stored(self, yard: Yard) -> None:
        await yard.take_in(an_envelope({"temp": 20}, file="air.qo"))
        (item,) = await yard.quarantine()
        run_as_owner(yard, "alter table quarantined_events add constraint full_up check (version < 2)")

        answer = await yard.api.call("POST", f"/api/v1/quarantine/{item['id']}/replays", as_=yard.home.operator)
        await yard.deliver()

        assert (await yard.receipt(answer.json["receipt_id"]))["status"] == "failed"
        assert [still["id"] for still in await yard.quarantine()] == [item["id"]]

    async def test_takes_the_largest_number_and_refuses_the_one_after_it(self, yard: Yard) -> None:
        await yard.take_in(a_batch(1))

        batch = an_envelope({"events": [an_event(2), an_event(2**63 - 1), an_event(2**63 - 2), an_event(3)]})
        (receipt,) = await yard.take_in(batch)

        assert [code for _, code in codes(receipt)] == ["wrong_type"]
        assert {number for _, number in yard.observations()} == {1, 2, 3, 2**63 - 2}

    async def test_blames_no_event_for_a_schema_that_is_not_there_yet(self, yard: Yard) -> None:
        run_as_owner(yard, "alter table sequence_keys rename to sequence_keys_later")
        answer = await yard.post(a_batch(1, 2, 3))

        delivery = asyncio.create_task(yard.deliver())
        await asyncio.sleep(0.3)
        run_as_owner(yard, "alter table sequence_keys_later rename to sequence_keys")
        await delivery

        receipt = await yard.receipt(answer.json["receipt_id"])
        assert (receipt["status"], codes(receipt)) == ("processed", [])
        assert yard.observations() == [("fix", 1), ("fix", 2), ("fix", 3)]


def owners(yard: Yard) -> list[tuple[int, str]]:
    """Number and badge of every observation."""
    return yard.rows(
        "select sequence_number, badge_id::text from observations where company_id = %s order by sequence_number"
    )


def run_as_owner(yard: Yard, statement: str) -> None:
    """Change the schema of the test's own database."""
    import psycopg  # noqa: PLC0415 # only here

    with psycopg.connect(yard.api.database.superuser_url, autocommit=True) as connection:
        connection.execute(statement.encode())


class TestOwnership:
    async def test_quarantines_an_unknown_device_once_per_posted_item(self, api: Api) -> None:
        yard = await a_yard(api, register=False)

        batch, again = await yard.take_in(a_batch(1, 2, 3, event="e1"), a_batch(1, 2, 3, event="e1"))

        assert codes(batch) == [(None, "unknown_device")]
        assert (codes(again), again["duplicates"]) == ([], 1)
        assert [item["code"] for item in await yard.quarantine("&code=unknown_device")] == ["unknown_device"]

    async def test_replays_by_itself_once_the_device_is_registered(self, api: Api) -> None:
        yard = await a_yard(api, register=False)
        await yard.take_in(a_batch(1, 2, 3))

        made = await yard.register("ACT-000000A1", "dev:864200000000001")
        await yard.deliver()

        receipt = await yard.receipt(made["receipt_id"])
        assert (receipt["status"], receipt["accepted"], codes(receipt)) == ("processed", 1, [])
        assert (await yard.quarantine(), len(yard.observations())) == ([], 3)
        (later,) = await yard.take_in(a_batch(1, 2, 3))
        assert later["duplicates"] == 3

    async def test_shows_another_companys_device_as_one_that_nobody_has(self, api: Api) -> None:
        theirs = await a_yard(api)
        mine = await a_yard(api, register=False)

        (held,) = await mine.take_in(a_batch(1, 2))
        (free,) = await mine.take_in(a_batch(1, 2, device="dev:999"))

        assert (codes(held), codes(free)) == ([(None, "unknown_device")], [(None, "unknown_device")])
        shown = [{**item, "id": "", "device": "", "receipt_id": ""} for item in await mine.quarantine()]
        assert shown[0] == shown[1]
        assert theirs.observations() == []
        told = theirs.rows(
            "select count(*) from audit_entries where kind = 'device_not_yours' and %s is not null "
            "and company_id = '00000000-0000-0000-0000-000000000000'"
        )
        assert told == [(1,)]

    async def test_leaves_the_time_of_another_registration_to_that_company(self, api: Api) -> None:
        mine = await a_yard(api)
        other = (await api.make_company()).id
        values = f"'{other}', '{other}', 'ACT-000000A1', 'dev:864200000000001'"
        run_as_owner(
            mine,
            "insert into badges (company_id, id, serial, device_uid, kind, lifecycle, created_at) "  # ours
            f"values ({values}, 'badge', 'retired', now()); "
            f"insert into device_registrations values ({values}, '{instant(DAY)}', '{instant(DAY + 100)}')",
        )

        (receipt,) = await mine.take_in(
            an_envelope({"events": [an_event(1, at=DAY - 1), an_event(2, at=DAY), an_event(3, at=DAY + 100)]})
        )

        assert codes(receipt) == [(2, "unknown_device")]
        assert mine.observations() == [("fix", 1), ("fix", 3)]

    async def test_recognises_a_repeat_from_a_device_that_was_retired_since(self, yard: Yard) -> None:
        log = an_envelope({"voltage": 3.5}, file="_log.qo", event="e1")
        await yard.take_in(a_batch(1, 2), log, an_envelope(an_event(3, at=DAY - 31 * 86_400)))
        await yard.retire("ACT-000000A1")

        receipts = await yard.take_in(a_batch(1, 2), log, an_envelope(an_event(3, at=DAY - 31 * 86_400)))

        assert [(codes(receipt), receipt["duplicates"]) for receipt in receipts] == [([], 2), ([], 1), ([], 1)]

    async def test_keeps_what_a_retired_device_sends_anew_until_it_is_registered_again(self, yard: Yard) -> None:
        await yard.take_in(a_batch(1, 2))
        first = yard.badges["ACT-000000A1"]
        await yard.retire("ACT-000000A1")

        mixed, again = await yard.take_in(a_batch(2, 3), a_batch(2, 3))
        await yard.register("ACT-000000A1", "dev:864200000000001")
        await yard.deliver()

        assert (codes(mixed), mixed["duplicates"]) == ([(None, "unknown_device")], 1)
        assert (codes(again), again["duplicates"]) == ([], 2)
        assert await yard.quarantine() == []
        assert owners(yard) == [(1, first), (2, first), (3, first)]

    @pytest.mark.parametrize("to", ["notehub", "events"])
    async def test_knows_a_number_of_the_device_that_was_registered_anew(self, yard: Yard, to: str) -> None:
        await yard.take_in(a_batch(1, 2))
        first = yard.badges["ACT-000000A1"]
        await yard.retire("ACT-000000A1")
        await yard.register("ACT-000000A1", "dev:864200000000001")
        again = [an_event(1, at=DAY + 60), an_event(2, at=DAY + 120, payload=a_fix(lat=LAT + 1))]
        body = an_envelope({"events": again}) if to == "notehub" else again

        (receipt,) = await yard.take_in(body, to=to)

        assert (receipt["duplicates"], codes(receipt)) == (1, [(2, "conflicting_duplicate")])
        assert owners(yard) == [(1, first), (2, first)]

    async def test_gives_late_data_to_the_badge_that_the_device_was_then(self, yard: Yard) -> None:
        await yard.take_in(a_batch(1))
        first = yard.badges["ACT-000000A1"]
        await yard.retire("ACT-000000A1")
        await yard.register("ACT-000000A1", "dev:864200000000001")
        now = yard_now()

        events = [an_event(2, at=DAY + 120), an_event(3, at=DAY + 180), an_event(4, at=now + 30)]
        (late,) = await yard.take_in(an_envelope({"events": events[:2]}, received=DAY + 200))
        (fresh,) = await yard.take_in(an_envelope({"events": events[2:]}, at=now, received=now + 45))

        second = yard.badges["ACT-000000A1"]
        assert (codes(late), codes(fresh)) == ([], [])
        assert owners(yard) == [(1, first), (2, first), (3, first), (4, second)]
        runs = yard.rows(
            "select badge_id::text, first_number, last_number from sequence_runs where company_id = %s order by 2"
        )
        assert runs == [(first, 1, 3), (second, 4, 4)]

    async def test_keeps_twins_apart(self, api: Api) -> None:
        mine, twin = await a_yard(api), await a_yard(api, register=False)
        await twin.register("ACT-000000B2", "dev:864200000000002")

        await mine.take_in(a_batch(1, 2))
        (receipt,) = await twin.take_in(a_batch(1, 2, device="dev:864200000000002"))

        assert (receipt["duplicates"], codes(receipt)) == (0, [])
        assert (len(mine.observations()), len(twin.observations())) == (2, 2)


class TestRecomputeMarkedWorkdays:
    async def test_asks_for_the_replays_that_were_lost_with_the_broker(self, api: Api) -> None:
        yard = await a_yard(api, register=False)
        start = an_event(3, at=DAY + 30, kind="shift_start", payload={"worker_id": "W-9"})
        await yard.take_in(a_batch(1, 2), an_envelope(start, device="dev:9"), an_envelope(an_event(1), device="dev:8"))
        yard.bus.down = True
        await yard.register("ACT-000000A1", "dev:864200000000001")
        await yard.register("ACT-00000009", "dev:9")
        yard.bus.down = False

        await tick()
        await yard.deliver()
        waiting = [item["code"] for item in await yard.quarantine()]
        yard.bus.down = True
        await yard.api.make("/api/v1/workers", {"name": "Nina", "code": "W-9"}, as_=yard.home.admin)
        yard.bus.down = False
        await tick()
        await yard.deliver()
        await tick()

        assert sorted(waiting) == ["unknown_device", "unknown_worker"]
        assert [item["device"] for item in await yard.quarantine()] == ["dev:8"]
        assert yard.bus.take("ingest") == []

    async def test_asks_only_once_for_what_was_another_companys_then(self, api: Api) -> None:
        yard = await a_yard(api)
        other = (await api.make_company()).id
        values = f"'{other}', '{other}', 'ACT-000000A1', 'dev:864200000000001'"
        run_as_owner(
            yard,
            "insert into badges (company_id, id, serial, device_uid, kind, lifecycle, created_at) "  # ours
            f"values ({values}, 'badge', 'retired', now()); "
            f"insert into device_registrations values ({values}, '{instant(DAY)}', '{instant(DAY + 100)}')",
        )
        await yard.take_in(an_envelope({"events": [an_event(1), an_event(2, at=DAY + 100)]}))

        await tick()
        first = yard.bus.take("ingest")
        await hand_over(first)
        await tick()

        assert (len(first), yard.bus.take("ingest")) == (1, [])
        assert len(await yard.quarantine()) == 1


async def tick() -> None:
    """A minute passes."""
    await functions()["recompute_marked_workdays"].get_user_function()(timer=None)


class TestGetReceipt:
    async def test_reads_queued_until_the_post_is_stored(self, yard: Yard) -> None:
        answer = await yard.post(a_batch(1))

        receipt = await yard.receipt(answer.json["receipt_id"])

        assert (receipt["status"], receipt["duplicates"], receipt["quarantined"]) == ("queued", None, [])

    async def test_treats_an_id_that_was_never_given_and_another_companys_alike(self, yard: Yard, api: Api) -> None:
        other = await api.make_company()
        answer = await yard.post(a_batch(1))
        await yard.deliver()

        theirs = await api.call("GET", f"/api/v1/ingest/receipts/{answer.json['receipt_id']}", as_=other.viewer)
        never = await api.call("GET", f"/api/v1/ingest/receipts/{uuid.uuid4()}", as_=other.viewer)

        assert theirs.status == 404
        assert theirs.comparable == never.comparable


class TestQuarantine:
    async def test_keeps_the_place_of_what_still_cannot_be_used(self, yard: Yard) -> None:
        await yard.take_in(an_envelope({"temp": 20}, file="air.qo"))
        (item,) = await yard.quarantine()

        answer = await yard.api.call("POST", f"/api/v1/quarantine/{item['id']}/replays", as_=yard.home.operator)
        await yard.deliver()

        receipt = await yard.receipt(answer.json["receipt_id"])
        (still,) = await yard.quarantine()
        assert answer.status == 202
        assert codes(receipt) == [(None, "unknown_notefile")]
        assert (still["id"], still["replay_receipt_id"]) == (item["id"], answer.json["receipt_id"])

    async def test_treats_another_companys_item_as_unknown(self, yard: Yard, api: Api) -> None:
        other = await api.make_company()
        await yard.take_in(an_envelope({"temp": 20}, file="air.qo"))
        (item,) = await yard.quarantine()

        for method, path in (("GET", ""), ("POST", "/replays")):
            theirs = await api.call(method, f"/api/v1/quarantine/{item['id']}{path}", as_=other.operator)
            never = await api.call(method, f"/api/v1/quarantine/{uuid.uuid4()}{path}", as_=other.operator)
            assert theirs.status == 404
            assert theirs.comparable == never.comparable

    async def test_lists_only_the_own_items(self, yard: Yard, api: Api) -> None:
        other = await api.make_company()
        await yard.take_in(an_envelope({"temp": 20}, file="air.qo"))

        answer = await api.call("GET", "/api/v1/quarantine", as_=other.viewer)

        assert answer.json == {"items": [], "next_cursor": None}

    async def test_filters_by_code_and_badge(self, yard: Yard) -> None:
        await yard.take_in(an_envelope({"temp": 20}, file="air.qo"), an_envelope(an_event(1), device="dev:1"))
        badge_id = yard.badges["ACT-000000A1"]

        assert len(await yard.quarantine()) == 2
        assert [item["code"] for item in await yard.quarantine(f"&badge_id={badge_id}")] == ["unknown_notefile"]
        assert [item["device"] for item in await yard.quarantine("&code=unknown_device")] == ["dev:1"]

    async def test_never_shows_a_position(self, yard: Yard) -> None:
        await yard.take_in(an_envelope(an_event(1, at=DAY - 40 * 86_400)))
        (item,) = await yard.quarantine()

        answer = await yard.api.call("GET", f"/api/v1/quarantine/{item['id']}", as_=yard.home.viewer)

        assert (answer.json["event_type"], answer.etag) == ("badge.qo", '"1"')
        assert str(LAT).encode() not in answer.content

    async def test_replays_what_waits_for_a_worker_of_a_new_code(self, yard: Yard) -> None:
        start = an_event(1, kind="shift_start", payload={"worker_id": "W-9"})
        await yard.take_in(an_envelope(start))

        body = {"name": "Nina", "code": "W-9", "employee_number": "9"}
        await yard.api.make("/api/v1/workers", body, as_=yard.home.admin)
        await yard.deliver()

        assert (await yard.quarantine(), yard.observations()) == ([], [("shift_start", 1)])
