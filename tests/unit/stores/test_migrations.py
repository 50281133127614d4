"""The schema of a fresh store is the sum of its migrations; none may change or be missing."""

import sqlite3
from pathlib import Path

import pytest

from graphmem.errors import NotAGraphMemStore, SchemaOutdated, SchemaTooNew, StatementError, StoreCorrupt, StoreError
from graphmem.identity import entity_id
from graphmem.ports import Batch, Selection
from graphmem.stores.sqlite import SqliteStore
from graphmem.stores.sqlite.database import Database, open_database
from graphmem.stores.sqlite.migrations import (
    Migration,
    load_migrations,
    migrate,
    outstanding,
    shipped_migrations,
    split_script,
)
from graphmem.testing.material import NOW, NS, mention, turn

SHIPPED = shipped_migrations()
NEXT = Migration(
    len(SHIPPED) + 1,
    "more",
    "-- One more; with a trap.\nCREATE TABLE more (text TEXT DEFAULT ';');\n"
    "CREATE TRIGGER more_trigger AFTER INSERT ON more BEGIN DELETE FROM more; SELECT 1; END;\n"
    f"PRAGMA user_version = {len(SHIPPED) + 1};",
)


def _schema(path: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    finally:
        connection.close()


def _opened(path: Path, *, read_only: bool = False) -> Database:
    return open_database(path, create=True, read_only=read_only)


def test_a_fresh_schema_is_the_sum_of_the_migrations(tmp_path: Path) -> None:
    """A store made now has the schema that SQLite itself makes of the migration files, one after the other."""
    SqliteStore.open(tmp_path / "fresh.db").close()
    connection = sqlite3.connect(tmp_path / "sum.db")
    for migration in SHIPPED:
        connection.executescript(migration.script)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(SHIPPED),)
    connection.close()
    assert _schema(tmp_path / "fresh.db") == _schema(tmp_path / "sum.db")


def test_an_older_store_is_migrated_with_its_rows(tmp_path: Path) -> None:
    """Opening an older store runs what is missing, once, and keeps what it holds; all ways lead to one schema."""
    with SqliteStore.open(tmp_path / "old.db") as store:
        store.admit(NS, [turn(1)], now=NOW)
    for path in (tmp_path / "old.db", tmp_path / "new.db"):
        for _ in range(2):
            database = _opened(path)
            migrate(database, [*SHIPPED, NEXT])
            assert database.version() == NEXT.version
            assert [row[0] for row in database.read("migrations")] == list(range(1, NEXT.version + 1))
            database.close()
    assert _schema(tmp_path / "old.db") == _schema(tmp_path / "new.db")
    connection = sqlite3.connect(tmp_path / "old.db")
    assert connection.execute("SELECT id FROM interaction").fetchall() == [("turn-1",)]
    connection.close()


def test_kinds_from_before_there_were_votes_stay_until_a_text_says_otherwise(tmp_path: Path) -> None:
    """An older store's entities keep their kinds, without votes; the first that is cast decides, and can be undone."""
    database = _opened(tmp_path / "old.db")
    migrate(database, SHIPPED[:3])
    database.close()
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript(f"""
        INSERT INTO namespace (key, name, origin, seq, born, created_at) VALUES (1, '{NS}', '{NS}', 1, 0, 0);
        INSERT INTO entity (namespace, seq, id, name, name_key, kind, created_at)
        VALUES (1, 1, '{entity_id(NS, "Porto")}', 'Porto', 'porto', 'person', 0);
        INSERT INTO fact (namespace, seq, id, subject, predicate, object, negated, text, confidence, created_at,
                          extractor)
        VALUES (1, 1, 'f', 1, 'is', 1, 0, 'Porto is Porto', 1.0, 0, 'hand');
    """)
    connection.close()
    kinds: list[str] = []
    with SqliteStore.open(tmp_path / "old.db") as store:
        kinds.append(store.entities(NS)[0].kind)
        store.admit(NS, [turn(1)], now=NOW)
        store.save(NS, Batch(mentions=[mention("turn-1", "Porto", kind="place")]), now=NOW)
        kinds.append(store.entities(NS)[0].kind)
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        kinds.append(store.entities(NS)[0].kind)
        assert store.check() == []
    assert kinds == ["person", "place", "person"]


def test_what_another_migrates_meanwhile_is_not_taken_for_damage(tmp_path: Path) -> None:
    """A look at what a store lacks tells one moment's state, where another migrates it in the middle of the look."""
    path = tmp_path / "memory.db"
    SqliteStore.open(path).close()  # with a write-ahead log, where writers do not wait for readers
    looking, other = _opened(path), _opened(path)
    interrupted = []

    def migrate_before(statement: str) -> None:
        if "FROM migration" in statement and not interrupted:
            interrupted.append(statement)
            migrate(other, [*SHIPPED, NEXT])

    looking._connection.set_trace_callback(migrate_before)
    assert outstanding(looking, [*SHIPPED, NEXT]) == [NEXT]
    assert interrupted
    assert outstanding(looking, [*SHIPPED, NEXT]) == []
    looking.close()
    other.close()


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """A migration is one transaction: where a statement fails, the store is as it was, and still opens."""
    SqliteStore.open(tmp_path / "memory.db").close()
    before = _schema(tmp_path / "memory.db")
    broken = Migration(NEXT.version, "broken", "CREATE TABLE half (x);\nCREATE TABLE half (x);\n")
    database = _opened(tmp_path / "memory.db")
    with pytest.raises(StoreError, match="broken"):
        migrate(database, [*SHIPPED, broken])
    database.close()
    assert _schema(tmp_path / "memory.db") == before
    SqliteStore.open(tmp_path / "memory.db").close()


def test_a_changed_migration_is_refused(tmp_path: Path) -> None:
    """A store made by another form of a migration is refused: its schema can't be trusted."""
    SqliteStore.open(tmp_path / "memory.db").close()
    database = _opened(tmp_path / "memory.db")
    changed = Migration(1, SHIPPED[0].name, SHIPPED[0].script + "\n")
    with pytest.raises(NotAGraphMemStore, match="another form"):
        migrate(database, [changed, *SHIPPED[1:]])
    database.write("add_migration", version=99, name="x", checksum="x")
    with pytest.raises(StoreCorrupt, match="incomplete"):
        migrate(database, SHIPPED)
    database.close()


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    """A store written by a newer graphmem is refused, and left as it is."""
    database = _opened(tmp_path / "memory.db")
    migrate(database, [*SHIPPED, NEXT])
    database.close()
    before = (tmp_path / "memory.db").read_bytes()
    with pytest.raises(SchemaTooNew, match="upgrade"):
        SqliteStore.open(tmp_path / "memory.db")
    assert (tmp_path / "memory.db").read_bytes() == before


def test_an_older_store_is_not_migrated_for_reading(tmp_path: Path) -> None:
    """Opened for reading only, an older store is refused with the mend."""
    SqliteStore.open(tmp_path / "memory.db").close()
    database = _opened(tmp_path / "memory.db", read_only=True)
    with pytest.raises(SchemaOutdated, match="read_only"):
        migrate(database, [*SHIPPED, NEXT])
    database.close()


def test_scripts_are_split_where_sqlite_says(tmp_path: Path) -> None:
    """Semicolons in strings, comments and triggers end nothing; a missing last one is told."""
    assert len(split_script(NEXT.script)) == 3
    with pytest.raises(StatementError, match="semicolon"):
        split_script("CREATE TABLE x (y);\nCREATE TABLE z (y)")


@pytest.mark.parametrize("names", [["0002_b.sql"], ["0001_a.sql", "0003_c.sql"], ["one.sql"]])
def test_migrations_are_numbered_without_a_gap(tmp_path: Path, names: list[str]) -> None:
    """A gap or another kind of name is refused."""
    for name in names:
        (tmp_path / name).write_text(f"PRAGMA user_version = {int(name[:4]) if name[0] == '0' else 1};")
    with pytest.raises(StatementError, match="numbered"):
        load_migrations(tmp_path)


def test_a_migration_sets_its_version(tmp_path: Path) -> None:
    """A migration that does not end by setting its own number is refused."""
    (tmp_path / "0001_a.sql").write_text("CREATE TABLE x (y);")
    with pytest.raises(StatementError, match="user_version = 1"):
        load_migrations(tmp_path)
