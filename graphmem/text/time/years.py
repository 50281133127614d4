"""Years and what is made of them: "in 2016", "the 90s", "the 19th century", "Q3 2024"."""

import re
from collections.abc import Callable

from graphmem.text.time.calendar import Interval, month_of, year_of
from graphmem.text.time.matches import Match, occurrence
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import ORDINALS

__all__ = ["CENTURIES", "COUNTED", "century", "decade", "no_year_after", "quarter", "year", "year_after"]

#: What stands behind a year that is none: "in 2000 people".
COUNTED = frozenset(
    {
        "people", "dollars", "calories", "miles", "km", "kilometers", "meters", "metres", "feet", "words", "users",
        "years", "year", "days", "hours", "minutes", "times", "steps", "points", "men", "women", "children", "books",
        "square", "sq", "mg", "ml", "grams", "kg", "pounds", "lbs", "euros", "rupees", "bucks", "pieces", "copies",
        "members", "students", "employees", "participants", "volts", "watts", "rpm", "mah", "ad", "million", "%",
    }
)  # fmt: skip
_YEAR_BEFORE = frozenset(
    {
        "in", "since", "until", "till", "by", "of", "from", "to", "between", "before", "after", "early", "late", "mid",
        "around", "during", "year", "summer", "winter", "spring", "fall", "autumn", "and", "through", "circa",
        "throughout", "-", "–", "for",
    }
)  # fmt: skip


def _year_number(scan: Scan, i: int) -> int | None:
    text = scan.low(i)
    whole = scan.kind(i) == "number" and text.isdigit()
    told = scan.low(i - 1) == "year" and 0 < len(text) <= 4 and scan.low(i - 2) != "last"
    return int(text) if whole and ((len(text) == 4 and text > "0999") or (told and int(text))) else None


def year_after(scan: Scan, i: int) -> tuple[int, int] | None:
    """Return the year told behind a month or a feast (", 2023", "of '69", "of last year") and the token after it."""
    j = i + (scan.low(i) in (",", "of", "in"))
    short = _short_year(scan, j)
    if short is not None:
        return short, j + 2
    number = _year_number(scan, j)
    if number is not None and scan.low(j + 1) not in COUNTED:
        return number, j + 1
    if scan.low(j + 1) == "year" and scan.low(j) in ("last", "this", "next", "previous"):
        step = {"this": 0, "next": 1}.get(scan.low(j), -1)
        return scan.reference.year + step, j + 2
    return None


def _short_year(scan: Scan, i: int) -> int | None:
    """Return the year that "'69" means: the latest such year that is at most ten years ahead."""
    text = scan.low(i + 1)
    if scan.low(i) != "'" or scan.kind(i + 1) != "number" or not (text.isdigit() and len(text) == 2):
        return None
    if scan.tokens[i].stop != scan.tokens[i + 1].start or scan.low(i + 2) == "'" or scan.low(i + 2) in COUNTED:
        return None
    latest = scan.reference.year + 10
    return latest - (latest - int(text)) % 100


def no_year_after(scan: Scan, i: int) -> int | None:
    """Return the token after a year that no calendar here has ("3 May 12023", "1 January 0000"), None where none is."""
    j = i + (scan.low(i) == ",")
    text = scan.low(j)
    odd = scan.kind(j) == "number" and text.isdigit() and (len(text) > 4 or int(text) == 0)
    return j + 1 if odd and scan.kind(j + 1) != "word" else None


#: How many years ahead a bare number is still taken for a year.
_SOON = 30


def year(scan: Scan, i: int) -> Match | None:
    """Read a year where it is one: "in 2016", "2016"; not in "2000 people"."""
    number = _year_number(scan, i)
    before, behind = scan.low(i - 1), scan.low(i + 1)
    if number is None or behind in COUNTED:
        return None
    if before == "year":
        return Match(stop=i + 1, interval=year_of(number))
    if number > 2999:
        return None
    if scan.low(i - 2) in ("pre", "post") and before == "-":
        return Match(stop=i + 1, interval=year_of(number))
    if before == "-" and scan.kind(i - 2) in ("number", "word", "code") and _year_number(scan, i - 2) is None:
        return None
    told = before in _YEAR_BEFORE or (before == "(" and behind in (")", "-", "–", ","))
    plural = behind.endswith("s") and scan.kind(i + 1) == "word" and behind not in ("was", "is", "as", "has", "us")
    if behind.startswith(("\n", "/", "x", "*")) and not told:
        return None
    if told and not (plural and before in ("to", "of", "for", "and", "around", "-")):
        return Match(stop=i + 1, interval=year_of(number)) if number >= 1100 else None
    if 1900 <= number <= scan.reference.year + _SOON and not plural:
        return Match(stop=i + 1, interval=year_of(number), certainty="likely")
    return None


def decade(scan: Scan, i: int) -> Match | None:
    """Read "the 90s", "1990s", "the nineties"; "my 20s" are an age."""
    j = i + (scan.low(i) == "the")
    j += scan.low(j) in ("early", "late", "mid")
    j += scan.low(j) == "-"
    if scan.low(i - 1) in ("my", "his", "her", "their", "your", "our"):
        return None
    digits = re.sub(r"\D", "", scan.low(j)) if scan.kind(j) == "decade" else _DECADES.get(scan.low(j), "")
    if not digits or not digits.endswith("0"):
        return None
    bare = len(digits) == 2
    if bare and scan.low(i) != "the" and not scan.low(j).startswith("'") and scan.kind(j) == "decade":
        return None
    first = int(digits) + ((1900 if int(digits) >= 30 else 2000) if bare else 0)
    whole = year_of(first, count=10, grain="decade")
    if bare and scan.kind(j) != "decade" and scan.low(i) != "the":
        return None
    part = scan.low(i + 1) if scan.low(i) == "the" else scan.low(i)
    if part in ("early", "mid", "late"):
        whole = year_of(first + {"early": 0, "mid": 3, "late": 6}[part], count=4, grain="decade")
    return Match(stop=j + 1, interval=whole)


_DECADES = {
    "twenties": "20", "thirties": "30", "forties": "40", "fifties": "50", "sixties": "60", "seventies": "70",
    "eighties": "80", "nineties": "90",
}  # fmt: skip


def century(scan: Scan, i: int) -> Match | None:
    """Read "the 19th century", "the early twentieth century"."""
    j = i + (scan.low(i) == "the")
    part = scan.low(j) if scan.low(j) in ("early", "mid", "late") else ""
    j += 1 if part else 0
    j += scan.low(j) == "-"
    number = int(scan.low(j)[:-2]) if scan.kind(j) == "ordinal" else CENTURIES.get(scan.low(j), 0)
    if not number or scan.low(j + 1) not in ("century", "centuries"):
        return None
    first = 100 * number - 99
    low, length = {"": (0, 100), "early": (0, 34), "mid": (33, 34), "late": (66, 34)}[part]
    whole = year_of(first + low, count=length, grain="century")
    return Match(stop=j + 2, interval=whole, certainty="vague" if part else "exact")


CENTURIES = {
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip


def quarter(scan: Scan, i: int) -> Match | None:
    """Read "Q3 2024" and "third quarter of 2024"."""
    number = None
    word = scan.low(i)
    if (
        word == "q"
        and scan.capital(i)
        and scan.low(i + 1) in ("1", "2", "3", "4")
        and scan.tokens[i].stop == scan.tokens[i + 1].start
    ):
        number, j = int(scan.low(i + 1)), i + 2
    elif (n := ORDINALS.get(word, 0)) in (1, 2, 3, 4) and scan.low(i + 1) == "quarter":
        number, j = n, i + 2
    if number is None:
        return None
    made = _yearly_quarter(number)
    told = year_after(scan, j)
    if told is not None:
        return Match(stop=told[1], interval=made(told[0]))
    return occurrence(scan, j, made)


def _yearly_quarter(number: int) -> Callable[[int], Interval]:
    return lambda y: month_of(y, 3 * number - 2, count=3, grain="quarter")
