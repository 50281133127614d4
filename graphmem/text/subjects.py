"""What a document's passage is about, where no title says so: the name that its first sentence defines. Pure.

Encyclopaedias, minutes and manuals open with their subject: "Ada Holt (born 1950) is ...", '"Low Tide" is a song', "The
Sund Bridge, also called Old Bridge, was ...". String rules, English, no parse: microseconds a passage.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from graphmem.text.names import FUNCTION_WORDS, Alias, title_aliases

__all__ = ["Subject", "subject_of"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text defines.

    Args:
        name: as the text writes it.
        aliases: keys it can be found by, the surest first; at least one.
    """

    name: str
    aliases: tuple[Alias, ...]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: How much of a text is looked at: definitions stand at its head.
_HEAD = 400
_MOST_WORDS = 10
_ARTICLES = frozenset({"the", "a", "an"})
_COPULAS = frozenset({"is", "was", "are", "were"})
#: Verbs that follow the name a text opens with; whatever else is in lower case may be part of a name ("M1 carbine").
_VERBS = _COPULAS | _set(
    """became began begins belongs came can comes consists contains could covers did does featured features forms
    founded grew had has have includes joined lies made makes may means might occurs opened originated played plays
    received refers remained represented represents ran runs served serves shall should started stands takes took used
    uses will won worked works would wrote"""
)
#: Lower-case words that may stand inside a name.
_PARTICLES = _set(
    """of the and de von van al la le del della der den di da dos das do du el y e zu ibn bin ben af av mac ab ap vs v
    to a"""
)
_PRONOUNS = _set("he her his i it its my our she that their there these they this those we who you your")
_HONOURS = _set(
    """sir dame lord lady dr mr mrs ms prof professor sister brother father mother saint st rev reverend canon captain
    capt major colonel col general lieutenant lt commander admiral sergeant chief king queen prince princess count
    countess baron baroness viscount viscountess duke duchess archduke archduchess margrave marquess infante infanta
    sheikh shaikh seyyed sayyid imam rabbi pope cardinal bishop archbishop president hon"""
)
_TAILS = _set("jr sr ii iii iv phd")
_ORDINALS = re.compile(r"^(?:The|A)\s+(?:first|second|third|fourth|fifth|last|original|current)\s+(?=[A-Z])")
_TOKEN = re.compile(r"[^\s()\[\],;:\"“”«»]+|[()\[\],;:\"“”«»]")
_STOPS = frozenset("([,;")
_QUOTES = {'"': '"', "“": "”", "«": "»", "'": "'", "‘": "’"}
_LIVED = re.compile(r"\b(?:born|died|b\.|d\.|n[ée]e|c\.|circa|fl\.|\d{3,4})")
_SENTENCE_END = re.compile(r"(?<=[a-z\d)\"”])[.!?](?=\s+[\"“]?[A-Z])")
_DEFINES = re.compile(r"(?:is|was|are|were)\s+(?:an?|the|one)\b|(?:may|can) refer")
_CALLED = re.compile(
    r"\b(?:known|called|titled|entitled|nicknamed|named|spelled|spelt|abbreviated|styli[sz]ed|credited|released)\s+"
    r"(?:(?:simply|also|internationally|professionally|mononymously|to)\s+)*"
    r"(?:(?:as|by|in|under|mostly|the|his|her|their|its|stage|pen|birth|regnal|English|name|title)\s+)*"
    r"[\"“«]?\s*([^,;()\"“”«»]{2,60})"
)
#: In brackets: "German: Der Turm", "or Old Bridge", "formerly Sund Hall".
_OTHERWISE = re.compile(
    r"^\s*(?:[A-Z][a-z]+:|or\b|a\.?k\.?a\.?\b|formerly\b|also\b|previously\b|originally\b)"
    r"\s*[\"“«]?([^,;()\"“”«»]{2,60})"
)
_AFTER_NAME = re.compile(r"\s(?:is|was|are|were|and|or|in|by|for|from|until|since)\s")
_RANK = re.compile(r",\s*((?:\d+\w*\s+)?[A-Z][^,;()]{1,50}?)\s*(?=[,(]|\b(?:is|was|are|were)\b)")
_REALM = re.compile(
    r"\b(?:[Dd]uke|[Cc]ount|[Kk]ing|[Ll]ord|[Pp]rince|[Pp]rincess|[Dd]uchess|[Cc]ountess|[Qq]ueen|[Ee]mperor|[Ee]mpress|"
    r"[Mm]argrave|[Ll]andgrave|[Ee]lector|[Mm]arquis|[Ee]arl|[Bb]ishop|[Aa]rchbishop|[Aa]bbot)"
    r"\s+of\s+([A-Z][\w-]*(?:[ -]+[A-Z][\w-]*)*)"
)
_LEADING = re.compile(r"(?:The\s+)?((?:[^\W\d_a-z][\w.'’-]*\s+){2,6})")
_QUOTED = re.compile(r"\s*[\"“«]\s*([^\"”»]+?)\s*[\"”»]\s*")
#: How surely a form means the subject: another name of it, its name cut short, two of a person's names.
_OTHER, _PART, _PAIR = 0.9, 0.7, 0.6


def subject_of(text: str) -> Subject | None:
    """Return what a text opens by defining, None where it opens otherwise ("He studied ...", "In 1990 ...").

    >>> found = subject_of("Ada Mary Holt( born 1950), better known as Ada Rivers, is a painter.")
    >>> found.name, sorted(a.key for a in found.aliases if a.weight >= 0.9 and not a.key.startswith("the "))
    ('Ada Mary Holt', ['ada holt', 'ada mary holt', 'ada rivers'])
    """
    head = _mended(text[:_HEAD].lstrip())
    end = _SENTENCE_END.search(head)
    head = head[: end.start()] if end and end.start() > 20 else head
    found = _quoted(head) or _opening(head)
    if found is None:
        return None
    name, rest = found
    aliases = _merged(_forms(name, rest))
    return Subject(name, aliases) if aliases else None


def _mended(head: str) -> str:
    """The text with one kind of quotes, no blanks behind hyphens, and a nickname in quotes rather than brackets."""
    head = head.replace("``", '"').replace("''", '"')
    head = re.sub(r"(?<=\w)- (?=\w)", "-", head)
    head = re.sub(r"(?<=[a-z])\(\s*([A-Z][\w.]*)\s*\)(?=\s+[A-Z])", r' "\1"', head)
    return _ORDINALS.sub("The ", head)


def _merged(forms: Iterator[tuple[str, float]]) -> tuple[Alias, ...]:
    best: dict[str, float] = {}
    for form, weight in forms:
        for alias in title_aliases(form):
            best[alias.key] = max(best.get(alias.key, 0.0), weight * alias.weight)
    return tuple(Alias(key, weight) for key, weight in best.items())


def _quoted(head: str) -> tuple[str, str] | None:
    """The name in quotes that a text begins with, and what follows it."""
    close = _QUOTES.get(head[:1])
    end = head.find(close, 2) if close else -1
    if not 2 <= end <= 90:
        return None
    name, rest = head[1:end].strip(" ,"), head[end + 1 :]
    return (name, rest) if name and re.match(r"\s*(?:[(,\[]|[a-z]+\b)", rest) else None


def _opening(head: str) -> tuple[str, str] | None:
    """The phrase before a text's first verb or bracket, where it is a name, and what follows it."""
    at = 0
    for _ in range(4):
        phrase, stop, rest = _phrase(head[at:])
        words = phrase.split()
        if words and words[0].lower() in _PRONOUNS and stop not in ("is", "was", "("):
            return None
        if words and _names(words, stop, rest, first=at == 0):
            return _bare(phrase), rest
        if stop != ",":
            return _leading(head) if at == 0 else None
        at = len(head) - len(rest) + 1
    return None


def _phrase(head: str) -> tuple[str, str, str]:
    """The words up to the first verb or stop, that verb or stop ("" for none), and the text from there on."""
    count = 0
    for token in _TOKEN.finditer(head):
        word = token.group()
        if word in _STOPS or word in _VERBS or (word in "–—-" and count):
            return head[: token.start()].strip(), word, head[token.start() :]
        count += word not in '"“”«»:)]'
        if count > _MOST_WORDS:
            break
    return "", "", ""


def _names(words: list[str], stop: str, rest: str, *, first: bool) -> bool:
    """Whether a phrase is what the sentence is about rather than a circumstance or a common noun.

    `stop` and `rest` are what follows it; `first` says that the text begins with it.
    """
    bare = words[1:] if words[0].lower() in _ARTICLES else words
    capital = [w for w in bare if not w[0].islower()]
    common = [w for w in bare if w[0].islower() and w not in _PARTICLES]
    if not any(w[0].isalpha() for w in capital):
        return False
    opens = words[0].lower() in FUNCTION_WORDS - _ARTICLES
    if stop == ",":
        return first and not opens and not common and len(words) <= _MOST_WORDS // 2
    strange = [w for w in common if w not in FUNCTION_WORDS]
    defined = stop == "(" or _DEFINES.match(rest) is not None
    if opens:
        return defined and first and len(capital) > 1 and not strange
    if not first and (strange or not words[0][0].isalpha()):
        return False
    return defined or not strange or (len(capital) > 1 and stop in _COPULAS)


def _leading(head: str) -> tuple[str, str] | None:
    """The capitalised run of two words or more that a text begins with, where a verb or a small word follows."""
    found = _LEADING.match(head)
    if not found or found[1].split()[0].lower() in FUNCTION_WORDS:
        return None
    rest = head[found.end() :]
    following = re.match(r"[a-z]+", rest)
    if following and not following[0].endswith("ed") and following[0] not in _VERBS | FUNCTION_WORDS:
        return None
    return found[1].strip(), rest


def _bare(phrase: str) -> str:
    return phrase.strip(" \"“”«»'‘’:")


def _forms(name: str, rest: str) -> Iterator[tuple[str, float]]:
    """What the subject is called, with how surely."""
    bracket = re.match(r"\s*\(([^)]*)\)", rest)
    inside = bracket[1] if bracket else ""
    for part in re.split(r"\s+or\s+(?:simply\s+)?(?=[A-Z\d])", name):
        plain = _QUOTED.sub(" ", part).strip()
        yield re.sub(r"[\"“”«»]", "", part), 1.0
        yield from _cut(plain)
        yield from _placed(plain, rest)
        yield from _short(part, plain, lived=_LIVED.search(inside) is not None)
    pieces = filter(None, map(_OTHERWISE.match, re.split(r"[;,]", inside)))
    for found in (*_CALLED.finditer(rest[: _HEAD // 2]), *pieces):
        yield from _called(found[1])


def _cut(plain: str) -> Iterator[tuple[str, float]]:
    """The name, and without what tells it from its likes: a subtitle, where it is, of what it is."""
    yield plain, 1.0
    for mark in (": ", " in ", " of "):
        before, _, behind = plain.partition(mark)
        if behind and (mark != " of " or " " in before):
            yield before, _PART


def _called(form: str) -> Iterator[tuple[str, float]]:
    words = _bare(_AFTER_NAME.split(form)[0]).split()
    if 0 < len(words) < _MOST_WORDS and any(w[0].isupper() for w in words):
        yield " ".join(words), _OTHER


def _placed(name: str, rest: str) -> Iterator[tuple[str, float]]:
    """The name with what tells it from its likes: "William II, Duke of Sund", so "William II of Sund", too."""
    rank, realm = _RANK.match(rest), _REALM.search(rest[: _HEAD // 2])
    if rank:
        yield f"{name}, {rank[1]}", 1.0
    if realm and name.count(" ") < 3 and " of " not in name:
        yield f"{name} of {realm[1]}", _OTHER


def _short(name: str, plain: str, *, lived: bool) -> Iterator[tuple[str, float]]:
    """Shorter forms of a person's name: without honours before and behind it, middle names; by a nickname."""
    words = plain.split()
    while len(words) > 2 and words[0].strip(".").lower() in _HONOURS:
        words = words[1:]
        yield " ".join(words), 1.0
    while len(words) > 2 and _is_tail(words[-1].strip(".,")):
        words = words[:-1]
        yield " ".join(words), 1.0
    nick = _QUOTED.search(name)
    if nick and len(words) > 1:
        yield f"{nick[1]} {words[-1]}", _OTHER
    if lived and 2 < len(words) <= _MOST_WORDS // 2 and not any(w[0].islower() for w in words):
        yield from _pairs(words)


def _is_tail(word: str) -> bool:
    return word.lower() in _TAILS or (len(word) > 1 and word.isupper())


def _pairs(words: list[str]) -> Iterator[tuple[str, float]]:
    """Two of a person's names, the likeliest first; initials and the last."""
    yield f"{words[0]} {words[-1]}", _OTHER
    for one, other in combinations(words, 2):
        if len(one) > 2 and len(other) > 2:
            yield f"{one} {other}", _PAIR
    yield " ".join([*(f"{w[0]}." for w in words[:-1]), words[-1]]), _PAIR
