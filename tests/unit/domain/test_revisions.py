"""What a recompute writes, and what it leaves alone."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.documents import EMPTY_DAY, NOTHING_UNSETTLED, text_of, unsettled_text, workday_text
from domain.ids import BadgeId, SiteId, WorkerId
from domain.intervals import DriveBy, EndedBy, Interval, StartedBy
from domain.revisions import DayContent, StoredDay, StoredInterval, day_changes, interval_changes
from domain.workdays import Segment, SegmentKind, Totals, Workday, totals_of

ANA, BADGE, LOT = WorkerId(UUID(int=1)), BadgeId(UUID(int=2)), SiteId(UUID(int=3))
ON = date(2026, 6, 10)
ZONE = "America/New_York"
KEY = (ANA, ON)


def an_interval(from_at: int = 0, to_at: int = 100, **changes: object) -> Interval:
    """An interval at the lot."""
    made = Interval(
        badge_id=BADGE,
        worker_id=ANA,
        site_id=LOT,
        boundary_version=1,
        from_at=from_at,
        to_at=to_at,
        started_by=StartedBy.MOVED,
        ended_by=EndedBy.MOVED,
        ambiguous=False,
        excursions=(),
        fixes_used=3,
        fixes_refused=(),
        tags=(),
        policy_version=1,
    )
    return replace(made, **changes)  # type: ignore[arg-type] # named by the test


def a_drive_by(from_at: int, counts_after: int | None = None) -> DriveBy:
    """A drive-by of 40 s at the lot."""
    return DriveBy(BADGE, ANA, LOT, from_at, from_at + 40, counts_after)


def a_day(*segments: Segment, drive_bys: tuple[DriveBy, ...] = (), zone: str = ZONE) -> DayContent:
    """The content of a day."""
    day = Workday(ANA, ON, zone, segments, (), drive_bys, totals_of(segments))
    return DayContent(zone, workday_text(day), unsettled_text(day), day.totals)


def on_site(from_at: int, to_at: int) -> Segment:
    """Time at the lot."""
    return Segment(SegmentKind.ON_SITE, LOT, None, from_at, to_at)


NOTHING = DayContent(ZONE, EMPTY_DAY, NOTHING_UNSETTLED, Totals())


class TestIntervalChanges:
    def test_records_changes_and_withdraws(self) -> None:
        stored = [StoredInterval(an_interval(0), 1), StoredInterval(an_interval(200, 300), 4)]

        changes = interval_changes(stored, [an_interval(200, 350), an_interval(500, 600)])

        assert [one.interval.from_at for one in changes.recorded] == [500]
        assert [(old.interval.to_at, new.interval.to_at, new.revision) for old, new in changes.changed] == [
            (300, 350, 5)
        ]
        assert [one.interval.from_at for one in changes.withdrawn] == [0]

    def test_leaves_what_differs_in_the_policy_version_only(self) -> None:
        changes = interval_changes([StoredInterval(an_interval(), 1)], [an_interval(policy_version=2)])

        assert len(changes) == 0


class TestDayChanges:
    def test_makes_no_revision_of_an_empty_first_result(self) -> None:
        assert len(day_changes({}, {KEY: NOTHING})) == 0

    def test_numbers_the_first_revision_1(self) -> None:
        (revision,) = day_changes({}, {KEY: a_day(on_site(0, 100))}).revisions

        assert (revision.revision, revision.supersedes) == (1, None)

    def test_leaves_an_equal_day_alone(self) -> None:
        day = a_day(on_site(0, 100))

        assert len(day_changes({KEY: StoredDay(3, day)}, {KEY: day})) == 0

    def test_empties_a_day_with_a_revision(self) -> None:
        (revision,) = day_changes({KEY: StoredDay(3, a_day(on_site(0, 100)))}, {KEY: NOTHING}).revisions

        assert (revision.revision, revision.supersedes, revision.content.text) == (4, 3, EMPTY_DAY)

    def test_revises_a_day_that_is_cut_in_another_zone(self) -> None:
        stored = {KEY: StoredDay(1, a_day(on_site(0, 100)))}

        changes = day_changes(stored, {KEY: a_day(on_site(0, 100), zone="America/Chicago")})

        assert [one.revision for one in changes.revisions] == [2]

    def test_leaves_an_empty_day_alone_in_whatever_zone(self) -> None:
        elsewhere = replace(NOTHING, timezone="America/Chicago")

        assert len(day_changes({KEY: StoredDay(2, NOTHING)}, {KEY: elsewhere})) == 0

    def test_keeps_an_unsettled_drive_by_of_a_day_without_a_revision_under_number_0(self) -> None:
        (revision,) = day_changes({}, {KEY: a_day(drive_bys=(a_drive_by(0, counts_after=1240),))}).revisions

        assert (revision.revision, revision.content.text) == (0, EMPTY_DAY)

    def test_notes_an_unsettled_drive_by_beside_a_revision(self) -> None:
        before, after = a_day(on_site(0, 100)), a_day(on_site(0, 100), drive_bys=(a_drive_by(200, counts_after=1440),))

        changes = day_changes({KEY: StoredDay(1, before)}, {KEY: after})

        assert (changes.revisions, [(one.revision, one.unsettled) for one in changes.notes]) == (
            [],
            [(1, after.unsettled)],
        )

    def test_makes_no_revision_when_an_unsettled_drive_by_counts_by_itself(self) -> None:
        before = a_day(on_site(0, 100), drive_bys=(a_drive_by(200, counts_after=1440),))

        changes = day_changes({KEY: StoredDay(1, before)}, {KEY: a_day(on_site(0, 100), drive_bys=(a_drive_by(200),))})

        assert len(changes) == 0

    def test_writes_nothing_twice_when_one_counts_and_another_is_unsettled(self) -> None:
        before = a_day(drive_bys=(a_drive_by(200, counts_after=1440),))
        after = a_day(drive_bys=(a_drive_by(200), a_drive_by(5000, counts_after=6240)))

        (note,) = day_changes({KEY: StoredDay(1, before)}, {KEY: after}).notes
        again = day_changes({KEY: StoredDay(1, replace(before, unsettled=note.unsettled))}, {KEY: after})

        assert note.unsettled != text_of([])
        assert len(again) == 0

    def test_makes_a_revision_when_an_unsettled_drive_by_became_a_visit(self) -> None:
        before = a_day(drive_bys=(a_drive_by(200, counts_after=1440),))

        (revision,) = day_changes({KEY: StoredDay(0, before)}, {KEY: a_day(on_site(200, 900))}).revisions

        assert (revision.revision, revision.supersedes, revision.content.unsettled) == (1, 0, NOTHING_UNSETTLED)

    def test_drops_the_note_of_a_drive_by_that_never_was(self) -> None:
        before = a_day(on_site(0, 100), drive_bys=(a_drive_by(200, counts_after=1440),))

        (note,) = day_changes({KEY: StoredDay(2, before)}, {KEY: a_day(on_site(0, 100))}).notes

        assert note.unsettled == NOTHING_UNSETTLED
