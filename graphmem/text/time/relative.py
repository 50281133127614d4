"""Times told from the moment of speaking: "yesterday", "last Friday", "two weekends ago", "earlier this week"."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from graphmem.text.time.absolute import month_name
from graphmem.text.time.amounts import amount, back_by, count, stretch
from graphmem.text.time.calendar import (
    FEASTS,
    SEASONS,
    Interval,
    days,
    feast,
    month_of,
    part_of,
    season_of,
    unit_at,
    weekday_near,
)
from graphmem.text.time.feasts import feast_name
from graphmem.text.time.matches import Match, leaning, occurrence, today
from graphmem.text.time.spans import Certainty, Granularity, Length
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import DAY_PARTS, SHORT_MONTHS, SHORT_WEEKDAYS, TIME_PREPOSITIONS, UNITS, WEEKDAYS

__all__ = [
    "Target", "ago", "counted_stretch", "day_word", "deictic", "from_now", "other_day", "target", "the_weekend",
    "turned", "vague_word", "weekday_name",
]  # fmt: skip

_DAY = timedelta(days=1)
_STEPS = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1, "upcoming": 1, "following": 1}
_DAY_WORDS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1}
#: Vague words: how many days before and after the reference.
_VAGUE_WORDS = {"recently": (30, 1), "lately": (30, 1), "nowadays": (90, 1), "soon": (0, 31)}


@dataclass(frozen=True, slots=True)
class Target:
    """What "last" or "two ... ago" counts: a unit, a day of the week, or what comes once a year; `at` counts it.

    `at(n)` is the nth from the present one (0), None where there is none.
    """

    stop: int
    at: Callable[[int], Match | None]


def target(scan: Scan, i: int) -> Target | None:
    """Return what stands at a token and can be counted from now."""
    word = scan.low(i)
    if word.endswith("s") and (
        word in UNITS or word[:-1] in WEEKDAYS or word[:-1] in SEASONS or word[:-1] in DAY_PARTS
    ):
        word = word[:-1]
    if word in UNITS:
        return _unit(scan, i, UNITS[word])
    if word in WEEKDAYS or (word in SHORT_WEEKDAYS and scan.capital(i)):
        return _weekday(scan, i, WEEKDAYS.get(word, SHORT_WEEKDAYS.get(word, 0)))
    if word in DAY_PARTS:
        return Target(i + 1, lambda n: Match(stop=i + 1, interval=part_of(word, today(scan) + n * _DAY)))
    if word in SEASONS:
        return _yearly(scan, i, i + 1, lambda y: season_of(word, y, southern=scan.southern))
    if (named := month_name(scan, i)) is not None:
        month = named[0]
        return _yearly(scan, i, named[1], lambda y: month_of(y, month))
    if (known := feast_name(scan, i)) is not None and known[0] in FEASTS:
        name = known[0]
        return _yearly(scan, i, known[1], lambda y: feast(name, y))
    return None


def _unit(scan: Scan, i: int, unit: Granularity) -> Target:
    def at(n: int) -> Match:
        return Match(stop=i + 1, interval=unit_at(scan.reference, unit, offset=n, week_start=scan.week_start))

    return Target(i + 1, at)


def _yearly(scan: Scan, i: int, stop: int, made: Callable[[int], Interval]) -> Target:
    def at(n: int) -> Match | None:
        found = occurrence(scan, i, made, nth=n)
        return found.up_to(stop) if found else None

    return Target(stop, at)


def _weekday(scan: Scan, i: int, weekday: int) -> Target:
    def at(n: int) -> Match | None:
        if n:
            return Match(stop=i + 1, interval=weekday_near(scan.reference, weekday, offset=n))
        here = today(scan)
        ahead = (weekday - here.weekday()) % 7
        back = leaning(scan, i - 1) < 0
        return Match(stop=i + 1, interval=days(here + (ahead - 7 if back and ahead else ahead) * _DAY))

    return Target(i + 1, at)


# --- last, this, next -----------------------------------------------------------------------------------------------


def deictic(scan: Scan, i: int) -> Match | None:
    """Read "last Friday", "this past weekend", "next summer", "last night", "the weekend after next"."""
    j = i
    if scan.low(j) == "this" and scan.low(j + 1) in ("past", "last", "coming", "upcoming", "next"):
        j += 1
    step = _STEPS.get(scan.low(j))
    if step is None:
        return None
    found = target(scan, j + 1)
    if found is None or not _is_counted(scan, i, j):
        return None
    match = found.at(_weekend_step(scan, j, step))
    if match is None:
        return None
    soft = step > 0 and scan.low(j + 1) in (*WEEKDAYS, *SHORT_WEEKDAYS) and scan.low(j) == "next"
    return replace(match, certainty="likely") if soft else match


def _weekend_step(scan: Scan, j: int, step: int) -> int:
    """Take "this weekend", said of the past early in a week, for the one just over."""
    early = scan.low(j) == "this" and scan.low(j + 1) == "weekend" and scan.reference.weekday() < 4
    return -1 if early and leaning(scan, j) < 0 else step


def _is_counted(scan: Scan, i: int, j: int) -> bool:
    """Tell times from other uses: "the last second", "this second time", "the next day", "this spring roll"."""
    word, unit = scan.low(j), scan.low(j + 1)
    if unit in ("second", "sec", "minute", "min", "hour", "hr", "quarter") and not (unit == "hour" and word == "this"):
        return unit == "quarter"
    if scan.low(i - 1) in ("the", "my", "our", "his", "her", "their") and scan.low(j + 1) not in WEEKDAYS:
        return False
    if word == "past" and scan.low(i) == "past" and scan.low(i - 1) in ("half", "quarter", "go", "walk", "drive"):
        return False
    if word in ("following", "previous", "upcoming", "past") and j == i and unit in UNITS:
        return False
    if unit in ("day", "night") and word == "next":
        return False
    if unit in ("may", "march", *SHORT_MONTHS) and not scan.capital(j + 1) and (word == "this" or unit in SHORT_MONTHS):
        return False  # "this may be"
    if unit == "day" and word in ("this", "last", "past"):
        return False
    return not (
        unit in ("fall", "spring", "march", "may") and scan.low(j + 2) in ("roll", "rolls", "cleaning", "break")
    )


def turned(scan: Scan, i: int) -> Match | None:
    """Read "the day before yesterday", "the week before last", "the weekend after next"."""
    j = i + (scan.low(i) == "the")
    if scan.words(j, "day", "before", "yesterday"):
        return Match(stop=j + 3, interval=days(today(scan) - 2 * _DAY))
    if scan.words(j, "day", "after", "tomorrow"):
        return Match(stop=j + 3, interval=days(today(scan) + 2 * _DAY))
    if scan.words(j, "night", "before", "last"):
        return Match(stop=j + 3, interval=part_of("night", today(scan) - 2 * _DAY))
    found = target(scan, j)
    if found is None:
        return None
    step = -2 if scan.words(found.stop, "before", "last") else 2 if scan.words(found.stop, "after", "next") else 0
    match = found.at(step) if step else None
    return match.up_to(found.stop + 2) if match else None


def the_weekend(scan: Scan, i: int) -> Match | None:
    """Read "over the weekend": the last one, or the next where the sentence speaks of what is to come."""
    j = i + (scan.low(i) == "the")
    if scan.low(j) != "weekend" or scan.low(i - 1) not in ("over", "on", "during", "for", "throughout"):
        return None
    here = scan.reference.weekday() > 4
    step = 0 if leaning(scan, i) > 0 or here else -1
    span = unit_at(scan.reference, "weekend", offset=step)
    return Match(stop=j + 1, interval=span, certainty="likely")


def day_word(scan: Scan, i: int) -> Match | None:
    """Read "yesterday", "today", "tonight", "tomorrow" with a part of the day."""
    step = _DAY_WORDS.get(scan.low(i))
    if step is None:
        return None
    day = today(scan) + step * _DAY
    if scan.low(i) == "tonight":
        return Match(stop=i + 1, interval=part_of("night", day))
    return Match(stop=i + 1, interval=days(day))


def weekday_name(scan: Scan, i: int) -> Match | None:
    """Read "Friday": the last one, or the next where the sentence speaks of what is to come; never today."""
    word = scan.low(i)
    if word in WEEKDAYS:
        weekday = WEEKDAYS[word]
    elif word in SHORT_WEEKDAYS and scan.capital(i) and _short_is_meant(scan, i):
        weekday = SHORT_WEEKDAYS[word]
    else:
        return None
    step = 1 if scan.low(i - 1) == "for" or leaning(scan, i) > 0 else -1
    return Match(stop=i + 1, interval=weekday_near(scan.reference, weekday, offset=step), certainty="likely")


def _short_is_meant(scan: Scan, i: int) -> bool:
    if scan.low(i) in ("tues", "weds", "thur", "thurs", "tue", "thu", "fri"):
        return True
    before = scan.low(i - 1) in TIME_PREPOSITIONS - {
        "of",
        "to",
        "for",
        "about",
        "around",
        "through",
        "between",
        "before",
    }
    return (
        before
        or (scan.low(i + 1) in (",", ".") and scan.kind(i + 2) in ("number", "ordinal"))
        or (month_name(scan, i + 1 + (scan.low(i + 1) in (",", "."))) is not None)
    )


# --- amounts --------------------------------------------------------------------------------------------------------


def ago(scan: Scan, i: int) -> Match | None:
    """Read "two weeks ago", "a couple of months back", "two Fridays ago", "a while ago", "years ago"."""
    if (scan.words(i, "a", "while") or scan.words(i, "a", "long", "time")) and (
        scan.low(i + (2 if scan.low(i + 1) == "while" else 3)) in ("ago", "back")
    ):
        stop = i + (3 if scan.low(i + 1) == "while" else 4)
        return Match(stop=stop, interval=Interval(None, today(scan), "year"), certainty="vague", direction="before")
    if scan.words(i, "long", "ago") and scan.low(i - 1) != "how":
        return Match(stop=i + 2, interval=Interval(None, today(scan), "year"), certainty="vague", direction="before")
    found = amount(scan, i, bare=True)
    if found is not None and scan.low(found.stop - 1) != "nights":
        if scan.low(found.stop) not in ("ago", "back") or (
            scan.low(found.stop) == "back" and scan.low(found.stop + 1) in ("to", "from", "in", "home")
        ):
            return None
        span = back_by(scan, found, back=True)
        return Match(
            stop=found.stop + 1,
            interval=span,
            length=found.length,
            certainty="vague" if found.vague else "exact",
        )
    return _named_ago(scan, i)


def _named_ago(scan: Scan, i: int) -> Match | None:
    counted = count(scan, i)
    counting = target(scan, counted[2]) if counted is not None else None
    if counted is None or counting is None or scan.low(counting.stop) not in ("ago", "back"):
        return None
    low, high = max(1, int(counted[0])), max(1, int(counted[1]))
    near, far = counting.at(-low), counting.at(-high)
    if near is None or far is None or near.interval is None or far.interval is None:
        return None
    span = Interval(far.interval.start, near.interval.end, near.interval.grain)
    return Match(stop=counting.stop + 1, interval=span, certainty="exact" if low == high else "vague")


def from_now(scan: Scan, i: int) -> Match | None:
    """Read "in three days", "two weeks from now", "in a few years' time"."""
    j = i + (scan.low(i) == "in")
    found = amount(scan, j)
    if found is None:
        return None
    stop, told = found.stop, False
    if scan.low(stop) == "from" and scan.low(stop + 1) in ("now", "today"):
        stop, told = stop + 2, True
    elif scan.low(stop) in ("'", "'s") and scan.low(stop + 1) == "time":
        stop, told = stop + 2, scan.low(i) == "in"
    if not told and (scan.low(i) != "in" or leaning(scan, i) < 0 or found.length.unit in ("second", "minute")):
        return None
    span = back_by(scan, found, back=False)
    certainty: Certainty = "vague" if found.vague else "exact" if told else "likely"
    return Match(stop=stop, interval=span, length=found.length, certainty=certainty)


def counted_stretch(scan: Scan, i: int) -> Match | None:
    """Read "the last two weeks", "the past year", "the next few days": a stretch that ends or begins today."""
    j = i + (scan.low(i) == "the")
    step = _STEPS.get(scan.low(j), 0)
    if not step or scan.low(j) in ("previous", "following"):
        return None
    found = amount(scan, j + 1, bare=True)
    if found is not None and found.stop == j + 2:  # "the coming weeks"
        found = replace(found, length=replace(found.length, low=2, high=5))
    one = UNITS.get(scan.low(j + 1))
    if found is None and (one is None or scan.low(i) != "the" or not _over(scan, i, scan.low(j))):
        return None
    length = found.length if found is not None else Length(1, 1, one or "day")
    if length.unit == "weekend" or (length.unit == "day" and found is None):
        return None
    stop = found.stop if found is not None else j + 2
    vague = found is not None and found.vague
    span = stretch(scan, length, back=step < 0)
    return Match(stop=stop, interval=span, length=length, direction="range", certainty="vague" if vague else "exact")


def _over(scan: Scan, i: int, step: str) -> bool:
    return step == "past" or scan.low(i - 1) in ("over", "in", "within", "during", "for", "throughout")


def other_day(scan: Scan, i: int) -> Match | None:
    """Read "the other day": two days to two weeks ago; "the other night"."""
    j = i + (scan.low(i) == "the")
    if scan.low(j) != "other" or j == i or scan.low(j + 1) not in ("day", "night", "week", "evening", "morning"):
        return None
    far = 28 if scan.low(j + 1) == "week" else 14
    day = today(scan)
    return Match(stop=j + 2, interval=Interval(day - far * _DAY, day, "day"), certainty="vague")


def vague_word(scan: Scan, i: int) -> Match | None:
    """Read "recently", "lately", "these days", "soon", "right now"."""
    day = today(scan)
    if scan.words(i, "right", "now"):
        return Match(stop=i + 2, interval=days(day), certainty="likely")
    pair = (90, 1) if scan.words(i, "these", "days") else _VAGUE_WORDS.get(scan.low(i))
    if pair is None:
        return None
    stop = i + 2 if scan.low(i) == "these" else i + 1
    return Match(stop=stop, interval=_around(day, *pair), certainty="vague")


def _around(day: datetime, before: int, after: int) -> Interval:
    return Interval(day - before * _DAY, day + after * _DAY, "month")
