"""The only reader of the environment, for the command line; the library itself takes arguments."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Settings", "read_settings"]


@dataclass(frozen=True)
class Settings:
    """What holds where a command does not say otherwise.

    Args:
        store: path of the memory (`GRAPHMEM_STORE`).
        namespace: whose memory (`GRAPHMEM_NAMESPACE`), None where nobody said.
        embedder: the embedder, None is the built-in one (`GRAPHMEM_EMBEDDER`).
        auth: a server's user and password (`NEO4J_USERNAME`, `NEO4J_PASSWORD`), None where there is no password.
        database: a server's database (`NEO4J_DATABASE`), None is the user's home database.
        chat: the chat model that learning asks, by name (`GRAPHMEM_CHAT`), None is none.
        index_limit: interactions above which a server searches, as told (`GRAPHMEM_INDEX_LIMIT`), None is the default.
        mcp_token: what clients of `graphmem mcp` over HTTP must send (`GRAPHMEM_MCP_TOKEN`), None where none is set.
    """

    store: str = "graphmem.db"
    namespace: str | None = None
    embedder: str | None = None
    auth: tuple[str, str] | None = field(default=None, repr=False)
    database: str | None = None
    chat: str | None = None
    index_limit: str | None = None
    mcp_token: str | None = field(default=None, repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment, None is this process's; empty variables count as absent."""
    given = os.environ if environment is None else environment
    password = given.get("NEO4J_PASSWORD")
    return Settings(
        store=given.get("GRAPHMEM_STORE") or Settings.store,
        namespace=given.get("GRAPHMEM_NAMESPACE") or None,
        embedder=given.get("GRAPHMEM_EMBEDDER") or None,
        auth=(given.get("NEO4J_USERNAME") or "neo4j", password) if password else None,
        database=given.get("NEO4J_DATABASE") or None,
        chat=given.get("GRAPHMEM_CHAT") or None,
        index_limit=given.get("GRAPHMEM_INDEX_LIMIT") or None,
        mcp_token=given.get("GRAPHMEM_MCP_TOKEN") or None,
    )
