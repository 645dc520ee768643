"""The AMQP protocol engine: the only module that touches python-qpid-proton.

proton parses and writes frames and keeps the state of connections, sessions, links and deliveries. Sockets, the event
loop and the meaning of messages are not its business here. Its API is untyped in parts, hence the switches below: what
leaves this module has a type.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownLambdaType=false, reportUnknownParameterType=false

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, Final, Protocol, cast

from proton import (
    Collector,
    Condition,
    Connection,
    Delivery,
    Endpoint,
    Event,
    Link as ProtonLink,
    Receiver,
    Sender,
    Transport,
    TransportException,
)

from devhost.broker.frames import MessageFormats

MAX_MESSAGE_BYTES: Final = 262_144

_CONTAINER: Final = "devhost-broker"
_MAX_FRAME_BYTES: Final = 65_536
_INCOMING_CAPACITY: Final = 64 * _MAX_FRAME_BYTES


class Outcome(Enum):
    """What a receiver says of a message."""

    ACCEPTED = auto()
    REJECTED = auto()
    RELEASED = auto()
    MODIFIED = auto()


_OUTCOMES: Final[Mapping[int, Outcome]] = {
    int(Delivery.ACCEPTED): Outcome.ACCEPTED,
    int(Delivery.REJECTED): Outcome.REJECTED,
    int(Delivery.RELEASED): Outcome.RELEASED,
    int(Delivery.MODIFIED): Outcome.MODIFIED,
}
_DISPOSITIONS: Final = {outcome: disposition for disposition, outcome in _OUTCOMES.items()}


class Link:
    """One end of a link; `sends` tells whether messages leave the broker through it."""

    def __init__(self, link: ProtonLink) -> None:
        self.name = str(link.name)
        self.sends = bool(link.is_sender)
        terminus = link.remote_source if self.sends else link.remote_target
        # None for a transaction coordinator.
        self.address = cast("str | None", terminus.address)
        self.wants_settled = link.remote_snd_settle_mode == ProtonLink.SND_SETTLED
        self.filters = _names(link.remote_source.filter)
        self.session_key = hash(link.session)
        self.is_open = True
        self._link = link

    @property
    def credit(self) -> int:
        """How many messages the client still takes."""
        return int(self._link.credit) if self.is_open else 0

    @property
    def draining(self) -> bool:
        """Whether the client wants its credit used or given back."""
        return self.is_open and bool(self._link.drain_mode)

    def accept(self) -> None:
        """Answer the attach; messages up to MAX_MESSAGE_BYTES come in."""
        self._link.source.copy(self._link.remote_source)
        self._link.target.copy(self._link.remote_target)
        self._link.snd_settle_mode = self._link.remote_snd_settle_mode
        self._link.rcv_settle_mode = self._link.remote_rcv_settle_mode
        self._link.max_message_size = MAX_MESSAGE_BYTES
        self._link.open()

    def refuse(self, condition: str, description: str) -> None:
        """Answer the attach, since clients wait for that, and detach at once with the reason."""
        self.accept()
        self.detach(condition, description)

    def detach(self, condition: str, description: str) -> None:
        """Close the link with a reason."""
        if self.is_open:
            self.is_open = False
            self._link.condition = Condition(condition, description)
            self._link.close()

    def grant(self, credit: int) -> None:
        """Let the client send so many more messages."""
        if self.is_open:
            cast("Receiver", self._link).flow(credit)

    def give_back_credit(self) -> None:
        """Tell a draining client that there is nothing more for it."""
        if self.is_open:
            self._link.drained()

    def send(self, tag: str, encoded: bytes, *, settled: bool) -> None:
        """Send a message under a tag of ASCII characters; without credit it waits for some."""
        delivery = self._link.delivery(tag)
        cast("Sender", self._link).stream(encoded)
        self._link.advance()
        if settled:
            delivery.settle()


class Transfer:
    """A message that came in and waits for its settlement."""

    def __init__(self, link: Link, delivery: Delivery, encoded: bytes, message_format: int) -> None:
        self.link = link
        self.encoded = encoded
        self.message_format = message_format
        self._delivery = delivery

    def accept(self) -> None:
        """Tell the sender that the message is kept."""
        if self.link.is_open:
            self._delivery.update(Delivery.ACCEPTED)
            self._delivery.settle()

    def reject(self, condition: str, description: str) -> None:
        """Tell the sender that the message is not kept, and why."""
        if self.link.is_open:
            self._delivery.local.condition = Condition(condition, description)
            self._delivery.update(Delivery.REJECTED)
            self._delivery.settle()


class Settlement:
    """A receiver's word on a message, to be confirmed or refused."""

    def __init__(self, link: Link, delivery: Delivery, outcome: Outcome) -> None:
        self.link = link
        self.outcome = outcome
        self.tag = str(delivery.tag)
        condition = delivery.remote.condition if outcome is Outcome.REJECTED else None
        self.info: Mapping[str, object] = _texts(condition.info) if condition is not None else {}
        self.deferred = outcome is Outcome.MODIFIED and bool(delivery.remote.undeliverable)
        self._delivery = delivery

    def confirm(self) -> None:
        """Repeat the outcome to the receiver: it is applied."""
        if self.link.is_open:
            self._delivery.update(_DISPOSITIONS[self.outcome])
            self._delivery.settle()

    def refuse(self, condition: str, description: str) -> None:
        """Tell the receiver that the outcome was not applied, and why."""
        if self.link.is_open:
            self._delivery.local.condition = Condition(condition, description)
            self._delivery.update(Delivery.REJECTED)
            self._delivery.settle()


class EngineEvents(Protocol):
    """What an engine tells its connection."""

    def on_attach(self, link: Link) -> None:
        """Answer a client's attach by accepting or refusing it."""
        ...

    def on_credit(self, link: Link) -> None:
        """Learn that the credit of a link that sends has changed."""
        ...

    def on_detach(self, link: Link) -> None:
        """Forget a link."""
        ...

    def on_transfer(self, transfer: Transfer) -> None:
        """Take a message in."""
        ...

    def on_settlement(self, settlement: Settlement) -> None:
        """Apply a receiver's word on a message."""
        ...


class Engine:
    """The protocol state of one connection: bytes in, events out; method calls in, bytes out."""

    def __init__(self, events: EngineEvents) -> None:
        self._events = events
        self._formats = MessageFormats()
        self._links: dict[tuple[str, bool], Link] = {}
        self._collector = Collector()
        self._connection = Connection()
        self._connection.container = _CONTAINER
        self._connection.collect(self._collector)
        self._transport = Transport(Transport.SERVER)
        self._transport.max_frame_size = _MAX_FRAME_BYTES
        self._transport.sasl().allowed_mechs("ANONYMOUS")
        self._transport.bind(self._connection)
        self._handlers = {
            Event.CONNECTION_REMOTE_OPEN: lambda event: event.connection.open(),
            Event.CONNECTION_REMOTE_CLOSE: lambda event: event.connection.close(),
            Event.SESSION_REMOTE_OPEN: self._on_session_open,
            Event.SESSION_REMOTE_CLOSE: self._on_session_close,
            Event.LINK_REMOTE_OPEN: self._on_link_open,
            Event.LINK_REMOTE_CLOSE: self._on_link_close,
            Event.LINK_REMOTE_DETACH: self._on_link_close,
            Event.LINK_FLOW: self._on_link_flow,
            Event.DELIVERY: self._on_delivery,
        }

    @property
    def is_closed(self) -> bool:
        """Whether both sides have said all they will say."""
        return bool(self._transport.closed)

    def receive(self, data: bytes) -> bool:
        """Take bytes from the client and raise its events; False if it broke the protocol."""
        self._formats.feed(data)
        at = 0
        while at < len(data):
            capacity = self._capacity()
            if capacity <= 0:
                return False
            self._transport.push(data[at : at + capacity])
            at += capacity
            self._raise_events()
        return True

    def take_output(self) -> bytes:
        """Return the bytes that the client must get, once."""
        pieces: list[bytes] = []
        while (pending := self._transport.pending()) > 0:
            pieces.append(bytes(self._transport.peek(pending) or b""))
            self._transport.pop(pending)
        return b"".join(pieces)

    def tick(self, now_s: float) -> None:
        """Send heartbeats that are due, on any clock that never goes back."""
        self._transport.tick(now_s)

    def close(self, condition: str, description: str) -> None:
        """Say goodbye with a reason."""
        if self._connection.state & Endpoint.LOCAL_ACTIVE:
            self._connection.condition = Condition(condition, description)
            self._connection.close()

    def end(self) -> None:
        """Forget the connection: the socket is gone."""
        for link in list(self._links.values()):
            self._forget(link)
        self._transport.unbind()
        self._connection.free()
        self._collector.release()

    def _capacity(self) -> int:
        try:
            return int(self._transport.capacity())
        except TransportException:
            return -1

    def _raise_events(self) -> None:
        while (event := self._collector.peek()) is not None:
            handler = self._handlers.get(event.type)
            if handler is not None:
                handler(event)
            self._collector.pop()

    def _on_session_open(self, event: Event) -> None:
        event.session.incoming_capacity = _INCOMING_CAPACITY
        event.session.open()

    def _on_session_close(self, event: Event) -> None:
        key = hash(event.session)
        for link in [link for link in self._links.values() if link.session_key == key]:
            self._forget(link)
        event.session.close()
        event.session.free()

    def _on_link_open(self, event: Event) -> None:
        link = Link(event.link)
        self._links[link.name, link.sends] = link
        self._events.on_attach(link)

    def _on_link_close(self, event: Event) -> None:
        link = self._find(event.link)
        if link is not None:
            self._forget(link)
        event.link.close()
        event.link.free()

    def _forget(self, link: Link) -> None:
        link.is_open = False
        self._links.pop((link.name, link.sends), None)
        self._events.on_detach(link)

    def _on_link_flow(self, event: Event) -> None:
        link = self._find(event.link)
        if link is not None and link.sends and link.is_open:
            self._events.on_credit(link)

    def _on_delivery(self, event: Event) -> None:
        delivery = event.delivery
        link = self._find(delivery.link)
        if link is None or not link.is_open:
            return
        if link.sends:
            self._read_outcome(link, delivery)
        elif delivery.readable or delivery.aborted:
            self._read_transfer(link, delivery)

    def _read_outcome(self, link: Link, delivery: Delivery) -> None:
        outcome = _OUTCOMES.get(int(delivery.remote_state))
        if delivery.updated and outcome is not None:
            self._events.on_settlement(Settlement(link, delivery, outcome))

    def _read_transfer(self, link: Link, delivery: Delivery) -> None:
        if delivery.aborted:
            self._formats.take(link.name)
            delivery.settle()
        elif delivery.pending > MAX_MESSAGE_BYTES:
            link.detach("amqp:link:message-size-exceeded", f"A message may have {MAX_MESSAGE_BYTES} bytes at most.")
        elif not delivery.partial:
            receiver = cast("Receiver", delivery.link)
            encoded = bytes(receiver.recv(delivery.pending) or b"")
            receiver.advance()
            self._events.on_transfer(Transfer(link, delivery, encoded, self._formats.take(link.name)))

    def _find(self, link: ProtonLink) -> Link | None:
        return self._links.get((str(link.name), bool(link.is_sender)))


def _texts(info: Any) -> Mapping[str, object]:  # noqa: ANN401 - proton gives any AMQP value
    return {str(key): value for key, value in info.items()} if isinstance(info, dict) else {}


def _names(filters: Any) -> frozenset[str]:  # noqa: ANN401 - proton gives any AMQP value
    filters.rewind()
    return frozenset(_texts(filters.get_object()) if filters.next() else ())
