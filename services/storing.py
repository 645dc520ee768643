"""Store posts of one company: look up what is known, judge, write, recompute what it touches."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from domain.ids import BadgeId
from domain.ingestion import Device, Known, Registration, Tally, Verdict
from domain.judging import DAY_S, judge
from domain.posts import Endpoint, Event, Post, Replay
from domain.quarantine import QuarantinedEvent
from domain.receipts import ReceiptStatus
from domain.sequences import RunChange, change, runs_of
from domain.tenancy import Actor
from services.ports.ingestion import FreshRun, Held, SavedReceipt, Stated
from services.ports.reading import Reader
from services.ports.system import Clock, NewId
from services.ports.unit_of_work import UnitOfWork
from services.recompute import TouchedSpan, recompute_touched

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_HISTORIES = 50_000


class ElsewhereUnknownError(Exception):
    """Before these devices can be judged, the platform must say when they were another company's."""

    def __init__(self, devices: set[str]) -> None:
        self.devices = devices
        super().__init__(f"{len(devices)} devices")


class DeviceHistories:
    """When devices of the company were another's before it registered them: that cannot change while it holds them.

    Kept per process, so that late data of a device asks the platform once.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[BadgeId, str], Sequence[Registration]] = {}

    def find(self, badge_id: BadgeId, device: str) -> Sequence[Registration] | None:
        """What the platform said of this badge's device, if it was asked."""
        return self._known.get((badge_id, device))

    def keep(self, badge_id: BadgeId, device: str, registrations: Sequence[Registration]) -> None:
        """Remember an answer of the platform."""
        if len(self._known) >= MOST_HISTORIES:
            self._known.clear()
        self._known[badge_id, device] = registrations


@dataclass(frozen=True, slots=True)
class Storing:
    """What storing needs from outside, and what the platform said of devices so far."""

    reader: Reader
    clock: Clock
    new_id: NewId
    actor: Actor
    histories: DeviceHistories
    elsewhere: Mapping[str, Sequence[Registration]] = field(default_factory=dict[str, Sequence[Registration]])

    def posts_again(self, quarantined: Iterable[QuarantinedEvent], replay: Replay) -> list[Post]:
        """Quarantined items as posts of their own, each with its own time of receipt."""
        posts: list[Post] = []
        for index, event in enumerate(quarantined):
            endpoint = Endpoint(event.endpoint)
            received_at = int(event.received_at.timestamp())
            item = self.reader.read_quarantined(endpoint, event.item, index, received_at=received_at)
            item.received_at = received_at
            item.replay_of = event.id
            posts.append(Post(replay.receipt_id, endpoint, received_at, [item], is_array=False))
        return posts


async def store_posts(uow: UnitOfWork, posts: Sequence[Post], storing: Storing) -> list[Tally]:
    """Judge and write the posts, and recompute what they touch; raises ElsewhereUnknownError."""
    known = await _load(uow, posts, storing)
    verdict = judge(posts, known, new_id=storing.new_id)
    changes, filled = await _follow_numbers(uow, verdict)
    now = storing.clock.now()
    await uow.ingestion.save(verdict, changes, at=now)
    touched = _touched(verdict, filled)
    await recompute_touched(uow, touched, at=now, actor=storing.actor, new_id=storing.new_id)
    return verdict.tallies


def saved_receipt(tally: Tally) -> SavedReceipt:
    """The receipt of a post as it is kept."""
    quarantined = [(row.index, row.sequence_number, row.fault.code, str(row.id)) for row in tally.quarantined]
    post = tally.post
    return SavedReceipt(
        post.receipt_id,
        post.received_at,
        ReceiptStatus.FAILED if tally.is_failed else ReceiptStatus.PROCESSED,
        tally.accepted,
        tally.duplicates,
        json.dumps(quarantined),
    )


async def _load(uow: UnitOfWork, posts: Sequence[Post], storing: Storing) -> Known:
    items = [item for post in posts for item in post.items]
    marks = {item.content for item in items}
    codes: set[str | None] = set()
    for item in items:
        for event in item.events:
            marks.add(item.mark_of(event))
            codes.update(statement.worker_code for statement in event.statements if statement.worker_code)
    devices = {item.device for item in items if item.device is not None}
    stated = await uow.ingestion.find_stated(devices=sorted(devices), marks=list(marks), codes=list(codes))
    elsewhere = _elsewhere(posts, stated, storing)
    held = await _load_held(uow, posts, stated)
    return Known(
        stated.devices, stated.tenures, held.numbers, held.keys, stated.quarantined, stated.worker_codes, elsewhere
    )


def _elsewhere(posts: Sequence[Post], stated: Stated, storing: Storing) -> dict[str, Sequence[Registration]]:
    """When the devices were another company's: asked of devices that are not ours, or were not yet."""
    found: dict[str, Sequence[Registration]] = {}
    wanted: set[str] = set()
    for label, is_early in _labels(posts, stated.devices):
        device = stated.devices.get(label)
        told = storing.elsewhere.get(label)
        if device is not None and told is not None:
            storing.histories.keep(device.badge_id, label, told)
        elif device is not None:
            told = storing.histories.find(device.badge_id, label) if is_early else ()
        if told is None:
            wanted.add(label)
        else:
            found[label] = told
    if wanted:
        raise ElsewhereUnknownError(wanted)
    return found


def _labels(posts: Sequence[Post], devices: Mapping[str, Device]) -> Iterable[tuple[str, bool]]:
    """The devices of a delivery, and whether something of them was captured before the company registered them."""
    early: dict[str, bool] = {}
    for post in posts:
        for item in post.items:
            if item.device is not None and not early.get(item.device, False):
                device = devices.get(item.device)
                early[item.device] = device is not None and any(_is_before(event, device) for event in item.events)
    return early.items()


def _is_before(event: Event, device: Device) -> bool:
    return event.captured_at is not None and event.captured_at < device.registered_at


async def _load_held(uow: UnitOfWork, posts: Sequence[Post], stated: Stated) -> Held:
    numbers: set[tuple[BadgeId, int]] = set()
    keys: set[bytes] = set()
    for post in posts:
        for item in post.items:
            badge_ids = _badges_of(item.device or "", stated)
            if not badge_ids:
                continue
            for event in item.events:
                keys.update(event.keys)
                if event.sequence_number is not None:
                    numbers.update((badge_id, event.sequence_number) for badge_id in badge_ids)
    return await uow.ingestion.find_held(numbers=list(numbers), keys=list(keys))


def _badges_of(label: str, stated: Stated) -> list[BadgeId]:
    """All badges that the device ever was."""
    device = stated.devices.get(label)
    own = [] if device is None else [device.badge_id]
    return own + [tenure.badge_id for tenure in stated.tenures.get(label, ())]


async def _follow_numbers(
    uow: UnitOfWork, verdict: Verdict
) -> tuple[dict[BadgeId, RunChange], list[tuple[BadgeId, int, int]]]:
    """How the runs of received numbers change, and the spans around the holes that were filled."""
    fresh = {badge_id: runs_of(news.numbers) for badge_id, news in verdict.news.items() if news.numbers}
    if not fresh:
        return {}, []
    found = await uow.ingestion.find_runs(
        [FreshRun(badge_id, run.first, run.last) for badge_id, runs in fresh.items() for run in runs]
    )
    changes = {badge_id: change(found.runs.get(badge_id, ()), runs) for badge_id, runs in fresh.items()}
    return changes, found.filled


def _touched(verdict: Verdict, filled: Iterable[tuple[BadgeId, int, int]]) -> list[TouchedSpan]:
    """The spans that new evidence can change, joined where they lie on neighbouring days."""
    spans = [(badge_id, span.first_at, span.last_at) for (badge_id, _), span in verdict.days.items()]
    spans += [*verdict.touched, *filled]
    touched: list[TouchedSpan] = []
    for badge_id, own in groupby(sorted(spans), key=lambda span: span[0]):
        from_at = to_at = None
        for _, first, last in own:
            if from_at is None or to_at is None:
                from_at, to_at = first, last
            elif first - to_at <= DAY_S:
                to_at = max(to_at, last)
            else:
                touched.append(_span(badge_id, from_at, to_at))
                from_at, to_at = first, last
        if from_at is not None and to_at is not None:
            touched.append(_span(badge_id, from_at, to_at))
    return touched


def _span(badge_id: BadgeId, from_at: int, to_at: int) -> TouchedSpan:
    return TouchedSpan(badge_id, EPOCH + timedelta(seconds=from_at), EPOCH + timedelta(seconds=to_at))
