"""The Neo4j store keeps the contract of a store, on every version that is supported."""

import pytest

from graphmem.ports import Store
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.contract import Opener, StoreContract
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor


class TestNeo4jStore(StoreContract):
    """Every promise, on a real server, in a database that is emptied before each test."""

    @pytest.fixture
    def opener(self, neo4j_server: Server, backdoor: Neo4jBackdoor) -> Opener:
        def opened() -> Store:
            return Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)

        backdoor.wipe()
        return opened

    @pytest.fixture
    def backdoor(self, neo4j_server: Server) -> Neo4jBackdoor:
        return Neo4jBackdoor(neo4j_server)
