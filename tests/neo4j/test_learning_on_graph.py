"""Learning on a real graph database: the same queries, insights and guidance, seen as nodes and arrows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import neo4j
import pytest

from graphmem import Fact, Memory, Message, RecallOptions
from graphmem.errors import InvalidInput
from graphmem.learn.steps import EVERY_STEP
from graphmem.ports import Embedder
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

NS = "team/travel"
SEEN = "MATCH (:Insight)-[:SUPPORTED_BY]->(:Query)-[:HAS_STEP]->(s:Interaction) RETURN count(s) AS n"
PARTS = """
MATCH (p:Profile)-[d:DERIVED_FROM]->(:Fact) WITH p, d.way AS way ORDER BY way
WITH p, collect(way) AS ways MATCH (n:Annotation)-[:DESCRIBES]->(:Interaction) WHERE size(n.tags) > 0
RETURN p.preferences AS preferences, ways, n.tags AS tags LIMIT 1
"""
WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def graph(neo4j_server: Server) -> Iterator[Neo4jStore]:
    """An empty database."""
    Neo4jBackdoor(neo4j_server).wipe()
    store = Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)
    yield store
    store.close()


def _worked(memory: Memory) -> None:
    """Ten bookings, by two tools, of which one works; a chat summed up, with notes; a lesson; a profile."""
    memory.remember(
        [Message(f"Tables for dinner are {n}.", speaker="Ada", at=WHEN) for n in ("large", "small")], session="chat"
    )
    memory.remember(Fact("Ada", "likes", "large tables", subject_kind="person"), session="told", at=WHEN)
    memory.remember(Fact("Ada", "is", "patient"), session="told", at=WHEN)
    memory.insight("Book before noon.")
    for n in range(10):
        tool, at = ("web", "phone")[n % 2], WHEN + timedelta(hours=n)
        query = memory.query(f"Book a table for {n} in Porto", agent="planner", at=at)
        query.step(f"tried by {tool}", role="caller", tool=tool, at=at)
        query.close(outcome="success" if tool == "web" else "failure")
    memory.core.set("persona", "I plan trips.")
    memory.consolidate(steps=EVERY_STEP)


def _told(memory: Memory) -> dict[str, object]:
    guidance = memory.guidance("Book a table for 40 in Porto", top_k=5)
    found = memory.recall("book a table", top_k=5, options=RecallOptions(types=("query", "insight")))
    return {
        "insights": [(i.id, i.text, i.score, i.supports) for i in memory.insights(retired=True)],
        "queries": [(q.id, q.outcome, q.agent) for q in memory.queries()],
        "advice": [a.insight.id for a in guidance.insights],
        "traces": [(t.query.id, [s.text for s in t.steps]) for t in (*guidance.traces, *guidance.warnings)],
        "found": [(h.type, h.id) for h in found.hits],
        "core": str(memory.core),
        "summary": memory.summary(),
        "profile": memory.profile("Ada"),
        "notes": sorted((n.id, str(n.attributes)) for n in memory.store.nodes(NS, labels=["Annotation"])),
        "segments": sorted((n.id, n.text) for n in memory.store.nodes(NS, labels=["Segment"])),
    }


def test_a_graph_database_learns_what_a_file_learns(
    graph: Neo4jStore, neo4j_server: Server, embedder: Embedder
) -> None:
    """Both stores keep the same queries, lessons, guidance, summaries, notes and profiles; the graph shows them."""
    with Memory(graph, namespace=NS, embedder=embedder, extractor=None) as memory:
        _worked(memory)
        on_graph = _told(memory)
        with pytest.raises(InvalidInput, match="closed"):
            memory.query("Book a table for 0 in Porto", agent="planner", at=WHEN).close(outcome="success")
        with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
            seen = driver.execute_query(SEEN).records[0]["n"]
            parts = driver.execute_query(PARTS).records[0]
        assert seen > 0
        assert (parts["preferences"], parts["ways"]) == (["Ada likes large tables"], ["is", "likes"])
        assert parts["tags"]
    with Memory(SqliteStore.open(":memory:"), namespace=NS, embedder=embedder, extractor=None) as memory:
        _worked(memory)
        assert _told(memory) == on_graph
