"""What goes wrong with a server: each a clear error of our tree that names the mend."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from graphmem.errors import InvalidInput, StoreError, StoreUnavailable
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.address import parse_address
from graphmem.stores.neo4j.connecting import connect
from graphmem.stores.neo4j.graph import Graph
from graphmem.testing.material import NOW, NS, turns
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

Raw = Callable[..., list[list[object]]]

#: What servers say that are too old: the version of Bolt that they choose, and who they are.
_OLD = {
    "4.4": (bytes((0, 0, 4, 4)), b"\xb1\x70\xa2\x86server\x8cNeo4j/4.4.40\x8dconnection_id\x86bolt-1"),
    "5.20": (bytes((0, 0, 4, 5)), b"\xb1\x70\xa2\x86server\x8cNeo4j/5.20.0\x8dconnection_id\x86bolt-1"),
    "4.0": (bytes((0, 0, 0, 4)), b""),
}
#: What is said of them: what was found, and what is needed.
_FOUND = {"4.4": "Neo4j/4.4.40", "5.20": "Neo4j/5.20.0", "4.0": "older than 4.4"}
_SUCCESS = b"\xb1\x70\xa0"


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=sorted(_OLD))
def old_server(request: pytest.FixtureRequest) -> Iterator[tuple[int, str]]:
    """A port on which a recorded server says who it is, and what is to be said of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_speak, args=(listening, *_OLD[request.param]), daemon=True).start()
        yield int(listening.getsockname()[1]), _FOUND[request.param]
        listening.shutdown(socket.SHUT_RDWR)


def _speak(listening: socket.socket, version: bytes, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # the test is over
            return
        with connection, connection.makefile("rb") as heard:
            heard.read(20)
            connection.sendall(version)
            said = answer
            while size := int.from_bytes(heard.read(2), "big"):  # each message in one chunk, and then an empty one
                heard.read(size + 2)
                connection.sendall(len(said).to_bytes(2, "big") + said + b"\x00\x00")
                said = _SUCCESS


@pytest.fixture
def graph(neo4j_server: Server, emptied: Neo4jBackdoor) -> Iterator[Graph]:
    """A connection on which statements of the test's own can be run."""
    address = parse_address(neo4j_server.uri, auth=neo4j_server.auth)
    graph = connect(address, read_only=False, retry_seconds=1, connect_seconds=5, timeout=1)
    yield graph
    graph.close()


class TestWithoutAServer:
    def test_nobody_listens(self, free_port: int) -> None:
        """No server: the address is named, and what to check."""
        with pytest.raises(StoreUnavailable, match=f"127.0.0.1:{free_port}: the server does not answer: start it"):
            Neo4jStore.open(f"neo4j://127.0.0.1:{free_port}", auth=("neo4j", "password"), retry_seconds=0)

    def test_it_is_too_old(self, old_server: tuple[int, str]) -> None:
        """A server older than 5.26 is refused; the version found and the one that is needed are named."""
        port, found = old_server
        with pytest.raises(StoreUnavailable, match=rf"{found}.*needs Neo4j 5\.26 or later: upgrade it"):
            Neo4jStore.open(f"bolt://127.0.0.1:{port}", auth=("neo4j", "password"), retry_seconds=0)

    @pytest.mark.parametrize(
        "option", [{"retry_seconds": -1.0}, {"wait_seconds": -1.0}, {"connect_seconds": 0.0}, {"timeout": 0.0}]
    )
    def test_options_out_of_range(self, option: dict[str, float]) -> None:
        """Waiting times that make no sense are refused before anything is tried."""
        with pytest.raises(InvalidInput, match="seconds"):
            Neo4jStore.open("neo4j://localhost", **option)  # type: ignore[arg-type] # by name


class TestWithAServer:
    def test_the_password_is_wrong(self, neo4j_server: Server) -> None:
        """A wrong password is said to be one, and is not in the message."""
        with pytest.raises(StoreUnavailable, match="refuses the user or the password") as refused:
            Neo4jStore.open(neo4j_server.uri, auth=("neo4j", "not-this-one"))
        assert "not-this-one" not in str(refused.value)

    def test_there_is_no_password(self, neo4j_server: Server) -> None:
        """Where nobody said who asks, the message says how to, not that a password was wrong."""
        with pytest.raises(StoreUnavailable, match=r"give user and password .*NEO4J_PASSWORD"):
            Neo4jStore.open(neo4j_server.uri)

    def test_the_scheme_is_wrong(self, neo4j_server: Server) -> None:
        """Encryption that the server does not have, and another protocol's scheme: what to check is said."""
        place = neo4j_server.uri.partition("://")[2]
        with pytest.raises(StoreUnavailable, match="check the address, the port and the scheme"):
            Neo4jStore.open(f"neo4j+s://{place}", auth=neo4j_server.auth, retry_seconds=0, connect_seconds=2)
        with pytest.raises(InvalidInput, match="starts with neo4j"):
            Neo4jStore.open(f"http://{place}", auth=neo4j_server.auth)

    def test_there_is_no_such_database(self, neo4j_server: Server) -> None:
        """A database that does not exist is said not to."""
        with pytest.raises(StoreUnavailable, match="no database of that name"):
            Neo4jStore.open(f"{neo4j_server.uri}/nowhere", auth=neo4j_server.auth, retry_seconds=0)

    def test_it_is_closed(self, neo4j_store: Neo4jStore) -> None:
        """A closed store says so."""
        neo4j_store.close()
        neo4j_store.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            neo4j_store.seq(NS)

    def test_a_query_takes_too_long(self, graph: Graph) -> None:
        """A transaction that outlives its time is ended, and the option that gives more is named."""
        with pytest.raises(StoreUnavailable, match="longer than `timeout`"):
            graph.read(lambda tx: list(tx._driven.run("UNWIND range(1, 1000000000) AS x RETURN sum(x % 7)", {})))

    def test_an_index_is_missing(self, graph: Graph) -> None:
        """Asking an index that is not there is an error of the store that holds the server's words."""
        with pytest.raises(StoreError, match="no such fulltext schema index: nowhere"):
            graph.define("CALL db.index.fulltext.queryNodes('nowhere', 'x')", where="test")

    def test_enterprise_only(self, graph: Graph) -> None:
        """What needs the Enterprise edition says so."""
        with pytest.raises(StoreError, match="Enterprise edition"):
            graph.define("CREATE CONSTRAINT x FOR (n:Fact) REQUIRE n.text IS NOT NULL", where="test")

    def test_a_write_is_refused(self, neo4j_server: Server, neo4j_store: Neo4jStore, raw: Raw) -> None:
        """A write in a transaction that may only read is refused by its code, and the way out is named."""
        neo4j_store.admit(NS, turns(1), now=NOW)
        with pytest.raises(StoreUnavailable, match="can only read"):
            neo4j_store._graph.read(lambda tx: tx.rows("take_seq", namespace=NS))
        assert neo4j_store.seq(NS) == 1
