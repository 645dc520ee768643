"""Who wears a badge when: assignments, and shift events where none covers the time (presence.md section 6)."""

from dataclasses import dataclass

from domain.ids import AssignmentId, BadgeId, WorkerId


@dataclass(frozen=True, slots=True)
class Assignment:
    """A worker was given a badge, [from_at, to_at); `to_at` None is open. A badge has one assignment at a time."""

    id: AssignmentId
    badge_id: BadgeId
    worker_id: WorkerId
    from_at: int
    to_at: int | None
