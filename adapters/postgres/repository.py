"""What every repository shares: a connection inside a transaction, and the company of that transaction."""

from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row

from domain.tenancy import CompanyId


class Repository:
    """Runs statements for one company; adds `company_id` to the parameters of each."""

    def __init__(self, connection: AsyncConnection[Any], company_id: CompanyId) -> None:
        self._connection = connection
        self._company_id = company_id

    async def _rows(self, statement: LiteralString, **parameters: object) -> list[DictRow]:
        """All rows of a statement, as dictionaries."""
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, {**parameters, "company_id": self._company_id})
            return await cursor.fetchall()

    async def _row(self, statement: LiteralString, **parameters: object) -> DictRow | None:
        """The first row of a statement, or None."""
        async with self._connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, {**parameters, "company_id": self._company_id})
            return await cursor.fetchone()

    async def _run(self, statement: LiteralString, **parameters: object) -> int:
        """Run a statement without a result; the number of rows that it touched."""
        async with self._connection.cursor() as cursor:
            await cursor.execute(statement, {**parameters, "company_id": self._company_id})
            return cursor.rowcount
