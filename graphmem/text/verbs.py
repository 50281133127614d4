"""Verb forms and predicate names: the third person, the past, and the small table of canonical predicates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = [
    "CANONICAL",
    "canonical",
    "gerund",
    "gerund_of",
    "is_past_form",
    "lemma_of",
    "participles",
    "past",
    "third_person",
]

#: Spellings that mean one relation, by their lower snake-case form. Tense is kept: a job once held is not one held now.
CANONICAL: dict[str, str] = {
    "resides_in": "lives_in", "lives_at": "lives_in", "stays_in": "stays_in", "dwells_in": "lives_in",
    "resided_in": "lived_in", "lived_at": "lived_in", "works_for": "works_at", "works_with": "works_with",
    "is_employed_by": "works_at", "is_employed_at": "works_at", "worked_for": "worked_at",
    "moves_into": "moves_to", "moved_into": "moved_to", "relocated_to": "moved_to", "relocates_to": "moves_to",
    "joins": "joins", "was_born_in": "born_in", "is_born_in": "born_in", "was_born_at": "born_in",
    "was_born_on": "born_on", "was_raised_in": "grew_up_in", "is_from": "comes_from", "was_from": "comes_from",
    "hails_from": "comes_from", "came_from": "comes_from", "got_married_to": "married",
    "was_married_to": "married_to", "is_married_to": "married_to", "marries": "marries", "is_called": "is_named",
    "was_called": "is_named", "was_named": "is_named", "owns": "has", "owned": "had",
    "is_located_in": "located_in", "was_located_in": "located_in", "is_situated_in": "located_in",
    "is_based_in": "located_in", "purchased": "bought", "purchases": "buys", "studied_at": "studied_at",
    "is_a_fan_of": "likes", "is_fond_of": "likes", "is_interested_in": "interested_in",
    "was_interested_in": "interested_in", "is_allergic_to": "allergic_to", "was_founded_in": "founded_in",
    "was_established_in": "founded_in", "is_known_as": "known_as", "was_known_as": "known_as",
    "is_engaged_to": "engaged_to", "got_engaged_to": "engaged_to", "gets": "gets",
}  # fmt: skip

_THIRD = {"be": "is", "have": "has", "do": "does", "go": "goes", "can": "can", "will": "will"}
_PAST = {
    "be": "was", "go": "went", "gone": "went", "see": "saw", "seen": "saw", "do": "did", "done": "did",
    "take": "took", "taken": "took", "give": "gave", "given": "gave", "eat": "ate", "eaten": "ate",
    "write": "wrote", "written": "wrote", "been": "was", "know": "knew", "known": "knew", "begin": "began",
    "begun": "began", "sing": "sang", "sung": "sang", "drive": "drove", "driven": "drove", "ride": "rode",
    "ridden": "rode", "fall": "fell", "fallen": "fell", "choose": "chose", "chosen": "chose", "speak": "spoke",
    "spoken": "spoke", "break": "broke", "broken": "broke", "steal": "stole", "stolen": "stole", "grow": "grew",
    "grown": "grew", "fly": "flew", "flown": "flew", "draw": "drew", "drawn": "drew", "show": "showed",
    "shown": "showed", "throw": "threw", "thrown": "threw", "wear": "wore", "worn": "wore", "forget": "forgot",
    "forgotten": "forgot", "get": "got", "gotten": "got", "hide": "hid", "hidden": "hid", "beat": "beat",
    "beaten": "beat", "swim": "swam", "swum": "swam", "drink": "drank", "drunk": "drank", "run": "ran",
    "come": "came", "become": "became", "wake": "woke", "woken": "woke", "freeze": "froze", "frozen": "froze",
    "rise": "rose", "risen": "rose", "swear": "swore", "sworn": "swore", "bite": "bit", "bitten": "bit",
    "shake": "shook", "shaken": "shook", "have": "had", "make": "made", "say": "said", "tell": "told",
    "find": "found", "think": "thought", "buy": "bought", "bring": "brought", "teach": "taught",
    "catch": "caught", "leave": "left", "feel": "felt", "keep": "kept", "meet": "met", "lose": "lost",
    "send": "sent", "spend": "spent", "build": "built", "hear": "heard", "hold": "held", "win": "won",
    "sell": "sold", "pay": "paid", "lead": "led", "read": "read", "put": "put", "set": "set", "cut": "cut",
    "hit": "hit", "quit": "quit", "let": "let", "hurt": "hurt", "cost": "cost", "shut": "shut", "sit": "sat",
    "stand": "stood", "understand": "understood", "sleep": "slept", "lie": "lay", "lain": "lay",
    "fight": "fought", "seek": "sought", "shoot": "shot", "stick": "stuck", "hang": "hung", "dig": "dug",
    "ring": "rang", "rung": "rang", "sink": "sank", "sunk": "sank", "tear": "tore", "torn": "tore",
    "undergo": "underwent", "undergone": "underwent", "mistaken": "mistook",
}  # fmt: skip
_PASTS = frozenset(_PAST.values())
#: What may stand before an irregular verb without changing how it is inflected ("undo", "overcome", "withdraw").
_PREFIXES = ("under", "over", "with", "fore", "out", "mis", "for", "un", "re", "up")
#: Simple pasts that are the base of some verb as well: the form alone does not tell the tense.
_ALSO_BASES = frozenset(
    {"beat", "cost", "cut", "fell", "felt", "found", "hit", "hurt", "lay", "left", "let", "put", "quit", "read", "saw",
     "set", "shut"}
)  # fmt: skip
_VOWELS = "aeiou"
_DOUBLED = re.compile(r"([bdgmnprt])\1e$")


def third_person(lemma: str) -> str:
    """Return the third person singular of the present.

    >>> [third_person(v) for v in ("work", "go", "try", "teach", "have", "play")]
    ['works', 'goes', 'tries', 'teaches', 'has', 'plays']
    """
    if lemma in _THIRD:
        return _THIRD[lemma]
    if lemma.endswith(("s", "x", "z", "ch", "sh")) or (lemma.endswith("o") and lemma[-2:-1] not in _VOWELS):
        return lemma + "es"
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ies"
    return lemma + "s"


def past(form: str, *, lemma: str) -> str:
    """Return the simple past, given the form met in the text and its lemma.

    >>> [past(f, lemma=v) for f, v in (("gone", "go"), ("adopted", "adopt"), ("try", "try"), ("undone", "undo"))]
    ['went', 'adopted', 'tried', 'undid']
    """
    low = form.lower()
    if low.endswith("ed"):
        return low
    irregular = _irregular(low) or _irregular(lemma)
    if irregular is not None:
        return irregular
    if low.endswith("ing") and len(low) > 5 and low[-4] == low[-5] and low[-4] not in "aeiouls":
        return low[:-3] + "ed"
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2:-1] not in _VOWELS:
        return lemma[:-1] + "ied"
    return lemma + "ed"


def _irregular(form: str) -> str | None:
    """Return the simple past of a form of an irregular verb, a prefix before it or none; None for all others."""
    if form in _PASTS:
        return form
    if form in _PAST:
        return _PAST[form]
    for prefix in _PREFIXES:
        rest = form.removeprefix(prefix)
        if rest != form and rest != "lay" and (rest in _PASTS or rest in _PAST):
            return prefix + (rest if rest in _PASTS else _PAST[rest])
    return None


def participles(lemma: str) -> tuple[str, ...]:
    """Return the irregular participles of a verb that are not its simple past, in no case its base.

    >>> participles("take"), participles("paint")
    (('taken',), ())
    """
    simple = _irregular(lemma)
    return tuple(form for form, known in _PAST.items() if known == simple and form not in (lemma, simple))


def is_past_form(form: str) -> bool:
    """Return whether a form, in lower case, can be nothing but the simple past of an irregular verb ("forgave")."""
    return form not in _ALSO_BASES and form == _irregular(form)


def gerund(lemma: str) -> str:
    """Return the -ing form; the final consonant of a short syllable that bears the stress is doubled.

    >>> [gerund(v) for v in ("paint", "make", "run", "see", "die", "shrug", "begin", "open")]
    ['painting', 'making', 'running', 'seeing', 'dying', 'shrugging', 'beginning', 'opening']
    """
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")) and lemma != "be":
        return lemma[:-1] + "ing"
    doubled = _SHORT_SYLLABLE.fullmatch(lemma) is not None or lemma in _STRESSED_AT_THE_END
    return lemma + (lemma[-1] if doubled else "") + "ing"


_SHORT_SYLLABLE = re.compile(r"[^aeiou]*(?:qu)?[aeiou][bdfgklmnprtz]")
_STRESSED_AT_THE_END = frozenset(
    {"admit", "begin", "commit", "compel", "control", "equip", "expel", "forget", "occur", "outrun", "permit", "prefer",
     "propel", "rebel", "recur", "refer", "regret", "rerun", "reset", "submit", "transfer", "transmit", "upset"}
)  # fmt: skip


def lemma_of(token: Token) -> str:
    """Return the token's lemma in lower case, with the tagger's known slips mended ("blogging" -> "blogge")."""
    lemma = token.lemma_.lower()
    if lemma == "hop" and "pp" not in token.lower_:
        return "hope"
    return _DOUBLED.sub(r"\1", lemma)


def gerund_of(token: Token) -> str:
    """Return the -ing form of a verb in the text: its own spelling where it has that form."""
    return token.lower_ if token.lower_.endswith("ing") and token.tag_ == "VBG" else gerund(lemma_of(token))


def canonical(predicate: str) -> str:
    """Return the one name of a predicate that the table knows under several, else the predicate itself."""
    return CANONICAL.get(predicate, predicate)
