"""Days, weeks, hours, intervals, evidence and discrepancies through the index; each with another company's twin."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import azure.functions as func
import pytest

from domain.observations import Refusal
from domain.tenancy import CompanyId
from tests.index import Answer, Api, Home, functions
from tests.scenes import Scene, a_rect
from tests.stage import Stage

WINDOW = "from=2026-06-10T00:00:00Z&to=2026-06-11T00:00:00Z"


class Message(func.ServiceBusMessage):
    """A message of a queue, as far as our consumers read it."""

    def __init__(self, content: object) -> None:
        self._body = json.dumps(content).encode()

    def get_body(self) -> bytes:
        """The bytes that were sent."""
        return self._body

    @property
    def message_id(self) -> str:
        """Any."""
        return "1"


class Plays:
    """Plays scenes in companies of their own."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.stages: list[Stage] = []

    async def play(self, scene: Scene) -> tuple[Home, Stage]:
        """A company whose badges have delivered the scene."""
        home = await self.api.make_company(timezone=scene.zone)
        stage = await Stage(self.api.database, scene, company_id=CompanyId(home.id)).open()
        self.stages.append(stage)
        await stage.deliver()
        return home, stage


@pytest.fixture
async def plays(api: Api) -> AsyncIterator[Plays]:
    """Scenes in companies of their own."""
    opened = Plays(api)
    yield opened
    for stage in opened.stages:
        await stage.close()


def a_scene(seed: int = 0) -> Scene:
    """Ana: yard 06:10-06:35, a drive, a lot from 07:00 to 11:00."""
    scene = Scene(seed=seed)
    scene.has_yard()
    scene.has_site("lot", a_rect(3000, 0, 3100, 100))
    scene.has_worker("ana", "b1")
    scene.moves("b1", "06:09", "09:00")
    scene.stay("b1", (0, 0), "06:10", "06:35")
    scene.go("b1", (0, 0), (3050, 50), "06:36", "07:00")
    scene.stay("b1", (3050, 50), "07:01", "11:00", jitter=10)
    return scene


async def twin_answers(api: Api, mine: Home, path: str, theirs: object, own: object) -> tuple[Answer, Answer]:
    """What the other company's id answers, and one that never existed."""
    assert (await api.call("GET", path.format(own), as_=mine.viewer)).status == 200
    foreign = await api.call("GET", path.format(theirs), as_=mine.viewer)
    never = await api.call("GET", path.format(uuid4()), as_=mine.viewer)
    return foreign, never


class TestGetWorkday:
    async def test_tells_segments_and_totals(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())

        path = f"/api/v1/workers/{stage.scene.id_of('ana')}/workdays/2026-06-10"
        day = (await api.call("GET", path, as_=home.viewer)).json

        assert [one["kind"] for one in day["segments"]] == ["yard", "travel", "on_site"]
        assert (day["segments"][0]["from"], day["segments"][-1]["to"]) == (
            "2026-06-10T10:10:00Z",
            "2026-06-10T15:00:00Z",
        )
        assert [one["to"] for one in day["segments"][:-1]] == [one["from"] for one in day["segments"][1:]]
        assert day["revision"] == 1
        assert day["pending"] is False
        assert day["timezone"] == "America/New_York"
        assert day["complete_through"] == "2026-06-10T15:00:00Z"
        assert day["totals"]["possible_s"] == day["totals"]["proven_s"] > 4 * 3600

    async def test_answers_a_date_without_evidence_with_revision_0(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())

        path = f"/api/v1/workers/{stage.scene.id_of('ana')}/workdays/2026-01-01"
        answer = await api.call("GET", path, as_=home.viewer)

        assert (answer.status, answer.json["revision"], answer.json["segments"]) == (200, 0, [])

    async def test_keeps_earlier_revisions_readable(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())
        path = f"/api/v1/workers/{stage.scene.id_of('ana')}/workdays/2026-06-10"
        first = (await api.call("GET", path, as_=home.viewer)).json
        stage.scene.stay("b1", (3050, 50), "11:01", "11:30")

        await stage.deliver()

        now = (await api.call("GET", path, as_=home.viewer)).json
        then = (await api.call("GET", f"{path}?revision=1", as_=home.viewer)).json
        assert (first["revision"], now["revision"]) == (1, 2)
        assert now["totals"]["proven_s"] == first["totals"]["proven_s"] + 1800
        assert (then["segments"], then["totals"]) == (first["segments"], first["totals"])

    async def test_reads_the_revision_that_was_known_at_an_instant(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())
        path = f"/api/v1/workers/{stage.scene.id_of('ana')}/workdays/2026-06-10"
        stage.scene.stay("b1", (3050, 50), "11:01", "11:30")
        stage.now = datetime(2026, 7, 2, tzinfo=UTC)
        await stage.deliver()

        known_then = (await api.call("GET", f"{path}?as_of=2026-07-01T13:00:00Z", as_=home.viewer)).json
        before_all = (await api.call("GET", f"{path}?as_of=2026-06-10T12:00:00Z", as_=home.viewer)).json

        assert (known_then["revision"], before_all["revision"]) == (1, 2)

    async def test_does_not_know_a_revision_that_never_was(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())

        path = f"/api/v1/workers/{stage.scene.id_of('ana')}/workdays/2026-06-10"
        answers = [await api.call("GET", f"{path}?revision={number}", as_=home.viewer) for number in (2, 0)]

        assert [answer.status for answer in answers] == [404, 404]

    async def test_settles_a_drive_by_at_the_end_of_the_data_when_read(self, api: Api, plays: Plays) -> None:
        scene = Scene()
        scene.has_site("lot", a_rect(0, 0, 100, 100))
        scene.has_worker("ana", "b1")
        scene.fix("b1", "10:00:00", (50, 50))
        scene.fix("b1", "10:00:40", (60, 50))
        home, stage = await plays.play(scene)
        path = f"/api/v1/workers/{scene.id_of('ana')}/workdays/2026-06-10"

        soon = (await api.call("GET", f"{path}?as_of=2026-06-10T14:05:00Z", as_=home.viewer)).json
        later = (await api.call("GET", path, as_=home.viewer)).json

        assert (soon["revision"], soon["drive_bys"]) == (0, [])
        assert later["revision"] == 0
        assert [(one["from"], one["to"]) for one in later["drive_bys"]] == [
            ("2026-06-10T14:00:00Z", "2026-06-10T14:00:40Z")
        ]
        assert stage.count("audit_entries") == 1  # the company's own

    async def test_is_complete_up_to_the_first_hole(self, api: Api, plays: Plays) -> None:
        scene = a_scene()
        missing = scene.observations.pop(100)
        home, stage = await plays.play(scene)
        path = f"/api/v1/workers/{scene.id_of('ana')}/workdays/2026-06-10"

        holed = (await api.call("GET", path, as_=home.viewer)).json
        scene.observations.append(missing)
        await stage.deliver()
        whole = (await api.call("GET", path, as_=home.viewer)).json

        assert holed["complete_through"] < whole["complete_through"] == "2026-06-10T15:00:00Z"

    async def test_treats_another_companys_worker_as_unknown(self, api: Api, plays: Plays) -> None:
        mine, stage = await plays.play(a_scene())
        _, other = await plays.play(a_scene(seed=2))

        path = "/api/v1/workers/{}/workdays/2026-06-10"
        foreign, never = await twin_answers(api, mine, path, other.scene.id_of("ana"), stage.scene.id_of("ana"))

        assert foreign.status == 404
        assert foreign.comparable == never.comparable

    @pytest.mark.parametrize(
        "path",
        [
            "workers/{}/workdays/0001-01-01",
            "workers/{}/workdays/9999-12-31",
            "workers/{}/workdays/x",
            "workers/{}/workweeks/0001-01-01",
            "workers/{}/workweeks/9999-12-31",
            "workdays?from=9999-12-01&to=9999-12-05",
        ],
    )
    async def test_refuses_dates_at_the_ends_of_the_calendar(self, api: Api, path: str) -> None:
        home = await api.make_company()

        answer = await api.call("GET", f"/api/v1/{path}".format(uuid4()), as_=home.viewer)

        assert (answer.status, answer.json["code"]) == (422, "invalid")


class TestGetWorkweek:
    async def test_adds_its_days_up(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())
        worker = stage.scene.id_of("ana")

        week = (await api.call("GET", f"/api/v1/workers/{worker}/workweeks/2026-06-12", as_=home.viewer)).json
        day = (await api.call("GET", f"/api/v1/workers/{worker}/workdays/2026-06-10", as_=home.viewer)).json

        assert (week["from"], week["to"]) == ("2026-06-07T04:00:00Z", "2026-06-14T04:00:00Z")
        assert week["totals"] == day["totals"]
        assert [one["date"] for one in week["days"]] == ["2026-06-10"]

    async def test_answers_the_last_date_although_its_week_ends_beyond(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())
        path = f"/api/v1/workers/{stage.scene.id_of('ana')}/workweeks/2199-12-31"

        answer = await api.call("GET", path, as_=home.viewer)

        assert (answer.status, answer.json["to"]) == (200, "2200-01-05T05:00:00Z")

    async def test_treats_another_companys_worker_as_unknown(self, api: Api, plays: Plays) -> None:
        mine, stage = await plays.play(a_scene())
        _, other = await plays.play(a_scene(seed=2))

        path = "/api/v1/workers/{}/workweeks/2026-06-10"
        foreign, never = await twin_answers(api, mine, path, other.scene.id_of("ana"), stage.scene.id_of("ana"))

        assert foreign.status == 404
        assert foreign.comparable == never.comparable


class TestListWorkerHours:
    async def test_tells_every_worker_of_the_own_company_only(self, api: Api, plays: Plays) -> None:
        scene = a_scene()
        scene.has_worker("idle")
        home, _ = await plays.play(scene)
        await plays.play(a_scene(seed=2))

        answer = await api.call("GET", "/api/v1/workdays?from=2026-06-07&to=2026-06-14", as_=home.viewer)

        found = {one["worker_id"]: (one["days"], one["totals"]["proven_s"] > 0) for one in answer.json["items"]}
        assert found == {str(scene.id_of("ana")): (1, True), str(scene.id_of("idle")): (0, False)}

    async def test_goes_through_its_pages(self, api: Api, plays: Plays) -> None:
        scene = a_scene()
        scene.has_worker("idle")
        home, _ = await plays.play(scene)
        path = "/api/v1/workdays?from=2026-06-07&to=2026-06-14&limit=1"

        first = (await api.call("GET", path, as_=home.viewer)).json
        second = (await api.call("GET", f"{path}&cursor={first['next_cursor']}", as_=home.viewer)).json

        assert len({one["worker_id"] for one in (*first["items"], *second["items"])}) == 2
        assert second["next_cursor"] is None

    async def test_refuses_a_span_that_ends_before_it_begins(self, api: Api, plays: Plays) -> None:
        home, _ = await plays.play(a_scene())

        answer = await api.call("GET", "/api/v1/workdays?from=2026-06-14&to=2026-06-07", as_=home.viewer)

        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/to")


class TestListPresenceIntervals:
    @pytest.mark.parametrize(("name", "of", "count"), [("worker", "ana", 2), ("badge", "b1", 2), ("site", "lot", 1)])
    async def test_tells_those_of_one(self, api: Api, plays: Plays, name: str, of: str, count: int) -> None:
        home, stage = await plays.play(a_scene())

        path = f"/api/v1/presence/intervals?{name}_id={stage.scene.id_of(of)}&{WINDOW}"
        items = (await api.call("GET", path, as_=home.viewer)).json["items"]

        assert len(items) == count
        assert items[-1]["site_id"] == str(stage.scene.id_of("lot"))
        assert (items[-1]["ended_by"], items[-1]["boundary_version"]) == ("lost", 1)

    async def test_settles_the_end_as_of_an_instant(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())

        path = f"/api/v1/presence/intervals?badge_id={stage.scene.id_of('b1')}&{WINDOW}&as_of=2026-06-10T15:10:00Z"
        items = (await api.call("GET", path, as_=home.viewer)).json["items"]

        assert [one["ended_by"] for one in items] == ["moved", "open"]

    async def test_goes_through_its_pages(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())
        path = f"/api/v1/presence/intervals?worker_id={stage.scene.id_of('ana')}&{WINDOW}&limit=1"

        first = (await api.call("GET", path, as_=home.viewer)).json
        second = (await api.call("GET", f"{path}&cursor={first['next_cursor']}", as_=home.viewer)).json

        kinds = [one["site_id"] for one in (*first["items"], *second["items"])]
        assert kinds == [str(stage.scene.id_of("yard")), str(stage.scene.id_of("lot"))]
        assert second["next_cursor"] is None

    async def test_wants_exactly_one_subject(self, api: Api, plays: Plays) -> None:
        home, _ = await plays.play(a_scene())

        answers = [
            await api.call("GET", f"/api/v1/presence/intervals?{WINDOW}", as_=home.viewer),
            await api.call(
                "GET", f"/api/v1/presence/intervals?{WINDOW}&worker_id={uuid4()}&site_id={uuid4()}", as_=home.viewer
            ),
        ]

        assert [answer.status for answer in answers] == [422, 422]

    async def test_shows_nothing_of_another_company(self, api: Api, plays: Plays) -> None:
        home, _ = await plays.play(a_scene())
        _, other = await plays.play(a_scene(seed=2))

        path = f"/api/v1/presence/intervals?badge_id={other.scene.id_of('b1')}&{WINDOW}"
        answer = await api.call("GET", path, as_=home.viewer)

        assert (answer.status, answer.json["items"]) == (200, [])

    @pytest.mark.parametrize("cursor", ["MTIz", "eDp5", "AAAA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTo="])
    async def test_refuses_a_cursor_of_another_list(self, api: Api, cursor: str) -> None:
        home = await api.make_company()

        path = f"/api/v1/presence/intervals?badge_id={uuid4()}&{WINDOW}&cursor={cursor}"
        answer = await api.call("GET", path, as_=home.viewer)

        assert answer.status == 400

    async def test_refuses_a_period_at_the_beginning_of_the_calendar(self, api: Api) -> None:
        home = await api.make_company()

        path = f"/api/v1/presence/intervals?badge_id={uuid4()}&from=0001-01-01T00:00:00Z&to=0001-02-01T00:00:00Z"
        answer = await api.call("GET", path, as_=home.viewer)

        assert answer.status == 422


class TestGetWorkerEvidence:
    async def test_names_what_made_a_minute_count(self, api: Api, plays: Plays) -> None:
        scene = a_scene()
        scene.refused("b1", "08:00:30", (9000, 9000), Refusal.ACCURACY)
        home, _ = await plays.play(scene)

        path = f"/api/v1/workers/{scene.id_of('ana')}/evidence?at=2026-06-10T12:00:30Z"
        evidence = (await api.call("GET", path, as_=home.viewer)).json

        lot = str(scene.id_of("lot"))
        assert [(one["kind"], one["site_id"]) for one in evidence["segments"]] == [("on_site", lot)]
        assert [one["refused_by"] for one in evidence["fixes_refused"]] == ["accuracy"]
        assert all(one["covering"] == [{"site_id": lot, "boundary_version": 1}] for one in evidence["fixes_used"])
        assert evidence["assignments"][0]["assignment_id"] == str(scene.assignments[0].id)
        assert (evidence["revision"], evidence["policy_version"]) == (1, 1)

    async def test_shows_no_position_before_the_first_work_evidence(self, api: Api, plays: Plays) -> None:
        scene = a_scene()
        scene.go("b1", (-9000, -9000), (-200, -200), "05:30", "06:05")
        home, _ = await plays.play(scene)

        path = f"/api/v1/workers/{scene.id_of('ana')}/evidence?at=2026-06-10T09:40:00Z"
        evidence = (await api.call("GET", path, as_=home.viewer)).json

        assert len(evidence["fixes_used"]) > 3
        assert {(one["lat"], one["lon"]) for one in evidence["fixes_used"]} == {(None, None)}

    async def test_shows_neither_position_nor_site_of_a_badge_that_is_parked_after_work(
        self, api: Api, plays: Plays
    ) -> None:
        scene = a_scene()
        scene.rests("b1", "11:01")
        scene.stay("b1", (3090, 90), "11:02", "20:00")
        home, _ = await plays.play(scene)

        path = f"/api/v1/workers/{scene.id_of('ana')}/evidence?at=2026-06-10T20:00:00Z"
        evidence = (await api.call("GET", path, as_=home.viewer)).json

        assert [one["site_id"] for one in evidence["parked"]] == [str(scene.id_of("lot"))]
        assert len(evidence["fixes_used"]) == 3
        assert {(one["lat"], one["site_id"], one["decided_by"]) for one in evidence["fixes_used"]} == {
            (None, None, "withheld")
        }
        assert [one["covering"] for one in evidence["fixes_used"]] == [[]] * 3

    async def test_treats_another_companys_worker_as_unknown(self, api: Api, plays: Plays) -> None:
        mine, stage = await plays.play(a_scene())
        _, other = await plays.play(a_scene(seed=2))

        path = "/api/v1/workers/{}/evidence?at=2026-06-10T12:00:30Z"
        foreign, never = await twin_answers(api, mine, path, other.scene.id_of("ana"), stage.scene.id_of("ana"))

        assert foreign.status == 404
        assert foreign.comparable == never.comparable


def a_conflict(seed: int = 0) -> Scene:
    """Ana wears two badges at two sites at once."""
    scene = Scene(seed=seed)
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_site("field", a_rect(3000, 0, 3100, 100))
    scene.has_worker("ana", "b1")
    scene.assign("b2", "ana")
    scene.moves("b1", "08:00")
    scene.moves("b2", "08:00")
    scene.stay("b1", (50, 50), "08:00", "10:00")
    scene.stay("b2", (3050, 50), "09:00", "11:00")
    return scene


class TestListDiscrepancies:
    async def test_tells_badges_at_two_sites_at_once(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_conflict())

        path = "/api/v1/discrepancies?kind=badge_conflict&status=open"
        (found,) = (await api.call("GET", path, as_=home.viewer)).json["items"]

        assert (found["from"], found["to"]) == ("2026-06-10T13:00:00Z", "2026-06-10T14:00:00Z")
        assert found["worker_id"] == str(stage.scene.id_of("ana"))
        assert found["kept_site_id"] == str(stage.scene.id_of("lot"))

    async def test_filters_by_time(self, api: Api, plays: Plays) -> None:
        home, _ = await plays.play(a_conflict())

        later = await api.call("GET", "/api/v1/discrepancies?from=2026-06-10T14:00:00Z", as_=home.viewer)
        earlier = await api.call("GET", "/api/v1/discrepancies?to=2026-06-10T13:00:00Z", as_=home.viewer)

        assert (later.json["items"], earlier.json["items"]) == ([], [])

    async def test_keeps_one_that_grows(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_conflict())
        (before,) = (await api.call("GET", "/api/v1/discrepancies", as_=home.viewer)).json["items"]
        stage.scene.stay("b1", (50, 50), "10:01", "10:30")

        await stage.deliver()

        (after,) = (await api.call("GET", "/api/v1/discrepancies", as_=home.viewer)).json["items"]
        assert (after["id"], after["to"], after["version"]) == (before["id"], "2026-06-10T14:30:00Z", 2)

    async def test_treats_another_companys_as_unknown(self, api: Api, plays: Plays) -> None:
        mine, _ = await plays.play(a_conflict())
        theirs, _ = await plays.play(a_conflict(seed=2))
        listed = [
            (await api.call("GET", "/api/v1/discrepancies", as_=one.viewer)).json["items"] for one in (mine, theirs)
        ]

        path = "/api/v1/discrepancies/{}"
        foreign, never = await twin_answers(api, mine, path, listed[1][0]["id"], listed[0][0]["id"])

        assert [len(items) for items in listed] == [1, 1]
        assert foreign.status == 404
        assert foreign.comparable == never.comparable


class TestDispatchWorkflowMessage:
    async def test_recomputes_marked_days(self, api: Api, plays: Plays) -> None:
        home, stage = await plays.play(a_scene())
        badge, worker = stage.scene.id_of("b1"), stage.scene.id_of("ana")
        stage.run(
            "update sites set kind = 'depot' where company_id = %s and id = %s", [(home.id, stage.scene.id_of("lot"))]
        )
        mark = "insert into recompute_marks (company_id, subject_kind, subject_id, day) values (%s, 'badge', %s, %s)"
        stage.run(mark, [(home.id, badge, "2026-06-10")])
        path = f"/api/v1/workers/{worker}/workdays/2026-06-10"
        before = (await api.call("GET", path, as_=home.viewer)).json

        dispatch = functions()["dispatch_workflow_message"].get_user_function()
        await dispatch(messages=[Message({"kind": "workdays_marked", "company_id": str(home.id)}), Message("nonsense")])

        after = (await api.call("GET", path, as_=home.viewer)).json
        assert (before["pending"], after["pending"]) == (True, False)
        assert (before["totals"]["on_site_s"] > 0, after["totals"]["on_site_s"]) == (True, 0)
        assert after["revision"] == before["revision"] + 1
        assert stage.count("recompute_marks") == 0


class TestCompleteThrough:
    """It tells of the badges that the worker wore, by assignment or by shift event."""

    async def test_tells_of_a_shift_that_began_the_day_before(self, api: Api, plays: Plays) -> None:
        scene = a_lot()
        scene.begins_shift("b1", "22:00", "ANA")
        scene.stay("b1", (50, 50), "22:00", "2026-06-11T06:00")

        home, stage = await plays.play(scene)

        found = [await complete_through(api, home, stage, "ana", f"2026-06-{day}") for day in (10, 11, 12)]
        assert found == ["2026-06-11T10:00:00Z", "2026-06-11T10:00:00Z", None]

    async def test_does_not_tell_of_a_shift_event_inside_an_assignment_of_another(self, api: Api, plays: Plays) -> None:
        scene = a_lot()
        scene.assign("b1", "ana")
        scene.stay("b1", (50, 50), "09:00", "10:00")
        scene.begins_shift("b1", "09:30", "LUIS")

        home, stage = await plays.play(scene)

        found = [await complete_through(api, home, stage, worker, "2026-06-10") for worker in ("ana", "luis")]
        assert found == ["2026-06-10T14:00:00Z", None]

    async def test_does_not_tell_of_a_shift_that_was_over_before_midnight(self, api: Api, plays: Plays) -> None:
        scene = a_lot()
        scene.begins_shift("b1", "20:00", "ANA")
        scene.begins_shift("b1", "23:00", "LUIS")
        scene.stay("b1", (50, 50), "20:00", "2026-06-11T01:00")

        home, stage = await plays.play(scene)

        found = [await complete_through(api, home, stage, worker, "2026-06-11") for worker in ("ana", "luis")]
        assert found == [None, "2026-06-11T05:00:00Z"]


def a_lot() -> Scene:
    """A lot, two workers, nobody assigned."""
    scene = Scene()
    scene.has_site("lot", a_rect(0, 0, 100, 100))
    scene.has_worker("ana")
    scene.has_worker("luis")
    return scene


async def complete_through(api: Api, home: Home, stage: Stage, worker: str, on: str) -> object:
    path = f"/api/v1/workers/{stage.scene.id_of(worker)}/workdays/{on}"
    return (await api.call("GET", path, as_=home.viewer)).json["complete_through"]
