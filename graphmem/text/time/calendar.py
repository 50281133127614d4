"""Calendar arithmetic on local wall-clock time (naive datetimes): units, shifts, feasts. Pure.

What falls outside the years 1 to 9999 raises OverflowError; the grammar turns that into a phrase without a date.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

from graphmem.text.time.spans import Granularity

__all__ = [
    "FEASTS", "PARTS", "SEASONS", "Interval", "day_of", "days", "feast", "instant", "month_of", "nth_weekday",
    "part_of",     "season_of", "shifted", "unit_at", "weekday_near", "year_of",
]  # fmt: skip

_DAY = timedelta(days=1)
#: First month of each season in the north; each lasts three months, winter over the turn of the year.
SEASONS: Mapping[str, int] = MappingProxyType({"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12})
#: Hours [from, to) of the parts of a day; a night ends on the next day.
PARTS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "morning": (6, 12),
        "noon": (12, 13),
        "lunch": (12, 14),
        "lunchtime": (12, 14),
        "afternoon": (12, 18),
        "evening": (18, 24),
        "night": (18, 30),
        "midnight": (24, 25),
    }
)


@dataclass(frozen=True, slots=True)
class Interval:
    """Local time [start, end), None unbounded; `grain` is the unit it was said in."""

    start: datetime | None
    end: datetime | None
    grain: Granularity


def days(day: datetime, count: int = 1, *, grain: Granularity = "day") -> Interval:
    """Return `count` days from the start of a day on."""
    first = datetime.combine(day.date(), time())
    return Interval(first, _after(first, timedelta(days=count)), grain)


def _after(at: datetime, length: timedelta) -> datetime | None:
    """Return what is so much later, None beyond the calendar's end: an interval up to there has no end."""
    try:
        return at + length
    except OverflowError:
        return None


def day_of(year: int, month: int, day: int) -> datetime:
    """Return the start of a day; ValueError where there is none, OverflowError outside the years 1 to 9999."""
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year}")
    return datetime.combine(date(year, month, day), time())


def month_of(year: int, month: int, *, count: int = 1, grain: Granularity = "month") -> Interval:
    """Return `count` months from a month on; a month outside 1 to 12 counts on into other years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    first = day_of(year, month, 1)
    last = month - 1 + count
    end_year = year + last // 12
    return Interval(first, day_of(end_year, last % 12 + 1, 1) if end_year <= 9999 else None, grain)


def year_of(year: int, *, count: int = 1, grain: Granularity = "year") -> Interval:
    """Return `count` years from a year on."""
    return month_of(year, 1, count=12 * count, grain=grain)


def season_of(name: str, year: int, *, southern: bool = False) -> Interval:
    """Return a season by the months (meteorological); winter is the one that begins in the year."""
    return month_of(year, SEASONS[name] + (6 if southern else 0), count=3, grain="season")


def part_of(name: str, day: datetime) -> Interval:
    """Return a part of a day."""
    first, last = PARTS[name]
    midnight = datetime.combine(day.date(), time())
    return Interval(midnight + timedelta(hours=first), _after(midnight, timedelta(hours=last)), "part")


def shifted(at: datetime, count: float, unit: Granularity) -> datetime:
    """Return what is `count` units later (earlier if negative); a day that a month lacks becomes its last one."""
    if unit in _MONTHS:
        months = round(count * _MONTHS[unit])
        index = at.year * 12 + at.month - 1 + months
        year, month = index // 12, index % 12 + 1
        if not 1 <= year <= 9999:
            raise OverflowError(f"year {year}")
        return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
    return at + count * _LENGTHS[unit]


_MONTHS: Mapping[str, int] = MappingProxyType(
    {"month": 1, "quarter": 3, "season": 3, "year": 12, "decade": 120, "century": 1200}
)
_LENGTHS: Mapping[str, timedelta] = MappingProxyType(
    {
        "second": timedelta(seconds=1),
        "minute": timedelta(minutes=1),
        "hour": timedelta(hours=1),
        "part": _DAY,
        "day": _DAY,
        "weekend": 7 * _DAY,
        "week": 7 * _DAY,
    }
)


def unit_at(at: datetime, unit: Granularity, *, offset: int = 0, week_start: int = 0) -> Interval:
    """Return the calendar unit that holds an instant, or the one `offset` units on.

    A weekend is Saturday and Sunday and belongs to the week that begins on the Monday before.
    """
    if unit in ("second", "minute", "hour"):
        there = shifted(at, offset, unit)
        first = there.replace(
            microsecond=0, second=0 if unit != "second" else there.second, minute=0 if unit == "hour" else there.minute
        )
        return Interval(first, _after(first, _LENGTHS[unit]), unit)
    if unit in ("day", "part"):
        return days(at + offset * _DAY)
    if unit == "week":
        return days(at + (7 * offset - (at.weekday() - week_start) % 7) * _DAY, 7, grain="week")
    if unit == "weekend":
        return days(at + (7 * offset + 5 - at.weekday()) * _DAY, 2, grain="weekend")
    return _MONTHLY[unit](at, offset)


_MONTHLY: Mapping[str, Callable[[datetime, int], Interval]] = MappingProxyType(
    {
        "month": lambda at, n: month_of(at.year, at.month + n),
        "quarter": lambda at, n: month_of(at.year, (at.month - 1) // 3 * 3 + 1 + 3 * n, count=3, grain="quarter"),
        "season": lambda at, n: month_of(at.year, at.month // 3 * 3 + 3 * n, count=3, grain="season"),
        "year": lambda at, n: year_of(at.year + n),
        "decade": lambda at, n: year_of(at.year // 10 * 10 + 10 * n, count=10, grain="decade"),
        "century": lambda at, n: year_of((at.year - 1) // 100 * 100 + 1 + 100 * n, count=100, grain="century"),
    }
)


def weekday_near(at: datetime, weekday: int, *, offset: int) -> Interval:
    """Return the `offset`-th such weekday after the day of `at`, or before it if negative; never that day itself."""
    ahead = (weekday - at.weekday() - 1) % 7 + 1 + 7 * (offset - 1)
    back = (at.weekday() - weekday - 1) % 7 + 1 + 7 * (-offset - 1)
    return days(at + (ahead if offset > 0 else -back) * _DAY)


def nth_weekday(span: Interval, weekday: int, nth: int) -> Interval | None:
    """Return the nth such weekday in an interval (from 1; -1 is the last), None where there are not so many."""
    if span.start is None or span.end is None:
        return None
    first = span.start + (weekday - span.start.weekday()) % 7 * _DAY
    last_day = span.end - _DAY
    last = last_day - (last_day.weekday() - weekday) % 7 * _DAY
    found = last + 7 * (nth + 1) * _DAY if nth < 0 else first + 7 * (nth - 1) * _DAY
    return days(found) if span.start <= found < span.end else None


# --- feasts ---------------------------------------------------------------------------------------------------------


def _easter(year: int) -> datetime:
    """Return Easter Sunday, Gregorian (the anonymous algorithm, Nature 13, 1876; J. Meeus, Astronomical Algorithms)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return day_of(year, month, day + 1)


def _fixed(month: int, day: int, count: int = 1) -> Callable[[int], Interval]:
    return lambda year: days(day_of(year, month, day), count)


def _nth(month: int, weekday: int, nth: int, after: int = 0) -> Callable[[int], Interval]:
    def found(year: int) -> Interval:
        start = nth_weekday(month_of(year, month), weekday, nth)
        if start is None or start.start is None:
            raise ValueError(f"no such day in {year}")
        return days(start.start + after * _DAY)

    return found


def _from_easter(offset: int) -> Callable[[int], Interval]:
    return lambda year: days(_easter(year) + offset * _DAY)


#: Feasts by their words (lower case, no apostrophes, "'s" and "day" apart): the day or days in a year.
FEASTS: Mapping[str, Callable[[int], Interval]] = MappingProxyType(
    {
        "new year eve": _fixed(12, 31),
        "new year": _fixed(1, 1),
        "new year day": _fixed(1, 1),
        "epiphany": _fixed(1, 6),
        "groundhog day": _fixed(2, 2),
        "valentine day": _fixed(2, 14),
        "valentine": _fixed(2, 14),
        "valentines day": _fixed(2, 14),
        "valentines": _fixed(2, 14),
        "international women day": _fixed(3, 8),
        "st patrick day": _fixed(3, 17),
        "saint patrick day": _fixed(3, 17),
        "april fools": _fixed(4, 1),
        "april fools day": _fixed(4, 1),
        "april fool day": _fixed(4, 1),
        "earth day": _fixed(4, 22),
        "may day": _fixed(5, 1),
        "cinco de mayo": _fixed(5, 5),
        "juneteenth": _fixed(6, 19),
        "pride month": lambda year: month_of(year, 6),
        "independence day": _fixed(7, 4),
        "bastille day": _fixed(7, 14),
        "halloween": _fixed(10, 31),
        "veterans day": _fixed(11, 11),
        "christmas eve": _fixed(12, 24),
        "christmas": _fixed(12, 25),
        "christmas day": _fixed(12, 25),
        "xmas": _fixed(12, 25),
        "boxing day": _fixed(12, 26),
        "christmas time": _fixed(12, 20, 14),
        "christmastime": _fixed(12, 20, 14),
        "holiday season": _fixed(11, 23, 40),
        "mlk day": _nth(1, 0, 3),
        "martin luther king day": _nth(1, 0, 3),
        "presidents day": _nth(2, 0, 3),
        "president day": _nth(2, 0, 3),
        "super bowl sunday": _nth(2, 6, 2),
        "mother day": _nth(5, 6, 2),
        "mothers day": _nth(5, 6, 2),
        "memorial day": _nth(5, 0, -1),
        "memorial day weekend": lambda year: _weekend_before(_nth(5, 0, -1)(year)),
        "father day": _nth(6, 6, 3),
        "fathers day": _nth(6, 6, 3),
        "labor day": _nth(9, 0, 1),
        "labour day": _nth(9, 0, 1),
        "labor day weekend": lambda year: _weekend_before(_nth(9, 0, 1)(year)),
        "columbus day": _nth(10, 0, 2),
        "thanksgiving": _nth(11, 3, 4),
        "thanksgiving day": _nth(11, 3, 4),
        "black friday": _nth(11, 3, 4, 1),
        "cyber monday": _nth(11, 3, 4, 4),
        "ash wednesday": _from_easter(-46),
        "palm sunday": _from_easter(-7),
        "holy thursday": _from_easter(-3),
        "maundy thursday": _from_easter(-3),
        "good friday": _from_easter(-2),
        "holy saturday": _from_easter(-1),
        "easter": _from_easter(0),
        "easter sunday": _from_easter(0),
        "easter monday": _from_easter(1),
    }
)


def _weekend_before(monday: Interval) -> Interval:
    return Interval(monday.start - 2 * _DAY if monday.start else None, monday.end, "weekend")


def feast(name: str, year: int) -> Interval:
    """Return a feast of `FEASTS` in a year."""
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year}")
    return FEASTS[name](year)


# --- to the world's clock -------------------------------------------------------------------------------------------


def instant(local: datetime | None, zone: tzinfo) -> datetime | None:
    """Return local wall-clock time as an aware UTC instant; None where it is None or outside the years 1 to 9999.

    In the hour a clock skips, it is as much later as the clock jumps; in the hour it repeats, the first is meant.
    """
    if local is None:
        return None
    try:
        return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    except OverflowError:
        return None
