"""The profile `graph`: what it adds to the reference server, and how its graph is kept."""

import json
import time
from collections.abc import Iterator
from typing import Any

import anyio
import jsonschema
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPDeprecationWarning

from graphmem import Memory
from graphmem.integrations.mcp.cards import SESSION
from graphmem.integrations.mcp.graph_profile import RESOURCE, graph_server
from graphmem.integrations.mcp.knowledge import KnowledgeGraph
from graphmem.ports import Batch
from tests.conftest import Opener
from tests.integrations.mcp_clients import Calls, client_of

ADA = {"name": "Ada", "entityType": "person", "observations": ["speaks Portuguese", "likes Rome in spring"]}
ACME = {"name": "Acme Corp", "entityType": "company", "observations": ["makes anvils"]}
WORKS = {"from": "Ada", "to": "Acme Corp", "relationType": "works at"}


@pytest.fixture
def memory(opened: Opener) -> Memory:
    return opened(":memory:")


@pytest.fixture
def calls(memory: Memory) -> Iterator[Calls]:
    with client_of(graph_server(memory)) as open_client:
        yield open_client


@pytest.fixture
def filled(calls: Calls, memory: Memory) -> Calls:
    calls.done("create_entities", entities=[ADA, ACME])
    calls.done("create_relations", relations=[WORKS])
    memory.flush()
    return calls


def test_what_clients_tell_the_graph_can_be_recalled(filled: Calls, memory: Memory) -> None:
    """Observations are interactions that recall finds, and relations are facts about entities."""
    assert memory.recall("Which languages does Ada speak?", top_k=1)[0].text == "speaks Portuguese"
    works = memory.facts(about="Ada", predicate="works_at")
    assert [(f.subject, f.object, len(f.sources)) for f in works] == [("Ada", "Acme Corp", 1)]
    assert memory.entities("Acme Corp")[0].kind == "organisation"
    assert {i.session for i in memory.history()} == {SESSION}


def test_what_is_deleted_is_forgotten_with_its_facts(filled: Calls, memory: Memory) -> None:
    """A deleted relation takes its fact along, a deleted entity everything told of it; nothing of it is recalled."""
    filled.done("delete_relations", relations=[WORKS])
    assert memory.facts(about="Ada", predicate="works_at") == []
    filled.done("delete_entities", entityNames=["Ada"])
    assert [i.title for i in memory.history()] == ["Acme Corp", "Acme Corp"]
    assert "Ada" not in str(filled.done("read_graph"))
    filled.done("create_entities", entities=[{**ADA, "observations": []}])
    assert filled.done("open_nodes", names=["Ada"])["entities"][0]["observations"] == []


def test_searches_of_several_words_are_ranked(filled: Calls) -> None:
    """Words need not stand together: who has most of them comes first, and stems are compared."""
    found = filled.done("search_nodes", query="who makes an anvil for people that like Rome")
    assert [e["name"] for e in found["entities"]] == ["Acme Corp", "Ada"] or [e["name"] for e in found["entities"]] == [
        "Ada",
        "Acme Corp",
    ]
    both = filled.done("search_nodes", query="Portuguese spring anvils")
    assert [e["name"] for e in both["entities"]] == ["Ada", "Acme Corp"]
    assert filled.done("search_nodes", query="the of who")["entities"] == []


def test_the_spellings_of_the_neo4j_server_are_taken(calls: Calls) -> None:
    """Clients of mcp-neo4j-memory need not change their calls: type, source, target, and its names of tools."""
    calls.done("create_entities", entities=[{"name": "Ada", "type": "person", "observations": []}])
    calls.done("create_entities", entities=[{"name": "Bob", "type": "person", "observations": ["sings"]}])
    calls.done("create_relations", relations=[{"source": "Ada", "target": "Bob", "relationType": "KNOWS"}])
    calls.done("add_observations", observations=[{"entityName": "Ada", "observations": ["plays chess"]}])
    assert calls.done("search_memories", query="chess")["entities"][0]["name"] == "Ada"
    opened = calls.done("find_memories_by_name", names=["Bob"])
    assert opened["relations"] == [{"from": "Ada", "to": "Bob", "relationType": "KNOWS"}]


def test_a_large_graph_comes_in_pages(calls: Calls) -> None:
    """A page says how many there are and where to go on; all pages together hold every entity and relation once."""
    names = [f"Node {n}" for n in range(25)]
    calls.done("create_entities", entities=[{"name": n, "entityType": "node", "observations": []} for n in names])
    ring = [{"from": a, "to": b, "relationType": "next"} for a, b in zip(names, names[1:] + names[:1], strict=True)]
    calls.done("create_relations", relations=ring)
    entities: list[Any] = []
    relations: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = calls.done("read_graph", limit=10, **cursor)
        assert page["total"] == 25
        entities += page["entities"]
        relations += page["relations"]
        if "nextCursor" not in page:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert [e["name"] for e in entities] == names
    assert relations == ring
    assert "begin again" in calls.refused("read_graph", cursor="nobody")


def test_answers_fit_their_schemas(filled: Calls) -> None:
    """Structured content is valid under the output schema each tool declares."""
    asked: dict[str, dict[str, Any]] = {
        "create_entities": {"entities": [{**ADA, "name": "Eve"}]},
        "create_relations": {"relations": [{**WORKS, "from": "Eve"}]},
        "add_observations": {"observations": [{"entityName": "Eve", "contents": ["reads"]}]},
        "read_graph": {},
        "search_nodes": {"query": "Rome"},
        "open_nodes": {"names": ["Eve"]},
        "delete_observations": {"deletions": [{"entityName": "Eve", "observations": ["reads"]}]},
        "delete_relations": {"relations": [WORKS]},
        "delete_entities": {"entityNames": ["Eve"]},
    }
    for tool in filled.ask("list_tools").tools:
        jsonschema.validate(filled.done(tool.name, **asked[tool.name]), tool.output_schema)


def test_who_subscribed_is_told_of_changes(filled: Calls) -> None:
    """The graph is a resource; a client that subscribed hears of each change, and of none after it left."""
    read = json.loads(filled.ask("read_resource", RESOURCE).contents[0].text)
    assert read == filled.done("read_graph")
    with pytest.warns(MCPDeprecationWarning):
        filled.ask("subscribe_resource", RESOURCE)
    filled.done("delete_relations", relations=[WORKS])
    filled.done("read_graph")
    assert _until(lambda: len(filled.heard) == 1)
    assert str(filled.heard[0].params.uri) == RESOURCE
    with pytest.warns(MCPDeprecationWarning):
        filled.ask("unsubscribe_resource", RESOURCE)
    filled.done("delete_entities", entityNames=["Ada"])
    filled.done("read_graph")
    assert len(filled.heard) == 1


def _until(true: Any, *, seconds: float = 60.0) -> bool:
    """Wait until something holds: notifications arrive when they arrive."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(true())


def test_clients_of_the_newer_protocol_listen_to_changes(memory: Memory) -> None:
    """A client of 2026-07-28 that listens for the resource hears of a change on its stream."""

    async def listen() -> str:
        async with (
            Client(graph_server(memory), mode="auto") as client,
            client.listen(resource_subscriptions=[RESOURCE]) as events,
        ):
            await client.call_tool("create_entities", {"entities": [ADA]})
            with anyio.fail_after(60):
                return str((await anext(aiter(events))).uri)

    assert anyio.run(listen) == RESOURCE


def test_facts_that_a_crash_left_out_are_asserted_at_the_next_start(
    opened: Opener, filled: Calls, memory: Memory
) -> None:
    """The passages are the truth: a graph that is opened asserts what its passages say and no fact tells."""
    fresh = opened()
    passages = [i for i in memory.history() if i.metadata["knowledge"].get("relation")]
    fresh.store.create_namespace(fresh.namespace, now=passages[0].created_at)  # type: ignore[arg-type] # it has one
    fresh.store.admit(fresh.namespace, passages, now=passages[0].created_at)  # type: ignore[arg-type] # it has one
    fresh.store.save(fresh.namespace, Batch(done={p.id: "none" for p in passages}), now=passages[0].created_at)  # type: ignore[arg-type]
    assert fresh.facts() == []
    KnowledgeGraph(fresh)
    assert [f.predicate for f in fresh.facts()] == ["works_at"]
