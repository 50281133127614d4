"""Whether two names may be one: rules on a pair, and on nothing else, so that no order of arrival can show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from graphmem.identity import name_key
from graphmem.model import Entity
from graphmem.text.nicknames import NICKNAMES
from graphmem.text.similarity import (
    entropy,
    initials_agree,
    is_subsequence,
    jaccard,
    neutral_edit,
    one_edit,
    trigrams,
)

__all__ = ["FEWEST_GRAMS", "LIKENESS", "Likeness", "LikenessScores", "Name", "alike", "short_form", "verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LikenessScores:
    """How sure each rule is, 0 to 1, and where it begins; measured in docs/resolution.md. 1 is kept for the same name.

    Attributes:
        title: the same words but for a title, an article or a company's form ("Dr. Marie Curie", "Apple Inc.").
        reordered: the same words in another order, or joined otherwise ("Curie, Marie"; "Mac Donald").
        alias: one name is a known alias of the other.
        neutral: one edit that is not heard ("Philip", "Phillip"): ambiguous, a link and never the same.
        plural: one name is the other with an s: of a group or a thing the same, of families and films not.
        typo: one other edit in a long name.
        initials: two or more initials spelled out ("J. R. R. Tolkien").
        acronym: the initials of a longer name, by how many letters: three, four and more; two only in one session.
        part: first or last words of a person's name, in one session, two words and more; one word.
        nickname: a short first name, in one session ("Mel" and "Melanie"); with the surname beside it.
        jaccard: trigram sets are alike from here on (Graphiti's MinHash threshold).
        entropy: names of fewer bits a character are not compared by spelling (Graphiti's gate).
        cosine: embeddings of names are alike from here on (HippoRAG's synonymy threshold).
    """

    title: float = 0.95
    reordered: float = 0.95
    alias: float = 0.9
    neutral: float = 0.8
    plural: float = 0.7
    typo: float = 0.75
    initials: float = 0.85
    acronym_short: float = 0.6
    acronym: float = 0.8
    part: float = 0.9
    part_of_one_word: float = 0.7
    nickname: float = 0.5
    nickname_and_surname: float = 0.7
    jaccard: float = 0.9
    entropy: float = 1.5
    cosine: float = 0.8


LIKENESS = LikenessScores()
#: With fewer trigrams a Jaccard of .9 leaves no room for any difference, so it is not looked at.
FEWEST_GRAMS = 9


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HE = _words("mr sir lord king prince father brother uncle")
_SHE = _words("mrs ms miss lady dame queen princess sister aunt madame")
_TITLES = _HE | _SHE | _words("dr prof professor doctor president captain judge rev reverend coach chef")
_ARTICLES = frozenset({"the", "a", "an"})
_COMPANY = _words("inc ltd llc corp corporation co plc gmbh limited incorporated")
_SMALL = _words("of the and for in on at de la du des von van to a an und y")
_ROMAN = re.compile(r"(?=[ivx])(?:x{0,3})(?:ix|iv|v?i{0,3})")
_NUMBER_WORDS = _words(
    "one two three four five six seven eight nine ten first second third fourth fifth sixth seventh eighth ninth tenth "
    "jr sr junior senior north south east west northern southern eastern western upper lower new old"
)
#: One edit that is heard is taken for a slip of the pen only in names at least so long, in a word at least so long.
_TYPO_NAME, _TYPO_WORD = 12, 6
#: A word of so many letters is the same with an article and without ("The Iroquois"); a shorter one may be a band.
_PLAIN_WORD = 6
_OWNED = re.compile(r"\w['’]s +\w|s['’] +\w")
_ACRONYM = re.compile(r"[A-Z]{2,6}s?|(?:[A-Z]\.){2,6}")


@dataclass(frozen=True, slots=True)
class Likeness:
    """That two names may be one: by which rule, and how sure it is (0 to 1)."""

    score: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name with what the rules look at, drawn once.

    Args:
        id: the entity's id.
        key: its `name_key`.
        person: some mention saw it as a person, whatever kind was elected, so that no order of mentions shows.
        acronym: seen written as an acronym once ("WHO", "U.S."); never taken back.
        owned: seen once as somebody's somebody ("Ada's mother", who is not Ada); never taken back.
        aliases: keys of its known aliases.
        title: the title before the name ("dr"), "" for none.
        core: the words without a leading article or title, a company's form, its own acronym at the end; at least one.
        text: the core, words parted by spaces.
        letters: the core without spaces.
        marks: numbers, ordinals, points of the compass, junior and senior in it, sorted: where they differ, the names
            do. "V" is a number at the end and before a small word, elsewhere an initial.
        telling: whether its spelling says enough to be compared (Graphiti's gate: entropy, and length or words).
    """

    id: str
    key: str
    person: bool
    acronym: bool
    owned: bool
    aliases: frozenset[str]
    title: str
    core: tuple[str, ...]
    text: str
    letters: str
    marks: tuple[str, ...]
    telling: bool

    @classmethod
    def of(cls, entity: Entity) -> "Name":
        """Draw a name from an entity."""
        key = name_key(entity.name)
        words = key.split() or [""]
        title = words[0] if len(words) > 1 and words[0] in _TITLES else ""
        core = _core(words)
        text, letters = " ".join(core), "".join(core)
        spelled = (entity.name, *(a for a in entity.aliases if name_key(a) == key))
        return cls(
            id=entity.id,
            key=key,
            person="person" in (entity.kind, *entity.kinds) or bool(title),
            acronym=any(_ACRONYM.fullmatch(name) for name in spelled),
            owned=any(_OWNED.search(name) for name in spelled),
            aliases=frozenset(map(name_key, entity.aliases)) - {key},
            title=title,
            core=core,
            text=text,
            letters=letters,
            marks=tuple(sorted(w for i, w in enumerate(core) if _is_mark(w) and not _is_initial(core, i))),
            telling=(len(letters) >= _PLAIN_WORD or len(core) > 1) and entropy(text) >= LIKENESS.entropy,
        )

    def joined(self, other: "Name") -> "Name":
        """Return what two sightings of one name tell together; this very name where the other tells nothing new."""
        joined = replace(
            self,
            person=self.person or other.person,
            acronym=self.acronym or other.acronym,
            owned=self.owned or other.owned,
            aliases=self.aliases | other.aliases,
        )
        return self if joined == self else joined

    @property
    def initials(self) -> frozenset[str]:
        """What its acronym may be: initials of all words, or of all but the small ones; from two words on."""
        return _initials_of(self.core)

    @property
    def grams(self) -> frozenset[str]:
        """The trigrams of the core."""
        return trigrams(self.text)


def verdict(first: Name, second: Name, *, together: bool) -> Literal["same", "link", "new"]:
    """Tell whether two names are the same entity, may be, or are two as far as their names tell.

    Args:
        first: one name.
        second: the other.
        together: whether both occur in one session.
    """
    if first.key == second.key:
        return "same"
    linked = alike(first, second) or (together and short_form(first, second))
    return "link" if linked else "new"


def alike(first: Name, second: Name) -> Likeness | None:
    """Return the surest rule by which two different names are alike anywhere, or None; symmetric."""
    if first.key in second.aliases or second.key in first.aliases:
        return Likeness(LIKENESS.alias, "alias")
    if _at_odds(first, second):
        return None
    found = _same_words(first, second) or _acronym(first, second)
    if found or first.marks != second.marks:
        return found
    return _spelled_alike(first, second) or _initials(first, second)


def short_form(first: Name, second: Name) -> Likeness | None:
    """Return how one name may be a short form of the other, given that both occur in one session; symmetric.

    Only persons are called by a part of their name: "Lisbon" is not short for "Lisbon Airport".
    Where two long forms fit ("Marie": Marie Curie, Marie Dupont), both are linked and none is preferred: a rule on
    pairs cannot see the other pair, and readers find two links where one would be a decision.
    """
    short, long = sorted((first, second), key=lambda name: (len(name.core), len(name.letters), name.key))
    if short.acronym and len(short.letters) == 2 and short.letters in long.initials:
        return Likeness(LIKENESS.acronym_short, "acronym")
    if not (short.person and long.person) or short.marks != long.marks or _at_odds(short, long):
        return None
    if short.owned != long.owned:
        return None  # Ada, and Ada's mother
    if short.core == long.core or initials_agree(short.core, long.core):
        return Likeness(LIKENESS.part, "short_form")
    if len(short.core) < len(long.core) and _is_part(short.core, long.core):
        score = LIKENESS.part if len(short.core) > 1 else LIKENESS.part_of_one_word
        return Likeness(score, "short_form")
    if _is_nickname(short.core[0], long.core[0]) or _is_nickname(long.core[0], short.core[0]):
        if len(short.core) == 1:
            return Likeness(LIKENESS.nickname, "short_form")
        if is_subsequence(short.core[1:], long.core[1:]) and short.core[-1] == long.core[-1]:
            return Likeness(LIKENESS.nickname_and_surname, "short_form")
    return None


def _same_words(first: Name, second: Name) -> Likeness | None:
    if first.core == second.core:
        # "Dr. Curie" and "Curie", "The Who" and "who": a title, and an article before a short word, say too little.
        sure = len(first.core) > 1 or not (first.title or second.title or _only_article(first, second))
        return Likeness(LIKENESS.title, "title") if sure else None
    if not (first.telling and second.telling):
        return None
    if first.letters == second.letters or sorted(first.core) == sorted(second.core):
        return Likeness(LIKENESS.reordered, "spelling")
    return None


def _only_article(first: Name, second: Name) -> bool:
    """Tell whether an article is all that parts two names of one short word."""
    article = any(name.key.partition(" ")[0] in _ARTICLES for name in (first, second))
    return article and len(first.letters) < _PLAIN_WORD


def _spelled_alike(first: Name, second: Name) -> Likeness | None:
    if not (first.telling and second.telling):
        return None
    if neutral_edit(first.text, second.text):
        return Likeness(LIKENESS.neutral, "spelling")
    if _is_plural(first.text, second.text):
        return Likeness(LIKENESS.plural, "plural")
    if _is_typo(first.text, second.text):
        return Likeness(LIKENESS.typo, "spelling")
    grams, others = first.grams, second.grams
    if len(first.core) != len(second.core) or min(len(grams), len(others)) < FEWEST_GRAMS:
        return None
    if first.letters.startswith(second.letters) or second.letters.startswith(first.letters):
        return None  # an ending makes another word: South America, South American
    found = jaccard(grams, others)
    return Likeness(min(round(found, 4), LIKENESS.reordered), "spelling") if found >= LIKENESS.jaccard else None


def _acronym(first: Name, second: Name) -> Likeness | None:
    for short, long in ((first, second), (second, first)):
        if short.acronym and len(short.letters) > 2 and short.letters in long.initials:
            score = LIKENESS.acronym if len(short.letters) > 3 else LIKENESS.acronym_short
            return Likeness(score, "acronym")
    return None


def _initials(first: Name, second: Name) -> Likeness | None:
    """Two initials or more, spelled out in the other name; a single one fits too many and needs a session."""
    return Likeness(LIKENESS.initials, "initials") if initials_agree(first.core, second.core) > 1 else None


def _is_plural(first: str, second: str) -> bool:
    """Tell whether one name is the other with an s at its end: "hiking trip" and "hiking trips"."""
    short, long = sorted((first, second), key=len)
    return long == short + "s" and not short.endswith("s")


def _is_typo(first: str, second: str) -> bool:
    """Tell whether one edit, inside a long word of a long name and not at either end of it, is all that differs."""
    first, second = sorted((first, second), key=lambda text: (-len(text), text))
    edit = one_edit(first, second) if len(second) >= _TYPO_NAME else None
    if edit is None or " " in edit[1] + edit[2]:
        return False
    at = edit[0]
    start = first.rfind(" ", 0, at) + 1
    end = min(e for e in (first.find(" ", at), len(first)) if e >= 0)
    return end - start >= _TYPO_WORD and start + 2 <= at <= end - 3


def _core(words: Sequence[str]) -> tuple[str, ...]:
    if len(words) > 1 and (words[0] in _ARTICLES or words[0] in _TITLES):
        words = words[1:]
    if len(words) > 1 and words[-1] in _COMPANY:
        words = words[:-1]
    if len(words) > 2 and words[-1] in _initials_of(words[:-1]):
        words = words[:-1]
    return tuple(words)


def _initials_of(words: Sequence[str]) -> frozenset[str]:
    spelled = [word for word in words if word != "s"]  # of a genitive: "Women's"
    rows = (row for row in (spelled, [word for word in spelled if word not in _SMALL]) if len(row) > 1)
    return frozenset("".join(word[0] for word in row) for row in rows)


def _is_part(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Tell whether a person's name is some words of a longer one, its first or its last among them."""
    return (short[0] == long[0] or short[-1] == long[-1]) and is_subsequence(short, long)


def _is_nickname(short: str, long: str) -> bool:
    """Tell whether a first name is short for another: its beginning, two letters or more shorter, or a known one."""
    if long in NICKNAMES.get(short, ()):
        return True
    return len(short) >= 3 and len(long) - len(short) >= 2 and long.startswith(short)


def _at_odds(first: Name, second: Name) -> bool:
    """Tell whether titles say that these are two people: Mr. Smith and Mrs. Smith."""
    titles = {first.title, second.title}
    return bool(titles & _HE) and bool(titles & _SHE)


def _is_initial(words: Sequence[str], at: int) -> bool:
    """Tell whether a Roman digit among words is more likely somebody's initial: Amado V. Hernandez."""
    if words[at] not in ("v", "x") or at == len(words) - 1:
        return words[at] == "i" and at == 0
    return at == 0 or words[at + 1] not in _SMALL


def _is_mark(word: str) -> bool:
    return any(c.isdigit() for c in word) or word in _NUMBER_WORDS or _ROMAN.fullmatch(word) is not None
