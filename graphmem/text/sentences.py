"""Sentences of a turn, those that a speaker says of themselves, and numbers that describe a turn's style. Pure."""

import re
from dataclasses import dataclass

from graphmem.text.tokens import fold

__all__ = ["Style", "first_person_sentences", "is_when_question", "sentences", "style_of", "time_words"]

#: The longest sentence that is a key of its own, in characters, and how many a turn may have.
MAX_SENTENCE_CHARACTERS = 400
MAX_SENTENCES = 6

_BREAK = re.compile(r"(?<=[.!?])\s+(?=[\"'“(]?[^\W_a-z])|\n+")
_FIRST_PERSON = re.compile(
    r"\b(?:I|I'm|I've|I'd|I'll|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|[Ww]e're|[Ww]e've|[Ww]e'd|[Ww]e'll|[Uu]s|[Oo]ur|[Oo]urs"
    r"|[Oo]urselves)\b"
)
_PAST = re.compile(
    r"\b(?:I|[Ww]e)\s+(?:(?:just|also|recently|finally|already|actually|even|once|really)\s+)?"
    r"(?:\w{2,}ed|have|had|was|were|went|got|did|made|took|bought|saw|met|found|came|gave|began|ran|read|wrote|won|lost|left"
    r"|felt|kept|told|thought|spent|ate|drove|flew|grew|heard|held|knew|led|sold|sent|taught|wore|built|caught|chose|broke"
    r"|brought|slept|swam|sang|put|set)\b|\bI've\b|\bI'm\b|\b[Mm]y\b"
)
_CAPITALISED = re.compile(r"(?<![.!?:\"“\n])(?<!^)\s\(?([^\W\d_a-z]\w+)", re.MULTILINE)
_RUN, _YEAR = re.compile(r"\w+"), re.compile(r"(?:19|20)\d\d")
_MOMENTS = """yesterday today tonight tomorrow last next ago recently spring summer autumn winter january february march
april june july august september october november december"""
_UNITS = "week weekend month year day morning night monday tuesday wednesday thursday friday saturday sunday"
_TIME_WORDS = frozenset({*_MOMENTS.split(), *_UNITS.split(), *(f"{word}s" for word in _UNITS.split())})
_WHEN = re.compile(r"\b(?:when|(?:what|which)\s+(?:year|month|day|date|time|week|weekend)|how\s+long)\b")


@dataclass(frozen=True, slots=True)
class Style:
    """Numbers that describe one turn, counts from 0.

    Args:
        asks: it holds a question mark.
        time_words: words of time (yesterday, last, ago, months, years, ...).
        proper_names: capitalised words inside a sentence ("I" is not one).
        first_person_past: first-person past and have phrases, with "I've", "I'm" and "my".
        first_person: first-person words (I, me, my, we, our, ...).
    """

    asks: bool
    time_words: int
    proper_names: int
    first_person_past: int
    first_person: int


def sentences(text: str) -> list[str]:
    """Split a text after . ! ? before a capital or digit, and at line ends; blank pieces are dropped.

    >>> sentences("I moved. It rained a lot! 3 weeks later I left.")
    ['I moved.', 'It rained a lot!', '3 weeks later I left.']
    """
    return [piece for piece in (part.strip() for part in _BREAK.split(text)) if piece]


def first_person_sentences(text: str) -> list[str]:
    """Return at most six sentences in which the speaker states something of themselves, in order.

    Kept are sentences with a first-person word that do not end in a question mark and are under 400 characters: a fact
    key that needs no language model.

    >>> first_person_sentences("Nice! I adopted a dog. Do you like my dog?")
    ['I adopted a dog.']
    """
    kept = (s for s in sentences(text.replace("’", "'")) if _states_of_self(s))
    return [s for s, _ in zip(kept, range(MAX_SENTENCES), strict=False)]


def _states_of_self(sentence: str) -> bool:
    declared = not sentence.endswith("?") and len(sentence) < MAX_SENTENCE_CHARACTERS
    return declared and _FIRST_PERSON.search(sentence) is not None


def time_words(text: str) -> int:
    """Count words of time in a text.

    >>> time_words("We met last week, on Monday.")
    3
    """
    runs = _RUN.findall(fold(text))
    return sum(map(_TIME_WORDS.__contains__, runs)) + sum(1 for run in runs if run[0] in "12" and _YEAR.fullmatch(run))


def is_when_question(text: str) -> bool:
    """Tell whether a question asks for a time ("when", "what year", "how long")."""
    return _WHEN.search(fold(text)) is not None


def style_of(text: str) -> Style:
    """Return the style numbers of a turn.

    >>> style_of("I went to Lisbon with my sister last May.")
    Style(asks=False, time_words=1, proper_names=2, first_person_past=2, first_person=2)
    """
    plain = text.replace("’", "'")
    return Style(
        asks="?" in plain,
        time_words=time_words(plain),
        proper_names=len(_CAPITALISED.findall(plain)),
        first_person_past=len(_PAST.findall(plain)),
        first_person=len(_FIRST_PERSON.findall(plain)),
    )
