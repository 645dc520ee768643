"""What the accept path puts on queue `ingest` for the workload's uploads, kept in a file of one message a line."""

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.master_data import Account
from bench.workload import Upload
from bootstrap.clock import new_id
from domain.posts import Endpoint
from domain.receipts import ReceiptIds
from services.messages import post_messages

SEED = 20260610


def messages_of(uploads: Iterable[Upload], accounts: Mapping[str, Account]) -> list[bytes]:
    """The messages of the uploads, in their order, as services/ingestion.py makes them."""
    receipt_ids = ReceiptIds(b"bench", new_id)
    messages: list[bytes] = []
    for upload in uploads:
        company_id = accounts[upload.badge.company.slug].company_id
        sent = post_messages(
            company_id,
            receipt_ids.issue(company_id),
            Endpoint.NOTEHUB,
            received_at=upload.received_at,
            body=upload.body,
        )
        messages.extend(message.body for message in sent)
    return messages


def doubled(uploads: Sequence[Upload]) -> list[Upload]:
    """Every upload twice, as two posts of the same bytes, in an order of chance that is the same on every run."""
    twice = [*uploads, *uploads]
    random.Random(SEED).shuffle(twice)  # noqa: S311 # no secret
    return twice


def write(messages: Iterable[bytes], path: Path) -> None:
    """Keep messages; they are ASCII JSON without a line break."""
    path.write_bytes(b"".join(message + b"\n" for message in messages))
