"""What is stored, repeated or quarantined: the rules of wire.md section 5 over what was posted and what is known."""

from collections.abc import Callable, Iterable
from uuid import UUID

from domain.ids import BadgeId
from domain.ingestion import (
    BadgeNews,
    Device,
    Known,
    NumberRow,
    ObservationRow,
    QuarantineRow,
    Span,
    Tally,
    Tenure,
    Verdict,
)
from domain.observations import ObservationKind
from domain.posts import Event, Fault, Item, Post, Statement
from domain.quarantine import QuarantineCode, QuarantineId

LATEST_CLOCK_S = 120
"""A capture later than this after its receipt comes from a wrong clock."""
OLDEST_CLOCK_S = 30 * 86_400
"""So does one longer ago than this: a GPS week rollover shows as 2006."""
DAY_S = 86_400
LONGEST_SHIFT_S = 16 * 3_600
"""A shift event assigns a worker for at most this long (presence.md section 6), so a change of it reaches as far."""
SHIFT_KINDS = frozenset({ObservationKind.SHIFT_START, ObservationKind.SHIFT_END})
UNCOUNTED = frozenset({QuarantineCode.UNKNOWN_DEVICE, QuarantineCode.PROCESSING_ERROR})
"""Their numbers do not count as received: they are another's, or may be what breaks processing."""

UNKNOWN_DEVICE = Fault(QuarantineCode.UNKNOWN_DEVICE, "No active badge or gateway is registered for this device.")
CONFLICT = Fault(QuarantineCode.CONFLICTING_DUPLICATE, "Another event holds this number already; the first one stands.")
CLOCK_SUSPECT = Fault(QuarantineCode.CLOCK_SUSPECT, "The capture lies after its receipt, or more than 30 days before.")
UNKNOWN_WORKER = Fault(QuarantineCode.UNKNOWN_WORKER, "No worker of the company has this code.")


def judge(posts: Iterable[Post], known: Known, *, new_id: Callable[[], UUID]) -> Verdict:
    """Decide each event of each post, in order; `new_id` names what is quarantined."""
    verdict = Verdict()
    for post in posts:
        tally = Tally(post)
        verdict.tallies.append(tally)
        for item in post.items:
            _Judging(known, verdict, tally, item, new_id).run()
    return verdict


class _Judging:
    """The judging of one posted item."""

    def __init__(self, known: Known, verdict: Verdict, tally: Tally, item: Item, new_id: Callable[[], UUID]) -> None:
        self.new_id = new_id
        self.kept_place = False
        self.known = known
        self.verdict = verdict
        self.tally = tally
        self.item = item
        self.is_listed = item.rejected is None or not tally.post.is_array
        self.device = None if item.device is None else known.devices.get(item.device)
        self.tenures = () if item.device is None else known.tenures.get(item.device, ())

    def run(self) -> None:
        item, device = self.item, self.device
        if item.rejected is None:
            self.tally.accepted += 1
        if device is None and item.rejected is None:
            self._judge_stranger()
            return
        if device is not None and item.proves_life:
            news = self._news(device.badge_id)
            news.heard_at = item.received_at if news.heard_at is None else max(news.heard_at, item.received_at)
        for event in item.events:
            self._judge_event(event)
        self._resolve()

    def _resolve(self) -> None:
        """What was read again and did not keep its place waits no longer."""
        if self.item.replay_of is not None and not self.kept_place:
            self.verdict.resolved[self.item.replay_of] = self.tally.post.receipt_id

    def _judge_stranger(self) -> None:
        """Nobody's device here: the item is kept whole, so that it can be read again once the device is registered.

        What is known from the time in which it was registered stays a repeat.
        """
        item = self.item
        repeats = sum(self._is_repeat(event, item.mark_of(event)) for event in item.events) if self.tenures else 0
        for _ in range(repeats):
            self._count_duplicate()
        if repeats and repeats == len(item.events):
            self._resolve()
            return
        if item.replay_of is None and self._was_quarantined(item.content):
            self._count_duplicate()
            return
        only = item.events[0] if len(item.events) == 1 else None
        self._quarantine(UNKNOWN_DEVICE, only, None, mark=item.content, value=item.value)

    def _judge_event(self, event: Event) -> None:
        mark = self.item.mark_of(event)
        if self._is_repeat(event, mark):
            self._count_duplicate()
            return
        owner = self._owner_of(event)
        fault = self._fault_of(event, owner)
        counts = fault is None or fault.code not in UNCOUNTED
        if event.sequence_number is not None and owner is not None and counts:
            self._news(owner.badge_id).numbers.append((event.sequence_number, None))
        if fault is not None:
            self._quarantine(fault, event, owner, mark=mark, value=self.item.wrap(event.value))
        elif owner is not None:
            self._store(event, owner)

    def _owner_of(self, event: Event) -> Device | Tenure | None:
        """Whose the event is: of the earliest registration that had not ended at its capture.

        So it is the same badge's whether it arrives before the device was registered anew or after.
        """
        if self.tenures and self.device is not None and event.captured_at is not None:
            return next((each for each in self.tenures if event.captured_at < each.to_at), self.device)
        return self.device

    def _is_repeat(self, event: Event, mark: bytes) -> bool:
        if self._is_stored(event):
            return True
        reads_itself = self.item.replay_of is not None and mark == self.item.content
        return not reads_itself and self._was_quarantined(mark)

    def _is_stored(self, event: Event) -> bool:
        """A number counts once for the device, whichever of its registrations it was stored under."""
        if self.device is None and not self.tenures:
            return False
        if event.sequence_number is not None:
            return event.content in self._holders_of(event.sequence_number)
        return any(event.content in self.known.keys.get(key, ()) for key in event.keys)

    def _holders_of(self, number: int) -> list[bytes]:
        """The contents that hold a number of this device."""
        numbers = self.known.numbers
        held = [] if self.device is None else [numbers.get((self.device.badge_id, number))]
        if self.tenures:
            held += [numbers.get((each.badge_id, number)) for each in self.tenures]
        return [content for content in held if content is not None]

    def _was_quarantined(self, mark: bytes) -> bool:
        quarantined = self.known.quarantined
        if self.device is not None and (mark, self.device.badge_id) in quarantined:
            return True
        if any((mark, each.badge_id) in quarantined for each in self.tenures):
            return True
        return (mark, self.item.device or "") in quarantined

    def _fault_of(self, event: Event, owner: Device | Tenure | None) -> Fault | None:
        if event.fault is not None:
            return event.fault
        if self.device is None or owner is None or self._is_elsewhere(event, owner):
            return UNKNOWN_DEVICE
        if self._conflicts(event):
            return CONFLICT
        if self._is_clock_suspect(event.captured_at):
            received_at, news = self.item.received_at, self._news(self.device.badge_id)
            news.clock_suspect_at = max(news.clock_suspect_at or received_at, received_at)
            return CLOCK_SUSPECT
        return UNKNOWN_WORKER if self._names_nobody(event) else None

    def _is_elsewhere(self, event: Event, owner: Device | Tenure) -> bool:
        at = event.captured_at
        if at is None or at >= owner.registered_at:
            return False
        return any(held.holds(at) for held in self.known.elsewhere.get(self.item.device or "", ()))

    def _is_clock_suspect(self, captured_at: int | None) -> bool:
        return captured_at is not None and not (
            -OLDEST_CLOCK_S <= captured_at - self.item.received_at <= LATEST_CLOCK_S
        )

    def _names_nobody(self, event: Event) -> bool:
        return any(
            statement.kind in SHIFT_KINDS and statement.worker_code not in self.known.worker_codes
            for statement in event.statements
        )

    def _conflicts(self, event: Event) -> bool:
        if event.sequence_number is not None:
            return bool(self._holders_of(event.sequence_number))
        return event.holds_key and event.keys[0] in self.known.keys

    def _store(self, event: Event, owner: Device | Tenure) -> None:
        badge_id, received_at = owner.badge_id, self.item.received_at
        captured_at = received_at if event.captured_at is None else event.captured_at
        self._remember(event, badge_id, captured_at)
        news = self._news(badge_id)
        if event.sequence_number is not None:
            news.numbers[-1] = (event.sequence_number, captured_at)
        if event.captured_at is not None and (news.captured_at is None or captured_at >= news.captured_at):
            news.captured_at = captured_at
            news.firmware = event.firmware or news.firmware
        for statement in event.statements:
            self._observe(statement, event.sequence_number, badge_id)
            if statement.battery_pct is not None:
                news.battery_pct = statement.battery_pct

    def _observe(self, statement: Statement, number: int | None, badge_id: BadgeId) -> None:
        received_at = self.item.received_at
        told = statement.captured_at
        at, quality = (received_at, "arrival") if told is None else (told, "event")
        rest = (statement[1], quality, *statement[2:], self.tally.post.receipt_id)
        self.verdict.observations.append(ObservationRow(badge_id, at, received_at, number, *rest))
        span = self._reach(badge_id, at)
        if statement.lat is not None and statement.lon is not None and statement.refused_by is None:
            span.enclose(statement.lat, statement.lon)
        if statement.kind in SHIFT_KINDS:
            self.verdict.touched.append((badge_id, at, at + LONGEST_SHIFT_S))

    def _remember(self, event: Event, badge_id: BadgeId, captured_at: int) -> None:
        if event.sequence_number is not None:
            self.known.numbers[badge_id, event.sequence_number] = event.content
            self.verdict.numbers.append(NumberRow(badge_id, event.sequence_number, event.content, captured_at))
        for key in event.keys:
            self.known.keys.setdefault(key, set()).add(event.content)
            self.verdict.keys.append((key, event.content))

    def _reach(self, badge_id: BadgeId, at: int) -> Span:
        place = badge_id, at // DAY_S
        span = self.verdict.days.get(place)
        if span is None:
            span = self.verdict.days[place] = Span(at, at)
        else:
            span.reach(at)
        return span

    def _quarantine(
        self, fault: Fault, event: Event | None, owner: Device | Tenure | None, *, mark: bytes, value: object
    ) -> None:
        item, post = self.item, self.tally.post
        badge_id = None if owner is None or fault is UNKNOWN_DEVICE else owner.badge_id
        in_place = item.replay_of if mark == item.content else None
        first = event.statements[0] if event is not None and event.statements else None
        row = QuarantineRow(
            receipt_id=post.receipt_id,
            received_at=item.received_at,
            endpoint=post.endpoint,
            fault=fault,
            device=item.device,
            badge_id=badge_id,
            sequence_number=None if event is None else event.sequence_number,
            kind=None if first is None else first.kind,
            captured_at=None if event is None else event.captured_at,
            worker_code=None if first is None else first.worker_code,
            mark=mark,
            value=value,
            index=item.index,
            is_listed=self.is_listed,
            id=in_place or QuarantineId(self.new_id()),
            replay_of=in_place,
        )
        self.kept_place = in_place is not None
        self.known.quarantined.add((mark, item.device or "" if badge_id is None else badge_id))
        self.verdict.quarantined.append(row)
        if self.is_listed:
            self.tally.quarantined.append(row)
        if fault is UNKNOWN_WORKER and badge_id is not None and row.captured_at is not None:
            self.verdict.touched.append((badge_id, row.captured_at, row.captured_at + LONGEST_SHIFT_S))

    def _count_duplicate(self) -> None:
        if self.is_listed:
            self.tally.duplicates += 1

    def _news(self, badge_id: BadgeId) -> BadgeNews:
        news = self.verdict.news.get(badge_id)
        if news is None:
            news = self.verdict.news[badge_id] = BadgeNews()
        return news
