"""Notehub, as far as it sends: every event is one post, and what fails is posted again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from bench.master_data import Account
from bench.workload import Upload

SENDERS = 8
PATIENCE_S = 10.0
AGAIN_S = 0.2
"""Notehub waits longer before it posts again; a test need not."""
PATH = "/api/v1/ingest/notehub"


class RefusedError(AssertionError):
    """A good post got a 4xx: Notehub would not post it again, and it would be lost."""


@dataclass(slots=True)
class Sent:
    """What senders were told, and how often they had to post again."""

    receipts: set[UUID] = field(default_factory=set[UUID])
    again: int = 0


async def send_all(url: str, uploads: Sequence[Upload], accounts: Mapping[str, Account]) -> Sent:
    """Post everything until each upload got its 202; each badge's uploads go out in order."""
    sent = Sent()
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:
        shares = [_of_sender(uploads, number) for number in range(SENDERS)]
        await asyncio.gather(*(_send(client, share, accounts, sent) for share in shares))
    return sent


def _of_sender(uploads: Sequence[Upload], number: int) -> list[Upload]:
    return [upload for upload in uploads if upload.badge.number % SENDERS == number]


async def _send(
    client: httpx.AsyncClient, uploads: Sequence[Upload], accounts: Mapping[str, Account], sent: Sent
) -> None:
    for upload in uploads:
        headers = {"X-Actual-Api-Key": accounts[upload.badge.company.slug].key, "Content-Type": "application/json"}
        while (receipt := await _post(client, upload.body, headers)) is None:
            sent.again += 1
            await asyncio.sleep(AGAIN_S)
        sent.receipts.add(receipt)


async def _post(client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str]) -> UUID | None:
    """The receipt, or None when Notehub would post again: no connection, no answer, or a 5xx."""
    try:
        answer = await client.post(PATH, content=body, headers=headers)
    except httpx.TransportError:
        return None
    if answer.is_server_error:
        return None
    if answer.status_code != httpx.codes.ACCEPTED:
        raise RefusedError(f"{answer.status_code}: {answer.text}")
    return UUID(answer.json()["receipt_id"])
