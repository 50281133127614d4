"""Files that are no store, stores that cannot be written, and what is said of them."""

import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from graphmem.errors import InvalidInput, NotAGraphMemStore, StoreCorrupt, StoreError, StoreUnavailable
from graphmem.ports import Batch, Selection, VectorRow
from graphmem.stores.sqlite import SqliteStore, database
from graphmem.stores.sqlite.failures import translated
from graphmem.testing.backdoor import SqliteBackdoor
from graphmem.testing.material import NOW, NS, about_ada, turn, turns


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.db"


def _filled(path: Path) -> SqliteStore:
    store = SqliteStore.open(path)
    store.admit(NS, turns(3), now=NOW)
    store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
    return store


def _all_subclasses(kind: type[BaseException]) -> set[type[BaseException]]:
    return {kind}.union(*map(_all_subclasses, kind.__subclasses__()))


def test_every_exception_of_the_driver_is_translated() -> None:
    """Whatever class and code sqlite3 raises, one of ours comes out, saying where."""
    codes = {v for n, v in vars(sqlite3).items() if n.startswith("SQLITE_") and isinstance(v, int)}
    kinds = _all_subclasses(sqlite3.Error)
    assert len(kinds) >= 9
    for kind in kinds:
        for code in (None, *codes):
            err = kind("it failed")
            if code is not None:
                err.sqlite_errorcode = code  # type: ignore[attr-defined]
            ours = translated(err, where="memory.db")
            assert isinstance(ours, StoreError)
            assert "memory.db" in str(ours)
            assert "it failed" in str(ours)


@pytest.mark.parametrize(
    "content",
    [b"just a text file\n" * 100, b"x", b"\x00" * 8192, b"SQLite format 3\x00" + b"\x00" * 84, b"SQLite format 2\x00"],
)
def test_a_file_that_is_no_database_is_left_untouched(path: Path, content: bytes) -> None:
    """Text, zeros, a header alone: refused, and not a byte of it changed."""
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(NotAGraphMemStore, match="another path"):
            SqliteStore.open(path, read_only=read_only)
    assert path.read_bytes() == content
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_another_programs_database_is_left_untouched(path: Path, journal: str) -> None:
    """Another program's SQLite file is refused, not migrated, whatever its journal."""
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NotAGraphMemStore, match="another program"):
        SqliteStore.open(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    """A file of no bytes holds nothing to protect: it becomes a store."""
    path.touch()
    with SqliteStore.open(path) as store:
        assert store.check() == []


def test_a_folder_a_missing_folder_and_no_path_are_refused(tmp_path: Path) -> None:
    """Each is refused with what to mend, and nothing is made."""
    with pytest.raises(StoreUnavailable, match="path"):
        SqliteStore.open(tmp_path)
    with pytest.raises(StoreUnavailable, match="existing folder"):
        SqliteStore.open(tmp_path / "none" / "memory.db")
    for odd in ("", "  ", "a\x00b"):
        with pytest.raises(InvalidInput, match="path"):
            SqliteStore.open(odd)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_not_made_unasked(path: Path) -> None:
    """Without `create`, or for reading only, a missing file is an error and stays missing."""
    with pytest.raises(StoreUnavailable, match="no such file"):
        SqliteStore.open(path, create=False)
    with pytest.raises(StoreUnavailable, match="no such file"):
        SqliteStore.open(path, read_only=True)
    assert not path.exists()


def test_odd_file_names(tmp_path: Path) -> None:
    """Characters that mean something in an address are part of the name."""
    for name in ("a b?mode=memory.db", "100%#1.db", "名前.db", "file:x.db"):
        with SqliteStore.open(tmp_path / name) as store:
            store.admit(NS, [turn(1)], now=NOW)
        assert (tmp_path / name).stat().st_size > 0
        with SqliteStore.open(tmp_path / name, create=False) as store:
            assert len(store.history(NS)) == 1


def test_read_only_reads_and_writes_nothing(path: Path) -> None:
    """Opened for reading only, everything can be read and nothing written, with the mend in the message."""
    _filled(path).close()
    before = path.read_bytes()
    with SqliteStore.open(path, read_only=True) as store:
        assert len(store.history(NS)) == 3
        assert store.check() == []
        for write in (
            lambda: store.admit(NS, [turn(9)], now=NOW),
            lambda: store.forget(NS, Selection(everything=True), now=NOW),
            lambda: store.set_setting("a", "b"),
        ):
            with pytest.raises(StoreUnavailable, match="only be read"):
                write()
    assert path.read_bytes() == before


def test_a_full_disk_loses_nothing(path: Path) -> None:
    """When the file may not grow, the call fails as a whole, says so, and all from before is there."""
    with SqliteStore.open(path) as store:
        store.admit(NS, turns(3), now=NOW)
        pages = store._db._connection.execute("PRAGMA page_count").fetchone()[0]
        store._db._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreUnavailable, match="full"):
            store.admit(NS, [turn(n, "x" * 10_000) for n in range(10, 40)], now=NOW)
        assert [i.id for i in store.history(NS)] == ["turn-1", "turn-2", "turn-3"]
        store._db._connection.execute("PRAGMA max_page_count = 1000000")
        assert store.admit(NS, [turn(n) for n in range(10, 40)], now=NOW).seq == 2
        assert store.check() == []


@pytest.mark.parametrize("keep", [100, 4096, 20_000])
def test_a_truncated_store_is_told(path: Path, keep: int) -> None:
    """A store cut short is refused or found unsound; it is never taken for a sound one."""
    _filled(path).close()
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises((StoreCorrupt, NotAGraphMemStore), match=path.name), SqliteStore.open(path) as store:
        raise StoreCorrupt(f"{path}: {store.check()[0]}")  # opened, then: what the check finds


def test_damage_is_found(path: Path) -> None:
    """A row that refers to nothing, or a rule that is broken, is found by the check, in words."""
    store = _filled(path)
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM vector")
    connection.execute("UPDATE fact SET at = 5 WHERE predicate = 'works_at'")
    connection.execute("UPDATE namespace SET seq = 0, arrivals = 1")
    connection.commit()
    found = "; ".join(store.check())
    for said in ("without a vector", "earliest interaction", "change counter", "fewer arrivals"):
        assert said in found
    connection.execute("DELETE FROM entity WHERE name = 'Ada'")
    connection.commit()
    connection.close()
    assert "2 rows of mention refer to a missing entity" in "; ".join(store.check())
    store.close()


def test_a_lock_held_too_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When another process keeps writing, the call gives up after a while and says so; then it works."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store = _filled(path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="try again"):
        store.admit(NS, [turn(9)], now=NOW)
    assert len(store.history(NS)) == 3  # readers do not wait for writers
    holder.execute("ROLLBACK")
    holder.close()
    assert store.admit(NS, [turn(9)], now=NOW).new == ("turn-9",)
    store.close()


def test_a_closed_store_says_so(path: Path) -> None:
    """Closing twice is nothing; using it afterwards is an error that says what to do."""
    store = _filled(path)
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        store.history(NS)
    with pytest.raises(StoreUnavailable, match="closed"):
        store.admit(NS, [turn(9)], now=NOW)


def test_a_backup_is_whole_and_checked(path: Path, tmp_path: Path) -> None:
    """A backup opens as a store with the same content, though the store is in use; nothing is overwritten."""
    store = _filled(path)
    store.backup(tmp_path / "copy.db")
    with SqliteStore.open(tmp_path / "copy.db", create=False) as copy:
        assert copy.changes(NS, since=0).seq == store.seq(NS)
        assert copy.history(NS) == store.history(NS)
        assert copy.facts(NS) == store.facts(NS)
    before = (tmp_path / "copy.db").read_bytes()
    with pytest.raises(InvalidInput, match="exists already"):
        store.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_bytes() == before
    with pytest.raises(StoreUnavailable):
        store.backup(tmp_path / "none" / "copy.db")
    store.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.db", "memory.db"]


def test_a_reader_of_a_restored_backup_starts_again(path: Path, tmp_path: Path) -> None:
    """Whoever knows a higher seq than an older copy has is told to start again."""
    store = _filled(path)
    store.backup(tmp_path / "copy.db")
    store.admit(NS, [turn(9)], now=NOW)
    ahead = store.seq(NS)
    store.close()
    with SqliteStore.open(tmp_path / "copy.db") as copy:
        page = copy.changes(NS, since=ahead)
        assert page.reset
        assert {i.id for i in page.interactions} == {"turn-1", "turn-2", "turn-3"}


def test_commits_are_durable_and_deletions_overwrite(path: Path) -> None:
    """The connection runs with WAL, full sync, foreign keys and secure deletion."""
    store = SqliteStore.open(path)

    def pragma(name: str) -> object:
        return store._db._connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert (pragma("journal_mode"), pragma("synchronous")) == ("wal", 2)
    assert (pragma("foreign_keys"), pragma("secure_delete"), pragma("temp_store")) == (1, 1, 2)
    assert pragma("busy_timeout") == 30_000
    assert pragma("application_id") == int.from_bytes(b"GMEM", "big")
    store.close()


def test_many_open_a_new_file_at_once(path: Path) -> None:
    """Several that make one store at the same moment all get it, and it is made once."""
    failures: list[BaseException] = []
    gate = threading.Barrier(6)

    def opened(n: int) -> None:
        try:
            gate.wait()
            with SqliteStore.open(path) as store:
                store.admit(NS, [turn(n)], now=NOW)
        except BaseException as err:  # noqa: BLE001 # shown by the assertion below
            failures.append(err)

    threads = [threading.Thread(target=opened, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert SqliteBackdoor(path).count("Interaction", NS) == 6


def test_in_memory(path: Path) -> None:
    """`:memory:` is a store that ends with its connection and writes no file."""
    with SqliteStore.open(":memory:") as store:
        store.admit(NS, turns(2), now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert store.location == ":memory:"
        assert [i.id for i in store.history(NS)] == ["turn-2"]
        assert store.check() == []
    with SqliteStore.open(":memory:") as store:
        assert store.namespaces() == []
    assert list(path.parent.iterdir()) == []


def test_a_batch_that_fails_half_way_leaves_nothing(path: Path) -> None:
    """An error in the last part of a batch undoes the parts before it."""
    store = SqliteStore.open(path)
    store.admit(NS, turns(1), now=NOW)
    told = about_ada("turn-1")
    broken = VectorRow("turn-1", np.ones((2, 2), np.float32), np.ones((0, 2), np.float32))
    with pytest.raises(InvalidInput, match="shape"):
        store.save(NS, Batch(entities=told.entities, mentions=told.mentions, vectors=[broken]), now=NOW)
    assert store.entities(NS) == []
    assert store.seq(NS) == 1
    store.close()
