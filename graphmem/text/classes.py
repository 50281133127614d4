"""Words by what they mean: topical files, shares of use and classes, out of a table compiled from WordNet 3.0. Pure.

The table (`data/classes.txt.xz`, made by `pipelines.build_classes`) is unpacked at the first question; a line is read
when its word is first met. WordNet: Miller, Communications of the ACM 38, 1995; notice: `data/LICENSE-WORDNET`.
"""

import lzma
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

__all__ = ["ClassTable", "Part", "Sense", "Word", "shipped_classes"]

Part = Literal["noun", "verb"]
#: Endings of inflected forms and what stands in their place in the base (WordNet's rules of detachment).
_ENDINGS: Mapping[Part, Sequence[tuple[str, str]]] = {
    "noun": (
        ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
        ("men", "man"), ("ies", "y"),
    ),
    "verb": (("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")),
}  # fmt: skip
_DOUBLES = frozenset("bdgklmnprt")
_WHOLE = 15


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a word.

    Args:
        lexfile: WordNet's topical file ("noun.food", "verb.motion").
        share: of the word's uses, in (0, 1], as far as the table keeps them; they sum to about 1.
        classes: those classes of the table (`sport.n.01`) that the meaning is below, or is.
    """

    lexfile: str
    share: float
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as a noun or as a verb.

    Args:
        lemma: base form, phrases joined by `_`.
        uses: how often it was met in WordNet's sense-tagged texts, at most 99.
        proper: it is a name only, and written with a capital.
        senses: at most three, the commonest first.
    """

    lemma: str
    uses: int
    proper: bool
    senses: tuple[Sense, ...]


class ClassTable:
    """The compiled table, by form and part of speech.

    Attributes:
        lexfiles: names of all topical files.
        names: of all classes.
    """

    def __init__(self, text: str) -> None:
        files, names, sets, nouns, verbs, *lines = text.splitlines()
        self.lexfiles, self.names = tuple(files.split()), tuple(names.split())
        self._sets = [frozenset(self.names[int(n)] for n in s.split(",") if n) for s in sets.split(";")]
        self._irregular: Mapping[Part, Mapping[str, str]] = {"noun": _pairs(nouns), "verb": _pairs(verbs)}
        self._lines = lines
        self.openings = frozenset(line.partition("_")[0] for line in lines if "_" in line.partition("|")[0])

    def phrases(self) -> Iterator[str]:
        """Yield the forms of several words that the table holds; those that a rule inflects are not among them."""
        yield from (form for form in (line.partition("|")[0] for line in self._lines) if "_" in form)
        yield from (form for forms in self._irregular.values() for form in forms if "_" in form)

    def find(self, form: str, part: Part) -> Word | None:
        """Return a word by one of its forms in lower case, phrases joined by `_`; None where it isn't known so.

        Where a form belongs to several words ("shoes", "shoe"), it is the one that is used most.

        >>> [shipped_classes().find(form, "noun").lemma for form in ("shoes", "children", "golden_retrievers")]
        ['shoe', 'child', 'golden_retriever']
        """
        irregular = self._irregular[part].get(form)
        lemmas = (form, irregular) if irregular else (form, *_bases(form, part))
        found = [word for word in (self._known(lemma, part) for lemma in lemmas) if word]
        return max(found, key=lambda word: word.uses, default=None)

    def _known(self, lemma: str, part: Part) -> Word | None:
        fields = self._fields(lemma)
        place = 1 if part == "noun" else 2
        return self._word(lemma, fields[place]) if len(fields) > place and fields[place] else None

    def _fields(self, lemma: str) -> list[str]:
        place = bisect_left(self._lines, f"{lemma}|")
        line = self._lines[place] if place < len(self._lines) else ""
        return line.split("|") if line.startswith(f"{lemma}|") else []

    def _word(self, lemma: str, told: str) -> Word:
        uses, *senses = told.removeprefix("^").split(" ")
        return Word(lemma, int(uses), told.startswith("^"), tuple(map(self._sense, senses)))

    def _sense(self, told: str) -> Sense:
        file, share, *set_ = told.split(":")
        return Sense(self.lexfiles[int(file)], int(share) / _WHOLE, self._sets[int(set_[0]) if set_ else 0])


@cache
def shipped_classes() -> ClassTable:
    """Return the table that comes with the library, unpacked once."""
    packed = resources.files("graphmem.text").joinpath("data", "classes.txt.xz").read_bytes()
    return ClassTable(lzma.decompress(packed).decode("utf-8"))


def _pairs(told: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in told.split())


def _bases(form: str, part: Part) -> list[str]:
    found: list[str] = []
    for ending, base in _ENDINGS[part]:
        stem = form.removesuffix(ending)
        if stem != form and len(stem) > 1:
            found.append(stem + base)
            if part == "verb" and ending in ("ed", "ing") and not base and _is_doubled(stem):
                found.append(stem[:-1])
    return found


def _is_doubled(stem: str) -> bool:
    return len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in _DOUBLES
