"""Arrivals, stays and departures: each sentence of presence.md section 5, fix by fix."""

import pytest

from domain.intervals import EndedBy, has_happened, settle_end
from domain.visits import NOWHERE, Dwelling, Pass, Trace, Visit, read_visits
from tests.scenes import Scene, a_rect

RULE = Dwelling(dwell_s=180, min_fixes=2, max_gap_s=1200)
A, B = 0, 1
NEAR_A = -2
"""Outside every site, within reach of A."""


def read(
    steps: str, *, every: int = 60, heard_later: bool = False, rule: Dwelling = RULE
) -> tuple[list[Visit], list[Pass]]:
    """Read a trace drawn as letters, one fix a minute: A, B, `a` near A, `.` nowhere, `_` nothing heard."""
    at, site, near = [], [], {}
    for number, step in enumerate(steps):
        if step == "_":
            continue
        if step == "a":
            near[len(at)] = {A}
        at.append(number * every)
        site.append({"A": A, "B": B}.get(step, NOWHERE))
    return read_visits(Trace(at, site, near, heard_later), rule)


def visits(steps: str, **more: object) -> list[tuple[int, int, int, EndedBy]]:
    """Site, first fix, last fix and end of each visit."""
    return [(one.site, one.first, one.last, one.ended_by) for one in read(steps, **more)[0]]  # type: ignore[arg-type]


GAP = "_" * 20
"""With a fix a minute, 21 minutes between neighbours."""


class TestArrivalRun:
    def test_counts_from_its_first_fix(self) -> None:
        assert visits("..AAAA") == [(A, 2, 5, EndedBy.END_OF_DATA)]

    def test_needs_to_last_for_the_dwell(self) -> None:
        assert visits("AAA..") == []

    def test_needs_its_fixes_at_the_site(self) -> None:
        assert read("Aaaa....") == ([], [Pass(A, 0, 3, is_open=False)])

    def test_may_be_held_by_fixes_nearby(self) -> None:
        assert visits("AaaA") == [(A, 0, 3, EndedBy.END_OF_DATA)]

    def test_spans_held_fixes_that_are_not_at_the_site(self) -> None:
        assert visits("AAaa") == [(A, 0, 3, EndedBy.END_OF_DATA)]

    def test_does_not_begin_nearby(self) -> None:
        assert visits("aaAAAA") == [(A, 2, 5, EndedBy.END_OF_DATA)]

    def test_ends_with_a_fix_that_is_judged_afresh(self) -> None:
        assert read("AABBBB") == (
            [Visit(B, 2, 5, (), EndedBy.END_OF_DATA)],
            [Pass(A, 0, 1, is_open=False)],
        )

    def test_ends_with_a_gap(self) -> None:
        assert read(f"AA{GAP}AAAA") == (
            [Visit(A, 2, 5, (), EndedBy.END_OF_DATA)],
            [Pass(A, 0, 1, is_open=False)],
        )

    def test_goes_on_over_a_silence_of_just_the_longest(self) -> None:
        assert visits("A" + "_" * 19 + "A") == [(A, 0, 1, EndedBy.END_OF_DATA)]

    def test_of_a_single_fix_is_a_drive_by(self) -> None:
        assert read(".A.") == ([], [Pass(A, 1, 1, is_open=False)])

    def test_is_open_at_the_end_of_the_data(self) -> None:
        assert read("..AA") == ([], [Pass(A, 2, 3, is_open=True)])

    def test_has_ended_when_a_fix_is_known_beyond_the_window(self) -> None:
        assert read("..AA", heard_later=True) == ([], [Pass(A, 2, 3, is_open=False)])

    def test_that_ended_is_not_open_although_later_fixes_are_nowhere(self) -> None:
        assert read("AA.") == ([], [Pass(A, 0, 1, is_open=False)])

    def test_of_one_fix_counts_where_the_policy_says_so(self) -> None:
        assert visits("A..", rule=Dwelling(0, 1, 1200)) == [(A, 0, 0, EndedBy.MOVED)]


class TestDepartureRun:
    def test_that_comes_back_is_an_excursion(self) -> None:
        ((visit,), _) = read("AAAA...AA")

        assert (visit.last, visit.excursions) == (8, ((4, 6),))

    def test_of_the_dwell_ends_the_visit_at_the_last_held_fix(self) -> None:
        assert visits("AAAA....") == [(A, 0, 3, EndedBy.MOVED)]

    def test_of_less_than_the_dwell_is_no_departure(self) -> None:
        assert visits("AAAA...A") == [(A, 0, 7, EndedBy.END_OF_DATA)]

    def test_is_held_back_by_fixes_nearby(self) -> None:
        assert visits("AAAA.a.a.a.a") == [(A, 0, 11, EndedBy.END_OF_DATA)]

    def test_is_judged_again_from_its_first_fix(self) -> None:
        assert visits("AAAABBBB") == [(A, 0, 3, EndedBy.MOVED), (B, 4, 7, EndedBy.END_OF_DATA)]

    def test_may_hold_a_drive_by(self) -> None:
        assert read("AAAA.BB.....")[1] == [Pass(B, 5, 6, is_open=False)]

    def test_before_a_gap_means_moved(self) -> None:
        assert visits(f"AAAA.{GAP}A") == [(A, 0, 3, EndedBy.MOVED)]

    def test_before_a_gap_is_judged_again(self) -> None:
        assert read(f"AAAABB{GAP}.")[1] == [Pass(B, 4, 5, is_open=False)]

    def test_at_the_end_of_the_data_changes_nothing(self) -> None:
        assert read("AAAABB") == ([Visit(A, 0, 3, (), EndedBy.END_OF_DATA)], [])

    def test_at_the_end_of_the_window_is_one_before_a_gap_when_a_fix_is_known_beyond(self) -> None:
        assert read("AAAABB", heard_later=True) == (
            [Visit(A, 0, 3, (), EndedBy.MOVED)],
            [Pass(B, 4, 5, is_open=False)],
        )

    def test_may_return_to_the_same_site_as_a_new_visit(self) -> None:
        assert visits("AAAA....AAAA") == [(A, 0, 3, EndedBy.MOVED), (A, 8, 11, EndedBy.END_OF_DATA)]


class TestGap:
    def test_ends_a_visit_as_lost(self) -> None:
        assert visits(f"AAAA{GAP}AAAA") == [(A, 0, 3, EndedBy.LOST), (A, 4, 7, EndedBy.END_OF_DATA)]

    def test_of_just_the_longest_silence_is_none(self) -> None:
        assert visits("AAAA" + "_" * 19 + "A") == [(A, 0, 4, EndedBy.END_OF_DATA)]

    def test_is_known_at_the_end_when_a_fix_is_known_beyond(self) -> None:
        assert visits("AAAA", heard_later=True) == [(A, 0, 3, EndedBy.LOST)]

    def test_makes_what_follows_prove_itself_again(self) -> None:
        assert read(f"AAAA{GAP}AA.") == ([Visit(A, 0, 3, (), EndedBy.LOST)], [Pass(A, 4, 5, is_open=False)])


class TestSettleEnd:
    @pytest.mark.parametrize(("as_of", "end"), [(1000, "open"), (2200, "open"), (2201, "lost")])
    def test_is_open_for_the_longest_silence(self, as_of: int, end: str) -> None:
        assert settle_end(EndedBy.END_OF_DATA, to_at=1000, as_of=as_of, max_gap_s=1200) == end

    def test_leaves_a_known_end(self) -> None:
        assert settle_end(EndedBy.MOVED, to_at=0, as_of=10**9, max_gap_s=1200) == EndedBy.MOVED


class TestHasHappened:
    @pytest.mark.parametrize(("after", "shown"), [(1199, False), (1200, False), (1201, True)])
    def test_waits_for_the_silence_after_the_last_fix(self, after: int, shown: bool) -> None:  # noqa: FBT001
        scene = Scene()
        scene.has_site("a", a_rect(0, 0, 100, 100))
        scene.has_worker("ana", "b1")
        scene.stay("b1", (50, 50), "09:00", "09:01")

        (drive_by,) = scene.presence().drive_bys

        assert has_happened(drive_by, as_of=scene.at("09:01") + after) is shown
