"""Puts the host together, serves until asked to stop, and stops gently: no new work, ten seconds for what runs."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from devhost.host.configuration import read_host_settings
from devhost.host.control import Control
from devhost.host.index import load_index
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


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the host's own clock, not the product's


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals to the host, which stops more than HTTP."""
        yield


async def serve(options: Options) -> None:
    """Serve every function of the app until SIGTERM or SIGINT."""
    functions = load_index(options.root, module=options.module)
    settings = read_host_settings(options.root)
    invoker = Invoker()
    folder = options.data / "timers"
    folder.mkdir(parents=True, exist_ok=True)
    timers = {
        function.name: Timer(function, folder=folder, invoker=invoker, now=_now)
        for function in functions
        if function.kind == "timerTrigger"
    }
    queues = [
        Queue(function, settings=settings, invoker=invoker)
        for function in functions
        if function.kind == "serviceBusTrigger"
    ]
    listener = Listener(
        routes=Routes([f for f in functions if f.kind == "httpTrigger"], prefix=settings.route_prefix),
        keys=get_keys(options.data / "keys.json"),
        invoker=invoker,
        control=Control(functions, timers),
    )
    logger.info("Serving %s functions on http://%s:%s", len(functions), LOOPBACK, options.port)
    with running(list(timers.values())):
        await _serve_until_stopped(listener, queues, port=options.port)
    await _finish(invoker)


async def _serve_until_stopped(listener: Listener, queues: list[Queue], *, port: int) -> None:
    server = _Server(
        uvicorn.Config(
            listener,  # pyright: ignore[reportArgumentType] - uvicorn's own names for the same ASGI types
            host=LOOPBACK,
            port=port,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )
    slots = [asyncio.create_task(queue.run_slot()) for queue in queues for _ in range(queue.slots)]

    def stop() -> None:
        server.should_exit = True
        for queue in queues:
            queue.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await server.serve()
    finally:
        stop()
        if slots:
            await asyncio.wait(slots, timeout=GRACE_S)


async def _finish(invoker: Invoker) -> None:
    try:
        await asyncio.wait_for(invoker.wait_until_idle(), GRACE_S)
    except TimeoutError:
        logger.warning("Stopped while %s calls still ran", invoker.running)
        # A thread cannot be cut off, and Python would wait for it at exit.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
