"""The worker of the queues lives and dies with the host that started it."""

import os
import signal
from pathlib import Path

from tests.devhost.conftest import Served
from tests.devhost.test_host_queues import send
from tests.running import RunningBroker, eventually


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text().partition(" ")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, parent = rest.rpartition(")")[2].split()[:2]
        if int(parent) == pid and state != "Z":
            found.append(int(number))
    return found


def host_pid(served: Served) -> int:
    """The first process of the host."""
    assert served.host.process is not None
    return served.host.process.pid


class TestCompanion:
    async def test_is_started_again_when_it_dies(self, fed: Served, tiny_broker: RunningBroker) -> None:
        eventually(lambda: children(host_pid(fed)))
        (first,) = children(host_pid(fed))

        os.kill(first, signal.SIGKILL)
        await send(tiny_broker, "singles", {"n": 1})

        eventually(lambda: fed.notes("take_one"))
        assert children(host_pid(fed)) != [first]

    def test_ends_when_the_host_is_killed(self, fed: Served) -> None:
        eventually(lambda: children(host_pid(fed)))
        (worker,) = children(host_pid(fed))

        fed.host.kill()

        eventually(lambda: not _runs(worker))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
