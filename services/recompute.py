"""Recompute the days that new evidence or a change of master data can touch (presence.md section 8).

All of it happens in one transaction that holds the company's presence lock (`uow.marks.lock_presence`): load, decide,
write what differs, with its audit entries. No window reaches farther than 31 days from what changed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.documents import EMPTY_DAY, NOTHING_UNSETTLED, unsettled_text, workday_text
from domain.ids import BadgeId
from domain.intervals import Interval
from domain.local_days import dates_inside
from domain.periods import Period
from domain.presence import Presence, compute
from domain.revisions import DayContent, DayKey, StoredDay, day_changes, interval_changes
from domain.scopes import Group
from domain.tenancy import Actor
from domain.workdays import Totals
from services import findings
from services.evidence import Judged, load_evidence, load_judged
from services.ports.presence import BadgeSpan
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
    spans = [BadgeSpan(one.badge_id, _period(one)) for one in touched]
    await _reopen_blanked(uow, touched, at=at)
    last_fixes = await uow.presence.find_last_fixes(spans)
    groups = [_group_of(span, last_fixes[span]) for span in spans]
    return await recompute_groups(uow, groups, at=at, actor=actor, new_id=new_id)


async def recompute_groups(
    uow: UnitOfWork, groups: Sequence[Group], *, at: datetime, actor: Actor, new_id: NewId
) -> Recomputed:
    """Recompute what each change can touch; groups that meet are judged as one."""
    judged = await load_judged(uow, groups)
    if not judged:
        return Recomputed(0, 0, 0)
    told = [(one, compute(evidence)) for one, evidence in zip(judged, await load_evidence(uow, judged), strict=True)]
    return await _write(uow, told, at=at, actor=actor, new_id=new_id)


async def _write(
    uow: UnitOfWork, told: Sequence[tuple[Judged, Presence]], *, at: datetime, actor: Actor, new_id: NewId
) -> Recomputed:
    policy_version = told[0][0].scope.policy.version
    spans = [BadgeSpan(badge_id, one.window) for one, _ in told for badge_id in sorted(one.badge_ids)]
    days = _days_told(told)
    stored_intervals = await uow.intervals.list_within(spans)
    stored_days = await _stored_days(uow, days.keys())
    intervals = interval_changes(stored_intervals, _intervals_told(told))
    workdays = day_changes(stored_days, days)
    await uow.intervals.save(intervals)
    await uow.workdays.save(workdays, policy_version=policy_version, at=at)
    entries = [
        *findings.interval_entries(intervals, actor=actor),
        *findings.day_entries(workdays, policy_version=policy_version, actor=actor),
    ]
    conflicts = 0
    for one, presence in told:
        found = await findings.settle_conflicts(uow, one, presence, at=at, actor=actor, new_id=new_id)
        entries.extend(found)
        conflicts += len(found)
    await uow.audit.append(entries, at=at)
    return Recomputed(len(intervals), len(workdays.revisions), conflicts)


def _intervals_told(told: Iterable[tuple[Judged, Presence]]) -> list[Interval]:
    """What was told of the windows themselves: an interval that begins outside of one is not judged by it."""
    return [
        interval
        for one, presence in told
        for interval in presence.intervals
        if one.window.from_at <= interval.from_at < one.window.to_at
    ]


async def _stored_days(uow: UnitOfWork, keys: Collection[DayKey]) -> dict[DayKey, StoredDay]:
    if not keys:
        return {}
    worker_ids = {worker_id for worker_id, _ in keys}
    dates = [on for _, on in keys]
    return await uow.workdays.list_current(worker_ids, first_on=min(dates), last_on=max(dates))


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


def _group_of(span: BadgeSpan, last_fix: int | None) -> Group:
    """What comes after the last fix before is no longer the end of the data: its silence is judged again."""
    start = span.period.from_at if last_fix is None else last_fix
    changed = Period(start, span.period.to_at)
    return Group(changed, frozenset({span.badge_id}), frozenset(), changed)


def _period(touched: TouchedSpan) -> Period:
    return Period(int(touched.from_at.timestamp()), int(touched.to_at.timestamp()) + 1)
