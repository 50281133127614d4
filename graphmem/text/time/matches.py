"""What the grammar's rules hand to each other, and the choices they share: which Friday, which May."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from graphmem.text.time.calendar import Interval
from graphmem.text.time.spans import Certainty, Direction, Granularity, Length, Recurrence, SpanKind
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import FUTURE, PAST

__all__ = ["Match", "Rule", "leaning", "nothing", "occurrence", "today", "widened"]

#: How far the words around a name are asked for their tense, in tokens.
_BACK, _AHEAD = 14, 8
_ENDS = frozenset({".", "!", "?", "..."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a rule read: everything up to token `stop`.

    `interval` is in local time, or in `zone` where the text names one. `anchor` is a range of tokens.
    """

    stop: int
    interval: Interval | None = None
    kind: SpanKind = "interval"
    certainty: Certainty = "exact"
    direction: Direction = "at"
    length: Length | None = None
    recurrence: Recurrence | None = None
    anchor: tuple[int, int] | None = None
    zone: tzinfo | None = None

    @property
    def start(self) -> datetime | None:
        """First moment of the interval, None where it has none."""
        return self.interval.start if self.interval is not None else None

    @property
    def grain(self) -> Granularity | None:
        """Unit of the interval, None without one."""
        return self.interval.grain if self.interval is not None else None

    def up_to(self, stop: int) -> "Match":
        """Return the match, longer."""
        return replace(self, stop=stop)


Rule = Callable[[Scan, int], Match | None]


def nothing(stop: int) -> Match:
    """Return a phrase that looks like a date and is none."""
    return Match(stop=stop, kind="unresolved")


def today(scan: Scan) -> datetime:
    """Return the start of the day of the reference."""
    return scan.reference.replace(hour=0, minute=0, second=0, microsecond=0)


def leaning(scan: Scan, i: int) -> int:
    """Return 1 where the words around token i speak of what is to come, -1 of what was, 0 where they don't say."""
    if scan.lean:
        return scan.lean
    ahead, back = _marker(scan, range(i, i + _AHEAD)), _marker(scan, range(i - 1, i - 1 - _BACK, -1))
    return back or ahead


def _marker(scan: Scan, places: range) -> int:
    for j in places:
        word = scan.low(j)
        if not word or word in _ENDS or word.startswith("\n"):
            return 0
        if word in FUTURE or (word in ("going", "set") and scan.low(j + 1) == "to"):
            return 1
        if word in PAST or (len(word) > 4 and word.endswith("ed")):
            return -1
    return 0


def occurrence(scan: Scan, i: int, yearly: Callable[[int], Interval], *, nth: int | None = None) -> Match | None:
    """Return what comes once a year, as a match that ends at i; None where no year of the neighbourhood has it.

    Args:
        scan: the text, for its reference and, where nothing says which, its tense.
        i: where the name stands.
        yearly: the interval of a year; ValueError where the year has none (29 February).
        nth: -1 is the last one over, 1 the next one to begin, 0 the present one ("this summer"); None asks the tense.
    """
    now, day = scan.reference, today(scan)
    year = now.year
    found = [x for y in range(year - 9, year + 10) if (x := _in_year(yearly, y)) is not None]
    over = [x for x in found if x.end is not None and x.end <= day]
    ahead = [x for x in found if x.start is not None and x.start >= day + timedelta(days=1)]
    holding = [x for x in found if x not in over and x not in ahead]
    if nth is not None and nth:
        chosen = over[nth:] if nth < 0 and len(over) >= -nth else ahead[nth - 1 :] if nth > 0 else []
        return Match(stop=i, interval=chosen[0]) if chosen else None
    if holding:
        return Match(stop=i, interval=holding[0], certainty="exact" if nth == 0 else "likely")
    lean = leaning(scan, i)
    here = [x for x in found if x.start is not None and x.start.year == year]
    if nth == 0 and not lean and here:
        return Match(stop=i, interval=here[0], certainty="likely")
    pick = ahead[:1] if lean > 0 else over[-1:]
    return Match(stop=i, interval=pick[0], certainty="likely") if pick else None


def _in_year(yearly: Callable[[int], Interval], year: int) -> Interval | None:
    try:
        return yearly(year)
    except (ValueError, OverflowError):
        return None


_PADS = {
    "second": timedelta(minutes=1), "minute": timedelta(minutes=30), "hour": timedelta(hours=1),
    "part": timedelta(hours=3), "day": timedelta(days=3), "weekend": timedelta(days=3), "week": timedelta(days=4),
    "month": timedelta(days=15), "quarter": timedelta(days=45), "season": timedelta(days=45),
    "year": timedelta(days=183), "decade": timedelta(days=1826), "century": timedelta(days=18262),
}  # fmt: skip


def widened(match: Match) -> Match:
    """Return an "around": the interval with about half its unit more on either side (a day: three days)."""
    if match.interval is None:
        return match
    pad, inner = _PADS[match.interval.grain], match.interval
    wide = Interval(_moved(inner.start, -pad), _moved(inner.end, pad), inner.grain)
    return replace(match, interval=wide, certainty="vague")


def _moved(at: datetime | None, by: timedelta) -> datetime | None:
    try:
        return None if at is None else at + by
    except OverflowError:
        return None
