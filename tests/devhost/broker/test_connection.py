"""A connection's end: nothing of it stays behind, or a broker that runs for days grows with every client."""

import gc
import weakref
from pathlib import Path

from devhost.broker.commits import Commits
from devhost.broker.connection import ClientConnection, Services
from devhost.broker.deliveries import Deliveries
from devhost.broker.management import Management
from devhost.broker.store import Store


class TestConnectionLost:
    async def test_frees_the_protocol_engine_without_the_collector(self, tmp_path: Path) -> None:
        store = Store(tmp_path, {})
        commits = Commits(store, on_committed=lambda _replenished: None)
        connection = ClientConnection(Services(store, commits, Deliveries(store, commits), Management(store, commits)))
        engine = weakref.ref(connection._engine)  # pyright: ignore[reportPrivateUsage]

        gc.disable()
        try:
            connection.connection_lost(None)

            assert engine() is None
        finally:
            gc.enable()
            await commits.stop()
            store.close()
