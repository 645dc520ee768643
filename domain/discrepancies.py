"""What differs and waits for a person: here the badges of one worker at two sites at once (presence.md section 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from domain.ids import BadgeId, SiteId, WorkerId
from domain.workdays import BadgeConflict

DiscrepancyId = NewType("DiscrepancyId", UUID)


class DiscrepancyKind(StrEnum):
    """What differs."""

    BADGE_CONFLICT = "badge_conflict"


class DiscrepancyStatus(StrEnum):
    """Whether the evidence still shows it."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Two badges of a worker at two sites at once, [from_at, to_at) in epoch seconds: the time went to one of them."""

    id: DiscrepancyId
    kind: DiscrepancyKind
    status: DiscrepancyStatus
    worker_id: WorkerId
    from_at: int
    to_at: int
    kept_site_id: SiteId
    lost_site_id: SiteId
    badge_ids: tuple[BadgeId, ...]
    opened_at: datetime
    resolved_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ConflictChanges:
    """What the evidence of now changes in the open conflicts of the workers concerned."""

    opened: Sequence[BadgeConflict]
    moved: Sequence[Discrepancy]
    """Still open, with new bounds."""
    resolved: Sequence[Discrepancy]

    def __len__(self) -> int:
        """The number of changes."""
        return len(self.opened) + len(self.moved) + len(self.resolved)


def conflict_changes(stored: Iterable[Discrepancy], told: Iterable[BadgeConflict], *, at: datetime) -> ConflictChanges:
    """Compare open conflicts with what is told: one that grew or shrank stays the same discrepancy with new bounds."""
    waiting = list(stored)
    opened: list[BadgeConflict] = []
    moved: list[Discrepancy] = []
    for conflict in told:
        known = next((one for one in waiting if _is_same(one, conflict)), None)
        if known is None:
            opened.append(conflict)
            continue
        waiting.remove(known)
        if (known.from_at, known.to_at) != (conflict.from_at, conflict.to_at):
            moved.append(replace(known, from_at=conflict.from_at, to_at=conflict.to_at, version=known.version + 1))
    resolved = [
        replace(one, status=DiscrepancyStatus.RESOLVED, resolved_at=at, version=one.version + 1) for one in waiting
    ]
    return ConflictChanges(opened, moved, resolved)


def _is_same(stored: Discrepancy, conflict: BadgeConflict) -> bool:
    parties = (conflict.worker_id, conflict.kept_site_id, conflict.lost_site_id, conflict.badge_ids)
    touching = stored.from_at <= conflict.to_at and conflict.from_at <= stored.to_at
    return (stored.worker_id, stored.kept_site_id, stored.lost_site_id, stored.badge_ids) == parties and touching
