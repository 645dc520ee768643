"""The second worker: queue consumers in a process of their own, as Flex Consumption scales them apart from HTTP.

A busy consumer then never holds up a request, since async functions of one process share one event loop.
"""

import asyncio
import logging
import sys
from collections.abc import Sequence

RESTART_S = 1.0

logger = logging.getLogger(__name__)


class Companion:
    """Keeps one child process alive until asked to stop; the child ends by itself when this process is killed."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._child: asyncio.subprocess.Process | None = None
        self._stopping = False

    async def run(self) -> None:
        """Start the child, again whenever it dies, until stopped; then wait for its gentle end."""
        while not self._stopping:
            # The pipe is the leash: nothing is ever written, and its end tells the child that we are gone.
            self._child = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.PIPE)
            if self._stopping:
                self._child.terminate()
            status = await self._child.wait()
            if not self._stopping:
                logger.error("The worker of the queues ended with %s; it is started again", status)
                await asyncio.sleep(RESTART_S)

    def stop(self) -> None:
        """Ask the child to take no new work and to finish what it has."""
        self._stopping = True
        if self._child is not None and self._child.returncode is None:
            self._child.terminate()


async def wait_for_parent_end() -> None:
    """Return when the process that started us is gone."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    await reader.read()
