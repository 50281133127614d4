"""Predicate families: what kind of happening or state a relation tells of (acquire, travel, residence, health ...).

A family types facts: "bought", "picked_up" and "got" are one kind of thing to a question that asks what somebody
acquired. The words are data (`data/families.toml`); a reader's own file in the same form adds to them. Pure.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from graphmem.errors import InvalidInput
from graphmem.text.verbs import gerund, participles, past, third_person

__all__ = ["Families", "family_of", "shipped_families"]

_Words = Mapping[str, tuple[str, ...]]
_PARTS = ("verbs", "nouns", "adjectives")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST = 3


@dataclass(frozen=True)
class Families:
    """Families by the word forms that tell of them; a phrase is a form whose words are joined by `_`.

    Args:
        names: of all families, in the order of their files.
        verbs, nouns, adjectives: families by form, in that order; verbs hold every inflection, nouns the plurals.
    """

    names: tuple[str, ...] = ()
    verbs: _Words = field(default_factory=dict)
    nouns: _Words = field(default_factory=dict)
    adjectives: _Words = field(default_factory=dict)

    @classmethod
    def load(cls, *paths: Path) -> "Families":
        """Return the shipped families, with those of the caller's files added.

        A file is TOML: a table a family, with `verbs`, `nouns` and `adjectives`, each base forms between blanks. A
        family that exists already gains words.

        Raises: InvalidInput: a file that can't be read, or isn't of this form.
        """
        ours = resources.files("graphmem.text").joinpath("data", "families.toml").read_text(encoding="utf-8")
        tables = [_table(ours, "families.toml"), *(_table(_read(path), str(path)) for path in paths)]
        names = tuple(dict.fromkeys(name for table in tables for name in table))
        verbs, nouns, adjectives = (_forms(names, tables, part) for part in _PARTS)
        return cls(names, verbs, nouns, adjectives)

    def of(self, predicate: str) -> str | None:
        """Return the family of a predicate in lower snake case, None where none is known.

        The first of its words that has a family decides, phrases before words: verbs, then adjectives, then nouns.
        """
        words = predicate.lower().split("_")
        for known in (self.verbs, self.adjectives, self.nouns):
            for start in range(len(words)):
                for end in range(min(len(words), start + _LONGEST), start, -1):
                    found = known.get("_".join(words[start:end]))
                    if found:
                        return found[0]
        return None


@cache
def shipped_families() -> Families:
    """Return the families that come with the library."""
    return Families.load()


@lru_cache(maxsize=10_000)
def family_of(predicate: str) -> str | None:
    """Return the family of a fact's predicate, None where none is known.

    >>> [family_of(p) for p in ("works_at", "moved_to", "picked_up", "was_born_in", "resembles")]
    ['work', 'residence', 'acquire', 'origin', None]
    """
    return shipped_families().of(predicate)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as err:
        raise InvalidInput(f"families in {path} can't be read: {err}") from err


def _table(text: str, path: str) -> dict[str, dict[str, str]]:
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise InvalidInput(f"families in {path} are no TOML: {err}") from err
    for name, parts in told.items():
        sound = isinstance(parts, dict) and all(k in _PARTS and isinstance(v, str) for k, v in parts.items())
        if not (sound and _NAME.fullmatch(name)):
            raise InvalidInput(f"[{name}] in {path}: a family is a lower-case word with {', '.join(_PARTS)} as texts")
    return told


def _forms(names: Iterable[str], tables: Iterable[Mapping[str, Mapping[str, str]]], part: str) -> _Words:
    inflected = {"verbs": _verb_forms, "nouns": _noun_forms, "adjectives": _as_is}[part]
    found: dict[str, list[str]] = {}
    for name in names:
        for table in tables:
            for word in table.get(name, {}).get(part, "").lower().split():
                for form in inflected(word):
                    found.setdefault(form, []).append(name)
    return {form: tuple(dict.fromkeys(families)) for form, families in found.items()}


def _verb_forms(word: str) -> Iterator[str]:
    """The forms of a verb; of a phrase, its first word is inflected."""
    verb, _, rest = word.partition("_")
    tail = f"_{rest}" if rest else ""
    doing = gerund(verb)
    for form in (verb, third_person(verb), past(doing, lemma=verb), doing, *participles(verb)):
        yield form + tail


def _noun_forms(word: str) -> Iterator[str]:
    yield word
    yield third_person(word)  # plurals are spelt by the same rule


def _as_is(word: str) -> Iterator[str]:
    yield word
