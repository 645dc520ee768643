"""What ingestion puts on queue `ingest`; contracts/messages.py reads it.

A message is ASCII JSON, so that it reaches the consumer alike whether the host hands it over as text or as bytes.
"""

import base64
import json
import zlib
from collections.abc import Iterator

from domain.posts import Endpoint, Replay
from domain.receipts import ReceiptId
from domain.tenancy import CompanyId
from services.ports.bus import PendingMessage

INGEST = "ingest"
LARGEST_PART = 150_000
"""Bytes before base64: a message may have 262,144 with its headers (platform.md section 3)."""


def post_messages(
    company_id: CompanyId, receipt_id: ReceiptId, endpoint: Endpoint, *, received_at: int, body: bytes
) -> list[PendingMessage]:
    """The exact bytes of a post, compressed; several messages when they do not fit into one."""
    pieces = list(_pieces(zlib.compress(body, 1)))
    common = {
        "kind": "post",
        "company_id": str(company_id),
        "receipt_id": str(receipt_id),
        "endpoint": endpoint,
        "received_at": received_at,
        "parts": len(pieces),
    }
    return [
        _message(f"{receipt_id}:{part}", {**common, "part": part, "body": base64.b64encode(piece).decode()})
        for part, piece in enumerate(pieces)
    ]


def replay_message(company_id: CompanyId, replay: Replay) -> PendingMessage:
    """A request to read quarantined items again."""
    content: dict[str, object] = {
        "kind": "replay",
        "company_id": str(company_id),
        "receipt_id": str(replay.receipt_id),
        "ids": [str(each) for each in replay.ids],
        "devices": list(replay.devices),
        "worker_code": replay.worker_code,
    }
    return _message(str(replay.receipt_id), content)


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), LARGEST_PART):
        yield body[start : start + LARGEST_PART]


def _message(message_id: str, content: dict[str, object]) -> PendingMessage:
    return PendingMessage(message_id, json.dumps(content).encode())
