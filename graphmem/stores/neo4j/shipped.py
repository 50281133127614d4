"""The statements that are shipped: most for every server, a few in two dialects, chosen once at connection."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from graphmem.stores.statements import CYPHER, Statement, load_statements

__all__ = ["DIALECTS", "Dialect", "cypher_folder", "dialect_of", "shipped_statements", "statements_in"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A folder of statements under `cypher/search/`, and the first server that understands them.

    `indexed` are the properties that the vector index is on in this dialect.
    """

    folder: str
    since: tuple[int, int]
    indexed: tuple[str, ...]


#: The newest first; each has the same statements, under the same names, with the same columns.
DIALECTS = (
    Dialect("clause", (2026, 2), ("embedding", "namespace")),
    Dialect("procedure", (5, 26), ("embedding",)),
)


def dialect_of(agent: str) -> Dialect:
    """Return the dialect of a server by what it calls itself; the oldest where that says no version.

    >>> dialect_of("Neo4j/2026.09.0").folder, dialect_of("Neo4j/5.26.30").folder, dialect_of("somebody").folder
    ('clause', 'procedure', 'procedure')
    """
    named = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    version = (int(named[1]), int(named[2])) if named else (0, 0)
    return next((dialect for dialect in DIALECTS if version >= dialect.since), DIALECTS[-1])


def cypher_folder() -> Traversable:
    """Return where the statements are: in the package when it is installed, beside it in a checkout."""
    packaged = files("graphmem") / "cypher"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "cypher"


@cache
def shipped_statements() -> Mapping[str, Statement]:
    """Return every statement that all servers understand, by name, read once."""
    return load_statements(cypher_folder(), language=CYPHER)


@cache
def statements_in(dialect: Dialect) -> Mapping[str, Statement]:
    """Return every statement of the store by name, as a server of this dialect is told them."""
    own = load_statements(cypher_folder() / "search" / dialect.folder, language=CYPHER)
    return MappingProxyType({**shipped_statements(), **own})
