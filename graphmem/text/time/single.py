"""One time, whatever its form: a date, a day with its clock, "the end of last year", "the first week of May"."""

from dataclasses import replace
from datetime import datetime, timedelta

from graphmem.text.time import absolute, feasts, recurring, relative, years
from graphmem.text.time.calendar import Interval, days, month_of, nth_weekday, part_of, unit_at
from graphmem.text.time.clock import about_meal, clock, on_day, with_clock
from graphmem.text.time.matches import Match, Rule, today
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import DAY_PARTS, ORDINALS, SHORT_WEEKDAYS, UNITS, WEEKDAYS

__all__ = ["midnight", "single"]

_DAY = timedelta(days=1)
_RULES: tuple[Rule, ...] = (
    absolute.iso_date,
    absolute.numeric_date,
    absolute.slash_date,
    recurring.recurring,
    years.quarter,
    years.century,
    relative.ago,
    relative.from_now,
    relative.turned,
    relative.counted_stretch,
    relative.other_day,
    relative.the_weekend,
    absolute.day_before_month,
    absolute.month_date,
    feasts.named_feast,
    absolute.ordinal_day,
    relative.day_word,
    relative.deictic,
    relative.weekday_name,
    years.decade,
    feasts.season,
    years.year,
    relative.vague_word,
)


# --- one time -------------------------------------------------------------------------------------------------------


def single(scan: Scan, i: int) -> Match | None:
    """Read one time with its day, its part of the day and its clock."""
    found = (
        _modified(scan, i) or _nth_of(scan, i) or _clock_first(scan, i) or _dated_weekday(scan, i) or _plain(scan, i)
    )
    return with_clock(scan, found) if found is not None else None


def _plain(scan: Scan, i: int) -> Match | None:
    for rule in _RULES:
        found = rule(scan, i)
        if found is not None:
            return found
    if scan.low(i) == "the" and scan.low(i + 1) in _AFTER_THE:
        return _plain(scan, i + 1)
    return None


_AFTER_THE = frozenset({"summer", "winter", "spring", "fall", "autumn", "year", "fourth", "4th"})


def _dated_weekday(scan: Scan, i: int) -> Match | None:
    """Read "Friday, May 5", "Sunday the 15th", "Sat 7 May": the date counts."""
    if scan.low(i) not in WEEKDAYS and scan.low(i) not in SHORT_WEEKDAYS:
        return None
    j = i + 1
    while scan.low(j) in (",", ".", "(", "the") and j < i + 3:
        j += 1
    for rule in (absolute.iso_date, absolute.numeric_date, absolute.day_before_month, absolute.month_date):
        found = rule(scan, j)
        if found is not None and (found.interval is None or found.interval.grain == "day"):
            return found
    return absolute.ordinal_day(scan, j) if scan.low(j - 1) == "the" else None


def _clock_first(scan: Scan, i: int) -> Match | None:
    """Read "1:56 pm on 8 May, 2023", "3pm yesterday", "the morning of May 7"."""
    part = i + (scan.low(i) == "the")
    if scan.low(part) in DAY_PARTS | {"noon", "midnight"} and scan.low(part + 1) in ("of", "on"):
        day = _dated_weekday(scan, part + 2) or _plain(scan, part + 2)
        if day is not None and day.start is not None and day.grain == "day":
            return replace(day, interval=part_of(scan.low(part), day.start))
        return None
    meal = about_meal(scan, i)
    if meal is not None:
        day = _plain(scan, meal[2] + (scan.low(meal[2]) == "on"))
        if day is None or day.start is None or day.grain != "day" or day.direction != "at":
            return None
        return replace(day, interval=on_day(day.start, meal[0], meal[1]), certainty="vague")
    found = clock(scan, i)
    if found is None:
        return None
    minutes, exact, zone, j = found
    j += scan.low(j) in ("on", ",")
    day = _dated_weekday(scan, j) or _plain(scan, j)
    if day is None or day.start is None or day.grain not in ("day", "part"):
        return None
    start = day.start.replace(hour=0, minute=0) + timedelta(minutes=minutes)
    span = Interval(start, start + timedelta(minutes=1 if exact else 60), "minute" if exact else "hour")
    return replace(day, interval=span, zone=zone)


#: Thirds of an interval: from and to, in thirds.
_THIRDS = {
    "early": (0, 1), "beginning": (0, 1), "start": (0, 1), "mid": (1, 2), "middle": (1, 2), "late": (2, 3),
    "end": (2, 3),
}  # fmt: skip


def _modified(scan: Scan, i: int) -> Match | None:
    """Read "early May", "mid-June", "the end of last year", "earlier this week", "later this month"."""
    j = i + (scan.low(i) == "the")
    word = scan.low(j)
    if word in ("earlier", "later"):
        return _side(scan, j)
    if word not in _THIRDS:
        return None
    noun = word in ("beginning", "start", "middle", "end")
    if noun and scan.low(j + 1) != "of":
        return None
    k = j + 1 + (scan.low(j + 1) in ("-", "of"))
    inner = _this_one(scan, k + (scan.low(k) in ("in", "on")))
    if inner is None or inner.interval is None or inner.interval.start is None or inner.interval.end is None:
        return None
    start, end = inner.interval.start, inner.interval.end
    if inner.interval.grain in ("day", "part", "hour", "minute", "second") or inner.direction != "at":
        return inner if inner.direction == "at" and not noun else None
    low, high = _THIRDS[word]
    third = (end - start) / 3
    first, last = midnight(start + low * third), end if high == 3 else midnight(start + high * third)
    span = Interval(first, last, inner.interval.grain)
    return replace(inner, interval=span, certainty="vague")


def midnight(at: datetime) -> datetime:
    """Return the start of the day of an instant."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _this_one(scan: Scan, k: int) -> Match | None:
    """Read what is divided: a time, or "the month" for the present one."""
    unit = UNITS.get(scan.low(k + 1))
    if scan.low(k) == "the" and unit in ("week", "month", "quarter", "year") and scan.low(k + 2) != "of":
        return Match(stop=k + 2, interval=unit_at(scan.reference, unit, week_start=scan.week_start))
    return _plain(scan, k)


def _side(scan: Scan, j: int) -> Match | None:
    inner = _plain(scan, j + 1 + (scan.low(j + 1) == "in"))
    if inner is None or inner.interval is None or inner.interval.start is None or inner.interval.end is None:
        return None
    start, end, day = inner.interval.start, inner.interval.end, today(scan)
    if not start <= scan.reference < end or inner.interval.grain == "part":
        return _later_half(scan, j, inner, start, end)
    if scan.low(j) == "earlier":
        span = Interval(start, max(day, start + timedelta(hours=1)), inner.interval.grain)
        if inner.interval.grain == "day":
            span = Interval(start, max(scan.reference, start + timedelta(hours=1)), "day")
    else:
        span = Interval(min(day + _DAY, end - timedelta(hours=1)), end, inner.interval.grain)
        if inner.interval.grain == "day":
            span = Interval(scan.reference, end, "day")
    return replace(inner, interval=span, certainty="vague")


def _later_half(scan: Scan, j: int, inner: Match, start: datetime, end: datetime) -> Match | None:
    if inner.kind != "interval":
        return None
    if inner.grain in ("day", "part", "hour", "minute", "second"):
        return inner
    middle = midnight(start + (end - start) / 2)
    span = (start, middle) if scan.low(j) == "earlier" else (middle, end)
    return replace(
        inner, interval=Interval(*span, inner.interval.grain if inner.interval else "day"), certainty="vague"
    )


def _nth_of(scan: Scan, i: int) -> Match | None:
    """Read "the first week of May", "the last Friday in June 2023", "the second half of 2022"."""
    j = i + (scan.low(i) == "the")
    nth = ORDINALS.get(scan.low(j))
    if nth is None and scan.kind(j) == "ordinal":
        nth = int(scan.low(j)[:-2])
    of = 1 if scan.kind(j) == "ordinal" and scan.low(j + 1) == "of" else 2  # "the 15th of last month"
    if nth is None or scan.low(j + of) not in ("of", "in"):
        return None
    inner = _this_one(scan, j + of + 1)
    if inner is None or inner.interval is None or inner.kind != "interval" or inner.direction != "at":
        return None
    if of == 1 and inner.grain != "month":
        return None
    span = _piece(inner.interval, "day" if of == 1 else scan.low(j + 1), nth)
    return replace(inner, interval=span) if span is not None else None


def _piece(whole: Interval, word: str, nth: int) -> Interval | None:
    """Return the nth piece of an interval: of its days, weeks (of seven days from its first), halves, weekdays."""
    start, end = whole.start, whole.end
    if start is None or end is None:
        return None
    if word in WEEKDAYS:
        return nth_weekday(whole, WEEKDAYS[word], nth)
    if word == "weekend":
        saturday = nth_weekday(whole, 5, nth)
        return days(saturday.start, 2, grain="weekend") if saturday is not None and saturday.start is not None else None
    if word == "half" and nth in (1, 2, -1) and whole.grain in ("year", "decade", "month", "century"):
        middle = start.replace(month=7) if whole.grain == "year" else midnight(start + (end - start) / 2)
        return Interval(start, middle, "season") if nth == 1 else Interval(middle, end, "season")
    length = {"day": 1, "week": 7}.get(word)
    if length is not None:
        first = end - length * _DAY if nth < 0 else start + length * (nth - 1) * _DAY
        return days(first, length, grain="day" if length == 1 else "week") if start <= first < end else None
    if word == "month" and whole.grain in ("year", "quarter", "season"):
        return month_of(start.year, start.month + nth - 1) if nth > 0 else month_of(end.year, end.month - 1)
    return None
