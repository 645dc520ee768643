"""The repository of every plain noun: the same six statements, under the names of the noun's own SQL file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from adapters.postgres.constraints import constraints_as_errors
from adapters.postgres.repository import Repository
from domain.errors import NotFoundError
from domain.master_data import Record
from domain.tenancy import CompanyId

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A noun in the database: its statements, how a row becomes a record, and what its list can be filtered by."""

    add: LiteralString
    get: LiteralString
    lock: LiteralString
    list_page: LiteralString
    save: LiteralString
    record: Callable[[DictRow], R]
    filters: tuple[str, ...] = ()
    remove: LiteralString = ""
    """Of nouns whose records can be taken away."""


class PostgresRecords(Repository, Generic[R]):
    """Implements services.ports.records.Records."""

    def __init__(self, connection: AsyncConnection[Any], company_id: CompanyId, table: Table[R]) -> None:
        super().__init__(connection, company_id)
        self._table = table

    async def get(self, record_id: UUID, *, within: UUID | None = None) -> R:
        """One record; raises NotFoundError, also for one of another parent."""
        return await self._one(self._table.get, record_id, within)

    async def lock(self, record_id: UUID, *, within: UUID | None = None) -> R:
        """One record, held until the transaction ends; raises NotFoundError."""
        return await self._one(self._table.lock, record_id, within)

    async def list_page(self, filters: Mapping[str, object], *, after: UUID | None, limit: int) -> list[R]:
        """Ordered by id, those after `after`; a filter that is None filters nothing."""
        wanted = {**dict.fromkeys(self._table.filters), **filters}
        rows = await self._rows(self._table.list_page, **wanted, after=after, limit=limit)
        return [self._table.record(row) for row in rows]

    async def add(self, record: R) -> None:
        """Store a new record; raises what its constraints mean."""
        await self._write(self._table.add, record)

    async def save(self, record: R) -> None:
        """Store a record that was locked; raises what its constraints mean."""
        await self._write(self._table.save, record)

    async def remove(self, record: R) -> None:
        """Take away a record that was locked."""
        await self._run(self._table.remove, id=record.id)

    async def _one(self, statement: LiteralString, record_id: UUID, within: UUID | None) -> R:
        row = await self._row(statement, id=record_id, within=within)
        if row is None:
            raise NotFoundError
        return self._table.record(row)

    async def _write(self, statement: LiteralString, record: R) -> None:
        columns = {field.name: getattr(record, field.name) for field in fields(record)}
        with constraints_as_errors():
            await self._run(statement, **columns)
