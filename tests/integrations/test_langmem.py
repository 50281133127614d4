"""LangMem's tools, unmodified, on our store; and our own tools beside them."""

import asyncio
import json
import warnings
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langgraph.store.memory import InMemoryStore

from graphmem import Memory
from graphmem.integrations.langchain import GraphMemEmbeddings, item_tools
from graphmem.integrations.langgraph import GraphMemStore
from graphmem.testing.models import ScriptedChatModel
from tests.conftest import Opener

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # LangMem imports what LangGraph deprecated
    from langmem import create_manage_memory_tool, create_search_memory_tool

PATH = ("memories", "{langgraph_user_id}")
ADA: Any = {"configurable": {"langgraph_user_id": "ada"}}


@pytest.fixture
def memory(opened: Opener) -> Memory:
    return opened(extractor=None)


def test_langmems_tools_on_our_store(memory: Memory) -> None:
    """Create, search, update and delete through LangMem's own tools in an agent whose store is ours."""
    store = GraphMemStore(memory)
    tools = [create_manage_memory_tool(PATH), create_search_memory_tool(PATH)]
    created = calls("manage_memory", content="Ada drinks green tea")
    model = ScriptedChatModel(answers=[created, calls("search_memory", query="drinks"), "Green tea."], tools=True)
    result = create_agent(model, tools, store=store).invoke({"messages": [("user", "Remember my tea.")]}, config=ADA)
    told = [m.content for m in result["messages"] if m.type == "tool"]
    key = told[0].removeprefix("created memory ")
    (found,) = json.loads(told[1])
    assert (found["namespace"], found["key"]) == (["memories", "ada"], key)
    assert found["value"] == {"content": "Ada drinks green tea"}
    answers: list[Any] = [
        calls("manage_memory", action="update", id=key, content="Ada drinks coffee"),
        calls("manage_memory", action="delete", id=key),
        "Done.",
    ]
    agent = create_agent(ScriptedChatModel(answers=answers, tools=True), tools, store=store)
    result = agent.invoke({"messages": [("user", "Coffee. No, forget it.")]}, config=ADA)
    told = [m.content for m in result["messages"] if m.type == "tool"]
    assert told == [f"updated memory {key}", f"Deleted memory {key}"]
    assert store.search(()) == []


def calls(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "1"}])


def test_our_tools_and_langmems_are_one_to_the_model(memory: Memory) -> None:
    """Names, arguments and their kinds are the same, and what one creates the other finds."""
    store = GraphMemStore(memory)
    theirs = [
        create_manage_memory_tool(("memories",), store=store),
        create_search_memory_tool(("memories",), store=store),
    ]
    ours = item_tools(memory)
    for one, other in zip(ours, theirs, strict=True):
        assert one.name == other.name
        assert one.args.keys() == other.args.keys()
        for name in one.args:
            kept = ("default", "enum", "format", "anyOf", "type")
            same = [{k: v for k, v in side.args[name].items() if k in kept} for side in (one, other)]
            assert simpler(same[0]) == simpler(same[1]), name
    told = ours[0].invoke({"content": "Ada drinks green tea"})
    found = asyncio.run(theirs[1].ainvoke({"query": "tea"}))
    assert json.loads(found)[0]["key"] == told.removeprefix("created memory ")
    assert json.loads(ours[1].invoke({"query": "tea"}))[0].keys() == json.loads(found)[0].keys()


def simpler(schema: Any) -> Any:
    """Drop what only says that an object may hold anything."""
    if isinstance(schema, dict):
        return {key: simpler(value) for key, value in schema.items() if key != "additionalProperties"}
    return [simpler(one) for one in schema] if isinstance(schema, list) else schema


def test_langmem_finds_the_same_on_both_stores(memory: Memory) -> None:
    """LangMem's search on our store has the same first hit as on InMemoryStore."""
    oracle = InMemoryStore(index={"dims": 384, "embed": GraphMemEmbeddings(memory.embedder), "fields": ["content"]})
    firsts = []
    for store in (oracle, GraphMemStore(memory, fields=["content"])):
        manage, search = (make(("m",), store=store) for make in (create_manage_memory_tool, create_search_memory_tool))
        for content in ("Ada rows on Sundays", "Ada drinks green tea", "Bo plays the cello"):
            manage.invoke({"content": content})
        firsts.append([json.loads(search.invoke({"query": q}))[0]["value"] for q in ("drinks", "music", "sport")])
    assert firsts[0] == firsts[1]
