"""What a broker still knows after `kill -9`, and how it stops."""

import asyncio
import gc
import itertools
import random
import signal
import warnings
from collections.abc import Iterator
from datetime import timedelta

import pytest
from azure.servicebus import ServiceBusSubQueue
from azure.servicebus.exceptions import ServiceBusError

from tests.devhost.broker.processes import BrokerProcess, a_message, now, text

# The SDK forgets the sockets of connections that broke.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROUNDS = 3


@pytest.fixture(autouse=True)
def _forgotten_sockets() -> Iterator[None]:
    """Collect them here, so that they are not held against another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


SENDERS = 4


def restart(broker: BrokerProcess) -> None:
    """Kill the broker and start it again on its port."""
    broker.kill()
    broker.start()


class Traffic:
    """Senders and a receiver at work until the broker dies, and what they were told."""

    def __init__(self, broker: BrokerProcess, queue: str) -> None:
        self.broker = broker
        self.queue = queue
        self.names = itertools.count()
        self.accepted: set[str] = set()
        self.completing: set[str] = set()
        self.completed: set[str] = set()
        self.returned: set[str] = set()

    async def send(self) -> None:
        """Send until it fails, and note what was settled."""
        async with self.broker.client() as client, client.get_queue_sender(self.queue) as sender:
            while True:
                name = str(next(self.names))
                await sender.send_messages(a_message(name))
                self.accepted.add(name)

    async def receive(self) -> None:
        """Complete messages until it fails, and note which were."""
        async with self.broker.line(self.queue) as line:
            while True:
                for message in await line.receiver.receive_messages(20, max_wait_time=1):
                    self.note_received(text(message))
                    self.completing.add(text(message))
                    await line.receiver.complete_message(message)
                    self.completed.add(text(message))

    def note_received(self, name: str) -> None:
        """Remember what came although it had been completed."""
        if name in self.completed:
            self.returned.add(name)

    async def run_until_killed(self) -> None:
        """Let everybody work, and kill the broker in the midst of it."""
        workers = [asyncio.ensure_future(self.send()) for _ in range(SENDERS)] + [asyncio.ensure_future(self.receive())]
        before = len(self.accepted)
        while len(self.accepted) == before:  # noqa: ASYNC110 - a set, no event
            await asyncio.sleep(0.01)
        await asyncio.sleep(random.uniform(0.05, 0.3))
        self.broker.kill()
        outcomes = await asyncio.gather(*workers, return_exceptions=True)
        assert all(isinstance(outcome, (ServiceBusError, OSError)) for outcome in outcomes), outcomes


class TestKill:
    async def test_loses_nothing_accepted_and_returns_nothing_completed(self, own_broker: BrokerProcess) -> None:
        traffic = Traffic(own_broker, "brief-many-0")
        for _ in range(ROUNDS):
            await traffic.run_until_killed()
            own_broker.start()
        left: set[str] = set()
        async with own_broker.line(traffic.queue) as line:
            while batch := await line.receiver.receive_messages(100, max_wait_time=1.5):
                for message in batch:
                    traffic.note_received(text(message))
                    left.add(text(message))
                    await line.receiver.complete_message(message)

        assert len(traffic.accepted) > ROUNDS * SENDERS
        assert traffic.completed
        gone = traffic.accepted - traffic.completed - left
        # A completion may have been on the disk although the kill came before its answer: at most the last of a round.
        assert gone <= traffic.completing
        assert len(gone) <= ROUNDS
        assert traffic.returned == set()

    async def test_keeps_a_lock_until_it_ends(self, own_broker: BrokerProcess) -> None:
        queue = own_broker.a_queue("held")
        async with own_broker.line(queue) as line:
            await line.send("one")
            locked_until = (await line.receive_one()).locked_until_utc
            own_broker.kill()
        own_broker.start()
        async with own_broker.line(queue) as line:
            again = await line.receive_one()

        assert locked_until is not None
        assert now() >= locked_until
        assert (text(again), again.delivery_count) == ("one", 1)

    async def test_keeps_counts_and_the_dead_and_the_seen(self, own_broker: BrokerProcess) -> None:
        queue = own_broker.a_queue("unique")
        async with own_broker.line(queue) as line:
            await line.send("counted", "buried")
            counted, buried = await line.receive(2)
            await line.receiver.abandon_message(counted)
            await line.receiver.dead_letter_message(buried, reason="Unreadable")
            own_broker.kill()
        own_broker.start()
        async with (
            own_broker.line(queue) as line,
            own_broker.line(queue, sub_queue=ServiceBusSubQueue.DEAD_LETTER) as grave,
        ):
            await line.send("counted", "buried")
            received = await line.receive(2, within_s=0.5)
            dead = await grave.receive_one()

        assert [(text(message), message.delivery_count) for message in received] == [("counted", 1)]
        assert (text(dead), dead.dead_letter_reason) == ("buried", "Unreadable")

    async def test_keeps_what_is_scheduled(self, own_broker: BrokerProcess) -> None:
        queue = own_broker.a_queue()
        async with own_broker.line(queue) as line:
            await line.sender.schedule_messages(a_message("fell due meanwhile"), now())
            due = now() + timedelta(seconds=2.5)
            await line.sender.schedule_messages(a_message("later"), due)
            own_broker.kill()
        own_broker.start()
        async with own_broker.line(queue) as line:
            assert text(await line.receive_one()) == "fell due meanwhile"
            assert text(await line.receive_one()) == "later"

        assert now() >= due

    async def test_never_gives_a_sequence_number_twice(self, own_broker: BrokerProcess) -> None:
        queue = own_broker.a_queue()
        numbers: list[int | None] = []
        for body in ("one", "two"):
            async with own_broker.line(queue) as line:
                await line.send(body)
                message = await line.receive_one()
                numbers.append(message.sequence_number)
                await line.receiver.complete_message(message)
                own_broker.kill()
            own_broker.start()

        first, second = numbers
        assert first is not None
        assert second is not None
        assert second > first


class TestStop:
    async def test_ends_cleanly_while_clients_are_connected(self, own_broker: BrokerProcess) -> None:
        queue = own_broker.a_queue()
        async with own_broker.line(queue) as line:
            await line.send("one")

            assert own_broker.end(signal.SIGTERM) == 0
        own_broker.start()
        async with own_broker.line(queue) as line:
            assert text(await line.receive_one()) == "one"

    def test_has_written_its_port_to_a_file(self, own_broker: BrokerProcess) -> None:
        assert int((own_broker.folder / "port").read_text()) == own_broker.port

    def test_refuses_to_share_its_file_with_a_second_broker(self, own_broker: BrokerProcess) -> None:
        second = own_broker.launch(0)
        _, errors = second.communicate(timeout=10)

        assert second.returncode == 1
        assert "locked" in errors
