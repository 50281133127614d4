"""The awaited verbs of learning, and a query whose verbs are awaited."""

import functools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, ParamSpec, Self, TypeVar, cast

from graphmem.aio.core import AsyncCore
from graphmem.aio.threads import Threaded, in_thread
from graphmem.learn.consolidate import Consolidated
from graphmem.learn.feedback import Tuning
from graphmem.learn.heat import Retained, Tiers
from graphmem.learn.nouns import Advice, Guidance, Insight, Outcome, PastQuery, Step
from graphmem.learn.overview import Overview
from graphmem.learn.profiles import Profile
from graphmem.learn.queries import Query
from graphmem.learn.steps import STEPS, Consolidation
from graphmem.model import Fact, Hit, Interaction
from graphmem.read.recollection import Recollection

__all__ = ["AsyncLearning", "AsyncQuery"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
_R = TypeVar("_R")


class AsyncQuery:
    """A `Query` whose verbs are awaited; `AsyncMemory.query` opens it."""

    def __init__(self, query: Query, *, pool: ThreadPoolExecutor) -> None:
        self._query = query
        self._pool = pool

    @property
    def id(self) -> str:
        """The query's id: with it, another process goes on."""
        return self._query.id

    @property
    def text(self) -> str:
        """What was asked."""
        return self._query.text

    @property
    def is_open(self) -> bool:
        """Whether it can still take steps, as far as this object knows."""
        return self._query.is_open

    async def _call(self, verb: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await in_thread(self._pool, verb, *args, **kwargs)

    async def query(
        self, text: str, *, agent: str | None = None, task: str | None = None, at: datetime | None = None
    ) -> "AsyncQuery":
        """As `Query.query`."""
        opened = await self._call(self._query.query, text, agent=agent, task=task, at=at)
        return AsyncQuery(opened, pool=self._pool)

    async def guidance(self, *, role: str | None = None, top_k: int = 3) -> Guidance:
        """As `Query.guidance`."""
        return await self._call(self._query.guidance, role=role, top_k=top_k)

    async def step(
        self,
        text: str,
        *,
        role: str | None = None,
        tool: str | None = None,
        result: str | None = None,
        reward: float | None = None,
        attributes: Mapping[str, str] | None = None,
        inspired_by: Sequence[Step | str] | None = None,
        at: datetime | None = None,
    ) -> Step:
        """As `Query.step`."""
        return await self._call(
            self._query.step,
            text,
            role=role,
            tool=tool,
            result=result,
            reward=reward,
            attributes=attributes,
            inspired_by=inspired_by,
            at=at,
        )

    async def used(self, *things: Insight | Advice | Fact | Interaction | Hit | str, role: str | None = None) -> None:
        """As `Query.used`."""
        return await self._call(self._query.used, *things, role=role)

    async def close(
        self, *, outcome: Outcome | None = None, score: float | None = None, answer: str | None = None
    ) -> PastQuery:
        """As `Query.close`."""
        return await self._call(self._query.close, outcome=outcome, score=score, answer=answer)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave it as it is: only `close` closes."""


class AsyncLearning(Threaded):
    """Queries, insights and guidance."""

    async def query(
        self,
        text: str,
        *,
        agent: str | None = None,
        task: str | None = None,
        at: datetime | None = None,
        id: str | None = None,  # noqa: A002 - the name callers know from Message and Passage
        parent: str | None = None,
    ) -> AsyncQuery:
        """As `Memory.query`: `async with await memory.query("...") as q`."""
        opened = await self._call(self.memory.query, text, agent=agent, task=task, at=at, id=id, parent=parent)
        return AsyncQuery(opened, pool=self._pool)

    async def guidance(self, text: str, *, role: str | None = None, top_k: int = 3) -> Guidance:
        """As `Memory.guidance`."""
        return await self._call(self.memory.guidance, text, role=role, top_k=top_k)

    @property
    def core(self) -> AsyncCore:
        """The core blocks: a few named texts that always go into an agent's context, with their history."""
        return AsyncCore(self.memory.core, pool=self._pool)

    def answers(
        self, *, agent: str | None = None, task: str | None = None
    ) -> Callable[[Callable[_P, Awaitable[_R]]], Callable[_P, Awaitable[_R]]]:
        """Decorate a coroutine function that answers queries, as `Memory.answers`; its `query=` is an `AsyncQuery`."""
        decorate = self.memory.answers(agent=agent, task=task)

        def wrap(function: Callable[_P, Awaitable[_R]]) -> Callable[_P, Awaitable[_R]]:
            @functools.wraps(function)
            async def awaited(*args: Any, query: Query, **kwargs: Any) -> _R:
                return await function(*args, **{**kwargs, "query": AsyncQuery(query, pool=self._pool)})

            return decorate(cast(Callable[_P, Awaitable[_R]], awaited))

        return wrap

    async def queries(
        self,
        *,
        is_open: bool | None = None,
        outcome: Literal["success", "failure"] | None = None,
        top_k: int = 100,
    ) -> list[PastQuery]:
        """As `Memory.queries`."""
        return await self._call(self.memory.queries, is_open=is_open, outcome=outcome, top_k=top_k)

    async def insight(self, text: str, *, supports: Sequence[PastQuery | Query | Fact | str] = ()) -> Insight:
        """As `Memory.insight`; of an `AsyncQuery` give the id."""
        return await self._call(self.memory.insight, text, supports=supports)

    async def insights(self, *, retired: bool = False, top_k: int = 100) -> list[Insight]:
        """As `Memory.insights`."""
        return await self._call(self.memory.insights, retired=retired, top_k=top_k)

    async def consolidate(
        self,
        *,
        steps: Sequence[Consolidation] = STEPS,
        dry_run: bool = False,
        tick: Callable[[str, int], None] = lambda _, __: None,
    ) -> Consolidated:
        """As `Memory.consolidate`; `tick` is called on a worker's thread."""
        return await self._call(self.memory.consolidate, steps=steps, dry_run=dry_run, tick=tick)

    async def summary(self, *, session: str | None = None) -> Overview:
        """As `Memory.summary`."""
        return await self._call(self.memory.summary, session=session)

    async def profile(self, name: str) -> Profile:
        """As `Memory.profile`."""
        return await self._call(self.memory.profile, name)

    async def retained(self, *things: Insight | Fact | Interaction | Hit | str) -> list[Retained]:
        """As `Memory.retained`."""
        return await self._call(self.memory.retained, *things)

    async def tiers(self, *, now: datetime | None = None) -> Tiers:
        """As `Memory.tiers`."""
        return await self._call(self.memory.tiers, now=now)

    async def feedback(
        self,
        found: Recollection,
        *,
        useful: Sequence[Hit | str] = (),
        useless: Sequence[Hit | str] = (),
        answer: str = "",
    ) -> Tuning:
        """As `Memory.feedback`."""
        return await self._call(self.memory.feedback, found, useful=useful, useless=useless, answer=answer)

    @property
    def tuning(self) -> Tuning:
        """How far feedback has moved this namespace's ranking; the first look reads one setting of the store."""
        return self.memory.tuning

    async def tune(self, tuning: Tuning) -> None:
        """As `Memory.tune`."""
        return await self._call(self.memory.tune, tuning)
