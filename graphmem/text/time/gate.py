"""Which texts may hold a time phrase, and which tokens may open one: cheap looks before the grammar reads.

Most texts hold none, and most words open none.
"""

import re

from graphmem.text.time.amounts import COUNTING
from graphmem.text.time.calendar import SEASONS
from graphmem.text.time.feasts import FEAST_NAMES, FEAST_STARTS
from graphmem.text.time.tokens import Token
from graphmem.text.time.words import (
    ABOUT,
    DAY_PARTS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
    UNITS,
    WEEKDAYS,
)
from graphmem.text.time.years import CENTURIES

__all__ = ["may_hold", "may_open", "openings"]

_PLURALS = {f"{name}s" for name in (*WEEKDAYS, *DAY_PARTS)} | {"weekdays", "weeknights"}
_NAMES = frozenset({*MONTHS, *SHORT_MONTHS, *WEEKDAYS, *SHORT_WEEKDAYS, *SEASONS, *FEAST_STARTS, *_PLURALS})
_COUNTS = frozenset({"few", "couple", "several", "many", "some", "half", "dozen", *NUMBERS})
_THIRDS = frozenset({"early", "late", "mid", "beginning", "start", "middle", "end", "earlier", "later"})
_DECADES = frozenset(
    {"twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"}
)  # fmt: skip
_WORDS = frozenset(
    {
        "yesterday", "today", "tonight", "tomorrow", "tmrw", "tmr", "recently", "lately", "nowadays", "soon", "daily",
        "nightly", "weekly", "biweekly", "monthly", "quarterly", "yearly", "annually", "annual", "once", "twice",
        "thrice", "every", "each", "ever", "q",
    }
)  # fmt: skip
_COUNTED = frozenset({*UNITS, *DAY_PARTS, *_NAMES, "fortnight"})
#: Words that open a phrase only before one of these.
_BEFORE = {
    **dict.fromkeys(("last", "next", "past", "coming", "upcoming", "previous"), _COUNTED | _COUNTS),
    "following": _COUNTED,
    "this": _COUNTED | {"past", "last", "coming", "upcoming", "next"},
    "these": frozenset({"days"}),
    "right": frozenset({"now"}),
    "long": frozenset({"ago"}),
    "a": frozenset({*UNITS, *_COUNTS, "good", "long", "while", "fortnight"}) | DAY_PARTS | set(WEEKDAYS),
    "an": frozenset({"hour"}),
    "the": frozenset(
        {
            *_COUNTED, *_THIRDS, *_DECADES, *ORDINALS, *CENTURIES, "past", "last", "next", "coming", "previous",
            "following", "other", "upcoming", "noon", "midnight",
        }
    ),
    "pre": frozenset({"-"}),
    "post": frozenset({"-"}),
}  # fmt: skip
#: Words that belong to a phrase that opens right behind them.
_MEALS = frozenset({"breakfast", "lunch", "noon", "school", "work", "dinner", "midnight"})
_LEADS = ABOUT | {"in", "for", "until", "till", "til", "by", "before", "after", "from", "between", "almost", "nearly"}
_OPEN = _NAMES | _COUNTS | _THIRDS | _DECADES | _WORDS | frozenset(ORDINALS) | frozenset(UNITS) | {"since", "noon"}
_OPEN |= DAY_PARTS | {"midnight", "exactly", "over", "more"}


#: Words behind "for" before the amount begins, and those that count from now.
_PREAMBLE = ABOUT | {"at", "least", "almost", "nearly", "over", "exactly", "more", "than"}
_STEPS = frozenset({"last", "past", "next", "coming", "upcoming"})
#: What a count counts.
_COUNTABLE = frozenset(UNITS) | DAY_PARTS | _NAMES | {f"{name}s" for name in SEASONS}
_COUNTABLE |= {"nights", "fortnight", "fortnights", "time", "times"}
#: Second words of feasts, by first words that are nothing of time alone.
_FEASTS = {
    start: frozenset(words[1] for words in map(str.split, FEAST_NAMES) if words[0] == start)
    for start in FEAST_STARTS - FEAST_NAMES
    if start not in {*MONTHS, *SHORT_MONTHS, *WEEKDAYS, *SHORT_WEEKDAYS, *SEASONS, *ORDINALS, *_COUNTS}
}
_ANY = _OPEN | _LEADS | frozenset(_BEFORE)
_NEVER = frozenset({"mark", "joined", "money", "code"})
#: How many tokens of one kind a look goes over, more than any phrase has: a text of nothing else costs linearly, too.
_MOST_LEADS, _MOST_COUNTING = 8, 16

#: Every phrase holds a digit or one of these: a unit, a name in the calendar, or a word that is a time by itself.
_TELLING = frozenset(UNITS) | DAY_PARTS | _PLURALS | _DECADES | set(WEEKDAYS) | set(SHORT_WEEKDAYS) | set(MONTHS)
_TELLING |= {*SHORT_MONTHS, *SEASONS, *(f"{name}s" for name in SEASONS)}
_TELLING |= {words[-1] for words in map(str.split, FEAST_NAMES) if _TELLING.isdisjoint(words)}
_TELLING |= _WORDS - {"once", "twice", "thrice", "every", "each", "ever", "q"}
_TELLING |= {"now", "ago", "back", "since", "till", "until", "nights", "fortnight", "fortnights"}
_DIGIT, _LETTERS = re.compile(r"\d"), re.compile(r"[^\W\d_]+")


def may_hold(text: str) -> bool:
    """Tell whether a text may hold a time phrase; where it says no, it holds none."""
    return _DIGIT.search(text) is not None or not _TELLING.isdisjoint(_LETTERS.findall(text.lower()))


def openings(tokens: list[Token]) -> list[int]:
    """Return the places of the tokens that are worth asking `may_open`, ascending."""
    return [i for i, (kind, low, _, _) in enumerate(tokens) if (low in _ANY if kind == "word" else kind not in _NEVER)]


def may_open(tokens: list[Token], i: int) -> bool:
    """Tell whether a time phrase may begin at a token; where it says no, none does that anybody would take for one."""
    for j in range(i, min(i + _MOST_LEADS, len(tokens))):
        found = _opens(tokens, j)
        if found is not None:
            return found
    return False


def _opens(tokens: list[Token], i: int) -> bool | None:
    """Tell whether a time phrase may begin at a token, None where the one behind it knows."""
    kind, low = tokens[i][:2]
    if kind != "word":
        return kind not in _NEVER
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if low in ("before", "after") and following is not None and following.low in _MEALS:
        return True
    wanted = _BEFORE.get(low)
    if wanted is not None:
        if following is None:
            return False
        return following.low in wanted or (low != "a" and following.kind in ("number", "ordinal", "decade"))
    if low in _COUNTS:
        return _counts(tokens, i)
    if low in _FEASTS:
        return following is not None and (following.low in _FEASTS[low] or following.kind != "word")
    if low == "more":
        return following is not None and following.low == "than"
    if low in _OPEN:
        return True
    if low not in _LEADS or following is None:
        return False
    return True if following.low == "then" or (low == "for" and _lasts(tokens, i + 1)) else None


def _counts(tokens: list[Token], i: int) -> bool:
    """Tell whether what is counted behind a number has a unit or a name of time."""
    last = min(i + _MOST_COUNTING, len(tokens))
    while i < last and (tokens[i].low in COUNTING or tokens[i].kind == "number"):
        i += 1
    return i < len(tokens) and tokens[i].low in _COUNTABLE


def _lasts(tokens: list[Token], i: int) -> bool:
    """Tell whether an amount of time may stand behind "for"."""
    while i < len(tokens) and tokens[i].low in _PREAMBLE:
        i += 1
    words = [token.low for token in tokens[i : i + 2]]
    return not _STEPS.isdisjoint(words) or _counts(tokens, i)
