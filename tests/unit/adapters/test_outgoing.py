"""Senders of one queue share batches, and none returns before the broker has settled its messages."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusSender
from azure.servicebus.exceptions import ServiceBusConnectionError

from adapters.service_bus.outgoing import LARGEST_BATCH, Outgoing
from domain.errors import UnavailableError
from services.ports.bus import PendingMessage


class FakeSender:
    """A sender that refuses to be used by two tasks at once, as the SDK's does; `down` makes it fail."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.down = False
        self.closed = 0
        self._busy = False

    async def send_messages(self, messages: Sequence[ServiceBusMessage]) -> None:
        assert not self._busy
        self._busy = True
        await asyncio.sleep(0.01)
        self._busy = False
        if self.down:
            raise ServiceBusConnectionError(message="The broker is away.")
        self.batches.append([str(message.message_id) for message in messages])

    def sent(self) -> list[str]:
        """Every message that was sent, in order."""
        return [name for batch in self.batches for name in batch]

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def sender() -> FakeSender:
    """A sender that works."""
    return FakeSender()


@pytest.fixture
def outgoing(sender: FakeSender) -> Outgoing:
    """The way out through that sender."""
    return Outgoing(lambda: cast("ServiceBusSender", sender))


def a_message(name: str, *, size: int = 10) -> PendingMessage:
    """A message of a size."""
    return PendingMessage(name, b"x" * size)


class TestSend:
    async def test_lets_what_waits_leave_together(self, outgoing: Outgoing, sender: FakeSender) -> None:
        await asyncio.gather(*(outgoing.send([a_message(str(number))]) for number in range(20)))

        assert sorted(sender.sent()) == sorted(map(str, range(20)))
        assert len(sender.batches) <= 2

    async def test_keeps_a_batch_below_what_the_broker_takes(self, outgoing: Outgoing, sender: FakeSender) -> None:
        await outgoing.send([a_message(str(number), size=LARGEST_BATCH // 2) for number in range(5)])

        assert sender.batches == [["0", "1"], ["2", "3"], ["4"]]

    async def test_refuses_everybody_of_a_batch_that_failed(self, outgoing: Outgoing, sender: FakeSender) -> None:
        sender.down = True

        answers = await asyncio.gather(
            *(outgoing.send([a_message(str(number))]) for number in range(3)), return_exceptions=True
        )

        assert [type(answer) for answer in answers] == [UnavailableError] * 3

    async def test_opens_another_sender_after_a_failure(self, outgoing: Outgoing, sender: FakeSender) -> None:
        sender.down = True
        with pytest.raises(UnavailableError):
            await outgoing.send([a_message("lost")])
        sender.down = False

        await outgoing.send([a_message("kept")])

        assert (sender.closed, sender.batches) == (1, [["kept"]])

    async def test_of_one_who_gave_up_does_not_hold_the_others(self, outgoing: Outgoing, sender: FakeSender) -> None:
        given_up = asyncio.create_task(outgoing.send([a_message("left")]))
        other = asyncio.create_task(outgoing.send([a_message("stays")]))
        await asyncio.sleep(0)

        given_up.cancel()
        await other

        assert "stays" in sender.sent()
