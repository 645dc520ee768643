"""Conflicts of badges open, move and close."""

from datetime import UTC, datetime
from uuid import UUID

from domain.discrepancies import (
    Discrepancy,
    DiscrepancyId,
    DiscrepancyKind,
    DiscrepancyStatus,
    conflict_changes,
)
from domain.ids import BadgeId, SiteId, WorkerId
from domain.workdays import BadgeConflict

AT = datetime(2026, 7, 1, tzinfo=UTC)
ANA, LOT, FIELD = WorkerId(UUID(int=1)), SiteId(UUID(int=2)), SiteId(UUID(int=3))
BADGES = (BadgeId(UUID(int=4)), BadgeId(UUID(int=5)))


def a_conflict(from_at: int, to_at: int) -> BadgeConflict:
    """Ana's badges at the lot and the field at once."""
    return BadgeConflict(ANA, LOT, FIELD, BADGES, from_at, to_at)


def an_open_one(from_at: int, to_at: int) -> Discrepancy:
    """The same as it was stored."""
    kind, status = DiscrepancyKind.BADGE_CONFLICT, DiscrepancyStatus.OPEN
    parties = (LOT, FIELD, BADGES)
    return Discrepancy(DiscrepancyId(UUID(int=9)), kind, status, ANA, from_at, to_at, *parties, AT, None, 1)


class TestConflictChanges:
    def test_opens_what_is_new(self) -> None:
        changes = conflict_changes([], [a_conflict(0, 100)], at=AT)

        assert changes.opened == [a_conflict(0, 100)]

    def test_leaves_what_stayed(self) -> None:
        assert len(conflict_changes([an_open_one(0, 100)], [a_conflict(0, 100)], at=AT)) == 0

    def test_moves_one_that_grew(self) -> None:
        changes = conflict_changes([an_open_one(0, 100)], [a_conflict(0, 150)], at=AT)

        assert [(one.to_at, one.version) for one in changes.moved] == [(150, 2)]
        assert (changes.opened, changes.resolved) == ([], [])

    def test_resolves_what_is_no_longer_so(self) -> None:
        (resolved,) = conflict_changes([an_open_one(0, 100)], [], at=AT).resolved

        assert (resolved.status, resolved.resolved_at, resolved.version) == (DiscrepancyStatus.RESOLVED, AT, 2)

    def test_takes_a_conflict_at_another_time_for_another_one(self) -> None:
        changes = conflict_changes([an_open_one(0, 100)], [a_conflict(500, 600)], at=AT)

        assert (len(changes.opened), len(changes.resolved)) == (1, 1)
