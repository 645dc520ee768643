"""Create, read, change and list: one service for every noun of services/nouns.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from domain.audit import AuditEntry, audit_body
from domain.errors import StaleError
from domain.master_data import Record
from domain.receipts import ReceiptIds
from domain.tenancy import Actor
from services.marks import nudge
from services.nouns import Noun, RemovableNoun
from services.ports.bus import MessageBus
from services.ports.system import Clock, NewId
from services.ports.unit_of_work import OpenUnitOfWork, UnitOfWork

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound=Record)


@dataclass(frozen=True, slots=True)
class Means:
    """What a change of master data needs from outside."""

    unit_of_work: OpenUnitOfWork
    bus: MessageBus
    clock: Clock
    new_id: NewId
    receipt_ids: ReceiptIds


async def create(noun: Noun[R], make: Callable[[UUID, datetime], R], *, actor: Actor, means: Means) -> R:
    """Store what `make` makes of a fresh id and the present instant; raises ConflictError, InvalidError."""
    async with means.unit_of_work(actor.company_id) as uow:
        record, marked = await add(noun, make, uow=uow, actor=actor, means=means)
    await nudge_if(marked, actor=actor, means=means)
    return record


async def get(noun: Noun[R], record_id: UUID, *, actor: Actor, means: Means, within: UUID | None = None) -> R:
    """One record; raises NotFoundError."""
    async with means.unit_of_work(actor.company_id) as uow:
        return await noun.records(uow).get(record_id, within=within)


async def list_page(  # a page of a noun
    noun: Noun[R],
    *,
    after: UUID | None,
    limit: int,
    actor: Actor,
    means: Means,
    filters: Mapping[str, object] | None = None,
) -> list[R]:
    """Records by id, those after `after`."""
    async with means.unit_of_work(actor.company_id) as uow:
        return await noun.records(uow).list_page(filters or {}, after=after, limit=limit)


async def list_within(  # a page of what a parent holds
    noun: Noun[R], parent: Noun[P], parent_id: UUID, *, after: UUID | None, limit: int, actor: Actor, means: Means
) -> list[R]:
    """Records of one parent by id; raises NotFoundError when there is no such parent."""
    async with means.unit_of_work(actor.company_id) as uow:
        await parent.records(uow).get(parent_id)
        return await noun.records(uow).list_page({"within": parent_id}, after=after, limit=limit)


async def change(  # who changes which record how
    noun: Noun[R],
    record_id: UUID,
    apply: Callable[[R], R],
    *,
    seen_version: int | None,
    actor: Actor,
    means: Means,
    within: UUID | None = None,
) -> R:
    """Change a record as it was seen; what changes nothing leaves the version. Raises StaleError and others."""
    async with means.unit_of_work(actor.company_id) as uow:
        before = await lock(noun, record_id, seen_version=seen_version, uow=uow, within=within)
        after, marked = await save(noun, before, apply(before), uow=uow, actor=actor, means=means)
    await nudge_if(marked, actor=actor, means=means)
    return after


async def remove(  # who removes which record
    noun: RemovableNoun[R],
    record_id: UUID,
    *,
    seen_version: int | None,
    actor: Actor,
    means: Means,
    within: UUID | None = None,
) -> None:
    """Take a record away as if it had never been; the audit log keeps it. Raises NotFoundError, StaleError."""
    async with means.unit_of_work(actor.company_id) as uow:
        before = await lock(noun, record_id, seen_version=seen_version, uow=uow, within=within)
        await noun.records(uow).remove(before)
        marked = await _mark(noun, before, None, uow=uow)
        await _record("removed", noun, before, _content(before), uow=uow, actor=actor, at=means.clock.now())
    await nudge_if(marked, actor=actor, means=means)


async def add(
    noun: Noun[R], make: Callable[[UUID, datetime], R], *, uow: UnitOfWork, actor: Actor, means: Means
) -> tuple[R, int]:
    """Store a new record in a transaction that others share; the number says how many days it marked."""
    if noun.mark is not None:
        await uow.marks.lock_presence()
    record = make(means.new_id(), means.clock.now())
    await noun.records(uow).add(record)
    marked = await _mark(noun, None, record, uow=uow)
    await note_created(noun, record, uow=uow, actor=actor)
    return record, marked


async def note_created(noun: Noun[R], record: R, *, uow: UnitOfWork, actor: Actor) -> None:
    """Write into the audit log that a record was made, in the transaction that stores it."""
    await _record("created", noun, record, _content(record), uow=uow, actor=actor, at=record.created_at)


async def lock(
    noun: Noun[R], record_id: UUID, *, seen_version: int | None, uow: UnitOfWork, within: UUID | None = None
) -> R:
    """A record for changing; raises NotFoundError, and StaleError when it is not the version that was seen."""
    if noun.mark is not None:
        await uow.marks.lock_presence()
    record = await noun.records(uow).lock(record_id, within=within)
    if seen_version is not None and seen_version != record.version:
        raise StaleError(record.version)
    return record


async def save(  # who changed what to what
    noun: Noun[R], before: R, after: R, *, uow: UnitOfWork, actor: Actor, means: Means
) -> tuple[R, int]:
    """Store a locked record that was changed; the number says how many days it marked."""
    if after == before:
        return before, 0
    saved = replace(after, version=before.version + 1)
    await noun.records(uow).save(saved)
    marked = await _mark(noun, before, saved, uow=uow)
    content = _differences(before, saved)
    await _record("changed", noun, saved, content, uow=uow, actor=actor, at=means.clock.now())
    return saved, marked


async def nudge_if(marked: int, *, actor: Actor, means: Means) -> None:
    """Wake the recompute when there is something to recompute."""
    if marked:
        await nudge(actor.company_id, bus=means.bus, new_id=means.new_id)


async def _mark(noun: Noun[R], before: R | None, after: R | None, *, uow: UnitOfWork) -> int:
    return 0 if noun.mark is None else await noun.mark(uow, before, after)


async def _record(  # the parts of an audit entry
    verb: str, noun: Noun[R], record: R, content: Mapping[str, object], *, uow: UnitOfWork, actor: Actor, at: datetime
) -> None:
    entry = AuditEntry(f"{noun.name}_{verb}", f"{noun.name}:{record.id}", actor.name, audit_body(content))
    await uow.audit.append([entry], at=at)


def _content(record: Record) -> dict[str, object]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _differences(before: Record, after: Record) -> dict[str, object]:
    """Each field that differs, old and new."""
    old, new = _content(before), _content(after)
    return {name: {"old": old[name], "new": new[name]} for name in new if old[name] != new[name]}
