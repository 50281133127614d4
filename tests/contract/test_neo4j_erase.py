"""Erasing what is too large for one transaction: marked, in parts, resumed."""

import pytest

from graphmem.errors import NotFound, StoreUnavailable
from graphmem.ports import Selection
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.erasing import erase_namespace
from graphmem.testing.material import NOW, NS, about_ada, turns
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
