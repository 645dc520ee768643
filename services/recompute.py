"""Recompute the days that new evidence or a change of master data can touch (presence.md section 8).

All of it happens in one transaction that holds the company's presence lock (`uow.marks.lock_presence`): load, decide,
write what differs, with its audit entries. No window reaches farther than 31 days from what changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.discrepancies import conflict_changes
from domain.documents import EMPTY_DAY, NOTHING_UNSETTLED, unsettled_text, workday_text
from domain.ids import BadgeId
from domain.intervals import Interval
from domain.local_days import dates_inside
from domain.periods import Period
from domain.presence import Presence, compute
from domain.revisions import DayContent, DayKey, day_changes, interval_changes
from domain.scopes import Group
from domain.tenancy import Actor
from domain.workdays import Totals
from services.evidence import Judged, load_evidence, load_judged
from services.findings import Changes, audit_entries, opened_conflicts
from services.ports.system import NewId
from services.ports.unit_of_work import UnitOfWork

KEPT_AT_LEAST = timedelta(days=29)
"""Younger evidence was never blanked."""


@dataclass(frozen=True, slots=True)
class TouchedSpan:
    """New observations of a badge, from the earliest to the latest `captured_at`, both included, UTC."""

    badge_id: BadgeId
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How much a recompute changed."""

    intervals_changed: int
    workdays_changed: int
    discrepancies_changed: int


async def recompute_touched(
    uow: UnitOfWork, touched: Sequence[TouchedSpan], *, at: datetime, actor: Actor, new_id: NewId
) -> Recomputed:
    """Recompute what new observations can touch, in the transaction that stored them."""
    if not touched:
        return Recomputed(0, 0, 0)
    await _reopen_blanked(uow, touched, at=at)
    return await recompute_groups(uow, [_group_of(one) for one in touched], at=at, actor=actor, new_id=new_id)


async def recompute_groups(
    uow: UnitOfWork, groups: Sequence[Group], *, at: datetime, actor: Actor, new_id: NewId
) -> Recomputed:
    """Recompute what each change can touch; groups that meet are judged as one."""
    judged = await load_judged(uow, groups)
    if not judged:
        return Recomputed(0, 0, 0)
    evidence, stored = await load_evidence(uow, judged, with_stored=True)
    told = [(one, compute(each)) for one, each in zip(judged, evidence, strict=True)]
    conflicts = conflict_changes(stored.conflicts, [one for _, each in told for one in each.conflicts], at=at)
    changes = Changes(
        intervals=interval_changes(stored.intervals, _intervals_told(told)),
        days=day_changes(stored.days, _days_told(told)),
        conflicts=conflicts,
        opened=opened_conflicts(conflicts, at=at, new_id=new_id),
        policy_version=judged[0].scope.policy.version,
    )
    if changes:
        await _save(uow, changes, at=at, actor=actor)
    return Recomputed(len(changes.intervals), len(changes.days.revisions), len(conflicts))


async def _save(uow: UnitOfWork, changes: Changes, *, at: datetime, actor: Actor) -> None:
    async with uow.presence.together():
        await uow.intervals.save(changes.intervals)
        await uow.workdays.save(changes.days, policy_version=changes.policy_version, at=at)
        await uow.discrepancies.add(changes.opened)
        await uow.discrepancies.update([*changes.conflicts.moved, *changes.conflicts.resolved])
        await uow.audit.append(audit_entries(changes, actor=actor), at=at)


def _intervals_told(told: Iterable[tuple[Judged, Presence]]) -> list[Interval]:
    """What was told of the windows themselves: an interval that begins outside of one is not judged by it."""
    return [
        interval
        for one, presence in told
        for interval in presence.intervals
        if one.window.from_at <= interval.from_at < one.window.to_at
    ]


def _days_told(told: Iterable[tuple[Judged, Presence]]) -> dict[DayKey, DayContent]:
    """Every date that was judged, of every worker; a date of which nothing is told has become empty."""
    days: dict[DayKey, DayContent] = {}
    for one, presence in told:
        for worker_id, zone in one.zones.items():
            empty = DayContent(zone, EMPTY_DAY, NOTHING_UNSETTLED, Totals())
            days.update(((worker_id, on), empty) for on in dates_inside(one.window, zone))
        for day in presence.workdays:
            content = DayContent(day.timezone, workday_text(day), unsettled_text(day), day.totals)
            days[day.worker_id, day.work_date] = content
    return days


async def _reopen_blanked(uow: UnitOfWork, touched: Iterable[TouchedSpan], *, at: datetime) -> None:
    """Late evidence of a day that was blanked already may hold new positions: the next night looks at it again."""
    old = [(one.badge_id, one.from_at.date(), one.to_at.date()) for one in touched if at - one.from_at > KEPT_AT_LEAST]
    if old:
        await uow.backlog.reopen_blanked(old)


def _group_of(touched: TouchedSpan) -> Group:
    changed = Period(int(touched.from_at.timestamp()), int(touched.to_at.timestamp()) + 1)
    return Group(changed, frozenset({touched.badge_id}), frozenset(), changed, is_new_evidence=True)
