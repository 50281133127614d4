"""How a store on a server is opened and closed, and told of what others wrote."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Self

import neo4j

from graphmem.errors import InvalidInput
from graphmem.stores.neo4j.address import parse_address
from graphmem.stores.neo4j.connecting import connect, joined
from graphmem.stores.neo4j.graph import Graph
from graphmem.stores.neo4j.schema import migrate, outstanding, shipped_migrations

__all__ = ["Connected"]


class Connected:
    """What holds a graph from opening to closing."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    @classmethod
    def open(
        cls,
        location: str,
        *,
        auth: tuple[str, str] | None = None,
        database: str | None = None,
        read_only: bool = False,
        migrate_schema: bool = True,
        retry_seconds: float = 30.0,
        connect_seconds: float = 15.0,
        wait_seconds: float = 0.0,
        timeout: float | None = None,
    ) -> Self:
        """Connect to a server and make or migrate the schema; a foreign graph in the same database is left alone.

        Args:
            location: `neo4j://user:password@host:port/database`; user, password, port and database may be left out.
            auth: user and password, where they are not in the location.
            database: its name, where it is not in the location; None is the user's home database.
            read_only: open without writing anything; the schema must be up to date.
            migrate_schema: bring an older schema up to date; False refuses it.
            retry_seconds: how long a transaction is tried again while the server does not answer or asks for it.
            connect_seconds: how long to wait for a connection.
            wait_seconds: how long to wait for a server that does not answer yet, because it is being started.
            timeout: the longest a transaction may take, in seconds; None is the server's own limit.

        Raises:
            InvalidInput: the location or an option cannot be taken.
            StoreUnavailable: no server answers, or it refuses user, password or database.
            SchemaTooNew: a newer graphmem wrote the store.
            SchemaOutdated: it is older and not to be migrated.
            StoreError: an index of somebody else's is in the place of one of ours.
        """
        address = parse_address(location, auth=auth, database=database)
        graph = connect(
            address,
            read_only=read_only,
            retry_seconds=retry_seconds,
            connect_seconds=connect_seconds,
            wait_seconds=wait_seconds,
            timeout=timeout,
        )
        return cls._ready(graph, migrate_schema=migrate_schema)

    @classmethod
    def on(
        cls,
        driver: neo4j.Driver,
        *,
        database: str | None = None,
        impersonated_user: str | None = None,
        read_only: bool = False,
        migrate_schema: bool = True,
        timeout: float | None = None,
    ) -> Self:
        """Work over a driver of the caller's, who configures and closes it: certificates, tokens, proxies, pools.

        One driver serves many stores, also of several databases. How long transactions are retried is its own to say.

        Args:
            driver: a `neo4j.Driver`, synchronous.
            database: its name; None is the user's home database, which costs a look at each session.
            impersonated_user: who does the work in place of the driver's user (Enterprise edition).
            read_only: as `open` says.
            migrate_schema: as `open` says.
            timeout: as `open` says.

        Raises: as `open`.
        """
        if timeout is not None and timeout <= 0:
            raise InvalidInput("timeout is more than 0 seconds")
        graph = joined(driver, database=database, user=impersonated_user, read_only=read_only, timeout=timeout)
        return cls._ready(graph, migrate_schema=migrate_schema)

    @classmethod
    def _ready(cls, graph: Graph, *, migrate_schema: bool) -> Self:
        try:
            migrate(graph, shipped_migrations(), now=datetime.now(UTC), allowed=migrate_schema)
        except BaseException:
            graph.close()
            raise
        return cls(graph)

    @staticmethod
    def outstanding(location: str, *, auth: tuple[str, str] | None = None, database: str | None = None) -> list[str]:
        """Return the names of the migrations that a database lacks, and change nothing."""
        address = parse_address(location, auth=auth, database=database)
        graph = connect(address, read_only=True, retry_seconds=30.0, connect_seconds=15.0, timeout=None)
        try:
            return [m.id for m in outstanding(graph, shipped_migrations())]
        finally:
            graph.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def location(self) -> str:
        """The address, without user and password."""
        return self._graph.location

    def close(self) -> None:
        """Close all connections, save those of a driver of the caller's. Twice is a no-op."""
        self._graph.close()

    def bookmarks(self) -> tuple[str, ...]:
        """Return what stands for all that was written and read here so far, for another process's `follow`."""
        return self._graph.bookmarks

    def follow(self, bookmarks: Iterable[str]) -> None:
        """Wait, in whatever is read and written from here on, until what another process wrote is there.

        Needed in a cluster only, whose members learn of a write one after the other; what this store wrote itself is
        always waited for.

        Args:
            bookmarks: what `bookmarks` returned in the other process, after the write.
        """
        self._graph.follow(bookmarks)
