"""Which hits an answer leans on: cited by id, by number, or in words of their own. Pure."""

import re
from collections.abc import Sequence

from graphmem.identity import name_key
from graphmem.model import Hit

__all__ = ["cited_in"]

#: So many words in a row, the same in both, are a quotation; so is a whole text of so many characters.
WORDS, CHARACTERS = 6, 24
#: A shorter id is no citation: it may be any word or number of the answer.
LEAST_ID = 4
_NUMBERS = re.compile(r"\[\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*\]")


def cited_in(answer: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that an answer cites, in their order.

    A hit is cited by its id (a caller's may be "7", or begin like another: it stands alone, and is no shorter than
    four characters), by its place among the hits from 1 in square brackets (`[2]`, `[1, 3]`), or by quotation: six of
    its words in a row, or all of a shorter text. Case, accents and punctuation do not matter in what is quoted.

    >>> from graphmem import Hit
    >>> texts = {"a": "Ada works at Feedzai in Porto.", "b": "No."}
    >>> hits = [Hit(type="fact", id=id_, score=1, text=text) for id_, text in texts.items()]
    >>> [h.id for h in cited_in("As noted, Ada works at Feedzai, in Porto.", hits)], cited_in("No.", hits)
    (['a'], [])
    >>> [h.id for h in cited_in("She does [2].", hits)]
    ['b']
    """
    numbers = {int(n) for found in _NUMBERS.findall(answer) for n in found.split(",")}
    said = f" {name_key(answer)} "
    return [
        h for place, h in enumerate(hits, start=1) if place in numbers or _named(h.id, answer) or _quoted(h.text, said)
    ]


def _named(id_: str, answer: str) -> bool:
    return len(id_) >= LEAST_ID and re.search(rf"(?<![\w-]){re.escape(id_)}(?![\w-])", answer) is not None


def _quoted(text: str, said: str) -> bool:
    words = name_key(text).split()
    if len(words) <= WORDS:
        whole = " ".join(words)
        return len(whole) >= CHARACTERS and f" {whole} " in said
    return any(f" {' '.join(words[n : n + WORDS])} " in said for n in range(len(words) - WORDS + 1))
