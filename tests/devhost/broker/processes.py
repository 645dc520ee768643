"""A broker process for tests, and queues of a test's own in it."""

import asyncio
import itertools
import json
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from azure.servicebus import ServiceBusMessage, ServiceBusReceivedMessage, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver, ServiceBusSender

ROOT = Path(__file__).resolve().parents[3]
QUEUES_OF_A_KIND = 24

# plain: long locks; brief: locks that a test can wait for; unique: detects duplicates for a long while, fleeting: for
# a moment.
KINDS: Mapping[str, Mapping[str, object]] = {
    "plain": {"lockDuration": "PT1M", "maxDeliveryCount": 10, "requiresDuplicateDetection": False},
    "brief": {"lockDuration": "PT0.8S", "maxDeliveryCount": 2, "requiresDuplicateDetection": False},
    "brief-many": {
        "lockDuration": "PT1S",
        "maxDeliveryCount": 100,
        "requiresDuplicateDetection": True,
        "duplicateDetectionHistoryTimeWindow": "PT10M",
    },
    "held": {"lockDuration": "PT2.5S", "maxDeliveryCount": 10, "requiresDuplicateDetection": False},
    "unique": {
        "lockDuration": "PT1M",
        "maxDeliveryCount": 10,
        "requiresDuplicateDetection": True,
        "duplicateDetectionHistoryTimeWindow": "PT10M",
    },
    "fleeting": {
        "lockDuration": "PT1M",
        "maxDeliveryCount": 10,
        "requiresDuplicateDetection": True,
        "duplicateDetectionHistoryTimeWindow": "PT0.3S",
    },
}


def write_queues(folder: Path) -> Path:
    """Declare some queues of each kind, in the form of `bicep/queues.json`."""
    declared = [
        {"name": f"{kind}-{number}", **settings}
        for kind, settings in KINDS.items()
        for number in range(QUEUES_OF_A_KIND)
    ]
    path = folder / "queues.json"
    path.write_text(json.dumps(declared), encoding="utf-8")
    return path


def connection_string(port: int) -> str:
    """What a client of a broker on loopback is given."""
    return (
        f"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;"
    )


@dataclass
class BrokerProcess:
    """A broker over a folder; it can be killed and started again on the same port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def start(self) -> Self:
        """Start and return once the broker takes connections."""
        self.process = self.launch(self.port)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def launch(self, port: int) -> subprocess.Popen[str]:
        """Start a process over the folder and do not wait for it."""
        options = ["--port", str(port), "--data", str(self.folder), "--queues", str(write_queues(self.folder))]
        command = [sys.executable, "-m", "devhost.broker", *options, "--port-file", str(self.folder / "port")]
        return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self, how: signal.Signals) -> int:
        """Signal the process, if it runs, and return its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        self.process.communicate(timeout=10)
        code = self.process.returncode
        self.process = None
        return code

    def kill(self) -> None:
        """End it as a power cut would, as far as a process can tell."""
        self.end(signal.SIGKILL)

    def a_queue(self, kind: str = "plain") -> str:
        """The name of a queue that no other test uses."""
        return f"{kind}-{next(self._numbers) % QUEUES_OF_A_KIND}"

    def client(self) -> ServiceBusClient:
        """The real SDK, which gives up at the first failure so that tests see it."""
        return ServiceBusClient.from_connection_string(connection_string(self.port), retry_total=0, keep_alive=0)

    @asynccontextmanager
    async def line(
        self,
        queue: str,
        *,
        receive_mode: ServiceBusReceiveMode = ServiceBusReceiveMode.PEEK_LOCK,
        sub_queue: ServiceBusSubQueue | None = None,
        prefetch: int = 0,
    ) -> AsyncGenerator["Line"]:
        """Open a sender and a receiver of one queue; both at once, because the SDK takes half a second each."""
        async with self.client() as client:
            sender = client.get_queue_sender(queue)
            receiver = client.get_queue_receiver(
                queue, receive_mode=receive_mode, sub_queue=sub_queue, prefetch_count=prefetch
            )
            await asyncio.gather(sender.__aenter__(), receiver.__aenter__())
            _stop_pinging(receiver)
            try:
                yield Line(sender, receiver)
            finally:
                if prefetch == 0:
                    _skip_draining(receiver)
                await asyncio.gather(sender.close(), receiver.close())


def _handler(receiver: ServiceBusReceiver) -> Any:
    """The SDK's inner client; None after an error that made the SDK close the receiver itself."""
    return receiver._handler  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]


def _stop_pinging(receiver: ServiceBusReceiver) -> None:
    """End the SDK's keep-alive task: it sleeps a second at a time, and closing a receiver would wait for that."""
    handler = _handler(receiver)
    task, handler._keep_alive_thread = handler._keep_alive_thread, None
    if task is not None:
        task.cancel()


def _skip_draining(receiver: ServiceBusReceiver) -> None:
    """Let the SDK close a receiver without listening for what is under way: it does so for half a second."""
    handler = _handler(receiver)
    if handler is not None and handler._link is not None:
        handler._link.current_link_credit = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Both ends of a queue."""

    sender: ServiceBusSender
    receiver: ServiceBusReceiver

    async def send(self, *bodies: str, **options: object) -> None:
        """Send messages one by one; each has its body as its id."""
        for body in bodies:
            await self.sender.send_messages(a_message(body, **options))

    async def receive(self, count: int, *, within_s: float = 10) -> list[ServiceBusReceivedMessage]:
        """Receive until there are so many, or until nothing more comes."""
        received: list[ServiceBusReceivedMessage] = []
        while len(received) < count:
            batch = await self.receiver.receive_messages(count - len(received), max_wait_time=within_s)
            if not batch:
                break
            received += batch
        return received

    async def receive_one(self) -> ServiceBusReceivedMessage:
        """Receive the message that must come."""
        (message,) = await self.receive(1)
        return message

    async def peek(self) -> list[str]:
        """The bodies of all messages of the queue, whatever their state."""
        return [text(message) for message in await self.receiver.peek_messages(100, sequence_number=1)]

    async def is_empty(self) -> bool:
        """Whether nothing can be received now."""
        return await self.receive(1, within_s=0.25) == []


def a_message(body: str = "body", **options: object) -> ServiceBusMessage:
    """A message whose id is its body, unless another is given."""
    return ServiceBusMessage(body, **{"message_id": body, **options})  # type: ignore[arg-type] # the SDK's own names


def now() -> datetime:
    """The present instant: the broker is another process and has a clock of its own."""
    return datetime.now(UTC)


def text(message: ServiceBusReceivedMessage) -> str:
    """The body of a message, as text."""
    return b"".join(message.body).decode()
