"""Memories on both stores, for everything that other frameworks see of them."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from graphmem import Memory
from graphmem.testing.neo4j import VERSIONS, Server
from tests.conftest import Opener

#: One server version here, to save its start; the contract suite runs on all of them.
ONE = pytest.mark.parametrize("neo4j_server", VERSIONS[:1], indirect=True)


@pytest.fixture
def on_sqlite(opened: Opener) -> Memory:
    """A memory in a file."""
    return opened()


@pytest.fixture
def on_neo4j(opened: Opener, neo4j_server: Server) -> Iterator[Memory]:
    """A memory of a namespace of its own on a server."""
    memory = opened(neo4j_server.uri, auth=neo4j_server.auth, namespace=f"test/{uuid4()}")
    yield memory
    memory.flush()
    memory.erase_namespace(memory.namespace)
