"""The broker on its port."""

import asyncio
from typing import Final, cast

from devhost.broker.commits import Commits
from devhost.broker.connection import ClientConnection, Services
from devhost.broker.deliveries import Deliveries
from devhost.broker.management import Management
from devhost.broker.store import Store

HOST: Final = "127.0.0.1"

_TICK_EVERY_S: Final = 1.0
_LONGEST_GOODBYE_S: Final = 1.0


class Broker:
    """Serves the queues of a store to AMQP clients on loopback."""

    def __init__(self, store: Store) -> None:
        """Begin without a port, within a running event loop."""
        commits = Commits(store, on_committed=self._on_committed)
        self._services = Services(store, commits, Deliveries(store, commits), Management(store, commits))
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._ticker: asyncio.TimerHandle | None = None

    async def start(self, port: int) -> int:
        """Listen and return the port; 0 takes a free one."""
        self._services.commits.start()
        # Faults tests open connections by the hundred at once.
        self._server = await self._loop.create_server(lambda: ClientConnection(self._services), HOST, port, backlog=512)
        self._tick()
        return cast("int", self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more, finish what was begun, say goodbye to every client and close the file."""
        if self._server is not None:
            self._server.close()
        if self._ticker is not None:
            self._ticker.cancel()
        await self._services.commits.stop()
        farewells = [connection.say_goodbye() for connection in self._services.connections]
        if farewells:
            await asyncio.wait(farewells, timeout=_LONGEST_GOODBYE_S)
        for connection in list(self._services.connections):
            connection.abort()
        self._services.store.close()

    def _on_committed(self, replenished: frozenset[str]) -> None:
        for queue in replenished:
            self._services.deliveries.note_stocked(queue)
        self._services.deliveries.pump()
        for connection in self._services.connections:
            connection.flush()

    def _tick(self) -> None:
        for connection in self._services.connections:
            connection.tick(self._loop.time())
        self._ticker = self._loop.call_later(_TICK_EVERY_S, self._tick)
