"""The ceiling: how fast this machine copies the very rows that the pipeline stored into a table without an index."""

import time
from collections.abc import Sequence

import psycopg

from bench.stage import Stage

COLUMNS = "select * from observations"
EXPORT = f"copy ({COLUMNS}) to stdout"
CREATE = f"create table ceiling as {COLUMNS} with no data"
IMPORT = "copy ceiling from stdin"


def measure_ceiling(stage: Stage, database: str, *, repeats: int) -> float:
    """Rows a second of the fastest of some plain COPYs, each into an empty table, committed."""
    with stage.connect(database) as connection:
        chunks = _export(connection)
        rows = sum(chunk.count(b"\n") for chunk in chunks)
        connection.execute(CREATE)
        seconds = [_copy(connection, chunks) for _ in range(repeats)]
        connection.execute("drop table ceiling")
    return rows / min(seconds)


def _export(connection: psycopg.Connection) -> list[bytes]:
    with connection.cursor().copy(EXPORT) as copy:
        return [bytes(chunk) for chunk in copy]


def _copy(connection: psycopg.Connection, chunks: Sequence[bytes]) -> float:
    """Seconds of one COPY; rows go in pieces of about 64 KiB, so that the client is no brake."""
    pieces = _joined(chunks)
    connection.execute("truncate ceiling")
    began = time.perf_counter()
    with connection.cursor().copy(IMPORT) as copy:
        for piece in pieces:
            copy.write(piece)
    return time.perf_counter() - began


def _joined(chunks: Sequence[bytes], *, together: int = 256) -> list[bytes]:
    return [b"".join(chunks[start : start + together]) for start in range(0, len(chunks), together)]
