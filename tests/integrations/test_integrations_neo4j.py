"""The same faces on a Neo4j: the store's operations, an agent with memory, a chat history; and what people see."""

import neo4j
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage

from graphmem import Memory
from graphmem.integrations.langchain import GraphMemChatMessageHistory, graph_tools
from graphmem.integrations.langgraph import GraphMemMiddleware, GraphMemStore
from graphmem.testing.models import ScriptedChatModel
from graphmem.testing.neo4j import Server
from tests.integrations.conftest import ONE
from tests.integrations.test_langgraph_store import Clock

pytestmark = ONE


def test_the_store_on_neo4j(on_neo4j: Memory, neo4j_server: Server) -> None:
    """Puts, gets, filters, queries, listings, overwrites, deletes and times to live as on SQLite; items are nodes."""
    clock = Clock()
    store = GraphMemStore(on_neo4j, fields=["text"], clock=clock, ttl={"omit_expired": True})
    store.put(("docs", "ada"), "one", {"text": "The heron stands in the reeds.", "n": 1})
    born = clock.now
    clock.pass_minutes(1)
    store.put(("docs", "ada"), "one", {"text": "The heron flew away.", "n": 2})
    store.put(("docs", "bo"), "two", {"text": "Bo plays the cello.", "n": 3}, ttl=10)
    store.put(("docs", "bo"), "three", {"text": "Bo plays chess.", "n": 4}, index=False)
    item = store.get(("docs", "ada"), "one")
    assert item is not None
    assert (item.value["n"], item.created_at, item.updated_at) == (2, born, clock.now)
    assert [i.key for i in store.search(("docs",), filter={"n": {"$gte": 3}})] == ["three", "two"]
    assert next(i.key for i in store.search((), query="musical instrument")) == "two"
    assert store.list_namespaces(suffix=("bo",)) == [("docs", "bo")]
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        seen = driver.execute_query(
            "MATCH (s:Session {namespace: $n})-[:HAS_INTERACTION]->(i) RETURN s.name AS s, i.text AS t ORDER BY t",
            n=on_neo4j.namespace,
        ).records
    shown = [(record["s"], record["t"]) for record in seen]
    bo = "store/docs.bo"
    assert shown == [(bo, "Bo plays the cello."), ("store/docs.ada", "The heron flew away."), (bo, "three")]
    clock.pass_minutes(9)
    assert store.get(("docs", "bo"), "two") is not None
    clock.pass_minutes(11)
    assert store.get(("docs", "bo"), "two") is None
    assert store.sweep_ttl() == 1
    store.delete(("docs", "ada"), "one")
    assert [i.key for i in store.search(())] == ["three"]


def test_an_agent_on_neo4j(on_neo4j: Memory) -> None:
    """Two conversations of an agent: the second knows what the first said, and the graph's tools read it."""
    model = ScriptedChatModel(answers=["Noted.", "At Feedzai."], tools=True)
    agent = create_agent(model, middleware=[GraphMemMiddleware(on_neo4j, speaker="Ada")])
    for thread, text in (("one", "I work at Feedzai."), ("two", "Where do I work?")):
        agent.invoke({"messages": [("user", text)]}, config={"configurable": {"thread_id": thread}})
    assert "Ada: I work at Feedzai." in str(model.seen[1][0].content)
    on_neo4j.flush()
    _, facts, _ = graph_tools(on_neo4j)
    assert "Feedzai" in facts.invoke({"name": "Ada"})


def test_a_history_on_neo4j(on_neo4j: Memory) -> None:
    """Messages come back equal, with their tool calls."""
    history = GraphMemChatMessageHistory(on_neo4j, session="t", background=False)
    messages = [HumanMessage("Hi.", id="1"), AIMessage("", tool_calls=[{"name": "x", "args": {"a": [1]}, "id": "c"}])]
    history.add_messages(messages)
    assert history.messages == messages
    history.clear()
    assert history.messages == []
