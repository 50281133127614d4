"""Seasons and feasts: "in the summer", "winter 2022", "Thanksgiving", "the Fourth of July"."""

from graphmem.text.time.calendar import FEASTS, SEASONS, Interval, feast, season_of
from graphmem.text.time.matches import Match, nothing, occurrence
from graphmem.text.time.tokens import Scan
from graphmem.text.time.years import year_after

__all__ = ["FEAST_NAMES", "FEAST_STARTS", "feast_name", "named_feast", "season"]


def season(scan: Scan, i: int) -> Match | None:
    """Read "in the summer", "summer of 2019", "winter 2022"; "fall" and "spring" only where they are seasons."""
    word = scan.low(i)
    if word not in SEASONS:
        return None

    def made(y: int) -> Interval:
        return season_of(word, y, southern=scan.southern)

    told = year_after(scan, i + 1)
    if told is not None:
        return Match(stop=told[1], interval=made(told[0]))
    article = scan.low(i - 1) == "the"
    before = scan.low(i - 2) if article else scan.low(i - 1)
    if before in (
        "in",
        "during",
        "since",
        "until",
        "by",
        "early",
        "late",
        "mid",
        "before",
        "after",
        "throughout",
        "over",
    ):
        if word in ("fall", "spring") and (before in ("before", "after") or not _is_season(scan, i)):
            return None
        loose = word in ("fall", "spring") and not article and before not in ("early", "late", "mid", "since", "in")
        return None if loose else occurrence(scan, i + 1, made)
    return None


def _is_season(scan: Scan, i: int) -> bool:
    """Tell "in the fall" from "the fall of the wall" and "in Fall River"."""
    return scan.low(i + 1) != "of" and not (scan.capital(i) and scan.capital(i + 1) and scan.kind(i + 1) == "word")


def feast_name(scan: Scan, i: int) -> tuple[str, int] | None:
    """Return the longest feast that stands at a token, by its key in `FEASTS`, and the token after it."""
    if scan.low(i) not in FEAST_STARTS:
        return None
    words: list[str] = []
    best, j = None, i
    while j < i + 6 and scan.kind(j) in ("word", "joined", "mark"):
        low = scan.low(j)
        if scan.kind(j) == "word":
            words.append(low)
        elif low not in ("'s", "'", "."):
            break
        name = " ".join(words)
        if scan.kind(j) == "word" and (name in FEASTS or name in _OTHER_FEASTS):
            best = (name, j + 1)
        j += 1
    return best


#: Feasts by other calendars, and holidays whose days nobody tells: text without a date.
_OTHER_FEASTS = frozenset(
    {
        "diwali", "hanukkah", "ramadan", "eid", "passover", "lunar new year", "chinese new year", "rosh hashanah",
        "yom kippur", "holi", "spring break", "summer break", "winter break",
    }
)  # fmt: skip
FEAST_NAMES = frozenset({*FEASTS, *_OTHER_FEASTS})
FEAST_STARTS = frozenset(name.split()[0] for name in FEAST_NAMES)


def named_feast(scan: Scan, i: int) -> Match | None:
    """Read "Christmas", "Thanksgiving 2022", "the Fourth of July"."""
    if scan.low(i) in ("fourth", "4th") and scan.words(i + 1, "of", "july"):
        name, stop = "independence day", i + 3
    else:
        named = feast_name(scan, i)
        if named is None:
            return None
        name, stop = named
    if name == "may day" and not scan.capital(i):
        return None
    if name == "new year" and not (scan.capital(i) and scan.capital(i + 1)):
        return None
    if name in _OTHER_FEASTS:
        told = year_after(scan, stop)
        return nothing(told[1] if told else stop)
    told = year_after(scan, stop)
    if told is not None:
        return Match(stop=told[1], interval=feast(name, told[0]))
    return occurrence(scan, stop, lambda y: feast(name, y))
