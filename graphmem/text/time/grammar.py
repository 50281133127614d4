"""The grammar: the time phrase that begins at a token, from single names to "between Christmas and Easter"."""

from dataclasses import replace
from datetime import datetime, timedelta

from graphmem.text.time import relative
from graphmem.text.time.amounts import amount, moved, stretch
from graphmem.text.time.calendar import Interval, days, weekday_near
from graphmem.text.time.matches import Match, nothing, widened
from graphmem.text.time.single import midnight, single
from graphmem.text.time.spans import Certainty, Direction, Granularity, Length
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import ABOUT, DAY_PARTS, PERFECT, UNITS, WEEKDAYS

__all__ = ["phrase"]

_DAY = timedelta(days=1)


def phrase(scan: Scan, i: int) -> Match | None:
    """Read the time phrase that begins at a token, None where none does."""
    for rule in (_range, _bounded, _around, _duration, _hanging):
        found = rule(scan, i)
        if found is not None:
            return found
    return _pair(scan, i)


# --- bounds ---------------------------------------------------------------------------------------------------------


def _bounded(scan: Scan, i: int) -> Match | None:
    """Read "since 2016", "until June", "before Christmas", "by Friday", "after May 7"."""
    word = scan.low(i)
    way = _BOUNDS.get(word)
    if way is None:
        return None
    j = i + 1
    if (word == "since" and scan.low(j) in ("then", "childhood", "birth")) or scan.words(j, "that", "day"):
        stop = j + 1 if scan.low(j) != "that" else j + 2
        return Match(stop=stop, kind="anchored", direction=way, anchor=(j, stop)) if word == "since" else None
    inner = _around(scan, j) or single(scan, j)
    if inner is None or inner.kind == "unresolved":
        return inner
    if inner.interval is None or inner.direction not in ("at", "range"):
        return None
    span = _half_line(inner.interval, way)
    return replace(inner, interval=span, direction=way)


_BOUNDS: dict[str, Direction] = {
    "since": "since", "until": "until", "till": "until", "til": "until", "by": "until", "before": "before",
    "after": "after",
}  # fmt: skip


def _half_line(inner: Interval, way: Direction) -> Interval:
    """Return the side that is meant: "until" and "by" reach through the time named, a clock time excepted."""
    if way == "since":
        return Interval(inner.start, None, inner.grain)
    if way == "after":
        return Interval(inner.end, None, inner.grain)
    clocked = inner.grain in ("second", "minute", "hour")
    return Interval(None, inner.start if way == "before" or clocked else inner.end, inner.grain)


def _around(scan: Scan, i: int) -> Match | None:
    """Read "around Christmas", "about May 7": the time and something on either side of it."""
    if scan.low(i) not in ABOUT:
        return None
    if amount(scan, i) is not None:
        return None
    found = single(scan, i + 1)
    return widened(found) if found is not None and found.kind == "interval" else None


def _duration(scan: Scan, i: int) -> Match | None:
    """Read "for five years": since when, where the perfect says that it still lasts."""
    if scan.low(i) != "for":
        return None
    j = i + 1
    over = relative.counted_stretch(scan, j)
    if over is not None:
        return over
    j += scan.low(j) in ("almost", "nearly", "over", "at")
    found = amount(scan, j, bare=True)
    if found is None or scan.low(found.stop) in ("ago", "old", "-") or found.length.unit == "second":
        return None
    perfect = any(scan.low(k) in PERFECT for k in range(i - 1, max(-1, i - 12), -1) if _same(scan, k, i))
    span = stretch(scan, found.length, back=True) if perfect else None
    open_ = Interval(span.start, None, span.grain) if span is not None else None
    return Match(
        stop=found.stop,
        kind="duration",
        interval=open_,
        length=found.length,
        direction="since" if perfect else "at",
        certainty="vague" if found.vague else "exact",
    )


def _same(scan: Scan, k: int, i: int) -> bool:
    return not any(scan.low(n) in (".", "!", "?") for n in range(k, i))


# --- ranges ---------------------------------------------------------------------------------------------------------


def _range(scan: Scan, i: int) -> Match | None:
    """Read "from May to July", "between 3 and 5 June"."""
    word = scan.low(i)
    if word not in ("from", "between"):
        return None
    joins = ("and",) if word == "between" else ("to", "until", "till", "through", "-", "–")
    first = single(scan, i + 1)
    if first is None or first.kind != "interval":
        return None
    if first.direction == "range":
        return first
    if scan.low(first.stop) not in joins:
        return None
    return _joined(scan, i + 1, first, swap=word == "between")


def _pair(scan: Scan, i: int) -> Match | None:
    """Read one time, or two with a dash, "to" or "through" between them."""
    first = single(scan, i)
    if first is None or first.kind != "interval" or scan.low(first.stop) not in ("-", "–", "—", "to", "through"):
        return first
    if first.interval is None or first.interval.grain in ("part", "second", "weekend"):
        return first
    return _joined(scan, i, first, swap=False) or first


def _joined(scan: Scan, i: int, first: Match, *, swap: bool) -> Match | None:
    second = single(scan, first.stop + 1)
    if second is None or second.interval is None or first.interval is None or second.kind != "interval":
        return None
    if second.interval.grain != first.interval.grain and not swap and scan.low(i - 1) != "from":
        return None
    first, second = _agreed(scan, i, first, second)
    if first.interval is None or second.interval is None:
        return None
    start, end = first.interval.start, second.interval.end
    if second.interval.grain in ("hour", "minute"):
        end = second.interval.start
    if start is not None and end is not None and end <= start:
        if not swap:
            return nothing(second.stop)
        start, end = second.interval.start, first.interval.end
    sure = "likely" if "likely" in (first.certainty, second.certainty) else first.certainty
    span = Interval(start, end, second.interval.grain)
    return replace(second, interval=span, direction="range", certainty=sure)


def _agreed(scan: Scan, i: int, first: Match, second: Match) -> tuple[Match, Match]:
    """Let the end that names its year (or needs no choice) settle the other: the first comes before the second."""
    if first.interval is None or second.interval is None:
        return first, second
    if first.certainty == "likely" and second.certainty == "exact" and second.interval.start is not None:
        earlier = replace(scan, reference=second.interval.start, lean=-1)
        return single(earlier, i) or first, second
    if second.certainty == "likely" and first.interval.start is not None:
        later = replace(scan, reference=first.interval.start, lean=1)
        return first, single(later, first.stop + 1) or second
    return first, second


# --- anchored -------------------------------------------------------------------------------------------------------


def _hanging(scan: Scan, i: int) -> Match | None:
    """Read "two days after the interview", "the week before 9 June": resolved where the anchor is a time."""
    j = i + (scan.low(i) == "the")
    found = _head(scan, i, j)
    if found is None:
        return None
    length, k, weekday = found
    way: Direction = "before" if scan.low(k) in ("before", "prior", "preceding") else "after"
    if scan.low(k) not in ("before", "after", "prior", "following", "preceding"):
        return None
    k += 2 if scan.low(k) == "prior" else 1
    if scan.low(k) in ("last", "next") and scan.kind(k + 1) not in ("word", "number"):
        return None  # "the week before last"
    inner = single(scan, k + (scan.low(k) == "the" and scan.low(k + 1) != "day")) or single(scan, k)
    if inner is not None and inner.interval is not None and inner.kind == "interval" and inner.direction == "at":
        return _from_anchor(scan, inner, length, way, weekday)
    stop = _anchor_end(scan, k)
    return Match(stop=stop, kind="anchored", direction=way, length=length, anchor=(k, stop), certainty=_sure(length))


def _sure(length: Length) -> Certainty:
    return "exact" if length.low == length.high else "vague"


def _head(scan: Scan, i: int, j: int) -> tuple[Length, int, int | None] | None:
    """Return how far from the anchor, the token after that, and the day of the week that is counted, if one is."""
    word = scan.low(j)
    unit: Granularity | None = UNITS.get(word)
    if j > i and word in WEEKDAYS:
        return Length(1, 1, "day"), j + 1, WEEKDAYS[word]
    if j > i and (unit in ("day", "week", "weekend", "month", "year") or word in DAY_PARTS):
        return Length(1, 1, unit or "day"), j + 1, None
    found = amount(scan, i)
    return (found.length, found.stop, None) if found is not None else None


def _from_anchor(scan: Scan, inner: Match, length: Length, way: Direction, weekday: int | None) -> Match | None:
    assert inner.interval is not None
    at = inner.interval.start if way == "before" else _last_moment(inner.interval.end)
    if at is None:
        return None
    if weekday is not None:
        span = weekday_near(at, weekday, offset=-1 if way == "before" else 1)
    elif length.unit == "week" and length.low == length.high == 1 and scan.low(inner.stop - 1) != "ago":
        first = at - 7 * _DAY if way == "before" else midnight(at) + _DAY
        span = days(first, 7, grain="week")
    else:
        span = moved(at, length, back=way == "before", week_start=scan.week_start)
    return replace(inner, interval=span, length=length, certainty=inner.certainty)


def _last_moment(end: datetime | None) -> datetime | None:
    return None if end is None else end - timedelta(microseconds=1)


#: Words behind which an anchor is over.
_OVER = frozenset({"and", "but", "so", "because", "which", "when", "then", "while", "or", "i", "we"})


def _anchor_end(scan: Scan, k: int) -> int:
    j = k
    while j < k + 8 and scan.kind(j) in ("word", "joined", "number", "code", "ordinal"):
        if j > k and scan.low(j) in _OVER:
            break
        j += 1
    return j
