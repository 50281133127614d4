"""The faces of this folder that edit memories, on a Neo4j: the same answers as on a file."""

from graphmem import Memory
from graphmem.integrations.mcp.graph_profile import graph_server
from graphmem.integrations.mem0 import Memory as Mem0
from graphmem.ports import Embedder, Extractor
from graphmem.testing.neo4j import Server
from tests.integrations.conftest import ONE
from tests.integrations.mcp_clients import client_of

pytestmark = ONE


def test_the_graph_profile_works_on_a_server(on_neo4j: Memory) -> None:
    """The graph is read back as it was told, its relation is a fact, and what is deleted is gone."""
    with client_of(graph_server(on_neo4j)) as calls:
        ada = {"name": "Ada", "entityType": "person", "observations": ["speaks Portuguese"]}
        acme = {"name": "Acme Corp", "entityType": "company", "observations": []}
        works = {"from": "Ada", "to": "Acme Corp", "relationType": "works at"}
        calls.done("create_entities", entities=[ada, acme])
        assert calls.done("create_relations", relations=[works]) == {"relations": [works]}
        assert calls.done("read_graph") == {"entities": [ada, acme], "relations": [works]}
        assert calls.done("search_nodes", query="who knows Portuguese")["entities"] == [ada]
        on_neo4j.flush()
        assert [f.object for f in on_neo4j.facts(about="Ada", predicate="works_at")] == ["Acme Corp"]
        calls.done("delete_entities", entityNames=["Acme Corp"])
        assert calls.done("read_graph") == {"entities": [ada], "relations": []}


def test_mem0s_calls_work_on_a_server(neo4j_server: Server, embedder: Embedder, extractor: Extractor) -> None:
    """Users are namespaces of the database; versions are linked there by REVISES; reset leaves nothing."""
    models = {"embedder": embedder, "extractor": extractor}
    with Mem0(neo4j_server.uri, namespace="test-mem0", auth=neo4j_server.auth, **models) as memory:
        memory.reset()
        id_ = memory.add("I live in Berlin.", user_id="ada")["results"][0]["id"]
        memory.add("I live in Rome.", user_id="bob")
        memory.update(id_, "I live in Lisbon.")
        found = memory.search("Where does Ada live?", filters={"user_id": "ada"})["results"]
        assert [m["memory"] for m in found] == ["I live in Lisbon."]
        (link,) = memory.memory.store.links("test-mem0/user/ada", types=["REVISES"])
        assert link.target == id_
        memory.reset()
        assert [n.name for n in memory.memory.namespaces() if n.name.startswith("test-mem0/")] == []
