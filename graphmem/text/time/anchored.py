"""Times that hang on something else: "two days after the interview", "since we talked", "the following week"."""

from dataclasses import replace
from datetime import datetime, timedelta

from graphmem.text.time import relative
from graphmem.text.time.amounts import amount, moved
from graphmem.text.time.calendar import days, weekday_near
from graphmem.text.time.gate import may_open
from graphmem.text.time.matches import Match
from graphmem.text.time.single import midnight, single
from graphmem.text.time.spans import Certainty, Direction, Granularity, Length
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import DAY_PARTS, PAST, UNITS, WEEKDAYS

__all__ = ["following", "hanging", "since_then"]

_DAY = timedelta(days=1)
_WHOSE = frozenset({"my", "our", "your", "his", "her", "their"})
_WHO = frozenset({"i", "we", "you", "he", "she", "they"})
_SPOKEN = frozenset({"talked", "spoke", "chatted", "met", "caught", "moved", "started", "joined", "began", "adopted"})
#: Past verbs behind a "since" that gives a reason more often than a time.
_REASONS = frozenset(
    {
        "mentioned", "said", "asked", "told", "wanted", "liked", "loved", "needed", "recommended", "noticed", "seemed",
        "decided", "suggested", "thought", "knew", "had", "was", "were", "did", "been", "just", "already", "felt",
    }
)  # fmt: skip
_YOUNG = frozenset({"kid", "child", "boy", "girl", "baby", "little", "young", "teenager", "born", "small", "student"})


def since_then(scan: Scan, i: int) -> Match | None:
    """Read "since then", "ever since", "since our last chat", "since I was a kid": since something that has no date.

    "Since" as a reason ("since you mentioned it") is none; where the words do not tell, it is taken for a reason.
    """
    ever = scan.low(i) == "ever"
    i += ever
    if scan.low(i) not in ("since", "till", "until"):
        return None
    j = i + 1
    if scan.low(j) == "then" or (scan.low(i) == "since" and scan.low(j) in ("childhood", "birth")):
        return _since(i, j, j + 1, scan)
    if scan.low(i) != "since":
        return None
    if scan.words(j, "that", "day") or scan.words(j, "last", "time"):
        return _since(i, j, j + 2, scan)
    if _tells_a_time(scan, j):
        return _since(i, j, _anchor_end(scan, j, over=_CLAUSE_OVER), scan)
    return _since(i, j, j, scan) if ever else None


def _since(i: int, j: int, stop: int, scan: Scan) -> Match:
    way: Direction = "since" if scan.low(i) == "since" else "until"
    return Match(stop=max(stop, j), kind="anchored", direction=way, anchor=(j, stop))


def _tells_a_time(scan: Scan, j: int) -> bool:
    if scan.low(j) in _WHOSE:
        return scan.kind(j + 1) == "word" and scan.low(j + 2) not in ("is", "are", "was", "has", "'s", "used", "can")
    if scan.low(j) not in _WHO:
        return False
    verb = scan.low(j + 1 + (scan.low(j + 1) in ("last", "first", "both")))
    if verb in ("was", "were"):
        return any(scan.low(j + n) in _YOUNG for n in (2, 3, 4))
    if scan.low(j + 1) == "last":
        return True
    return verb in _SPOKEN or ((verb in PAST or verb.endswith("ed")) and verb not in _REASONS)


def following(scan: Scan, i: int) -> Match | None:
    """Read "the following Wednesday", "the next day", "the previous week": beside what was told before."""
    j = i + (scan.low(i) == "the")
    if j == i or scan.low(j) not in ("following", "next", "previous"):
        return None
    word = scan.low(j + 1)
    if scan.low(i - 1) in ("over", "in", "within", "during", "for", "throughout") and word in UNITS:
        return None  # a stretch from now on
    if word in UNITS and not word.endswith("s"):
        length = Length(1, 1, UNITS[word])
    elif word in WEEKDAYS or word in DAY_PARTS:
        length = Length(1, 1, "day")
    else:
        return None
    way: Direction = "before" if scan.low(j) == "previous" else "after"
    return Match(stop=j + 2, kind="anchored", direction=way, length=length, anchor=(j + 2, j + 2))


def hanging(scan: Scan, i: int) -> Match | None:
    """Read "two days after the interview", "the week before 9 June": resolved where the anchor is a time."""
    if relative.turned(scan, i) is not None:
        return None  # "the day after tomorrow"
    j = i + (scan.low(i) == "the")
    found = _head(scan, i, j)
    if found is None:
        return None
    length, k, weekday = found
    way: Direction = "before" if scan.low(k) in ("before", "prior", "preceding") else "after"
    if scan.low(k) not in ("before", "after", "prior", "following", "preceding"):
        return None
    k += 2 if scan.low(k) == "prior" else 1
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


_CLAUSE_OVER = _OVER - {"i", "we"}


def _tells_date(scan: Scan, j: int) -> bool:
    j += scan.low(j) in ("on", "in")
    return j < len(scan.tokens) and may_open(scan.tokens, j) and single(scan, j) is not None


def _anchor_end(scan: Scan, k: int, *, over: frozenset[str] = _OVER) -> int:
    j = k
    while j < k + 8 and scan.kind(j) in ("word", "joined", "number", "code", "ordinal"):
        if j > k and (scan.low(j) in over or _tells_date(scan, j)):
            break
        j += 1
    return j
