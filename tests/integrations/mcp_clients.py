"""MCP clients for tests that are not async: in this process, or over stdio with a real program."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio.from_thread
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult

GRAPHMEM = [sys.executable, "-c", "from graphmem.cli import main; main()"]


class Calls:
    """An open client whose calls wait for their answers."""

    def __init__(self, portal: Any, client: Client, heard: list[Any]) -> None:
        self._portal = portal
        self.client = client
        self.heard = heard

    def call(self, name: str, /, **arguments: Any) -> CallToolResult:
        """Call a tool and return its result as it is."""
        return self._portal.call(self.client.call_tool, name, arguments)

    def done(self, name: str, /, **arguments: Any) -> Any:
        """Call a tool that must do it, and return its structured content."""
        result = self.call(name, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    def refused(self, name: str, /, **arguments: Any) -> str:
        """Call a tool that must refuse, and return what it says."""
        result = self.call(name, **arguments)
        assert result.is_error, result
        return str(result.content[0].text)

    def ask(self, method: str, /, *arguments: Any) -> Any:
        """Call a method of the client."""
        return self._portal.call(getattr(self.client, method), *arguments)


@contextmanager
def client_of(server: Any, *, mode: str = "legacy") -> Iterator[Calls]:
    """Yield an open client of a server, a program to start, or an address; clients today shake hands first."""
    heard: list[Any] = []

    async def hear(message: Any) -> None:
        heard.append(message)

    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server, mode=mode, message_handler=hear)) as client,
    ):
        yield Calls(portal, client, heard)


def program(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> StdioServerParameters:
    """Return what starts a server over stdio."""
    return StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(environment or {}))


def graphmem_over_stdio(store: Path, *options: str, profile: str = "graph") -> StdioServerParameters:
    """Return what starts `graphmem mcp` on a store."""
    return program([*GRAPHMEM, "mcp", "--profile", profile, "--store", str(store), *options])
