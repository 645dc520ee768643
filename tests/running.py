"""Processes that a test starts for itself: the stand-in broker and the development host, each on a free port."""

import signal
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from devhost.environment import processes
from devhost.environment.paths import ROOT
from devhost.environment.processes import Launch, Process
from devhost.environment.settings import broker_connection
from devhost.environment.variables import merge_with_own

QUEUES = ROOT / "bicep" / "queues.json"


@dataclass(slots=True)
class Running(ABC):
    """A process with a port that stays the same over restarts; leaving the context stops it."""

    folder: Path
    port: int = field(default_factory=processes.find_free_port)
    process: Process | None = None

    @property
    def log(self) -> Path:
        """Where both its outputs go."""
        return self.folder / f"{type(self).__name__}.log"

    def start(self) -> None:
        """Start it and wait until it serves."""
        launch = self.launch()
        self.process = processes.start(launch)
        processes.wait_until_ready(self.process, self.is_ready, launch=launch, wait_s=30)

    def stop(self, *, wait_s: float = 20) -> None:
        """Ask it to end, and wait."""
        if self.process is not None:
            processes.stop(self.process, wait_s=wait_s)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            processes.stop(self.process, wait_s=5, with_signal=signal.SIGKILL)

    @abstractmethod
    def launch(self) -> Launch:
        """How it is started."""

    def is_ready(self) -> bool:
        """Whether it serves."""
        return processes.is_listening(self.port)

    def __enter__(self) -> Self:
        """Started and ready."""
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stopped, whatever happened."""
        self.stop(wait_s=5)


@dataclass(slots=True)
class RunningBroker(Running):
    """The stand-in broker with its messages in a folder."""

    queues: Path = QUEUES

    @property
    def connection(self) -> str:
        """The connection string for the real SDK."""
        return broker_connection(self.port)

    def launch(self) -> Launch:
        """The command that others use, too."""
        options = ["--port", str(self.port), "--data", str(self.folder / "broker"), "--queues", str(self.queues)]
        command = [sys.executable, "-m", "devhost.broker", *options]
        return Launch("broker", command, self.log, cwd=ROOT)


@dataclass(slots=True)
class RunningHost(Running):
    """The development host with a function app, its settings, and a client for its HTTP."""

    root: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> Launch:
        """The command that `make up` uses, on a port of its own."""
        options = ["--port", str(self.port), "--root", str(self.root), "--data", str(self.folder / "host")]
        command = [sys.executable, "-m", "devhost.host", *options]
        return Launch("host", command, self.log, cwd=ROOT, variables=merge_with_own(self.variables))

    def is_ready(self) -> bool:
        """Whether it says what it serves."""
        try:
            return httpx.get(f"{self.url}/devhost/status", trust_env=False, timeout=5).is_success
        except httpx.TransportError:
            return False

    def wait_for_exit(self, *, wait_s: float = 20) -> int:
        """The exit status, once it has ended by itself."""
        if self.process is None:
            raise AssertionError("The host was never started.")
        return processes.wait_for_exit(self.process, wait_s=wait_s)


def eventually(condition: Callable[[], object], *, wait_s: float = 20) -> None:
    """Wait until a callable says something true; fail with what it last said."""
    until = time.monotonic() + wait_s
    while not (said := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"It never came true; last it was {said!r}.")
        time.sleep(0.05)
