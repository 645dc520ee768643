"""Which badges and workers are judged together."""

from uuid import UUID

from domain.ids import AssignmentId, BadgeId, WorkerId
from domain.periods import Period
from domain.policies import Policy
from domain.scopes import Group, Person, Scope, ShiftStart, StoredWearer, close_group, merge_groups
from domain.wearing import Assignment

DAY = Period(86_400, 2 * 86_400)
ANA, LUIS = WorkerId(UUID(int=1)), WorkerId(UUID(int=2))
B1, B2, B3 = (BadgeId(UUID(int=number)) for number in (11, 12, 13))


def an_assignment(badge: BadgeId, worker: WorkerId, from_at: int = 0, to_at: int | None = None) -> Assignment:
    """Somebody wears a badge."""
    return Assignment(AssignmentId(UUID(int=99)), badge, worker, from_at, to_at)


def a_scope(
    *assignments: Assignment, starts: tuple[ShiftStart, ...] = (), stored: tuple[StoredWearer, ...] = ()
) -> Scope:
    """Ana and Luis, and what they wear."""
    people = {ANA: Person(ANA, "ANA", "UTC"), LUIS: Person(LUIS, "LUIS", "UTC")}
    return Scope(Period(0, 10 * 86_400), "UTC", Policy(), people, assignments, starts, stored)


def a_group(*badges: BadgeId, workers: tuple[WorkerId, ...] = (), window: Period = DAY) -> Group:
    """A change of badges or workers."""
    return Group(window, frozenset(badges), frozenset(workers), window)


class TestCloseGroup:
    def test_takes_the_wearer_and_all_badges_of_that_wearer(self) -> None:
        closed = close_group(a_group(B1), a_scope(an_assignment(B1, ANA), an_assignment(B2, ANA)))

        assert (closed.worker_ids, closed.badge_ids) == ({ANA}, {B1, B2})

    def test_takes_both_sides_of_a_handover(self) -> None:
        noon = DAY.from_at + 43_200
        scope = a_scope(an_assignment(B1, ANA, 0, noon), an_assignment(B1, LUIS, noon))

        assert close_group(a_group(B1), scope).worker_ids == {ANA, LUIS}

    def test_leaves_who_wore_the_badge_at_another_time(self) -> None:
        scope = a_scope(an_assignment(B1, ANA, 0, DAY.from_at), an_assignment(B1, LUIS, DAY.to_at))

        assert close_group(a_group(B1), scope).worker_ids == frozenset()

    def test_does_not_follow_the_other_wearers_of_a_badge_that_did_not_change(self) -> None:
        scope = a_scope(
            an_assignment(B1, ANA), an_assignment(B2, ANA, 0, DAY.to_at - 1), an_assignment(B2, LUIS, DAY.to_at - 1)
        )

        assert close_group(a_group(B1), scope).worker_ids == {ANA}

    def test_takes_the_worker_of_a_shift_that_began_before_the_window(self) -> None:
        scope = a_scope(starts=(ShiftStart(B1, "ANA", DAY.from_at - 3600), ShiftStart(B3, "ANA", DAY.from_at + 60)))

        closed = close_group(a_group(B1), scope)

        assert (closed.worker_ids, closed.badge_ids) == ({ANA}, {B1, B3})

    def test_takes_the_worker_who_has_the_time_by_what_is_stored(self) -> None:
        scope = a_scope(stored=(StoredWearer(B1, LUIS, DAY),))

        assert close_group(a_group(B1), scope).worker_ids == {LUIS}


class TestMergeGroups:
    def test_joins_badges_of_one_worker(self) -> None:
        (merged,) = merge_groups([a_group(B1), a_group(B2)], a_scope(an_assignment(B1, ANA), an_assignment(B2, ANA)))

        assert merged.seed_badges == {B1, B2}

    def test_keeps_different_workers_apart(self) -> None:
        scope = a_scope(an_assignment(B1, ANA), an_assignment(B2, LUIS))

        assert len(merge_groups([a_group(B1), a_group(B2)], scope)) == 2

    def test_keeps_days_apart_that_do_not_touch(self) -> None:
        later = Period(5 * 86_400, 6 * 86_400)

        groups = merge_groups([a_group(B1), a_group(B1, window=later)], a_scope(an_assignment(B1, ANA)))

        assert [one.window for one in groups] == [DAY, later]

    def test_joins_a_marked_worker_with_the_badge(self) -> None:
        (merged,) = merge_groups([a_group(B1), a_group(workers=(ANA,))], a_scope(an_assignment(B1, ANA)))

        assert (merged.seed_badges, merged.seed_workers) == ({B1}, {ANA})
