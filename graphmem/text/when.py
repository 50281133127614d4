"""When what a clause tells holds: its tense and its time phrases, as an interval. Pure.

A state gets both ends as far as they are told ("from 2016 to 2019", "for five years"), an event only when it happened:
it goes on having happened. What is not told stays unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from graphmem.text.anchoring import resolved
from graphmem.text.clauses import Clause
from graphmem.text.lexicon import ASPECT_ON, STATES
from graphmem.text.slots import shipped_slots
from graphmem.text.tense import tense
from graphmem.text.time import TimeSpan, time_spans

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from graphmem.model import Fact, Modality

__all__ = ["Interval", "interval_of", "phrases_of", "spans_of", "until_then"]

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_VERBS = frozenset({"VERB", "AUX"})
#: Any instant will do to read dates that name their year.
_ANY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Interval:
    """From when to when, half-open; None is not known."""

    start: datetime | None = None
    end: datetime | None = None


def spans_of(text: str, *, said: datetime | None, dated: Sequence[Fact] = ()) -> tuple[TimeSpan, ...]:
    """Return the dated phrases of a text; where nobody knows when it was said, only those that name their year.

    Phrases that hang on one of the facts given have its date.
    """
    every = time_spans(text, reference=said or _ANY)
    if said is not None and dated:
        every = resolved(every, dated, said=said)
    found = [s for s in every if s.start is not None or s.end is not None]
    if said is None:
        found = [s for s in found if s.kind == "interval" and _names_year(s.text)]
    return tuple(found)


def _names_year(text: str) -> bool:
    return any(w.isdigit() and len(w) == 4 for w in text.replace("-", " ").replace("/", " ").replace(",", " ").split())


def phrases_of(clause: Clause, spans: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Return the phrases that tell when a clause is: those that hang on its verbs, or on its objects."""
    verbs = {t.i for t in (clause.verb, *clause.chain)}
    doc, sentence = clause.verb.doc, clause.verb.sent
    inside = [s for s in spans if sentence.start_char <= s.offset < sentence.end_char]
    return [s for s in inside if _governor(s, doc, sentence) in verbs]


def _governor(phrase: TimeSpan, doc: Doc, sentence: Span) -> int:
    """The verb that a phrase hangs on, by its place; of a sentence with one verb, that."""
    span = doc.char_span(phrase.offset, phrase.stop, alignment_mode="expand")
    at: Token | None = span.root if span is not None else None
    while at is not None and at.pos_ not in _VERBS and at.head.i != at.i:
        at = at.head
    if at is not None and at.pos_ in _VERBS:
        return at.i
    verbs = [t.i for t in sentence if t.pos_ == "VERB" or (t.pos_ == "AUX" and t.dep_ == "ROOT")]
    return verbs[0] if len(verbs) == 1 else -1


def interval_of(
    clause: Clause, spans: Sequence[TimeSpan], *, predicate: str, modality: Modality | None, said: datetime | None
) -> Interval:
    """Return when what a clause tells holds.

    Args:
        clause: the clause.
        spans: the dated phrases of its text.
        predicate: the relation it tells.
        modality: how it is meant.
        said: when it was said.
    """
    is_past = tense(clause) == "past"
    role = shipped_slots().of(predicate)[0].role
    if is_past and any(t.lemma_.lower() in ASPECT_ON for t in clause.chain):
        role = "begins"  # "started working"
    lasting = role == "over" or (not is_past and role == "holds") or _is_state(clause)
    states = lasting and role not in ("begins", "ends")
    found = Interval()
    for phrase in phrases_of(clause, spans):
        dated = until_then(phrase, said) if modality == "plan" and said is not None else phrase
        found = _joined(found, _meant(dated, lasting=states, is_past=is_past, said=said))
    if found.start is not None and found.end is not None and found.start >= found.end:
        return Interval(found.start)
    return found


def _is_state(clause: Clause) -> bool:
    return clause.verb.lemma_.lower() in STATES or (clause.verb.lemma_ == "be" and not clause.passive)


def _meant(phrase: TimeSpan, *, lasting: bool, is_past: bool, said: datetime | None) -> Interval:
    start, end = phrase.start, phrase.end
    if phrase.kind == "duration":  # "for five years": its start is known where it lasts until now
        return Interval(start) if lasting and not is_past else Interval()
    if phrase.kind not in ("interval", "anchored"):
        return Interval()
    if phrase.direction in ("until", "before"):
        return Interval(end=end) if lasting else Interval()
    if phrase.direction in ("since", "after") or not lasting:
        return Interval(start)
    if is_past or phrase.direction == "range":
        return Interval(start, end)
    if said is not None and start is not None and start <= said and (end is None or said < end):
        return Interval()  # "these days" only says that it is so now
    return Interval(start)


def _joined(one: Interval, other: Interval) -> Interval:
    return Interval(one.start or other.start, one.end or other.end)


def until_then(phrase: TimeSpan, said: datetime) -> TimeSpan:
    """Return the phrase of a plan: "in June" said in March is the June to come."""
    if phrase.certainty != "likely" or phrase.end is None or phrase.end > said:
        return phrase
    week = any(day in phrase.text.lower() for day in _WEEKDAYS)
    return replace(phrase, start=_later(phrase.start, week=week), end=_later(phrase.end, week=week))


def _later(at: datetime | None, *, week: bool) -> datetime | None:
    if at is None:
        return None
    if week:
        return at + timedelta(days=7)
    return at.replace(year=at.year + 1, day=28) if (at.month, at.day) == (2, 29) else at.replace(year=at.year + 1)
