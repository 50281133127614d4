"""A Neo4j for the length of a measurement."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphmem.testing.neo4j import VERSIONS, server

__all__ = ["VERSIONS", "store_address"]

_POM = Path(__file__).resolve().parent.parent / "tests" / "neo4j" / "pom.xml"


@contextmanager
def store_address(told: str) -> Iterator[str]:
    """Yield the address of a store, as `Memory.open` takes it; a version of Neo4j is started, and stopped afterwards.

    Raises:
        NoServer: that version cannot be had here; says what to install.
    """
    if told not in VERSIONS:
        yield told
        return
    with server(told, pom=_POM, brief=False) as running:
        yield running.uri.replace("://", f"://{running.user}:{running.password}@", 1)
