"""Service Bus triggers through the development host, with the real SDK and the stand-in broker."""

import json
from typing import Any

from azure.servicebus import ServiceBusMessage, ServiceBusSubQueue
from azure.servicebus.aio import ServiceBusClient

from tests.devhost.conftest import Served
from tests.running import RunningBroker, eventually


async def send(broker: RunningBroker, queue: str, *bodies: Any, mark: str = "m") -> None:
    """Send one message per body, in one list."""
    messages = [
        ServiceBusMessage(json.dumps(body), message_id=f"id-{number}", application_properties={"mark": mark})
        for number, body in enumerate(bodies)
    ]
    client = ServiceBusClient.from_connection_string(broker.connection)
    async with client, client.get_queue_sender(queue) as sender:
        await sender.send_messages(messages)


async def count_left(broker: RunningBroker, queue: str, *, dead: bool = False) -> int:
    """How many messages are there, dead or alive, locked ones among them."""
    client = ServiceBusClient.from_connection_string(broker.connection)
    sub_queue = ServiceBusSubQueue.DEAD_LETTER if dead else None
    async with client, client.get_queue_receiver(queue, sub_queue=sub_queue) as receiver:
        return len(await receiver.peek_messages(max_message_count=250))


class TestOneMessage:
    async def test_arrives_with_its_metadata_and_is_completed(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", {"n": 1})

        eventually(lambda: fed.notes("take_one"))

        assert fed.notes("take_one") == [{"id": "id-0", "count": 1, "mark": "m", "body": {"n": 1}}]
        fed.host.stop()
        assert await count_left(tiny_broker, "singles") == 0

    async def test_comes_again_when_the_function_raises(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", {"fail": 2})

        eventually(lambda: len(fed.notes("take_one")) == 3)

        assert [note["count"] for note in fed.notes("take_one")] == [1, 2, 3]

    async def test_that_always_fails_ends_as_a_dead_letter(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", {"fail": 99})

        eventually(lambda: len(fed.notes("take_one")) == 3)
        fed.host.stop()

        assert await count_left(tiny_broker, "singles", dead=True) == 1

    async def test_keeps_its_lock_while_the_function_runs(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", {"sleep": 8})

        eventually(lambda: "slept" in fed.notes("take_one"))
        fed.host.stop()

        assert len(fed.notes("take_one")) == 2
        assert await count_left(tiny_broker, "singles") == 0

    async def test_runs_beside_others_up_to_the_limit(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", *({"sleep": 3} for _ in range(5)))

        eventually(lambda: len(fed.notes("take_one")) >= 4)

        assert "slept" not in fed.notes("take_one")[:4]
        eventually(lambda: fed.notes("take_one").count("slept") == 5)
        assert fed.notes("take_one").index("slept") == 4


class TestBatch:
    async def test_arrives_as_lists_and_is_completed(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "batches", *range(50))

        eventually(lambda: sum(map(len, fed.notes("take_many"))) == 50)

        assert max(map(len, fed.notes("take_many"))) > 1
        assert max(map(len, fed.notes("take_many"))) <= 20
        fed.host.stop()
        assert await count_left(tiny_broker, "batches") == 0

    async def test_comes_again_whole_when_the_function_raises(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "batches", *range(10), mark="fail")

        eventually(lambda: sum(len(batch) for batch in fed.notes("take_many")) >= 20)

        delivered = [(message["id"], message["count"]) for batch in fed.notes("take_many") for message in batch]
        assert sorted(delivered) == sorted((f"id-{n}", count) for n in range(10) for count in (1, 2))


class TestBroken:
    async def test_connection_is_made_again(self, fed: Served, tiny_broker: RunningBroker) -> None:
        tiny_broker.kill()
        tiny_broker.start()

        await send(tiny_broker, "singles", {"n": 2})

        eventually(lambda: fed.notes("take_one"))

    async def test_host_gives_its_message_back(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", {"sleep": 4})
        eventually(lambda: fed.notes("take_one"))

        fed.host.kill()
        fed.host.start()

        eventually(lambda: len([note for note in fed.notes("take_one") if note != "slept"]) == 2)
