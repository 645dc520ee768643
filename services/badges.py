"""Badges: registered once in the whole world, moved through their life, given to workers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from domain.audit import AuditEntry, audit_body
from domain.badges import (
    SILENT,
    Badge,
    BadgeAssignedError,
    BadgeAssignment,
    BadgeState,
    Lifecycle,
    assigned,
    check_assignable,
    move,
)
from domain.receipts import ReceiptId
from domain.tenancy import Actor
from services import master_data
from services.master_data import Means
from services.nouns import BADGE_ASSIGNMENTS, BADGES
from services.ports.unit_of_work import UnitOfWork
from services.quarantine import replay_device


async def register_badge(
    make: Callable[[UUID, datetime], Badge], *, actor: Actor, means: Means
) -> tuple[Badge, ReceiptId | None]:
    """Make a badge and hold its device; raises DeviceHeldError, whoever holds it.

    The receipt is of the replay of what the device had sent before, if there was anything. The lock lets no event slip
    into quarantine between the registration and the look for what waits there.
    """
    async with means.unit_of_work(actor.company_id) as uow:
        await uow.marks.lock_presence()
        badge, _ = await master_data.add(BADGES, make, uow=uow, actor=actor, means=means)
        await uow.devices.register(badge, at=badge.created_at)
    receipt_id = await replay_device(
        (badge.device_uid, badge.serial),
        actor=actor,
        unit_of_work=means.unit_of_work,
        bus=means.bus,
        receipt_ids=means.receipt_ids,
    )
    return badge, receipt_id


async def get_badge(badge_id: UUID, *, actor: Actor, means: Means) -> tuple[Badge, BadgeState]:
    """A badge and what it last said of itself; raises NotFoundError."""
    async with means.unit_of_work(actor.company_id) as uow:
        badge = await uow.badges.get(badge_id)
        states = await uow.devices.list_states([badge.id])
    return badge, states.get(badge.id, SILENT)


async def list_badges(
    filters: Mapping[str, object], *, after: UUID | None, limit: int, actor: Actor, means: Means
) -> list[tuple[Badge, BadgeState]]:
    """Badges by id, those after `after`, with what each last said of itself."""
    async with means.unit_of_work(actor.company_id) as uow:
        found = await uow.badges.list_page(filters, after=after, limit=limit)
        states = await uow.devices.list_states([badge.id for badge in found])
    return [(badge, states.get(badge.id, SILENT)) for badge in found]


async def change_lifecycle(  # which badge becomes what, and why
    badge_id: UUID, wanted: Lifecycle, *, reason: str, seen_version: int | None, actor: Actor, means: Means
) -> Badge:
    """Move a badge through its life; a retired one gives its device free. Raises ConflictError, StaleError."""
    async with means.unit_of_work(actor.company_id) as uow:
        before = await master_data.lock(BADGES, badge_id, seen_version=seen_version, uow=uow)
        after = move(before, wanted)
        now = means.clock.now()
        if wanted is Lifecycle.RETIRED:
            await _retire(after, uow=uow, at=now)
        await uow.badges.save(after)
        content = {"old": before.lifecycle, "new": after.lifecycle, "reason": reason}
        await _record(after, content, uow=uow, actor=actor, at=now)
    return after


async def assign_badge(
    badge_id: UUID, make: Callable[[UUID, datetime], BadgeAssignment], *, actor: Actor, means: Means
) -> BadgeAssignment:
    """Give a badge to a worker for a time; a badge in stock becomes active. Raises AssignmentOverlapsError."""
    async with means.unit_of_work(actor.company_id) as uow:
        await uow.marks.lock_presence()
        badge = await uow.badges.lock(badge_id)
        assignment, marked = await master_data.add(BADGE_ASSIGNMENTS, make, uow=uow, actor=actor, means=means)
        await _activate(badge, assignment, uow=uow, actor=actor)
    await master_data.nudge_if(marked, actor=actor, means=means)
    return assignment


async def change_assignment(  # which assignment becomes what
    badge_id: UUID,
    assignment_id: UUID,
    apply: Callable[[BadgeAssignment], BadgeAssignment],
    *,
    seen_version: int | None,
    actor: Actor,
    means: Means,
) -> BadgeAssignment:
    """Change an assignment as it was seen; raises AssignmentOverlapsError, BadgeRetiredError, StaleError."""
    async with means.unit_of_work(actor.company_id) as uow:
        before = await master_data.lock(
            BADGE_ASSIGNMENTS, assignment_id, seen_version=seen_version, uow=uow, within=badge_id
        )
        badge = await uow.badges.lock(badge_id)
        after, marked = await master_data.save(
            BADGE_ASSIGNMENTS, before, apply(before), uow=uow, actor=actor, means=means
        )
        check_assignable(badge, to_at=after.to_at, at=means.clock.now())
    await master_data.nudge_if(marked, actor=actor, means=means)
    return after


async def _activate(badge: Badge, assignment: BadgeAssignment, *, uow: UnitOfWork, actor: Actor) -> None:
    worn = assigned(badge, to_at=assignment.to_at, at=assignment.created_at)
    if worn == badge:
        return
    await uow.badges.save(worn)
    content = {"old": badge.lifecycle, "new": worn.lifecycle, "reason": f"badge_assignment:{assignment.id}"}
    await _record(worn, content, uow=uow, actor=actor, at=assignment.created_at)


async def _retire(badge: Badge, *, uow: UnitOfWork, at: datetime) -> None:
    later = {"within": badge.id, "ends_after": at}
    if await uow.badge_assignments.list_page(later, after=None, limit=1):
        raise BadgeAssignedError
    await uow.devices.release(badge, at=at)


async def _record(badge: Badge, content: Mapping[str, object], *, uow: UnitOfWork, actor: Actor, at: datetime) -> None:
    entry = AuditEntry("badge_lifecycle_changed", f"badge:{badge.id}", actor.name, audit_body(content))
    await uow.audit.append([entry], at=at)
