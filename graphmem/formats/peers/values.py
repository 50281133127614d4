"""What was in another system, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from graphmem.formats.items import Item, Problem
from graphmem.model import Fact

__all__ = [
    "PEERS",
    "Found",
    "Lost",
    "OldEntity",
    "OldFact",
    "OldItem",
    "OldMemory",
    "OldNode",
    "OldRelation",
    "Peer",
]

Peer = Literal["mem0", "graphiti", "mcp-memory", "langgraph-store", "chatgpt"]
PEERS: tuple[Peer, ...] = get_args(Peer)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMemory:
    """A memory of mem0; `scope` holds those of user_id, agent_id and run_id that it has."""

    id: str
    text: str
    at: datetime | None
    scope: Mapping[str, str]
    role: str | None
    metadata: Mapping[str, Any]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldNode:
    """An entity of the reference MCP memory server."""

    name: str
    type: str
    observations: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRelation:
    """A relation of the reference MCP memory server."""

    source: str
    target: str
    type: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldItem:
    """An item of a LangGraph store."""

    path: tuple[str, ...]
    key: str
    value: Mapping[str, Any]
    created_at: datetime | None
    updated_at: datetime | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OldEntity:
    """An entity of Graphiti; its summary is told as an item of its own."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFact:
    """An edge of Graphiti: the fact, and the ids that the episodes which assert it have here."""

    fact: Fact
    sources: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was there and has no place here; said once per kind, with its count."""

    what: str


Found = Item | Problem | Lost | OldMemory | OldNode | OldRelation | OldItem | OldEntity | OldFact
