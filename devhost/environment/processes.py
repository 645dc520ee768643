"""Long-running processes: started apart from the terminal, known by pid and start time, stopped gently."""

import atexit
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devhost.environment.errors import EnvironmentUnreadyError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Process:
    """A process on this machine; `born` is its start time in clock ticks since boot, so that a reused pid is not it."""

    pid: int
    born: str


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one process; `user` is the system user it runs as, None for our own."""

    name: str
    command: Sequence[str]
    log: Path
    cwd: Path = Path("/")
    variables: Mapping[str, str] | None = None
    user: str | None = None
    stdin: bytes = b""


def start(launch: Launch) -> Process:
    """Start a process in a session of its own, both outputs appended to its log."""
    launch.log.parent.mkdir(parents=True, exist_ok=True)
    with launch.log.open("ab") as log:
        child = subprocess.Popen(
            launch.command,
            cwd=launch.cwd,
            env=None if launch.variables is None else dict(launch.variables),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=launch.user,
            group=launch.user,
            extra_groups=None if launch.user is None else [],
        )
    if child.stdin is not None:
        child.stdin.write(launch.stdin)
        child.stdin.close()
    _CHILDREN[child.pid] = child
    return Process(child.pid, _born(child.pid) or "")


def is_alive(process: Process) -> bool:
    """Whether that very process still runs."""
    if _born(process.pid) == process.born:
        return True
    child = _CHILDREN.get(process.pid)
    if child is not None:
        # Ended just now: taking its exit status lets the system forget it.
        child.poll()
    return False


def is_running(pid: int) -> bool:
    """Whether any process has that pid now."""
    return _born(pid) is not None


def stop(process: Process, *, wait_s: float, with_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process to end and wait for it; kill it when it does not; do nothing when it is gone already."""
    if not is_alive(process):
        return
    signal_process(process, with_signal)
    if not _wait(lambda: not is_alive(process), wait_s=wait_s):
        signal_process(process, signal.SIGKILL)
        _wait(lambda: not is_alive(process), wait_s=5)


def signal_process(process: Process, number: signal.Signals) -> None:
    """Send a signal to that very process, and to no other that got its pid."""
    if is_alive(process):
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def wait_for_exit(process: Process, *, wait_s: float) -> int:
    """The exit status of a child of ours, once it has ended by itself; raises TimeoutExpired when it goes on."""
    return _CHILDREN[process.pid].wait(wait_s)


def wait_until_ready(process: Process, ready: Callable[[], bool], *, launch: Launch, wait_s: float) -> None:
    """Wait until a started process serves; raise EnvironmentUnreadyError with the end of its log when it does not."""
    if _wait(lambda: ready() or not is_alive(process), wait_s=wait_s) and is_alive(process):
        return
    stop(process, wait_s=2)
    tail = "\n".join(launch.log.read_text(errors="replace").splitlines()[-15:])
    raise EnvironmentUnreadyError(f"{launch.name} did not start; its log {launch.log} ends with:\n{tail}")


def find_free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


@atexit.register
def _let_go() -> None:
    # Servers are meant to outlive who started them; Popen would warn of each that still runs.
    for child in _CHILDREN.values():
        if child.poll() is None:
            child.returncode = 0


def _born(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else fields[18]


def _wait(condition: Callable[[], bool], *, wait_s: float) -> bool:
    until = time.monotonic() + wait_s
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
