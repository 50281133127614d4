"""What a time phrase means: the values that `time_spans` returns. See docs/time.md."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Certainty", "Direction", "Granularity", "Length", "Recurrence", "SpanKind", "TimeSpan"]

Granularity = Literal[
    "second", "minute", "hour", "part", "day", "weekend", "week", "month", "quarter", "season", "year", "decade",
    "century",
]  # fmt: skip
SpanKind = Literal["interval", "recurrence", "duration", "anchored", "unresolved"]
Certainty = Literal["exact", "likely", "vague"]
Direction = Literal["at", "since", "until", "before", "after", "range"]


@dataclass(frozen=True, slots=True)
class Length:
    """An amount of time: `low` to `high` units, equal where one number was said ("a few days" is 2 to 5 days)."""

    low: float
    high: float
    unit: Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What comes again: `times` in every `every` units, on these weekdays (0 is Monday), at this part of the day."""

    unit: Granularity
    every: int = 1
    times: int = 1
    weekdays: tuple[int, ...] = ()
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpan:
    """One time phrase of a text.

    Args:
        offset: characters before it.
        text: the phrase, verbatim; a preposition belongs to it where it changes what is meant ("since", "before").
        kind: `interval` has dates; `recurrence` comes again; `duration` is a length ("for five years"), with `start`
            where the perfect tense says that it lasts until now; `anchored` hangs on something else ("two days after
            the interview"); `unresolved` is text that names no date ("30 February", "Diwali").
        start: first instant, aware UTC; None is unbounded, or not known.
        end: first instant behind it, aware UTC; None is unbounded, or not known. `start` < `end`.
        granularity: how fine the phrase is.
        certainty: `exact`: it names the interval; `likely`: a choice had to be made (which Friday, which year);
            `vague`: a wide interval for a vague phrase.
        direction: `at`; `since` and `after` have no end, `until` and `before` no start; `range` names both.
            An anchored phrase is `before`, `after` or `at` its anchor.
        length: of a duration, or between an anchored phrase and its anchor.
        recurrence: of what comes again.
        anchor: the words that an anchored phrase hangs on.
    """

    offset: int
    text: str
    kind: SpanKind
    start: datetime | None = None
    end: datetime | None = None
    granularity: Granularity = "day"
    certainty: Certainty = "exact"
    direction: Direction = "at"
    length: Length | None = None
    recurrence: Recurrence | None = None
    anchor: str | None = None

    @property
    def stop(self) -> int:
        """Characters before the end of the phrase."""
        return self.offset + len(self.text)
