"""Dates that are written out: ISO, numbers, "7 May 2023", "May", "the 15th"."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, timezone

from graphmem.text.time.calendar import (
    Interval,
    day_of,
    days,
    month_of,
)
from graphmem.text.time.matches import Match, leaning, nothing, occurrence
from graphmem.text.time.spans import Direction
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import AMBIGUOUS_MONTHS, MONTHS, SHORT_MONTHS, TIME_PREPOSITIONS, WEEKDAYS
from graphmem.text.time.years import COUNTED, no_year_after, year_after

__all__ = ["day_before_month", "iso_date", "month_date", "month_name", "numeric_date", "ordinal_day", "slash_date"]

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s?(z|[+-]\d\d:?\d\d)?$", re.IGNORECASE
)
_RANGE = frozenset({"-", "–", "—", "to", "through", "and", "until", "till"})


def iso_date(scan: Scan, i: int) -> Match | None:
    """Read "2023-05-07" and "2023-05-07T10:04:00+02:00"."""
    found = _ISO.match(scan.low(i)) if scan.kind(i) == "iso" else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(g) if g else 0 for g in found.groups()[:6])
    try:
        at = datetime.combine(day_of(year, month, day), time(hour, minute, second))
    except (ValueError, OverflowError):
        return nothing(i + 1)
    if found.group(4) is None:
        return Match(stop=i + 1, interval=days(at))
    length = timedelta(seconds=1) if found.group(6) else timedelta(minutes=1)
    span = Interval(at, at + length, "second" if found.group(6) else "minute")
    return Match(stop=i + 1, interval=span, zone=_offset(found.group(7)))


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in ("z", "Z"):
        return UTC
    digits = text[1:].replace(":", "")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-length if text[0] == "-" else length) if length < timedelta(hours=24) else None


def numeric_date(scan: Scan, i: int) -> Match | None:
    """Read "5/7/2023", "2023/05/07", "7.5.2023"."""
    if scan.kind(i) != "date":
        return None
    text = scan.low(i)
    parts = re.split(r"[-/.]", text)
    one, two, three = (int(p) for p in parts)
    if len(parts[0]) == 4:
        return _day_match(i + 1, one, two, three)
    if "." in text and len(parts[2]) != 4:
        return None
    year_ = three if three > 99 else three + (2000 if three < 69 else 1900)
    day_first = scan.day_first or "." in text
    if one > 12 or (day_first and two <= 12):
        one, two = two, one
    certain = one == two or max(one, two) > 12 or "." in text or scan.day_first
    match = _day_match(i + 1, year_, one, two)
    return match if certain or match.interval is None else replace(match, certainty="likely")


#: Words behind which "5/7" is a day; and what is a fraction behind most of them.
_SLASH_BEFORE = frozenset({"on", "by", "until", "till", "since", "before", "after", "from", "between", "due", "dated"})
_FRACTIONS = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "1/8"})


def slash_date(scan: Scan, i: int) -> Match | None:
    """Read "5/7" behind a word that tells a time."""
    before = scan.low(i - 1)
    told = before in _SLASH_BEFORE or (before in ("to", "and", "-", "or") and scan.kind(i - 2) == "slash")
    if scan.kind(i) != "slash" or not told or (before != "on" and scan.low(i) in _FRACTIONS):
        return None
    one, two = (int(p) for p in scan.low(i).split("/"))
    if one > 12 or (scan.day_first and two <= 12):
        one, two = two, one
    month, day = one, two
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return occurrence(scan, i + 1, lambda y: days(day_of(y, month, day)))


def _day_match(stop: int, year_: int, month: int, day: int) -> Match:
    try:
        return Match(stop=stop, interval=days(day_of(year_, month, day)))
    except (ValueError, OverflowError):
        return nothing(stop)


# --- months ---------------------------------------------------------------------------------------------------------


def month_name(scan: Scan, i: int) -> tuple[int, int] | None:
    """Return a month by its name or abbreviation and the token after it, wherever it stands."""
    word = scan.low(i)
    if word in MONTHS:
        return MONTHS[word], i + 1
    if word in SHORT_MONTHS:
        return SHORT_MONTHS[word], i + 1 + (scan.low(i + 1) == "." and scan.kind(i + 2) in ("number", "ordinal"))
    return None


def month_date(scan: Scan, i: int) -> Match | None:
    """Read "May 7th, 2023", "May 5-7", "May 2023" and "May"."""
    named = month_name(scan, i)
    if named is None:
        return None
    month, j = named
    if scan.low(i) not in MONTHS and not scan.capital(i) and scan.kind(j) not in ("number", "ordinal"):
        return None
    day = _day_number(scan, j + (scan.low(j) == "the"))
    if day is not None and _day_is_meant(scan, i, j):
        stop = j + 1 + (scan.low(j) == "the")
        last, stop = _last_day(scan, stop) or (day, stop)
        if scan.low(i - 1) == "between" and last < day:
            day, last = last, day
        return _dated(scan, stop, month, day, last=last)
    told = year_after(scan, j)
    if told is not None:
        return Match(stop=told[1], interval=month_of(told[0], month))
    if not _month_is_meant(scan, i):
        return None
    return occurrence(scan, j, lambda y: month_of(y, month))


def _day_number(scan: Scan, i: int) -> int | None:
    word = scan.low(i)
    if scan.kind(i) == "ordinal":
        number = int(word[:-2])
    elif scan.kind(i) == "number" and word.isdigit() and len(word) < 3:
        number = int(word)
    else:
        return None
    return number if 1 <= number <= 31 else None


def _day_is_meant(scan: Scan, i: int, j: int) -> bool:
    if scan.kind(j) == "ordinal" or scan.capital(i):
        return scan.low(j + 1) not in COUNTED
    return scan.low(i) not in ("may", "march") or scan.low(i - 1) in TIME_PREPOSITIONS


def _last_day(scan: Scan, i: int) -> tuple[int, int] | None:
    """Return the second day of "May 5-7" and the token after it."""
    if scan.low(i) not in _RANGE or scan.low(i) == "until":
        return None
    if scan.low(i) == "and" and "between" not in (scan.low(i - 3), scan.low(i - 4)):
        return None  # "May 5 and 7" are two days
    number = _day_number(scan, i + 1)
    if number is None or month_name(scan, i + 2) is not None or scan.low(i + 2) in COUNTED:
        return None
    return number, i + 2


def _dated(scan: Scan, stop: int, month: int, day: int, *, last: int) -> Match:
    told = year_after(scan, stop) if scan.low(stop) != "in" else None

    def made(y: int) -> Interval:
        return Interval(day_of(y, month, day), days(day_of(y, month, last)).end, "day")

    odd = no_year_after(scan, stop)
    if odd is not None:
        return nothing(odd)
    if last < day:
        return nothing(told[1] if told else stop)
    way: Direction = "range" if last > day else "at"
    if told is not None:
        try:
            return replace(Match(stop=told[1], interval=made(told[0])), direction=way)
        except (ValueError, OverflowError):
            return nothing(told[1])
    found = occurrence(scan, stop, made)
    return replace(found, direction=way) if found else nothing(stop)


_PIECES = frozenset(
    {
        "end", "start", "beginning", "middle", "week", "weekend", "month", "day", "half", "part", "days", "weeks",
        "rest", "all",
    }
)  # fmt: skip


def _month_is_meant(scan: Scan, i: int) -> bool:
    word, before, capital = scan.low(i), scan.low(i - 1), scan.capital(i)
    if before == "of" and scan.low(i - 2) not in _PIECES and scan.low(i - 2) not in WEEKDAYS:
        return capital and word not in AMBIGUOUS_MONTHS
    if before in ("or", "and", "&") and month_name(scan, i - 2) is not None:
        return capital
    if word in SHORT_MONTHS:
        return capital and before in TIME_PREPOSITIONS
    if word in AMBIGUOUS_MONTHS:
        firm = before in TIME_PREPOSITIONS - {"to", "for", "of", "about", "from", "by"}
        if word in ("may", "march") and not capital:
            closed = scan.kind(i + 1) != "word" or scan.low(i + 1) in ("and", "or", "but", "to", "of", "for", "when")
            return firm and closed and before in ("in", "since", "until", "last", "next", "early", "late", "mid")
        return capital and (firm or before in TIME_PREPOSITIONS or scan.low(i - 1) == "-")
    return capital or before in TIME_PREPOSITIONS


def day_before_month(scan: Scan, i: int) -> Match | None:
    """Read "7 May 2023", "7th of May", "5-7 May", "first of May"."""
    j = i + (scan.low(i) == "the")
    day = _day_number(scan, j) or (1 if scan.words(j, "first", "of") else None)
    if day is None:
        return None
    stop, last = j + 1, day
    joined = scan.low(stop) in _RANGE and (scan.low(stop) != "and" or scan.low(j - 1) == "between")
    if joined and (other := _day_number(scan, stop + 1)) is not None:
        stop, last = stop + 2, other
        if scan.low(j - 1) == "between" and last < day:
            day, last = last, day
    stop += scan.low(stop) == "of"
    named = month_name(scan, stop)
    if named is None or (scan.low(stop) in ("may", "march", "mar") and not scan.capital(stop)):
        return None
    return _dated(scan, named[1], named[0], day, last=last)


def ordinal_day(scan: Scan, i: int) -> Match | None:
    """Read "the 15th", a day of this month or of one beside it."""
    j = i + (scan.low(i) == "the")
    before = scan.low(i - 1)
    told = before in ("on", "by", "until", "till", "since", "from", "before", "after", "around") or before.endswith(
        "day"
    )
    closed = scan.kind(j + 1) in ("mark", "") or scan.low(j + 1) in _AFTER_DAY
    day = _day_number(scan, j)
    if scan.kind(j) != "ordinal" or day is None or not told or not closed:
        return None
    here = scan.reference
    lean = leaning(scan, i)
    near = (0, 1, 2) if lean > 0 else (0, -1, -2)
    for step in near:
        first = month_of(here.year, here.month + step).start
        assert first is not None
        try:
            found = first.replace(day=day)
        except (ValueError, OverflowError):
            continue
        ahead = found.date() > here.date()
        if (lean > 0 and found.date() >= here.date()) or (lean <= 0 and not ahead):
            return Match(stop=j + 1, interval=days(found), certainty="likely")
    return nothing(j + 1)


_AFTER_DAY = frozenset(
    {
        "at", "and", "or", "for", "to", "is", "was", "i", "we", "he", "she", "it", "but", "in", "with", "so", "through",
        "because", "after", "before", "when", "where", "during", "by", "on", "as", "from", "that", "which", "until",
        "my", "our",
    }
)  # fmt: skip
