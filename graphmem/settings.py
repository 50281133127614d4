"""The only reader of the environment, for the command line; the library itself takes arguments."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

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

    def auth_for(self, location: str) -> tuple[str, str] | None:
        """Return the user and password that an address leaves to the environment, None where it holds them itself.

        >>> told = Settings(auth=("neo4j", "s3cret"))
        >>> told.auth_for("neo4j://db"), told.auth_for("neo4j://ada@db"), told.auth_for("neo4j://ada:other@db")
        (('neo4j', 's3cret'), ('ada', 's3cret'), None)
        """
        user, _, password = urlsplit(location).netloc.rpartition("@")[0].partition(":")
        if self.auth is None or password or "://" not in location:
            return None
        return unquote(user) or self.auth[0], self.auth[1]

    def database_for(self, location: str) -> str | None:
        """Return the database that an address leaves to the environment, None where it names one itself."""
        return None if "://" not in location or urlsplit(location).path.strip("/") else self.database


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
