"""Raw reads that bypass a store, so that it cannot vouch for itself."""

import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Protocol

from graphmem.stores.statements import SQL, load_statements

__all__ = ["Backdoor", "Label", "SqliteBackdoor"]

Label = Literal[
    "Session", "Interaction", "Entity", "Fact", "Vector", "Ruling", "Node", "MENTIONS", "ASSERTS", "SYNONYM_OF", "Link"
]  # fmt: skip


class Backdoor(Protocol):
    """What the contract suite reads of a store without asking it."""

    def count(self, label: Label, namespace: str) -> int:
        """Return how many nodes of a label, or relationships of a type, a namespace has; 0 where there is none."""

    def raw_text(self, namespace: str, id_: str) -> str | None:
        """Return the text of an interaction as it is stored."""

    def namespaces(self) -> list[str]:
        """Return the names of all namespaces, sorted."""

    def torn(self) -> int:
        """Return how many rows refer to something that is not there."""

    def duplicates(self) -> int:
        """Return how many ids are there more than once within their namespace."""

    def holds(self, text: str) -> bool:
        """Return whether these characters are anywhere in what the store has on disk."""


class SqliteBackdoor:
    """The back door of a store on one SQLite file: a connection and statements of its own, and the file's bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._statements = load_statements(files("graphmem.testing") / "sql", language=SQL)

    def count(self, label: Label, namespace: str) -> int:
        """Return how many rows of a kind a namespace has."""
        return int(self._value(f"count_{label.lower()}", namespace=namespace))

    def raw_text(self, namespace: str, id_: str) -> str | None:
        """Return the text of an interaction as it is stored."""
        found: str | None = self._value("raw_text", namespace=namespace, id=id_)
        return found

    def namespaces(self) -> list[str]:
        """Return the names of all namespaces, sorted."""
        return [row[0] for row in self._rows("namespaces")]

    def torn(self) -> int:
        """Return how many rows refer to something that is not there."""
        return int(self._value("torn"))

    def duplicates(self) -> int:
        """Return how many ids are there more than once within their namespace."""
        return int(self._value("duplicates"))

    def holds(self, text: str) -> bool:
        """Return whether these characters are in the file or in its log."""
        kept = (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-journal")))
        return any(text.encode() in file.read_bytes() for file in kept if file.exists())

    def _value(self, name: str, **params: object) -> Any:
        rows = self._rows(name, **params)
        return rows[0][0] if rows else None

    def _rows(self, name: str, **params: object) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self._path, timeout=30)
        try:
            return connection.execute(self._statements[name].text, params).fetchall()
        finally:
            connection.close()
