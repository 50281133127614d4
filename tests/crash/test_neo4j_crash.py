"""Many writers at once, a server that is killed, and a small tenant among large ones."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from graphmem import Memory, Message, RecallOptions
from graphmem.errors import StoreUnavailable
from graphmem.ports import Batch, Embedder, Store
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.renaming import rename_namespace
from graphmem.testing.material import NOW, NS, Reader, about_ada, turn, turns
from graphmem.testing.neo4j import VERSIONS, AssembledServer, NoServer, Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor
from tests.crash.neo4j_writer import tell

ROOT = Path(__file__).resolve().parents[2]
WRITERS, COUNT = 8, 200
SIZE, BATCHES = 10, 40
#: Consolidates in small transactions, and dies by its own hand after the first.
KILLED = """
import os, signal, sys
from graphmem import Memory
from graphmem.learn import consolidate
consolidate.CHUNK = 2
def tick(step, count):
    os.kill(os.getpid(), signal.SIGKILL)
uri, password, namespace = sys.argv[1:]
with Memory.open(uri, namespace=namespace, extractor=None, auth=("neo4j", password)) as memory:
    memory.consolidate(tick=tick)
"""


@pytest.fixture
def backdoor(neo4j_server: Server) -> Neo4jBackdoor:
    backdoor = Neo4jBackdoor(neo4j_server)
    backdoor.wipe()
    return backdoor


@pytest.fixture
def store(neo4j_server: Server, backdoor: Neo4jBackdoor) -> Iterator[Neo4jStore]:
    with Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth) as store:
        yield store


def known(store: Store, namespace: str) -> Reader:
    """Return what a reader learns of a namespace, but for the order in which it arrived."""
    reader = Reader()
    reader.follow(store, namespace)
    reader.interactions = {id_: replace(i, arrival=0) for id_, i in reader.interactions.items()}
    reader.seq = 0
    return reader


def test_eight_writers_are_as_one(neo4j_server: Server, store: Neo4jStore, backdoor: Neo4jBackdoor) -> None:
    """Eight processes that tell overlapping things end in what one writer would have told: nothing lost or doubled."""
    command = [sys.executable, "-m", "tests.crash.neo4j_writer", neo4j_server.uri, neo4j_server.password, "many"]
    writers = [
        subprocess.Popen(
            [*command, str(n), str(COUNT)], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for n in range(WRITERS)
    ]
    try:
        assert [writer.stdout and writer.stdout.readline() for writer in writers] == ["ready\n"] * WRITERS
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.close()
        assert [writer.wait(timeout=240) for writer in writers] == [0] * WRITERS
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            assert writer.stdout is not None
            writer.stdout.close()
    for n in range(WRITERS):
        tell(store, "one", n, COUNT)
    assert known(store, "many") == known(store, "one")
    assert backdoor.count("Interaction", "many") == COUNT // 2 + WRITERS * COUNT // 2
    assert sorted(i.arrival for i in store.history("many", top_k=10_000)) == list(range(1, 901))
    assert (backdoor.torn(), backdoor.duplicates()) == (0, 0)
    assert store.check() == []


def test_a_small_tenant_is_as_if_alone(store: Neo4jStore, embedder: Embedder) -> None:
    """What a namespace of 100 is told by reads and recalls is the same before and after 20,000 others came."""
    with _memory(neo4j=store, embedder=embedder) as memory:
        memory.remember([Message(f"{i.text} Number {i.id}.", speaker=i.speaker, at=i.at) for i in turns(100)])
    store.save(NS, about_ada(*(i.id for i in store.history(NS))), now=NOW)
    alone, recalled = _all_reads(store), _all_recalls(store, embedder)
    for n in range(10):
        store.admit(f"big-{n}", turns(2_000), now=NOW)
        told = about_ada(*(f"turn-{k}" for k in range(1, 2_001)))
        store.save(f"big-{n}", replace(told, assertions=(), vectors=(), mentions=told.mentions[::3]), now=NOW)
    assert _all_reads(store) == alone
    assert _all_recalls(store, embedder) == recalled


def test_a_killed_consolidation_goes_on(neo4j_server: Server, store: Neo4jStore, embedder: Embedder) -> None:
    """Killed in the middle, what was written stays, and the next run ends where an undisturbed one on a file does."""
    with Memory.open(":memory:", namespace=NS, embedder=embedder, extractor=None) as whole:
        _chatted(whole)
        whole.consolidate()
        undisturbed = _learnt(whole)
    with _memory(neo4j=store, embedder=embedder) as memory:
        _chatted(memory)
    command = [sys.executable, "-c", KILLED, neo4j_server.uri, neo4j_server.password, NS]
    assert subprocess.run(command, cwd=ROOT, check=False, timeout=240).returncode == -signal.SIGKILL
    with _memory(neo4j=store, embedder=embedder) as again:
        assert 0 < len(_learnt(again)) < len(undisturbed)
        again.consolidate()
        assert _learnt(again) == undisturbed
        assert sum(again.consolidate().written.values()) == 0
    assert store.check() == []


def _chatted(memory: Memory) -> None:
    for day, topic in enumerate(("tomatoes", "trains", "chess")):
        told = [Message(t, speaker="Ada", at=NOW) for t in (f"I love {topic}.", f"Nobody has as many {topic} as I do.")]
        memory.remember(told, session=f"day {day}")


def _learnt(memory: Memory) -> list[tuple[object, ...]]:
    nodes = memory.store.nodes(NS, expired=True)
    told = [(n.id, n.name, n.text, sorted(map(str, n.attributes.items())), n.expired_at) for n in nodes]
    return [*told, *((k.type, k.source, k.target, k.key) for k in memory.store.links(NS))]


class _Kept(Neo4jStore):
    """A store that outlives the memories over it."""

    def close(self) -> None:
        """Stay open."""


def _memory(*, neo4j: Neo4jStore, embedder: Embedder) -> Memory:
    """Return a memory over a store, its index not yet built."""
    return Memory(_Kept(neo4j._graph), namespace=NS, embedder=embedder, extractor=None)


def _all_recalls(store: Neo4jStore, embedder: Embedder) -> list[object]:
    """Return ids, scores and paths of what is recalled, by a fresh index."""
    found: list[object] = []
    with _memory(neo4j=store, embedder=embedder) as memory:
        for question in ("Where does Ada work?", "Who moved to Lisbon?", "Number turn-42"):
            hits = memory.recall(question, options=RecallOptions(types=("interaction", "fact", "entity")))
            found += [(h.type, h.id, h.score, h.why.path) for h in hits]
    return found


def _all_reads(store: Neo4jStore) -> list[object]:
    last = store.history(NS)[-1].id
    return [
        known(store, NS),
        store.history(NS, top_k=50),
        store.preceding(NS, last, top_k=10),
        store.sessions(NS),
        store.entities(NS, keys=["ada"]),
        store.entities(NS, prefix="f", top_k=2),
        store.facts(NS, top_k=1),
        store.stats(NS),
    ]


@dataclass
class Writer:
    """One who goes on until everything is told, and keeps what was acknowledged."""

    store: Neo4jStore
    admitted: set[str] = field(default_factory=set)
    saved: set[str] = field(default_factory=set)
    refusals: int = 0
    some: threading.Event = field(default_factory=threading.Event)

    def tell(self) -> None:
        for batch in range(BATCHES):
            told = [turn(n) for n in range(batch * SIZE, (batch + 1) * SIZE)]
            ids = [i.id for i in told]
            while not set(ids) <= self.saved:
                try:
                    self.store.admit(NS, told, now=NOW)
                    self.admitted.update(ids)
                    self.store.save(NS, about_ada(*ids), now=NOW)
                    self.saved.update(ids)
                except StoreUnavailable:
                    self.refusals += 1
            if batch == BATCHES // 4:
                self.some.set()


@pytest.fixture(params=VERSIONS)
def own_server(request: pytest.FixtureRequest) -> Iterator[AssembledServer]:
    """A server that may be killed."""
    try:
        with AssembledServer(request.param, pom=ROOT / "tests" / "neo4j" / "pom.xml") as server:
            server.start()
            yield server
    except NoServer as err:
        pytest.skip(f"no server is killed: {err}")


def _rename_until_killed(server: AssembledServer) -> None:
    """Rename a namespace in parts, after the first of which the server is killed."""
    here = server.started()
    with Neo4jStore.open(here.uri, auth=here.auth, retry_seconds=0, connect_seconds=2) as hasty:
        hasty.admit("old", turns(60), now=NOW)
        with pytest.raises(StoreUnavailable):
            rename_namespace(hasty._graph, "old", "new", at_once=0, batch=20, tick=lambda _: server.kill())


@pytest.mark.timeout(600)  # two starts of a server, the second with recovery: minutes each on a busy machine
def test_a_killed_server_loses_nothing(own_server: AssembledServer) -> None:
    """What was acknowledged is there after kill -9 and a restart; who waited goes on, nothing is torn or doubled; a
    renaming that was under way goes on."""
    here = own_server.started()
    with Neo4jStore.open(here.uri, auth=here.auth, retry_seconds=180.0) as patient:
        writer = Writer(patient)
        thread = threading.Thread(target=writer.tell)
        thread.start()
        assert writer.some.wait(timeout=120)
        _rename_until_killed(own_server)
        acknowledged = set(writer.saved)
        with pytest.raises(StoreUnavailable, match="does not answer"):
            Neo4jStore.open(here.uri, auth=here.auth, retry_seconds=0, connect_seconds=2)
        own_server.start()
        with Neo4jStore.open(here.uri, auth=here.auth) as store:
            found = {i.id for i in store.history(NS, top_k=10_000)}
            assert acknowledged <= found
            with pytest.raises(StoreUnavailable, match="'old' is being renamed to 'new'"):
                store.history("new")
            store.rename_namespace("old", "new")
            assert store.stats("new").interactions == 60
        thread.join(timeout=200)
        assert not thread.is_alive()
        assert patient.stats(NS).interactions == SIZE * BATCHES
        assert patient.stats(NS).pending == 0
        assert patient.save(NS, Batch(), now=NOW).entities == 0
        backdoor = Neo4jBackdoor(here)
        assert (backdoor.torn(), backdoor.duplicates()) == (0, 0)
        assert patient.check() == []
