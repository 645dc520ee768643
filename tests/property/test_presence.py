"""The properties of presence.md section 10, on the pure function."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.documents import differs, interval_document, text_of, unsettled_text, workday_text
from domain.evidence import Evidence
from domain.ids import BadgeId, WorkerId
from domain.intervals import EndedBy
from domain.observations import Observation, ObservationKind
from domain.periods import Period, joined
from domain.presence import Presence, compute
from domain.reach import context_before, find_window, quiet_s
from domain.workdays import Segment, SegmentKind
from tests.property.days import PLACES, Plan, has_sites, plans
from tests.scenes import NEW_YORK, Scene, a_place

WEEK_S = 7 * 86_400


def segments_by_worker(presence: Presence) -> dict[WorkerId, list[Segment]]:
    """The segments of all days of each worker, in the order of the days."""
    segments: dict[WorkerId, list[Segment]] = {}
    for day in presence.workdays:
        segments.setdefault(day.worker_id, []).extend(day.segments)
    return segments


def parked_of(presence: Presence, worker_id: WorkerId) -> list[Period]:
    """The worker's parked time that bounds walks: not what another badge of the worker contradicts."""
    intervals = [one for one in presence.intervals if one.worker_id == worker_id]
    return joined(
        Period(span.from_at, span.to_at)
        for span in presence.parked
        if span.worker_id == worker_id
        and not any(
            one.badge_id != span.badge_id and one.from_at < span.to_at and span.from_at < one.to_at for one in intervals
        )
    )


def without(period: Period, taken: Iterable[Period]) -> list[Period]:
    """What is left of a period."""
    left, start = [], period.from_at
    for one in taken:
        if one.to_at <= start or one.from_at >= period.to_at:
            continue
        if start < one.from_at:
            left.append(Period(start, one.from_at))
        start = max(start, one.to_at)
    return [*left, Period(start, period.to_at)] if start < period.to_at else left


class TestSameEvidence:
    @given(plans, st.randoms(use_true_random=False))
    def test_gives_the_same_in_any_order_and_however_often(self, plan: Plan, random: Random) -> None:
        scene = plan.build()
        shuffled = scene.observations + random.sample(scene.observations, len(scene.observations) // 3)
        random.shuffle(shuffled)

        assert scene.presence(shuffled) == scene.presence()

    @given(plans)
    def test_writes_nothing_the_second_time(self, plan: Plan) -> None:
        scene = plan.build()
        first, second = scene.presence(), scene.presence()

        assert [text_of(interval_document(one)) for one in first.intervals] == [
            text_of(interval_document(one)) for one in second.intervals
        ]
        for before, after in zip(first.workdays, second.workdays, strict=True):
            assert not differs(after, workday_text(before), unsettled_text(before))


class TestSegments:
    @given(plans)
    def test_never_overlap_and_leave_no_second_of_a_shift_out(self, plan: Plan) -> None:
        scene = plan.build()
        presence = scene.presence()

        for worker_id, segments in segments_by_worker(presence).items():
            parked = parked_of(presence, worker_id)
            assert all(one.from_at < one.to_at for one in segments)
            for one, other in pairwise(segments):
                assert one.to_at <= other.from_at
                rest = without(Period(one.to_at, other.from_at), parked)
                assert all(part.length_s > scene.policy.shift_gap_s for part in rest)

    @given(plans)
    def test_are_time_at_a_site_exactly_where_an_interval_is(self, plan: Plan) -> None:
        presence = plan.build().presence()

        for worker_id, segments in segments_by_worker(presence).items():
            at_sites = joined(
                Period(one.from_at, one.to_at)
                for one in segments
                if one.kind in (SegmentKind.ON_SITE, SegmentKind.YARD)
            )
            proven = joined(Period(one.from_at, one.to_at) for one in presence.intervals if one.worker_id == worker_id)
            assert at_sites == proven

    @given(plans)
    def test_have_no_like_neighbours(self, plan: Plan) -> None:
        for day in plan.build().presence().workdays:
            for one, other in pairwise(day.segments):
                alike = (one.kind, one.site_id, one.cause) == (other.kind, other.site_id, other.cause)
                assert not (alike and one.to_at == other.from_at)


class TestIntervals:
    @given(plans)
    def test_of_a_badge_never_overlap_each_other_or_a_parked_span(self, plan: Plan) -> None:
        presence = plan.build().presence()

        for badge in {one.badge_id for one in presence.intervals}:
            mine = [one for one in (*presence.intervals, *presence.parked) if one.badge_id == badge]
            periods = sorted((one.from_at, one.to_at) for one in mine)
            assert all(start < end for start, end in periods)
            assert all(one[1] <= other[0] for one, other in pairwise(periods))

    @given(plans)
    def test_use_fixes_and_end_unsettled_only_at_the_end_of_the_data(self, plan: Plan) -> None:
        presence = plan.build().presence()

        for badge in {one.badge_id for one in presence.intervals}:
            mine = [one for one in presence.intervals if one.badge_id == badge]
            assert all(one.ended_by != EndedBy.END_OF_DATA for one in mine[:-1])
            assert all(one.fixes_used >= 0 for one in mine)


class TestMoreEvidence:
    @given(plans, st.data())
    def test_inside_a_gap_never_reduces_what_may_be_work(self, plan: Plan, data: st.DataObject) -> None:
        scene = plan.build()
        before = scene.presence()
        silences = [
            (worker, one)
            for worker, segments in segments_by_worker(before).items()
            for one in segments
            if one.kind == SegmentKind.UNKNOWN and one.to_at - one.from_at > 2
        ]
        if not silences:
            return
        worker_id, silence = data.draw(st.sampled_from(silences))
        badges = sorted({one.badge_id for one in scene.observations})
        added = data.draw(st.lists(more_fixes(badges, silence), min_size=1, max_size=30))

        after = scene.presence([*scene.observations, *added])

        if any(one.from_at < silence.to_at and silence.from_at < one.to_at for one in after.parked):
            return
        assert possible_within(after, worker_id, silence) >= silence.to_at - silence.from_at


def more_fixes(badges: list[BadgeId], silence: Segment) -> st.SearchStrategy[Observation]:
    """Fixes strictly inside a silence."""
    return st.builds(
        lambda badge, at, place: Observation(
            badge, at, None, ObservationKind.FIX, lat=a_place(*place)[0], lon=a_place(*place)[1], accuracy_m=9.0
        ),
        st.sampled_from(badges),
        st.integers(silence.from_at + 1, silence.to_at - 1),
        st.sampled_from(PLACES),
    )


def possible_within(presence: Presence, worker_id: WorkerId, span: Segment) -> int:
    """The seconds of a worker's segments within a span."""
    segments = segments_by_worker(presence).get(worker_id, [])
    return sum(max(0, min(one.to_at, span.to_at) - max(one.from_at, span.from_at)) for one in segments)


class TestMovedBoundary:
    @given(plans)
    def test_leaves_the_days_before_identical(self, plan: Plan) -> None:
        scene = plan.build(day="2026-06-08")
        later = plan.build(day="2026-06-10")
        scene.observations += [one._replace(sequence_number=None) for one in later.observations]
        moved = replace(scene, boundaries=[])
        has_sites(moved, moved_from="2026-06-10T12:00")

        assert _monday(moved) == _monday(scene)


def _monday(scene: Scene) -> list[str]:
    days = scene.presence().workdays
    return [workday_text(day) for day in days if day.work_date.isoformat() <= "2026-06-09"]


class TestLabels:
    @given(plans)
    def test_of_ids_change_nothing_else(self, plan: Plan) -> None:
        assert _named(plan.build(seed=0)) == _named(plan.build(seed=3))

    @given(plans, st.integers(-3, 9))
    def test_of_weeks_change_nothing_else(self, plan: Plan, weeks: int) -> None:
        scene = plan.build()
        evidence = scene.evidence()

        there = compute(_shifted(evidence, weeks * WEEK_S))

        here = compute(evidence)
        assert [_relative(there, -weeks * WEEK_S)] == [_relative(here, 0)]
        assert [day.work_date - timedelta(weeks=weeks) for day in there.workdays] == [
            day.work_date for day in here.workdays
        ]


def _named(scene: Scene) -> list[tuple[object, ...]]:
    names = {known: name for name, known in scene.names.items()}
    presence = scene.presence()
    rows: list[tuple[object, ...]] = [
        (names[day.worker_id], names.get(one.site_id), str(one.kind), str(one.cause), one.from_at, one.to_at)  # type: ignore[arg-type]
        for day in presence.workdays
        for one in day.segments
    ]
    rows += [
        (names[one.badge_id], names.get(one.worker_id), names[one.site_id], one.from_at, one.to_at)  # type: ignore[arg-type]
        for one in (*presence.intervals, *presence.parked, *presence.drive_bys)
    ]
    return sorted(rows, key=repr)


def _shifted(evidence: Evidence, by: int) -> Evidence:
    def later(at: int | None) -> int | None:
        return None if at is None else at + by

    return replace(
        evidence,
        window=Period(evidence.window.from_at + by, evidence.window.to_at + by),
        observations=[one._replace(captured_at=one.captured_at + by) for one in evidence.observations],
        boundaries=[
            replace(one, valid_from=one.valid_from + by, valid_to=later(one.valid_to)) for one in evidence.boundaries
        ],
        assignments=[replace(one, from_at=one.from_at + by, to_at=later(one.to_at)) for one in evidence.assignments],
        jobs=[
            replace(one, scheduled_from=one.scheduled_from + by, scheduled_to=one.scheduled_to + by)
            for one in evidence.jobs
        ],
    )


def _relative(presence: Presence, by: int) -> list[tuple[object, ...]]:
    segments = [
        (day.worker_id, one.kind, one.site_id, one.cause, one.from_at + by, one.to_at + by)
        for day in presence.workdays
        for one in day.segments
    ]
    others = [
        (one.badge_id, one.worker_id, one.site_id, one.from_at + by, one.to_at + by)
        for one in (*presence.intervals, *presence.parked, *presence.drive_bys)
    ]
    return [*segments, *others]


class TestOtherCompanies:
    @given(plans, plans)
    def test_are_never_seen(self, plan: Plan, other: Plan) -> None:
        scene, twin = plan.build(), other.build()
        alone = scene.presence()

        twin.presence()

        assert scene.presence() == alone


class TestWindow:
    @given(plans, st.data())
    def test_makes_every_day_inside_exact(self, plan: Plan, data: st.DataObject) -> None:
        scene = plan.build(day="2026-06-08")
        scene.observations += plan.build(day="2026-06-09").observations + plan.build(day="2026-06-11").observations
        scene.observations = [one._replace(sequence_number=None) for one in scene.observations]
        whole = scene.evidence()
        fixes = sorted(
            one.captured_at for one in scene.observations if one.kind == ObservationKind.FIX and one.refused_by is None
        )
        if not fixes:
            return
        at = data.draw(st.sampled_from(fixes))
        found = find_window(Period(at, at + 1), fixes, whole.window, [NEW_YORK], scene.policy)
        assert found is not None

        part = compute(_part(whole, found))

        def inside(presence: Presence) -> list[object]:
            days = [day for day in presence.workdays if day.work_date in {one.work_date for one in part.workdays}]
            return [*days, *(one for one in presence.intervals if found.from_at <= one.from_at < found.to_at)]

        assert inside(part) == inside(compute(whole))
        assert quiet_s(scene.policy) == 7200


def _part(whole: Evidence, window: Period) -> Evidence:
    """What would be loaded for a window."""
    loaded = context_before(window, whole.policy)
    later = {
        one.badge_id
        for one in whole.observations
        if one.kind == ObservationKind.FIX and one.refused_by is None and one.captured_at >= window.to_at
    }
    return replace(
        whole,
        window=window,
        observations=[one for one in whole.observations if loaded.from_at <= one.captured_at < loaded.to_at],
        heard_later=frozenset(later),
    )
