"""How far a change reaches."""

import pytest

from domain.observations import ObservationKind
from domain.periods import Period
from domain.policies import Policy
from domain.reach import context_before, find_window, span_of_change
from tests.scenes import NEW_YORK, Scene

POLICY = Policy()


def window(changed: Period, instants: list[int], known: Period, scene: Scene) -> tuple[str, str] | None:
    """The window as clock times."""
    found = find_window(changed, sorted(instants), known, [NEW_YORK], POLICY)
    return None if found is None else (scene.clock(found.from_at), scene.clock(found.to_at))


class TestFindWindow:
    def known(self, scene: Scene, start: str = "2026-06-05T00:00", end: str = "2026-06-15T00:00") -> Period:
        return Period(scene.at(start), scene.at(end))

    def test_is_the_local_day_where_nothing_else_is_near(self) -> None:
        scene = Scene()
        changed = Period(scene.at("09:00"), scene.at("10:00"))

        assert window(changed, [], self.known(scene), scene) == ("00:00", "2026-06-11T00:00")

    def test_goes_on_while_the_silence_is_no_longer_than_that_between_shifts(self) -> None:
        scene = Scene()
        early = [scene.at("2026-06-09T17:30"), scene.at("2026-06-09T23:00"), scene.at("03:30")]

        assert window(
            Period(scene.at("09:00"), scene.at("10:00")), [*early, scene.at("09:30")], self.known(scene), scene
        ) == (
            "2026-06-09T00:00",
            "2026-06-11T00:00",
        )

    def test_ends_after_a_fix_that_a_later_day_begins_with(self) -> None:
        scene = Scene()
        night = [scene.at("21:00"), scene.at("2026-06-11T02:00")]

        assert window(Period(scene.at("20:00"), scene.at("21:00") + 1), night, self.known(scene), scene) == (
            "00:00",
            "2026-06-12T00:00",
        )

    def test_includes_the_edge_of_a_neighbour_that_lies_close(self) -> None:
        scene = Scene()
        instants = [scene.at("2026-06-09T23:00"), scene.at("04:30"), scene.at("2026-06-09T17:00"), scene.at("11:00")]

        assert window(Period(scene.at("11:00"), scene.at("12:00")), instants, self.known(scene), scene) == (
            "2026-06-09T17:00",
            "2026-06-11T00:00",
        )

    @pytest.mark.parametrize(("start", "end"), [("05:00", "2026-06-15T00:00"), ("2026-06-05T00:00", "16:00")])
    def test_says_when_it_is_not_known_far_enough(self, start: str, end: str) -> None:
        scene = Scene()
        changed = Period(scene.at("09:00"), scene.at("12:00"))

        assert window(changed, [scene.at("10:00")], self.known(scene, start, end), scene) is None

    def test_covers_the_days_of_every_zone(self) -> None:
        scene = Scene()
        changed = Period(scene.at("01:00"), scene.at("01:30"))

        found = find_window(changed, [], self.known(scene), [NEW_YORK, "America/Phoenix"], POLICY)

        assert found is not None
        assert (scene.clock(found.from_at), scene.clock(found.to_at)) == ("2026-06-09T03:00", "2026-06-11T00:00")


class TestSpanOfChange:
    def test_reaches_back_to_the_fix_whose_silence_ends(self) -> None:
        scene = Scene()
        scene.fix("b1", "09:00", (0, 0))

        span = span_of_change(scene.observations, POLICY, last_fix_before=scene.at("2026-06-09T17:00"))

        assert span == (scene.at("2026-06-09T17:00"), scene.at("09:00") + 1)

    @pytest.mark.parametrize(
        ("kind", "lasts_s"),
        [
            (ObservationKind.HEARTBEAT, 1),
            (ObservationKind.MOTION, 21_601),
            (ObservationKind.SHIFT_START, 57_601),
            (ObservationKind.SHIFT_END, 57_601),
        ],
    )
    def test_lasts_as_long_as_an_observation_says_something(self, kind: ObservationKind, lasts_s: int) -> None:
        scene = Scene()
        scene.state("b1", kind, "09:00")

        assert span_of_change(scene.observations, POLICY, last_fix_before=None).length_s == lasts_s


class TestContextBefore:
    def test_holds_a_whole_shift(self) -> None:
        assert context_before(Period(100_000, 200_000), POLICY) == (42_400, 200_000)
        assert context_before(Period(100_000, 200_000), Policy(shift_gap_s=90_000)) == (10_000, 200_000)
