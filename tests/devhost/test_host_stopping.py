"""How the development host ends: no new work, what runs may finish, exit status 0."""

import contextlib
import signal
import threading
from typing import Any

import httpx

from devhost.environment import processes
from tests.devhost.conftest import Served
from tests.devhost.test_host_queues import count_left, send
from tests.running import RunningBroker, eventually


def ask_to_stop(served: Served) -> None:
    """SIGTERM, as an orchestrator of processes sends it."""
    if served.host.process is None:
        raise AssertionError
    processes.signal_process(served.host.process, signal.SIGTERM)


class TestStop:
    def test_of_an_idle_host_leaves_with_0(self, own: Served) -> None:
        ask_to_stop(own)

        assert own.host.wait_for_exit() == 0

    def test_lets_a_running_request_finish(self, own: Served) -> None:
        answers: list[Any] = []
        request = threading.Thread(target=lambda: answers.append(own.client.get("/api/v1/slow", params={"s": "2"})))
        request.start()
        eventually(lambda: own.notes("slow"))

        ask_to_stop(own)
        request.join()

        assert [answer.text for answer in answers] == ["slow"]
        assert own.host.wait_for_exit() == 0

    def test_takes_no_new_request(self, own: Served) -> None:
        request = threading.Thread(target=lambda: own.client.get("/api/v1/slow", params={"s": "3"}))
        request.start()
        eventually(lambda: own.notes("slow"))

        ask_to_stop(own)
        eventually(lambda: not processes.is_listening(own.host.port))

        assert own.notes("slow") == ["began"]
        request.join()

    def test_does_not_wait_for_ever(self, own: Served) -> None:
        def ask() -> None:
            with contextlib.suppress(httpx.TransportError):
                own.client.get("/api/v1/slow", params={"s": "300"})

        request = threading.Thread(target=ask)
        request.start()
        eventually(lambda: own.notes("slow"))

        ask_to_stop(own)

        assert own.host.wait_for_exit(wait_s=30) == 0
        request.join()
        assert own.notes("slow") == ["began"]

    async def test_settles_the_message_at_hand(self, fed: Served, tiny_broker: RunningBroker) -> None:
        await send(tiny_broker, "singles", {"sleep": 2})
        eventually(lambda: fed.notes("take_one"))

        ask_to_stop(fed)

        assert fed.host.wait_for_exit() == 0
        assert "slept" in fed.notes("take_one")
        assert await count_left(tiny_broker, "singles") == 0
