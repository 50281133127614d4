"""The grammar: the time phrase that begins at a token, from single names to "between Christmas and Easter"."""

from dataclasses import replace
from datetime import timedelta

from graphmem.text.time import relative
from graphmem.text.time.amounts import amount, stretch
from graphmem.text.time.anchored import following, hanging, since_then
from graphmem.text.time.calendar import Interval
from graphmem.text.time.matches import Match, nothing, widened
from graphmem.text.time.single import single
from graphmem.text.time.spans import Direction
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import ABOUT, PERFECT

__all__ = ["phrase"]

_DAY = timedelta(days=1)


def phrase(scan: Scan, i: int) -> Match | None:
    """Read the time phrase that begins at a token, None where none does."""
    for rule in (since_then, _range, _bounded, _before_year, _around, _duration, hanging, following):
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


def _before_year(scan: Scan, i: int) -> Match | None:
    """Read "pre-1920" and "post-1945"."""
    if scan.low(i) not in ("pre", "post") or scan.low(i + 1) != "-":
        return None
    inner = single(scan, i + 2)
    if inner is None or inner.interval is None:
        return None
    way: Direction = "before" if scan.low(i) == "pre" else "after"
    return replace(inner, interval=_half_line(inner.interval, way), direction=way)


def _around(scan: Scan, i: int) -> Match | None:
    """Read "around Christmas", "about May 7": the time and something on either side of it."""
    if scan.low(i) not in ABOUT:
        return None
    if amount(scan, i) is not None:
        return None
    found = single(scan, i + 1)
    return widened(found) if found is not None and found.kind == "interval" and found.certainty != "vague" else None


def _duration(scan: Scan, i: int) -> Match | None:
    """Read "for five years": since when, where the perfect says that it still lasts."""
    if scan.low(i) != "for":
        return None
    j = i + 1
    over = relative.counted_stretch(scan, j)
    if over is not None:
        return over
    j += 2 if scan.words(j, "at", "least") else scan.low(j) in ("almost", "nearly", "over")
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
    if first is None or first.kind != "interval":
        return first
    if first.certainty == "likely" and scan.low(first.stop) in ("or", "and"):
        second = single(scan, first.stop + 1)
        same = second is not None and second.grain == first.grain and second.grain in ("day", "month")
        return _agreed(scan, i, first, second)[0] if same and second is not None else first
    if scan.low(first.stop) not in ("-", "–", "—", "to", "through"):
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
