"""Receipts."""

from uuid import UUID

import orjson

from adapters.postgres.queries import queries
from adapters.postgres.repository import Repository
from domain.quarantine import QuarantineCode, QuarantineId
from domain.receipts import Receipt, ReceiptId, ReceiptItem, ReceiptStatus

SQL = queries("receipts")


class PostgresReceipts(Repository):
    """Implements services.ports.receipts.Receipts."""

    async def find(self, receipt_id: ReceiptId) -> Receipt | None:
        """The receipt, once its post is stored."""
        row = await self._row(SQL["find_receipt"], id=receipt_id)
        if row is None:
            return None
        return Receipt(
            ReceiptId(row["id"]),
            ReceiptStatus(row["status"]),
            row["received_at"],
            row["accepted"],
            row["duplicates"],
            tuple(_item(*item) for item in orjson.loads(row["quarantined"])),
            row["processed_at"],
        )


def _item(index: int, sequence_number: int | None, code: str, identifier: str) -> ReceiptItem:
    return ReceiptItem(index, sequence_number, QuarantineCode(code), QuarantineId(UUID(identifier)))
