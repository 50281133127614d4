"""A server that refuses connections for a while: who waits goes on, who does not is told so, nothing is lost."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from graphmem.errors import StoreUnavailable
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.material import NOW, NS, turns
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

_AWHILE = 1.2


class Door:
    """A port that leads to a server while it is open, and refuses connections while it is shut."""

    def __init__(self, server: Server) -> None:
        there = urlsplit(server.uri)
        self._there = (there.hostname or "", there.port or 7687)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._listening: socket.socket | None = None
        self._ends: list[socket.socket] = []

    @property
    def address(self) -> str:
        """Where it is; without routing, which would lead around it."""
        return f"bolt://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Let connections through from here on."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def shut(self) -> None:
        """Break all connections, and refuse new ones."""
        for end in (self._listening, *self._ends):
            if end is not None:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._listening, self._ends = None, []

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                here, _ = listening.accept()
                there = socket.create_connection(self._there)
                self._ends += [here, there]
                for source, target in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(65_536):
                target.sendall(said)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def door(neo4j_server: Server, emptied: Neo4jBackdoor) -> Iterator[Door]:
    """A door to an empty database, shut."""
    door = Door(neo4j_server)
    yield door
    door.shut()


def _open_later(door: Door) -> threading.Thread:
    thread = threading.Thread(target=lambda: (time.sleep(_AWHILE), door.open()))
    thread.start()
    return thread


def test_a_server_that_starts_is_waited_for(neo4j_server: Server, door: Door) -> None:
    """Told to wait, opening goes on as soon as the server answers; told not to, it says at once that none does."""
    with pytest.raises(StoreUnavailable, match="does not answer: start it"):
        Neo4jStore.open(door.address, auth=neo4j_server.auth, retry_seconds=0)
    with pytest.raises(StoreUnavailable, match="does not answer: start it"):
        Neo4jStore.open(door.address, auth=neo4j_server.auth, retry_seconds=0, wait_seconds=0.3)
    opening = _open_later(door)
    with Neo4jStore.open(door.address, auth=neo4j_server.auth, wait_seconds=60) as store:
        assert store.namespaces() == []
    opening.join()


def test_a_broken_connection_is_taken_up_again(neo4j_server: Server, door: Door) -> None:
    """Refused for a while, a write that may wait is made once; one that may not says so, and repeating it is safe."""
    door.open()
    patient = Neo4jStore.open(door.address, auth=neo4j_server.auth, retry_seconds=60)
    hasty = Neo4jStore.open(door.address, auth=neo4j_server.auth, retry_seconds=0)
    with patient, hasty:
        hasty.admit(NS, turns(3), now=NOW)
        door.shut()
        with pytest.raises(StoreUnavailable):
            hasty.admit(NS, turns(5), now=NOW)
        opening = _open_later(door)
        assert len(patient.admit(NS, turns(5), now=NOW).new) == 2
        opening.join()
        assert hasty.admit(NS, turns(5), now=NOW).new == ()
        assert hasty.stats(NS).interactions == 5
