"""Which receiver gets which message: ready messages go at once to the receivers whose credit is open.

Nothing polls. A queue that may hold ready messages is looked at until it proves empty; it becomes worth a look again
when messages were added, given back or fell due.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from devhost.broker.commits import Commits, now_ms
from devhost.broker.messages import dress
from devhost.broker.protocol.links import Link
from devhost.broker.store import Store, StoredMessage

_MOST_AT_ONCE: Final = 64
_RETRY_AFTER_S: Final = 1.0


class Outlet(Protocol):
    """The connection of a receiver."""

    @property
    def congested(self) -> bool:
        """Whether the client reads more slowly than it asks."""
        ...

    def wrote(self) -> None:
        """Note that bytes for the client are waiting."""
        ...


@dataclass(slots=True, eq=False)
class Receiver:
    """A link over which a client receives from a queue; `requested` messages are being looked up for it."""

    queue: str
    link: Link
    outlet: Outlet
    requested: int = 0


@dataclass(slots=True)
class _Stock:
    """What is known of a queue: whether it may hold ready messages, and how often that was said."""

    receivers: deque[Receiver] = field(default_factory=deque[Receiver])
    may_hold: bool = True
    version: int = 0


class Deliveries:
    """Matches ready messages with open credit, fairly between the receivers of a queue."""

    def __init__(self, store: Store, commits: Commits) -> None:
        """Begin without receivers; any queue may hold messages from before."""
        self._store = store
        self._commits = commits
        self._stocks: dict[str, _Stock] = {}

    def add_receiver(self, receiver: Receiver) -> None:
        """Let a receiver take part."""
        self._stock(receiver.queue).receivers.append(receiver)

    def remove_receiver(self, receiver: Receiver) -> None:
        """Let a receiver take part no longer; the locks it holds run on."""
        self._stock(receiver.queue).receivers.remove(receiver)

    def note_stocked(self, queue: str) -> None:
        """Learn that a queue may hold ready messages."""
        stock = self._stock(queue)
        stock.may_hold = True
        stock.version += 1

    def pump(self) -> None:
        """Look messages up for every receiver with open credit whose queue may hold some."""
        for stock in self._stocks.values():
            for _ in range(len(stock.receivers) if stock.may_hold else 0):
                receiver = stock.receivers[0]
                stock.receivers.rotate(-1)
                self._request(stock, receiver)

    def settle_drain(self, receiver: Receiver) -> None:
        """Give a draining receiver its credit back once nothing more can come."""
        link = receiver.link
        nothing_comes = not self._stock(receiver.queue).may_hold or link.credit <= 0
        if link.draining and receiver.requested == 0 and nothing_comes:
            link.give_back_credit()
            receiver.outlet.wrote()

    def _stock(self, queue: str) -> _Stock:
        return self._stocks.setdefault(queue, _Stock())

    def _request(self, stock: _Stock, receiver: Receiver) -> None:
        limit = min(receiver.link.credit, _MOST_AT_ONCE)
        if receiver.requested or limit <= 0 or receiver.outlet.congested:
            return
        receiver.requested = limit
        version = stock.version

        def then(messages: list[StoredMessage]) -> None:
            receiver.requested = 0
            if len(messages) < limit and stock.version == version:
                stock.may_hold = False
            self._deliver(receiver, messages)

        def failed() -> None:
            receiver.requested = 0
            asyncio.get_running_loop().call_later(_RETRY_AFTER_S, self.pump)

        self._commits.submit(self._lookup(receiver, limit), then=then, failed=failed)

    def _lookup(self, receiver: Receiver, limit: int) -> Callable[[], list[StoredMessage]]:
        if receiver.link.wants_settled:
            return lambda: self._store.take(receiver.queue, limit=limit)
        return lambda: self._store.lock(receiver.queue, limit=limit, at=now_ms())

    def _deliver(self, receiver: Receiver, messages: list[StoredMessage]) -> None:
        sendable = min(max(receiver.link.credit, 0), len(messages))
        for message in messages[:sendable]:
            tag = message.tag or f"{message.facts.sequence:016x}"
            receiver.link.send(tag, dress(message.encoded, message.facts), settled=receiver.link.wants_settled)
        receiver.outlet.wrote()
        for message in messages[sendable:]:
            self._give_back(receiver, message)
        self.settle_drain(receiver)

    def _give_back(self, receiver: Receiver, message: StoredMessage) -> None:
        """Undo a lookup whose receiver went away, or withdrew its credit, in the meantime."""

        def run() -> None:
            if message.tag:
                self._store.release(message.tag, at=now_ms())
            else:
                self._store.put_back(receiver.queue, message)

        # A failed commit leaves a lock that runs out by itself.
        self._commits.submit(run, then=lambda _none: None, failed=lambda: None)
