"""Predicate families: what kind of happening or state a relation tells of (acquire, travel, residence, health ...).

A family types facts: "bought", "picked_up" and "got" are one kind of thing to a question that asks what somebody
acquired. The words are data (`data/families.toml`); a reader's own file in the same form adds to them. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from graphmem.text.tables import Table, read_tables
from graphmem.text.verbs import gerund, participles, past, third_person

__all__ = ["Families", "family_of", "shipped_families"]

_Words = Mapping[str, tuple[str, ...]]
_PARTS = ("verbs", "nouns", "adjectives")
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
        tables = read_tables("families.toml", paths, parts=frozenset(_PARTS))
        verbs, nouns, adjectives = (_forms(tables, part) for part in _PARTS)
        return cls(tuple(tables), verbs, nouns, adjectives)

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


def _forms(tables: Table, part: str) -> _Words:
    inflected = {"verbs": _verb_forms, "nouns": _noun_forms, "adjectives": _as_is}[part]
    found: dict[str, list[str]] = {}
    for name, parts in tables.items():
        for word in parts.get(part, ()):
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
