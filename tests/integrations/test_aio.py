"""AsyncMemory: Memory's verbs, awaited, with nothing lost, doubled or left behind."""

import asyncio
import inspect
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import Memory, Message, RecallOptions
from graphmem.aio import AsyncMemory
from graphmem.errors import InvalidInput, NotFound
from tests.conftest import WHEN, Opener


def verbs(kind: type) -> dict[str, Any]:
    return {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}


def parameters(function: Any) -> list[tuple[str, Any, Any, str]]:
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.kind, None if callable(p.default) else p.default, str(p.annotation)) for p in found]


def test_the_two_faces_have_the_same_verbs() -> None:
    """Whatever a Memory offers, an AsyncMemory offers under the same name, and nothing else."""
    assert set(verbs(AsyncMemory)) - {"store", "namespace"} == set(verbs(Memory))


@pytest.mark.parametrize("name", [n for n, m in verbs(Memory).items() if inspect.isroutine(m)])
def test_the_two_faces_take_the_same_arguments(name: str) -> None:
    """Every verb takes the same parameters with the same defaults and annotations, and is awaited."""
    sync, awaited = verbs(Memory)[name], verbs(AsyncMemory)[name]
    assert parameters(awaited) == parameters(sync)
    assert inspect.signature(awaited).return_annotation == inspect.signature(sync).return_annotation
    assert inspect.iscoroutinefunction(awaited)


async def test_every_verb_does_what_the_memory_does(opened: Opener, tmp_path: Any) -> None:
    """Each verb, awaited, returns what the Memory itself returns, and raises its errors."""
    async with AsyncMemory(opened()) as memory:
        told = await memory.remember("I moved to Lisbon and started at Feedzai.", speaker="Ada", at=WHEN, session="s")
        assert told.interactions == 1
        sync = memory.memory
        assert (await memory.recall("Where does Ada work?")).hits == sync.recall("Where does Ada work?").hits
        assert await memory.entities("Ada") == sync.entities("Ada")
        assert await memory.facts(about="Ada") == sync.facts(about="Ada")
        assert await memory.history(session="s") == sync.history(session="s")
        assert await memory.stats() == sync.stats()
        assert await memory.namespaces() == sync.namespaces()
        assert await memory.check() == []
        assert (await memory.resume()).interactions == (await memory.flush()).interactions == 0
        assert (memory.namespace, memory.embedder, memory.store) == (sync.namespace, sync.embedder, sync.store)
        await memory.merge("Lisbon", "Feedzai")
        await memory.unmerge("Lisbon", "Feedzai")
        await memory.backup(tmp_path / "copy.db")
        assert (tmp_path / "copy.db").exists()
        assert await memory.reembed() == 1
        assert (await memory.forget(session="s")).interactions == 1
        with pytest.raises(NotFound):
            await memory.forget(session="s")
        with pytest.raises(InvalidInput):
            await memory.recall("  ")
        await memory.rename_namespace("user/ada", "user/bo")
        assert memory.namespace == "user/bo"
        await memory.erase_namespace("user/bo")


async def test_two_hundred_at_once(opened: Opener) -> None:
    """200 remembers and recalls at once in one loop: no deadlock, no lost write, no wrong answer."""
    async with AsyncMemory(opened(extractor=None)) as memory:
        await memory.remember([Message("The heron stands in the reeds.", speaker="Ada", at=WHEN)])
        calls: list[Any] = []
        for n in range(100):
            calls.append(memory.remember([Message(f"Note number {n}.", speaker="Bo", at=WHEN, id=f"note-{n}")]))
            calls.append(memory.recall("heron in the reeds", top_k=1))
        done = await asyncio.wait_for(asyncio.gather(*calls), timeout=120)
        assert all(receipt.interactions == 1 for receipt in done[::2])
        assert {found[0].text for found in done[1::2]} == {"The heron stands in the reeds."}
        assert (await memory.stats()).interactions == 101


async def test_cancelled_while_it_waits_it_never_begins(opened: Opener) -> None:
    """A remember that is cancelled before its turn came leaves nothing behind."""
    async with AsyncMemory(opened(extractor=None)) as memory:
        gate = threading.Event()
        busy = [asyncio.ensure_future(memory._call(gate.wait)) for _ in range(4)]
        await asyncio.sleep(0)
        waiting = asyncio.ensure_future(memory.remember("Never said."))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gate.set()
        await asyncio.gather(*busy)
        assert (await memory.stats()).interactions == 0


async def test_cancelled_while_it_runs_it_ends_first(opened: Opener) -> None:
    """A stream that is cancelled stops after an item: when the cancellation is raised, nothing goes on."""
    async with AsyncMemory(opened(extractor=None)) as memory:
        begun, go_on, read = threading.Event(), threading.Event(), []

        def stream() -> Iterator[Message]:
            for n in range(1_000):
                if n == 3:
                    begun.set()
                    go_on.wait(30)
                read.append(n)
                yield Message(f"Turn {n}.", at=WHEN, id=str(n))

        running = asyncio.ensure_future(memory.remember(stream()))
        await asyncio.to_thread(begun.wait, 30)
        running.cancel()
        await asyncio.sleep(0)
        running.cancel()  # an impatient caller
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await running
        kept = [i.id for i in memory.memory.history()]
        assert kept == ["0", "1", "2"]
        assert read == [0, 1, 2, 3]
        assert len(await memory.recall("turn", options=RecallOptions(session="default"))) == 3


def test_one_object_serves_several_loops(opened: Opener) -> None:
    """The same AsyncMemory works in one event loop after another, as in a notebook whose kernel made a new one."""
    memory = AsyncMemory(opened(extractor=None))
    asyncio.run(memory.remember("The heron stands in the reeds.", at=WHEN))
    assert len(asyncio.run(memory.recall("heron"))) == 1
    asyncio.run(memory.close())
    asyncio.run(memory.close())
