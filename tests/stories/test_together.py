"""Threads, other processes and failures at the worst moment: a memory neither hangs, nor mixes, nor loses anything."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from graphmem import Memory, Message
from graphmem.errors import ModelError, ModelMismatch, ModelOutputInvalid
from graphmem.ports import Batch, Extraction, Saved, Triple, Turn, Vectors
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.models import FailingEmbedder
from graphmem.write.models import REEMBEDDING, embedder_mark
from tests.conftest import WHEN

Opener = Callable[..., Memory]
#: Seconds after which a call is said to hang: a busy machine is no defect.
PATIENCE = 120.0


class Gate:
    """An extractor that draws one fact a turn, and waits at every turn until it is let through."""

    name = "gate/1"

    def __init__(self, *, fails: type[BaseException] | None = None) -> None:
        self.reached, self.open, self.fails = threading.Event(), threading.Event(), fails

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        for turn in turns:
            self.reached.set()
            assert self.open.wait(PATIENCE)
            if self.fails:
                raise self.fails("told to fail")
            words = turn.interaction.text.split()
            yield Extraction(
                triples=(Triple(subject=words[0], predicate=words[1], object=words[2]),), extractor="gate/1"
            )


class Flat:
    """An embedder that says the same of everything."""

    revision, dimension = "1", 8

    def __init__(self, name: str) -> None:
        self.name = name

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), 8), 8**-0.5, dtype=np.float32)

    def embed_question(self, text: str) -> Vectors:
        return self.embed([text])[0]


def within(call: Callable[[], object]) -> None:
    """Run a call on another thread, and fail when it does not come back."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "the call hangs"


def turns(count: int) -> list[Message]:
    """Return turns a minute apart."""
    return [Message(f"Ada paints barn{n}", speaker="Ada", at=WHEN + timedelta(minutes=n)) for n in range(count)]


@pytest.mark.parametrize("act", ["rename", "erase", "close"])
def test_a_namespace_changes_under_a_working_worker(opened: Opener, act: str) -> None:
    """Renaming, erasing or closing while the worker draws comes back, and a renamed memory's facts are drawn after."""
    gate = Gate()
    memory = opened(embedder=Flat("a"), extractor=gate)
    memory.remember(turns(300), background=True)
    assert gate.reached.wait(PATIENCE)
    acts: dict[str, Callable[[], object]] = {
        "rename": lambda: memory.rename_namespace("user/ada", "user/ida"),
        "erase": lambda: memory.erase_namespace("user/ada"),
        "close": memory.close,
    }
    threading.Timer(0.2, gate.open.set).start()
    within(acts[act])
    if act == "rename":
        within(memory.flush)
        assert (memory.stats().interactions, memory.stats().pending) == (300, 0)


class Stumbling(SqliteStore):
    """A store with a bug: the first time facts are saved, it raises what nobody foresaw."""

    stumbled = False

    def save(self, namespace: str, batch: Batch, *, now: datetime) -> Saved:
        if batch.done and not self.stumbled:
            self.stumbled = True
            raise ZeroDivisionError("in the midst of the worker")
        return super().save(namespace, batch, now=now)


def test_a_worker_that_meets_a_surprise_says_so(tmp_path: Path) -> None:
    """An error nobody foresaw comes out of `flush`, which neither hangs nor hides it; afterwards work goes on."""
    gate = Gate()
    gate.open.set()
    store = Stumbling.open(tmp_path / "memory.db")
    with Memory(store, namespace="user/ada", embedder=Flat("a"), extractor=gate) as memory:
        memory.remember(turns(3), background=True)
        raised: list[Exception] = []

        def flush() -> None:
            try:
                memory.flush()
            except ZeroDivisionError as err:
                raised.append(err)

        within(flush)
        assert len(raised) == 1
        memory.remember(turns(4), background=True)
        within(memory.flush)
        assert (memory.stats().pending, memory.stats().facts) == (0, 4)


def test_an_extractor_that_skips_turns_is_refused(opened: Opener) -> None:
    """As many answers as turns, or nothing is marked done."""

    class Lazy(Gate):
        def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
            yield from list(super().extract(turns))[1:]

    gate = Lazy()
    gate.open.set()
    memory = opened(embedder=Flat("a"), extractor=gate)
    with pytest.raises(ModelOutputInvalid, match="2 times for 3"):
        memory.remember(turns(3))
    assert memory.stats().pending == 3


def test_telling_again_finishes_what_failed(opened: Opener) -> None:
    """After a model failed, the same call is all it takes: nothing stays pending, and the receipt says what was new."""
    flaky = FailingEmbedder(Flat("a"), calls=0)
    gate = Gate()
    gate.open.set()
    memory = opened(embedder=flaky, extractor=gate)
    with pytest.raises(ModelError):
        memory.remember(turns(3))
    flaky.left = 100
    again = memory.remember(turns(4))
    assert (again.interactions, again.known, again.pending, again.facts) == (1, 3, 0, 4)
    assert (memory.stats().pending, memory.stats().vectors) == (0, 4)
    calls = flaky.left
    memory.remember(turns(4))
    assert flaky.left == calls, "what is finished is not embedded again"


def test_a_save_that_failed_leaves_no_names_behind(tmp_path: Path) -> None:
    """Names of a batch that could not be saved are not taken for known: later links to them would lead nowhere."""
    gate = Gate()
    gate.open.set()
    store = Stumbling.open(tmp_path / "memory.db")
    with Memory(store, namespace="user/ada", embedder=Flat("a"), extractor=gate) as memory:
        told = [Message("Feedzai hired Philip-Morrison", at=WHEN), Message("Feedzai hired Phillip-Morrison", at=WHEN)]
        with pytest.raises(ZeroDivisionError):
            memory.remember(told[0])
        memory.forget(everything=True)
        memory.remember(told[1])
        memory.remember(told[0])
        assert [link.method for link in store.synonyms("user/ada")] == ["spelling"]


def test_renamed_elsewhere_the_old_name_is_a_new_namespace(opened: Opener) -> None:
    """Who goes on under a name that another process took away writes what anybody would write there."""
    one, other = (opened(embedder=Flat("a"), extractor=None) for _ in range(2))
    one.remember(turns(1))
    other.rename_namespace("user/ada", "user/ida")
    first = one.remember(turns(1))
    assert first.interactions == 1
    again = opened(embedder=Flat("a"), extractor=None).remember(turns(1))
    assert (again.known, again.ids) == (1, first.ids)


def test_two_threads_tell_one_memory(opened: Opener) -> None:
    """Threads that tell the same and other things through one memory end with everything once."""
    gate = Gate()
    gate.open.set()
    memory = opened(embedder=Flat("a"), extractor=gate)
    tellers = [threading.Thread(target=memory.remember, args=(turns(n),), kwargs={"background": n % 2 == 0})
               for n in (40, 50, 60, 70)]  # fmt: skip
    for thread in tellers:
        thread.start()
    for thread in tellers:
        thread.join(PATIENCE)
    within(memory.flush)
    stats = memory.stats()
    assert (stats.interactions, stats.pending, stats.facts) == (70, 0, 70)


def test_who_wakes_a_worker_that_was_stopped_waits_for_nothing(opened: Opener) -> None:
    """Told in the background while another thread closes the memory: it stays pending, and flushing comes back."""
    gate = Gate()
    gate.open.set()
    memory = opened(embedder=Flat("a"), extractor=gate)
    memory.remember(turns(1), background=True)
    within(memory.flush)
    worker = memory._worker
    assert worker is not None
    worker.stop()
    worker.wake()
    within(worker.flush)


def test_forgetting_while_the_worker_draws(opened: Opener) -> None:
    """What is forgotten while the worker is at it stays forgotten, facts, names and links with it."""
    gate = Gate()
    memory = opened(embedder=Flat("a"), extractor=gate)
    memory.remember(turns(300), background=True)
    assert gate.reached.wait(PATIENCE)
    threading.Timer(0.1, gate.open.set).start()
    within(lambda: memory.forget(everything=True))
    within(memory.flush)
    stats = memory.stats()
    assert (stats.interactions, stats.entities, stats.facts, stats.synonyms) == (0, 0, 0, 0)


def test_two_memories_with_different_embedders_do_not_mix(opened: Opener) -> None:
    """Of two that open an empty file with different models, the second to write is refused with the way out."""
    first, second = opened(embedder=Flat("a"), extractor=None), opened(embedder=Flat("b"), extractor=None)
    first.remember(turns(1))
    with pytest.raises(ModelMismatch, match="reembed"):
        second.remember("Too late", speaker="Ada", at=WHEN)
    with pytest.raises(ModelMismatch, match="reembed"):
        second.recall("Who paints?")
    assert first.stats().vectors == 1


@pytest.mark.parametrize("step", ["marked", "dropped", "half"])
def test_reembedding_is_taken_up_where_it_stopped(opened: Opener, step: str) -> None:
    """Wherever re-embedding is interrupted, neither model may mix its vectors in, and calling it again completes it."""
    opened(embedder=Flat("a"), extractor=None).remember(turns(300))
    old = opened(embedder=Flat("a"), extractor=None)
    new = opened(embedder=FailingEmbedder(Flat("b"), calls={"marked": 0, "dropped": 0, "half": 1}[step]),
                 extractor=None, reembed=True)  # fmt: skip
    if step == "marked":
        new.store.set_setting(REEMBEDDING, embedder_mark(Flat("b")))
    else:
        with pytest.raises(ModelError):
            new.reembed()
    for act in (lambda: old.remember("Late", at=WHEN), lambda: old.recall("Who paints?")):
        with pytest.raises(ModelMismatch, match="reembed"):
            act()
    with pytest.raises(ModelMismatch, match="reembed"):
        opened(embedder=Flat("a"), extractor=None)
    done = opened(embedder=Flat("b"), extractor=None, reembed=True)
    done.reembed()
    assert (done.stats().vectors, done.stats().pending) == (300, 300)
    assert opened(embedder=Flat("b"), extractor=None).recall("Who paints?").degraded == ()
