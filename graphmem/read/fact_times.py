"""When facts hold, before a question: near the time that a question names, or now where it asks of the present."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from graphmem.text.slots import span_of

if TYPE_CHECKING:
    from graphmem.model import Fact
    from graphmem.read.columns import Floats
    from graphmem.read.related import FactPool
    from graphmem.read.understand import Question
    from graphmem.read.validity_view import View
    from graphmem.text.time import TimeSpan

__all__ = ["asks_of_the_present", "held", "nearness", "overlaps"]

Interval = tuple[datetime | None, datetime | None]

#: Days after which nearness to the time asked for falls to 1/e.
_FADES = 30.0
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_PRESENT = re.compile(r"\b(?:does|do|is|are|am|has|have)\b")
_PAST = re.compile(r"\b(?:did|was|were|had|used|ago|ever|been)\b")
#: What a question may want that the present does not answer.
_OTHER = frozenset({"past", "first", "order", "how_long", "how_often"})


def nearness(pool: FactPool) -> Floats:
    """Nearness in time, in [0, 1], of what the fact tells to what is asked; 0 for all where nothing of time is asked.

    Where the question names a time: 1 where the fact held (or happened) then, e^(-days/30) beside it, 0 where nobody
    knows when it held. Where it asks of the present: 1 where the fact holds (or has happened), .5 where it is planned,
    wished or possible, 0 where it is over. Where it asks for the first or the last: from 1 for the one that began
    earliest, or latest, down to 0, also for those of which nobody knows when they began.
    """
    view, times, wanted = pool.view, pool.question.times, pool.question.wanted
    if view is None:
        return np.zeros(len(pool), dtype=np.float32)
    if not times and not asks_of_the_present(pool.question):
        first, last = "first" in wanted, "last" in wanted
        return _in_turn(pool, view, latest=last) if first != last else np.zeros(len(pool), dtype=np.float32)
    if times:
        return np.array([max(_near(held(f, view), span) for span in times) for f in pool.facts], dtype=np.float32)
    return np.array([_holds(fact, view) for fact in pool.facts], dtype=np.float32)


def _in_turn(pool: FactPool, view: View, *, latest: bool) -> Floats:
    spans = [held(fact, view) for fact in pool.facts]
    begun = [None if span is None else span[0] for span in spans]
    order = sorted({start for start in begun if start is not None}, reverse=latest)
    places = {start: 1 - place / len(order) for place, start in enumerate(order)}
    return np.array([0.0 if start is None else places[start] for start in begun], dtype=np.float32)


def asks_of_the_present(question: Question) -> bool:
    """Tell whether a question asks of what holds: "currently", "now", or its tense alone."""
    if question.when or question.wanted & _OTHER:
        return False
    return "current" in question.wanted or bool(_PRESENT.search(question.words) and not _PAST.search(question.words))


def held(fact: Fact, view: View) -> Interval | None:
    """Return from when to when a fact held, rulings included; an event's moment twice; None where nobody knows."""
    said = fact.at or fact.created_at
    if fact.modality is not None:
        return (fact.valid_at or said, fact.closed_at or fact.invalid_at)
    place = view.slots.of(fact.predicate, fact.subject)[0]
    if place.role == "event":
        moment = fact.valid_at or said
        return None if moment is None else (moment, fact.invalid_at or moment)
    span = span_of(fact, said, place)
    if span is None:
        return None
    return span[0], min((end for end in (span[1], fact.closed_at) if end is not None), default=None)


def overlaps(interval: Interval, since: datetime | None, until: datetime | None) -> bool:
    """Tell whether an interval and [since, until) have a moment in common; None is unbounded."""
    start, end = interval[0] or _FIRST, interval[1] or _LAST
    return start < (until or _LAST) and (end > (since or _FIRST) or start == end >= (since or _FIRST))


def _near(interval: Interval | None, asked: TimeSpan) -> float:
    if interval is None:
        return 0.0
    if overlaps(interval, asked.start, asked.end):
        return 1.0
    gaps = [(asked.start, interval[1]), (interval[0], asked.end)]
    days = [abs((a - b).total_seconds()) / 86_400 for a, b in gaps if a is not None and b is not None]
    return exp(-min(days, default=float("inf")) / _FADES)


def _holds(fact: Fact, view: View) -> float:
    if fact.modality is not None:
        return 0.5
    at = view.as_of or view.now
    if view.slots.of(fact.predicate, fact.subject)[0].role == "event":
        return 1.0
    interval = held(fact, view)
    return float(interval is not None and (interval[0] or _FIRST) <= at < (interval[1] or _LAST))
