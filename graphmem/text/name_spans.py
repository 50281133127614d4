"""The spans of a parsed text that a tagger calls names, mended where they swallow a verb or stop short. Pure.

A small tagger takes "Ferry Lament is Heron Press" for one name where both sides are written like titles, and leaves the
"FC" of "FC Sund" or the "Holt" of "Lena Vik-Holt" outside. The parse knows better: a name holds no copula, and its
words hang together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

__all__ = ["name_spans"]

_COPULAS = frozenset({"is", "was", "are", "were"})
_HYPHENS = frozenset({"-", "‐", "–"})
_JOINED = frozenset({"compound", "nmod"})
_PEOPLES = frozenset({"NORP", "LANGUAGE"})
#: Abbreviations before a name that are no part of it: offices, states, what holds for many.
_APART = frozenset(
    {
        "CEO",
        "CFO",
        "COO",
        "CTO",
        "VP",
        "MR",
        "MS",
        "MRS",
        "DR",
        "MVP",
        "GM",
        "RN",
        "MD",
        "BBC",
        "CNN",
        "SVP",
        "PM",
        "MP",
        "MEP",
        "HR",
        "PR",
        "IT",
        "TV",
        "AI",
        "UK",
        "US",
        "USA",
        "EU",
    }
) | frozenset({"UN", "UAE", "NYC", "LA", "SF", "DC", "OMG", "LOL", "BTW", "FYI", "RIP", "PS"})
#: What a person's name may begin with, though it is an abbreviation.
_STAGE = frozenset({"DJ", "MC"})
_LONGEST_ABBREVIATION = 4


def name_spans(doc: Doc, labels: Collection[str]) -> Iterator[tuple[Span, str]]:
    """Yield the spans with one of these labels in text order, mended; their label is "" where they were cut."""
    found = [part for span in doc.ents if span.label_ in labels for part in _cut(span)]
    at = 0
    while at < len(found):
        (span, label), at = found[at], at + 1
        while at < len(found) and _hang_together(span, label, *found[at]):
            (following, label), at = found[at], at + 1
            span = doc[span.start : following.end]
        yield _widened(span, label), label


def _cut(span: Span) -> list[tuple[Span, str]]:
    """Return the span, or what stands before and after each copula in it."""
    copulas = [t.i for t in span if t.text in _COPULAS and t.pos_ == "AUX"]
    if not copulas:
        return [(span, span.label_)]
    ends = [span.start - 1, *copulas, span.end]
    parts = [span.doc[a + 1 : b] for a, b in pairwise(ends) if b > a + 1]
    return [(part, "") for part in parts]


def _hang_together(one: Span, label: str, other: Span, of: str) -> bool:
    """Return whether two spans are one name: beside each other or hyphenated, the first part of the second's phrase."""
    between = one.doc[one.end : other.start]
    if any(not _is_inside(t, other) for t in between):
        return False
    if one.root.head.i not in range(other.start, other.end):
        return False
    if one.root.dep_ == "amod":
        return not len(between) and label in _PEOPLES and of in _PEOPLES
    hyphenated = bool(len(between)) and between[0].text in _HYPHENS
    alike = (label == "PERSON") == (of == "PERSON")
    return one.root.dep_ in _JOINED and label not in _PEOPLES and (alike or hyphenated)


def _is_inside(token: Token, following: Span) -> bool:
    """Return whether a word between two names is part of both: a hyphen without blanks, a particle ("della")."""
    if token.text in _HYPHENS:
        return not token.whitespace_ and not token.nbor(-1).whitespace_
    return token.dep_ == "compound" and token.tag_ == "NNP" and token.head.i in range(following.start, following.end)


def _widened(span: Span, label: str) -> Span:
    """Take the words before a name that belong to it into it: "FC Sund", "DJ Marlow", "San Pietro della Valle"."""
    start = span.start
    while start > 0 and _leads(span.doc[start - 1], span):
        start -= 1
    while start < span.start and span.doc[start].text.islower():
        start += 1
    words = span.doc[start : span.start]
    if label == "PERSON" and not all(w.text in _STAGE or (len(span) == 1 and _is_short(w)) for w in words):
        return span
    return span.doc[start : span.end]


def _leads(token: Token, span: Span) -> bool:
    if token.dep_ != "compound" or token.ent_type_ or token.head not in span or token.sent.start != span.sent.start:
        return False
    return token.pos_ == "PROPN" and token.text not in _APART if token.text[:1].isupper() else token.text.isalpha()


def _is_short(token: Token) -> bool:
    return token.text.isalpha() and token.text.isupper() and 1 < len(token.text) <= _LONGEST_ABBREVIATION
