"""Receipts of one company."""

from typing import Protocol

from domain.receipts import Receipt, ReceiptId


class Receipts(Protocol):
    """What became of posts."""

    async def find(self, receipt_id: ReceiptId) -> Receipt | None:
        """The receipt, once its post is stored."""
        ...
