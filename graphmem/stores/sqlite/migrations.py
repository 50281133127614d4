"""Versioned migrations: each file one transaction, its checksum kept in the database, none ever changed afterwards."""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from graphmem.errors import NotAGraphMemStore, SchemaOutdated, SchemaTooNew, StatementError, StoreCorrupt
from graphmem.stores.sqlite.database import Database

__all__ = ["Migration", "load_migrations", "migrate", "outstanding", "shipped_migrations", "split_script"]

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number from 1, its name, its script, and the sha256 of the script."""

    version: int
    name: str
    script: str

    @property
    def checksum(self) -> str:
        """The sha256 of the script, in hexadecimal."""
        return hashlib.sha256(self.script.encode()).hexdigest()


def load_migrations(folder: Traversable) -> tuple[Migration, ...]:
    """Read `NNNN_name.sql` files in order.

    Raises: StatementError: a file of another name, a gap in the numbers, or a script that does not set `user_version`
        to its own number as its last act.
    """
    found: list[Migration] = []
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        named = _NAME.fullmatch(file.name)
        if named is None or int(named[1]) != len(found) + 1:
            raise StatementError(
                f"{file.name}: migrations are numbered 0001_name.sql, 0002_name.sql, ... without a gap"
            )
        script = file.read_text(encoding="utf-8")
        if not script.rstrip().endswith(f"PRAGMA user_version = {int(named[1])};"):
            raise StatementError(f"{file.name}: a migration ends with 'PRAGMA user_version = {int(named[1])};'")
        found.append(Migration(int(named[1]), named[2], script))
    return tuple(found)


@cache
def shipped_migrations() -> tuple[Migration, ...]:
    """Return the migrations of this version of graphmem, read once."""
    return load_migrations(files("graphmem.stores.sqlite") / "sql" / "migrations")


def split_script(script: str) -> list[str]:
    """Split a script into statements where SQLite's own tokenizer says that one is complete."""
    statements: list[str] = []
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        if ";" in line and sqlite3.complete_statement("\n".join(lines)):
            statements.append("\n".join(lines).strip())
            lines = []
    if any(line.strip() and not line.lstrip().startswith("--") for line in lines):
        raise StatementError(f"a migration's last statement lacks its semicolon: {lines[-1]!r}")
    return statements


def outstanding(database: Database, migrations: Sequence[Migration]) -> list[Migration]:
    """Return the migrations that the store lacks, in order.

    Raises:
        SchemaTooNew: a newer graphmem wrote the store.
        StoreCorrupt: its record of migrations is incomplete.
        NotAGraphMemStore: it records a migration that is not one of these.
    """
    version = database.version()
    if version > len(migrations):
        raise SchemaTooNew(
            f"{database.location}: its schema is version {version}, this graphmem knows {len(migrations)}; upgrade "
            "graphmem to open it"
        )
    if version:
        _check_recorded(database, migrations[:version])
    return list(migrations[version:])


def migrate(database: Database, migrations: Sequence[Migration], *, allowed: bool = True) -> None:
    """Bring the schema up to the last of the migrations; what is up to date is only checked.

    An empty database is given its schema in any case: there is nothing in it that could be left alone.

    Raises:
        SchemaTooNew: a newer graphmem wrote the store.
        SchemaOutdated: it is older, and open for reading only, or not to be changed.
        NotAGraphMemStore: it records a migration that is not one of these.
    """
    lacking = outstanding(database, migrations)
    new = len(lacking) == len(migrations)
    if lacking and (database.read_only or not (allowed or new)):
        raise SchemaOutdated(
            f"{database.location}: its schema is version {len(migrations) - len(lacking)} of {len(migrations)}; run "
            "`graphmem migrate`, or open it once without read_only and with migrate=True"
        )
    for migration in lacking:
        _apply(database, migration)
    _check_recorded(database, migrations)


def _apply(database: Database, migration: Migration) -> None:
    with database.writing():
        if database.version() >= migration.version:  # another process was faster, or it is an old one
            return
        for statement in split_script(migration.script):
            database.run_script_statement(statement, where=f"migration {migration.version:04d}_{migration.name}")
        database.write("add_migration", version=migration.version, name=migration.name, checksum=migration.checksum)


def _check_recorded(database: Database, migrations: Sequence[Migration]) -> None:
    recorded = [tuple(row) for row in database.read("migrations")]
    if len(recorded) != len(migrations):
        raise StoreCorrupt(f"{database.location}: its record of migrations is incomplete; restore a backup")
    for migration, row in zip(migrations, recorded, strict=True):
        if row != (migration.version, migration.name, migration.checksum):
            raise NotAGraphMemStore(
                f"{database.location}: migration {row[0]} ({row[1]}) was run in another form than this graphmem's "
                f"{migration.name}; open it with the version that wrote it, export, and import here"
            )
