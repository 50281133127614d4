"""Small tables of words that ship with the library as TOML, and readers' own files of the same form.

A file holds tables of texts; a text is words between blanks, base forms, phrases joined by `_`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from graphmem.errors import InvalidInput

__all__ = ["Table", "joined", "read_tables"]

#: Words by the name of a table and of one of its parts.
Table = Mapping[str, Mapping[str, tuple[str, ...]]]

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def read_tables(shipped: str, paths: Sequence[Path], *, parts: frozenset[str] | None) -> Table:
    """Return the tables of a shipped file with those of the caller's files joined to them, in order of first naming.

    Args:
        shipped: the file's name in `data/`.
        paths: files of the same form.
        parts: the names a table's texts may have, None for any.
    Raises: InvalidInput: a file that can't be read, or isn't of this form.
    """
    ours = resources.files("graphmem.text").joinpath("data", shipped).read_text(encoding="utf-8")
    tables = [_table(ours, shipped, parts=parts)]
    tables += [_table(_read(path), str(path), parts=parts) for path in paths]
    return joined(tables)


def joined(tables: Sequence[Table]) -> Table:
    """Return tables as one: equally named parts hold the words of all, each once."""
    names = dict.fromkeys(name for table in tables for name in table)
    return {name: _parts([table[name] for table in tables if name in table]) for name in names}


def _parts(told: Sequence[Mapping[str, tuple[str, ...]]]) -> Mapping[str, tuple[str, ...]]:
    names = dict.fromkeys(part for parts in told for part in parts)
    return {name: tuple(dict.fromkeys(word for parts in told for word in parts.get(name, ()))) for name in names}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as err:
        raise InvalidInput(f"words in {path} can't be read: {err}") from err


def _table(text: str, path: str, *, parts: frozenset[str] | None) -> Table:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise InvalidInput(f"words in {path} are no TOML: {err}") from err
    for name, texts in told.items():
        sound = isinstance(texts, dict) and all(isinstance(words, str) for words in texts.values())
        if not sound or not _NAME.fullmatch(name) or (parts is not None and not texts.keys() <= parts):
            allowed = "texts by word" if parts is None else ", ".join(sorted(parts))
            raise InvalidInput(f"[{name}] in {path}: a table has a lower-case name and holds {allowed}")
    return {name: {part: tuple(words.lower().split()) for part, words in texts.items()} for name, texts in told.items()}
