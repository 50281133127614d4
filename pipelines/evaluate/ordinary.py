"""Ordinary words that could be dates: sentences of a benchmark that hold them, and nothing else that tells a time."""

import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from graphmem.text.time import time_spans

__all__ = ["false_dates", "ordinary_sentences"]

_SAID = datetime(2023, 6, 1, tzinfo=UTC)
#: In lower case: a month or a day of the week is written with a capital.
_WORDS = re.compile(r"\b(?:may|march|mar|second|sun|sat|wed|fall|spring)\b")
_SEASON = re.compile(r"\b(?:in|in the|the|during|late|early) (?:fall|spring)\b|\bspring break\b", re.IGNORECASE)
#: Whatever else may tell a time; more than the grammar knows.
_OTHERS = re.compile(
    r"\d|\b(?:yesterday|today|tonight|tomorrow|ago|last|next|past|previous|coming|upcoming|this|since|until|till|recently"
    r"|lately|soon|weekends?|weekly|daily|monthly|annual\w*|days?|weeks?|months?|years?|decades?|centur\w+|hours?|minutes?"
    r"|nights?|mornings?|evenings?|\w+day|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|summer|winter|autumn|Christmas|Easter|Halloween|season\w*|every|each|once|twice|right now|early|late)\b"
)
_BREAK = re.compile(r"(?<=[.!?])\s+|\n+")


def ordinary_sentences(texts: Iterable[str], *, n: int = 1_000, seed: int = 0) -> list[str]:
    """Return `n` sentences (fewer where there are not so many) with such a word and nothing that tells a time."""
    found = {
        sentence
        for text in texts
        for sentence in _BREAK.split(text)
        if 20 < len(sentence) < 300
        and _WORDS.search(sentence)
        and not _OTHERS.search(sentence)
        and not _SEASON.search(sentence)
    }
    kept = sorted(found)
    random.Random(seed).shuffle(kept)  # noqa: S311 - a sample, no secret
    return kept[:n]


def false_dates(sentences: Iterable[str]) -> list[str]:
    """Return the sentences in which an interval is read."""
    return [s for s in sentences if any(x.kind == "interval" for x in time_spans(s, reference=_SAID))]
