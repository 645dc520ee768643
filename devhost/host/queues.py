"""Service Bus triggers: the real SDK's receivers; a call that returns completes, one that raises abandons."""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import ServiceBusError

from devhost.host.configuration import HostSettings, get_setting, resolve
from devhost.host.index import IndexedFunction, UnservableError
from devhost.host.invocations import Invoker
from devhost.host.messages import read_many, read_one

PATIENCE_S = 0.5
RETRY_S = 1.0
SHORTEST_RENEWAL_S = 0.5
# The SDK's receive blocks for whole socket timeouts; a short one lets a batch leave as soon as the queue pauses.
BATCH_SOCKET_TIMEOUT_S = 0.01
BATCH_GATHERING_S = 0.015

logger = logging.getLogger(__name__)


class Queue:
    """One Service Bus function: a receiver per concurrent call, each with a connection of its own.

    The SDK's receiver is not made for several tasks at once, so a slot receives, calls and settles in turn.
    """

    def __init__(self, function: IndexedFunction, *, settings: HostSettings, invoker: Invoker) -> None:
        self.function = function
        self._queue = resolve(str(function.trigger["queueName"]))
        self._connection = _a_connection(function)
        self._many = str(function.trigger.get("cardinality", "one")).lower() == "many"
        self._binary = str(function.trigger.get("dataType")).upper() == "BINARY"
        self._settings = settings
        self._invoker = invoker
        self._stopping = asyncio.Event()

    @property
    def slots(self) -> int:
        """How many calls may run at once; batches come one after the other."""
        return 1 if self._many else self._settings.concurrent_calls

    def stop(self) -> None:
        """Receive nothing more; what runs goes on and is settled."""
        self._stopping.set()

    async def run_slot(self) -> None:
        """Receive and call until stopped, over broken connections too."""
        while not self._stopping.is_set():
            try:
                await self._serve_connection()
            except (AzureError, OSError) as error:
                logger.warning("Queue %s cannot be reached: %s", self._queue, type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), RETRY_S)

    async def _serve_connection(self) -> None:
        client = ServiceBusClient.from_connection_string(self._connection, retry_total=0)
        receiver = client.get_queue_receiver(
            self._queue,
            prefetch_count=self._settings.prefetch,
            socket_timeout=BATCH_SOCKET_TIMEOUT_S if self._many else None,
        )
        async with client, receiver:
            while not self._stopping.is_set():
                messages = await self._receive(receiver)
                if messages:
                    await self._deliver(receiver, messages)

    async def _receive(self, receiver: ServiceBusReceiver) -> list[ServiceBusReceivedMessage]:
        messages = await receiver.receive_messages(max_message_count=1, max_wait_time=PATIENCE_S)
        if messages and self._many and self._settings.batch_size > 1:
            wait_s = min(BATCH_GATHERING_S, self._settings.batch_wait_s)
            messages += await receiver.receive_messages(self._settings.batch_size - 1, max_wait_time=wait_s)
        return messages

    async def _deliver(self, receiver: ServiceBusReceiver, messages: Sequence[ServiceBusReceivedMessage]) -> None:
        done = asyncio.Event()
        renewal = asyncio.create_task(_renew(receiver, messages, done=done, for_s=self._settings.lock_renewal_s))
        succeeded = await self._call(messages)
        done.set()
        await renewal
        for message in messages:
            try:
                await (receiver.complete_message(message) if succeeded else receiver.abandon_message(message))
            except (ServiceBusError, ValueError) as error:
                # The lock ran out, or was settled by a retry: the broker delivers the message again if need be.
                logger.warning("Message of %s was not settled: %s", self._queue, type(error).__name__)

    async def _call(self, messages: Sequence[ServiceBusReceivedMessage]) -> bool:
        try:
            if self._many:
                value = read_many(messages, binary=self._binary)
            else:
                value = read_one(messages[0], binary=self._binary)
            await self._invoker.call(self.function, value)
        except Exception:  # the worker's boundary: whatever a function raises abandons its messages
            logger.exception("Function failed: %s", self.function.name)
            return False
        return True


async def _renew(
    receiver: ServiceBusReceiver, messages: Sequence[ServiceBusReceivedMessage], *, done: asyncio.Event, for_s: float
) -> None:
    until = time.monotonic() + for_s
    while not done.is_set() and time.monotonic() < until:
        ends_at = min(message.locked_until_utc.timestamp() for message in messages if message.locked_until_utc)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), max((ends_at - time.time()) / 2, SHORTEST_RENEWAL_S))
            return
        try:
            for message in messages:
                await receiver.renew_message_lock(message)
        except (AzureError, OSError) as error:
            logger.warning("A lock was not renewed: %s", type(error).__name__)


def _a_connection(function: IndexedFunction) -> str:
    name = str(function.trigger.get("connection") or "ServiceBus")
    connection = get_setting(name) or get_setting(f"AzureWebJobs{name}")
    if connection is None:
        raise UnservableError(f"Function {function.name} needs the setting {name}, a connection string of a broker.")
    return connection
