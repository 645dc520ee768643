"""The Service Bus stand-in, as the real SDK sees it: sending and receiving (platform.md, section 3)."""

import asyncio
import uuid

import pytest
from azure.servicebus import ServiceBusClient as SyncClient
from azure.servicebus import ServiceBusMessage, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.amqp import AmqpAnnotatedMessage
from azure.servicebus.exceptions import (
    MessageSizeExceededError,
    MessagingEntityNotFoundError,
    ServiceBusError,
)

from tests.devhost.broker.processes import BrokerProcess, a_message, connection_string, text

LARGEST_MESSAGE = 262_144
OVERHEAD = 1_024


class TestSend:
    async def test_carries_body_properties_and_annotations_unchanged(self, broker: BrokerProcess) -> None:
        sent = ServiceBusMessage(
            b"\x00body\xff",
            message_id="id-1",
            subject="kind",
            correlation_id="corr",
            content_type="application/json",
            application_properties={"text": "völlig", "number": 7, "flag": True},
        )
        async with broker.line(broker.a_queue()) as line:
            await line.sender.send_messages(sent)
            message = await line.receive_one()

        assert b"".join(message.body) == b"\x00body\xff"
        assert (message.message_id, message.subject, message.correlation_id) == ("id-1", "kind", "corr")
        assert message.content_type == "application/json"
        assert message.application_properties == {b"text": "völlig".encode(), b"number": 7, b"flag": True} or (
            message.application_properties == {b"text": "völlig", b"number": 7, b"flag": True}
        )
        assert message.sequence_number is not None
        assert message.enqueued_time_utc is not None
        assert message.locked_until_utc is not None
        assert message.locked_until_utc > message.enqueued_time_utc

    async def test_unpacks_a_list_into_single_messages_in_their_order(self, broker: BrokerProcess) -> None:
        bodies = [f"part-{number}" for number in range(40)]
        async with broker.line(broker.a_queue()) as line:
            await line.sender.send_messages([a_message(body) for body in bodies])
            received = await line.receive(len(bodies))

        assert [text(message) for message in received] == bodies
        assert len({message.sequence_number for message in received}) == len(bodies)

    async def test_keeps_none_of_a_batch_of_which_one_is_broken(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            batch = await line.sender.create_message_batch()
            batch.add_message(a_message("whole"))
            batch._message[5].append(b"\x00\x53\x75\xa0\xffbroken")  # pyright: ignore[reportPrivateUsage]
            with pytest.raises(ServiceBusError):
                await line.sender.send_messages(batch)

            assert await line.is_empty()

    async def test_does_not_take_a_message_of_several_data_sections_for_a_batch(self, broker: BrokerProcess) -> None:
        sections = [b"\x00\x53\x75\xa0\x01x", b"\x00\x53\x75\xa0\x01y"]
        async with broker.line(broker.a_queue()) as line:
            await line.sender.send_messages(AmqpAnnotatedMessage(data_body=sections))
            message = await line.receive_one()

            assert list(message.body) == sections
            assert await line.is_empty()

    async def test_advertises_the_largest_message_and_refuses_more(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            batch = await line.sender.create_message_batch()
            await line.send("a" * (LARGEST_MESSAGE - OVERHEAD), message_id="fits")
            with pytest.raises(MessageSizeExceededError):
                await line.send("a" * LARGEST_MESSAGE, message_id="too large")
            received = await line.receive(2, within_s=0.5)

        assert batch.max_size_in_bytes == LARGEST_MESSAGE
        assert [message.message_id for message in received] == ["fits"]
        assert len(text(received[0])) == LARGEST_MESSAGE - OVERHEAD

    async def test_goes_on_after_a_message_that_was_too_large(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            with pytest.raises(MessageSizeExceededError):
                await line.send("a" * LARGEST_MESSAGE, message_id="too large")
            await line.send("next")

            assert text(await line.receive_one()) == "next"

    async def test_names_a_queue_that_is_not_declared(self, broker: BrokerProcess) -> None:
        async with broker.client() as client:
            sender, receiver = client.get_queue_sender("unknown"), client.get_queue_receiver("unknown")
            with pytest.raises(MessagingEntityNotFoundError, match="no queue unknown"):
                await sender.send_messages(a_message())
            with pytest.raises(MessagingEntityNotFoundError, match="no queue unknown"):
                await receiver.receive_messages(1, max_wait_time=10)

    async def test_finds_a_queue_whatever_the_case_of_its_name(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue()
        async with broker.line(queue.upper()) as shouted, broker.line(queue) as line:
            await shouted.send("one")

            assert text(await line.receive_one()) == "one"

    def test_serves_the_synchronous_client_too(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue()
        with SyncClient.from_connection_string(connection_string(broker.port)) as client:
            with client.get_queue_sender(queue) as sender:
                sender.send_messages(a_message("one"))
                sender.send_messages([a_message("two"), a_message("three")])
            with client.get_queue_receiver(queue) as receiver:
                received = receiver.receive_messages(3, max_wait_time=10)
                for message in received:
                    receiver.complete_message(message)

        assert [text(message) for message in received] == ["one", "two", "three"]


class TestReceive:
    async def test_wakes_a_receiver_that_waits(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            waiting = asyncio.create_task(line.receive(1, within_s=30))
            await asyncio.sleep(0.1)
            await line.send("late")

            assert [text(message) for message in await asyncio.wait_for(waiting, 10)] == ["late"]

    async def test_fills_the_whole_credit_in_one_call(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.sender.send_messages([a_message(str(number)) for number in range(300)])
            received = await line.receiver.receive_messages(300, max_wait_time=30)

        assert [text(message) for message in received] == [str(number) for number in range(300)]

    async def test_gives_a_message_to_one_of_several_receivers(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue()
        bodies = {str(number) for number in range(60)}
        async with broker.line(queue) as one, broker.line(queue) as other:
            both = asyncio.gather(one.receive(60, within_s=1), other.receive(60, within_s=1))
            await one.send(*bodies)
            received = [text(message) for share in await both for message in share]

        assert sorted(received) == sorted(bodies)

    async def test_locks_under_a_token_of_sixteen_ascii_characters(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            await line.send("one")
            token = (await line.receive_one()).lock_token

        assert isinstance(token, uuid.UUID)
        assert token.bytes_le.decode("ascii").isalnum()

    async def test_removes_on_sending_in_receive_and_delete(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue("brief")
        async with broker.line(queue, receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE) as line:
            await line.send("one", "two")
            received = await line.receive(2)

            assert [text(message) for message in received] == ["one", "two"]
            assert await line.peek() == []

    async def test_keeps_large_messages_apart(self, broker: BrokerProcess) -> None:
        bodies = [letter * 200_000 for letter in "abcdefgh"]
        async with broker.line(broker.a_queue()) as line:
            for body in bodies:
                await line.send(body, message_id=body[0])

            assert [text(message) for message in await line.receive(len(bodies))] == bodies


class TestLeftOut:
    async def test_refuses_sessions_in_words(self, broker: BrokerProcess) -> None:
        async with broker.client() as client:
            with pytest.raises(ServiceBusError, match="no sessions"):
                await client.get_queue_receiver(broker.a_queue(), session_id="one").receive_messages(1)

    async def test_refuses_a_sender_of_the_dead_letter_queue(self, broker: BrokerProcess) -> None:
        async with broker.client() as client:
            with pytest.raises(ServiceBusError, match="dead-letter"):
                await client.get_queue_sender(broker.a_queue() + "/$DeadLetterQueue").send_messages(a_message())

    async def test_refuses_to_defer_and_keeps_the_message(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue("brief")) as line:
            await line.send("one")
            with pytest.raises(ServiceBusError):
                await line.receiver.defer_message(await line.receive_one())

            assert text(await line.receive_one()) == "one"

    async def test_answers_an_unknown_management_operation_with_501(self, broker: BrokerProcess) -> None:
        async with broker.line(broker.a_queue()) as line:
            with pytest.raises(ServiceBusError, match="The stand-in has no operation"):
                await line.receiver.receive_deferred_messages([1])

    async def test_does_not_bury_what_is_buried(self, broker: BrokerProcess) -> None:
        queue = broker.a_queue()
        async with broker.line(queue) as line:
            await line.send("one")
            await line.receiver.dead_letter_message(await line.receive_one())
        async with broker.line(queue, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as grave:
            with pytest.raises(ServiceBusError, match="already"):
                await grave.receiver.dead_letter_message(await grave.receive_one())
