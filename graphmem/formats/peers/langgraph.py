"""LangGraph's stores: items as `Item.dict()` writes them, rows of its Postgres table, the file of its SQLite store."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from graphmem.errors import FormatError, InvalidInput
from graphmem.formats.items import Problem
from graphmem.formats.peers.reading import instant, records, required
from graphmem.formats.peers.values import Found, Lost, OldItem
from graphmem.formats.source import TextSource

__all__ = ["is_sqlite", "read_langgraph_store", "read_langgraph_table"]

_ROWS = (Path(__file__).parent / "sql" / "langgraph_rows.sql").read_text(encoding="utf-8")
_LOST = Lost("times to live: set them again where they are wanted")


def read_langgraph_store(source: TextSource) -> Iterator[Found]:
    """Yield the items of a list, of JSON Lines, or of an object's `items`."""
    for part in records(source, lists=("items",)):
        if isinstance(part, Problem):
            yield part
        else:
            yield from _told(part[1], name=source.name, line=part[0])


def is_sqlite(path: Path) -> bool:
    """Tell whether a file is a SQLite database."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def read_langgraph_table(path: Path) -> Iterator[Found]:
    """Yield the items of the file of LangGraph's SQLite store, which is only read.

    Raises:
        FormatError: it holds no such table.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_ROWS)
            names = [column[0] for column in rows.description]
            for number, row in enumerate(rows, 1):
                yield from _told(dict(zip(names, row, strict=True)), name=path.name, line=number)
    except sqlite3.Error as err:
        raise FormatError(f"{path} is no file of LangGraph's SQLite store: {err}") from err


def _told(record: Mapping[str, Any], *, name: str, line: int) -> Iterator[Found]:
    try:
        yield _item(record, line=line)
    except InvalidInput as err:
        yield Problem(name, line, str(err))
        return
    if record.get("expires_at") is not None or record.get("ttl_minutes") is not None:
        yield _LOST


def _item(record: Mapping[str, Any], *, line: int) -> OldItem:
    value = record.get("value")
    if isinstance(value, str | bytes):
        try:
            value = json.loads(value)
        except ValueError as err:
            raise InvalidInput(f"value is no JSON: {err}") from err
    if not isinstance(value, Mapping):
        raise InvalidInput("value must be an object")
    return OldItem(
        path=_path(record),
        key=required(record, "key"),
        value=value,
        created_at=instant(record, "created_at"),
        updated_at=instant(record, "updated_at"),
        line=line,
    )


def _path(record: Mapping[str, Any]) -> tuple[str, ...]:
    path = record.get("namespace")
    if path is None and isinstance(record.get("prefix"), str):
        path = record["prefix"].split(".")
    if not isinstance(path, list) or not path or not all(isinstance(label, str) and label for label in path):
        raise InvalidInput("namespace must be a list of labels (or prefix: labels joined by periods)")
    return tuple(path)
