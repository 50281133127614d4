"""Core blocks whose verbs are awaited."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from graphmem.aio.threads import in_thread
from graphmem.learn.blocks import Block, Core

__all__ = ["AsyncCore"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class AsyncCore:
    """The core blocks of a memory, as `AsyncMemory.core`: `text` and `block` stand for `str(core)` and `core[name]`."""

    def __init__(self, core: Core, *, pool: ThreadPoolExecutor) -> None:
        self._core = core
        self._pool = pool

    async def _call(self, verb: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await in_thread(self._pool, verb, *args, **kwargs)

    async def text(self) -> str:
        """As `str(memory.core)`: all blocks for a prompt."""
        return await self._call(self._core.__str__)

    async def block(self, name: str) -> Block:
        """As `memory.core[name]`."""
        return await self._call(self._core.__getitem__, name)

    async def blocks(self) -> list[Block]:
        """As `Core.blocks`."""
        return await self._call(self._core.blocks)

    async def history(self, name: str) -> list[Block]:
        """As `Core.history`."""
        return await self._call(self._core.history, name)

    async def set(self, name: str, text: str, *, limit: int | None = None, by: str | None = None) -> Block:
        """As `Core.set`."""
        return await self._call(self._core.set, name, text, limit=limit, by=by)

    async def drop(self, name: str) -> None:
        """As `Core.drop`."""
        return await self._call(self._core.drop, name)
