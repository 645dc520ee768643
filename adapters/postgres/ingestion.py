"""What a delivery reads and writes for one company: few round trips, whole columns at a time."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import OperationalError
from psycopg.errors import UndefinedColumn, UndefinedFunction, UndefinedTable

from adapters.postgres.arrays import array_of, hex_array_of
from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from contracts.json_values import text_of
from domain.errors import UnavailableError
from domain.ids import BadgeId
from domain.ingestion import Device, NumberRow, ObservationRow, QuarantineRow, Tenure, Verdict
from domain.posts import Post
from domain.receipts import ReceiptId
from domain.sequences import Run, RunChange
from services.ports.ingestion import FreshRun, Held, Neighbourhood, SavedReceipt, Stated

SQL = queries("ingestion")
SCHEMA_IS_ANOTHER = (UndefinedColumn, UndefinedFunction, UndefinedTable)
"""A release and its migration have not met yet: no event is to blame, so none may be quarantined for it."""
Statement = tuple[LiteralString, dict[str, object]]


class PostgresIngestion(Repository):
    """Implements services.ports.ingestion.Ingestion."""

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo what is done inside when it raises; an error of the infrastructure becomes UnavailableError."""
        try:
            async with self._connection.transaction():
                yield
        except (OperationalError, *SCHEMA_IS_ANOTHER) as error:
            message = "The database cannot store this now; try again."
            raise UnavailableError(message) from error

    async def find_stored(self, receipt_ids: Sequence[ReceiptId]) -> set[UUID]:
        """The posts that were stored before."""
        rows = await self._rows(SQL["find_stored_receipts"], ids=array_of(receipt_ids))
        return {row["id"] for row in rows}

    async def find_stated(
        self, *, devices: Sequence[str], marks: Sequence[bytes], codes: Sequence[str | None]
    ) -> Stated:
        """Devices by their label, quarantined marks, workers' codes."""
        found = await self._read(
            (SQL["find_devices"], {"devices": list(devices)}),
            (SQL["find_tenures"], {"devices": list(devices)}),
            (SQL["find_quarantined_marks"], {"marks": list(marks)}),
            (SQL["find_worker_codes"], {"codes": list(codes)}),
        )
        labels: dict[str, Device] = {}
        for row in found[0]:
            device = Device(BadgeId(row[0]), row[3])
            labels[row[1]] = device
            labels[row[2]] = device
        quarantined = {
            (bytes(row[0]), owner) for row in found[2] for owner in (row[1] or "", row[2]) if owner is not None
        }
        return Stated(labels, _tenures(found[1]), quarantined, {row[0] for row in found[3]})

    async def find_held(self, *, numbers: Sequence[tuple[BadgeId, int]], keys: Sequence[bytes]) -> Held:
        """Numbers and keys that stored events hold."""
        badge_ids, asked = _columns(numbers, 2)
        found = await self._read(
            (SQL["find_sequence_keys"], {"badge_ids": array_of(badge_ids), "numbers": array_of(asked)}),
            (SQL["find_envelope_keys"], {"keys": list(keys)}),
        )
        held: dict[bytes, set[bytes]] = {}
        for key, content in found[1]:
            held.setdefault(bytes(key), set()).add(bytes(content))
        return Held({(row[0], row[1]): bytes(row[2]) for row in found[0]}, held)

    async def find_runs(self, fresh: Sequence[FreshRun]) -> Neighbourhood:
        """What the fresh runs touch, overlap and fill."""
        asked = _fresh(fresh)
        touching, filled = await self._read((SQL["find_sequence_runs"], asked), (SQL["find_filled_holes"], asked))
        runs: dict[BadgeId, list[Run]] = {}
        for badge_id, first, last, captured_at in touching:
            runs.setdefault(badge_id, []).append(Run(first, last, captured_at))
        return Neighbourhood(runs, [(row[0], row[1], row[2]) for row in filled])

    async def save(self, verdict: Verdict, runs: dict[BadgeId, RunChange], *, at: datetime) -> None:
        """Write observations, keys, runs, evidence days, badge news and quarantine."""
        statements = [
            *_numbers(verdict.numbers),
            *_keys(verdict.keys),
            *_observations(verdict.observations),
            *_days(verdict),
            *_news(verdict),
            *_runs(runs),
            *_quarantine(verdict.quarantined, at),
            *_resolved(verdict, at),
        ]
        await self._write(statements)

    async def save_receipts(self, posts: Sequence[Post], receipts: Sequence[SavedReceipt], *, at: datetime) -> None:
        """Write receipts, and the exact bytes of posts."""
        kept = [post for post in posts if post.body is not None]
        statements: list[Statement] = [(SQL["add_receipts"], _receipts(receipts, at))]
        if kept:
            statements.append((SQL["add_raw_events"], _raw_events(kept)))
        await self._write(statements)

    async def add_part(self, receipt_id: ReceiptId, *, part: int, parts: int, body: bytes) -> bytes | None:
        """Keep one part of a large post; the whole once every part is there."""
        await self._run(SQL["add_post_part"], receipt_id=receipt_id, part=part, body=body)
        rows = await self._rows(SQL["list_post_parts"], receipt_id=receipt_id)
        if len(rows) < parts:
            return None
        await self._run(SQL["drop_post_parts"], receipt_id=receipt_id)
        return b"".join(bytes(row["body"]) for row in rows)

    async def _write(self, statements: Sequence[Statement]) -> None:
        """All statements in one round trip; the first that fails raises."""
        async with self._connection.pipeline():
            for statement, parameters in statements:
                await self._connection.execute(statement, {**parameters, "company_id": self._company_id})

    async def _read(self, *statements: Statement) -> list[list[tuple[Any, ...]]]:
        """The rows of several statements in one round trip; a statement that asks for nothing is not sent."""
        async with self._connection.pipeline():
            cursors = [
                None
                if _asks_nothing(parameters)
                else await self._connection.execute(statement, {**parameters, "company_id": self._company_id})
                for statement, parameters in statements
            ]
        return [[] if cursor is None else await cursor.fetchall() for cursor in cursors]


def _tenures(rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Tenure]]:
    tenures: dict[str, list[Tenure]] = {}
    for badge_id, serial, device_uid, registered_at, to_at in rows:
        for label in (serial, device_uid):
            tenures.setdefault(label, []).append(Tenure(BadgeId(badge_id), registered_at, to_at))
    return tenures


def _asks_nothing(parameters: dict[str, object]) -> bool:
    return all(value in ("{}", []) for value in parameters.values())


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> Sequence[Sequence[object]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _fresh(fresh: Sequence[FreshRun]) -> dict[str, object]:
    return {
        "badge_ids": array_of([run.badge_id for run in fresh]),
        "firsts": array_of([run.first for run in fresh]),
        "lasts": array_of([run.last for run in fresh]),
    }


def _numbers(rows: Sequence[NumberRow]) -> list[Statement]:
    if not rows:
        return []
    badge_ids, numbers, contents, captured_at = zip(*rows, strict=True)
    return [
        (
            SQL["add_sequence_keys"],
            {
                "badge_ids": array_of(badge_ids),
                "numbers": array_of(numbers),
                "contents": hex_array_of(contents),
                "captured_at": array_of(captured_at),
            },
        )
    ]


def _keys(rows: Sequence[tuple[bytes, bytes]]) -> list[Statement]:
    if not rows:
        return []
    keys, contents = zip(*rows, strict=True)
    return [(SQL["add_envelope_keys"], {"keys": hex_array_of(keys), "contents": hex_array_of(contents)})]


def _observations(rows: Sequence[ObservationRow]) -> list[Statement]:
    if not rows:
        return []
    columns = zip(ObservationRow._fields, zip(*rows, strict=True), strict=True)
    return [(SQL["add_observations"], {name: array_of(column) for name, column in columns})]


def _days(verdict: Verdict) -> list[Statement]:
    if not verdict.days:
        return []
    spans = verdict.days.values()
    return [
        (
            SQL["add_evidence_days"],
            {
                "badge_ids": array_of([badge_id for badge_id, _ in verdict.days]),
                "firsts": array_of([span.first_at for span in spans]),
                "lasts": array_of([span.last_at for span in spans]),
                "west": array_of([span.west for span in spans]),
                "south": array_of([span.south for span in spans]),
                "east": array_of([span.east for span in spans]),
                "north": array_of([span.north for span in spans]),
            },
        )
    ]


def _news(verdict: Verdict) -> list[Statement]:
    if not verdict.news:
        return []
    news = verdict.news.values()
    return [
        (
            SQL["add_badge_news"],
            {
                "badge_ids": array_of(list(verdict.news)),
                "heard_at": array_of([each.heard_at for each in news]),
                "captured_at": array_of([each.captured_at for each in news]),
                "clock_suspect_at": array_of([each.clock_suspect_at for each in news]),
                "battery_pct": array_of([each.battery_pct for each in news]),
                "firmware": array_of([each.firmware for each in news]),
            },
        )
    ]


def _runs(changes: dict[BadgeId, RunChange]) -> list[Statement]:
    dropped = [(badge_id, first) for badge_id, change in changes.items() for first in change.dropped]
    kept = [(badge_id, *run) for badge_id, change in changes.items() for run in change.kept]
    statements: list[Statement] = []
    if dropped:
        badge_ids, firsts = _columns(dropped, 2)
        statements.append((SQL["drop_sequence_runs"], {"badge_ids": array_of(badge_ids), "firsts": array_of(firsts)}))
    if kept:
        badge_ids, firsts, lasts, captured_at = _columns(kept, 4)
        parameters: dict[str, object] = {
            "badge_ids": array_of(badge_ids),
            "firsts": array_of(firsts),
            "lasts": array_of(lasts),
            "captured_at": array_of(captured_at),
        }
        statements.append((SQL["keep_sequence_runs"], parameters))
    return statements


def _quarantine(rows: Sequence[QuarantineRow], at: datetime) -> list[Statement]:
    if not rows:
        return []
    parameters: dict[str, object] = {
        "ids": array_of([row.id for row in rows]),
        "receipt_ids": array_of([row.receipt_id for row in rows]),
        "received_at": array_of([row.received_at for row in rows]),
        "endpoints": array_of([row.endpoint for row in rows]),
        "codes": array_of([row.fault.code for row in rows]),
        "details": array_of([row.fault.detail for row in rows]),
        "devices": array_of([row.device for row in rows]),
        "badge_ids": array_of([row.badge_id for row in rows]),
        "numbers": array_of([row.sequence_number for row in rows]),
        "kinds": array_of([row.kind for row in rows]),
        "captured_at": array_of([_storable_instant(row) for row in rows]),
        "worker_codes": array_of([row.worker_code for row in rows]),
        "contents": hex_array_of([row.mark for row in rows]),
        "items": array_of([text_of(row.value) for row in rows]),
        "at": at,
    }
    return [(SQL["add_quarantined_events"], parameters)]


def _storable_instant(row: QuarantineRow) -> int | None:
    """A broken clock may tell a second that no calendar has."""
    at = row.captured_at
    return at if at is not None and 0 <= at - row.received_at + 2**31 < 2**32 else None


def _resolved(verdict: Verdict, at: datetime) -> list[Statement]:
    if not verdict.resolved:
        return []
    ids, receipt_ids = list(verdict.resolved), list(verdict.resolved.values())
    return [
        (
            SQL["resolve_quarantined_events"],
            {"ids": array_of(ids), "receipt_ids": array_of(receipt_ids), "at": at},
        )
    ]


def _receipts(receipts: Sequence[SavedReceipt], at: datetime) -> dict[str, object]:
    return {
        "ids": array_of([receipt.id for receipt in receipts]),
        "received_at": array_of([receipt.received_at for receipt in receipts]),
        "statuses": array_of([receipt.status for receipt in receipts]),
        "accepted": array_of([receipt.accepted for receipt in receipts]),
        "duplicates": array_of([receipt.duplicates for receipt in receipts]),
        "quarantined": array_of([receipt.quarantined for receipt in receipts]),
        "at": at,
    }


def _raw_events(posts: Sequence[Post]) -> dict[str, object]:
    return {
        "received_at": array_of([post.received_at for post in posts]),
        "receipt_ids": array_of([post.receipt_id for post in posts]),
        "endpoints": array_of([post.endpoint for post in posts]),
        "digests": [post.sha256 for post in posts],
        "bodies": [post.body for post in posts],
    }
