"""Words of the time grammar, as data."""

from collections.abc import Mapping
from types import MappingProxyType

from graphmem.text.time.spans import Granularity

__all__ = [
    "ABOUT", "AMBIGUOUS_MONTHS", "DAY_PARTS", "FUTURE", "MONTHS", "NUMBERS", "ORDINALS", "PAST", "PERFECT",
    "SHORT_MONTHS", "SHORT_WEEKDAYS", "TIME_PREPOSITIONS", "UNITS", "WEEKDAYS",
]  # fmt: skip

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTHS: Mapping[str, int] = MappingProxyType({name: n for n, name in enumerate(_MONTH_NAMES, 1)})
SHORT_MONTHS: Mapping[str, int] = MappingProxyType(
    {**{name[:3]: n for name, n in MONTHS.items() if name != "may"}, "sept": 9}
)
#: Months that are other words, too: verbs, names of people.
AMBIGUOUS_MONTHS = frozenset({"may", "march", "april", "june", "august"})

_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Mapping[str, int] = MappingProxyType({name: n for n, name in enumerate(_DAY_NAMES)})
SHORT_WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {**{name[:3]: n for name, n in WEEKDAYS.items()}, "tues": 1, "weds": 2, "thur": 3, "thurs": 3}
)

_UNITS: Mapping[str, Granularity] = {
    "second": "second", "sec": "second", "minute": "minute", "min": "minute", "hour": "hour", "hr": "hour",
    "day": "day", "week": "week", "wk": "week", "weekend": "weekend", "month": "month", "quarter": "quarter",
    "season": "season", "year": "year", "yr": "year", "decade": "decade", "century": "century",
}  # fmt: skip
UNITS: Mapping[str, Granularity] = MappingProxyType(
    {**_UNITS, **{f"{name}s": unit for name, unit in _UNITS.items()}, "centuries": "century"}
)
DAY_PARTS = frozenset({"morning", "afternoon", "evening", "night"})

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_RANKS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
)  # fmt: skip
NUMBERS: Mapping[str, int] = MappingProxyType(
    {word: n for n, word in enumerate(_SMALL)}
    | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
)
ORDINALS: Mapping[str, int] = MappingProxyType(
    {word: n for n, word in enumerate(_RANKS, 1)} | {"last": -1, "final": -1}
)

ABOUT = frozenset({"about", "around", "roughly", "approximately", "circa", "maybe", "approx"})
#: Words before which a name of a month or a day of the week tells a time.
TIME_PREPOSITIONS = frozenset(
    {
        "in", "on", "since", "until", "till", "by", "before", "after", "during", "from", "between", "around", "through",
        "of", "to", "for", "early", "late", "mid", "last", "next", "this", "past", "coming", "every", "each", "about",
    }
)  # fmt: skip

#: Words that tell that a sentence is about what is to come, and about what was.
FUTURE = frozenset(
    {
        "will", "'ll", "gonna", "plan", "plans", "planning", "planned", "upcoming", "tomorrow", "soon", "hope",
        "hoping", "want", "wanna", "deadline", "due", "schedule", "scheduled", "reminder", "shall", "coming", "let",
        "should", "need", "prepare", "preparing", "expecting", "forward", "booked", "reserve", "join", "would",
        "might", "ready", "could", "thinking", "interested",
    }
)  # fmt: skip
PAST = frozenset(
    {
        "was", "were", "did", "had", "went", "got", "saw", "took", "made", "came", "bought", "met", "ate", "gave",
        "began", "found", "felt", "told", "said", "heard", "thought", "knew", "lost", "won", "ran", "wrote", "read",
        "spent", "left", "built", "brought", "became", "taught", "caught", "hit", "put", "just", "ago", "last",
        "yesterday", "been", "done", "gone", "sent", "held", "led", "kept", "grew", "drove", "flew", "broke", "chose",
        "wore", "sang", "swam", "rode", "sold", "paid", "fell", "stood", "understood", "finally", "already",
    }
)  # fmt: skip
#: Words that make "for five years" last until now.
PERFECT = frozenset({"have", "has", "'ve", "been"})
