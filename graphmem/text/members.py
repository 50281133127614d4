"""What a turn holds of each category, predicate family and answer type: memberships in [0, 1], by label. Pure.

A label is `a:` and a category, `f:` and a family, or `t:` and a topical file. No parser: a word's part of speech is
taken from what stands before it, else from which use is commoner; who does what from the last pronoun of the clause.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from graphmem.text.anchors import Row, shipped_anchors
from graphmem.text.classes import Part, Word, shipped_classes
from graphmem.text.families import shipped_families
from graphmem.text.lexicon import FEMALE, MALE
from graphmem.text.tokens import CHAT_STOP_WORDS
from graphmem.text.verbs import gerund

__all__ = ["Mention", "category_label", "family_label", "lemma_of_noun", "memberships", "mentions", "type_label"]

#: What is read of a text, in characters: the rest is a document's.
MAX_CHARACTERS = 4_000
#: Memberships below are not worth a place in the index.
LEAST = 0.15
#: What a verb under a category weighs against a noun.
_VERB = 0.7
#: Families by who acts: the speaker or nobody, somebody else, the listener.
_SELF, _OTHER, _LISTENER = 1.0, 0.5, 0.2

_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[.!?;:\n]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SUBJECTS = {
    **dict.fromkeys(_words("i we i'm i've i'd i'll we're we've we'd we'll"), _SELF),
    **dict.fromkeys(_words("he she it they he's she's it's they're they've he'd she'd they'd who"), _OTHER),
    **dict.fromkeys(_words("you you're you've you'd you'll"), _LISTENER),
}
_BEFORE_NOUNS = _words(
    "a an the my your his her its our their this that these those some any no every each another of in at on for with "
    "from about by into new old great good first last next own many few several"
)
_BEFORE_VERBS = _words(
    "to can could will would should shall may might must do does did don't doesn't didn't never not just also always "
    "often really finally recently already gonna wanna let's please who"
) | frozenset(_SUBJECTS)  # fmt: skip
_BEFORE_PLACES = _words("in to from near at around across visit visited visiting leaving left toward towards")
_SOME_PLACE, _SOMEBODY = "~place", "~person"
#: What a name that no table holds is taken for, by how it is used: a guess, worth less than a known word.
_GUESSED: Mapping[str, Mapping[str, float]] = {
    _SOME_PLACE: {"t:noun.location": 0.6, "a:place": 0.6, "a:trip": 0.6, "a:city": 0.5, "a:country": 0.3},
    _SOMEBODY: {"t:noun.person": 1.0, "a:people": 1.0},
}


class Mention(NamedTuple):
    """A word of a text that the tables know.

    Args:
        form: as it stands there, in lower case, phrases joined by `_`; `~place` and `~person` for names of such.
        part: as what it is taken.
        subject: who acts, for families: 1 the speaker or nobody, .5 somebody else or a noun, .2 the listener.
        inside: it stands behind the first word of its sentence with a capital.
    """

    form: str
    part: Part
    subject: float
    inside: bool = False


@dataclass(frozen=True)
class _Entry:
    """What a form tells as one part of speech: shares by label, families apart, for they depend on the subject."""

    shares: Mapping[str, float] = field(default_factory=dict)
    families: tuple[str, ...] = ()
    proper: bool = False


def category_label(name: str) -> str:
    """Return the label of a category's members."""
    return f"a:{name}"


def family_label(name: str) -> str:
    """Return the label of a predicate family."""
    return f"f:{name}"


def type_label(lexfile: str) -> str:
    """Return the label of a topical file."""
    return f"t:{lexfile}"


def memberships(text: str, *, caption: str | None = None) -> dict[str, float]:
    """Return what a turn holds, by label, each in [.15, 1]: the most that one of its words holds.

    What a picture shows tells of things, not of who did what: families come from the text alone.

    >>> sorted(memberships("I went surfing with my dog!"))[:4]
    ['a:activity', 'a:animal', 'a:sport', 'a:trip']
    """
    found: dict[str, float] = {}
    for mention in mentions(text[:MAX_CHARACTERS]):
        weight = mention.subject if mention.part == "verb" else _OTHER
        _take(found, _holds(mention.form, mention.part, mention.inside, weight))
    for mention in mentions((caption or "")[:MAX_CHARACTERS]):
        _take(found, _holds(mention.form, mention.part, mention.inside, 0.0))
    return {label: share for label, share in found.items() if share >= LEAST}


def _take(found: dict[str, float], held: tuple[tuple[str, float], ...]) -> None:
    for label, share in held:
        if share > found.get(label, 0.0):
            found[label] = share


@lru_cache(maxsize=50_000)
def _holds(form: str, part: Part, inside: bool, weight: float) -> tuple[tuple[str, float], ...]:
    """What a mention holds, by label; its families, for which it is only as good as who acts, have this weight."""
    entry = _entry(form, part)
    if entry.proper and not inside:
        return ()
    return (*entry.shares.items(), *((label, weight) for label in entry.families))


# --- words in a text ------------------------------------------------------------------------------------------------


def mentions(text: str) -> Iterator[Mention]:
    """Yield the known words of a text, in order; phrases of two or three words before their words."""
    tokens = _TOKEN.findall(text.replace("’", "'"))
    lower = [token.lower() for token in tokens]
    subject, first, noun_before = 0.0, True, False
    past = 0
    for place, word in enumerate(lower):
        if place < past:
            continue
        glance = _glance(word)
        if glance.mark:
            subject, first, noun_before = 0.0, True, False
            continue
        subject = subject if glance.subject is None else glance.subject
        if glance.silent:
            first = False
            continue
        inside = not first and tokens[place][0].isupper()
        form, part, length = _longest(lower, place, glance, inside=inside)
        if form:
            yield Mention(form, part, subject or (_OTHER if noun_before else _SELF), inside)
            noun_before = noun_before or part == "noun"
        first, past = False, place + length


class _Glance(NamedTuple):
    """What a token tells wherever it stands.

    `mark` ends a clause; `subject` is who acts from here on, None as before; `silent` is a word that nothing is told
    by; `opens` begins phrases; `stop` is nothing alone; `noun` and `verb` are how often it is met as such.
    """

    mark: bool
    subject: float | None = None
    silent: bool = False
    opens: bool = False
    stop: bool = False
    noun: int = -1
    verb: int = -1


@lru_cache(maxsize=50_000)
def _glance(word: str) -> _Glance:
    if not word[0].isalpha():
        return _Glance(mark=True)
    opens, stop = word in _openings(), word in CHAT_STOP_WORDS or len(word) < 2
    noun, verb = (-1, -1) if stop else _uses(word)
    return _Glance(False, _SUBJECTS.get(word), stop and not opens, opens, stop, noun, verb)


def _longest(lower: list[str], place: int, glance: _Glance, *, inside: bool) -> tuple[str, Part, int]:
    """The longest known form that begins here, "" where none does, its part of speech, and of how many words it is."""
    word = lower[place]
    if glance.opens and place + 1 < len(lower):
        pair, goes_on = _pair(word, lower[place + 1])
        if goes_on and place + 2 < len(lower):
            phrase = "_".join(lower[place : place + 3])
            if part := _phrase(phrase):
                return phrase, part, 3
        if pair:
            return f"{word}_{lower[place + 1]}", pair, 2
    if glance.stop:
        return "", "noun", 1
    before = lower[place - 1] if place else ""
    if part := _part(glance, before):
        return word, part, 1
    return (_guess(word, before) if inside else ""), "noun", 1


def _guess(name: str, before: str) -> str:
    """What a name that no table holds may be, as a form of its own: by how it is used, or a first name."""
    if before in _BEFORE_PLACES:
        return _SOME_PLACE
    return _SOMEBODY if name in MALE or name in FEMALE else ""


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    families = shipped_families()
    opening = {form.partition("_")[0] for forms in (families.verbs, families.nouns) for form in forms if "_" in form}
    return shipped_classes().openings | opening


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """The first two words of each phrase of three or more."""
    families, table = shipped_families(), shipped_classes()
    forms = (*families.verbs, *table.phrases())
    return frozenset("_".join(words[:2]) for words in (form.split("_") for form in forms if "_" in form) if words[2:])


@lru_cache(maxsize=50_000)
def _pair(word: str, following: str) -> tuple[Part | None, bool]:
    """What part of speech two words are together, and whether they may begin a longer phrase."""
    phrase = f"{word}_{following}"
    return _phrase(phrase), phrase in _beginnings()


@lru_cache(maxsize=50_000)
def _phrase(phrase: str) -> Part | None:
    if phrase in shipped_families().verbs:
        return "verb"
    return "noun" if shipped_classes().find(phrase, "noun") else None


def _uses(form: str) -> tuple[int, int]:
    """How often a form is met as a noun and as a verb, -1 where it is never that."""
    table, families = shipped_classes(), shipped_families()
    noun, verb = table.find(form, "noun"), table.find(form, "verb")
    return (
        noun.uses if noun else (0 if form in families.nouns else -1),
        verb.uses if verb else (0 if form in families.verbs or form in families.adjectives else -1),
    )


def _part(glance: _Glance, before: str) -> Part | None:
    noun, verb = glance.noun, glance.verb
    if noun < 0 and verb < 0:
        return None
    if noun < 0 or verb < 0:
        return "noun" if verb < 0 else "verb"
    if before in _BEFORE_NOUNS:
        return "noun"
    return "verb" if before in _BEFORE_VERBS or verb > noun else "noun"


# --- what a word tells ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def _entry(form: str, part: Part) -> _Entry:
    if form in _GUESSED:
        return _Entry(_GUESSED[form])
    word = shipped_classes().find(form, part)
    families = shipped_families()
    known = families.nouns if part == "noun" else {**families.adjectives, **families.verbs}
    labels = tuple(family_label(name) for name in known.get(form, ()))
    if word is None:
        return _Entry(_rows_by_word(form), labels)
    shares = _shares(word, part)
    if part == "verb":
        doing = shipped_classes().find(gerund(word.lemma), "noun")
        if doing is not None:
            shares = {**shares, **{k: max(v, shares.get(k, 0.0)) for k, v in _shares(doing, "noun").items()}}
    return _Entry(shares, labels, word.proper)


def _shares(word: Word, part: Part) -> dict[str, float]:
    shares = {category_label(row.name): _share(word, part, row) for row in shipped_anchors().rows}
    if part == "noun":
        for sense in word.senses:
            label = type_label(sense.lexfile)
            shares[label] = min(1.0, shares.get(label, 0.0) + sense.share)
    return {label: share for label, share in shares.items() if share >= LEAST}


def _share(word: Word, part: Part, row: Row) -> float:
    """How much of a word's first two senses is below a category; its own heads are no members of it."""
    if word.lemma in row.heads:
        return 0.0
    if word.lemma in row.words:
        return 1.0
    first = word.senses[:2]
    under = sum(s.share for s in first if s.lexfile in row.lexfiles or not row.classes.isdisjoint(s.classes))
    share = min(1.0, under / sum(s.share for s in first))
    return share * _VERB if part == "verb" else share


def _rows_by_word(form: str) -> dict[str, float]:
    return {category_label(row.name): 1.0 for row in shipped_anchors().rows if form in row.words}


def lemma_of_noun(form: str) -> str:
    """Return the base form of a noun, the form itself where it isn't known."""
    word = shipped_classes().find(form, "noun")
    return word.lemma if word else form
