"""Work off what waits: recompute marked days, blank private positions; a chunk a transaction, each repeatable."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from domain.errors import UnavailableError
from domain.ids import BadgeId, WorkerId
from domain.periods import Period
from domain.presence import compute
from domain.privacy import private_instants
from domain.scopes import Group
from domain.tenancy import CompanyId, system_actor
from services.evidence import load_evidence, load_judged
from services.marks import nudge
from services.ports.backlog import BadgeDay, Mark, MarkKind
from services.ports.bus import MessageBus
from services.ports.platform import Platform
from services.ports.system import Clock, NewId
from services.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from services.recompute import recompute_groups

logger = logging.getLogger("actual.backlog")
CHUNK = 14
"""Days a transaction: it holds the company's lock, for which a request waits three seconds at most."""
CHUNKS_A_MESSAGE = 200
KEPT = timedelta(days=30)
"""So long positions outside of work evidence may be kept (wire.md section 5, rule 9)."""
DAY = timedelta(days=1)
COMPANIES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Means:
    """What working off needs."""

    unit_of_work: OpenUnitOfWork
    clock: Clock
    new_id: NewId


@dataclass(frozen=True, slots=True)
class _Worked:
    """A chunk of marks: how many were looked at and worked off, and the last that broke the recompute."""

    marks: int
    done: int
    broken: Mark | None = None


async def recompute_marked(company_id: CompanyId, *, means: Means, bus: MessageBus) -> int:
    """Recompute the marked days of a company until none is left; the number of marks that were taken.

    After many chunks it hands the rest to a message of its own, so that no delivery lasts for ever. A mark that breaks
    the recompute is logged and stays, its day pending until the fault is mended; it holds up no other.
    """
    taken, broken = 0, None
    for _ in range(CHUNKS_A_MESSAGE):
        chunk = await _recompute_chunk(company_id, means, after=broken)
        taken, broken = taken + chunk.done, chunk.broken or broken
        if chunk.marks < CHUNK:
            return taken
        logger.info("Marked days recomputed", extra={"company_id": str(company_id), "marks": taken})
    if taken:
        await nudge(company_id, bus=bus, new_id=means.new_id)
    return taken


async def nudge_marked(*, platform: Platform, bus: MessageBus, new_id: NewId) -> int:
    """Wake the recompute of every company that has marks: a nudge may have been lost. The number of companies."""
    companies = await platform.list_marked_companies()
    for company_id in companies:
        await nudge(company_id, bus=bus, new_id=new_id)
    return len(companies)


async def blank_old_positions(*, platform: Platform, means: Means) -> int:
    """Blank the private positions of every company that are older than 30 days; the number of badge days looked at."""
    looked_at, after = 0, None
    while companies := await platform.list_companies(after=after, limit=COMPANIES_AT_ONCE):
        for company in companies:
            looked_at += await blank_positions(company.id, means=means)
        after = companies[-1].id
    return looked_at


async def blank_positions(company_id: CompanyId, *, means: Means) -> int:
    """Blank the private positions of one company that are older than 30 days; the number of badge days looked at."""
    looked_at = 0
    while days := await _blank_chunk(company_id, means):
        looked_at += days
    return looked_at


async def _recompute_chunk(company_id: CompanyId, means: Means, *, after: Mark | None) -> _Worked:
    try:
        async with means.unit_of_work(company_id) as uow:
            await uow.marks.wait_for_presence()
            marks = await uow.backlog.take_marks(CHUNK, after=after)
            await _recompute(uow, marks, means)
            return _Worked(len(marks), len(marks))
    except UnavailableError:
        raise
    except Exception:  # noqa: BLE001 # whatever it is, one group must not hold up its neighbours; it is logged there
        logger.warning("Recomputing marked days one by one", extra={"company_id": str(company_id)})
    return await _recompute_one_by_one(company_id, means, after=after)


async def _recompute_one_by_one(company_id: CompanyId, means: Means, *, after: Mark | None) -> _Worked:
    """The next marks, each in a transaction of its own; one that breaks stays, and is passed by."""
    async with means.unit_of_work(company_id) as uow:
        marks = await uow.backlog.take_marks(CHUNK, after=after)
    done, broken = 0, None
    for mark in marks:
        try:
            async with means.unit_of_work(company_id) as uow:
                await uow.marks.wait_for_presence()
                await _recompute(uow, [mark], means)
            done += 1
        except UnavailableError:
            raise
        except Exception:  # a bug in one mark must not hold up the others; it stays marked, and is logged here
            subject = f"{mark.kind}:{mark.subject_id}:{mark.day}"
            logger.exception("Unable to recompute", extra={"company_id": str(company_id), "subject": subject})
            broken = mark
    return _Worked(len(marks), done, broken)


async def _recompute(uow: UnitOfWork, marks: Sequence[Mark], means: Means) -> None:
    """Recompute the marked days and take the marks away, under the company's lock."""
    if marks:
        actor = system_actor(uow.company_id, "recompute_marked")
        groups = list(_groups_of_marks(marks))
        await recompute_groups(uow, groups, at=means.clock.now(), actor=actor, new_id=means.new_id)
        await uow.backlog.clear_marks(marks)


async def _blank_chunk(company_id: CompanyId, means: Means) -> int:
    now = means.clock.now()
    async with means.unit_of_work(company_id) as uow:
        await uow.marks.wait_for_presence()
        days = await uow.backlog.list_days_to_blank(before=(now - KEPT).date(), limit=CHUNK)
        if not days:
            return 0
        judged = await load_judged(uow, list(_groups_of_days(days)))
        private: dict[BadgeId, list[int]] = {}
        loaded, _ = await load_evidence(uow, judged)
        for one, evidence in zip(judged, loaded, strict=True):
            presence = compute(evidence)
            for badge_id in one.group.seed_badges:
                private.setdefault(badge_id, []).extend(private_instants(evidence, presence, badge_id))
        wanted = {badge_id: _of_days(instants, badge_id, days) for badge_id, instants in private.items()}
        await uow.backlog.blank_positions(wanted)
        await uow.backlog.settle_blanked(days, at=now)
        return len(days)


def _of_days(instants: Iterable[int], badge_id: BadgeId, days: Sequence[BadgeDay]) -> list[int]:
    """Only of the days that are due: the window reaches farther."""
    due = {one.day for one in days if one.badge_id == badge_id}
    return sorted({at for at in instants if datetime.fromtimestamp(at, UTC).date() in due})


def _groups_of_marks(marks: Sequence[Mark]) -> Iterator[Group]:
    for (kind, subject_id), mine in groupby(marks, key=lambda mark: (mark.kind, mark.subject_id)):
        for period in _runs(mark.day for mark in mine):
            if kind == MarkKind.BADGE:
                yield Group(period, frozenset({BadgeId(subject_id)}), frozenset(), period)
            else:
                yield Group(period, frozenset(), frozenset({WorkerId(subject_id)}), period)


def _groups_of_days(days: Sequence[BadgeDay]) -> Iterator[Group]:
    for badge_id, mine in groupby(days, key=lambda one: one.badge_id):
        for period in _runs(one.day for one in mine):
            yield Group(period, frozenset({badge_id}), frozenset(), period)


def _runs(days: Iterable[date]) -> list[Period]:
    """UTC days as periods; days that follow each other are one."""
    runs: list[Period] = []
    for day in days:
        start = int(datetime.combine(day, time(), UTC).timestamp())
        end = start + int(DAY.total_seconds())
        if runs and runs[-1].to_at == start:
            runs[-1] = Period(runs[-1].from_at, end)
        else:
            runs.append(Period(start, end))
    return runs
