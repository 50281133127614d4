"""The graph that people see in Neo4j Browser: arrows, chains and captions, and what is not ours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graphmem.errors import InvalidInput, StoreError, StoreUnavailable
from graphmem.ports import Assertion, Batch, Selection
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.material import NOW, NS, about_ada, entity, fact, link, node, ruling, turn, turns
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

Raw = Callable[..., list[list[object]]]

ARROWS = (
    "MATCH (s:Entity)-[a]->(o:Entity) WHERE a.fact IS NOT NULL RETURN s.name, type(a), o.name, a.since ORDER BY type(a)"
)
LISBON = about_ada().facts[1]
SUPERSEDING = """MATCH (n:Fact)-[a:SUPERSEDES|CONFLICTS_WITH]->(o:Fact)
RETURN type(a), n.id, o.id, a.reason, a.evidence ORDER BY type(a)"""
CHAIN = "MATCH (a:Interaction {session: 'chat'})-[:NEXT]->(b) RETURN a.id, b.id"
MOVIES = """CREATE (m:Movie {title: 'Orbit', released: 1999, namespace: 'films'}), (p:Person {name: 'Kay'}),
(p)-[:ACTED_IN {role: 'Pilot'}]->(m), (e:Entity {name: 'not ours'}), (e)-[:MENTIONS]->(m),
(:Fact {text: 'not ours', extractor: 'x'})-[:SUBJECT]->(e), (:Session {id: 1}), (:Interaction {id: 2})-[:NEXT]->(e),
(:Setting {name: 'embedder', value: 'theirs'}), (:Namespace {name: 'theirs'})"""
FOREIGN = """MATCH (n) WHERE n.namespace IS NULL OR n:Movie
OPTIONAL MATCH (n)-[r]->(o)
RETURN labels(n), properties(n), type(r), properties(r), labels(o) ORDER BY elementId(n), type(r), elementId(o)"""


class TestArrows:
    def test_a_current_fact_has_an_arrow(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """One typed arrow per plain fact that nothing supersedes; the others share one type."""
        since = datetime(2024, 5, 1, tzinfo=UTC)
        told = [
            fact("Ada", "works_at", "Feedzai", valid_at=since),
            fact("Ada", "says `x`", "Lisbon"),
            fact("Ada", "lives_in", "Lisbon", negated=True),
            fact("Ada", "likes", "Lisbon", modality="wish"),
            fact("Ada", "left", "Feedzai", expired_at=NOW),
        ]
        neo4j_store.save(NS, Batch(entities=list(map(entity, ("Ada", "Feedzai", "Lisbon"))), facts=told), now=NOW)
        found = [[*row[:3], row[3] and row[3].to_native()] for row in raw(ARROWS)]  # type: ignore[attr-defined]
        assert found == [["Ada", "RELATED_TO", "Lisbon", None], ["Ada", "WORKS_AT", "Feedzai", since]]
        assert raw("MATCH ()-[a:RELATED_TO]->() RETURN a.predicate") == [["says `x`"]]
        assert neo4j_store.check() == []

    def test_an_arrow_goes_with_its_fact(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """Expiring or forgetting a fact takes its arrow away in the same transaction."""
        neo4j_store.admit(NS, turns(2), now=NOW)
        neo4j_store.save(NS, about_ada("turn-1"), now=NOW)
        old = neo4j_store.facts(NS, predicate="works_at")[0]
        neo4j_store.save(NS, Batch(facts=[replace(old, expired_at=NOW)]), now=NOW)
        assert [row[1] for row in raw(ARROWS)] == ["LIVES_IN"]
        neo4j_store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert raw(ARROWS) == []
        assert neo4j_store.check() == []

    def test_arrows_can_be_drawn_anew(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """The arrows are derived: taken away or overdrawn by hand, they come back from the facts."""
        neo4j_store.admit(NS, turns(1), now=NOW)
        neo4j_store.save(NS, about_ada("turn-1"), now=NOW)
        before = raw(ARROWS)
        raw("MATCH (a:Entity {name: 'Ada'})-[r:WORKS_AT]->() DELETE r")
        raw("MATCH (a:Entity {name: 'Ada'}), (l:Entity {name: 'Lisbon'}) CREATE (l)-[:OWNS {fact: 'x'}]->(a)")
        assert len(neo4j_store.check()) == 2
        assert neo4j_store.rebuild_arrows(NS) == 2
        assert neo4j_store.rebuild_arrows("nobody") == 0
        assert raw(ARROWS) == before
        assert neo4j_store.check() == []


class TestRulings:
    def test_a_ruling_that_stands_has_an_arrow(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """SUPERSEDES leads from the newer fact to the older one while the ruling stands; typed arrows follow it."""
        porto, why = fact("Ada", "lives_in", "Porto"), ruling(LISBON, fact("Ada", "lives_in", "Porto"), reason="moved")
        neo4j_store.admit(NS, turns(2), now=NOW)
        neo4j_store.save(NS, about_ada("turn-1"), now=NOW)
        told = Batch(
            entities=[entity("Porto")],
            facts=[porto],
            assertions=[Assertion("turn-2", porto.id)],
            rulings=[replace(why, evidence="turn-2"), ruling(LISBON, porto, kind="conflict")],
        )
        neo4j_store.save(NS, told, now=NOW)
        assert raw(SUPERSEDING) == [
            ["CONFLICTS_WITH", porto.id, LISBON.id, "", None],
            ["SUPERSEDES", porto.id, LISBON.id, "moved", "turn-2"],
        ]
        assert [row[2] for row in raw(ARROWS)] == ["Porto", "Feedzai"]
        neo4j_store.save(NS, Batch(undone=[why.id]), now=NOW)
        assert [row[0] for row in raw(SUPERSEDING)] == ["CONFLICTS_WITH"]
        assert sorted(str(row[2]) for row in raw(ARROWS)) == ["Feedzai", "Lisbon", "Porto"]
        assert raw("MATCH (:Interaction)<-[:EVIDENCE]-(r:Ruling)-[:RULES_FOR]->(n) RETURN r.id, n.id") == [
            [why.id, porto.id]
        ]
        assert neo4j_store.check() == []

    def test_an_arrow_overdrawn_by_hand_is_noticed(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """The check tells of arrows that are gone, of facts that are open, and of links into nothing of ours."""
        porto = fact("Ada", "lives_in", "Porto")
        told = Batch(
            entities=list(map(entity, ("Ada", "Lisbon", "Porto"))),
            facts=[LISBON, porto],
            rulings=[ruling(LISBON, porto)],
            nodes=[node("a"), node("b")],
            links=[link("USED", "a", "b")],
        )
        neo4j_store.save(NS, told, now=NOW)
        assert neo4j_store.check() == []
        raw("MATCH ()-[a:SUPERSEDES]->() DELETE a")
        raw("MATCH (f:Fact {id: $id}) SET f.closed_at = NULL", id=LISBON.id)
        raw("MATCH ()-[l:USED]->() SET l.namespace = 'another'")
        assert sorted(line.split(" ", 1)[1] for line in neo4j_store.check()) == [
            "facts do not end when the rulings on them say",
            "links lead from one namespace into another, or from or to what has none",
            "rulings between two facts that stand have no arrow, or others have one",
        ]

    def test_what_is_learnt_can_be_looked_at(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """A learnt node has its own label, a caption and its attributes as properties; so has a link."""
        told = node("a", label="Query", attributes={"status": "open", "tags": ["x", "y"], "gone": None})
        neo4j_store.save(
            NS, Batch(nodes=[told, node("b")], links=[link("USED", "a", "b", attributes={"n": 2})]), now=NOW
        )
        neo4j_store.save(NS, Batch(nodes=[replace(told, attributes={"status": "closed"})]), now=NOW)
        query = "MATCH (q:Query)-[u:USED]->(i:Insight) RETURN q.name, q.status, q.tags, u.n, i.text, labels(i)"
        assert raw(query) == [["a", "closed", None, 2, "About b.", ["Learnt", "Insight"]]]


class TestChains:
    def test_a_session_is_one_chain_whatever_the_order(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """NEXT follows the instants, undated first, also where something comes in between later or is forgotten."""
        for batch in ([5, 1], [3], [2, 4], [7, 6]):
            neo4j_store.admit(NS, [turn(n) for n in batch], now=NOW)
        neo4j_store.admit(NS, [turn(0, at=None), turn(8, session="other")], now=NOW)
        following = dict(raw(CHAIN))  # type: ignore[arg-type] # pairs
        assert following == {f"turn-{n}": f"turn-{n + 1}" for n in range(7)}
        neo4j_store.forget(NS, Selection(interactions=("turn-3", "turn-4", "turn-7")), now=NOW)
        following = dict(raw(CHAIN))  # type: ignore[arg-type] # pairs
        assert following == {"turn-0": "turn-1", "turn-1": "turn-2", "turn-2": "turn-5", "turn-5": "turn-6"}
        assert neo4j_store.check() == []


class TestNeighbours:
    def test_a_foreign_graph_is_left_alone(self, neo4j_server: Server, emptied: Neo4jBackdoor, raw: Raw) -> None:
        """Somebody's movies in the same database, labels like ours included, are never touched."""
        raw(MOVIES)
        before = raw(FOREIGN)
        with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
            assert store.namespaces() == []
            assert store.setting("embedder") is None
            store.set_setting("embedder", "ours")
            store.admit("films", turns(3), now=NOW)
            store.save("films", about_ada("turn-1", "turn-2"), now=NOW)
            assert store.stats("films").interactions == 3
            assert store.check() == []
            store.rename_namespace("films", "other")
            store.rename_namespace("other", "films")
            store.forget("films", Selection(everything=True), now=NOW)
            store.erase_namespace("films")
        raw("MATCH (s:Setting {id: 'embedder'}) DELETE s")
        assert raw(FOREIGN) == before
        assert emptied.namespaces() == []

    def test_what_is_read_only_is_not_written(self, neo4j_server: Server, neo4j_store: Neo4jStore) -> None:
        """A store opened for reading reads, and refuses writes before they reach the server."""
        neo4j_store.admit(NS, turns(1), now=NOW)
        with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth, read_only=True) as store:
            assert len(store.history(NS)) == 1
            with pytest.raises(StoreUnavailable, match="read_only"):
                store.admit(NS, turns(2), now=NOW)

    def test_a_backup_says_how(self, neo4j_store: Neo4jStore, tmp_path: object) -> None:
        """A server's backup is the server's; the refusal names the ways."""
        with pytest.raises(StoreError, match=r"neo4j-admin.*graphmem export"):
            neo4j_store.backup(tmp_path / "copy")  # type: ignore[operator] # a path

    def test_a_broken_text_is_refused_as_input(self, neo4j_store: Neo4jStore) -> None:
        """A lone surrogate cannot be encoded: the caller's fault, and nothing is written."""
        with pytest.raises(InvalidInput, match="Unicode"):
            neo4j_store.admit(NS, [turn(1, "\ud800")], now=NOW)
        assert neo4j_store.namespace(NS) is None

    def test_words_are_found_within_a_namespace_only(self, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """The full-text index is confined by the namespace's digest, which case and stop words do not confuse."""
        for n, name in enumerate(("user/ada", "User/Ada", "the")):
            neo4j_store.admit(name, [turn(n, "a river bank")], now=NOW)
        (key,) = raw("MATCH (i:Interaction {namespace: 'the'}) RETURN i.nskey")[0]
        asked = f"+nskey:{key} +text:(river bank)"
        found = raw(
            "CALL db.index.fulltext.queryNodes('graphmem_interaction_words', $asked) YIELD node RETURN node.namespace",
            asked=asked,
        )
        assert found == [["the"]]

    def test_a_fact_said_before_it_was_known_is_dated(self, neo4j_store: Neo4jStore) -> None:
        """Instants before 1970 with fractions of a second come back exactly, also as the earliest of several."""
        early = datetime(1969, 7, 20, 20, 17, 39, 999_999, tzinfo=UTC)
        neo4j_store.admit(NS, [turn(1, at=early), turn(2, at=early + timedelta(1))], now=NOW)
        told = fact("Ada", "saw", "Moon", valid_at=early)
        said = [Assertion(f"turn-{n}", told.id) for n in (1, 2)]
        neo4j_store.save(NS, Batch(entities=[entity("Ada"), entity("Moon")], facts=[told], assertions=said), now=NOW)
        assert neo4j_store.facts(NS)[0].at == early
        neo4j_store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert neo4j_store.facts(NS)[0].at == early + timedelta(1)
        assert neo4j_store.facts(NS)[0].valid_at == early
