"""Times of day, and their joining to a day: "yesterday morning", "Friday at 3pm", "10:04 am on 19 December, 2023"."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from graphmem.text.time.calendar import PARTS, Interval, part_of
from graphmem.text.time.matches import Match, widened
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import DAY_PARTS

__all__ = ["about_meal", "clock", "on_day", "with_clock"]

_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?\s?([ap])?")
#: Zones that people write behind a time, in hours from UTC.
_ZONES = {
    "utc": 0, "gmt": 0, "cet": 1, "cest": 2, "bst": 1, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_MINUTE = timedelta(minutes=1)
#: Hours [from, to) of a day "before" and "after" what parts it.
_MEALS = {
    "breakfast": ((5, 9), (8, 12)), "lunch": ((6, 13), (13, 18)), "noon": ((6, 12), (12, 18)),
    "school": ((6, 9), (15, 20)), "work": ((5, 9), (17, 24)), "dinner": ((12, 19), (19, 24)),
    "midnight": ((18, 24), (24, 30)),
}  # fmt: skip


def clock(scan: Scan, i: int) -> tuple[int, bool, timezone | None, int] | None:
    """Return a time of day as (minutes since midnight, whether minutes were told, its zone, the token after it)."""
    if scan.kind(i) == "number" and scan.low(i + 1) == "o" and scan.low(i + 2) == "'clock":
        hour = int(float(scan.low(i)))
        return (hour * 60, False, None, i + 3) if hour <= 24 else None
    found = _CLOCK.match(scan.low(i)) if scan.kind(i) == "clock" else None
    if found is None:
        return None
    hour, minute, half = int(found.group(1)), int(found.group(2) or 0), found.group(4)
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    zone = _zone(scan, i + 1)
    return hour * 60 + minute, found.group(2) is not None, zone, i + 1 + (zone is not None)


def _zone(scan: Scan, i: int) -> timezone | None:
    hours = _ZONES.get(scan.low(i))
    return None if hours is None or not scan.capital(i) else timezone(timedelta(hours=hours))


def about_meal(scan: Scan, i: int) -> tuple[int, int, int] | None:
    """Return "after lunch", "before work" as hours [from, to) of the day, and the token after it."""
    hours = _MEALS.get(scan.low(i + 1))
    if hours is None or scan.low(i) not in ("before", "after"):
        return None
    first, last = hours[scan.low(i) == "after"]
    return first, last, i + 2


def on_day(day: datetime, first: int, last: int) -> Interval:
    """Return the hours [first, last) of a day; 24 and more are the next day's."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return Interval(midnight + timedelta(hours=first), midnight + timedelta(hours=last), "part")


def with_clock(scan: Scan, match: Match) -> Match:
    """Return the match of a day with the time of day that is told behind it, else as it is."""
    if match.start is None or match.grain not in ("day", "part") or match.kind != "interval":
        return match
    return _part_behind(scan, match, match.start) or _clock_behind(scan, match, match.start) or match


def _part_behind(scan: Scan, match: Match, start: datetime) -> Match | None:
    j = match.stop
    if match.grain != "day" or match.direction == "range":
        return None
    meal = about_meal(scan, j)
    if meal is not None:
        return replace(match, stop=meal[2], interval=on_day(start, meal[0], meal[1]), certainty="vague")
    for words in ((), ("in", "the"), ("at",), ("early", "in", "the"), ("late", "in", "the"), ("around",)):
        if scan.words(j, *words):
            name = scan.low(j + len(words))
            if name in DAY_PARTS or (words and name in PARTS):
                found = match.up_to(j + len(words) + 1)
                return _clock_behind(scan, found, start) or replace(found, interval=part_of(name, start))
    return None


def _clock_behind(scan: Scan, match: Match, day: datetime) -> Match | None:
    j = match.stop
    about = False
    while scan.low(j) in ("at", ",", "around", "about", "from", "by") and scan.kind(j + 1) != "":
        about = about or scan.low(j) in ("around", "about")
        j += 1
    found = clock(scan, j)
    if found is None:
        return None
    minutes, exact, zone, stop = found
    start = day.replace(hour=0, minute=0) + minutes * _MINUTE
    span = Interval(start, start + (1 if exact else 60) * _MINUTE, "minute" if exact else "hour")
    last = _until(scan, stop)
    if last is not None and last[0] > minutes:
        span = Interval(start, start + (last[0] - minutes) * _MINUTE, span.grain)
        return replace(match, stop=last[1], interval=span, zone=zone, direction="range")
    told = replace(match, stop=stop, interval=span, zone=zone)
    return widened(told) if about else told


def _until(scan: Scan, i: int) -> tuple[int, int] | None:
    if scan.low(i) not in ("to", "-", "–", "until", "till"):
        return None
    found = clock(scan, i + 1)
    return None if found is None else (found[0], found[3])
