"""Names by their spelling: capitalised runs, the aliases of a title, and tokens to find aliases in a text by.

No model and no store: string rules that cost microseconds, and find for multi-hop passages what a named-entity tagger
finds at fifty times the price. English function words; any script with case. What scripts without case name is left
to extraction.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from graphmem.identity import name_key

__all__ = [
    "FUNCTION_WORDS",
    "Alias",
    "Span",
    "Tokens",
    "spans",
    "title_aliases",
    "title_forms",
    "tokens",
]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words that name nothing on their own: articles, pronouns, prepositions, conjunctions, auxiliaries, question words.
FUNCTION_WORDS: frozenset[str] = (
    _set("""a about above across after again against all along already also although am among an and another any anyone
    anything are around as at away be because been before behind being below beneath beside besides between beyond both
    but by can could despite did do does doing done down during each either else even ever every everyone everything
    except few for from had has have having he her here hers herself him himself his how however i if in inside instead
    into is it its itself just least less like many may me might mine more moreover most much must my myself near
    neither never no nobody none nor not nothing now of off often on once one only onto or other others our ours
    ourselves out outside over own per perhaps please quite rather same shall she should since so some someone
    something sometimes soon still such than that the their theirs them themselves then there therefore these they this
    those though through throughout thus till to together too toward towards under unless until up upon us very via was
    we well were what whatever when whenever where wherever whether which while who whoever whom whose why will with
    within without would yes yet you your yours yourself yourselves
    didn doesn don hadn hasn haven isn wasn weren won wouldn couldn shouldn ll ve re""")
)

#: What people write with a capital that is no name: exclamations, greetings, chat shorthand.
_INTERJECTIONS: frozenset[str] = (
    _set("""absolutely agreed ah aha alright amazing amen anyway anyways aw awesome aww awww bless bravo btw bye cheers
    congrats congratulations cool damn dear definitely exactly fantastic fyi glad gosh great haha hahaha happy hello hey
    hi hmm hooray hopefully hurray idk imo indeed lol maybe nah nice nope oh ok okay omg oops ouch perfect phew pls rofl
    sorry super sure sweet terrific thank thanks thx tbh totally true ugh uh um welcome whoa wonderful woo woohoo wow
    xoxo yay yeah yep yikes yo yup""")
)

#: Days and months are time, not entities.
_CALENDAR: frozenset[str] = (
    _set("""monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""")
)

#: Words that open a sentence before a name and are no part of it ("Yesterday Ada ...").
_OPENERS: frozenset[str] = (
    FUNCTION_WORDS
    | _INTERJECTIONS
    | _set("""according additionally afterwards currently day earlier eventually finally first following formerly
        furthermore generally got initially last lastly lately later let looking made meanwhile nevertheless next
        nonetheless notably originally previously recently second similarly specifically subsequently today tomorrow
        tonight usually yesterday""")
)

#: Lower-case words that may stand inside a name.
_CONNECTORS: frozenset[str] = _set(
    "of the de von van al and la le del della der den di da dos das du el y e zu ibn bin ben &"
)
_ARTICLES: frozenset[str] = frozenset(("the", "a", "an"))
_ABBREVIATIONS: frozenset[str] = _set("mr mrs ms dr st prof rev hon capt col gen lt sgt jr sr mt ft no vs")
_POSSESSIVE = re.compile(r"['’ʼ][sS]?$")
_WORD = re.compile(r"[^\W_]+(?:['’ʼ\-‐‑&\u0300-\u036f]+[^\W_]+)*|&")
_BRACKETS = re.compile(r"(?<!\s)\s*[(（][^)）]*[)）]")
_ENDS = frozenset(".!?…:;。！？\n\r•|")
_OPENING = " \t\"'“”‘’«»()[]{}*_-–—#>~"
_LONGEST_NAME = 8


@dataclass(frozen=True, slots=True)
class Span:
    """A capitalised run in a text: `text[start:end]` is `name`; `key` its `name_key`."""

    name: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alias:
    """A key a title can be found by; `weight` in (0, 1] says how surely it means that title."""

    key: str
    weight: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text, as columns of one length.

    Args:
        keys: accents dropped, case-folded; joined by spaces they are the `name_key` of the text.
        starts: offset of each token's first character in the text.
        ends: offset behind its last.
        named: starts with an upper-case letter, or with what has no case (a digit, an ideograph), so may be a name's.
    """

    keys: list[str]
    starts: list[int]
    ends: list[int]
    named: list[bool]

    def __len__(self) -> int:
        return len(self.keys)


_ASCII_TOKEN = re.compile(r"[A-Za-z0-9]+")


@cache
def _any_token() -> re.Pattern[str]:
    """Letters, digits and the marks that belong to letters, as `name_key` keeps them."""
    marks = [chr(c) for c in range(0x300, 0x1F000) if unicodedata.category(chr(c))[0] == "M"]
    return re.compile(f"(?:[^\\W_]|[{''.join(map(re.escape, marks))}])+")


@lru_cache(maxsize=65_536)
def _token_keys(word: str) -> tuple[str, ...]:
    """A word's key, split where normalisation splits it; nothing for a stray mark."""
    return tuple(name_key(word).split())


def tokens(text: str) -> Tokens:
    """Return the tokens of a text in order, with their offsets.

    >>> found = tokens("Édith Piaf's 2nd")
    >>> found.keys, found.named, found.starts
    (['edith', 'piaf', 's', '2nd'], [True, True, False, True], [0, 6, 11, 13])
    """
    found = Tokens([], [], [], [])
    pattern = _ASCII_TOKEN if text.isascii() else _any_token()
    for match in pattern.finditer(text):
        word = match.group()
        named = not word[0].islower()
        for key in _token_keys(word):
            found.keys.append(key)
            found.starts.append(match.start())
            found.ends.append(match.end())
            found.named.append(named)
    return found


def spans(text: str) -> list[Span]:
    """Return the capitalised runs of a text, in order, that are likely to be names.

    A run is capitalised words, possibly joined by words such as "of", "the", "de", "von", "and". Possessives, leading
    articles and words that merely open a sentence are cut off; a single word at the start of a sentence, days, months
    and exclamations are left out, and so is everything in a text of capitals alone.

    >>> [s.name for s in spans("Yesterday Ada's friend read The Lord of the Rings in Lisbon. Wow!")]
    ['Ada', 'Lord of the Rings', 'Lisbon']
    """
    if text.isupper() and text.count(" ") > 2:
        return []
    found = (_named(text, run) for run in _runs(text))
    return [span for span in found if span is not None]


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Runs of capitalised words with their connectors; the last word of a run is capitalised."""
    run: list[re.Match[str]] = []
    before: re.Match[str] | None = None
    for match in _WORD.finditer(text):
        word = match.group()
        joined = before is not None and _joins(text, before, match)
        if run and not joined:
            yield _trimmed(text, run)
            run = []
        if _capital(match) or (run and word in _CONNECTORS):
            run.append(match)
        elif run:
            yield _trimmed(text, run)
            run = []
        before = match
    if run:
        yield _trimmed(text, run)


def _joins(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether two words stand close enough for one name: a space apart, or an initial or title and its stop."""
    word = left.group()
    if _POSSESSIVE.search(word):
        return False
    gap = text[left.end() : right.start()]
    if gap == " ":
        return True
    short = (len(word) == 1 and word != "I") or word.lower() in _ABBREVIATIONS
    return short and gap in {". ", "."}


def _capital(match: re.Match[str]) -> bool:
    first = match.group()[0]
    return first.isupper() or first.istitle()


def _trimmed(text: str, run: list[re.Match[str]]) -> list[re.Match[str]]:
    """The run without connectors at its end, nor the "I" of what follows ("Ada and I", "Friday I'm", "Wish I")."""
    end = len(run)
    while end and (not _capital(run[end - 1]) or _is_pronoun(text, run, end - 1)):
        end -= 1
    return run[:end]


def _is_pronoun(text: str, run: list[re.Match[str]], at: int) -> bool:
    """Whether the word is "I" the person, rather than the numeral of a king in the middle of a sentence."""
    word = run[at].group()
    if word != "I":
        return word[0] == "I" and _bare(run[at]) == "i"
    return at == 0 or _lower(run[at - 1]) or _opens_sentence(text, run[0].start())


def _named(text: str, run: list[re.Match[str]]) -> Span | None:
    """The name in a run, None where nothing is left of it."""
    opens = bool(run) and _opens_sentence(text, run[0].start())
    cut = 0
    while cut < len(run) and _leads(run[cut], opens=opens):
        cut += 1
    name = run[cut:]
    if not name or len(name) > _LONGEST_NAME:
        return None
    if len(name) == 1 and ((opens and not cut) or not _is_name(_bare(name[0]))):
        return None
    start, end = name[0].start(), name[-1].end() - _possessive_length(name[-1].group())
    return Span(text[start:end], name_key(text[start:end]), start, end)


def _leads(match: re.Match[str], *, opens: bool) -> bool:
    """Whether a word at the head of a run is an article, a connector, or merely opens the sentence."""
    return _lower(match) or _bare(match) in (_OPENERS if opens else _ARTICLES)


def _lower(match: re.Match[str]) -> bool:
    return match.group() in _CONNECTORS


def _bare(match: re.Match[str]) -> str:
    """The word in lower case up to its apostrophe: "I'm" is "i", "Don't" is "don"."""
    return re.split("['’ʼ]", match.group().lower(), maxsplit=1)[0]


def _possessive_length(word: str) -> int:
    ending = _POSSESSIVE.search(word)
    return len(ending.group()) if ending else 0


def _is_name(word: str) -> bool:
    return len(word) > 1 and word not in FUNCTION_WORDS and word not in _INTERJECTIONS and word not in _CALENDAR


def _opens_sentence(text: str, start: int) -> bool:
    """Whether nothing but quotes and brackets stands between this offset and the end of a sentence, or the start."""
    at = start - 1
    while at >= 0 and text[at] in _OPENING:
        at -= 1
    return at < 0 or text[at] in _ENDS


def title_aliases(title: str) -> list[Alias]:
    """Return the keys a title can be found by, the most certain first.

    The whole title; without parentheses; without a leading article where at least three words stand; with "the"; the
    part before the first comma (weight .7). One-word aliases that are function words, start with a digit or have fewer
    than three letters are left out.

    >>> [(a.key, a.weight) for a in title_aliases("Lambert, Margrave") if not a.key.startswith("the ")]
    [('lambert margrave', 1.0), ('lambert', 0.7)]
    """
    found: dict[str, float] = {}
    for form, weight in title_forms(title):
        key = name_key(form)
        words = key.split()
        variants = [key]
        if len(words) >= 3 and words[0] in _ARTICLES:
            variants.append(" ".join(words[1:]))
        if words and words[0] not in _ARTICLES:
            variants.append("the " + key)
        for variant in variants:
            if _is_alias(variant):
                found[variant] = max(weight, found.get(variant, 0.0))
    return [Alias(key, weight) for key, weight in found.items()]


def title_forms(title: str) -> Iterator[tuple[str, float]]:
    """Yield the pieces of a title that name it, with how surely they do: whole, without brackets, before a comma."""
    closed = max(map(title.rfind, ")）")) + 1  # behind it no bracket closes: looking for one would cost quadratically
    plain = (_BRACKETS.sub(" ", title[:closed]) + title[closed:]).strip()
    yield title, 1.0
    if plain:
        yield plain, 1.0
        yield plain.split(",", 1)[0], 0.7


def _is_alias(key: str) -> bool:
    """Whether a key is telling enough: "the" before it doesn't make it so."""
    plain = key.removeprefix("the ")
    if " " in plain:
        return True
    letters = any(unicodedata.category(c)[0] == "L" for c in plain)
    short = len(plain) < 3 and plain.isascii()
    return letters and not (short or plain in FUNCTION_WORDS or plain[0].isdigit())
