"""Badges: their lifecycle, and who was given one when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.errors import ConflictError
from domain.ids import AssignmentId, BadgeId, WorkerId
from domain.master_data import Record, check_period


class BadgeKind(StrEnum):
    """Worn by a person, or carried by a truck."""

    BADGE = "badge"
    GATEWAY = "gateway"


class Lifecycle(StrEnum):
    """Where a badge is in its life; a retired one keeps its evidence and gives its device free."""

    STOCK = "stock"
    ACTIVE = "active"
    LOST = "lost"
    RETIRED = "retired"


TRANSITIONS: Mapping[Lifecycle, frozenset[Lifecycle]] = {
    Lifecycle.STOCK: frozenset({Lifecycle.ACTIVE, Lifecycle.LOST, Lifecycle.RETIRED}),
    Lifecycle.ACTIVE: frozenset({Lifecycle.STOCK, Lifecycle.LOST, Lifecycle.RETIRED}),
    Lifecycle.LOST: frozenset({Lifecycle.STOCK, Lifecycle.ACTIVE, Lifecycle.RETIRED}),
    Lifecycle.RETIRED: frozenset(),
}


class LifecycleNotAllowedError(ConflictError):
    """The table of transitions does not allow this move."""

    code = "lifecycle_not_allowed"

    def __init__(self, current: Lifecycle, wanted: Lifecycle) -> None:
        self.current = current
        self.wanted = wanted
        super().__init__(f"A badge that is {current} cannot become {wanted}.")


class DeviceHeldError(ConflictError):
    """Somebody holds a badge with this serial or device uid; the words are the same whoever it is."""

    code = "device_held"

    def __init__(self) -> None:
        super().__init__("A badge with this serial or device uid is registered already.")


class AssignmentOverlapsError(ConflictError):
    """A badge has one wearer at a time."""

    code = "assignment_overlaps"

    def __init__(self) -> None:
        super().__init__("The badge is assigned already during some of this period.")


class BadgeAssignedError(ConflictError):
    """A badge that somebody wears, or will wear, cannot be retired."""

    code = "badge_assigned"

    def __init__(self) -> None:
        super().__init__("The badge is assigned now or later: end its assignments first.")


class BadgeRetiredError(ConflictError):
    """A retired badge takes only assignments that have an end, to put its past right."""

    code = "badge_retired"

    def __init__(self) -> None:
        super().__init__("The badge is retired: an assignment of it must have an end that is not in the future.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge(Record):
    """A badge or gateway: `serial` as ACT-0A1B2C3D, `device_uid` as the wire's dev:864200000000001."""

    id: BadgeId
    serial: str
    device_uid: str
    kind: BadgeKind
    lifecycle: Lifecycle = Lifecycle.STOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeAssignment(Record):
    """A worker was given a badge, [from_at, to_at); `to_at` None is open."""

    id: AssignmentId
    badge_id: BadgeId
    worker_id: WorkerId
    from_at: datetime
    to_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        check_period(self.from_at, self.to_at)


@dataclass(frozen=True, slots=True)
class BadgeState:
    """What a badge last said of itself; none of it is part of the badge, so that hearing it changes no version."""

    last_heard_at: datetime | None = None
    clock_suspect_at: datetime | None = None
    battery_pct: float | None = None
    firmware_version: str | None = None


SILENT = BadgeState()
"""Of a badge that was never heard."""


def move(badge: Badge, wanted: Lifecycle) -> Badge:
    """The badge in another state; raises LifecycleNotAllowedError."""
    if wanted not in TRANSITIONS[badge.lifecycle]:
        raise LifecycleNotAllowedError(badge.lifecycle, wanted)
    return replace(badge, lifecycle=wanted, version=badge.version + 1)


def check_assignable(badge: Badge, *, to_at: datetime | None, at: datetime) -> None:
    """Raise BadgeRetiredError when a retired badge would be worn at `at` or later."""
    if badge.lifecycle is Lifecycle.RETIRED and (to_at is None or to_at > at):
        raise BadgeRetiredError


def assigned(badge: Badge, *, to_at: datetime | None, at: datetime) -> Badge:
    """The badge once somebody was given it: stock becomes active; raises BadgeRetiredError.

    A lost badge stays lost, since an assignment of it can only put the past right.
    """
    check_assignable(badge, to_at=to_at, at=at)
    return move(badge, Lifecycle.ACTIVE) if badge.lifecycle is Lifecycle.STOCK else badge
