"""Which tokens may open a time phrase: a cheap look before the grammar reads, since most words open none."""

from graphmem.text.time.calendar import SEASONS
from graphmem.text.time.feasts import FEAST_STARTS
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

__all__ = ["may_open"]

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


def may_open(tokens: list[Token], i: int) -> bool:
    """Tell whether a time phrase may begin at a token; where it says no, none does."""
    kind, low = tokens[i][:2]
    if kind != "word":
        return kind not in ("mark", "joined", "money", "code")
    if low in ("before", "after") and i + 1 < len(tokens) and tokens[i + 1].low in _MEALS:
        return True
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    wanted = _BEFORE.get(low)
    if wanted is not None:
        if following is None:
            return False
        return following.low in wanted or (low != "a" and following.kind in ("number", "ordinal", "decade"))
    if low in _OPEN:
        return True
    return (
        low in _LEADS and following is not None and (may_open(tokens, i + 1) or low == "for" or following.low == "then")
    )
