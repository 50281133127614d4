"""The awaited verbs of housekeeping."""

from collections.abc import Callable
from pathlib import Path

from graphmem.aio.threads import Threaded
from graphmem.model import Forgotten, NamespaceInfo, Remembered

__all__ = ["AsyncUpkeep"]


class AsyncUpkeep(Threaded):
    """Finishing, re-embedding, indexes, namespaces, backup."""

    async def resume(self, *, tick: Callable[[int], None] = lambda _: None) -> Remembered:
        """As `Memory.resume`; `tick` is called on a worker's thread."""
        return await self._call(self.memory.resume, tick=tick)

    async def flush(self) -> Remembered:
        """As `Memory.flush`."""
        return await self._call(self.memory.flush)

    async def reembed(self, *, tick: Callable[[int], None] = lambda _: None) -> int:
        """As `Memory.reembed`; `tick` is called on a worker's thread."""
        return await self._call(self.memory.reembed, tick=tick)

    async def namespaces(self) -> list[NamespaceInfo]:
        """As `Memory.namespaces`."""
        return await self._call(self.memory.namespaces)

    async def rename_namespace(self, old: str, new: str) -> None:
        """As `Memory.rename_namespace`."""
        return await self._call(self.memory.rename_namespace, old, new)

    async def erase_namespace(self, name: str) -> Forgotten:
        """As `Memory.erase_namespace`."""
        return await self._call(self.memory.erase_namespace, name)

    async def backup(self, path: str | Path) -> None:
        """As `Memory.backup`."""
        return await self._call(self.memory.backup, path)

    async def check(self) -> list[str]:
        """As `Memory.check`."""
        return await self._call(self.memory.check)

    async def build_index(self) -> int:
        """As `Memory.build_index`."""
        return await self._call(self.memory.build_index)

    async def index_on_server(self, *, anew: bool = False, tick: Callable[[int], None] = lambda _: None) -> int:
        """As `Memory.index_on_server`; `tick` is called on a worker's thread."""
        return await self._call(self.memory.index_on_server, anew=anew, tick=tick)
