"""Service Bus through the real SDK: one client, one way out per queue, for the life of the process."""

from collections.abc import Sequence
from dataclasses import dataclass

from azure.core.credentials_async import AsyncTokenCredential
from azure.servicebus.aio import ServiceBusClient

from adapters.service_bus.outgoing import Outgoing
from services.ports.bus import PendingMessage


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
        self._credential: AsyncTokenCredential | None = None
        self._outgoing: dict[str, Outgoing] = {}

    async def send(self, queue: str, messages: Sequence[PendingMessage]) -> None:
        """Return once the broker holds every message; raise UnavailableError otherwise."""
        if queue not in self._outgoing:
            self._outgoing[queue] = Outgoing(lambda: self._open().get_queue_sender(queue))
        await self._outgoing[queue].send(messages)

    async def close(self) -> None:
        """Close the client and its senders."""
        for outgoing in self._outgoing.values():
            await outgoing.close()
        self._outgoing.clear()
        if self._client is not None:
            await self._client.close()
            self._client = None
        if self._credential is not None:
            await self._credential.close()
            self._credential = None

    def _open(self) -> ServiceBusClient:
        if self._client is None:
            if self._address.connection_string:
                self._client = ServiceBusClient.from_connection_string(self._address.connection_string, retry_total=1)
            else:
                # A tenth of a second that only Azure has to spend.
                from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415

                self._credential = ManagedIdentityCredential(client_id=self._address.client_id)
                self._client = ServiceBusClient(str(self._address.namespace), self._credential, retry_total=1)
        return self._client
