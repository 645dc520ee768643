"""Run the broker: `python -m devhost.broker --port 0 --data <dir> --queues bicep/queues.json [--port-file <file>]`."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from devhost.broker.queues import load_queues
from devhost.broker.server import Broker
from devhost.broker.store import Store

logger = logging.getLogger("devhost.broker")


def main() -> int:
    """Serve until SIGTERM or SIGINT; print the port once connections are taken."""
    parser = argparse.ArgumentParser(prog="devhost.broker", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="directory of the broker's file, made if absent")
    parser.add_argument("--queues", type=Path, required=True, help="the declared queues")
    parser.add_argument("--port-file", type=Path, help="gets the port, once connections are taken")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return asyncio.run(
        _serve(arguments.port, Store(arguments.data, load_queues(arguments.queues)), arguments.port_file)
    )


async def _serve(port: int, store: Store, port_file: Path | None) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(status: int) -> None:
        if not ended.done():
            ended.set_result(status)

    def fail(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Stop at a bug: a broker that goes on without an answer looks like a slow one."""
        logger.error("Unable to go on: %s", context.get("message"), exc_info=context.get("exception"))  # type: ignore[arg-type]
        end(1)

    loop.set_exception_handler(fail)
    for stop_signal in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop_signal, end, 0)
    broker = Broker(store)
    _announce(await broker.start(port), port_file)
    status = await ended
    if status == 0:
        await broker.stop()
    return status


def _announce(port: int, port_file: Path | None) -> None:
    if port_file is not None:
        # Renamed into place, so that nobody reads half a number.
        partial = port_file.with_suffix(".partial")
        partial.write_text(str(port), encoding="ascii")
        partial.replace(port_file)
    print(port, flush=True)


if __name__ == "__main__":
    sys.exit(main())
