"""Take in what was posted: accept it once the broker has it, store it once for good (wire.md sections 2 and 5)."""

import hashlib
import logging
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from domain.audit import AuditEntry, audit_body
from domain.ingestion import Registration, Tally
from domain.posts import LARGEST_POST, Endpoint, Post, PostedItems, PostPart, Replay, UnreadablePostError
from domain.quarantine import QuarantineCode
from domain.receipts import ReceiptId, ReceiptIds
from domain.tenancy import PLATFORM_COMPANY, Actor, CompanyId, system_actor
from services.isolation import store_isolated
from services.messages import INGEST, post_messages
from services.ports.bus import MessageBus
from services.ports.ingestion import SavedReceipt
from services.ports.platform import Platform
from services.ports.reading import Reader
from services.ports.system import Clock, NewId
from services.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from services.storing import DeviceHistories, ElsewhereUnknownError, Storing, saved_receipt

logger = logging.getLogger("actual.ingestion")
REPLAY_PAGE = 100
"""Items that are read again at a time; an item may hold 500 events."""


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """A posted item that cannot be read."""

    index: int
    sequence_number: int | None
    code: QuarantineCode


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The answer to a post that the broker holds; `is_partial` when some items of an array were rejected."""

    receipt_id: ReceiptId
    accepted: int
    rejected: tuple[RejectedItem, ...]
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one call of the consumer brought for one company."""

    company_id: CompanyId
    parts: Sequence[PostPart]
    replays: Sequence[Replay]


@dataclass(frozen=True, slots=True)
class ReadPost:
    """A post out of its message."""

    post: Post
    is_readable: bool


async def accept(
    endpoint: Endpoint,
    body: bytes,
    read: PostedItems,
    *,
    received_at: datetime,
    actor: Actor,
    bus: MessageBus,
    receipt_ids: ReceiptIds,
) -> Acceptance:
    """Hand the exact bytes to the queue; raises UnavailableError unless the broker holds all of them."""
    receipt_id = receipt_ids.issue(actor.company_id)
    messages = post_messages(
        actor.company_id, receipt_id, endpoint, received_at=int(received_at.timestamp()), body=body
    )
    await bus.send(INGEST, messages)
    rejected = tuple(
        RejectedItem(item.index, item.sequence_number, item.rejected.code) for item in read.items if item.rejected
    )
    return Acceptance(
        receipt_id, len(read.items) - len(rejected), rejected, is_partial=read.is_array and bool(rejected)
    )


async def store(
    delivery: Delivery,
    *,
    reader: Reader,
    unit_of_work: OpenUnitOfWork,
    platform: Platform,
    clock: Clock,
    new_id: NewId,
    histories: DeviceHistories,
) -> None:
    """Store a delivery once, with its effect on presence, in one transaction.

    Raises UnavailableError for faults of the infrastructure, so that the broker delivers again.
    """
    storing = Storing(reader, clock, new_id, system_actor(delivery.company_id, "store_events"), histories)
    read = {part.receipt_id: _read(part, part.body, reader) for part in delivery.parts if part.parts == 1}
    while True:
        try:
            async with unit_of_work(delivery.company_id) as uow:
                await uow.marks.wait_for_presence()
                await _store_posts(uow, delivery.parts, read, storing)
                for replay in delivery.replays:
                    await _store_replay(uow, replay, storing)
        except ElsewhereUnknownError as unknown:
            found = await _ask_platform(unknown.devices, delivery.company_id, unit_of_work, platform, storing)
            storing = replace(storing, elsewhere={**storing.elsewhere, **found})
        else:
            return


async def _store_posts(
    uow: UnitOfWork, parts: Sequence[PostPart], read: Mapping[ReceiptId, ReadPost], storing: Storing
) -> None:
    if not parts:
        return
    stored = await uow.ingestion.find_stored([part.receipt_id for part in parts])
    posts: list[Post] = []
    failed: list[Post] = []
    for part in _once(part for part in parts if part.receipt_id not in stored):
        found = read.get(part.receipt_id) or await _assemble(uow, part, storing.reader)
        if found is not None:
            (posts if found.is_readable else failed).append(found.post)
    receipts = [saved_receipt(tally) for tally in await store_isolated(uow, posts, storing)]
    receipts += [_failed(post) for post in failed]
    if receipts:
        await uow.ingestion.save_receipts([*posts, *failed], receipts, at=storing.clock.now())


def _once(parts: Iterable[PostPart]) -> list[PostPart]:
    """The broker may bring the same message twice in one delivery."""
    return list({(part.receipt_id, part.part): part for part in parts}.values())


async def _assemble(uow: UnitOfWork, part: PostPart, reader: Reader) -> ReadPost | None:
    """A large post, once its last part has arrived."""
    whole = await uow.ingestion.add_part(part.receipt_id, part=part.part, parts=part.parts, body=part.body)
    return None if whole is None else _read(part, whole, reader)


def _read(part: PostPart, body: bytes, reader: Reader) -> ReadPost:
    """The post; it could be read when it was accepted, so anything else is a bug of ours."""
    post = Post(part.receipt_id, part.endpoint, part.received_at, [], is_array=False, body=body)
    try:
        text = zlib.decompressobj().decompress(body, LARGEST_POST)
        post.sha256 = hashlib.sha256(text).digest()
        read = reader.read_post(part.endpoint, text, received_at=part.received_at)
    except (UnreadablePostError, zlib.error):
        logger.exception("Unable to read a post again", extra={"receipt_id": str(part.receipt_id)})
        return ReadPost(post, is_readable=False)
    post.items, post.is_array = read.items, read.is_array
    return ReadPost(post, is_readable=True)


def _failed(post: Post) -> SavedReceipt:
    return saved_receipt(Tally(post, is_failed=True))


async def _store_replay(uow: UnitOfWork, replay: Replay, storing: Storing) -> None:
    """Read quarantined items again, each with its own time of receipt; the receipt counts all of them."""
    if await uow.ingestion.find_stored([replay.receipt_id]):
        return
    now = storing.clock.now()
    tallies: list[Tally] = []
    after = None
    while found := await uow.quarantine.list_replayable(replay, after=after, limit=REPLAY_PAGE):
        after = found[-1].id
        posts = storing.posts_again(found, replay)
        tallies += await store_isolated(uow, posts, storing)
    whole = Tally(
        Post(replay.receipt_id, Endpoint.NOTEHUB, int(now.timestamp()), [], is_array=False),
        sum(tally.accepted for tally in tallies),
        sum(tally.duplicates for tally in tallies),
        list(chain.from_iterable(tally.quarantined for tally in tallies)),
        is_failed=any(tally.is_failed for tally in tallies),
    )
    await uow.ingestion.save_receipts([], [saved_receipt(whole)], at=now)


async def _ask_platform(
    devices: Collection[str],
    company_id: CompanyId,
    unit_of_work: OpenUnitOfWork,
    platform: Platform,
    storing: Storing,
) -> dict[str, list[Registration]]:
    """When each device was another company's. A device that is one's now is written down for the platform alone."""
    registrations = await platform.find_registrations(devices)
    others = [found for found in registrations if found.company_id != company_id]
    entries: list[AuditEntry] = []
    for found in others:
        if found.to_at is None:
            logger.warning("device_not_yours", extra={"company_id": str(company_id)})
            body = {"company_id": str(company_id), "held_by": str(found.company_id)}
            entries.append(
                AuditEntry("device_not_yours", f"device:{found.device}", storing.actor.name, audit_body(body))
            )
    if entries:
        async with unit_of_work(PLATFORM_COMPANY) as uow:
            await uow.audit.append(entries, at=storing.clock.now())
    spans: dict[str, list[Registration]] = {device: [] for device in devices}
    for found in others:
        spans[found.device].append(Registration(found.from_at, found.to_at))
    return spans
