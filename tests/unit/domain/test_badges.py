"""The life of a badge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from domain.badges import (
    TRANSITIONS,
    Badge,
    BadgeAssignment,
    BadgeKind,
    BadgeRetiredError,
    Lifecycle,
    LifecycleNotAllowedError,
    assigned,
    move,
)
from domain.ids import AssignmentId, BadgeId, WorkerId
from domain.master_data import PeriodError

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_badge(lifecycle: Lifecycle = Lifecycle.STOCK) -> Badge:
    return Badge(
        id=BadgeId(uuid4()),
        serial="ACT-0A1B2C3D",
        device_uid="dev:1",
        kind=BadgeKind.BADGE,
        lifecycle=lifecycle,
        version=3,
        created_at=NOW,
    )


class TestMove:
    @pytest.mark.parametrize(("current", "wanted"), list(product(Lifecycle, Lifecycle)))
    def test_does_what_the_table_allows_and_nothing_else(self, current: Lifecycle, wanted: Lifecycle) -> None:
        badge = a_badge(current)

        if wanted in TRANSITIONS[current]:
            assert move(badge, wanted) == replace(badge, lifecycle=wanted, version=4)
        else:
            with pytest.raises(LifecycleNotAllowedError):
                move(badge, wanted)

    def test_lets_nothing_out_of_retirement(self) -> None:
        assert TRANSITIONS[Lifecycle.RETIRED] == frozenset()


class TestAssigned:
    def test_takes_a_badge_out_of_stock(self) -> None:
        assert assigned(a_badge(), to_at=None, at=NOW).lifecycle is Lifecycle.ACTIVE

    @pytest.mark.parametrize("lifecycle", [Lifecycle.ACTIVE, Lifecycle.LOST])
    def test_leaves_any_other_as_it_is(self, lifecycle: Lifecycle) -> None:
        badge = a_badge(lifecycle)

        assert assigned(badge, to_at=None, at=NOW) == badge

    @pytest.mark.parametrize("to_at", [None, NOW + HOUR])
    def test_refuses_a_retired_one_from_now_on(self, to_at: datetime | None) -> None:
        with pytest.raises(BadgeRetiredError):
            assigned(a_badge(Lifecycle.RETIRED), to_at=to_at, at=NOW)

    def test_lets_the_past_of_a_retired_one_be_put_right(self) -> None:
        badge = a_badge(Lifecycle.RETIRED)

        assert assigned(badge, to_at=NOW, at=NOW) == badge


class TestBadgeAssignment:
    @pytest.mark.parametrize("to_at", [NOW, NOW - HOUR])
    def test_ends_after_it_begins(self, to_at: datetime) -> None:
        with pytest.raises(PeriodError):
            BadgeAssignment(
                id=AssignmentId(uuid4()),
                badge_id=BadgeId(uuid4()),
                worker_id=WorkerId(uuid4()),
                from_at=NOW,
                to_at=to_at,
                created_at=NOW,
            )
