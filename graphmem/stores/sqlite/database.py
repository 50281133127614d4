"""One SQLite connection: how it is opened and refused, its transactions, and named statements run on it."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from graphmem.errors import InvalidInput, NotAGraphMemStore, StoreError, StoreUnavailable
from graphmem.stores.sqlite.failures import translated
from graphmem.stores.statements import SQL, Statement, load_statements

__all__ = [
    "APPLICATION_ID",
    "MEMORY",
    "Database",
    "Row",
    "Transaction",
    "open_database",
    "shipped_statements",
    "use_wal",
]

log = logging.getLogger(__name__)

#: "GMEM", in the header of every store, so that other programs' databases are told apart.
APPLICATION_ID = int.from_bytes(b"GMEM", "big")
MEMORY = ":memory:"
#: Seconds to wait for another process' transaction: ours are short, so this is a lot of them.
BUSY_SECONDS = 30.0

Row = tuple[Any, ...]

_MAGIC = b"SQLite format 3\x00"
_APPLICATION_ID_AT = slice(68, 72)  # sqlite.org/fileformat.html, section 1.3
_SET_UP = ("use_foreign_keys", "use_secure_delete", "use_full_sync", "use_memory_for_temporaries", "use_cache")


@cache
def shipped_statements() -> Mapping[str, Statement]:
    """Return every statement of the store by name, read once."""
    return load_statements(files("graphmem.stores.sqlite") / "sql", language=SQL)


class Transaction:
    """A write transaction that runs; `abandon` has it undone at its end, without an error."""

    def __init__(self) -> None:
        self.abandoned = False

    def abandon(self) -> None:
        """Undo everything when the transaction ends: there was nothing to write."""
        self.abandoned = True


class Database:
    """A connection and its lock. Statements are run by name; the driver's errors come out translated."""

    def __init__(self, connection: sqlite3.Connection, *, location: str, read_only: bool = False) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._statements = shipped_statements()
        self.location = location
        self.read_only = read_only

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Run a write transaction, alone in this process and, from its start, among all processes."""
        with self._lock:
            self._run("begin_write")
            transaction = Transaction()
            try:
                yield transaction
                self._run("rollback" if transaction.abandoned else "commit")
            except BaseException:
                self._roll_back()
                raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Run reads on one state of the store, whatever others write meanwhile."""
        with self._lock:
            self._run("begin_read")
            try:
                yield
            finally:
                self._roll_back()

    def read(self, name: str, /, **params: object) -> list[Row]:
        """Return all rows of a statement, in its order."""
        with self._lock:
            return self._run(name, params)

    def value(self, name: str, /, **params: object) -> Any:
        """Return the first column of the first row, None where there is no row."""
        rows = self.read(name, **params)
        return rows[0][0] if rows else None

    def write(self, name: str, /, **params: object) -> list[Row]:
        """Run a statement that writes, and return its rows, if it has any."""
        return self.read(name, **params)

    def write_many(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run a statement that writes once for each row of parameters."""
        statement = self._statements[name]
        with self._lock:
            try:
                self._connection.executemany(statement.text, rows)
            except sqlite3.Error as err:
                raise translated(err, where=f"{self.location}: {statement}") from err

    def changed(self) -> int:
        """Return how many rows this connection has inserted, changed or deleted since it was opened."""
        return self._connection.total_changes

    def version(self) -> int:
        """Return the version of the schema, 0 in an empty database."""
        return int(self.value("user_version"))

    def run_script_statement(self, text: str, *, where: str) -> None:
        """Run one statement of a migration."""
        try:
            self._connection.execute(text)
        except sqlite3.Error as err:
            raise translated(err, where=f"{self.location}: {where}") from err

    def empty_log(self) -> None:
        """Move the write-ahead log into the database and cut it to nothing, so that deleted text is not left in it."""
        busy, *_ = self.write("truncate_wal")[0]
        if busy:
            log.warning("the log of %s could not be emptied while others read it; the next close does", self.location)

    def copy_to(self, path: Path) -> None:
        """Copy the present state to a new file."""
        with self._lock:
            try:
                target = sqlite3.connect(path)
                try:
                    self._connection.backup(target)
                finally:
                    target.close()
            except sqlite3.Error as err:
                raise translated(err, where=f"backup of {self.location} to {path}") from err

    def close(self) -> None:
        """Close the connection; twice is a no-op."""
        with self._lock:
            self._connection.close()

    def _run(self, name: str, params: Mapping[str, object] | None = None) -> list[Row]:
        statement = self._statements[name]
        try:
            return self._connection.execute(statement.text, params or {}).fetchall()
        except sqlite3.Error as err:
            raise translated(err, where=f"{self.location}: {statement}") from err

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # the error that led here is the one to tell
            if self._connection.in_transaction:
                self._connection.execute(self._statements["rollback"].text)


def open_database(path: str | Path, *, create: bool, read_only: bool) -> Database:
    """Open a file (or `:memory:`), refusing what is not ours before anything is written to it.

    Raises:
        InvalidInput: the path cannot be one.
        StoreUnavailable: there is no such file and `create` is false, or it cannot be opened.
        NotAGraphMemStore: it holds something else.
    """
    if str(path) == MEMORY:
        return _set_up(Database(_connect(f"file:{MEMORY}"), location=MEMORY))
    file = _usable(path)
    if not file.exists() and (read_only or not create):
        raise StoreUnavailable(f"{file}: there is no such file; check the path, or let the store be created")
    _refuse_foreign_header(file)
    mode = "ro" if read_only else "rwc" if create else "rw"
    database = Database(
        _connect(f"{file.absolute().as_uri()}?mode={mode}", where=str(file)), location=str(path), read_only=read_only
    )
    try:
        return _set_up(_readable(database, file=file))
    except BaseException:
        database.close()
        raise


def _usable(path: str | Path) -> Path:
    if not str(path).strip() or "\x00" in str(path):
        raise InvalidInput(f"{str(path)!r} cannot be a path; name a file, or {MEMORY!r} for a store that is not kept")
    file = Path(path).expanduser()
    try:
        file.exists()
    except OSError as err:
        raise InvalidInput(f"{str(path)[:60]!r}... cannot be a path ({err.strerror}): name a file") from err
    return file


def _connect(uri: str, *, where: str = MEMORY) -> sqlite3.Connection:
    try:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as err:
        raise translated(err, where=where) from err


def _refuse_foreign_header(file: Path) -> None:
    """Read the header without SQLite, which might replay another program's journal."""
    try:
        with file.open("rb") as stream:
            header = stream.read(100)
    except FileNotFoundError:
        return
    except OSError as err:
        raise StoreUnavailable(f"{file}: it cannot be read as a file ({err.strerror}); check the path") from err
    if not header or file.with_name(file.name + "-journal").exists():
        return  # empty, or a creation that was cut off: SQLite knows what to do, and it is checked again afterwards
    if not header.startswith(_MAGIC):
        raise NotAGraphMemStore(f"{file}: it is not a graphmem store; it was left as it is: choose another path")
    if int.from_bytes(header[_APPLICATION_ID_AT], "big") != APPLICATION_ID:
        raise NotAGraphMemStore(
            f"{file}: it is another program's SQLite database; it was left as it is: choose another path"
        )


def _readable(database: Database, *, file: Path) -> Database:
    """Return a database that answers; one in a folder that must not be written is opened as unchanging."""
    try:
        database.version()
    except StoreUnavailable:
        if not database.read_only or file.with_name(file.name + "-wal").exists():
            raise
        database.close()
        unchanging = _connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", where=str(file))
        database = Database(unchanging, location=database.location, read_only=True)
        database.version()
    return database


def _set_up(database: Database) -> Database:
    empty = not database.value("count_tables")
    if not empty and database.value("application_id") != APPLICATION_ID:
        raise NotAGraphMemStore(
            f"{database.location}: it is another program's SQLite database; it was left as it is: choose another path"
        )
    for name in _SET_UP:
        database.write(name)
    return database


def use_wal(database: Database, *, seconds: float = BUSY_SECONDS) -> None:
    """Switch to the write-ahead log; SQLite does not wait for other openers here, so we do, as long as for a lock."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            database.write("use_wal")
        except StoreUnavailable as err:
            if time.monotonic() >= deadline:
                raise StoreError(
                    f"{database.location}: the write-ahead log could not be switched on; close other programs"
                ) from err
            time.sleep(0.05)
        else:
            return
