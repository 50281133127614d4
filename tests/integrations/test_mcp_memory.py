"""The profile `memory` over MCP: what a client can do with it."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from graphmem import Fact, Memory
from graphmem.integrations.mcp.memory_profile import memory_server
from tests.conftest import Opener
from tests.integrations.mcp_clients import Calls, client_of

TOLD = (
    ("I moved to Lisbon and started at Feedzai.", "2026-03-01T09:00:00+00:00"),
    ("My dog is called Turbo.", "2026-03-02T09:00:00+00:00"),
    ("I drink tea without milk.", "2026-03-03T09:00:00+00:00"),
)


@pytest.fixture
def memory(opened: Opener) -> Memory:
    return opened(":memory:")


@pytest.fixture
def calls(memory: Memory) -> Iterator[Calls]:
    with client_of(memory_server(memory)) as open_client:
        yield open_client


@pytest.fixture
def told(calls: Calls, memory: Memory) -> list[str]:
    """The ids of three memories, with their facts drawn."""
    ids = [calls.done("add_memory", text=text, timestamp=at)["results"][0]["id"] for text, at in TOLD]
    memory.flush()
    return ids


def test_what_was_added_is_found_read_updated_and_deleted(calls: Calls, told: list[str]) -> None:
    """A memory keeps its id through updates; the search finds what it says now, the history what it said before."""
    dog = told[1]
    assert calls.done("search_memories", query="What is my dog called?", limit=1)["results"][0]["id"] == dog
    calls.done("update_memory", memory_id=dog, text="My dog is called Rex.")
    found = calls.done("search_memories", query="What is my dog called?", limit=1)["results"][0]
    assert (found["id"], found["memory"], found["score"]) == (dog, "My dog is called Rex.", 1.0)
    assert "Turbo" not in str(calls.done("search_memories", query="Turbo the dog", limit=10))
    history = calls.done("memory_history", memory_id=dog)["results"]
    assert [(v["version"], v["event"], v["memory"]) for v in history] == [
        (1, "ADD", "My dog is called Turbo."),
        (2, "UPDATE", "My dog is called Rex."),
    ]
    calls.done("delete_memory", memory_id=dog)
    assert "no memory has the id" in calls.refused("get_memory", memory_id=dog)
    assert "dog" not in str(calls.done("get_memories"))


def test_messages_of_a_conversation_are_memories_but_instructions_are_not(calls: Calls) -> None:
    """Turns keep their role, speaker and run; system messages are left out, and the result says so."""
    turns = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "My sister Mia lives in Porto.", "name": "Ada"},
        {"role": "assistant", "content": "Noted!"},
    ]
    done = calls.done("add_memory", messages=turns, run_id="chat-7", metadata={"topic": "family"})
    assert [r["memory"] for r in done["results"]] == ["My sister Mia lives in Porto.", "Noted!"]
    assert "instructions" in done["left_out"][0]
    mia = calls.done("get_memory", memory_id=done["results"][0]["id"])
    kept = {k: mia[k] for k in ("speaker", "role", "session", "run_id", "metadata")}
    assert kept == {
        "speaker": "Ada",
        "role": "user",
        "session": "chat-7",
        "run_id": "chat-7",
        "metadata": {"topic": "family"},
    }


def test_filters_act_before_the_cut(calls: Calls) -> None:
    """A search for one person's memories finds them however many others fit the question better."""
    for number in range(12):
        calls.done("add_memory", text=f"Green tea number {number} is the best tea.", user_id="bob")
    wanted = calls.done("add_memory", text="I had tea once.", user_id="ada", metadata={"stars": 2})["results"][0]["id"]
    found = calls.done("search_memories", query="What is the best tea?", user_id="ada", limit=1)
    assert [r["id"] for r in found["results"]] == [wanted]
    rated = {"AND": [{"stars": {"gte": 2}}, {"NOT": [{"user_id": "bob"}]}]}
    assert [r["id"] for r in calls.done("get_memories", filters=rated)["results"]] == [wanted]
    assert "there is no operator 'like'" in calls.refused("get_memories", filters={"stars": {"like": 2}})


def test_lists_come_in_pages_that_hold_everything_once(calls: Calls, told: list[str], memory: Memory) -> None:
    """Following next_cursor to its end gives every memory, and every fact, once and in order."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = calls.done("get_memories", limit=2, **cursor)
        seen += [r["id"] for r in page["results"]]
        if page.get("next_cursor") is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == told
    memory.remember([Fact("Ada", "owns", thing) for thing in ("a bike", "a boat", "a kite")])
    facts = memory.facts()
    first = calls.done("facts", limit=1)
    rest = calls.done("facts", limit=200, cursor=first["next_cursor"])
    assert [f["id"] for f in first["results"] + rest["results"]] == [f.id for f in facts]
    assert "leave it out" in calls.refused("facts", cursor="x")


def test_recall_tells_reasons_and_keeps_to_its_bounds(calls: Calls, told: list[str]) -> None:
    """Each hit says why it was found; since and until bound when it was said; as_of is an instant with a zone."""
    best = calls.done("recall", query="Where does Ada work?", limit=2)["results"][0]
    assert best["id"] == told[0]
    assert best["why"]
    late = calls.done("recall", query="Where does Ada work?", since="2026-03-02T00:00:00Z", limit=10)
    assert {r["id"] for r in late["results"]} == set(told[1:])
    calls.done("recall", query="Where does Ada work?", as_of="2026-03-02T00:00:00Z")
    assert "with its zone" in calls.refused("recall", query="Where?", as_of="2026-03-02T00:00:00")


def test_forget_erases_a_session_or_a_person(calls: Calls, told: list[str], memory: Memory) -> None:
    """What is forgotten is in no list and no search; exactly one thing can be named."""
    calls.done("add_memory", messages=[{"content": "I like jazz.", "name": "Bob"}], run_id="other")
    assert calls.done("forget", session="other")["interactions"] == 1
    assert [r["id"] for r in calls.done("get_memories")["results"]] == told
    assert "exactly one" in calls.refused("forget", session="a", person="b")
    assert "exactly one of session, entity and person" in calls.refused("forget")
    assert memory.stats().interactions == 3


def test_a_text_of_five_megabytes_is_kept_whole_and_told_in_parts(opened: Opener) -> None:
    """A tool's huge output is remembered; answers hold an excerpt with its length, and get_memory the rest of it."""
    with client_of(memory_server(opened(":memory:", extractor=None))) as calls:
        _tell_a_huge_text(calls)


def _tell_a_huge_text(calls: Calls) -> None:
    text = "The nightly build wrote this line of its log. " * 110_000
    done = calls.done("add_memory", text=text)
    id_ = done["results"][0]["id"]
    assert "may not be drawn" in done["left_out"][0]
    found = calls.done("search_memories", query="nightly build log")["results"][0]
    assert (found["id"], found["length"]) == (id_, len(text))
    assert len(found["memory"]) < 3_000
    parts, offset = [], 0
    while offset < len(text):
        part = calls.done("get_memory", memory_id=id_, offset=offset)["memory"]
        parts.append(part)
        offset += len(part)
        if len(parts) == 2:  # the rest goes on alike
            break
    assert text.startswith("".join(parts))
    assert offset == 200_000
    assert calls.done("get_memory", memory_id=id_, offset=len(text) - 5)["memory"] == text[-5:]


def test_every_answer_keeps_to_the_schema_its_tool_declares(calls: Calls, told: list[str]) -> None:
    """At most ten tools; each declares hints and an output schema, and its structured content fits that."""
    tools = {t.name: t for t in calls.ask("list_tools").tools}
    assert len(tools) <= 10
    asked: dict[str, dict[str, Any]] = {
        "add_memory": {"text": "I like olives."},
        "update_memory": {"memory_id": told[2], "text": "I drink tea with milk.", "metadata": {"n": 1}},
        "search_memories": {"query": "tea"},
        "get_memories": {"limit": 1},
        "get_memory": {"memory_id": told[2]},
        "memory_history": {"memory_id": told[2]},
        "recall": {"query": "tea"},
        "facts": {"about": "Feedzai"},
        "delete_memory": {"memory_id": told[2]},
        "forget": {"entity": "Feedzai"},
    }
    assert asked.keys() == tools.keys()
    for name, arguments in asked.items():
        hints = tools[name].annotations
        assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
        jsonschema.validate(calls.done(name, **arguments), tools[name].output_schema)
