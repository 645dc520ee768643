"""A database with years of work in it, to be read from; made once per size and kept under .local/bench."""

import hashlib
from pathlib import Path

from bench.sizes import Size
from bench.stage import Stage

FILE = Path(__file__).with_name("history.sql")
COMPANIES = 20
WORKERS = 50
MIGRATIONS = Path(__file__).resolve().parents[1] / "sql" / "migrations"
SETTINGS = ("set synchronous_commit = off", "set session_replication_role = replica", "set work_mem = '512MB'")


def ensure_history(stage: Stage, size: Size) -> str:
    """The name of a database with so many observations and worker-days, filled if it is not there yet."""
    name = f"history_{_mark(size)}"
    if not stage.has_database(name):
        _fill(stage, size, f"{name}_new")
        with stage.connect("postgres") as connection:
            connection.execute(f'alter database "{name}_new" rename to "{name}"')
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
        for setting in SETTINGS:
            connection.execute(setting)  # pyright: ignore[reportArgumentType] - fixed texts
        with connection.transaction():
            for statement in FILE.read_text().split(";\n"):
                if statement.strip():
                    connection.execute(statement, numbers)  # pyright: ignore[reportArgumentType] - our own file
        connection.execute("vacuum analyze")


def _mark(size: Size) -> str:
    """Another size, another schema or another filling is another database."""
    schema = b"".join(path.read_bytes() for path in sorted(MIGRATIONS.glob("*.sql")))
    told = f"{size.observations}:{size.workdays}:".encode() + FILE.read_bytes() + schema
    return hashlib.sha256(told).hexdigest()[:10]
