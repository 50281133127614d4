"""Calls on worker threads, cancelled whole or not at all."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from itertools import takewhile
from threading import Event
from typing import ParamSpec, TypeVar

from graphmem.errors import StoreUnavailable
from graphmem.memory import Memory
from graphmem.write.tell import Told

__all__ = ["Threaded", "begun", "in_thread", "result_of", "until"]

#: Calls that run at a time; what comes on top waits its turn. A memory scores one question after the other anyway.
THREADS = 4

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def in_thread(pool: ThreadPoolExecutor, call: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a call on a pool's thread and return what it returns.

    Cancelled before the call began, it never begins; cancelled later, the cancellation is raised once the call has
    ended, so that nothing goes on behind the caller's back.

    Raises: StoreUnavailable: the pool takes no more calls, because its memory was closed.
    """
    return await result_of(begun(pool, partial(call, *args, **kwargs)))


def begun(pool: ThreadPoolExecutor, call: Callable[[], _T]) -> "Future[_T]":
    """Return a call that a pool's thread runs in this context. StoreUnavailable: its memory was closed."""
    try:
        return pool.submit(copy_context().run, call)
    except RuntimeError as err:  # all that an executor says after its shutdown
        raise StoreUnavailable("the memory is closed; open it again") from err


async def result_of(work: "Future[_T]", *, on_cancel: Callable[[], None] = lambda: None) -> _T:
    """Return what a call on a thread returns; cancelled, call `on_cancel` and wait until it has ended."""
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


def until(stopped: Event, what: Told | Iterable[Told]) -> Told | Iterable[Told]:
    """Return what was told; where it is many, they end when it is stopped."""
    if isinstance(what, str | bytes | Mapping) or not isinstance(what, Iterable):
        return what
    return takewhile(lambda _: not stopped.is_set(), what)


class Threaded:
    """A memory and the threads that its verbs run on."""

    def __init__(self, memory: Memory) -> None:
        """Wrap an open memory; closing this closes it."""
        self.memory = memory
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="graphmem")

    async def _call(self, verb: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await in_thread(self._pool, verb, *args, **kwargs)
