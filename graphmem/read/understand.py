"""A question, read once: its words, the names in it, and what kind of answer it wants. Pure; no language model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal

from graphmem.identity import name_key
from graphmem.text.names import spans
from graphmem.text.sentences import is_when_question
from graphmem.text.time import TimeSpan, time_spans
from graphmem.text.tokens import CHAT_STOP_WORDS, chat_terms, fold, library_question_terms

__all__ = ["Question", "Wanted", "understand"]

#: A question is read up to here, in characters: more is a document.
MAX_QUESTION = 8_000

_HOW_MANY = re.compile(r"\bhow\s+(?:many|much|often)\b")
_SESSION_WORD = r"(?:conversation|chat|session|discussion)s?"
_NTH = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "last": -1, "latest": -1, "final": -1,
}  # fmt: skip
_SESSION = re.compile(
    rf"\b({'|'.join(_NTH)}|(\d+)(?:st|nd|rd|th))\s+(?:{_SESSION_WORD}|time\s+we\s+(?:talked|spoke|chatted))\b"
    r"(?!\s+(?:about\s+\w|on\s+(?!\w+day\b)|regarding|concerning|with))"
)

_TALKED = re.compile(
    r"\bwe\b(?:\s+\w+)?\s+(?:talk|speak|spoke|chat|discuss|converse|say|said)(?:ed|ing)?\b"
    rf"|\b(?:our|the)\s+(?:\w+\s+)?{_SESSION_WORD}\s+(?:on|from|of|at|in|before|after|yesterday|last|this)\b"
)

#: What a question may want of time, beside when something was: `is_when_question` tells that.
Wanted = Literal["how_long", "how_often", "order", "first", "last", "current", "past"]
_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("how_long", re.compile(r"\bhow long\b|\bhow many (?:hours|days|weeks|months|years)\b")),
    ("how_often", re.compile(r"\bhow (?:many times|often|frequently)\b")),
    (
        "order",
        re.compile(
            r"(?m:^)(?>.*?\b(?:which|what|who)\b)(?>.*?\b(?:first|earlier|later|before|after)\b).*(?:,|\bor\b)"
            r"|\b(?:in what order|order of)\b|\b(?:came|happened|occurred|took place) first\b"
            r"|\bfrom (?:earliest|first) to (?:latest|last)\b"
        ),
    ),
    ("first", re.compile(r"\b(?:first|earliest|initial|initially|original|originally)\b")),
    ("last", re.compile(r"\b(?:last|latest|newest|most recent|most recently)\b")),
    (
        "current",
        re.compile(
            r"\b(?:currently|current|now|nowadays|at the moment|these days|at present|presently|as of now|latest|still"
            r"|most recent|most recently|any ?more|up to date)\b"
        ),
    ),
    (
        "past",
        re.compile(
            r"\b(?:used to|previous|previously|former|formerly|originally|initially|back then|at that time|once)\b"
        ),
    ),
)

_WHERE = re.compile(r"\bwhere\b|\b(?:which|what)\s+(?:city|country|place|state)\b")


@dataclass(frozen=True)
class Question:
    """What recall knows of a question before it looks anywhere.

    Args:
        text: the question, cut to 8,000 characters.
        chat_terms: its terms for chat, each once, in order.
        library_terms: its terms for documents, each once, without question words.
        names: keys of the names in it, in order, each once.
        words: its key: normalised words, a space before and behind each.
        capitalised: normalised words that are written with a capital inside the question.
        when: it asks for a time. how_many: for a number. where: for a place.
        also: keys of other names of those it names, as far as the memory knows them.
        times: the time phrases in it that name a date, counted from when it is asked.
        wanted: what it wants of time: how long, how often, which came first, the first, the last, what holds now,
            what was once. A past tense with a time that is over ("where did she live in March") wants the past.
        session: the number of the conversation it asks for ("our third chat"), from 1; -1 is the last; None is none.
        talked: it asks what was talked of at a time ("what did we discuss after lunch yesterday").
    """

    text: str
    chat_terms: tuple[str, ...]
    library_terms: tuple[str, ...]
    names: tuple[str, ...]
    words: str
    capitalised: frozenset[str]
    when: bool
    how_many: bool
    where: bool
    also: frozenset[str] = frozenset()
    times: tuple[TimeSpan, ...] = ()
    wanted: frozenset[Wanted] = frozenset()
    session: int | None = None
    talked: bool = False

    def calls(self, name: str) -> bool:
        """Tell whether a person of this name is named: in full, or by the first name.

        A name that is a common word ("Will", "May") counts only when it is written like a name.
        """
        keys = _called(name)
        if keys[-1] not in self._heard and keys[0] not in self.also:
            return False  # each of the many who speak in a large memory is asked for
        return keys[0] in self.also or any(f" {k} " in self.words and self._is_meant(k) for k in keys if len(k) > 1)

    @cached_property
    def _heard(self) -> frozenset[str]:
        return frozenset(self.words.split(" "))

    def _is_meant(self, key: str) -> bool:
        return key not in CHAT_STOP_WORDS or key in self.capitalised


@lru_cache(maxsize=10_000)
def _called(name: str) -> tuple[str, ...]:
    """The keys of a person's whole name and of the first name; once where they are the same."""
    key = name_key(name)
    return tuple(dict.fromkeys((key, key.split(" ", 1)[0])))


def _possessives_off(text: str) -> str:
    return re.sub(r"['’ʼ]s\b", " ", text)


def understand(text: str, *, now: datetime | None = None) -> Question:
    """Read a question; `now` is when it is asked, for "yesterday": without it, its times are not read.

    >>> q = understand("When did Ada's brother move to Lisbon?")
    >>> q.chat_terms, q.names, q.when, q.calls("Ada Byron")
    (('ada', 'brother', 'move', 'lisbon'), ('ada', 'lisbon'), True, True)
    """
    text = text[:MAX_QUESTION]
    plain, folded = _possessives_off(text), fold(text)
    times = () if now is None else _times(text, now)
    return Question(
        text=text,
        chat_terms=tuple(dict.fromkeys(chat_terms(text))),
        library_terms=tuple(dict.fromkeys(library_question_terms(text))),
        names=tuple(dict.fromkeys(span.key for span in spans(text))),
        words=f" {name_key(plain)} ",
        capitalised=frozenset(name_key(w) for w in plain.split()[1:] if w[:1].isupper()),
        when=is_when_question(text),
        how_many=_HOW_MANY.search(folded) is not None,
        where=_WHERE.search(folded) is not None,
        times=times,
        wanted=_wanted(text, times=times, now=now),
        session=_session(folded),
        talked=bool(times) and _TALKED.search(folded) is not None,
    )


#: Words for a time about now: what is meant is "of late", not a month of the calendar.
_OF_LATE = frozenset({"recently", "lately", "soon", "nowadays", "these days", "right now"})


def _times(text: str, now: datetime) -> tuple[TimeSpan, ...]:
    spans = time_spans(text, reference=now)
    return tuple(s for s in spans if s.kind == "interval" and s.text.lower() not in _OF_LATE)


def _wanted(text: str, *, times: Sequence[TimeSpan], now: datetime | None) -> frozenset[Wanted]:
    """Return what a question wants of time; words that belong to a date ("last week") say nothing of it."""
    for span in reversed(times):
        text = f"{text[: span.offset]} {text[span.stop :]}"
    folded = fold(text)
    found = {name for name, pattern in _WANTED if pattern.search(folded)}
    over = now is not None and any(span.end is not None and span.end <= now for span in times)
    if over and _PAST_TENSE.search(folded):
        found.add("past")
    return frozenset(found)


_PAST_TENSE = re.compile(r"\b(?:did|was|were|had)\b")


def _session(folded: str) -> int | None:
    found = _SESSION.search(folded)
    if found is None:
        return None
    return int(found.group(2)) if found.group(2) else _NTH[found.group(1)]
