"""A private PostgreSQL cluster on loopback, run by a user who is not root; never the system's own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from devhost.environment import processes
from devhost.environment.errors import EnvironmentUnreadyError
from devhost.environment.packages import find_postgres_programs
from devhost.environment.processes import LOOPBACK, Launch, Process

SUPERUSER = "postgres"
LOGINS = ("actual_app", "actual_migrator")
EXTENSIONS = ("postgis", "btree_gist")
ROLES = Path(__file__).with_name("roles.sql")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One private cluster: its data folder, its loopback port and the password of all its roles."""

    folder: Path
    port: int
    password: str
    log: Path
    durable: bool = True

    def url(self, database: str, *, role: str) -> str:
        """The connection URL of a database for one role."""
        return f"postgresql://{role}:{quote(self.password)}@{LOOPBACK}:{self.port}/{quote(database)}"


def find_server_user() -> str | None:
    """The system user for our servers: ourselves (None), or `postgres` (else `nobody`) when we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def create(cluster: Cluster) -> None:
    """Make the cluster's files, once; the password protects every role, also on loopback."""
    if (cluster.folder / "PG_VERSION").exists():
        return
    user = find_server_user()
    cluster.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if user is not None:
        shutil.chown(cluster.folder, user, user)
    with tempfile.NamedTemporaryFile() as secret:
        secret.write(cluster.password.encode())
        secret.flush()
        if user is not None:
            shutil.chown(secret.name, user, user)
        _run_initdb(cluster, password_file=secret.name, user=user)


def start(cluster: Cluster) -> Process:
    """Start the cluster and wait until it answers; several starts of a running one are an error of the caller."""
    command = [str(_programs() / "postgres"), "-D", str(cluster.folder)]
    for name, value in _settings(cluster).items():
        command += ["-c", f"{name}={value}"]
    launch = Launch("PostgreSQL", command, cluster.log, user=find_server_user())
    process = processes.start(launch)
    processes.wait_until_ready(process, lambda: is_answering(cluster), launch=launch, wait_s=60)
    return process


def stop(process: Process) -> None:
    """End the cluster with a fast shutdown: sessions are cut, what is committed stays."""
    processes.stop(process, wait_s=30, with_signal=signal.SIGINT)


def is_answering(cluster: Cluster) -> bool:
    """Whether our superuser can log in, to our own cluster and to no other."""
    try:
        require_private(cluster)
    except psycopg.OperationalError:
        return False
    return True


def require_private(cluster: Cluster) -> None:
    """Raise EnvironmentUnreadyError when the port belongs to a cluster that is not this private one."""
    with connect(cluster, "postgres") as connection:
        row = connection.execute("select current_setting('data_directory')").fetchone()
    if row is None or Path(row[0]) != cluster.folder:
        raise EnvironmentUnreadyError(f"Port {cluster.port} belongs to another PostgreSQL cluster; it is left alone.")


def connect(cluster: Cluster, database: str) -> psycopg.Connection:
    """A superuser's connection in autocommit mode."""
    return psycopg.connect(cluster.url(database, role=SUPERUSER), autocommit=True, connect_timeout=5)


def create_roles(cluster: Cluster) -> None:
    """Make the roles of roles.sql, and give the two that log in the cluster's password."""
    with connect(cluster, "postgres") as connection, connection.transaction():
        connection.execute(ROLES.read_bytes())
        for login in LOGINS:
            statement = sql.SQL("alter role {} password {}").format(
                sql.Identifier(login), sql.Literal(cluster.password)
            )
            connection.execute(statement)


def create_database(cluster: Cluster, name: str) -> None:
    """Make a database of `actual_owner`, with the extensions that only a superuser may add, if it is not there."""
    with connect(cluster, "postgres") as connection:
        known = connection.execute("select from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            statement = sql.SQL("create database {} owner actual_owner").format(sql.Identifier(name))
            connection.execute(statement)
    with connect(cluster, name) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(extension)))


def _run_initdb(cluster: Cluster, *, password_file: str, user: str | None) -> None:
    options = ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"]
    if not cluster.durable:
        options.append("--no-sync")
    made = subprocess.run(
        [_programs() / "initdb", "-D", cluster.folder, "-U", SUPERUSER, "--pwfile", password_file, *options],
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        cwd="/",
        capture_output=True,
        check=False,
        text=True,
    )
    if made.returncode != 0:
        raise EnvironmentUnreadyError(f"initdb failed in {cluster.folder}: {made.stderr.strip()}")


def _settings(cluster: Cluster) -> dict[str, str]:
    return {
        "listen_addresses": LOOPBACK,
        "port": str(cluster.port),
        "unix_socket_directories": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "max_wal_size": "4GB",
        "synchronous_commit": "on",
        "fsync": "on" if cluster.durable else "off",
        "full_page_writes": "on" if cluster.durable else "off",
    }


def _programs() -> Path:
    programs = find_postgres_programs()
    if programs is None:
        raise EnvironmentUnreadyError("PostgreSQL 15 or newer with PostGIS is not installed; run `make setup`.")
    return programs
