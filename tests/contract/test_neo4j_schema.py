"""The schema of the Neo4j store: made fresh, migrated, verified, refused."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from graphmem import Memory
from graphmem.cli.app import run
from graphmem.errors import NotAGraphMemStore, SchemaOutdated, SchemaTooNew, StatementError, StoreError
from graphmem.ports import Batch, Embedder, Selection
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.neo4j.address import parse_address
from graphmem.stores.neo4j.connecting import connect
from graphmem.stores.neo4j.graph import Graph
from graphmem.stores.neo4j.schema import indexes, load_migrations, migrate, present_schema, shipped_migrations
from graphmem.testing.material import NS, entity, fact, mention, turn
from graphmem.testing.neo4j import Server
from graphmem.testing.neo4j_backdoor import Neo4jBackdoor

Raw = Callable[..., list[list[object]]]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def drop_all(raw: Raw) -> None:
    """Leave a database as a server makes it."""
    raw("MATCH (n) DETACH DELETE n")
    for name, constraint in raw(
        "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' RETURN name, owningConstraint"
    ):
        raw(f"DROP CONSTRAINT {name}" if constraint else f"DROP INDEX {name}")


@pytest.fixture
def bare(neo4j_server: Server, emptied: Neo4jBackdoor, raw: Raw) -> Iterator[Graph]:
    """A database without anything; afterwards it has the present schema again."""
    drop_all(raw)
    graph = connect(
        parse_address(neo4j_server.uri, auth=neo4j_server.auth),
        read_only=False, retry_seconds=5, connect_seconds=5, timeout=None,
    )  # fmt: skip
    yield graph
    graph.close()
    drop_all(raw)
    Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth).close()


@pytest.fixture
def outdated(bare: Graph, neo4j_server: Server) -> Server:
    """A database on which only the first migration was run."""
    migrate(bare, shipped_migrations()[:1], now=NOW)
    return neo4j_server


def test_a_fresh_schema_is_the_sum_of_the_migrations(bare: Graph, raw: Raw) -> None:
    """A new database and one migrated step by step have the same indexes and constraints, to the analyser."""
    names = [m.name for m in migrate(bare, shipped_migrations(), now=NOW)]
    assert names == ["memory", "words", "time", "learning", "kinds", "slots"]
    fresh = indexes(bare)
    drop_all(raw)
    for upto in range(1, len(shipped_migrations()) + 1):
        migrate(bare, shipped_migrations()[:upto], now=NOW)
    assert indexes(bare) == fresh
    told = {s.text for m in shipped_migrations() for s in m.statements}
    assert {s.text for s in present_schema()} == told


def test_migrating_again_changes_nothing(bare: Graph) -> None:
    """What is up to date is only verified."""
    migrate(bare, shipped_migrations(), now=NOW)
    assert migrate(bare, shipped_migrations(), now=NOW) == []


def test_an_older_schema_is_migrated(outdated: Server) -> None:
    """Opening brings it up to date; looking before tells what is lacking and changes nothing."""
    assert Neo4jStore.outstanding(outdated.uri, auth=outdated.auth) == [
        "0002_words",
        "0003_time",
        "0004_learning",
        "0005_kinds",
        "0006_slots",
    ]
    Neo4jStore.open(outdated.uri, auth=outdated.auth).close()
    assert Neo4jStore.outstanding(outdated.uri, auth=outdated.auth) == []


@pytest.mark.parametrize("how", [{"read_only": True}, {"migrate_schema": False}])
def test_an_older_schema_is_refused_where_asked(outdated: Server, how: dict[str, bool]) -> None:
    """Who only reads, or does not want it migrated, is told the way out."""
    with pytest.raises(SchemaOutdated, match=r"version 1 of 6.*graphmem migrate"):
        Neo4jStore.open(outdated.uri, auth=outdated.auth, read_only=how.get("read_only", False),
                        migrate_schema=how.get("migrate_schema", True))  # fmt: skip


def test_a_newer_schema_is_refused(bare: Graph, neo4j_server: Server, raw: Raw) -> None:
    """What a later graphmem wrote is left alone."""
    migrate(bare, shipped_migrations(), now=NOW)
    raw("CREATE (:Migration {namespace: '', id: '9999_later', version: 9999, name: 'later', checksum: 'x'})")
    with pytest.raises(SchemaTooNew, match="upgrade"):
        Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)


def test_a_migration_in_another_form_is_refused(bare: Graph, neo4j_server: Server, raw: Raw) -> None:
    """A checksum that is not ours tells that somebody else's history made this schema."""
    migrate(bare, shipped_migrations(), now=NOW)
    raw("MATCH (m:Migration {version: 1}) SET m.checksum = 'another'")
    with pytest.raises(NotAGraphMemStore, match="another form"):
        Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)


def test_a_missing_index_is_noticed(neo4j_server: Server, emptied: Neo4jBackdoor, raw: Raw) -> None:
    """An index that somebody dropped is named when the store is opened."""
    raw("DROP INDEX graphmem_fact_seq")
    try:
        with pytest.raises(StoreError, match="graphmem_fact_seq is missing"):
            Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)
    finally:
        raw("CREATE RANGE INDEX graphmem_fact_seq FOR (n:Fact) ON (n.namespace, n.seq)")


def test_an_index_of_another_name_is_noticed(bare: Graph, neo4j_server: Server, raw: Raw) -> None:
    """IF NOT EXISTS is silent where another index has the place: it is named, so that one can decide."""
    raw("CREATE FULLTEXT INDEX theirs FOR (n:Fact) ON EACH [n.text, n.nskey]")
    with pytest.raises(StoreError, match=r"graphmem_fact_words is missing.*theirs"):
        Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)


def test_an_index_of_another_shape_is_noticed(bare: Graph, neo4j_server: Server, raw: Raw) -> None:
    """An index that has our name and is on something else is named."""
    raw("CREATE RANGE INDEX graphmem_fact_seq FOR (n:Fact) ON (n.seq)")
    with pytest.raises(StoreError, match="graphmem_fact_seq is on Fact seq"):
        Neo4jStore.open(neo4j_server.uri, auth=neo4j_server.auth)


def test_files_of_migrations_are_numbered(tmp_path: object) -> None:
    """A gap in the numbers, or another name, is refused."""
    (tmp_path / "0002_x.cypher").write_text("")  # type: ignore[operator] # a path
    with pytest.raises(StatementError, match="numbered"):
        load_migrations(tmp_path)  # type: ignore[arg-type] # a path


def test_the_command_line_migrates(
    outdated: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], embedder: Embedder
) -> None:
    """`migrate --check` names what is lacking and leaves with 1, `migrate` runs it; before, opening may be refused."""
    monkeypatch.setenv("NEO4J_PASSWORD", outdated.password)
    lacking = ", ".join(f"{m.version:04d}_{m.name}" for m in shipped_migrations()[1:])

    def graphmem(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            run([*arguments, "--store", outdated.uri])
        return int(left.value.code or 0), capfd.readouterr().out

    assert graphmem("migrate", "--check") == (1, f"lacks {lacking}\n")
    with pytest.raises(SchemaOutdated, match="graphmem migrate"):
        Memory.open(outdated.uri, auth=outdated.auth, embedder=embedder, extractor=None, migrate=False)
    assert graphmem("migrate") == (0, f"ran {lacking}\n")
    assert graphmem("migrate", "--check") == (0, "the schema is up to date\n")
    with Memory.open(outdated.uri, auth=outdated.auth, embedder=embedder, extractor=None, migrate=False) as memory:
        memory.remember("I live in Porto.", speaker="Ada")
    assert graphmem("index", "--server") == (0, "1 vectors were added to the server's index\n")
    code, told = graphmem("doctor")
    assert (code, "is sound: 1 namespaces, 1 interactions" in told) == (0, True)


def test_kinds_from_before_there_were_votes_stay_until_a_text_says_otherwise(neo4j_store: Neo4jStore, raw: Raw) -> None:
    """Entities of an older graphmem keep their kinds; the first vote that is cast decides, and can be undone."""
    neo4j_store.admit(NS, [turn(1)], now=NOW)
    by_hand = fact("Ada", "loves", "Porto", extractor="hand")
    neo4j_store.save(NS, Batch(entities=[entity("Ada"), entity("Porto", kind="person")], facts=[by_hand]), now=NOW)
    raw("MATCH (e:Entity) REMOVE e.votes, e.base, e.told")
    kinds = [neo4j_store.entities(NS, keys=["porto"])[0].kind]
    neo4j_store.save(NS, Batch(mentions=[mention("turn-1", "Porto", kind="place")]), now=NOW)
    kinds.append(neo4j_store.entities(NS, keys=["porto"])[0].kind)
    neo4j_store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
    kinds.append(neo4j_store.entities(NS, keys=["porto"])[0].kind)
    assert kinds == ["person", "place", "person"]
    assert neo4j_store.check() == []
