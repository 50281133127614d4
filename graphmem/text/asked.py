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
from graphmem.text.members import category_label, family_label, lemma_of_noun, mentions, type_label
from graphmem.text.tokens import CHAT_STOP_WORDS, fold

__all__ = ["Asked", "asked", "head_of"]

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
_KINDS = _words("kind kinds type types sort sorts form forms genre name names list example examples number")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for, each by label as `graphmem.text.members` gives them to turns.

    Args:
        head: the base form of the noun that the answer is one of; "" where none was found.
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
    >>> wants.head, wants.categories, max(wants.types)
    ('sport', ('a:sport',), 't:noun.act')
    """
    plain = _POSSESSIVE.sub("'s ", question[:MAX_CHARACTERS].replace("’", "'"))
    words = _TOKEN.findall(fold(plain))
    head = head_of(words)
    rows = shipped_anchors().asked_by(head) if head else ()
    families = shipped_families()
    labels = [
        family_label(name)
        for mention in mentions(plain)
        for name in (families.nouns if mention.part == "noun" else families.verbs).get(mention.form, ())
        if not mention.inside
    ]
    return Asked(head, tuple(category_label(r.name) for r in rows), _types(head, words), tuple(dict.fromkeys(labels)))


def head_of(words: Sequence[str]) -> str:
    """Return the base form of the noun that a question's answer is one of, "" where it names none.

    Args:
        words: the question's, in lower case, a possessive 's apart from its word.

    >>> [head_of(q.split()) for q in ("what kinds of books does she read", "what are ada 's hobbies", "when did he go")]
    ['book', 'hobby', '']
    """
    for place, word in enumerate(words):
        many = word == "how" and words[place + 1 : place + 2] in (["many"], ["much"])
        if word in _ASKING or many:
            return _head_behind(words[place + (2 if many else 1) :])
    return ""


def _head_behind(words: Sequence[str]) -> str:
    if words[:1] and words[0] in _AUXILIARY:
        if words[0] not in _BE:
            return ""
        words = words[1:]
    if len(words) > 2 and words[0] in _KINDS and words[1] == "of":
        words = words[2:]
    phrase = _noun_phrase(words)
    if "of" in words[len(phrase) : len(phrase) + 1] and phrase and phrase[-1] in _KINDS:
        return _head_behind(words[len(phrase) + 1 :])
    nouns = [w for w in phrase if w not in CHAT_STOP_WORDS and shipped_classes().find(w, "noun")]
    return lemma_of_noun(nouns[-1]) if nouns else ""


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
