"""What statements cost on a real server: bounded by what is asked for, not by how much there is."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import neo4j
import pytest

from graphmem.ports import Batch
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.arrows import rebuild
from graphmem.stores.neo4j.forgetting import drop_vectors
from graphmem.stores.neo4j.graph import for_each, labelled
from graphmem.stores.neo4j.shipped import shipped_statements
from graphmem.testing.material import NOW, NS, about_ada, link, node, turns
from graphmem.testing.neo4j import Server

Raw = Callable[..., list[list[object]]]

MANY = 1_500
#: Of each kind many, as they are stored, but for properties that no statement here asks for.
FILLED = """UNWIND range(1, $many) AS n
CREATE (:Fact {namespace: $namespace, id: 'f' + n, subject_id: 'ada', predicate: 'p' + n, negated: false})
CREATE (:Interaction {namespace: $namespace, id: 'i' + n, text: 'x', arrival: n})
CREATE (:Session {namespace: $namespace, id: 's' + n, name: 's' + n})
CREATE (q:Learnt {namespace: $namespace, id: 'q' + n, label: CASE n WHEN 7 THEN 'Insight' ELSE 'Query' END, seq: n})
CREATE (q)-[:USED {namespace: $namespace, seq: n, key: ''}]->(q)"""
ASKED: dict[str, dict[str, Any]] = {
    "fact_ids_of_slots": {"subjects": ["ada"], "objects": None, "predicates": ["p5", "p9"]},
    "current_facts": {"after": ""},
    "texts_after": {"after": ""},
    "sessions": {"after": ""},
    "all_facts": {},
    "learnt_nodes": {"labels": ["Insight", "Profile"], "given": {}, "expired": False, "after": ""},
    "learnt_nodes_by_id": {"ids": ["q7"], "labels": ["Insight"], "given": {}, "expired": False, "after": ""},
    "link_seqs": {"since": 0},
    "touched_seqs": {"since": 0},
}


@pytest.fixture
def session(neo4j_server: Server) -> Iterator[neo4j.Session]:
    """A session of the test's own."""
    silent = [neo4j.NotificationDisabledClassification.UNRECOGNIZED]
    with (
        neo4j.GraphDatabase.driver(
            neo4j_server.uri, auth=neo4j_server.auth, notifications_disabled_classifications=silent
        ) as driver,
        driver.session() as session,
    ):
        yield session


def _hits(plan: dict[str, Any]) -> int:
    return int(plan.get("dbHits", 0)) + sum(map(_hits, plan.get("children", [])))


def test_a_page_costs_what_is_on_it(neo4j_store: Neo4jStore, raw: Raw, session: neo4j.Session) -> None:
    """Ten rows among thousands take an index's order or its exact place: no statement reads all, to sort or to sift."""
    raw(FILLED, many=MANY, namespace=NS)
    raw("CALL db.prepareForReplanning()")
    hits: dict[str, int] = {}
    for name, asked in ASKED.items():
        text = "PROFILE " + labelled(shipped_statements()[name])
        profile = session.run(text, {"namespace": NS, "top_k": 10, **asked}).consume().profile
        assert profile is not None
        hits[name] = _hits(profile)
    assert {name: count for name, count in hits.items() if count > 250} == {}


def test_slots_of_many_subjects_are_not_looked_for_one_by_one(
    neo4j_store: Neo4jStore, raw: Raw, session: neo4j.Session
) -> None:
    """A page of documents tells a little each of many: what it costs is their facts, not subjects times predicates."""
    raw("UNWIND range(1, 300) AS n CREATE (:Fact {namespace: $namespace, id: 'f' + n, subject_id: 's' + n, "
        "object_id: 'o', predicate: 'p' + n % 100})", namespace=NS)  # fmt: skip
    raw("UNWIND range(1, 300) AS n CREATE (:Fact {namespace: $namespace, id: 'a' + n, subject_id: 'ada', "
        "object_id: 'o' + n, predicate: 'p' + n})", namespace=NS)  # fmt: skip
    asked = {"subjects": ["ada", *(f"s{n}" for n in range(1, 301))], "predicates": [f"p{n}" for n in range(50)]}
    text = "PROFILE " + labelled(shipped_statements()["fact_ids_of_slots"])
    result = session.run(text, {"namespace": NS, "objects": None, "top_k": 1_000, **asked})
    found = {record["id"] for record in result}
    assert found == {f"a{n}" for n in range(1, 50)} | {f"f{n}" for n in range(1, 301) if n % 100 < 50}
    profile = result.consume().profile
    assert profile is not None
    assert _hits(profile) < 4_000
    few = session.run(text, {"namespace": NS, "objects": ["o7"], "top_k": 1_000, **asked})
    assert [record["id"] for record in few] == ["a7"]


def test_nothing_is_asked_about_nothing(neo4j_store: Neo4jStore, session: neo4j.Session) -> None:
    """What is not sent because its list is empty would change and return nothing: the server says so itself."""
    driven = {name: each for name, s in shipped_statements().items() if (each := for_each(s)) is not None}
    assert {"put_mentions", "leading_to", "facts_by_id"} <= driven.keys()
    assert {"supports", "shown_with", "add_sessions"}.isdisjoint(driven)
    folding = [name for name in driven if re.search(r"\b(WITH|CALL)\b", shipped_statements()[name].text)]
    with session.begin_transaction() as tx:
        for name in folding:  # the others do one thing for each item, and visibly nothing for none
            statement, each = shipped_statements()[name], driven[name]
            params = dict.fromkeys(statement.params) | {"top_k": 10, "namespace": NS, str(each): []}
            result = tx.run(labelled(statement), {p: params[p] for p in statement.params})
            assert (name, list(result)) == (name, [])
            assert not result.consume().counters.contains_updates
        tx.rollback()


def test_what_is_large_is_changed_in_parts(neo4j_store: Neo4jStore, raw: Raw) -> None:
    """Arrows drawn anew and vectors dropped a few at a time come to the same as at once."""
    neo4j_store.admit(NS, turns(5), now=NOW)
    neo4j_store.save(NS, about_ada(*(f"turn-{n}" for n in range(1, 6))), now=NOW)
    raw("MATCH (:Entity)-[r:WORKS_AT]->() DELETE r")
    raw("MATCH (a:Entity {name: 'Ada'}), (l:Entity {name: 'Lisbon'}) CREATE (l)-[:OWNS {fact: 'x'}]->(a)")
    assert rebuild(neo4j_store._graph, NS, batch=1) == 2
    drawn = "MATCH (:Entity)-[a]->(:Entity) WHERE a.fact IS NOT NULL RETURN type(a) AS type ORDER BY type"
    assert raw(drawn) == [["LIVES_IN"], ["WORKS_AT"]]
    assert drop_vectors(neo4j_store._graph, NS, batch=2) == 5
    assert drop_vectors(neo4j_store._graph, NS, batch=2) == 0
    assert [i.id for i in neo4j_store.pending(NS, stage="vectors")] == [f"turn-{n}" for n in range(1, 6)]
    page = neo4j_store.changes(NS, since=0)
    assert (len(page.interactions), len(page.vectors)) == (5, 0)


def test_a_page_of_the_log_tells_what_was_touched(neo4j_store: Neo4jStore) -> None:
    """A reader who lacks a learnt node and its link is told of both, and of nothing else."""
    neo4j_store.admit(NS, turns(2), now=NOW)
    neo4j_store.save(NS, about_ada("turn-1"), now=NOW)
    before, ground = neo4j_store.seq(NS), neo4j_store.facts(NS)[0].id
    neo4j_store.save(NS, Batch(nodes=[node("a")], links=[link("SUPPORTED_BY", "a", ground)]), now=NOW)
    page = neo4j_store.changes(NS, since=before)
    assert [n.id for n in page.nodes] == ["a"]
    assert [(k.type, k.target) for k in page.links] == [("SUPPORTED_BY", ground)]
    assert (page.interactions, page.facts, page.entities, page.tombstones) == ([], [], [], [])
