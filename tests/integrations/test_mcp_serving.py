"""`graphmem mcp` as a program: HTTP with its guards, two servers on one file, wrong calls, what clients are told."""

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client

from graphmem import Memory
from graphmem.cli.app import run
from graphmem.errors import FormatError, InvalidInput
from graphmem.integrations.mcp.clients import config_path, entry_of, merged, write_config
from graphmem.integrations.mcp.graph_profile import graph_server
from graphmem.integrations.mcp.memory_profile import memory_server
from graphmem.integrations.mcp.serving import http_app
from tests.conftest import Opener
from tests.integrations.mcp_clients import GRAPHMEM, client_of, graphmem_over_stdio

TOKEN = "a-secret-of-twenty-characters"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@contextmanager
def over_http(store: Path, *, token: str | None) -> Iterator[str]:
    """Start `graphmem mcp` over HTTP on any free port, and yield its address."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GRAPHMEM_MCP")}
    environment |= {"GRAPHMEM_MCP_TOKEN": token} if token else {}
    command = [*GRAPHMEM, "mcp", "--transport", "streamable-http", "--port", "0", "--store", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as running:
        try:
            assert running.stderr is not None
            yield running.stderr.readline().strip()
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=120)


@asynccontextmanager
async def authorised(address: str, headers: dict[str, str]) -> AsyncIterator[Any]:
    """Connect with these headers."""
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120) as http,
        streamable_http_client(address, http_client=http) as streams,
    ):
        yield streams


def status(address: str, **headers: str) -> int:
    """Return the HTTP status of a handshake with these headers."""
    given = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    request = urllib.request.Request(address, data=json.dumps(HELLO).encode(), headers=given)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as err:
        return err.code


def test_over_http_only_who_has_the_token_and_no_foreign_page_is_served(tmp_path: Path) -> None:
    """Without the token, or from a web page elsewhere, nothing is answered; with it a client works as over stdio."""
    with over_http(tmp_path / "m.db", token=TOKEN) as address:
        assert address.startswith("http://127.0.0.1:")
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        assert status(address) == 401
        assert status(address, Authorization="Bearer wrong") == 401
        assert status(address, **bearer, Origin="https://evil.example") == 403
        assert status(address, **bearer, Host="evil.example") == 421
        assert status(address, **bearer, Origin="http://localhost:3000") == 200
        with client_of(authorised(address, bearer)) as calls:
            calls.done("add_memory", text="The lighthouse is red.")
            assert calls.done("search_memories", query="lighthouse")["results"][0]["memory"] == "The lighthouse is red."


def test_an_address_that_others_reach_needs_a_token(opened: Opener) -> None:
    """Serving beyond this machine without a token, or with one that can be guessed, is refused before it begins."""
    server = memory_server(opened(":memory:"))
    for host in ("0.0.0.0", "::", "192.168.1.7", "memory.example"):
        with pytest.raises(InvalidInput, match="GRAPHMEM_MCP_TOKEN"):
            http_app(server, host=host)
    with pytest.raises(InvalidInput, match="at least 16"):
        http_app(server, host="0.0.0.0", token="short")
    for host in ("127.0.0.1", "localhost", "::1"):
        assert http_app(server, host=host) is not None


def test_two_servers_on_one_file_lose_nothing(tmp_path: Path) -> None:
    """Two programs that add to one entity at once end with every observation, once, in both their answers."""
    store = tmp_path / "m.db"
    with client_of(graphmem_over_stdio(store)) as one, client_of(graphmem_over_stdio(store)) as other:
        ada = {"name": "Ada", "entityType": "person", "observations": []}
        one.done("create_entities", entities=[ada])
        assert other.done("create_entities", entities=[ada])["entities"] == []

        def observe(calls: Any, begin: int) -> None:
            for n in range(begin, begin + 6):
                calls.done("add_observations", observations=[{"entityName": "Ada", "contents": [f"fact {n}", "both"]}])

        at_once = [threading.Thread(target=observe, args=args) for args in ((one, 0), (other, 6))]
        for thread in at_once:
            thread.start()
        for thread in at_once:
            thread.join()
        wanted = sorted(["both", *(f"fact {n}" for n in range(12))])
        for calls in (one, other):
            assert sorted(calls.done("open_nodes", names=["Ada"])["entities"][0]["observations"]) == wanted


WRONG: tuple[Any, ...] = (7, "text", True, [1], [[]], {"a": 1}, {"a": {"b": None}})


@pytest.mark.parametrize("server", [memory_server, graph_server])
def test_arguments_of_wrong_types_are_refused_by_name_and_harm_nothing(opened: Opener, server: Any) -> None:
    """Every tool answers every wrong value with an error that names the argument, never the value; it serves on."""
    memory = opened(":memory:")
    with client_of(server(memory)) as calls:
        tools = calls.ask("list_tools").tools
        for tool in tools:
            required = set(tool.input_schema.get("required", ()))
            if required:
                assert "Field required" in calls.refused(tool.name)
            for name in tool.input_schema["properties"]:
                for wrong in WRONG:
                    result = calls.call(tool.name, **{name: wrong})
                    if result.is_error:
                        assert result.content[0].text.startswith(("InvalidInput: ", "NotFound: "))
        assert "there is no tool" in calls.refused("drop_database")
        assert "memory_id" in calls.refused("get_memory", memory_id=["secret"]) or server is graph_server
        assert "secret" not in str(calls.call(tools[0].name, entities="secret", text=["secret"]).content)
        assert len(calls.ask("list_tools").tools) == len(tools)


def test_texts_that_cannot_be_kept_are_refused(opened: Opener) -> None:
    """Blank names, blank observations, control characters in names and lone surrogates are errors of the tool."""
    with client_of(graph_server(opened(":memory:"))) as calls:
        for name in (" ", "two\nlines", "x" * 600, "half \ud83d"):
            entity = {"name": name, "entityType": "person", "observations": []}
            assert calls.call("create_entities", entities=[entity]).is_error
        ada = {"name": "Ada", "entityType": "person", "observations": [" "]}
        assert "empty" in calls.refused("create_entities", entities=[ada])
        assert calls.done("read_graph") == {"entities": [], "relations": []}


def test_a_store_that_goes_away_is_an_error_of_the_tool(opened: Opener) -> None:
    """While the store is gone every call says so, and the server stays there for its client."""
    memory: Memory = opened(":memory:")
    with client_of(memory_server(memory)) as calls:
        calls.done("add_memory", text="I like tea.")
        memory.store.close()
        for name, arguments in (
            ("search_memories", {"query": "tea"}),
            ("add_memory", {"text": "I like figs."}),
            ("get_memories", {}),
            ("facts", {}),
        ):
            assert "StoreUnavailable" in calls.refused(name, **arguments)
        assert len(calls.ask("list_tools").tools) == 10


def ran(*options: str) -> int:
    """Run `graphmem mcp` in this process and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        run(["mcp", *options])
    return int(ended.value.code or 0)


def test_install_prints_what_each_client_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The JSON starts this graphmem on this store by absolute paths, under the key each client wants."""
    monkeypatch.chdir(tmp_path)
    for client, key in (("claude", "mcpServers"), ("cursor", "mcpServers"), ("vscode", "servers")):
        assert ran("--install", client, "--store", "m.db", "--namespace", "user/ada") == 0
        told = capsys.readouterr()
        entry = json.loads(told.out)[key]["graphmem"]
        assert entry["args"][:2] == ["mcp", "--profile"]
        assert str(tmp_path / "m.db") in entry["args"]
        assert entry.get("type") == ("stdio" if client == "vscode" else None)
        assert "--write" in told.err


def test_install_merges_into_a_clients_file_and_leaves_the_rest(tmp_path: Path) -> None:
    """What the file held stays, a second time changes nothing, and a file that is no plain JSON is left alone."""
    entry = entry_of("cursor", command="graphmem", arguments=["mcp"])
    path = config_path("cursor", home=tmp_path, platform=sys.platform)
    assert write_config(path, "cursor", name="graphmem", entry=entry)
    path.write_text(json.dumps({"theme": "dark", "mcpServers": {"other": {"command": "x"}}}))
    assert write_config(path, "cursor", name="graphmem", entry=entry)
    assert json.loads(path.read_text()) == {
        "theme": "dark",
        "mcpServers": {"other": {"command": "x"}, "graphmem": entry},
    }
    assert not write_config(path, "cursor", name="graphmem", entry=entry)
    assert "other" in path.with_name("mcp.json.before-graphmem").read_text()
    path.write_text('{"servers": 1} // by hand')
    with pytest.raises(FormatError, match="by hand"):
        write_config(path, "cursor", name="graphmem", entry=entry)
    assert path.read_text().endswith("by hand")
    with pytest.raises(FormatError, match="no object"):
        merged("vscode", known={"servers": []}, name="graphmem", entry=entry)


def test_each_client_has_its_place_on_each_system() -> None:
    """Where clients look is a matter of the client and the platform."""
    home = Path("/home/ada")
    assert config_path("claude", home=home, platform="darwin").as_posix() == (
        "/home/ada/Library/Application Support/Claude/claude_desktop_config.json"
    )
    assert config_path("vscode", home=home, platform="linux").as_posix() == "/home/ada/.config/Code/User/mcp.json"
    assert config_path("cursor", home=home, platform="win32").as_posix() == "/home/ada/.cursor/mcp.json"


def test_wrong_options_end_with_the_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown profile, transport or client, Cypher without a Neo4j, or secrets for a file, are refused at once."""
    store = ["--store", str(tmp_path / "m.db")]
    for options, told in (
        (["--profile", "both"], "memory, graph"),
        (["--transport", "sse"], "streamable-http"),
        (["--install", "emacs"], "claude, cursor, vscode"),
        (["--write"], "--install"),
        (["--allow-cypher", *store], "no Neo4j"),
        (["--install", "claude", "--store", "neo4j://neo4j:secret@db:7687"], "NEO4J_PASSWORD"),
    ):
        assert ran(*options) == 1
        said = capsys.readouterr()
        assert told in said.err
        assert "secret" not in said.out + said.err


def test_without_the_extra_the_command_that_installs_it_is_told(tmp_path: Path) -> None:
    """Where the SDK is missing, `graphmem mcp` says what to install, and every other command still works."""
    program = "import sys; sys.modules['mcp'] = sys.modules['mcp_types'] = None; from graphmem.cli import main; main()"
    missing = subprocess.run(
        [sys.executable, "-c", program, "mcp", "--store", str(tmp_path / "m.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert missing.returncode == 1
    assert "pip install 'graphmem[mcp]'" in missing.stderr
    assert not (tmp_path / "m.db").exists()
