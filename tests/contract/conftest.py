"""What the tests of the Neo4j store share: its back door, and a driver of their own."""

from collections.abc import Callable, Iterator

import neo4j
import pytest

from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

Raw = Callable[..., list[list[object]]]


@pytest.fixture
def raw(neo4j_server: Server) -> Iterator[Raw]:
    """Run Cypher of the test's own and return the values."""
    silent = [neo4j.NotificationDisabledClassification.UNRECOGNIZED]
    with neo4j.GraphDatabase.driver(
        neo4j_server.uri, auth=neo4j_server.auth, notifications_disabled_classifications=silent
    ) as driver:

        def run(text: str, **params: object) -> list[list[object]]:
            return [record.values() for record in driver.execute_query(text, params).records]

        yield run


@pytest.fixture
def emptied(neo4j_server: Server) -> Neo4jBackdoor:
    """The back door of a database that holds nothing but its schema."""
    backdoor = Neo4jBackdoor(neo4j_server)
    backdoor.wipe()
    return backdoor


@pytest.fixture
def neo4j_store(neo4j_server: Server, emptied: Neo4jBackdoor) -> Iterator[Neo4jStore]:
    """An empty store."""
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
        yield store
