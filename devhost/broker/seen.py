"""Duplicate detection: which message ids a queue has seen within its window. Part of the store's transactions."""

import sqlite3
from typing import Final, cast

from devhost.broker.queues import QueueSettings

_FORGET_AT_ONCE: Final = 2000


class SeenMessages:
    """The ids of the queues that detect duplicates; other queues and messages without an id are never duplicates."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Use the store's connection."""
        self._database = database

    def find(self, queue: QueueSettings, message_id: str | None, *, at: int) -> int | None:
        """Return the sequence number under which the id was first seen, if its window still runs."""
        if queue.duplicate_window_ms is None or message_id is None:
            return None
        rows = self._database.execute(
            "select sequence from seen where queue = ? and message_id = ? and until > ?", (queue.name, message_id, at)
        ).fetchall()
        return cast("int", rows[0][0]) if rows else None

    def remember(self, queue: QueueSettings, message_id: str | None, sequence: int, *, at: int) -> None:
        """Begin the window of an id."""
        if queue.duplicate_window_ms is None or message_id is None:
            return
        self._database.execute(
            "insert or replace into seen (queue, message_id, sequence, until) values (?, ?, ?, ?)",
            (queue.name, message_id, sequence, at + queue.duplicate_window_ms),
        )

    def forget(self, *, at: int) -> None:
        """Drop some of the ids whose window has ended."""
        self._database.execute(
            "delete from seen where (queue, message_id) in"
            " (select queue, message_id from seen where until <= ? limit ?)",
            (at, _FORGET_AT_ONCE),
        )
