"""Category words and what belongs to them, and what kind of word answers a question: data, read once. Pure.

"Which sports does he do?" is answered by "went surfing": `sport` is a head of a row whose classes surfing is below.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphmem.text.tables import read_tables

__all__ = ["Anchors", "AnswerTypes", "Row", "shipped_anchors", "shipped_answer_types"]


@dataclass(frozen=True, slots=True)
class Row:
    """One category.

    Args:
        name: the category's.
        heads: nouns by which a question asks for it.
        classes: WordNet synsets (`word.pos.sense`) below which its members are.
        lexfiles: WordNet's topical files all of whose words are members.
        words: further members.
    """

    name: str
    heads: frozenset[str]
    classes: frozenset[str]
    lexfiles: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Anchors:
    """All categories, in the order of their files."""

    rows: tuple[Row, ...]

    @classmethod
    def load(cls, *paths: Path) -> "Anchors":
        """Return the shipped rows, with those of the caller's files added. InvalidInput: not of that form."""
        tables = read_tables("anchors.toml", paths, parts=frozenset({"heads", "classes", "lexfiles", "words"}))
        rows = (
            Row(name, *(frozenset(parts.get(part, ())) for part in ("heads", "classes", "lexfiles", "words")))
            for name, parts in tables.items()
        )
        return cls(tuple(rows))

    def asked_by(self, head: str) -> tuple[Row, ...]:
        """Return the categories that a head noun, in its base form, asks for."""
        return tuple(row for row in self.rows if head in row.heads)


@dataclass(frozen=True, slots=True)
class AnswerTypes:
    """WordNet's topical files of a question's answer: by question word (`who`, `how_many`), and by head noun.

    `implied`: the head noun of questions without one, by question word or by the predicate family of the verb.
    """

    asks: Mapping[str, tuple[str, ...]]
    heads: Mapping[str, tuple[str, ...]]
    implied: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, *paths: Path) -> "AnswerTypes":
        """Return the shipped types, with those of the caller's files added. InvalidInput: not of that form."""
        tables = read_tables("answer_types.toml", paths, parts=None)
        return cls(tables.get("asks", {}), tables.get("heads", {}), tables.get("implied", {}))


@cache
def shipped_anchors() -> Anchors:
    """Return the categories that come with the library."""
    return Anchors.load()


@cache
def shipped_answer_types() -> AnswerTypes:
    """Return the answer types that come with the library."""
    return AnswerTypes.load()
