"""Sends to one queue: the SDK's sender takes one task at a time, so what waits meanwhile leaves together."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusSender

from domain.errors import UnavailableError
from services.ports.bus import PendingMessage

SEND_TIMEOUT_S = 5.0
LARGEST_BATCH = 180_000
"""Bytes of bodies in one batch; with headers it stays below the 262,144 of the Standard tier."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    message: PendingMessage
    settled: asyncio.Future[None]


class Outgoing:
    """The way to one queue; concurrent callers share batches, and each returns once the broker has settled its own."""

    def __init__(self, open_sender: Callable[[], ServiceBusSender]) -> None:
        self._open_sender = open_sender
        self._sender: ServiceBusSender | None = None
        self._waiting: deque[_Waiting] = deque()
        self._draining: asyncio.Task[None] | None = None

    async def send(self, messages: Sequence[PendingMessage]) -> None:
        """Return once the broker holds every message; raise UnavailableError otherwise."""
        loop = asyncio.get_running_loop()
        waiting = [_Waiting(message, loop.create_future()) for message in messages]
        self._waiting.extend(waiting)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        results = await asyncio.gather(*(one.settled for one in waiting), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def close(self) -> None:
        """Close the sender; what still waits is refused."""
        if self._draining is not None:
            self._draining.cancel()
        if self._sender is not None:
            await self._sender.close()
            self._sender = None

    async def _drain(self) -> None:
        while self._waiting:
            batch = self._take_batch()
            try:
                await self._send(batch)
            except (AzureError, TimeoutError, OSError, ValueError) as error:
                _refuse(batch, error)
                await self._discard_sender()
            except BaseException as error:
                # A bug or a cancellation: nobody may wait for ever for this batch, and the fault goes on.
                _refuse(batch, error)
                raise
            else:
                for one in batch:
                    if not one.settled.done():
                        one.settled.set_result(None)

    def _take_batch(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].message.body)
        while self._waiting and size + len(self._waiting[0].message.body) <= LARGEST_BATCH:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].message.body)
        return batch

    async def _send(self, batch: Sequence[_Waiting]) -> None:
        if self._sender is None:
            self._sender = self._open_sender()
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await self._sender.send_messages([_a_message(one.message) for one in batch])

    async def _discard_sender(self) -> None:
        # After a failure its state is unknown; the next batch opens another.
        sender, self._sender = self._sender, None
        if sender is not None:
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await sender.close()
            except (AzureError, TimeoutError, OSError):
                return


def _a_message(message: PendingMessage) -> ServiceBusMessage:
    properties: dict[str | bytes, int | float | bytes | bool | str | UUID] = dict(message.properties.items())
    return ServiceBusMessage(message.body, message_id=message.message_id, application_properties=properties)


def _refuse(batch: Sequence[_Waiting], error: BaseException) -> None:
    for one in batch:
        if not one.settled.done():
            refusal = UnavailableError("The queue cannot take messages now; try again.")
            refusal.__cause__ = error
            one.settled.set_exception(refusal)
