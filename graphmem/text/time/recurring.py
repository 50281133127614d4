"""What comes again: "every Tuesday", "twice a week", "on weekends", "daily". A recurrence has no date."""

from graphmem.text.time.amounts import count
from graphmem.text.time.matches import Match
from graphmem.text.time.spans import Granularity, Recurrence
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import DAY_PARTS, MONTHS, SHORT_WEEKDAYS, UNITS, WEEKDAYS

__all__ = ["recurring"]

_ADVERBS: dict[str, Recurrence] = {
    "daily": Recurrence(unit="day"),
    "nightly": Recurrence(unit="day", part="night"),
    "weekly": Recurrence(unit="week"),
    "biweekly": Recurrence(unit="week", every=2),
    "monthly": Recurrence(unit="month"),
    "quarterly": Recurrence(unit="quarter"),
    "yearly": Recurrence(unit="year"),
    "annually": Recurrence(unit="year"),
    "annual": Recurrence(unit="year"),
}
_SETS: dict[str, tuple[int, ...]] = {
    **{f"{name}s": (n,) for name, n in WEEKDAYS.items()},
    "weekends": (5, 6),
    "weekdays": (0, 1, 2, 3, 4),
    "weeknights": (0, 1, 2, 3, 4),
}
_TIMES = {"once": 1, "twice": 2, "thrice": 3}


def recurring(scan: Scan, i: int) -> Match | None:
    """Read a recurrence."""
    word = scan.low(i)
    if word in ("every", "each"):
        return _every(scan, i + 1)
    if word in _TIMES or scan.low(i + 1) == "times" or scan.low(i + 1) == "time":
        return _times(scan, i)
    if word in _ADVERBS:
        return Match(stop=i + 1, kind="recurrence", recurrence=_ADVERBS[word])
    if word in WEEKDAYS and scan.low(i + 1).removesuffix("s") in DAY_PARTS and scan.low(i + 1).endswith("s"):
        return _part(scan, i + 1, (WEEKDAYS[word],), 1)
    if word in _SETS and (
        scan.low(i - 1) not in ("last", "past", "few", "two", "three", "the") or scan.low(i + 1) == "and"
    ):
        return _days(scan, i)
    return None


def _made(
    stop: int, unit: Granularity, *, every: int = 1, days: tuple[int, ...] = (), part: str | None = None
) -> Match:
    again = Recurrence(unit=unit, every=every, weekdays=days, part=part)
    return Match(stop=stop, kind="recurrence", recurrence=again)


def _every(scan: Scan, j: int) -> Match | None:
    every = 1
    j += scan.low(j) in ("single", "few", "and")
    if scan.low(j) == "other":
        every, j = 2, j + 1
    elif scan.kind(j) in ("number", "word") and scan.low(j) not in UNITS and (counted := count(scan, j)) is not None:
        every, j = max(1, int(counted[1])), counted[2]
    word = scan.low(j)
    weekday = WEEKDAYS.get(word, SHORT_WEEKDAYS.get(word) if scan.capital(j) else None)
    if weekday is not None:
        found = _joined(scan, j + 1, (weekday,))
        return _part(scan, found[1], found[0], every)
    if word in UNITS:
        return _made(j + 1, UNITS[word], every=every)
    if word in DAY_PARTS:
        return _made(j + 1, "day", every=every, part=word)
    if word in MONTHS or word in ("summer", "winter", "spring", "fall", "autumn", "christmas", "thanksgiving"):
        return _made(j + 1, "year", every=every)
    return None


def _joined(scan: Scan, j: int, days: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    while scan.low(j) in ("and", "or", ",", "&"):
        k = j + 1 + (scan.low(j) == "," and scan.low(j + 1) in ("and", "or"))
        word = scan.low(k)
        more = _SETS.get(word) or ((WEEKDAYS[word],) if word in WEEKDAYS else None)
        if more is None:
            break
        days, j = days + more, k + 1
    return tuple(dict.fromkeys(days)), j


def _days(scan: Scan, i: int) -> Match:
    days, stop = _joined(scan, i + 1, _SETS[scan.low(i)])
    return _part(scan, stop, days, 1)


def _part(scan: Scan, stop: int, days: tuple[int, ...], every: int) -> Match:
    word = scan.low(stop).removesuffix("s")
    part = word if word in DAY_PARTS else None
    return _made(stop + (part is not None), "week", every=every, days=days, part=part)


def _times(scan: Scan, i: int) -> Match | None:
    if scan.low(i) in _TIMES:
        times, j = _TIMES[scan.low(i)], i + 1
    else:
        counted = count(scan, i)
        if counted is None or scan.low(counted[2]) not in ("times", "time"):
            return None
        times, j = max(1, int(counted[1])), counted[2] + 1
    if scan.low(j) not in ("a", "an", "per", "every", "each"):
        return None
    unit = UNITS.get(scan.low(j + 1))
    if unit is None or scan.low(j + 1).endswith("s"):
        return None
    return Match(stop=j + 2, kind="recurrence", recurrence=Recurrence(unit=unit, times=times))
