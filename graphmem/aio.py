"""AsyncMemory: a memory for code that runs in an event loop. Every verb is one line over worker threads.

Safe in notebooks and in any running loop; one object may serve several loops. The work is a Memory's own: SQLite and
numpy let go of the interpreter's lock while they work, so that the loop goes on.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from datetime import datetime
from functools import partial
from itertools import takewhile
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from graphmem.memory import Memory
from graphmem.model import (
    Entity,
    Fact,
    Forgotten,
    Interaction,
    NamespaceInfo,
    RecallOptions,
    Remembered,
    Role,
    Ruling,
    RulingKind,
    Stats,
    Synonym,
)
from graphmem.ports import Embedder, Extractor, Store
from graphmem.read.beyond import LIMIT
from graphmem.read.chronicle import FactHistory, SlotSuggestion, Timeline
from graphmem.read.rank import Ranking
from graphmem.read.recollection import Recollection
from graphmem.write.admit import DEFAULT_SESSION
from graphmem.write.tell import Told

__all__ = ["AsyncMemory", "in_thread"]

#: Calls that run at a time; what comes on top waits its turn. A memory scores one question after the other anyway.
THREADS = 4

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(pool: ThreadPoolExecutor, call: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a call on a pool's thread and return what it returns.

    Cancelled before the call began, it never begins; cancelled later, the cancellation is raised once the call has
    ended, so that nothing goes on behind the caller's back.
    """
    return await _result(pool.submit(copy_context().run, partial(call, *args, **kwargs)))


async def _result(work: "Future[_T]", *, on_cancel: Callable[[], None] = lambda: None) -> _T:
    try:
        return await asyncio.wrap_future(work)
    except asyncio.CancelledError:
        on_cancel()
        await _ended(work)
        raise


async def _ended(work: "Future[_T]") -> None:
    """Wait until a call has ended, if it cannot be kept from beginning, however often one is cancelled meanwhile."""
    if work.cancel():
        return
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    work.add_done_callback(lambda _: loop.call_soon_threadsafe(over.set))
    while not over.is_set():
        with suppress(asyncio.CancelledError):  # the first one is raised as soon as the call has ended
            await over.wait()


def _until(stopped: Event, what: Told | Iterable[Told]) -> Told | Iterable[Told]:
    """Return what was told; where it is many, they end when it is stopped."""
    if isinstance(what, str | bytes | Mapping) or not isinstance(what, Iterable):
        return what
    return takewhile(lambda _: not stopped.is_set(), what)


class AsyncMemory:
    """A `Memory` whose verbs are awaited: the same names, arguments, results and errors.

    Open it with `await AsyncMemory.open(...)`, or wrap a memory that is open already. A call that is cancelled has
    either done nothing or all it was to do when the cancellation is raised; a `remember` of many ends early, after an
    item: each is kept or absent, never half-written.

    >>> async def tale() -> str:
    ...     async with await AsyncMemory.open(":memory:", namespace="user/ada") as memory:
    ...         await memory.remember("I moved to Lisbon and started at Feedzai.", speaker="Ada")
    ...         return (await memory.recall("Where does Ada work?", top_k=1))[0].text
    >>> asyncio.run(tale())
    'I moved to Lisbon and started at Feedzai.'
    """

    def __init__(self, memory: Memory) -> None:
        """Wrap an open memory; closing this closes it."""
        self.memory = memory
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="graphmem")

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

    async def _call(self, verb: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await in_thread(self._pool, verb, *args, **kwargs)

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
        work = self._pool.submit(copy_context().run, partial(call, _until(stopped, what), background=background))
        return await _result(work, on_cancel=stopped.set)

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
    ) -> Recollection:
        """As `Memory.recall`."""
        return await self._call(self.memory.recall, text, top_k=top_k, options=options, ranking=ranking)

    async def entities(self, name: str | None = None, *, top_k: int = 100) -> list[Entity]:
        """As `Memory.entities`."""
        return await self._call(self.memory.entities, name, top_k=top_k)

    async def facts(
        self,
        *,
        about: str | None = None,
        predicate: str | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        include_superseded: bool = False,
        top_k: int = 100,
    ) -> list[Fact]:
        """As `Memory.facts`."""
        return await self._call(
            self.memory.facts,
            about=about,
            predicate=predicate,
            as_of=as_of,
            known_at=known_at,
            include_superseded=include_superseded,
            top_k=top_k,
        )

    async def fact_history(self, fact: Fact | str) -> FactHistory:
        """As `Memory.fact_history`."""
        return await self._call(self.memory.fact_history, fact)

    async def rulings(
        self, *, about: str | None = None, kinds: Sequence[RulingKind] | None = None, undone: bool = False
    ) -> list[Ruling]:
        """As `Memory.rulings`."""
        return await self._call(self.memory.rulings, about=about, kinds=kinds, undone=undone)

    async def timeline(
        self, *, about: str, since: datetime | None = None, until: datetime | None = None, top_k: int = 1_000
    ) -> Timeline:
        """As `Memory.timeline`."""
        return await self._call(self.memory.timeline, about=about, since=since, until=until, top_k=top_k)

    async def suggest_slots(self, *, least: int = 20, share: float = 0.9) -> tuple[SlotSuggestion, ...]:
        """As `Memory.suggest_slots`."""
        return await self._call(self.memory.suggest_slots, least=least, share=share)

    async def retract(self, fact: Fact | str, *, who: str, why: str = "") -> Ruling:
        """As `Memory.retract`."""
        return await self._call(self.memory.retract, fact, who=who, why=why)

    async def pin(self, fact: Fact | str, *, who: str, why: str = "") -> Ruling:
        """As `Memory.pin`."""
        return await self._call(self.memory.pin, fact, who=who, why=why)

    async def revert(self, what: Fact | Ruling | str, *, who: str, why: str = "") -> list[Ruling]:
        """As `Memory.revert`."""
        return await self._call(self.memory.revert, what, who=who, why=why)

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

    # --- upkeep -----------------------------------------------------------------------------------------------------

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
