"""One memory on both stores: told alike or copied, it answers alike, to the sixth decimal."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from graphmem import Memory, RecallOptions, Recollection
from graphmem.cli.app import run
from graphmem.formats.copy import copy_namespace
from graphmem.models.token_cache import SqliteTokenCache
from graphmem.ports import Embedder, Extractor, Store
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import about_ada, turns
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor
from pipelines.demo.history import runs
from pipelines.demo.questions import QUESTIONS

NS = "user/maya"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
EVERYTHING = RecallOptions(types=("interaction", "fact", "entity"), now=NOW)
ASKED = [
    *((question.text, question.options or RecallOptions(now=NOW)) for question in QUESTIONS),
    ("Who is Zola?", EVERYTHING),
    ("What does Jonas do for a living?", EVERYTHING),
    ("What happened last week?", RecallOptions(now=datetime(2025, 6, 2, tzinfo=UTC))),
    ("Who designed the Kestrel?", EVERYTHING),
    ("What did they cook in spring?", RecallOptions(since=datetime(2025, 3, 1, tzinfo=UTC), until=NOW)),
    ("the and of", EVERYTHING),
    ("xyzzy", EVERYTHING),
]


class Models:
    """The real models, shared by all memories of this file."""

    def __init__(self, embedder: Embedder, extractor: Extractor) -> None:
        self.embedder, self.extractor = embedder, extractor

    def memory(self, store: Store, *, namespace: str = NS) -> Memory:
        """Return a memory on a store, with an index that is built afresh."""
        models = {"embedder": self.embedder, "extractor": self.extractor, "tokens": SqliteTokenCache(None)}
        return Memory(store, namespace=namespace, **models)


@pytest.fixture(scope="module")
def models(embedder: Embedder, extractor: Extractor) -> Models:
    return Models(embedder, extractor)


@pytest.fixture(scope="module")
def file(models: Models, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the sample history in a SQLite file, a fact told by hand, a merge and something forgotten included."""
    path = tmp_path_factory.mktemp("equality") / "memory.db"
    with models.memory(SqliteStore.open(path)) as memory:
        tell(memory)
    return path


def tell(memory: Memory) -> None:
    """Tell every third run of the sample history, and change it afterwards in every way there is."""
    for told in islice(runs(), 0, None, 3):
        memory.remember(told.told, session=told.session, now=NOW)
    names = [entity.name for entity in memory.entities(top_k=8)]
    memory.merge(names[-1], names[-2])
    memory.forget(interactions=[memory.history(top_k=40)[-1].id])


@pytest.fixture
def server(neo4j_server: Server) -> Iterator[Neo4jStore]:
    """An empty database on a server."""
    Neo4jBackdoor(neo4j_server).wipe()
    store = Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)
    yield store
    store.close()


def answers(memory: Memory) -> list[Recollection]:
    return [memory.recall(text, options=options, top_k=10) for text, options in ASKED]


def assert_alike(one: Recollection, other: Recollection) -> None:
    """The same hits in the same order, of the same text, with the same scores, paths, facts and entities."""
    assert [(hit.type, hit.id, hit.text, hit.at) for hit in one] == [
        (hit.type, hit.id, hit.text, hit.at) for hit in other
    ]
    assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other], abs=1e-6)
    assert [hit.why.path for hit in one] == [hit.why.path for hit in other]
    assert [[fact.id for fact in hit.facts] for hit in one] == [[fact.id for fact in hit.facts] for hit in other]
    assert [[e.id for e in hit.entities] for hit in one] == [[e.id for e in hit.entities] for hit in other]
    assert (one.undated, one.degraded) == (other.undated, other.degraded)


def test_told_alike_they_answer_alike(models: Models, file: Path, server: Neo4jStore) -> None:
    """What is told to a server as to a file has the same ids, and every question the same answer, on both."""
    tell(models.memory(server))
    with models.memory(SqliteStore.open(file)) as one, models.memory(server) as other:
        assert [e.id for e in one.entities(top_k=5_000)] == [e.id for e in other.entities(top_k=5_000)]
        assert [f.id for f in one.facts(top_k=5_000)] == [f.id for f in other.facts(top_k=5_000)]
        for left, right in zip(answers(one), answers(other), strict=True):
            assert_alike(left, right)
        question = QUESTIONS[0].text
        assert_alike(*(memory.recall(question, rerank="tokens", top_k=10) for memory in (one, other)))


def test_a_copy_to_a_server_and_back(models: Models, file: Path, server: Neo4jStore, tmp_path: Path) -> None:
    """From a file to a server and back to a file: verified each way, and every question has the same answer."""
    back = SqliteStore.open(tmp_path / "back.db")
    with SqliteStore.open(file) as source:
        there = copy_namespace(source, server, namespace=NS, now=NOW)
        here = copy_namespace(server, back, namespace=NS, now=NOW)
        assert (there.differences, here.differences) == ((), ())
        assert there.source.hashes == here.copy.hashes
        again = copy_namespace(source, server, namespace=NS, now=NOW)
        assert (again.verified, again.resumed, again.interactions) == (True, True, 0)
        assert server.check() == []
    with models.memory(SqliteStore.open(file)) as one, models.memory(back) as two, models.memory(server) as three:
        for left, middle, right in zip(answers(one), answers(three), answers(two), strict=True):
            assert_alike(left, middle)
            assert_alike(left, right)


def test_the_command_copies_to_a_server(
    neo4j_server: Server,
    server: Neo4jStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`graphmem copy` takes a server's address, with the password from the environment, which it never shows."""
    monkeypatch.chdir(tmp_path)
    with SqliteStore.open("from.db") as source:
        source.admit(NS, turns(5), now=NOW)
        source.save(NS, about_ada("turn-1"), now=NOW)
    monkeypatch.setenv("NEO4J_USERNAME", neo4j_server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_server.password)
    for words in (("--from", "from.db", "--to", neo4j_server.uri), ("--from", neo4j_server.uri, "--to", "back.db")):
        with pytest.raises(SystemExit) as ended:
            run(["copy", *words, "--json"])
        said = capsys.readouterr()
        assert ended.value.code == 0, said.err
        assert json.loads(said.out)["verified"] is True
        assert neo4j_server.password not in said.out + said.err
    assert server.stats(NS).interactions == 5
    with SqliteStore.open("back.db") as back:
        assert back.stats(NS).facts == server.stats(NS).facts == 2
