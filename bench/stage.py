"""The servers of a run: a private PostgreSQL that keeps its promises (fsync, synchronous commit), and a Redis."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from adapters.postgres.migrate import apply_migrations
from devhost.environment import postgres, processes, redis
from devhost.environment.paths import LOCAL, find_data_folder
from devhost.environment.postgres import Cluster, find_server_user
from devhost.environment.processes import Process, find_free_port

FOLDER = LOCAL / "bench"
PASSWORD = "bench-only"  # noqa: S105 # of a cluster that listens on loopback for the length of a run
POSTMASTER = "postmaster.pid"
STOP_WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Stage:
    """The running servers and a folder for files of the run."""

    cluster: Cluster
    redis_url: str
    folder: Path

    def url(self, database: str) -> str:
        """A database as the application's role, which row-level security holds."""
        return self.cluster.url(database, role="actual_app")

    def connect(self, database: str) -> psycopg.Connection:
        """The superuser's connection in autocommit mode: to set up, and to look on."""
        return postgres.connect(self.cluster, database)

    def has_database(self, name: str) -> bool:
        """Whether a database is there."""
        with self.connect("postgres") as connection:
            return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None

    def create_database(self, name: str) -> None:
        """A migrated database, empty whatever it held before."""
        self.drop_database(name)
        postgres.create_database(self.cluster, name)
        apply_migrations(self.cluster.url(name, role="actual_migrator"))

    def clone_database(self, name: str, *, template: str) -> None:
        """A copy of a database, whatever the name held before."""
        self.drop_database(name)
        statement = sql.SQL("create database {} template {} owner actual_owner")
        with self.connect("postgres") as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
            connection.execute("checkpoint")

    def drop_database(self, name: str) -> None:
        """Drop a database, if it is there, whoever is connected."""
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def a_stage() -> Generator[Stage]:
    """Start both servers for as long as the context lasts; the cluster's files stay, for what is costly to make."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = find_data_folder(FOLDER / "postgres", user=find_server_user())
    _stop_leftover(data)
    cluster = Cluster(data, find_free_port(), PASSWORD, FOLDER / "postgres.log")
    server = redis.Server(find_free_port(), PASSWORD, FOLDER / "redis.log")
    postgres.create(cluster)
    with _running(postgres.start(cluster), postgres.stop), _running(redis.start(server), _stop):
        postgres.create_roles(cluster)
        yield Stage(cluster, server.url(), _fresh(FOLDER / "run"))


@contextmanager
def _running(process: Process, stop: Callable[[Process], None]) -> Generator[None]:
    try:
        yield
    finally:
        stop(process)


def _stop(process: Process) -> None:
    processes.stop(process, wait_s=10)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _stop_leftover(data: Path) -> None:
    """End the server that a killed run left on these very files; postmaster.pid names it."""
    note = data / POSTMASTER
    if not note.exists():
        return
    pid = int(note.read_text().split(maxsplit=1)[0])
    command = Path(f"/proc/{pid}/cmdline")
    if not command.exists() or f"\0-D\0{data}\0".encode() not in command.read_bytes():
        return
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + STOP_WAIT_S
    while processes.is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
