"""The messages of every queue in one SQLite file; each method is part of the transaction that `commits.py` ends.

Instants come in as milliseconds since 1970, UTC. A message is ready, locked or scheduled; `schema.sql` says the rest.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final, cast

from devhost.broker.messages import Arrival, Facts
from devhost.broker.queues import DEAD_LETTER_SUFFIX, QueueSettings
from devhost.broker.seen import SeenMessages

MAX_DELIVERIES_REASON: Final = "MaxDeliveryCountExceeded"

_FILE: Final = "broker.sqlite3"
_SCHEMA: Final = Path(__file__).with_name("schema.sql")
_TAG_BYTES: Final = 8
_DUE_AT_ONCE: Final = 500


class State(IntEnum):
    """Where a message stands; the numbers are in the database."""

    READY = 0
    LOCKED = 1
    SCHEDULED = 2


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it leaves the store; the tag is its lock, empty when it is not locked."""

    tag: str
    encoded: bytes
    facts: Facts


class Store:
    """All durable state of the broker. Not safe for use by two threads at once."""

    def __init__(self, data: Path, queues: Mapping[str, QueueSettings]) -> None:
        """Open or create the file in `data`; raise sqlite3.OperationalError while another broker holds it."""
        self.queues = queues
        # Queues whose ready messages became more; whoever ends the transaction empties it.
        self.replenished: set[str] = set()
        data.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(
            data / _FILE, isolation_level=None, check_same_thread=False, timeout=1, cached_statements=64
        )
        self._prepare()
        self._seen = SeenMessages(self._database)

    def _prepare(self) -> None:
        for pragma in ("locking_mode = exclusive", "journal_mode = wal", "synchronous = full", "temp_store = memory"):
            self._database.execute(f"pragma {pragma}")
        self._database.executescript(_SCHEMA.read_text(encoding="utf-8"))

    def begin(self) -> None:
        """Begin the transaction that the next operations share."""
        self.replenished.clear()
        self._database.execute("begin immediate")

    def commit(self) -> None:
        """End the transaction; on return it is on the disk. May run on another thread, alone."""
        self._database.execute("commit")

    def rollback(self) -> None:
        """Give the transaction up, if SQLite has not done so itself."""
        if self._database.in_transaction:
            self._database.execute("rollback")

    def close(self) -> None:
        """Fold the log into the file and close it."""
        self._database.execute("pragma wal_checkpoint(truncate)")
        self._database.close()

    def add(self, queue: str, arrivals: Iterable[Arrival], *, at: int) -> list[int]:
        """Store messages, in order, and return their sequence numbers; a duplicate yields the number of its first."""
        return [self._add_one(self.queues[queue], arrival, at) for arrival in arrivals]

    def _add_one(self, queue: QueueSettings, arrival: Arrival, at: int) -> int:
        known = self._seen.find(queue, arrival.message_id, at=at)
        if known is not None:
            return known
        scheduled = arrival.scheduled_ms is not None and arrival.scheduled_ms > at
        state = State.SCHEDULED if scheduled else State.READY
        sequence = self._write(
            "insert into messages (queue, state, due_at, enqueued_at) values (?, ?, ?, ?)",
            (queue.name, state, arrival.scheduled_ms if scheduled else None, at),
        )
        self._write("insert into bodies (sequence, encoded) values (?, ?)", (sequence, arrival.encoded))
        self._seen.remember(queue, arrival.message_id, sequence, at=at)
        if not scheduled:
            self.replenished.add(queue.name)
        return sequence

    def lock(self, queue: str, *, limit: int, at: int) -> list[StoredMessage]:
        """Lock the oldest ready messages for the queue's lock time."""
        until = at + self.queues[queue.removesuffix(DEAD_LETTER_SUFFIX)].lock_ms
        locked: list[StoredMessage] = []
        for message in self._ready(queue, limit, until):
            tag = secrets.token_hex(_TAG_BYTES)
            self._write(
                "update messages set state = ?, due_at = ?, tag = ? where sequence = ?",
                (State.LOCKED, until, tag, message.facts.sequence),
            )
            locked.append(StoredMessage(tag, message.encoded, message.facts))
        return locked

    def take(self, queue: str, *, limit: int) -> list[StoredMessage]:
        """Remove and return the oldest ready messages (receive-and-delete)."""
        taken = self._ready(queue, limit, None)
        for message in taken:
            self._remove(message.facts.sequence)
        return taken

    def put_back(self, queue: str, message: StoredMessage) -> None:
        """Undo `take` for a message that could not be sent: it stands where it stood."""
        facts = message.facts
        self._write(
            "insert into messages (sequence, queue, state, delivery_count, enqueued_at, reason, description)"
            " values (?, ?, 0, ?, ?, ?, ?)",
            (facts.sequence, queue, facts.delivery_count, facts.enqueued_ms, facts.reason, facts.description),
        )
        self._write("insert into bodies (sequence, encoded) values (?, ?)", (facts.sequence, message.encoded))
        self.replenished.add(queue)

    def _ready(self, queue: str, limit: int, locked_until: int | None) -> list[StoredMessage]:
        rows = self._rows(
            "select sequence, delivery_count, enqueued_at, reason, description, encoded"
            " from messages join bodies using (sequence)"
            " where queue = ? and state = 0 order by sequence limit ?",
            (queue, limit),
        )
        return [_stored_message(row, locked_until) for row in rows]

    def complete(self, tag: str, *, at: int) -> bool:
        """Remove a locked message; False if its lock is lost."""
        sequence = self._find_locked(tag, at)
        if sequence is None:
            return False
        self._remove(sequence)
        return True

    def release(self, tag: str, *, at: int) -> bool:
        """Give a locked message back without counting the delivery; False if its lock is lost."""
        sequence = self._find_locked(tag, at)
        if sequence is None:
            return False
        self._make_ready(sequence, counted=False)
        return True

    def abandon(self, tag: str, *, at: int) -> bool:
        """Give a locked message back and count the delivery, perhaps its last; False if its lock is lost."""
        sequence = self._find_locked(tag, at)
        if sequence is None:
            return False
        self._make_ready(sequence, counted=True)
        return True

    def dead_letter(self, tag: str, *, reason: str | None, description: str | None, at: int) -> bool:
        """Move a locked message to the dead-letter queue; False if its lock is lost."""
        sequence = self._find_locked(tag, at)
        if sequence is None:
            return False
        self._bury(sequence, reason, description)
        return True

    def renew(self, tags: Sequence[str], *, at: int) -> list[int] | None:
        """Lock each message anew from `at` and return the new ends; None, and nothing done, if a lock is lost."""
        held = [self._find_locked(tag, at) for tag in tags]
        if None in held:
            return None
        ends: list[int] = []
        for tag, sequence in zip(tags, held, strict=True):
            queue = str(self._rows("select queue from messages where sequence = ?", (sequence,))[0][0])
            ends.append(at + self.queues[queue.removesuffix(DEAD_LETTER_SUFFIX)].lock_ms)
            self._write("update messages set due_at = ? where tag = ?", (ends[-1], tag))
        return ends

    def cancel(self, queue: str, sequences: Sequence[int]) -> bool:
        """Remove scheduled messages; False, and nothing done, if one is not scheduled in this queue any more."""
        for sequence in sequences:
            if not self._rows(
                "select 1 from messages where sequence = ? and queue = ? and state = 2", (sequence, queue)
            ):
                return False
        for sequence in sequences:
            self._remove(sequence)
        return True

    def peek(self, queue: str, *, since: int, limit: int) -> list[StoredMessage]:
        """Return messages of any state from a sequence number on, and change nothing."""
        rows = self._rows(
            "select sequence, delivery_count, enqueued_at, reason, description, encoded,"
            " case state when 2 then 2 else 0 end"
            " from messages join bodies using (sequence)"
            " where queue = ? and sequence >= ? order by sequence limit ?",
            (queue, since, limit),
        )
        return [_stored_message(row, None) for row in rows]

    def move_due(self, *, at: int) -> None:
        """End the locks that ran out, counting the delivery, and let scheduled messages appear."""
        due = self._rows(
            "select sequence, state from messages where due_at <= ? order by due_at, sequence limit ?",
            (at, _DUE_AT_ONCE),
        )
        for sequence, state in cast("list[tuple[int, int]]", due):
            if state == State.LOCKED:
                self._make_ready(sequence, counted=True)
            else:
                self._enqueue_scheduled(sequence, at)

    def forget_duplicates(self, *, at: int) -> None:
        """Drop some message ids whose window has ended."""
        self._seen.forget(at=at)

    def find_next_due(self) -> int | None:
        """Return when the next lock ends or the next scheduled message appears."""
        return cast("int | None", self._rows("select min(due_at) from messages where due_at is not null", ())[0][0])

    def _find_locked(self, tag: str, at: int) -> int | None:
        rows = self._rows("select sequence from messages where tag = ? and due_at > ?", (tag, at))
        return cast("int", rows[0][0]) if rows else None

    def _make_ready(self, sequence: int, *, counted: bool) -> None:
        queue, delivery_count = cast(
            "tuple[str, int]",
            self._rows("select queue, delivery_count from messages where sequence = ?", (sequence,))[0],
        )
        delivery_count += counted
        if queue in self.queues and counted and delivery_count >= self.queues[queue].max_delivery_count:
            self._write("update messages set delivery_count = ? where sequence = ?", (delivery_count, sequence))
            description = f"The message was not completed in {delivery_count} deliveries."
            self._bury(sequence, MAX_DELIVERIES_REASON, description)
            return
        self._write(
            "update messages set state = 0, due_at = null, tag = null, delivery_count = ? where sequence = ?",
            (delivery_count, sequence),
        )
        self.replenished.add(queue)

    def _bury(self, sequence: int, reason: str | None, description: str | None) -> None:
        queue = str(self._rows("select queue from messages where sequence = ?", (sequence,))[0][0])
        grave = queue.removesuffix(DEAD_LETTER_SUFFIX) + DEAD_LETTER_SUFFIX
        self._write(
            "update messages set queue = ?, state = 0, due_at = null, tag = null,"
            " reason = coalesce(?, reason), description = coalesce(?, description) where sequence = ?",
            (grave, reason, description, sequence),
        )
        self.replenished.add(grave)

    def _enqueue_scheduled(self, sequence: int, at: int) -> None:
        """Append it as if it were sent now: it gets a new sequence number and is enqueued now."""
        queue = str(self._rows("select queue from messages where sequence = ?", (sequence,))[0][0])
        self._write("delete from messages where sequence = ?", (sequence,))
        appended = self._write(
            "insert into messages (queue, state, enqueued_at) values (?, ?, ?)", (queue, State.READY, at)
        )
        self._write("update bodies set sequence = ? where sequence = ?", (appended, sequence))
        self.replenished.add(queue)

    def _remove(self, sequence: int) -> None:
        self._write("delete from messages where sequence = ?", (sequence,))
        self._write("delete from bodies where sequence = ?", (sequence,))

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        with closing(self._database.execute(statement, cast("Sequence[str]", values))) as cursor:
            return cursor.fetchall()

    def _write(self, statement: str, values: Sequence[object]) -> int:
        with closing(self._database.execute(statement, cast("Sequence[str]", values))) as cursor:
            return cursor.lastrowid or 0


def _stored_message(row: tuple[object, ...], locked_until: int | None) -> StoredMessage:
    sequence, delivery_count, enqueued_ms, reason, description, encoded, *state = row
    facts = Facts(
        sequence=cast("int", sequence),
        delivery_count=cast("int", delivery_count),
        enqueued_ms=cast("int", enqueued_ms),
        locked_until_ms=locked_until,
        reason=cast("str | None", reason),
        description=cast("str | None", description),
        state=cast("int", state[0]) if state else None,
    )
    return StoredMessage("", cast("bytes", encoded), facts)
