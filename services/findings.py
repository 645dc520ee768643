"""The words for what a recompute changed: audit entries, and discrepancies that open, move and close."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from domain.audit import AuditEntry, audit_body
from domain.discrepancies import (
    ConflictChanges,
    Discrepancy,
    DiscrepancyId,
    DiscrepancyKind,
    DiscrepancyStatus,
    conflict_changes,
)
from domain.documents import interval_document
from domain.intervals import Interval
from domain.presence import Presence
from domain.revisions import DayChanges, DayRevision, IntervalChanges
from domain.tenancy import Actor
from domain.workdays import BadgeConflict
from services.evidence import Judged
from services.ports.system import NewId
from services.ports.unit_of_work import UnitOfWork


def interval_entries(changes: IntervalChanges, *, actor: Actor) -> Iterator[AuditEntry]:
    """One entry per interval, with what it says now and what it said before."""
    for one in changes.recorded:
        yield _interval_entry("interval_recorded", one.interval, {"new": interval_document(one.interval)}, actor)
    for before, after in changes.changed:
        body = {"old": interval_document(before.interval), "new": interval_document(after.interval)}
        yield _interval_entry("interval_changed", after.interval, body, actor)
    for one in changes.withdrawn:
        yield _interval_entry("interval_withdrawn", one.interval, {"old": interval_document(one.interval)}, actor)


def day_entries(changes: DayChanges, *, policy_version: int, actor: Actor) -> Iterator[AuditEntry]:
    """One entry per revision; number 0 is none, it only keeps unsettled drive-bys."""
    for one in changes.revisions:
        if one.revision > 0:
            subject = f"workday:{one.worker_id}:{one.work_date}"
            yield AuditEntry("workday_revised", subject, actor.name, audit_body(_day_body(one, policy_version)))


async def settle_conflicts(
    uow: UnitOfWork, judged: Judged, presence: Presence, *, at: datetime, actor: Actor, new_id: NewId
) -> list[AuditEntry]:
    """Open, move and resolve the badge conflicts of the workers that were judged; gives their audit entries."""
    if not judged.zones:
        return []
    stored = await uow.discrepancies.list_open_conflicts(judged.zones.keys(), judged.window)
    changes = conflict_changes(stored, presence.conflicts, at=at)
    opened = [_opened(conflict, at=at, new_id=new_id) for conflict in changes.opened]
    await uow.discrepancies.add(opened)
    await uow.discrepancies.update([*changes.moved, *changes.resolved])
    return list(_conflict_entries(opened, changes, actor))


def _conflict_entries(opened: list[Discrepancy], changes: ConflictChanges, actor: Actor) -> Iterator[AuditEntry]:
    told = (("opened", opened), ("changed", changes.moved), ("resolved", changes.resolved))
    for word, discrepancies in told:
        for one in discrepancies:
            body = {"kind": one.kind, "worker_id": one.worker_id, "from_at": one.from_at, "to_at": one.to_at}
            yield AuditEntry(f"discrepancy_{word}", f"discrepancy:{one.id}", actor.name, audit_body(body))


def _interval_entry(kind: str, interval: Interval, body: Mapping[str, object], actor: Actor) -> AuditEntry:
    return AuditEntry(kind, f"interval:{interval.badge_id}:{interval.from_at}", actor.name, audit_body(body))


def _day_body(one: DayRevision, policy_version: int) -> dict[str, object]:
    """The revision itself stays readable; its hash here proves that nobody changed it since."""
    totals = one.content.totals
    return {
        "revision": one.revision,
        "timezone": one.content.timezone,
        "policy_version": policy_version,
        "proven_s": totals.proven_s,
        "possible_s": totals.possible_s,
        "content_sha256": hashlib.sha256(one.content.text.encode()).hexdigest(),
    }


def _opened(conflict: BadgeConflict, *, at: datetime, new_id: NewId) -> Discrepancy:
    return Discrepancy(
        id=DiscrepancyId(new_id()),
        kind=DiscrepancyKind.BADGE_CONFLICT,
        status=DiscrepancyStatus.OPEN,
        worker_id=conflict.worker_id,
        from_at=conflict.from_at,
        to_at=conflict.to_at,
        kept_site_id=conflict.kept_site_id,
        lost_site_id=conflict.lost_site_id,
        badge_ids=conflict.badge_ids,
        opened_at=at,
        resolved_at=None,
        version=1,
    )
