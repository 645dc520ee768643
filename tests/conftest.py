"""Fixtures for every test: the session's servers, a database of one's own, a broker."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis import Redis

from devhost.environment import redis
from devhost.environment.postgres import Cluster
from devhost.environment.variables import OWN
from tests import environment
from tests.environment import Database, OwnCluster
from tests.index import Api, close_runtime, identity_server, live_runtime, variables
from tests.product import Product, a_product
from tests.running import RunningBroker

SHARED = pytest.StashKey[Path]()
OWNED = pytest.StashKey[bool]()
COUNTER = itertools.count(1)
REDIS_DATABASES = 16


def pytest_configure(config: pytest.Config) -> None:
    """The first process owns the shared folder; workers of xdist are told where it is."""
    given = getattr(config, "workerinput", {}).get("actual_shared")
    config.stash[OWNED] = given is None
    config.stash[SHARED] = environment.make_shared_folder() if given is None else Path(given)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of xdist where the shared folder is."""
    node.workerinput["actual_shared"] = str(node.config.stash[SHARED])  # type: ignore[attr-defined] # xdist is untyped


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's servers."""
    if config.stash.get(OWNED, False):
        environment.remove_shared_folder(config.stash[SHARED])


@pytest.fixture(scope="session")
def shared_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of the session's servers."""
    return pytestconfig.stash[SHARED]


@pytest.fixture(scope="session")
def cluster(shared_folder: Path) -> Cluster:
    """The session's private PostgreSQL cluster."""
    return environment.get_cluster(shared_folder)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    """A migrated database of one test's own, to commit in."""
    with environment.a_database(cluster, _next_name()) as made:
        yield made


@pytest.fixture(scope="module")
def module_database(cluster: Cluster) -> Iterator[Database]:
    """A migrated database that the tests of one module share."""
    with environment.a_database(cluster, _next_name()) as made:
        yield made


@pytest.fixture
def own_cluster(shared_folder: Path) -> Iterator[OwnCluster]:
    """A durable cluster of one test's own, with a migrated database, that may crash."""
    with environment.an_own_cluster(shared_folder) as own:
        yield own


@pytest.fixture
def database_url(database: Database) -> str:
    """The URL of the test's own database, as the application's role."""
    return database.url


@pytest.fixture(scope="session")
def redis_server(shared_folder: Path) -> redis.Server:
    """The session's private Redis."""
    return environment.get_redis(shared_folder)


@pytest.fixture
def redis_url(redis_server: redis.Server) -> str:
    """The URL of an empty Redis database that no other worker of xdist uses."""
    return _empty_redis(redis_server)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """A broker of the test's own with the product's queues; it may be killed and started again."""
    with RunningBroker(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, module_database: Database, redis_server: redis.Server
) -> Iterator[Product]:
    """The whole product, started once for the tests of a module; they share its database."""
    folder = tmp_path_factory.mktemp("product")
    with a_product(folder, database=module_database, redis_url=_empty_redis(redis_server)) as running:
        yield running


@pytest.fixture
def own_product(tmp_path: Path, database: Database, redis_url: str) -> Iterator[Product]:
    """The whole product for one test alone, which may kill parts of it."""
    with a_product(tmp_path, database=database, redis_url=redis_url) as running:
        yield running


def _empty_redis(server: redis.Server) -> str:
    worker = OWN.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = server.url(int(worker) % REDIS_DATABASES)
    with Redis.from_url(url) as client:
        client.flushdb()
    return url


def _next_name() -> str:
    worker = OWN.get("PYTEST_XDIST_WORKER", "main")
    return f"test_{worker}_{next(COUNTER)}"


@pytest.fixture
async def api(database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """The function index on a database of the test's own, without a broker."""
    provider, _ = identity_server()
    with live_runtime(monkeypatch, variables(database, redis_url)):
        yield Api(database, provider)
        await close_runtime()


@pytest.fixture
async def shared_api(module_database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """The function index on a database that the tests of a module share, each with companies of its own."""
    provider, _ = identity_server()
    with live_runtime(monkeypatch, variables(module_database, redis_url)):
        yield Api(module_database, provider)
        await close_runtime()
