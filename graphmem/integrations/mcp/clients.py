"""What MCP clients read to start `graphmem mcp`: where their file is, its form, and merging into it. Mostly pure."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from graphmem.errors import FormatError, StoreUnavailable

__all__ = ["CLIENTS", "Client", "ClientName", "command_of", "config_path", "entry_of", "merged", "write_config"]

ClientName = Literal["claude", "cursor", "vscode"]


@dataclass(frozen=True, slots=True)
class Client:
    """A client: its name for people, and the key of its JSON that holds the servers."""

    title: str
    key: str


CLIENTS: Mapping[ClientName, Client] = {
    "claude": Client("Claude Desktop", "mcpServers"),
    "cursor": Client("Cursor", "mcpServers"),
    "vscode": Client("VS Code", "servers"),
}


def config_path(client: ClientName, *, home: Path, platform: str) -> Path:
    """Return the file a client reads for its user, on this platform (`sys.platform`)."""
    if client == "cursor":
        return home / ".cursor" / "mcp.json"
    folders = {"darwin": home / "Library" / "Application Support", "win32": home / "AppData" / "Roaming"}
    folder = folders.get(platform, home / ".config")
    if client == "claude":
        return folder / "Claude" / "claude_desktop_config.json"
    return folder / "Code" / "User" / "mcp.json"


def command_of() -> str:
    """Return how a client that starts in any folder with any PATH runs this graphmem."""
    beside = Path(sys.executable).with_name("graphmem.exe" if sys.platform == "win32" else "graphmem")
    return str(beside) if beside.exists() else shutil.which("graphmem") or "graphmem"


def entry_of(client: ClientName, *, command: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Return the entry of one server that is started over stdio; it holds no secrets."""
    started = {"command": command, "args": list(arguments)}
    return {"type": "stdio", **started} if client == "vscode" else started


def merged(client: ClientName, *, known: Mapping[str, Any], name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a client's configuration with this server in it; everything else stays as it is, in its order.

    Raises:
        FormatError: what holds the servers is no object.
    """
    key = CLIENTS[client].key
    servers = known.get(key, {})
    if not isinstance(servers, Mapping):
        raise FormatError(f"{key} is no object in this configuration: mend it by hand")
    return {**known, key: {**servers, name: dict(entry)}}


def write_config(path: Path, client: ClientName, *, name: str, entry: Mapping[str, Any]) -> bool:
    """Merge a server into a client's file, made where there is none; return whether anything changed.

    The file before is kept beside it (`.before-graphmem`).

    Raises:
        FormatError: the file is no JSON object (comments are not read): merge by hand.
        StoreUnavailable: it cannot be read or written.
    """
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        known = _parsed(before, path) if before.strip() else {}
        after = merged(client, known=known, name=name, entry=entry)
        if after == known:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        if before:
            path.with_name(path.name + ".before-graphmem").write_text(before, encoding="utf-8")
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(after, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as err:
        raise StoreUnavailable(f"{path} cannot be read or written: {err.strerror}") from err
    return True


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as err:
        raise FormatError(f"{path} is no plain JSON ({err}): merge what is printed without --write by hand") from err
    if not isinstance(value, dict):
        raise FormatError(f"{path} holds no JSON object: merge what is printed without --write by hand")
    return value
