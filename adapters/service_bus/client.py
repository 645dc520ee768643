"""Sends to Service Bus with the real SDK; one client and one sender per queue for the life of the process."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from azure.identity.aio import ManagedIdentityCredential
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusSender
from azure.servicebus.exceptions import ServiceBusError

from domain.errors import UnavailableError
from services.ports.bus import PendingMessage

SEND_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class ServiceBusAddress:
    """A connection string (at home), or a namespace that the app's managed identity may use (in Azure)."""

    connection_string: str | None
    namespace: str | None
    client_id: str | None


class ServiceBusMessages:
    """Implements services.ports.bus.MessageBus."""

    def __init__(self, address: ServiceBusAddress) -> None:
        self._address = address
        self._client: ServiceBusClient | None = None
        self._senders: dict[str, ServiceBusSender] = {}

    async def send(self, queue: str, messages: Sequence[PendingMessage]) -> None:
        """Return once the broker holds every message; raise UnavailableError otherwise."""
        pending = [
            ServiceBusMessage(
                message.body, message_id=message.message_id, application_properties=dict(message.properties)
            )
            for message in messages
        ]
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._sender(queue).send_messages(pending)
        except (ServiceBusError, TimeoutError, OSError, ValueError) as error:
            self._senders.pop(queue, None)
            detail = "The queue cannot take messages now; try again."
            raise UnavailableError(detail) from error

    async def close(self) -> None:
        """Close the client and its senders."""
        if self._client is not None:
            await self._client.close()
            self._client = None
            self._senders.clear()

    def _sender(self, queue: str) -> ServiceBusSender:
        if queue not in self._senders:
            self._senders[queue] = self._open().get_queue_sender(queue)
        return self._senders[queue]

    def _open(self) -> ServiceBusClient:
        if self._client is None:
            if self._address.connection_string:
                self._client = ServiceBusClient.from_connection_string(self._address.connection_string, retry_total=1)
            else:
                credential = ManagedIdentityCredential(client_id=self._address.client_id)
                self._client = ServiceBusClient(str(self._address.namespace), credential, retry_total=1)
        return self._client
