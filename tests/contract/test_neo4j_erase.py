"""Erasing, renaming and forgetting what is too large for one transaction: in parts, resumed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from graphmem.errors import InvalidInput, NotFound, StoreUnavailable
from graphmem.model import Forgotten
from graphmem.ports import Batch, Selection, Store
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.clearing import forget
from graphmem.stores.neo4j.erasing import erase_namespace
from graphmem.stores.neo4j.renaming import rename_namespace
from graphmem.testing.material import NOW, NS, Reader, about_ada, entity, fact, link, node, turns
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor


class CutOff(Exception):
    """What ends an erasure in the middle."""


def _cut_off(_: int) -> None:
    raise CutOff


def test_an_erasure_goes_on_where_it_was(neo4j_server: Server, neo4j_store: Neo4jStore, emptied: Neo4jBackdoor) -> None:
    """Cut off in the middle, nobody reads or writes the rest; erased again, it is gone, its receipt is whole, and the
    same name can be told anew."""
    neo4j_store.admit(NS, turns(60), now=NOW)
    neo4j_store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
    neo4j_store.admit("other", turns(5), now=NOW)
    held, seq = neo4j_store.stats(NS), neo4j_store.seq(NS)
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as another:
        with pytest.raises(CutOff):
            erase_namespace(another._graph, NS, at_once=10, batch=25, tick=_cut_off)
        for store in (another, neo4j_store):
            for use in (
                lambda s: s.history(NS),
                lambda s: s.facts(NS),
                lambda s: s.seq(NS),
                lambda s: s.changes(NS, since=0),
                lambda s: s.namespace(NS),
                lambda s: s.admit(NS, turns(3), now=NOW),
                lambda s: s.forget(NS, Selection(everything=True), now=NOW),
                lambda s: s.rename_namespace(NS, "new"),
            ):
                with pytest.raises(StoreUnavailable, match="being erased"):
                    use(store)
        assert "1 namespaces are half erased: erase them again" in another.check()
        assert [info.name for info in another.namespaces()] == sorted((NS, "other"))
        gone = another.erase_namespace(NS)
    told = (gone.interactions, gone.facts, gone.entities, gone.mentions, gone.sessions, gone.vectors)
    assert told == (held.interactions, held.facts, held.entities, held.mentions, held.sessions, held.vectors)
    assert emptied.namespaces() == ["other"]
    with pytest.raises(NotFound):
        neo4j_store.erase_namespace(NS)
    neo4j_store.admit(NS, turns(2), now=NOW)
    page = neo4j_store.changes(NS, since=seq)
    assert (page.reset, len(page.interactions)) == (True, 2)
    assert len(neo4j_store.history("other")) == 5
    assert neo4j_store.check() == []


def _filled(store: Store, namespace: str = NS) -> None:
    """Tell turns, what they assert, a fact told by hand, and a task with its steps."""
    store.admit(namespace, turns(60), now=NOW)
    store.save(namespace, about_ada("turn-1", "turn-2"), now=NOW)
    told = Batch(entities=[entity("Bo"), entity("the cello")], facts=[fact("Bo", "plays", "the cello")])
    steps = [link("HAS_STEP", "task", f"turn-{n}") for n in range(1, 30)]
    store.save(namespace, replace(told, nodes=[node("task", label="Query")], links=steps), now=NOW)


def _known(store: Store, namespace: str) -> Reader:
    reader = Reader()
    reader.follow(store, namespace)
    return replace(reader, seq=0)


@pytest.fixture
def another(neo4j_server: Server) -> Iterator[Neo4jStore]:
    """A store that has not looked at any namespace yet, as another process has one."""
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
        yield store


def test_a_renaming_goes_on_where_it_was(neo4j_store: Neo4jStore, another: Neo4jStore) -> None:
    """Cut off in the middle, nobody reads or writes under either name; renamed again, all is there under the new one,
    and readers of either name notice."""
    _filled(neo4j_store)
    before, seq = _known(neo4j_store, NS), neo4j_store.seq(NS)
    stats = neo4j_store.stats(NS)
    with pytest.raises(CutOff):
        rename_namespace(another._graph, NS, "new", at_once=10, batch=25, tick=_cut_off)
    for name in (NS, "new"):
        for use in (
            lambda: another.history(name),  # noqa: B023
            lambda: another.namespace(name),  # noqa: B023
            lambda: another.create_namespace(name, now=NOW),  # noqa: B023
            lambda: another.admit(name, turns(3), now=NOW),  # noqa: B023
            lambda: another.erase_namespace(name),  # noqa: B023
            lambda: another.rename_namespace("other", name),  # noqa: B023
        ):
            with pytest.raises((StoreUnavailable, NotFound), match=r"being renamed|no namespace 'other'"):
                use()
    with pytest.raises(InvalidInput, match="being renamed to 'new'"):
        another.rename_namespace(NS, "elsewhere")
    assert "1 namespaces are half renamed: rename them again" in another.check()
    assert [info.name for info in another.namespaces()] == [NS]
    another.rename_namespace(NS, "new")
    assert [info.name for info in neo4j_store.namespaces()] == ["new"]
    assert _known(neo4j_store, "new") == before
    assert replace(another.stats("new"), seq=0) == replace(stats, namespace="new", seq=0)
    assert len(another.links("new", types=["HAS_STEP"])) == 29
    assert another.changes("new", since=seq).reset
    assert another.check() == []
    with pytest.raises(NotFound):
        another.rename_namespace(NS, "again")


def test_everything_is_forgotten_in_parts(neo4j_store: Neo4jStore, another: Neo4jStore) -> None:
    """In parts, the receipt, the tombstones and the empty namespace are those of one transaction; cut off between two,
    what is left is a whole memory that can be read, and forgetting again goes on."""
    parts: list[int] = []
    for name in (NS, "at once", "cut off"):
        _filled(neo4j_store, name)
    what = Selection(everything=True)
    whole = forget(another._graph, "at once", what, now=NOW)
    split = forget(another._graph, NS, what, now=NOW, at_once=10, batch=25, tick=parts.append)
    assert parts == [25, 25, 10, 0, 0]
    assert _counted(split) == _counted(whole)
    assert sorted(split.ids) == sorted(whole.ids)
    assert split.subjects == whole.subjects == ()
    with pytest.raises(CutOff):
        forget(another._graph, "cut off", what, now=NOW, at_once=10, batch=25, tick=_cut_off)
    assert (another.stats("cut off").interactions, another.check()) == (35, [])
    rest = forget(another._graph, "cut off", what, now=NOW, at_once=10, batch=25)
    assert rest.interactions == 35
    gone = {(t.label, t.id) for t in another.changes("at once", since=0, limit=10_000).tombstones}
    for name in (NS, "cut off"):
        assert {(t.label, t.id) for t in another.changes(name, since=0, limit=10_000).tombstones} == gone
        assert another.stats(name).interactions == another.stats(name).nodes == another.stats(name).entities == 0
    assert another.check() == []


def _counted(gone: Forgotten) -> Forgotten:
    return replace(gone, ids=(), subjects=())
