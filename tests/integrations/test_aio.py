"""AsyncMemory: Memory's verbs, awaited, with nothing lost, doubled or left behind."""

import asyncio
import inspect
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from graphmem import Fact, Memory, Message, RecallOptions
from graphmem.aio import AsyncCore, AsyncMemory, AsyncQuery
from graphmem.errors import InvalidInput, NotFound, StoreError, StoreUnavailable
from graphmem.learn.blocks import Core
from graphmem.learn.feedback import Tuning
from graphmem.learn.queries import Query
from tests.conftest import WHEN, Opener


def verbs(kind: type) -> dict[str, Any]:
    return {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}


def parameters(function: Any) -> list[tuple[str, Any, Any, str]]:
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.kind, None if callable(p.default) else p.default, str(p.annotation)) for p in found]


def returned(function: Any) -> str:
    """What it returns, an `AsyncQuery` being a `Query`."""
    return str(inspect.signature(function).return_annotation).replace("AsyncQuery", "Query").rpartition(".")[2]


def test_the_two_faces_have_the_same_verbs() -> None:
    """Whatever a Memory offers, an AsyncMemory offers under the same name, and nothing else."""
    assert set(verbs(AsyncMemory)) - {"store", "namespace"} == set(verbs(Memory)) - {"learning", "channels"}
    assert set(verbs(AsyncQuery)) == set(verbs(Query))
    assert set(verbs(AsyncCore)) - {"block", "text"} == set(verbs(Core))


@pytest.mark.parametrize(
    ("sync", "awaited"),
    [
        pytest.param(member, verbs(ours).get(name), id=f"{ours.__name__}.{name}")
        for theirs, ours in ((Memory, AsyncMemory), (Query, AsyncQuery), (Core, AsyncCore))
        for name, member in verbs(theirs).items()
        if inspect.isroutine(member)
    ],
)
def test_the_two_faces_take_the_same_arguments(sync: Any, awaited: Any) -> None:
    """Every verb takes the same parameters with the same defaults and annotations, returns the same, and is awaited."""
    assert parameters(awaited) == parameters(sync)
    if sync.__name__ == "answers":  # a decorator: what it decorates is awaited
        return
    assert returned(awaited) == returned(sync)
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


async def test_queries_are_awaited(opened: Opener) -> None:
    """A query is opened, guided, worked on and closed without blocking the loop; answering functions are coroutines."""
    async with AsyncMemory(opened(extractor=None)) as memory:
        async with await memory.query("Find the blue key", agent="scout") as query:
            await query.guidance()
            step = await query.step("Look in the drawer", result="the key")
            sub = await query.query("Open the drawer")
            await sub.close(outcome="success")
            await query.used(step.id)
            closed = await query.close(outcome="success", answer="In the drawer.")
        assert (closed.id, query.is_open, query.text) == (query.id, False, "Find the blue key")
        await memory.insight("Look in drawers first.", supports=[query.id])

        @memory.answers(agent="scout")
        async def answer(text: str, *, query: Any = None) -> str:
            assert isinstance(query, AsyncQuery)
            await query.step("Remember the drawer")
            return f"Answer to {text}"

        assert await answer("Find the red key") == "Answer to Find the red key"
        assert {q.text for q in await memory.queries(outcome="success")} >= {"Find the blue key", "Find the red key"}
        assert "Look in drawers first." in {i.text for i in await memory.insights()}
        assert (await memory.guidance("Find the blue key")).traces
        block = await memory.core.set("persona", "A patient scout.")
        assert await memory.core.block("persona") == block
        assert await memory.core.text() == "[persona]\nA patient scout."
        await memory.core.drop("persona")
        assert (await memory.core.blocks(), await memory.core.history("persona")) == ([], [block])
        planned = await memory.consolidate(dry_run=True)
        assert await memory.consolidate(dry_run=True) == planned


async def test_the_verbs_of_time_are_awaited(opened: Opener) -> None:
    """Facts as of an instant, their history, rulings and timelines, and a person's word on them."""
    async with AsyncMemory(opened(extractor=None)) as memory:
        await memory.remember(Fact("Ada", "works_at", "Feedzai"))
        (fact,) = await memory.facts(about="Ada")
        ruling = await memory.retract(fact, who="Ada", why="never so")
        assert await memory.facts(about="Ada") == []
        assert await memory.rulings(about="Ada") == [ruling]
        assert (await memory.fact_history(fact)).rulings == (ruling,)
        await memory.revert(fact, who="Ada")
        await memory.pin(fact, who="Ada")
        assert (await memory.timeline(about="Ada")).about == "Ada"
        assert await memory.suggest_slots() == ()
        assert await memory.build_index() == 0
        with pytest.raises(StoreError):
            await memory.index_on_server()
        await memory.remember(["A heron.", "A river."], at=WHEN)
        found = await memory.recall("heron or river")
        moved = await memory.feedback(found, useful=[found[1]], useless=[found[0]])
        assert memory.tuning == moved
        await memory.forget(everything=True)
        await memory.tune(Tuning())
        assert memory.tuning == Tuning()
        other = await memory.sibling("user/bo")
        await other.remember("A heron.", at=WHEN)
        assert (await other.stats()).interactions == 1
        await other.close()
        assert (await memory.stats()).interactions == 0


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
                    go_on.wait(120)
                read.append(n)
                yield Message(f"Turn {n}.", at=WHEN, id=str(n))

        running = asyncio.ensure_future(memory.remember(stream()))
        await asyncio.to_thread(begun.wait, 120)
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
    """The same AsyncMemory works in one event loop after another, as in a notebook; closed, it says so."""
    memory = AsyncMemory(opened(extractor=None))
    asyncio.run(memory.remember("The heron stands in the reeds.", at=WHEN))
    assert len(asyncio.run(memory.recall("heron"))) == 1
    asyncio.run(memory.close())
    asyncio.run(memory.close())
    for late in (memory.recall("heron"), memory.remember("Too late.")):
        with pytest.raises(StoreUnavailable, match="closed; open it again"):
            asyncio.run(late)
