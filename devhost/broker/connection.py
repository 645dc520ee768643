"""One client of the broker: what its links stand for, and messages in and out of them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import urlsplit

from devhost.broker.codec import MalformedError
from devhost.broker.commits import Commits, now_ms
from devhost.broker.deliveries import Deliveries, Receiver
from devhost.broker.management import Management
from devhost.broker.messages import Arrival, read_arrivals
from devhost.broker.protocol.engine import Engine
from devhost.broker.protocol.links import Link, Outcome, Settlement, Transfer
from devhost.broker.queues import DEAD_LETTER_SUFFIX, find_entity
from devhost.broker.requests import Answer, encode_answer, read_request
from devhost.broker.store import Store

_TOKENS: Final = "$cbs"
_MANAGEMENT_SUFFIX: Final = "/$management"
_SESSION_FILTER: Final = "com.microsoft:session-filter"
_INCOMING_CREDIT: Final = 200


@dataclass(frozen=True, slots=True)
class Services:
    """What every connection of a broker shares."""

    store: Store
    commits: Commits
    deliveries: Deliveries
    management: Management
    connections: "set[ClientConnection]" = field(default_factory=set["ClientConnection"])


class ClientConnection(asyncio.Protocol):
    """One client: its socket, its protocol engine and what its links stand for."""

    def __init__(self, services: Services) -> None:
        """Begin without a socket."""
        self.congested = False
        self._services = services
        self._engine = Engine(self)
        self._unwritten = False
        self._transport: asyncio.Transport | None = None
        self._receivers: dict[Link, Receiver] = {}
        self._reply_links: dict[tuple[int, str], Link] = {}
        self._refused: dict[Link, tuple[str, str]] = {}
        self._replies = 0
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._services.connections.add(self)
        self.wrote()
        self.flush()

    def data_received(self, data: bytes) -> None:
        """Take what the client says."""
        understood = self._engine.receive(data)
        self._services.deliveries.pump()
        self.wrote()
        self.flush()
        if self._transport is not None and (not understood or self._engine.is_closed):
            self._transport.close()

    def pause_writing(self) -> None:
        """Hold output back: the client reads slowly."""
        self.congested = True

    def resume_writing(self) -> None:
        """Let output go on."""
        self.congested = False
        self._services.deliveries.pump()
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client; its locks run on."""
        del exc
        self._services.connections.discard(self)
        self._transport = None
        self._engine.end()
        # The engine refers back here. Python would find that circle late, and the frame buffers are large.
        del self._engine
        self._gone.set_result(None)

    def wrote(self) -> None:
        """Note that the engine has bytes for the client."""
        self._unwritten = True

    def flush(self) -> None:
        """Hand the engine's bytes to the socket."""
        if self._unwritten and self._transport is not None and not self.congested:
            self._unwritten = False
            self._transport.write(self._engine.take_output())

    def tick(self, now_s: float) -> None:
        """Send a heartbeat if one is due."""
        self._engine.tick(now_s)
        self.wrote()
        self.flush()

    def say_goodbye(self) -> asyncio.Future[None]:
        """Tell the client that the broker stops; the future is done when its socket is closed."""
        self._engine.close("amqp:connection:forced", "The broker stops.")
        self.wrote()
        self.flush()
        if self._transport is not None:
            self._transport.close()
        return self._gone

    def abort(self) -> None:
        """Drop the socket of a client that does not listen."""
        if self._transport is not None:
            self._transport.abort()

    def on_attach(self, link: Link) -> None:
        """Find out what a link stands for, and accept it, or refuse it in words."""
        if link.address is None:
            self._refuse(link, "amqp:not-implemented", "The stand-in has no transactions.")
        elif _SESSION_FILTER in link.filters:
            self._refuse(link, "amqp:not-implemented", "The stand-in has no sessions.")
        elif link.sends:
            self._attach_outgoing(link, _path(link.address))
        else:
            self._attach_incoming(link, _path(link.address))

    def _attach_outgoing(self, link: Link, address: str) -> None:
        queue = find_entity(self._services.store.queues, address)
        if queue is not None:
            link.accept()
            self._receivers[link] = Receiver(queue, link, self)
            self._services.deliveries.add_receiver(self._receivers[link])
        elif self._is_service(address):
            link.accept()
            self._reply_links[link.session_key, address] = link
        else:
            self._refuse(link, "amqp:not-found", f"There is no queue {address}.")

    def _attach_incoming(self, link: Link, address: str) -> None:
        if address in self._services.store.queues or self._is_service(address):
            link.accept()
            link.grant(_INCOMING_CREDIT)
        elif find_entity(self._services.store.queues, address) is not None:
            self._refuse(link, "amqp:not-allowed", "Nothing can be sent to a dead-letter queue.")
        else:
            self._refuse(link, "amqp:not-found", f"There is no queue {address}.")

    def _refuse(self, link: Link, condition: str, description: str) -> None:
        """Refuse a receiver's link at once and a sender's at its first message: pyamqp loses the reason otherwise."""
        if link.sends:
            link.refuse(condition, description)
        else:
            link.accept()
            link.grant(_INCOMING_CREDIT)
            self._refused[link] = (condition, description)

    def _is_service(self, address: str) -> bool:
        managed = address.removesuffix(_MANAGEMENT_SUFFIX)
        return address == _TOKENS or (
            managed != address and find_entity(self._services.store.queues, managed) is not None
        )

    def on_detach(self, link: Link) -> None:
        """Forget what a link stood for."""
        self._refused.pop(link, None)
        receiver = self._receivers.pop(link, None)
        if receiver is not None:
            self._services.deliveries.remove_receiver(receiver)
        self._reply_links = {key: value for key, value in self._reply_links.items() if value is not link}

    def on_credit(self, link: Link) -> None:
        """Serve a receiver that opened or drains its credit; the pump after these bytes does the rest."""
        receiver = self._receivers.get(link)
        if receiver is not None:
            self._services.deliveries.settle_drain(receiver)

    def on_transfer(self, transfer: Transfer) -> None:
        """Take a message or a request in."""
        if transfer.link in self._refused:
            transfer.reject(*self._refused[transfer.link])
            return
        address = _path(transfer.link.address or "")
        try:
            if address in self._services.store.queues:
                self._keep(address, transfer, read_arrivals(transfer.encoded, message_format=transfer.message_format))
            else:
                self._serve(address, transfer)
        except MalformedError as error:
            transfer.reject("amqp:decode-error", str(error))
            transfer.link.grant(1)

    def _keep(self, queue: str, transfer: Transfer, arrivals: list[Arrival]) -> None:
        """Settle only after the commit: this is what a sender's 202 rests on."""

        def then(_sequences: list[int]) -> None:
            transfer.accept()
            transfer.link.grant(1)
            self.wrote()

        def failed() -> None:
            transfer.reject("com.microsoft:server-busy", "The broker cannot write to its disk.")
            transfer.link.grant(1)
            self.wrote()

        store = self._services.store
        self._services.commits.submit(lambda: store.add(queue, arrivals, at=now_ms()), then=then, failed=failed)
        # Whoever waits is looked after in the same commit.
        self._services.deliveries.note_stocked(queue)

    def _serve(self, address: str, transfer: Transfer) -> None:
        request = read_request(transfer.encoded)
        transfer.accept()
        transfer.link.grant(1)
        reply = partial(
            self._reply, (transfer.link.session_key, address), lambda answer: encode_answer(request, answer)
        )
        if address == _TOKENS:
            reply(Answer(HTTPStatus.ACCEPTED, "Accepted"))
        else:
            self._services.management.answer(address.removesuffix(_MANAGEMENT_SUFFIX), request, reply)

    def _reply(self, key: tuple[int, str], encode: Callable[[Answer], bytes], answer: Answer) -> None:
        link = self._reply_links.get(key)
        if link is not None and link.is_open:
            self._replies += 1
            link.send(str(self._replies), encode(answer), settled=True)
            self.wrote()

    def on_settlement(self, settlement: Settlement) -> None:
        """Apply a receiver's word on a message."""
        if settlement.link not in self._receivers:
            return
        operation = self._settling(self._receivers[settlement.link].queue, settlement)
        if operation is None:
            return

        def then(done: bool) -> None:  # noqa: FBT001 - the result of one operation
            if done:
                settlement.confirm()
            else:
                settlement.refuse("com.microsoft:message-lock-lost", "The lock is lost.")
            self.wrote()

        def failed() -> None:
            settlement.refuse("com.microsoft:server-busy", "The broker cannot write to its disk.")
            self.wrote()

        self._services.commits.submit(operation, then=then, failed=failed)

    def _settling(self, queue: str, settlement: Settlement) -> Callable[[], bool] | None:
        """Choose the operation for an outcome; None, and the receiver is told, if the stand-in has none."""
        store, tag = self._services.store, settlement.tag
        if settlement.deferred:
            settlement.link.detach("amqp:not-implemented", "The stand-in has no deferral.")
            return None
        if settlement.outcome is Outcome.REJECTED:
            if queue.endswith(DEAD_LETTER_SUFFIX):
                settlement.refuse("amqp:not-allowed", "The message is in the dead-letter queue already.")
                return None
            reason, description = (_text(settlement, key) for key in ("DeadLetterReason", "DeadLetterErrorDescription"))
            return lambda: store.dead_letter(tag, reason=reason, description=description, at=now_ms())
        settle = {Outcome.ACCEPTED: store.complete, Outcome.MODIFIED: store.abandon, Outcome.RELEASED: store.release}
        return lambda: settle[settlement.outcome](tag, at=now_ms())


def _path(address: str) -> str:
    """Reduce an address, bare or a URL, to the lower-case name of an entity."""
    return (urlsplit(address).path if "://" in address else address).strip("/").lower()


def _text(settlement: Settlement, key: str) -> str | None:
    value = settlement.info.get(key)
    return None if value is None else str(value)
