"""Applies sql/migrations with yoyo, as `actual_migrator` in the role `actual_owner`.

By hand: `python -m adapters.postgres.migrate <URL>`.
"""

import argparse
import logging
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from yoyo import get_backend, read_migrations  # pyright: ignore[reportUnknownVariableType] - yoyo is half typed

MIGRATIONS = Path(__file__).resolve().parents[2] / "sql" / "migrations"
OWNER = "actual_owner"

logger = logging.getLogger(__name__)


def apply_migrations(database_url: str, *, folder: Path = MIGRATIONS) -> int:
    """Apply what is missing, under yoyo's lock, and return how many migrations that were.

    The URL's role must be a member of `actual_owner`; the session takes that role, so that it owns whatever is made.
    """
    backend = get_backend(_as_owner(database_url))
    try:
        with backend.lock():
            missing = backend.to_apply(read_migrations(str(folder)))
            backend.apply_migrations(missing)
            return len(missing)
    finally:
        backend.connection.close()


def _as_owner(database_url: str) -> str:
    parts = urlsplit(database_url)
    option = f"options={quote(f'-c role={OWNER}')}"
    query = f"{parts.query}&{option}" if parts.query else option
    return urlunsplit(parts._replace(scheme="postgresql+psycopg", query=query))


def main() -> None:
    """Migrate the database of the given URL and say how much there was to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database_url", help="URL of the database, for a role that is a member of actual_owner")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logger.info("Applied %s migrations.", apply_migrations(arguments.database_url))


if __name__ == "__main__":
    main()
