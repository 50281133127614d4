"""What a question asks for: the head noun of its answer, categories, answer types and predicate families. Pure.

The head is found without a parser: the last noun of the phrase behind what, which, whose or how many ("which outdoor
sports", "what are Ada's hobbies", "what kinds of books"), else who and where stand for it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from graphmem.text.anchors import shipped_anchors, shipped_answer_types
from graphmem.text.classes import shipped_classes
from graphmem.text.families import shipped_families
from graphmem.text.members import Mention, category_label, family_label, lemma_of_noun, mentions, type_label
from graphmem.text.tokens import CHAT_STOP_WORDS, fold

__all__ = ["Asked", "asked", "nouns_of"]

#: A question is read up to here, in characters.
MAX_CHARACTERS = 2_000

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_POSSESSIVE = re.compile(r"'s\b|(?<=s)'(?=\s)")
_ASKING = frozenset({"what", "which", "whose"})
_BE = frozenset({"is", "are", "was", "were", "be", "been"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AUXILIARY = _BE | _words("do does did has have had can could will would shall should may might must")
_PREPOSITIONS = _words(
    "of in on at for with from about by into to after before during since until as like than that who whom which when "
    "where while and or but besides through"
)
_DO = frozenset({"do", "doing", "done"})
_KINDS = _words("kind kinds type types sort sorts form forms genre name names list example examples number")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, each by label as `graphmem.text.members` gives them to turns.

    Args:
        head: the base form of the noun that the answer is one of; "" where the question has none.
        categories: labels of the categories asked for.
        types: weight in (0, 1] by label of the topical files that answers have; they sum to 1, or are none.
        families: labels of the predicate families of its words.
    """

    head: str = ""
    categories: tuple[str, ...] = ()
    types: Mapping[str, float] = field(default_factory=dict)
    families: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.categories or self.types or self.families)


@lru_cache(maxsize=1_000)
def asked(question: str) -> Asked:
    """Read a question.

    >>> wants = asked("What sports did Ada take up?")
    >>> wants.head, wants.categories, max(wants.types, key=wants.types.__getitem__)
    ('sport', ('a:sport',), 't:noun.act')
    """
    plain = _POSSESSIVE.sub("'s ", question[:MAX_CHARACTERS].replace("’", "'"))
    words = _TOKEN.findall(fold(plain))
    told = [(m, _families(m)) for m in mentions(plain) if not m.inside]
    verbs = [name for mention, names in told if mention.part == "verb" for name in names]
    nouns = nouns_of(words)
    head = nouns[-1] if nouns else ""
    implied = "" if head else _implied(words, verbs)
    asking = (implied,) if implied else tuple(reversed(nouns))
    rows = next((found for noun in asking if (found := shipped_anchors().asked_by(noun))), ())
    families = dict.fromkeys(family_label(name) for _, names in told for name in names)
    return Asked(head, tuple(category_label(r.name) for r in rows), _types(head or implied, words), tuple(families))


def _families(mention: Mention) -> tuple[str, ...]:
    families = shipped_families()
    return (families.nouns if mention.part == "noun" else families.verbs).get(mention.form, ())


def nouns_of(words: Sequence[str]) -> list[str]:
    """Return the base forms of the nouns of the phrase that a question's answer is one of; the last is its head.

    Args:
        words: the question's, in lower case, a possessive 's apart from its word.

    >>> [nouns_of(q.split()) for q in ("what kinds of crime novels did she read", "what are his hobbies", "who is it")]
    [['crime', 'novel'], ['hobby'], []]
    """
    for place, word in enumerate(words):
        many = word == "how" and words[place + 1 : place + 2] in (["many"], ["much"])
        if word in _ASKING or many:
            return _nouns_behind(words[place + (2 if many else 1) :])
    return []


def _nouns_behind(words: Sequence[str]) -> list[str]:
    if words[:1] and words[0] in _AUXILIARY:
        if words[0] not in _BE:
            return []
        words = words[1:]
    if len(words) > 2 and words[0] in _KINDS and words[1] == "of":
        words = words[2:]
    phrase = _noun_phrase(words)
    if "of" in words[len(phrase) : len(phrase) + 1] and phrase and phrase[-1] in _KINDS:
        return _nouns_behind(words[len(phrase) + 1 :])
    return [lemma_of_noun(w) for w in phrase if w not in CHAT_STOP_WORDS and shipped_classes().find(w, "noun")]


def _implied(words: Sequence[str], verbs: Sequence[str]) -> str:
    """The head noun that a question without one stands for, "" where it stands for none."""
    known = {name: heads[0] for name, heads in shipped_answer_types().implied.items() if heads}
    by_word = next((known[word] for word in words if word in known and word not in _AUXILIARY), "")
    if by_word or "what" not in words:
        return by_word
    behind = words[words.index("what") + 2 :]
    if _DO & set(behind):
        return known.get("do", "")
    return next((known[name] for name in verbs if name in known), "")


def _noun_phrase(words: Sequence[str]) -> list[str]:
    """The words up to the first that no noun phrase goes on behind."""
    phrase: list[str] = []
    for word in words:
        if word in _AUXILIARY or word in _PREPOSITIONS:
            break
        phrase.append(word)
    return phrase


def _types(head: str, words: Sequence[str]) -> dict[str, float]:
    known = shipped_answer_types()
    files = known.heads.get(head) if head else None
    if files is None and not head:
        files = next((known.asks[word] for word in (*words, *_pairs(words)) if word in known.asks), None)
    if files is not None:
        return {type_label(file): 1 / len(files) for file in files}
    word = shipped_classes().find(head, "noun") if head else None
    shares: dict[str, float] = {}
    for sense in word.senses if word else ():
        shares[type_label(sense.lexfile)] = shares.get(type_label(sense.lexfile), 0.0) + sense.share
    total = sum(shares.values())
    return {label: share / total for label, share in shares.items()}


def _pairs(words: Sequence[str]) -> list[str]:
    return [f"{first}_{second}" for first, second in pairwise(words)]
