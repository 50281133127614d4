"""Versioned migrations of the schema, and the look whether the database has what they say.

A new database gets the present schema at once; an older one the migrations that it lacks. Each migration's checksum is
kept in the database, and none is ever changed afterwards. All statements can be run twice: what was cut off goes on.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources.abc import Traversable

from graphmem.errors import StatementError, StoreError
from graphmem.stores.neo4j.graph import Graph
from graphmem.stores.neo4j.shipped import cypher_folder
from graphmem.stores.neo4j.values import instant
from graphmem.stores.statements import CYPHER, Statement, parse_statements
from graphmem.stores.steps import Step, refuse_newer, refuse_older, refuse_other

__all__ = [
    "Index",
    "Migration",
    "await_indexes",
    "indexes",
    "load_migrations",
    "migrate",
    "outstanding",
    "present_schema",
    "shipped_migrations",
]

_NAME = re.compile(r"(\d{4})_(\w+)\.cypher")
_INDEX = re.compile(
    r"CREATE (?P<kind>CONSTRAINT|RANGE INDEX|FULLTEXT INDEX) (?P<name>\w+) IF NOT EXISTS\s+FOR "
    r"(?:\(n:(?P<label>\w+)\)|\(\)-\[n:(?P<type>\w+)\]-\(\))\s+"
    r"(?:REQUIRE|ON)(?: EACH)? (?P<properties>[^O]*?)(?: IS UNIQUE|\s*OPTIONS (?P<options>.*))?\s*", re.DOTALL
)  # fmt: skip
_WAIT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Migration(Step):
    """One step of the schema, the statements that take it, and the sha256 of its file."""

    statements: tuple[Statement, ...]
    checksum: str


@dataclass(frozen=True, slots=True)
class Index:
    """An index as it should be, or is: what it is on, and whether a uniqueness constraint owns it."""

    name: str
    label: str
    properties: tuple[str, ...]
    kind: str
    constrained: bool
    analyzer: str | None = None


def load_migrations(folder: Traversable) -> tuple[Migration, ...]:
    """Read `NNNN_name.cypher` files in order.

    Raises: StatementError: a file of another name, a gap in the numbers, or statements that break their declaration.
    """
    found: list[Migration] = []
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        named = _NAME.fullmatch(file.name)
        if named is None or int(named[1]) != len(found) + 1:
            raise StatementError(
                f"{file.name}: migrations are numbered 0001_name.cypher, 0002_name.cypher, ... without a gap"
            )
        text = file.read_text(encoding="utf-8")
        statements = parse_statements(text, file=file.name, language=CYPHER)
        checksum = hashlib.sha256(text.encode()).hexdigest()
        found.append(Migration(int(named[1]), named[2], tuple(statements), checksum))
    return tuple(found)


@cache
def shipped_migrations() -> tuple[Migration, ...]:
    """Return the migrations of this version of graphmem, read once."""
    return load_migrations(cypher_folder() / "migrations")


@cache
def present_schema() -> tuple[Statement, ...]:
    """Return the statements that make the whole schema in its present form."""
    file = cypher_folder() / "schema" / "schema.cypher"
    return tuple(parse_statements(file.read_text(encoding="utf-8"), file=file.name, language=CYPHER))


def indexes(graph: Graph) -> Mapping[str, Index]:
    """Return every index of the database, ours and others', by name."""
    rows = graph.read(lambda tx: tx.rows("indexes"))
    return {
        name: Index(name, "|".join(labels or ()), tuple(properties or ()), kind, constrained, analyzer)
        for name, kind, labels, properties, analyzer, _, constrained in rows
    }


def _expected(statement: Statement) -> Index:
    """Return the index that a statement of a migration makes.

    Raises: StatementError: it makes none that we know how to verify.
    """
    told = _INDEX.fullmatch(statement.text)
    if told is None:
        raise StatementError(f"{statement}: a migration holds statements that create named indexes and constraints")
    constrained = told["kind"] == "CONSTRAINT"
    kind = "FULLTEXT" if told["kind"].startswith("FULLTEXT") else "RANGE"
    analyzer = re.search(r"'([\w-]+)'", told["options"] or "")
    properties = tuple(re.findall(r"n\.(\w+)", told["properties"]))
    return Index(
        told["name"], told["label"] or told["type"], properties, kind, constrained, analyzer[1] if analyzer else None
    )


def outstanding(graph: Graph, migrations: Sequence[Migration]) -> list[Migration]:
    """Return the migrations that the database lacks, in order.

    Raises:
        SchemaTooNew: a newer graphmem wrote the store.
        NotAGraphMemStore: it records a migration that is not one of these.
    """
    rows = graph.read(lambda tx: tx.rows("recorded_migrations"))
    refuse_newer(graph.location, version=len(rows), known=len(migrations))
    for migration, row in zip(migrations, rows, strict=False):
        refuse_other(graph.location, recorded=tuple(row), step=migration, checksum=migration.checksum)
    return list(migrations[len(rows) :])


def migrate(graph: Graph, migrations: Sequence[Migration], *, now: datetime, allowed: bool = True) -> list[Migration]:
    """Bring the schema up to the last of the migrations, and verify it; return those that were run.

    Args:
        graph: the database.
        migrations: all there are, in order.
        now: when this happens.
        allowed: whether anything may be changed.

    Raises:
        SchemaTooNew: a newer graphmem wrote the store.
        SchemaOutdated: it is older, and must not be changed (what has none at all is given one), or only be read.
        NotAGraphMemStore: it records a migration that is not one of these.
        StoreError: an index of somebody else's is in the place of one of ours.
    """
    lacking = outstanding(graph, migrations)
    refuse_older(
        graph.location, lacking=len(lacking), known=len(migrations), read_only=graph.read_only, allowed=allowed
    )
    fresh = len(lacking) == len(migrations) and tuple(migrations) == shipped_migrations()
    for statement in present_schema() if fresh else [s for m in lacking for s in m.statements]:
        graph.define(statement.text, where=str(statement))
    if lacking:
        await_indexes(graph)
    _verify(graph, migrations)
    for migration in lacking:
        _record(graph, migration, now=now)
    return lacking


def await_indexes(graph: Graph) -> None:
    """Wait until all indexes of the database are filled."""
    graph.read(lambda tx: tx.rows("wait_for_indexes", seconds=_WAIT_SECONDS))


def _record(graph: Graph, migration: Migration, *, now: datetime) -> None:
    told = {"version": migration.version, "name": migration.name, "checksum": migration.checksum}
    graph.write(lambda tx: tx.rows("add_migration", id=migration.id, now=instant(now), **told))
    graph.write(lambda tx: tx.rows("add_floor"))


def _verify(graph: Graph, migrations: Sequence[Migration]) -> None:
    """Look whether every index is there as it should be: one of another name on the same properties hides it."""
    there = indexes(graph)
    for statement in (s for m in migrations for s in m.statements):
        wanted = _expected(statement)
        found = there.get(wanted.name)
        if found == wanted:
            continue
        if found is not None:
            raise StoreError(
                f"{graph.location}: the index {wanted.name} is on {found.label} {', '.join(found.properties)} "
                f"({found.kind}) and should be on {wanted.label} {', '.join(wanted.properties)}; drop it and open again"
            )
        like = (
            i.name for i in there.values() if (i.label, set(i.properties)) == (wanted.label, set(wanted.properties))
        )
        others = ", ".join(sorted(like))
        mend = f"another is in its place ({others}): drop that" if others else f"make it again ({statement.text})"
        raise StoreError(f"{graph.location}: the index {wanted.name} is missing; {mend}, and open again")
