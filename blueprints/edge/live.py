"""The runtime as a dependency of handlers."""

from typing import Annotated

from fastapi import Depends

from bootstrap.runtime import Runtime, runtime


async def _live() -> Runtime:
    return runtime()


Live = Annotated[Runtime, Depends(_live)]
"""The adapters of this process."""

__all__ = ["Live", "runtime"]
