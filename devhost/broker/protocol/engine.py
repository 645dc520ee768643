"""The engine of one connection: proton parses and writes the frames and keeps the protocol's state.

Sockets, the event loop and the meaning of messages are not its business. proton's API is untyped in parts, hence the
switches below.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false

from typing import Final, Protocol

from proton import Collector, Condition, Connection, Endpoint, Event, Transport, TransportException

from devhost.broker.protocol.frames import MessageFormats
from devhost.broker.protocol.links import (
    MAX_MESSAGE_BYTES,
    Link,
    ProtonObject,
    Settlement,
    Transfer,
    read_outcome,
)

_CONTAINER: Final = "devhost-broker"
_MAX_FRAME_BYTES: Final = 65_536
_INCOMING_CAPACITY: Final = 64 * _MAX_FRAME_BYTES


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
        """Begin as the server, before the first byte."""
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
            Event.CONNECTION_REMOTE_OPEN: self._on_connection_open,
            Event.CONNECTION_REMOTE_CLOSE: self._on_connection_close,
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
        self._handlers.clear()

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

    def _on_connection_open(self, event: ProtonObject) -> None:
        event.connection.open()

    def _on_connection_close(self, event: ProtonObject) -> None:
        event.connection.close()

    def _on_session_open(self, event: ProtonObject) -> None:
        event.session.incoming_capacity = _INCOMING_CAPACITY
        event.session.open()

    def _on_session_close(self, event: ProtonObject) -> None:
        key = hash(event.session)
        for link in [link for link in self._links.values() if link.session_key == key]:
            self._forget(link)
        event.session.close()
        event.session.free()

    def _on_link_open(self, event: ProtonObject) -> None:
        link = Link(event.link)
        self._links[link.name, link.sends] = link
        self._events.on_attach(link)

    def _on_link_close(self, event: ProtonObject) -> None:
        link = self._find(event.link)
        if link is not None:
            self._forget(link)
        event.link.close()
        event.link.free()

    def _forget(self, link: Link) -> None:
        link.is_open = False
        self._links.pop((link.name, link.sends), None)
        self._events.on_detach(link)

    def _on_link_flow(self, event: ProtonObject) -> None:
        link = self._find(event.link)
        if link is not None and link.sends and link.is_open:
            self._events.on_credit(link)

    def _on_delivery(self, event: ProtonObject) -> None:
        delivery = event.delivery
        link = self._find(delivery.link)
        if link is None or not link.is_open:
            return
        if link.sends:
            self._read_outcome(link, delivery)
        elif delivery.readable or delivery.aborted:
            self._read_transfer(link, delivery)

    def _read_outcome(self, link: Link, delivery: ProtonObject) -> None:
        outcome = read_outcome(delivery)
        if outcome is not None:
            self._events.on_settlement(Settlement(link, delivery, outcome))

    def _read_transfer(self, link: Link, delivery: ProtonObject) -> None:
        if delivery.aborted:
            self._formats.take(link.name)
            delivery.settle()
        elif link.overflows or delivery.pending > MAX_MESSAGE_BYTES:
            self._refuse_transfer(link, delivery)
        elif not delivery.partial:
            encoded = bytes(delivery.link.recv(delivery.pending) or b"")
            delivery.link.advance()
            self._events.on_transfer(Transfer(link, delivery, encoded, self._formats.take(link.name)))

    def _refuse_transfer(self, link: Link, delivery: ProtonObject) -> None:
        """Let a message that is too large run through, so that its end can be answered."""
        link.overflows = bool(delivery.partial)
        if delivery.pending:
            delivery.link.recv(delivery.pending)
        if not delivery.partial:
            delivery.link.advance()
            refused = Transfer(link, delivery, b"", self._formats.take(link.name))
            refused.reject("amqp:link:message-size-exceeded", f"A message may have {MAX_MESSAGE_BYTES} bytes at most.")
            link.grant(1)

    def _find(self, link: ProtonObject) -> Link | None:
        return self._links.get((str(link.name), bool(link.is_sender)))
