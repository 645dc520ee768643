"""Calls user functions: async ones on the loop, sync ones in threads; counts what runs, for a gentle stop."""

import asyncio
import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from azure import functions as func

from devhost.host.index import IndexedFunction


class Context(func.Context):
    """What a function may learn about its own call; traces and retries are the cloud's."""

    __slots__ = ("_invocation_id", "_name")
    _LOCAL = threading.local()

    def __init__(self, name: str) -> None:
        self._name = name
        self._invocation_id = str(uuid.uuid4())

    @property
    def invocation_id(self) -> str:
        """A new id for each call."""
        return self._invocation_id

    @property
    def thread_local_storage(self) -> Any:  # noqa: ANN401 - the library says type[local] and means an instance
        """Storage of the thread that runs a sync function."""
        return self._LOCAL

    @property
    def function_name(self) -> str:
        """The function that is called."""
        return self._name

    @property
    def function_directory(self) -> str:
        """The folder of the app."""
        return str(os.curdir)

    @property
    def trace_context(self) -> Any:  # noqa: ANN401 - absent here
        """None: nothing traces at home."""
        return None

    @property
    def retry_context(self) -> Any:  # noqa: ANN401 - absent here
        """None: no retry policies at home."""
        return None


class Invoker:
    """Calls functions and knows how many run."""

    def __init__(self) -> None:
        self.running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._threads = ThreadPoolExecutor(min(32, (os.cpu_count() or 1) + 4), thread_name_prefix="function")

    async def call(self, function: IndexedFunction, value: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Call a function with its trigger's value; whatever it raises rises.

        Raises TypeError when it returns a value without an output binding, as the worker does.
        """
        arguments: dict[str, object] = {function.parameter: value}
        if function.wants_context:
            arguments["context"] = Context(function.name)
        self.running += 1
        self._idle.clear()
        try:
            answer = await self._run(function, arguments)
        finally:
            self.running -= 1
            if self.running == 0:
                self._idle.set()
        if answer is not None and not function.has_return:
            raise TypeError(f"Function {function.name} returned a value, but has no $return binding.")
        return answer

    async def wait_until_idle(self) -> None:
        """Return when no function runs."""
        await self._idle.wait()

    async def _run(self, function: IndexedFunction, arguments: dict[str, object]) -> Any:  # noqa: ANN401
        if function.is_async:
            return await function.call(**arguments)
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(function.call, **arguments))
