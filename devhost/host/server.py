"""Puts the host together, serves until asked to stop, and stops gently: no new work, ten seconds for what runs."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from devhost.host.companion import Companion, wait_for_parent_end
from devhost.host.configuration import HostSettings, read_host_settings
from devhost.host.control import Control
from devhost.host.index import IndexedFunction, load_index
from devhost.host.invocations import Invoker
from devhost.host.keys import get_keys
from devhost.host.queues import Queue
from devhost.host.routes import Routes
from devhost.host.timers import Timer, running
from devhost.host.web import Listener

GRACE_S = 10
LOOPBACK = "127.0.0.1"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """Where the app is, where the host may write, and the loopback port to serve on."""

    root: Path
    data: Path
    port: int
    module: str = "function_app"

    def queue_command(self) -> list[str]:
        """The command of the worker that serves the queues alone."""
        places = ["--root", str(self.root), "--data", str(self.data), "--module", self.module]
        return [sys.executable, "-m", "devhost.host", "--queues-only", *places]


async def serve(options: Options) -> None:
    """Serve every function of the app until SIGTERM or SIGINT: HTTP and timers here, queues in a second process."""
    functions = load_index(options.root, module=options.module)
    settings = read_host_settings(options.root)
    invoker = Invoker()
    timers = _timers(functions, invoker=invoker, folder=options.data / "timers")
    queued = _make_queues(functions, settings, invoker)
    listener = Listener(
        routes=Routes(_of_kind(functions, "httpTrigger"), prefix=settings.route_prefix),
        keys=get_keys(options.data / "keys.json"),
        invoker=invoker,
        control=Control(functions, timers),
    )
    logger.info("Serving %s functions on http://%s:%s", len(functions), LOOPBACK, options.port)
    companion = Companion(options.queue_command()) if queued else None
    with running(list(timers.values())):
        await _serve_until_stopped(listener, companion, port=options.port)
    await invoker.wait_until_idle()


async def serve_queues(options: Options) -> None:
    """Serve the Service Bus functions alone, until SIGTERM; end at once when the process that started us is gone."""
    invoker = Invoker()
    functions = load_index(options.root, module=options.module)
    queues = _make_queues(functions, read_host_settings(options.root), invoker)
    slots = [asyncio.create_task(queue.run_slot()) for queue in queues for _ in range(queue.slots)]

    def stop() -> None:
        for queue in queues:
            queue.stop()

    _on_signals(stop)
    leash = asyncio.create_task(_end_with_parent())
    if slots:
        await asyncio.gather(*slots)
    leash.cancel()


def _of_kind(functions: Sequence[IndexedFunction], kind: str) -> list[IndexedFunction]:
    return [function for function in functions if function.kind == kind]


def _timers(functions: Sequence[IndexedFunction], *, invoker: Invoker, folder: Path) -> dict[str, Timer]:
    folder.mkdir(parents=True, exist_ok=True)
    return {
        function.name: Timer(function, folder=folder, invoker=invoker, now=_now)
        for function in _of_kind(functions, "timerTrigger")
    }


def _make_queues(functions: Sequence[IndexedFunction], settings: HostSettings, invoker: Invoker) -> list[Queue]:
    return [
        Queue(function, settings=settings, invoker=invoker) for function in _of_kind(functions, "serviceBusTrigger")
    ]


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the host's own clock, not the product's


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals to the host, which stops more than HTTP."""
        yield


async def _serve_until_stopped(listener: Listener, companion: Companion | None, *, port: int) -> None:
    server = _Server(
        uvicorn.Config(
            listener,  # pyright: ignore[reportArgumentType] - uvicorn's own names for the same ASGI types
            host=LOOPBACK,
            port=port,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
        )
    )
    beside = None if companion is None else asyncio.create_task(companion.run())

    def stop() -> None:
        server.should_exit = True
        if companion is not None:
            companion.stop()

    _on_signals(stop)
    try:
        await server.serve()
    finally:
        stop()
        if beside is not None:
            await beside


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()

    def heard() -> None:
        loop.call_later(GRACE_S, _cut_off)
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heard)


def _cut_off() -> None:
    logger.warning("Stopped while calls still ran")
    logging.shutdown()
    # A thread cannot be cut off, and Python would wait for it at exit.
    os._exit(0)


async def _end_with_parent() -> None:
    await wait_for_parent_end()
    os._exit(1)
