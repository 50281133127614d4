"""One statement of a clause as a triple: what all statements of the clause share, and those in its phrases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphmem.model import Modality
from graphmem.ports import Triple
from graphmem.text.clauses import Clause, Prepositional
from graphmem.text.noun_phrases import Called, called, verb_phrase
from graphmem.text.predicates import named
from graphmem.text.reading import Reading
from graphmem.text.rendering import sentence_of
from graphmem.text.tense import is_excepted, is_time, time_expression
from graphmem.text.when import interval_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Head", "phrase_triples", "triple_of"]

_SKIPPED_PREPOSITIONS = frozenset(
    {"like", "despite", "without", "because of", "such as", "except", "unlike", "per", "due to", "than", "than after"}
)
_THOUGHT = frozenset({"think", "guess", "suppose", "wonder", "hope", "imagine", "mean"})


@dataclass(frozen=True, slots=True)
class Head:
    """What all triples of one clause share."""

    clause: Clause
    token: Token | None
    subject: Called
    modality: Modality | None
    negated: bool
    confidence: float


def triple_of(head: Head, reading: Reading, *, predicate: str, object_: Called) -> Triple:
    """Return a statement of a clause: its subject, a relation to something, and what the whole clause shares."""
    when = interval_of(head.clause, reading.times, predicate=predicate, modality=head.modality, said=reading.scene.said)
    return Triple(
        subject=head.subject.name,
        predicate=predicate,
        object=object_.name,
        text=sentence_of(head.clause, reading, subject=head.subject.name),
        negated=head.negated,
        modality=head.modality,
        when=time_expression(head.clause),
        valid_at=when.start,
        invalid_at=when.end,
        subject_kind=head.subject.kind,
        object_kind=object_.kind,
        confidence=min(head.confidence, object_.certainty),
    )


def _hangs_a_time(phrase: Prepositional) -> bool:
    """Return whether a phrase tells a time ("two days after the interview")."""
    behind = phrase.prepositions[-1]
    return behind.lower_ in ("after", "before") and any(c.dep_ == "npadvmod" and is_time(c) for c in behind.children)


def _is_beside_thought(phrase: Prepositional, verb: Token) -> bool:
    """Return whether a phrase says where or when one thinks ("thinking in the boathouse"), not what of."""
    return verb.lemma_ in _THOUGHT and phrase.words not in ("about", "of", "over")


def phrase_triples(head: Head, reading: Reading, phrase: Prepositional, words: list[str]) -> Iterator[Triple]:
    """Yield what a prepositional phrase states ("works", "at"), none where it tells a time, a manner or nothing."""
    if (
        phrase.words in _SKIPPED_PREPOSITIONS
        or is_time(phrase.object)
        or _is_year(phrase.object)
        or phrase.words in ("since", "until", "till")
        or _is_beside_thought(phrase, head.clause.verb)
        or (phrase.words == "of" and phrase.object.lower_ == "course")
        or _hangs_a_time(phrase)
    ):
        return
    if any(c.lower_ in ("even", "especially") for c in phrase.prepositions[0].children):
        return
    fronted = phrase.object.i < head.clause.verb.i and phrase.object != head.clause.verb.head
    if fronted and not (phrase.words in ("in", "at") and phrase.object.i in reading.names):
        return
    if phrase.words == "as" and (phrase.object.i < head.clause.verb.i or len(head.clause.prepositionals) > 1):
        return
    if phrase.object.dep_ == "pcomp" or phrase.object.pos_ == "VERB":
        if phrase.words == "by":
            return  # a means: "keeps fit by running"
        found = verb_phrase(phrase.object, reading) if phrase.object.tag_ == "VBG" else None
    else:
        found = called(phrase.object, reading, owner=head.subject.name)
    if found is None or (found.person == 2 and head.clause.verb.lemma_ == "be"):
        return  # "I'm here for you"
    told = replace(head, negated=head.negated or is_excepted(phrase.prepositions[0]))
    yield triple_of(told, reading, predicate=named(*words, phrase.words), object_=found)


def _is_year(token: Token) -> bool:
    return token.is_digit and 3 <= len(token) <= 4 and token.ent_type_ not in ("MONEY", "QUANTITY", "PERCENT")
