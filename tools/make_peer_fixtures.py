"""Make tests/data/peers with the real packages of other memory systems; run by hand when their formats change.

In an environment of its own, which graphmem need not be installed in:
    pip install mem0ai==2.2.1 graphiti-core==0.31.1 langgraph-checkpoint==4.3.2 langgraph-checkpoint-sqlite langchain
    python tools/make_peer_fixtures.py $(sh tools/ensure_mcp_reference.sh)
Nothing of it needs a key: mem0 stores without inference and with an embedder that hashes.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "peers"
ROWS = (FOLDER.parents[2] / "graphmem" / "formats" / "peers" / "sql" / "langgraph_rows.sql").read_text()
WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def write(name: str, value: Any) -> None:
    """Write a fixture as JSON."""
    (FOLDER / name).write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def mem0() -> None:
    """What `get_all` returns for two users, after an update."""
    os.environ |= {"MEM0_TELEMETRY": "False", "OPENAI_API_KEY": "none", "MEM0_DIR": tempfile.mkdtemp()}
    from langchain_core.embeddings import DeterministicFakeEmbedding
    from mem0 import Memory

    memory = Memory.from_config(
        {
            "vector_store": {"provider": "qdrant", "config": {"path": tempfile.mkdtemp(), "embedding_model_dims": 32}},
            "embedder": {"provider": "langchain", "config": {"model": DeterministicFakeEmbedding(size=32)}},
        }
    )
    told = [
        {"role": "user", "content": "I moved to Lisbon and started at Feedzai."},
        {"role": "assistant", "content": "Congratulations on the new job!"},
    ]
    memory.add(told, user_id="ada", run_id="chat-1", metadata={"topic": "work"}, infer=False)
    dog = memory.add("My dog is called Turbo.", user_id="ada", infer=False)["results"][0]["id"]
    memory.update(dog, "My dog is called Rex.")
    memory.add("I am allergic to peanuts.", user_id="bob", agent_id="cook", infer=False, expiration_date="2030-01-31")
    results = [memory.get_all(filters={"user_id": user})["results"] for user in ("ada", "bob")]
    write("mem0.json", {"results": [one for part in results for one in part]})


def graphiti() -> None:
    """Episodes, entities and facts as their models write themselves."""
    from graphiti_core.edges import EntityEdge, EpisodicEdge
    from graphiti_core.nodes import CommunityNode, EntityNode, EpisodeType, EpisodicNode

    common: dict[str, Any] = {"group_id": "family", "created_at": WHEN}
    ada = EntityNode(
        name="Ada", labels=["Entity", "Person"], summary="Ada lives in Lisbon and works at Feedzai.",
        attributes={"age": 36}, name_embedding=[0.1, 0.2], **common,
    )  # fmt: skip
    lisbon = EntityNode(name="Lisbon", labels=["Entity", "Location"], summary="", **common)
    berlin = EntityNode(name="Berlin", labels=["Entity"], summary="", **common)
    said = EpisodicNode(
        name="chat", source=EpisodeType.message, source_description="chat", content="Ada: I moved to Lisbon in May.",
        valid_at=datetime(2025, 6, 1, tzinfo=UTC), **common,
    )  # fmt: skip
    note = EpisodicNode(
        name="note", source=EpisodeType.text, source_description="diary", content="Ada used to live in Berlin.",
        valid_at=datetime(2025, 6, 2, tzinfo=UTC), **common,
    )  # fmt: skip
    edges = [
        EntityEdge(
            source_node_uuid=ada.uuid, target_node_uuid=berlin.uuid, name="LIVES_IN", fact="Ada lived in Berlin",
            episodes=[note.uuid], invalid_at=datetime(2025, 5, 1, tzinfo=UTC), expired_at=WHEN, **common,
        ),
        EntityEdge(
            source_node_uuid=ada.uuid, target_node_uuid=lisbon.uuid, name="LIVES_IN", fact="Ada lives in Lisbon",
            episodes=[said.uuid], valid_at=datetime(2025, 5, 1, tzinfo=UTC), fact_embedding=[0.3], **common,
        ),
        EpisodicEdge(source_node_uuid=said.uuid, target_node_uuid=ada.uuid, **common),
    ]  # fmt: skip
    town = CommunityNode(name="towns", labels=["Community"], summary="Towns of Ada", **common)
    dumped = {
        "episodes": [e.model_dump(mode="json") for e in (said, note)],
        "nodes": [n.model_dump(mode="json") for n in (ada, lisbon, berlin, town)],
        "edges": [e.model_dump(mode="json") for e in edges],
    }
    write("graphiti.json", dumped)


def langgraph() -> None:
    """Items as they write themselves, and the columns and rows of the SQLite store's table."""
    from langgraph.store.memory import InMemoryStore
    from langgraph.store.sqlite import SqliteStore

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "store.db")
        with SqliteStore.from_conn_string(str(file), ttl={"default_ttl": 60}) as table:
            table.setup()
            listed = InMemoryStore()
            for store in (listed, table):
                extra = {"ttl": None} if store is table else {}
                store.put(("memories", "ada"), "tea", {"content": "Ada drinks tea without milk"}, **extra)
                store.put(("memories", "ada"), "diet", {"prefs": {"diet": "vegan", "spice": 3}}, **extra)
            table.put(("cache",), "page", {"text": "gone in an hour"})
        write("langgraph.json", [item.dict() for item in listed.search(())])
        with closing(sqlite3.connect(file)) as opened:
            columns = [row[1:3] for row in opened.execute("PRAGMA table_info(store)")]
            rows = [[v.decode() if isinstance(v, bytes) else v for v in row] for row in opened.execute(ROWS)]
        write("langgraph_table.json", {"columns": columns, "rows": rows})


def mcp_memory(program: str) -> None:
    """The file the reference MCP server keeps, written by itself."""
    entities = [
        {"name": "Ada", "entityType": "person", "observations": ["speaks Portuguese", "likes Rome"]},
        {"name": "Acme Corp", "entityType": "company", "observations": []},
    ]
    relations = [
        {"from": "Ada", "to": "Acme Corp", "relationType": "works at"},
        {"from": "Ada", "to": "Nobody", "relationType": "knows"},
    ]
    calls = [
        (
            "initialize",
            {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
        ),
        ("tools/call", {"name": "create_entities", "arguments": {"entities": entities}}),
        ("tools/call", {"name": "create_relations", "arguments": {"relations": relations}}),
    ]
    environment = {**os.environ, "MEMORY_FILE_PATH": str((FOLDER / "memory.jsonl").absolute())}
    with subprocess.Popen(["node", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as server:
        for number, (method, params) in enumerate(calls):
            call = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(json.dumps(call).encode() + b"\n")
            server.stdin.flush()
            server.stdout.readline()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (mem0, graphiti, langgraph):
        make()
    mcp_memory(sys.argv[1])
