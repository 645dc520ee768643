"""Who wears what around a change, and which badges and workers must therefore be judged together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.ids import BadgeId, WorkerId
from domain.periods import FOREVER, Period
from domain.policies import Policy
from domain.wearing import SHIFT_LASTS_S, Assignment

SHIFT_LEAD_S = SHIFT_LASTS_S
"""A shift event assigns its worker for so long: it is looked for so far before a window."""


@dataclass(frozen=True, slots=True)
class Person:
    """A worker with the code of shift events and the zone of the branch, else of the company."""

    id: WorkerId
    code: str
    timezone: str


@dataclass(frozen=True, slots=True)
class ShiftStart:
    """A badge was handed to a worker code at an instant, in epoch seconds."""

    badge_id: BadgeId
    worker_code: str
    at: int


@dataclass(frozen=True, slots=True)
class StoredWearer:
    """Stored intervals of a badge belong to a worker, within a period: a worker who may have to be unburdened."""

    badge_id: BadgeId
    worker_id: WorkerId
    period: Period


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of wearing during `known`, for the badges and workers that were asked for and their neighbours."""

    known: Period
    timezone: str
    """Of the company: for badges that nobody wears."""
    policy: Policy
    people: Mapping[WorkerId, Person]
    assignments: Sequence[Assignment]
    shift_starts: Sequence[ShiftStart]
    stored_wearers: Sequence[StoredWearer]

    @property
    def worker_codes(self) -> dict[str, WorkerId]:
        """The known codes of shift events."""
        return {person.code: person.id for person in self.people.values()}


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are judged together over one window: the seeds are what changed, the rest follows from them."""

    changed: Period
    seed_badges: frozenset[BadgeId]
    seed_workers: frozenset[WorkerId]
    window: Period
    is_new_evidence: bool = False
    """Whether the change is new observations: then the silence before them is judged again, too."""
    worker_ids: frozenset[WorkerId] = frozenset()
    badge_ids: frozenset[BadgeId] = frozenset()


def close_group(group: Group, scope: Scope) -> Group:
    """Find the workers who wear the changed badges in the window, and every badge that those workers wear in it."""
    wearers = group.seed_workers | _wearers(group, scope)
    return replace(group, worker_ids=wearers, badge_ids=group.seed_badges | _worn(wearers, group.window, scope))


def merge_groups(groups: Iterable[Group], scope: Scope) -> list[Group]:
    """Close groups and join those whose windows overlap and that share a badge or a worker, until none do."""
    merged: list[Group] = []
    for group in groups:
        joined = close_group(group, scope)
        while (other := next((other for other in merged if _meet(joined, other)), None)) is not None:
            merged.remove(other)
            joined = close_group(_join(joined, other), scope)
        merged.append(joined)
    return merged


def hull(first: Period, second: Period) -> Period:
    """The smallest period that holds both."""
    return Period(min(first.from_at, second.from_at), max(first.to_at, second.to_at))


def overlap(first: Period, second: Period) -> bool:
    """Whether two half-open periods share a second."""
    return first.from_at < second.to_at and second.from_at < first.to_at


def period_of(assignment: Assignment) -> Period:
    """When an assignment holds; an open one holds for ever."""
    return Period(assignment.from_at, FOREVER if assignment.to_at is None else assignment.to_at)


def _wearers(group: Group, scope: Scope) -> frozenset[WorkerId]:
    codes = scope.worker_codes
    assigned = {
        row.worker_id
        for row in scope.assignments
        if row.badge_id in group.seed_badges and overlap(period_of(row), group.window)
    }
    started = {
        codes[row.worker_code]
        for row in _starts(scope, group.window)
        if row.badge_id in group.seed_badges and row.worker_code in codes
    }
    stored = {
        row.worker_id
        for row in scope.stored_wearers
        if row.badge_id in group.seed_badges and overlap(row.period, group.window)
    }
    return frozenset(assigned | started | stored)


def _worn(worker_ids: frozenset[WorkerId], window: Period, scope: Scope) -> frozenset[BadgeId]:
    codes = {scope.people[worker_id].code for worker_id in worker_ids if worker_id in scope.people}
    assigned = {
        row.badge_id for row in scope.assignments if row.worker_id in worker_ids and overlap(period_of(row), window)
    }
    started = {row.badge_id for row in _starts(scope, window) if row.worker_code in codes}
    return frozenset(assigned | started)


def _starts(scope: Scope, window: Period) -> list[ShiftStart]:
    return [row for row in scope.shift_starts if window.from_at - SHIFT_LEAD_S < row.at < window.to_at]


def _meet(first: Group, second: Group) -> bool:
    shared = first.badge_ids & second.badge_ids or first.worker_ids & second.worker_ids
    return bool(shared) and overlap(first.window, second.window)


def _join(first: Group, second: Group) -> Group:
    return Group(
        hull(first.changed, second.changed),
        first.seed_badges | second.seed_badges,
        first.seed_workers | second.seed_workers,
        hull(first.window, second.window),
        first.is_new_evidence or second.is_new_evidence,
    )
