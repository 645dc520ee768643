"""What travels on queue `ingest`: what the services write is what the consumer reads."""

import uuid
import zlib
from random import Random

import pytest
from pydantic import ValidationError

from contracts.messages import read_message
from domain.posts import Endpoint, PostPart, Replay
from domain.receipts import ReceiptId
from domain.tenancy import CompanyId
from services.messages import post_messages, replay_message

COMPANY, RECEIPT = CompanyId(uuid.uuid4()), ReceiptId(uuid.uuid4())


class TestReadMessage:
    @pytest.mark.parametrize("size", [1, 140_000, 262_144])
    def test_reads_a_post_back_byte_by_byte(self, size: int) -> None:
        body = Random(7).randbytes(size)  # noise that does not compress

        messages = post_messages(COMPANY, RECEIPT, Endpoint.NOTEHUB, received_at=5, body=body)
        read = [read_message(message.body) for message in messages]

        parts = [one.content for one in read if isinstance(one.content, PostPart)]
        assert [(one.company_id, one.content.receipt_id) for one in read] == [(COMPANY, RECEIPT)] * len(messages)
        assert [(part.part, part.parts) for part in parts] == [(n, len(messages)) for n in range(len(messages))]
        assert zlib.decompress(b"".join(part.body for part in parts)) == body

    def test_keeps_every_message_below_the_brokers_limit_and_in_ascii(self) -> None:
        body = Random(7).randbytes(262_144)  # noise that does not compress

        messages = post_messages(COMPANY, RECEIPT, Endpoint.EVENTS, received_at=5, body=body)

        assert len({message.message_id for message in messages}) == len(messages)
        assert all(len(message.body) < 250_000 and message.body.isascii() for message in messages)

    def test_reads_a_replay(self) -> None:
        replay = Replay(RECEIPT, (uuid.uuid4(),), ("dev:1", "ACT-1"), "W-1")

        assert read_message(replay_message(COMPANY, replay).body).content == replay

    def test_refuses_what_we_never_sent(self) -> None:
        with pytest.raises(ValidationError):
            read_message(b'{"kind": "gossip"}')
