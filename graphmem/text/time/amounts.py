"""Amounts of time: "two weeks", "a couple of months", "half an hour", "three or four days"."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from graphmem.text.time.calendar import Interval, shifted, unit_at
from graphmem.text.time.matches import today
from graphmem.text.time.spans import Granularity, Length
from graphmem.text.time.tokens import Scan
from graphmem.text.time.words import ABOUT, NUMBERS, UNITS

__all__ = ["COUNTING", "Amount", "amount", "back_by", "count", "moved", "stretch"]

#: What vague counts mean, from and to.
_VAGUE: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"few": (2, 5), "couple": (2, 3), "several": (3, 7), "many": (5, 20), "some": (2, 10), "dozen": (12, 12)}
)
#: How long bare plurals are ago ("years ago"): 2 to 10 of them.
_PLURAL = (2.0, 10.0)
_LARGE: Mapping[str, int] = MappingProxyType({"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9})
#: Words that may stand between the count of an amount and its unit.
_FILLERS = ("more", "whole", "full", "short", "-", "long")
#: Words that a count and its fillers are made of, beside digits.
COUNTING = frozenset(
    {*NUMBERS, *_LARGE, *_VAGUE, *_FILLERS, "a", "an", "half", "good", "of", "or", "to", "and", "–"}
)  # fmt: skip
_FINER: Mapping[Granularity, tuple[int, Granularity]] = MappingProxyType(
    {
        "century": (10, "decade"), "decade": (10, "year"), "year": (12, "month"), "quarter": (3, "month"),
        "season": (3, "month"), "month": (30, "day"), "week": (7, "day"), "weekend": (7, "day"), "day": (24, "hour"),
        "hour": (60, "minute"), "minute": (60, "second"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that ends before token `stop`; `about` where the words say that it is not exact."""

    length: Length
    stop: int
    about: bool = False

    @property
    def vague(self) -> bool:
        """Whether it is a wide amount."""
        return self.about or self.length.low != self.length.high


def count(scan: Scan, i: int) -> tuple[float, float, int] | None:
    """Return a number as (least, greatest, next token), None where there is none."""
    one = _one(scan, i)
    if one is None:
        return None
    low, high, j = one
    if scan.low(j) in ("or", "to", "-", "–") and (other := _one(scan, j + 1)) is not None and other[1] > low:
        return low, other[1], other[2]
    return low, high, j


def _one(scan: Scan, i: int) -> tuple[float, float, int] | None:
    word = scan.low(i)
    if scan.kind(i) == "number":
        times = _LARGE.get(scan.low(i + 1), 1)
        return float(word) * times, float(word) * times, i + 1 + (times > 1)
    if word in ("a", "an", "one", "half") and word != "one":
        return _article(scan, i)
    if word == "many" and scan.low(i - 1) == "how":
        return None  # "how many days ago" asks
    if word in _VAGUE and word != "dozen":
        return (*_VAGUE[word], i + 2 if scan.low(i + 1) == "of" else i + 1)
    if word not in NUMBERS:
        return None
    value, j = float(NUMBERS[word]), i + 1
    if scan.low(j) in _LARGE:
        return value * _LARGE[scan.low(j)], value * _LARGE[scan.low(j)], j + 1
    if value >= 20 and (tail := NUMBERS.get(scan.low(j + (scan.low(j) == "-")), 99)) < 10:
        return value + tail, value + tail, j + (scan.low(j) == "-") + 1
    if scan.words(j, "and", "a", "half"):
        return value + 0.5, value + 0.5, j + 3
    return value, value, j


def _article(scan: Scan, i: int) -> tuple[float, float, int]:
    if scan.low(i) == "half":
        return 0.5, 0.5, i + 2 if scan.low(i + 1) in ("a", "an") else i + 1
    following = scan.low(i + 1)
    if following == "good":
        i, following = i + 1, scan.low(i + 2)
    if following in _VAGUE:
        return (*_VAGUE[following], i + 3 if scan.low(i + 2) == "of" else i + 2)
    if following == "half":
        return 0.5, 0.5, i + 2
    return 1, 1, i + 1


def amount(scan: Scan, i: int, *, bare: bool = False) -> Amount | None:
    """Return an amount of time; `bare` takes plurals without a number ("years ago"), too."""
    about = scan.low(i) in ABOUT
    i += about
    if scan.low(i) in ("almost", "nearly", "over", "exactly") or scan.words(i, "more", "than"):
        i += 2 if scan.low(i) == "more" else 1
    found = count(scan, i)
    if found is None:
        unit = UNITS.get(scan.low(i))
        counted = scan.kind(i - 1) in ("number", "code") or any(
            scan.low(i - 1) in words for words in (_LARGE, NUMBERS, _VAGUE)
        )
        many = bare and not counted and unit is not None and scan.low(i).endswith("s")
        return Amount(Length(*_PLURAL, unit), i + 1) if many and unit is not None else None
    low, high, j = found
    for filler in _FILLERS:
        j += scan.low(j) == filler
    unit = UNITS.get(scan.low(j)) or ("day" if scan.low(j) == "nights" else None)
    if unit is None and scan.low(j) in ("fortnight", "fortnights"):
        return Amount(Length(2 * low, 2 * high, "week"), j + 1, about)
    if unit is None:
        return None
    if scan.words(j + 1, "and", "a", "half"):
        return Amount(Length(low + 0.5, high + 0.5, unit), j + 4, about)
    return Amount(Length(low, high, unit), j + 1, about)


def _whole(length: Length) -> Length:
    """Return a length in a unit that makes it whole numbers: half a year is six months."""
    while length.low % 1 or length.high % 1:
        if length.unit not in _FINER:
            return Length(round(length.low), round(length.high), length.unit)
        times, unit = _FINER[length.unit]
        low, high = length.low * times, length.high * times
        length = Length(round(low, 6), round(high, 6), unit)
        if length.unit in ("day", "minute", "second"):
            return Length(float(round(low)), float(round(high)), unit)
    return length


def moved(at: datetime, length: Length, *, back: bool, week_start: int = 0) -> Interval:
    """Return the calendar units that lie the length before an instant, or after it, from one end to the other."""
    whole = _whole(length)
    sign = -1 if back else 1
    far = unit_at(at, whole.unit, offset=sign * int(whole.high), week_start=week_start)
    near = unit_at(at, whole.unit, offset=sign * int(whole.low), week_start=week_start)
    first, last = (far, near) if back else (near, far)
    return Interval(first.start, last.end, length.unit if length.unit == whole.unit else whole.unit)


def back_by(scan: Scan, found: Amount, *, back: bool) -> Interval:
    """Return where the amount leads from the reference."""
    length = found.length
    if found.about and length.low == length.high and length.low >= 2:
        margin = max(1.0, round(length.low / 5))
        length = replace(length, low=length.low - margin, high=length.high + margin)
    return moved(scan.reference, length, back=back, week_start=scan.week_start)


def stretch(scan: Scan, length: Length, *, back: bool) -> Interval:
    """Return the time from the amount ago up to the end of today, or from today on to the amount ahead."""
    day, whole = today(scan), _whole(length)
    tomorrow = day + timedelta(days=1)
    if whole.unit in ("second", "minute", "hour"):
        other = shifted(scan.reference, -whole.high if back else whole.high, whole.unit)
        return Interval(*((other, scan.reference) if back else (scan.reference, other)), whole.unit)
    if back:
        return Interval(shifted(day, -whole.high, whole.unit), tomorrow, whole.unit)
    return Interval(day, shifted(tomorrow, whole.high, whole.unit), whole.unit)
