"""The one place where the driver's errors become ours; each message says what mends it."""

import sqlite3

from graphmem.errors import NotAGraphMemStore, StoreCorrupt, StoreError, StoreUnavailable

__all__ = ["translated"]

#: SQLite's primary result codes (sqlite.org/rescode.html) that mean something to a person.
_BY_CODE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreUnavailable, "another process is writing and did not finish in time; try again"),
    sqlite3.SQLITE_LOCKED: (StoreUnavailable, "the database is locked by another use of it; try again"),
    sqlite3.SQLITE_FULL: (
        StoreUnavailable,
        "the disk, or the database's size limit, is full: nothing of this call was written; free space and repeat it",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreUnavailable,
        "the database can only be read: open it without read_only, and check that file and folder may be written",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnavailable,
        "the database cannot be opened: check that the path is a file in an existing folder you may read and write",
    ),
    sqlite3.SQLITE_IOERR: (StoreUnavailable, "the disk could not be read or written; check it and repeat the call"),
    sqlite3.SQLITE_PERM: (StoreUnavailable, "access is denied; check the permissions of the file and its folder"),
    sqlite3.SQLITE_AUTH: (StoreUnavailable, "access is denied; check the permissions of the file and its folder"),
    sqlite3.SQLITE_PROTOCOL: (StoreUnavailable, "the lock of the database could not be had in time; try again"),
    sqlite3.SQLITE_NOMEM: (StoreUnavailable, "there is not enough memory; free some, or write smaller batches"),
    sqlite3.SQLITE_NOLFS: (StoreUnavailable, "the file system does not hold files this large; move the database"),
    sqlite3.SQLITE_CORRUPT: (
        StoreCorrupt,
        "the file is damaged; restore a backup, or copy what can still be read with `sqlite3 FILE .recover`",
    ),
    sqlite3.SQLITE_NOTADB: (
        NotAGraphMemStore,
        "the file is not an SQLite database; it was left as it is: choose another path",
    ),
    sqlite3.SQLITE_TOOBIG: (StoreError, "a text or a list is larger than SQLite holds (1 GB); split it"),
    sqlite3.SQLITE_CONSTRAINT: (StoreError, "rows do not fit together; this is a defect of graphmem, please report it"),
}
_CLOSED = "closed database"


def translated(err: sqlite3.Error, *, where: str) -> StoreError:
    """Return our error for one of the driver's; raise it `from err`.

    Args:
        err: what sqlite3 raised; its extended result code decides, not its wording.
        where: the location of the store, and the statement that was run, for the message.
    """
    code = getattr(err, "sqlite_errorcode", None)
    if isinstance(code, int) and (code & 0xFF) in _BY_CODE:
        kind, mend = _BY_CODE[code & 0xFF]
        return kind(f"{where}: {mend} ({err})")
    if _CLOSED in str(err):
        return StoreUnavailable(f"{where}: the store is closed; open it again")
    return StoreError(f"{where}: {err}; if it comes again, `graphmem doctor` tells more")
