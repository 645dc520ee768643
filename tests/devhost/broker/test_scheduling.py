"""Scheduled messages, peeking, and the detection of duplicates."""

import asyncio
from datetime import datetime, timedelta

import pytest
from azure.servicebus import ServiceBusMessageState
from azure.servicebus.exceptions import MessageNotFoundError

from tests.devhost.broker.processes import BrokerProcess, a_message, now, text


def in_a_while(seconds: float = 0.8) -> datetime:
    """An instant that a test can wait for."""
    return now() + timedelta(seconds=seconds)


class TestSchedule:
    async def test_lets_messages_appear_at_their_time_and_not_before(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            due = in_a_while()
            numbers = await line.sender.schedule_messages([a_message("one"), a_message("two")], due)
            assert await line.is_empty()
            received = await line.receive(2)

        assert now() >= due
        assert sorted(text(message) for message in received) == ["one", "two"]
        assert len(set(numbers)) == len(numbers)
        assert min(message.sequence_number or 0 for message in received) > max(numbers)

    async def test_heeds_the_annotation_of_a_plain_send(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            due = in_a_while()
            await line.send("later", scheduled_enqueue_time_utc=due)
            await line.send("now")
            received = await line.receive(2)

        assert [text(message) for message in received] == ["now", "later"]
        assert now() >= due

    async def test_delivers_at_once_what_is_due_already(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("one", scheduled_enqueue_time_utc=in_a_while(-60))

            assert text(await line.receive_one()) == "one"

    async def test_can_be_cancelled_once(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            numbers = await line.sender.schedule_messages([a_message("one"), a_message("two")], in_a_while())
            await line.sender.cancel_scheduled_messages(numbers[0])
            with pytest.raises(MessageNotFoundError):
                await line.sender.cancel_scheduled_messages(numbers)

            assert [text(message) for message in await line.receive(2, within_s=1.5)] == ["two"]


class TestPeek:
    async def test_shows_messages_of_every_state_and_changes_none(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("locked", "ready")
            await line.sender.schedule_messages(a_message("scheduled"), in_a_while(60))
            await line.receive_one()
            peeked = await line.receiver.peek_messages(10, sequence_number=1)

            assert [(text(message), message.state) for message in peeked] == [
                ("locked", ServiceBusMessageState.ACTIVE),
                ("ready", ServiceBusMessageState.ACTIVE),
                ("scheduled", ServiceBusMessageState.SCHEDULED),
            ]
            assert (await line.receive_one()).delivery_count == 0

    async def test_begins_at_a_sequence_number_and_ends_at_a_count(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("one", "two", "three", "four")
            first = (await line.receiver.peek_messages(1))[0].sequence_number
            assert first is not None
            peeked = await line.receiver.peek_messages(2, sequence_number=first + 1)

        assert [text(message) for message in peeked] == ["two", "three"]


class TestDuplicate:
    async def test_is_settled_and_dropped(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("unique")) as line:
            await line.send("first", message_id="a")
            await line.send("second", message_id="a")
            await line.sender.send_messages([a_message("third", message_id="a"), a_message("other", message_id="b")])
            received = await line.receive(4, within_s=0.5)

        assert [text(message) for message in received] == ["first", "other"]

    async def test_is_still_one_after_the_first_was_completed(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("unique")) as line:
            await line.send("a")
            await line.receiver.complete_message(await line.receive_one())
            await line.send("a")

            assert await line.is_empty()

    async def test_is_none_after_the_window(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("fleeting")) as line:
            await line.send("first", message_id="a")
            await asyncio.sleep(0.4)
            await line.send("second", message_id="a")

            assert [text(message) for message in await line.receive(2)] == ["first", "second"]

    async def test_is_none_in_another_queue_or_without_an_id(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("unique")) as one, broker.line(broker.a_queue("unique")) as other:
            await one.send("a")
            await other.send("a")
            await one.send("nameless", message_id=None)
            await one.send("nameless", message_id=None)

            assert [text(message) for message in await one.receive(3)] == ["a", "nameless", "nameless"]
            assert text(await other.receive_one()) == "a"

    async def test_is_kept_where_none_are_looked_for(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("plain")) as line:
            await line.send("first", message_id="a")
            await line.send("second", message_id="a")

            assert len(await line.receive(2)) == 2
