"""The words for what a recompute changed: audit entries, and discrepancies that open, move and close."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.audit import AuditEntry, audit_body
from domain.discrepancies import (
    ConflictChanges,
    Discrepancy,
    DiscrepancyId,
    DiscrepancyKind,
    DiscrepancyStatus,
)
from domain.documents import interval_document
from domain.intervals import Interval
from domain.revisions import DayChanges, DayRevision, IntervalChanges
from domain.tenancy import Actor
from domain.workdays import BadgeConflict
from services.ports.system import NewId


@dataclass(frozen=True, slots=True)
class Changes:
    """All that a recompute writes; it is false when nothing differs."""

    intervals: IntervalChanges
    days: DayChanges
    conflicts: ConflictChanges
    opened: Sequence[Discrepancy]
    """The conflicts that are new, with their ids."""
    policy_version: int

    def __bool__(self) -> bool:
        """Whether there is anything to write."""
        return bool(len(self.intervals) or len(self.days) or len(self.conflicts))


def audit_entries(changes: Changes, *, actor: Actor) -> list[AuditEntry]:
    """One entry per interval, revision and discrepancy."""
    return [
        *_interval_entries(changes.intervals, actor=actor),
        *_day_entries(changes.days, policy_version=changes.policy_version, actor=actor),
        *_conflict_entries(changes.opened, changes.conflicts, actor),
    ]


def opened_conflicts(changes: ConflictChanges, *, at: datetime, new_id: NewId) -> list[Discrepancy]:
    """The new conflicts as open discrepancies."""
    return [_opened(conflict, at=at, new_id=new_id) for conflict in changes.opened]


def _interval_entries(changes: IntervalChanges, *, actor: Actor) -> Iterator[AuditEntry]:
    """One entry per interval, with what it says now and what it said before."""
    for one in changes.recorded:
        yield _interval_entry("interval_recorded", one.interval, {"new": interval_document(one.interval)}, actor)
    for before, after in changes.changed:
        body = {"old": interval_document(before.interval), "new": interval_document(after.interval)}
        yield _interval_entry("interval_changed", after.interval, body, actor)
    for one in changes.withdrawn:
        yield _interval_entry("interval_withdrawn", one.interval, {"old": interval_document(one.interval)}, actor)


def _day_entries(changes: DayChanges, *, policy_version: int, actor: Actor) -> Iterator[AuditEntry]:
    """One entry per revision; number 0 is none, it only keeps unsettled drive-bys."""
    for one in changes.revisions:
        if one.revision > 0:
            subject = f"workday:{one.worker_id}:{one.work_date}"
            yield AuditEntry("workday_revised", subject, actor.name, audit_body(_day_body(one, policy_version)))


def _conflict_entries(opened: Sequence[Discrepancy], changes: ConflictChanges, actor: Actor) -> Iterator[AuditEntry]:
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
