"""AsyncMemory itself: opening, writing, reading, closing."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from graphmem.aio.chronicle import AsyncChronicle
from graphmem.aio.learning import AsyncLearning
from graphmem.aio.threads import begun, in_thread, result_of, until
from graphmem.aio.upkeep import AsyncUpkeep
from graphmem.chat import ChatModel
from graphmem.memory import Memory
from graphmem.model import Entity, Forgotten, Interaction, RecallOptions, Remembered, Rerank, Role, Stats, Synonym
from graphmem.ports import Embedder, Extractor, Store
from graphmem.read.beyond import LIMIT
from graphmem.read.rank import Ranking
from graphmem.read.recollection import Recollection
from graphmem.write.admit import DEFAULT_SESSION
from graphmem.write.tell import Told

__all__ = ["AsyncMemory"]


class AsyncMemory(AsyncChronicle, AsyncLearning, AsyncUpkeep):
    """A `Memory` whose verbs are awaited: the same names, arguments, results and errors.

    Open it with `await AsyncMemory.open(...)`, or wrap a memory that is open already. A call that is cancelled has
    either done nothing or all it was to do when the cancellation is raised; a `remember` of many ends early, after an
    item: each is kept or absent, never half-written.

    >>> import asyncio
    >>> async def tale() -> str:
    ...     async with await AsyncMemory.open(":memory:", namespace="user/ada") as memory:
    ...         await memory.remember("I moved to Lisbon and started at Feedzai.", speaker="Ada")
    ...         return (await memory.recall("Where does Ada work?", top_k=1))[0].text
    >>> asyncio.run(tale())
    'I moved to Lisbon and started at Feedzai.'
    """

    @classmethod
    async def open(
        cls,
        location: str | Path = "memory.db",
        *,
        namespace: str = "default",
        embedder: str | Path | Embedder | object | None = None,
        extractor: str | Extractor | object | None = "spacy",
        read_only: bool = False,
        reembed: bool = False,
        snapshots: str | Path | None = None,
        auth: tuple[str, str] | None = None,
        migrate: bool = True,
        index_limit: int = LIMIT,
        slots: str | Path | None = None,
        chat: str | ChatModel | object | None = None,
        rerank: Rerank | None = None,
    ) -> Self:
        """Open a memory as `Memory.open` does."""
        opened = partial(
            Memory.open,
            location,
            namespace=namespace,
            embedder=embedder,
            extractor=extractor,
            read_only=read_only,
            reembed=reembed,
            snapshots=snapshots,
            auth=auth,
            migrate=migrate,
            index_limit=index_limit,
            slots=slots,
            chat=chat,
            rerank=rerank,
        )
        with ThreadPoolExecutor(1) as pool:
            return cls(await in_thread(pool, opened))

    @property
    def store(self) -> Store:
        """The memory's store."""
        return self.memory.store

    @property
    def namespace(self) -> str:
        """Whose memory it is."""
        return self.memory.namespace

    @property
    def embedder(self) -> Embedder:
        """What makes this memory's vectors."""
        return self.memory.embedder

    async def sibling(self, namespace: str) -> Self:
        """As `Memory.sibling`."""
        return type(self)(await self._call(self.memory.sibling, namespace))

    async def close(self) -> None:
        """Wait for the calls that run, then close the memory. Closing twice is a no-op."""
        with ThreadPoolExecutor(1) as pool:
            await in_thread(pool, self._shut)

    def _shut(self) -> None:
        self._pool.shutdown(wait=True)
        self.memory.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # --- writing ----------------------------------------------------------------------------------------------------

    async def remember(
        self,
        what: Told | Iterable[Told],
        *,
        speaker: str | None = None,
        role: Role | None = None,
        at: datetime | None = None,
        session: str = DEFAULT_SESSION,
        now: datetime | None = None,
        background: bool = False,
    ) -> Remembered:
        """As `Memory.remember`; cancelled, it ends after an item."""
        stopped = Event()
        call = partial(self.memory.remember, speaker=speaker, role=role, at=at, session=session, now=now)
        work = begun(self._pool, partial(call, until(stopped, what), background=background))
        return await result_of(work, on_cancel=stopped.set)

    async def forget(
        self,
        *,
        session: str | None = None,
        interactions: Sequence[str] | None = None,
        entity: str | None = None,
        person: str | None = None,
        everything: bool = False,
    ) -> Forgotten:
        """As `Memory.forget`."""
        return await self._call(
            self.memory.forget,
            session=session,
            interactions=interactions,
            entity=entity,
            person=person,
            everything=everything,
        )

    async def merge(self, a: str, b: str) -> Synonym:
        """As `Memory.merge`."""
        return await self._call(self.memory.merge, a, b)

    async def unmerge(self, a: str, b: str) -> None:
        """As `Memory.unmerge`."""
        return await self._call(self.memory.unmerge, a, b)

    # --- reading ----------------------------------------------------------------------------------------------------

    async def recall(
        self,
        text: str,
        *,
        top_k: int = 10,
        options: RecallOptions | None = None,
        ranking: str | Path | Ranking | None = None,
        rerank: Rerank | None = None,
    ) -> Recollection:
        """As `Memory.recall`."""
        return await self._call(self.memory.recall, text, top_k=top_k, options=options, ranking=ranking, rerank=rerank)

    async def entities(self, name: str | None = None, *, top_k: int = 100) -> list[Entity]:
        """As `Memory.entities`."""
        return await self._call(self.memory.entities, name, top_k=top_k)

    async def history(
        self,
        *,
        session: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: Interaction | None = None,
        top_k: int = 1_000,
    ) -> list[Interaction]:
        """As `Memory.history`."""
        return await self._call(
            self.memory.history, session=session, since=since, until=until, after=after, top_k=top_k
        )

    async def stats(self) -> Stats:
        """As `Memory.stats`."""
        return await self._call(self.memory.stats)
