"""`graphmem mcp`: serve a memory to MCP clients, and tell clients how to start it."""

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args

import typer

from graphmem.cli.face import EmbedderOption, Face, JsonOption, NamespaceOption, StoreOption, face_of, reported
from graphmem.cli.output import echo
from graphmem.errors import InvalidInput
from graphmem.settings import read_settings

if TYPE_CHECKING:
    from graphmem.integrations.mcp.clients import ClientName
    from graphmem.integrations.mcp.tools import Tool
    from graphmem.memory import Memory

__all__ = ["mcp"]

Profile = Literal["memory", "graph"]
Transport = Literal["stdio", "streamable-http"]


@reported
def mcp(
    *,
    profile: Annotated[
        str, typer.Option(help="memory: tools shaped as mem0's; graph: as the reference memory server's.")
    ] = "memory",
    transport: Annotated[str, typer.Option(help="stdio, or streamable-http.")] = "stdio",
    host: Annotated[str, typer.Option(help="HTTP: address; another one needs GRAPHMEM_MCP_TOKEN.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="HTTP: port; 0 is any free one.")] = 8765,
    origin: Annotated[list[str] | None, typer.Option(help="HTTP: a web page that may call; repeatable.")] = None,
    allow_cypher: Annotated[
        bool, typer.Option("--allow-cypher", help="A tool that reads a Neo4j with statements of the client's.")
    ] = False,
    install: Annotated[str | None, typer.Option(help="Print the JSON for claude, cursor or vscode, and end.")] = None,
    write: Annotated[bool, typer.Option("--write", help="With --install: merge it into the client's file.")] = False,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve this memory to MCP clients (Claude, Cursor, VS Code, ...) until they hang up."""
    _refuse_unknown("--profile", profile, get_args(Profile))
    _refuse_unknown("--transport", transport, get_args(Transport))
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    if install is not None:
        _install(face, install, profile=profile, allow_cypher=allow_cypher, write=write)
        return
    if write:
        raise InvalidInput("--write goes with --install claude, cursor or vscode")
    _serve(face, profile, transport, host=host, port=port, origins=origin or [], allow_cypher=allow_cypher)


def _refuse_unknown(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InvalidInput(f"{option} {value!r} is none of {', '.join(known)}")


def _serve(
    face: Face, profile: str, transport: str, *, host: str, port: int, origins: list[str], allow_cypher: bool
) -> None:
    from graphmem.integrations.extras import extra
    from graphmem.memory import Memory

    with extra("mcp"):
        from graphmem.integrations.mcp import serving
    settings = read_settings()
    location = _located(face.store, settings.database)
    with contextlib.ExitStack() as stack:
        more: list[Tool[Any]] = []
        if allow_cypher:
            from graphmem import opening
            from graphmem.integrations.mcp.cypher_tool import cypher_tool

            reader = stack.enter_context(opening.free_reader(location, auth=settings.auth_for(location)))
            more.append(cypher_tool(reader, namespace=face.namespace))
        memory = stack.enter_context(
            Memory.open(location, namespace=face.namespace, embedder=face.embedder, auth=settings.auth_for(location))
        )
        server = _server(memory, profile, tuple(more))
        if transport == "stdio":
            serving.serve_stdio(server)
        else:
            serving.serve_http(server, host=host, port=port, token=settings.mcp_token, origins=origins, ready=face.note)


def _server(memory: "Memory", profile: str, more: "tuple[Tool[Any], ...]") -> Any:
    if profile == "graph":
        from graphmem.integrations.mcp.graph_profile import graph_server

        return graph_server(memory, more=more)
    from graphmem.integrations.mcp.memory_profile import memory_server

    return memory_server(memory, more=more)


def _located(store: str, database: str | None) -> str:
    """Return where the store is: a server's database from the environment, where the address names none."""
    if database is None or "://" not in store or store.partition("://")[2].partition("/")[2]:
        return store
    return f"{store.rstrip('/')}/{database}"


def _install(face: Face, client: str, *, profile: str, allow_cypher: bool, write: bool) -> None:
    from graphmem.integrations.mcp.clients import CLIENTS, command_of, config_path, entry_of, merged, write_config

    _refuse_unknown("--install", client, tuple(CLIENTS))
    chosen = cast("ClientName", client)
    path = config_path(chosen, home=Path.home(), platform=sys.platform)
    entry = entry_of(chosen, command=command_of(), arguments=_arguments(face, profile, allow_cypher=allow_cypher))
    if not write:
        face.note(f"{CLIENTS[chosen].title} reads this from {path}; --write merges it there")
        echo(json.dumps(merged(chosen, known={}, name="graphmem", entry=entry), ensure_ascii=False, indent=2))
        return
    changed = write_config(path, chosen, name="graphmem", entry=entry)
    told = f"wrote {path}; restart {CLIENTS[chosen].title}" if changed else f"{path} has it already"
    face.show({"file": str(path), "changed": changed}, text=told)


def _arguments(face: Face, profile: str, *, allow_cypher: bool) -> list[str]:
    """Return the arguments a client starts this memory with: absolute, as it may run in any folder; no secrets."""
    remote = "://" in face.store
    store = face.store if remote else str(Path(face.store).absolute())
    if remote and "@" in store:
        raise InvalidInput(
            "leave user and password out of --store: give them to the client as NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    options = ["mcp", "--profile", profile, "--store", store, "--namespace", face.namespace]
    if face.embedder is not None:
        options += ["--embedder", face.embedder]
    return [*options, "--allow-cypher"] if allow_cypher else options
