"""Moving in from other memory systems; the fixtures were written by the real packages (tools/make_peer_fixtures.py)."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langgraph.store.base import Item

from graphmem import Memory
from graphmem.cli.app import run
from graphmem.errors import FormatError, InvalidInput, NotFound
from graphmem.formats.peers.values import Peer
from graphmem.integrations.langgraph import GraphMemStore
from graphmem.integrations.mcp.knowledge import KnowledgeGraph
from graphmem.integrations.mem0 import Memory as Mem0
from graphmem.integrations.moving import MovedIn, move_in
from graphmem.ports import Embedder, Extractor
from tests.conftest import Opener

PEERS = Path(__file__).parent.parent / "data" / "peers"


def twice(memory: Memory, peer: Peer, path: Path) -> MovedIn:
    """Move in, check that doing it again adds nothing, and return the first receipt."""
    done = move_in(memory, peer=peer, path=path)
    memory.flush()
    seqs = {info.name: info.seq for info in memory.namespaces()}
    again = move_in(memory, peer=peer, path=path)
    assert (again.new, again.taken, again.lost, again.bad) == (0, done.taken, done.lost, done.bad)
    assert {name for name, seq in seqs.items() if memory.store.seq(name) != seq} <= set(done.namespaces)
    return done


def test_memories_of_mem0_are_there_for_its_calls(embedder: Embedder, extractor: Extractor, tmp_path: Path) -> None:
    """Each user finds their own memories, under the ids, dates and metadata they had."""
    exported = {m["id"]: m for m in json.loads((PEERS / "mem0.json").read_text())["results"]}
    with Mem0(tmp_path / "m.db", embedder=embedder, extractor=extractor) as mem0:
        done = twice(mem0.memory, "mem0", PEERS / "mem0.json")
        assert (done.namespaces, done.new, done.bad) == (("mem0/user/ada", "mem0/user/bob"), 4, 0)
        assert any("history" in what for what in done.lost)
        ada = {m["id"]: m for m in mem0.get_all(user_id="ada")["results"]}
        assert ada.keys() == {id_ for id_, m in exported.items() if m["user_id"] == "ada"}
        for id_, memory in ada.items():
            for field in ("memory", "hash", "created_at", "user_id", "role"):
                assert memory[field] == exported[id_][field]
            assert memory.get("run_id") == exported[id_].get("run_id")
        assert mem0.search("What am I allergic to?", user_id="bob")["results"][0]["expiration_date"] == "2030-01-31"


def test_a_memory_that_changed_in_mem0_since_becomes_a_new_version(opened: Opener, tmp_path: Path) -> None:
    """Moving in again after mem0 went on keeps what was said before in the history."""
    memory, path = opened(":memory:", namespace="mem0"), tmp_path / "mem0.json"
    record = {"id": "m1", "memory": "I live in Berlin.", "user_id": "ada", "created_at": "2026-01-01T00:00:00Z"}
    for text in ("I live in Berlin.", "I live in Porto."):
        path.write_text(json.dumps([{**record, "memory": text}]))
        assert move_in(memory, peer="mem0", path=path).new == 1
    assert move_in(memory, peer="mem0", path=path).new == 0
    told = [i.text for i in memory.sibling("mem0/user/ada").history()]
    assert told == ["I live in Berlin.", "I live in Porto."]


def test_episodes_entities_and_facts_of_graphiti_keep_their_dates(opened: Opener) -> None:
    """Facts keep the interval in which they held and the episodes that assert them; what has no place is counted."""
    memory = opened(":memory:")
    done = twice(memory, "graphiti", PEERS / "graphiti.json")
    assert (done.taken["facts"], done.taken["entities"], done.bad) == (2, 3, 0)
    assert {what.partition(":")[0] for what in done.lost} == {
        "communities and sagas",
        "embeddings",
        "links without a fact (mentions, members)",
        "when Graphiti retired a fact",
    }
    told = {i.text: i for i in memory.history()}
    moved = told["I moved to Lisbon in May."]
    assert (moved.speaker, moved.session, moved.at) == ("Ada", "family", datetime(2025, 6, 1, tzinfo=UTC))
    assert told["Ada lives in Lisbon and works at Feedzai."].title == "Ada"
    held = memory.facts(about="Ada", predicate="lives_in", include_superseded=True)
    lives = {f.object: f for f in held if f.extractor == "graphiti"}  # others are drawn from the episodes
    may = datetime(2025, 5, 1, tzinfo=UTC)
    assert (lives["Berlin"].invalid_at, lives["Lisbon"].valid_at) == (may, may)
    assert moved.id in lives["Lisbon"].sources
    assert memory.entities("Lisbon")[0].kind == "place"


def test_an_apoc_export_of_graphitis_database_is_read_as_well(opened: Opener, tmp_path: Path) -> None:
    """Neo4j's own export of the same nodes and edges brings the same facts."""
    dumped = json.loads((PEERS / "graphiti.json").read_text())
    nodes = [("Episodic", e) for e in dumped["episodes"]] + [("Entity", n) for n in dumped["nodes"][:3]]
    lines: list[dict[str, Any]] = [
        {"type": "node", "id": str(n), "labels": [label, *node.get("labels", [])], "properties": _plain(node)}
        for n, (label, node) in enumerate(nodes)
    ]
    for edge in dumped["edges"][:2]:
        ends = {
            end: {"properties": {"uuid": edge[f"{name}_node_uuid"]}}
            for end, name in (("start", "source"), ("end", "target"))
        }
        lines.append({"type": "relationship", "label": "RELATES_TO", "properties": _plain(edge), **ends})
    path = tmp_path / "graphiti.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    one, other = opened(":memory:"), opened(":memory:", namespace="other")
    move_in(one, peer="graphiti", path=path)
    move_in(other, peer="graphiti", path=PEERS / "graphiti.json")
    found = [
        {(f.subject, f.predicate, f.object, f.valid_at) for f in m.facts(include_superseded=True)} for m in (one, other)
    ]
    assert found[0] == found[1]


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Return the properties a node has in the database: no labels, no ends, no maps."""
    return {k: v for k, v in record.items() if k not in ("labels", "attributes") and not k.endswith("_node_uuid")}


def test_the_graph_of_the_reference_server_is_served_by_ours(opened: Opener) -> None:
    """Entities, observations and relations are there for `graphmem mcp --profile graph`; dangling ones are reported."""
    memory = opened(":memory:")
    done = twice(memory, "mcp-memory", PEERS / "memory.jsonl")
    assert (done.bad, done.problems[0].line) == (1, 4)
    graph = KnowledgeGraph(memory).read()
    assert [(n.name, n.type, n.observations) for n in graph.nodes] == [
        ("Ada", "person", ("speaks Portuguese", "likes Rome")),
        ("Acme Corp", "company", ()),
    ]
    assert [(r.source, r.type, r.target) for r in graph.relations] == [("Ada", "works at", "Acme Corp")]


def test_items_of_a_langgraph_store_are_items_of_ours(opened: Opener, tmp_path: Path) -> None:
    """Values, keys, paths and dates are those that were exported, from JSON and from the SQLite store's file."""
    exported = [
        Item(**{k: v for k, v in i.items() if k != "score"}) for i in json.loads((PEERS / "langgraph.json").read_text())
    ]
    memory = opened(":memory:")
    twice(memory, "langgraph-store", PEERS / "langgraph.json")
    store = GraphMemStore(memory)
    for item in exported:
        assert store.get(item.namespace, item.key) == item
    assert store.search(("memories",), query="What does Ada drink?")[0].key == "tea"

    other = opened(":memory:", namespace="other")
    done = twice(other, "langgraph-store", _table(tmp_path / "store.db"))
    assert (done.taken, list(done.lost.values())) == ({"items": 3}, [1])
    held = GraphMemStore(other).get(("memories", "ada"), "diet")
    assert held is not None
    assert held.value == {"prefs": {"diet": "vegan", "spice": 3}}


def _table(path: Path) -> Path:
    """Return a file with the table that LangGraph's SQLite store keeps."""
    told = json.loads((PEERS / "langgraph_table.json").read_text())
    columns = ", ".join(f"{name} {kind}" for name, kind in told["columns"])
    with closing(sqlite3.connect(path)) as made:
        made.execute(f"CREATE TABLE store ({columns})")
        made.executemany(f"INSERT INTO store VALUES ({', '.join('?' * len(told['columns']))})", told["rows"])
        made.commit()
    return path


def test_a_chatgpt_export_is_a_system_like_the_others(opened: Opener, tmp_path: Path) -> None:
    """Conversations are sessions, their messages keep roles and dates."""
    message = {
        "author": {"role": "user"},
        "create_time": 1_767_225_600,
        "content": {"parts": ["I like tea."]},
        "id": "m",
    }
    conversation = {
        "id": "c1",
        "title": "Tea",
        "current_node": "a",
        "mapping": {"a": {"id": "a", "message": message, "parent": None, "children": []}},
    }
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([conversation]))
    memory = opened(":memory:")
    twice(memory, "chatgpt", path)
    (told,) = memory.history()
    assert (told.text, told.session, told.role, told.at) == (
        "I like tea.",
        "c1",
        "user",
        datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_bad_records_are_reported_and_the_others_land(opened: Opener, tmp_path: Path) -> None:
    """Each problem names its line; a file that is none of the system's is refused whole."""
    memory, path = opened(":memory:"), tmp_path / "memory.jsonl"
    lines = [
        '{"type": "entity", "name": "Ada", "entityType": "person", "observations": ["sings"]}',
        '{"type": "entity", "name": " ", "entityType": "person", "observations": []}',
        '{"type": "entity", "name": "Bob", "entityType": "person", "observations": [7]}',
        "not JSON",
        '{"type": "relation", "from": "Ada", "to": "Bob", "relationType": "knows"}',
        '{"some": "thing"}',
    ]
    path.write_text("\n".join(lines))
    done = move_in(memory, peer="mcp-memory", path=path)
    assert (done.taken, sorted(p.line or 0 for p in done.problems)) == ({"entities": 1}, [2, 3, 4, 5, 6])
    mem0 = tmp_path / "mem0.json"
    mem0.write_text('[{"id": "1", "memory": ""}, {"id": "2", "memory": "I like figs.", "created_at": "soon"}, 7]')
    assert move_in(memory, peer="mem0", path=mem0).bad == 3
    with pytest.raises(NotFound):
        move_in(memory, peer="mem0", path=tmp_path / "nothing.json")
    with pytest.raises(InvalidInput, match="is none of"):
        move_in(memory, peer="letta", path=mem0)  # type: ignore[arg-type] # that is what is tested
    broken = tmp_path / "store.db"
    sqlite3.connect(broken).execute("CREATE TABLE other (a)").connection.close()
    with pytest.raises(FormatError, match="SQLite store"):
        move_in(memory, peer="langgraph-store", path=broken)


def test_the_command_line_tells_what_was_taken_and_what_was_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The receipt names counts, losses and bad lines; some bad records leave with 3, an unknown system with 1."""
    store = ["--store", str(tmp_path / "m.db"), "--no-facts"]
    with pytest.raises(SystemExit) as ended:
        run(["import", "--from", "mcp-memory", str(PEERS / "memory.jsonl"), *store])
    told = capsys.readouterr()
    assert ended.value.code == 3
    assert "took 2 entities, 1 relations into default; 5 interactions are new" in told.out
    assert "memory.jsonl:4: Entity with name Nobody not found" in told.err
    with pytest.raises(SystemExit) as ended:
        run(["import", "--from", "mem0", str(PEERS / "mem0.json"), *store, "--json"])
    receipt = json.loads(capsys.readouterr().out)
    assert (ended.value.code, receipt["taken"], receipt["new"]) == (0, {"messages": 4}, 4)
    assert receipt["namespaces"] == ["mem0/user/ada", "mem0/user/bob"]
    with pytest.raises(SystemExit) as ended:
        run(["import", "--from", "letta", str(PEERS / "mem0.json"), *store])
    assert ended.value.code == 1
