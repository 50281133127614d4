"""Versioned migrations: each file one transaction, its checksum kept in the database, none ever changed afterwards."""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from graphmem.errors import StatementError, StoreCorrupt
from graphmem.stores.sqlite.database import Database
from graphmem.stores.steps import Step, refuse_newer, refuse_older, refuse_other

__all__ = ["Migration", "load_migrations", "migrate", "outstanding", "shipped_migrations", "split_script"]

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration(Step):
    """One step of the schema, and the script that takes it."""

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
    with database.reading():  # others may be migrating: a version and a record of different moments do not agree
        version = database.version()
        refuse_newer(database.location, version=version, known=len(migrations))
        recorded = database.read("migrations") if version else []
    if len(recorded) != version:
        raise StoreCorrupt(f"{database.location}: its record of migrations is incomplete; restore a backup")
    for migration, row in zip(migrations, recorded, strict=False):
        refuse_other(database.location, recorded=tuple(row), step=migration, checksum=migration.checksum)
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
    refuse_older(
        database.location,
        lacking=len(lacking),
        known=len(migrations),
        read_only=database.read_only,
        allowed=allowed,
    )
    for migration in lacking:
        _apply(database, migration)
    if lacking:
        outstanding(database, migrations)


def _apply(database: Database, migration: Migration) -> None:
    with database.writing():
        if database.version() >= migration.version:  # another process was faster, or it is an old one
            return
        for statement in split_script(migration.script):
            database.run_script_statement(statement, where=f"migration {migration.id}")
        database.write("add_migration", version=migration.version, name=migration.name, checksum=migration.checksum)
