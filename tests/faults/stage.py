"""A product whose every server may be killed: PostgreSQL and Redis of its own, a broker with short locks, a host."""

import asyncio
import json
import signal
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from azure.servicebus import ServiceBusClient, ServiceBusSubQueue
from redis import Redis

from adapters.postgres.migrate import apply_migrations
from bench.master_data import Account, make_companies
from bench.workload import Company
from bootstrap.clock import SystemClock, new_id
from bootstrap.runtime import Runtime
from bootstrap.settings import settings_from
from devhost.environment import postgres, processes, redis
from devhost.environment.postgres import Cluster
from devhost.environment.processes import Process, find_free_port
from devhost.environment.settings import broker_connection, product_variables
from tests import environment
from tests.environment import Database
from tests.product import RECEIPT_KEY, Product, a_product
from tests.running import QUEUES

PASSWORD = "faults-only"
TEMPLATE = "faults_template"
LOCK = "PT5S"
"""A killed consumer's messages come back when their locks end; production waits a minute for that."""
NOWHERE = "http://127.0.0.1:1"


@dataclass(slots=True)
class Server:
    """A private PostgreSQL that keeps what it promised, on a port that stays the same over restarts."""

    folder: Path
    cluster: Cluster
    process: Process | None = None

    def start(self) -> None:
        """Start it, and note the process for whoever must clear up after us."""
        self.process = postgres.start(self.cluster)
        state = {"port": self.cluster.port, "process": {"pid": self.process.pid, "born": self.process.born}}
        (self.folder / "postgres.json").write_text(json.dumps(state))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT is fast (sessions are cut), SIGQUIT immediate (as a crash, with recovery at the start)."""
        if self.process is not None:
            processes.stop(self.process, wait_s=30, with_signal=how)

    def restart(self, how: signal.Signals) -> None:
        """Stop and start it."""
        self.stop(how)
        self.start()


@dataclass(frozen=True, slots=True)
class Stage:
    """The servers of some rounds, and the companies that every round begins with."""

    folder: Path
    server: Server
    redis: redis.Server
    accounts: Mapping[str, Account]


@dataclass(frozen=True, slots=True)
class Round:
    """A product with a database of its own, for one replay."""

    stage: Stage
    product: Product
    folder: Path
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        """The database is the product's."""
        object.__setattr__(self, "database", self.product.database)

    def has_messages(self, queue: str, *, dead: bool = False) -> bool:
        """Whether anything lies in a queue, locked messages included, or in its dead-letter queue."""
        part = ServiceBusSubQueue.DEAD_LETTER if dead else None
        with (
            ServiceBusClient.from_connection_string(self.product.broker.connection) as client,
            client.get_queue_receiver(queue, sub_queue=part) as receiver,
        ):
            return bool(receiver.peek_messages(1))


@contextmanager
def a_stage(companies: list[Company]) -> Generator[Stage]:
    """Servers and companies for some rounds; nothing of them is left afterwards."""
    folder = environment.make_shared_folder()
    cluster = Cluster(folder / "data", find_free_port(), PASSWORD, folder / "postgres.log")
    server = Server(folder, cluster)
    store = redis.Server(find_free_port(), PASSWORD, folder / "redis.log")
    postgres.create(cluster)
    server.start()
    keeper = redis.start(store)
    try:
        yield Stage(folder, server, store, _make_template(cluster, store, companies))
    finally:
        processes.stop(keeper, wait_s=10)
        environment.remove_shared_folder(folder)


@contextmanager
def a_round(stage: Stage, name: str) -> Generator[Round]:
    """A product on a fresh copy of the companies' database."""
    folder = stage.folder / name
    folder.mkdir()
    with Redis.from_url(stage.redis.url()) as client:
        client.flushdb()
    with (
        environment.a_database(stage.server.cluster, name, template=TEMPLATE) as database,
        a_product(folder, database=database, redis_url=stage.redis.url(), queues=_write_queues(folder)) as product,
    ):
        yield Round(stage, product, folder)


def _make_template(cluster: Cluster, store: redis.Server, companies: list[Company]) -> Mapping[str, Account]:
    postgres.create_roles(cluster)
    postgres.create_database(cluster, TEMPLATE)
    apply_migrations(cluster.url(TEMPLATE, role="actual_migrator"))
    settings = settings_from(
        product_variables(
            database_url=cluster.url(TEMPLATE, role="actual_app"),
            redis_url=store.url(),
            broker=broker_connection(1),
            provider_url=NOWHERE,
            receipt_key=RECEIPT_KEY,
        )
    )

    async def make() -> Mapping[str, Account]:
        runtime = Runtime(settings, SystemClock(), new_id)
        try:
            return await make_companies(runtime, companies)
        finally:
            await runtime.close()

    return asyncio.run(make())


def _write_queues(folder: Path) -> Path:
    """The product's queues with short locks."""
    queues = [{**queue, "lockDuration": LOCK} for queue in json.loads(QUEUES.read_text())]
    path = folder / "queues.json"
    path.write_text(json.dumps(queues))
    return path
