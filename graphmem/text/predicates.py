"""The predicate of a clause: lower snake case, third person, in the clause's tense ("works_at", "moved_to")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.text.clauses import Clause, particles
from graphmem.text.lexicon import ABLE, ASPECT_ON, ATTITUDES, READY, TRANSPARENT
from graphmem.text.tense import tense
from graphmem.text.verbs import canonical, gerund_of, lemma_of, past, third_person

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["inflected", "named", "passive_words"]

#: Governing verbs that live on as modality, not as words of the predicate.
_MODAL_VERBS = frozenset(
    {
        "want",
        "hope",
        "hop",
        "wish",
        "need",
        "have",
        "plan",
        "intend",
        "go",
        "decide",
        "got",
        "aim",
        "seem",
        "appear",
        "would",
    }
)


def inflected(clause: Clause) -> list[str]:
    """Return the words of the predicate: main verb in its tense, and governing verbs that mean something."""
    verb = clause.verb
    lemma = lemma_of(verb)
    bearing = [t for t in clause.chain if _bears_meaning(t) and not _wishes(t)]
    is_past = tense(clause) == "past"
    words = [_finite(governor, is_past=is_past) for governor in bearing]
    aspect_on = any(t.lemma_.lower() in ASPECT_ON for t in clause.chain)
    if bearing:
        words += [gerund_of(verb)] if verb.tag_ == "VBG" else ["to", lemma]
    else:
        words.append(_finite(verb, is_past=is_past and not aspect_on))
    return [*words, *(c.lower_ for c in particles(verb))]


def _wishes(governor: Token) -> bool:
    """Return whether it is "would love to": a wish, no act of loving."""
    return governor.lemma_ in ATTITUDES and any(c.dep_ == "aux" and c.tag_ == "MD" for c in governor.children)


def _bears_meaning(governor: Token) -> bool:
    lemma = lemma_of(governor)
    if (
        governor.pos_ == "ADJ"
        or governor.lower_ in READY | ABLE
        or lemma in TRANSPARENT | ASPECT_ON | _MODAL_VERBS - {"go"}
    ):
        return False
    if lemma == "go":
        return governor.tag_ != "VBG"
    return governor.pos_ in ("VERB", "AUX") and lemma != "be"


def _finite(verb: Token, *, is_past: bool) -> str:
    lemma = lemma_of(verb)
    if verb.lower_ == "got" and any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
        return "has"
    return past(verb.lower_, lemma=lemma) if is_past else third_person(lemma)


def named(*words: str) -> str:
    """Join words to a predicate in lower snake case, under its canonical name."""
    flat = re.sub(r"[\W_]+", "_", "_".join(words).lower().replace("'", "")).strip("_")
    return canonical(flat)


def passive_words(clause: Clause) -> list[str]:
    """Return the words of a passive predicate: a form of be and the participle ("was", "published")."""
    participle = clause.verb.lower_
    return [
        "was" if tense(clause) == "past" or clause.verb.dep_ == "acl" else "is",
        participle,
        *(c.lower_ for c in particles(clause.verb)),
    ]
