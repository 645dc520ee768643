"""What becomes of a locked message: completed, given back, counted, buried, or left until its lock runs out."""

import asyncio
from datetime import timedelta

import pytest
from azure.servicebus import ServiceBusSubQueue
from azure.servicebus.exceptions import MessageLockLostError

from tests.devhost.broker.processes import BrokerProcess, now, text

GRAVE = ServiceBusSubQueue.DEAD_LETTER


class TestComplete:
    async def test_removes_the_message_for_good(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("brief")) as line:
            await line.send("one")
            await line.receiver.complete_message(await line.receive_one())

            assert await line.peek() == []

    async def test_leaves_the_others_alone(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("one", "two", "three")
            _, second, _ = await line.receive(3)
            await line.receiver.complete_message(second)

            assert await line.peek() == ["one", "three"]

    async def test_tells_that_the_lock_was_lost(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("brief")) as line:
            await line.send("one")
            first = await line.receive_one()
            again = await line.receive_one()
            # Otherwise the SDK looks at its own clock and does not ask the broker.
            first._expiry = now() + timedelta(minutes=1)  # pyright: ignore[reportPrivateUsage]
            with pytest.raises(MessageLockLostError):
                await line.receiver.complete_message(first)
            await line.receiver.complete_message(again)


class TestGiveBack:
    async def test_counts_an_abandoned_delivery(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("one")
            counts: list[int | None] = []
            for _ in range(3):
                message = await line.receive_one()
                counts.append(message.delivery_count)
                await line.receiver.abandon_message(message)

        assert counts == [0, 1, 2]

    async def test_keeps_the_place_of_an_abandoned_message(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("one", "two")
            await line.receiver.abandon_message(await line.receive_one())

            assert [text(message) for message in await line.receive(2)] == ["one", "two"]

    async def test_does_not_count_a_released_delivery(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue()
        async with broker.line(queue, prefetch=10) as line:
            await line.send("one", "two", "three")
            await line.receiver.complete_message(await line.receive_one())
        # Closing the receiver released what it had fetched ahead.
        async with broker.line(queue) as line:
            received = await line.receive(2)

        assert [(text(message), message.delivery_count) for message in received] == [("two", 0), ("three", 0)]

    async def test_counts_a_delivery_whose_lock_ran_out(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("brief")) as line:
            await line.send("one")
            first = await line.receive_one()
            again = await line.receive_one()

        assert (first.delivery_count, again.delivery_count) == (0, 1)
        assert first.lock_token != again.lock_token

    async def test_keeps_a_lock_whose_receiver_has_gone(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue("held")
        async with broker.line(queue) as line:
            await line.send("one")
            await line.receive_one()
        async with broker.line(queue) as line:
            assert await line.is_empty()
            assert (await line.receive_one()).delivery_count == 1


class TestBury:
    async def test_carries_reason_and_description(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue()
        async with broker.line(queue) as line, broker.line(queue, sub_queue=GRAVE) as grave:
            await line.send("one", application_properties={"kind": "fact"})
            await line.receiver.dead_letter_message(
                await line.receive_one(), reason="Unreadable", error_description="No JSON."
            )
            message = await grave.receive_one()

            assert await line.is_empty()
        assert (message.dead_letter_reason, message.dead_letter_error_description) == ("Unreadable", "No JSON.")
        assert (text(message), message.application_properties and len(message.application_properties)) == ("one", 3)

    async def test_comes_after_the_last_abandoned_delivery(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue("brief")
        async with broker.line(queue) as line, broker.line(queue, sub_queue=GRAVE) as grave:
            await line.send("one")
            for _ in range(2):
                await line.receiver.abandon_message(await line.receive_one())
            message = await grave.receive_one()

            assert await line.is_empty()
        assert message.dead_letter_reason == "MaxDeliveryCountExceeded"

    async def test_comes_after_the_last_lock_ran_out(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue("brief")
        async with broker.line(queue) as line, broker.line(queue, sub_queue=GRAVE) as grave:
            await line.send("one")
            await line.receive(2, within_s=2)
            message = await grave.receive_one()

        assert (message.dead_letter_reason, text(message)) == ("MaxDeliveryCountExceeded", "one")

    async def test_is_not_repeated_for_what_is_buried(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue("brief")
        async with broker.line(queue) as line, broker.line(queue, sub_queue=GRAVE) as grave:
            await line.send("one")
            await line.receiver.dead_letter_message(await line.receive_one(), reason="Unreadable")
            for _ in range(3):
                await grave.receiver.abandon_message(await grave.receive_one())
            message = await grave.receive_one()
            await grave.receiver.complete_message(message)

            assert await grave.is_empty()
        assert (message.dead_letter_reason, message.delivery_count) == ("Unreadable", 3)


class TestRenew:
    async def test_holds_the_lock_beyond_its_first_end(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("brief")) as line:
            await line.send("one")
            message = await line.receive_one()
            first_end = message.locked_until_utc
            assert first_end is not None
            new_end = first_end
            while now() < first_end + timedelta(seconds=0.4):
                await asyncio.sleep(0.2)
                new_end = await line.receiver.renew_message_lock(message)
            assert await line.is_empty()
            await line.receiver.complete_message(message)

            assert new_end > first_end
            assert await line.peek() == []

    async def test_tells_that_the_lock_was_lost(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("brief")) as line:
            await line.send("one")
            message = await line.receive_one()
            await line.receive_one()
            with pytest.raises(MessageLockLostError):
                await line.receiver.renew_message_lock(message)
