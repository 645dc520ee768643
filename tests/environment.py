"""The servers under the tests: one private PostgreSQL and one Redis for a whole session, made on first use.

The pytest process that was started first (with xdist, the controller) owns a folder; whoever needs a server first
starts it under a file lock and writes down where it is; the owner stops everything when the session ends.
"""

import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from adapters.postgres.migrate import apply_migrations
from devhost.environment import postgres, processes, redis
from devhost.environment.postgres import Cluster
from devhost.environment.processes import Process, find_free_port

TEMPLATE = "actual_template"
PASSWORD = "tests-only"
PREFIX = "actual-tests-"


@dataclass(frozen=True, slots=True)
class Database:
    """A database of one test, with its URL for each role that a test may want to be."""

    name: str
    cluster: Cluster

    @property
    def url(self) -> str:
        """As the application: row-level security holds."""
        return self.cluster.url(self.name, role="actual_app")

    @property
    def migrator_url(self) -> str:
        """As the role that migrates; `set role actual_owner` makes it the owner."""
        return self.cluster.url(self.name, role="actual_migrator")

    @property
    def superuser_url(self) -> str:
        """As the superuser, who sees every company: to set up, and to look behind the curtain."""
        return self.cluster.url(self.name, role=postgres.SUPERUSER)


def make_shared_folder() -> Path:
    """A folder for the servers of one session, which their own user may pass through; clears what died before."""
    _clear_orphans()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o755)
    return folder


def remove_shared_folder(folder: Path) -> None:
    """Stop every server that was started in the folder, and remove it."""
    for state in folder.glob("*.json"):
        process = Process(**json.loads(state.read_text())["process"])
        postgres.stop(process)
    shutil.rmtree(folder, ignore_errors=True)


def get_cluster(folder: Path) -> Cluster:
    """The session's cluster with roles and the migrated template database; started on the first call of all workers."""
    with _locked(folder / "postgres.lock"):
        state = folder / "postgres.json"
        if state.exists():
            cluster = _a_cluster(folder, port=json.loads(state.read_text())["port"])
        else:
            cluster = _a_cluster(folder, port=find_free_port())
            postgres.create(cluster)
            _write(state, postgres.start(cluster), cluster.port)
        _fill(cluster, done=folder / "postgres.done")
        return cluster


def get_redis(folder: Path) -> redis.Server:
    """The session's Redis, started on the first call of all workers."""
    with _locked(folder / "redis.lock"):
        state = folder / "redis.json"
        if state.exists():
            return redis.Server(json.loads(state.read_text())["port"], PASSWORD, folder / "redis.log")
        server = redis.Server(find_free_port(), PASSWORD, folder / "redis.log")
        _write(state, redis.start(server), server.port)
        return server


@contextmanager
def a_database(cluster: Cluster, name: str, *, template: str = TEMPLATE) -> Generator[Database]:
    """A clone of the template, dropped afterwards, whoever is still connected."""
    with postgres.connect(cluster, "postgres") as connection:
        made = sql.SQL("create database {} template {} owner actual_owner")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield Database(name, cluster)
    finally:
        with postgres.connect(cluster, "postgres") as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@dataclass(slots=True)
class OwnCluster:
    """A cluster of one test, as durable as production's, that may crash and start again; `database` is migrated."""

    database: Database
    process: Process | None = None

    def start(self) -> None:
        """Start it, after a crash too, and wait until it answers."""
        self.process = postgres.start(self.database.cluster)

    def crash(self) -> None:
        """End every server process at once: nothing is written that a commit has not written before."""
        if self.process is not None:
            processes.stop(self.process, wait_s=20, with_signal=signal.SIGQUIT)

    def restart(self) -> None:
        """A crash and the recovery from it."""
        self.crash()
        self.start()


@contextmanager
def an_own_cluster(folder: Path) -> Generator[OwnCluster]:
    """A cluster in a new folder below the session's; stopped afterwards."""
    place = Path(tempfile.mkdtemp(prefix="own-", dir=folder))
    place.chmod(0o755)
    cluster = Cluster(place / "data", find_free_port(), PASSWORD, place / "postgres.log")
    own = OwnCluster(Database("actual", cluster))
    postgres.create(cluster)
    own.start()
    try:
        postgres.create_roles(cluster)
        postgres.create_database(cluster, own.database.name)
        apply_migrations(own.database.migrator_url)
        yield own
    finally:
        own.crash()


def _fill(cluster: Cluster, *, done: Path) -> None:
    if done.exists():
        return
    postgres.create_roles(cluster)
    postgres.create_database(cluster, TEMPLATE)
    apply_migrations(cluster.url(TEMPLATE, role="actual_migrator"))
    done.touch()


def _a_cluster(folder: Path, *, port: int) -> Cluster:
    return Cluster(folder / "data", port, PASSWORD, folder / "postgres.log", durable=False)


def _write(state: Path, process: Process, port: int) -> None:
    state.write_text(json.dumps({"port": port, "process": {"pid": process.pid, "born": process.born}}))


@contextmanager
def _locked(path: Path) -> Generator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _clear_orphans() -> None:
    """A session that was killed could not stop its servers: the next one does, and only those that bear our mark."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not processes.is_running(int(owner)):
            remove_shared_folder(folder)
