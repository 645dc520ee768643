"""A database with years of work in it, to be read from; made once per size and kept under .local/bench."""

import hashlib
from pathlib import Path

from psycopg import sql

from bench.sizes import Size
from bench.stage import Stage

FILE = Path(__file__).with_name("history.sql")
COMPANIES = 20
WORKERS = 50
MIGRATIONS = Path(__file__).resolve().parents[1] / "sql" / "migrations"
SETTINGS = "set synchronous_commit = off; set session_replication_role = replica; set work_mem = '512MB'"


def ensure_history(stage: Stage, size: Size) -> str:
    """The name of a database with so many observations and worker-days, filled if it is not there yet."""
    prefix = f"history_{size.observations}_"
    name = prefix + _mark(size)
    if not stage.has_database(name):
        _drop_outdated(stage, prefix)
        _fill(stage, size, f"{name}_new")
        with stage.connect("postgres") as connection:
            statement = sql.SQL("alter database {} rename to {}")
            connection.execute(statement.format(sql.Identifier(f"{name}_new"), sql.Identifier(name)))
    return name


def _fill(stage: Stage, size: Size, name: str) -> None:
    days = size.workdays // (COMPANIES * WORKERS)
    numbers = {
        "companies": COMPANIES,
        "workers": WORKERS,
        "days": days,
        "per_day": size.observations // (COMPANIES * WORKERS * days),
    }
    stage.create_database(name)
    with stage.connect(name) as connection:
        connection.execute(SETTINGS)
        with connection.transaction():
            for statement in FILE.read_bytes().split(b";\n"):
                if statement.strip():
                    connection.execute(statement, numbers)
        connection.execute("vacuum analyze")


def _drop_outdated(stage: Stage, prefix: str) -> None:
    """A history of another schema is of no use, and large."""
    with stage.connect("postgres") as connection:
        known = connection.execute(
            "select datname from pg_database where starts_with(datname, %s)", [prefix]
        ).fetchall()
    for (name,) in known:
        stage.drop_database(name)


def _mark(size: Size) -> str:
    """Another size, another schema or another filling is another database."""
    schema = b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("*.sql")))
    told = f"{size.observations}:{size.workdays}:".encode() + FILE.read_bytes() + schema
    return hashlib.sha256(told).hexdigest()[:10]
