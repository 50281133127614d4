"""What others write between two statements of one call: never shown half, never shown of another namespace."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graphmem.errors import InvalidInput
from graphmem.ports import Batch, Selection
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.backdoor import SqliteBackdoor
from graphmem.testing.material import NOW, NS, about_ada, node, turns

OTHER = "user/bob"


@contextmanager
def _after_the_key(store: SqliteStore, act: Callable[[], None], *, until: str = "") -> Iterator[list[str]]:
    """Act before the first statement (with this in it) that follows the look-up of the namespace; list it."""
    looked_up, interrupted = [], []

    def watch(statement: str) -> None:
        if "born" in statement:
            looked_up.append(statement)
        elif looked_up and not interrupted and until in statement:
            interrupted.append(statement)
            act()

    store._db._connection.set_trace_callback(watch)
    try:
        yield interrupted
    finally:
        store._db._connection.set_trace_callback(None)


def _unwaiting(store: SqliteStore) -> SqliteStore:
    """Return a store that does not wait for readers before it empties its log: the test holds one of them."""
    store._db._connection.execute("PRAGMA busy_timeout = 0")
    return store


READS: dict[str, Callable[[SqliteStore], object]] = {
    "interactions": lambda s: [i.text for i in s.interactions(NS, ["turn-1"])],
    "history": lambda s: [i.text for i in s.history(NS)],
    "a session's history": lambda s: [i.text for i in s.history(NS, session="chat")],
    "preceding": lambda s: [i.text for i in s.preceding(NS, "turn-2", top_k=5)],
    "pending": lambda s: [i.text for i in s.pending(NS, stage="vectors")],
    "sessions": lambda s: s.sessions(NS),
    "mentions": lambda s: s.mentions(NS, ["turn-1"]),
    "sayings": lambda s: s.sayings(NS, [f.id for f in about_ada("turn-1").facts]),
    "nodes": lambda s: [n.name for n in s.nodes(NS)],
    "unjudged": lambda s: s.unjudged(NS),
}


@pytest.mark.parametrize("told", READS)
def test_a_read_is_of_one_namespace_though_it_is_erased_meanwhile(told: str, tmp_path: Path) -> None:
    """A namespace that is erased in the middle of a read, and another made in its place: nothing of that is shown."""
    with SqliteStore.open(tmp_path / "memory.db") as store, SqliteStore.open(tmp_path / "memory.db") as other:
        told_of_ada = about_ada("turn-1")
        store.admit(NS, turns(3, text="Ada's."), now=NOW)
        batch = Batch(
            entities=told_of_ada.entities,
            mentions=told_of_ada.mentions,
            facts=told_of_ada.facts,
            assertions=told_of_ada.assertions,
            nodes=[node("Ada's")],
            unjudged=["ada"],
        )
        store.save(NS, batch, now=NOW)
        before = READS[told](store)

        def replaced() -> None:
            _unwaiting(other).erase_namespace(NS)
            other.admit(OTHER, turns(2, text="Bob's."), now=NOW)
            other.save(OTHER, Batch(nodes=[node("Bob's")], unjudged=["bob"]), now=NOW)

        with _after_the_key(store, replaced) as interrupted:
            assert READS[told](store) == before
        assert interrupted
        assert SqliteBackdoor(tmp_path / "memory.db").count("Interaction", OTHER) == 2


def test_the_texts_that_still_name_what_was_forgotten_are_of_its_namespace(tmp_path: Path) -> None:
    """A receipt lists no other namespace's interactions, though this one is erased before its texts are searched."""
    with SqliteStore.open(tmp_path / "memory.db") as store, SqliteStore.open(tmp_path / "memory.db") as other:
        store.admit(NS, turns(2, text="Ada lives in Lisbon."), now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)

        def replaced() -> None:
            _unwaiting(other).erase_namespace(NS)
            other.admit(OTHER, turns(9, text="Lisbon is where Bob lives."), now=NOW)

        with _after_the_key(store, replaced, until="wal_checkpoint") as interrupted:
            gone = store.forget(NS, Selection(entity="Lisbon"), now=NOW)
        assert interrupted
        assert gone.entities == 1
        assert gone.still_mentioned_in == ()


def test_of_two_backups_to_one_path_one_is_kept(tmp_path: Path) -> None:
    """Two threads that back up to one path at once: one copy, sound, and one refusal; nothing else is left."""
    refused: list[Exception] = []
    gate = threading.Barrier(2)
    (tmp_path / "copies").mkdir()

    def backed_up(store: SqliteStore) -> None:
        gate.wait()
        try:
            store.backup(tmp_path / "copies" / "copy.db")
        except InvalidInput as err:
            refused.append(err)

    with SqliteStore.open(tmp_path / "memory.db") as store, SqliteStore.open(tmp_path / "memory.db") as other:
        store.admit(NS, turns(2), now=NOW)
        threads = [threading.Thread(target=backed_up, args=(one,)) for one in (store, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 1
    assert [entry.name for entry in (tmp_path / "copies").iterdir()] == ["copy.db"]
    with SqliteStore.open(tmp_path / "copies" / "copy.db") as copy:
        assert (copy.check(), copy.stats(NS).interactions) == ([], 2)
