"""Facts inside noun phrases: appositions and possessives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from graphmem.ports import Triple
from graphmem.text.clauses import child, children
from graphmem.text.lexicon import HAVEABLE, PETS
from graphmem.text.noun_phrases import Called, called
from graphmem.text.reading import Reading
from graphmem.text.slots import shipped_slots

#: What having tells something by itself; everybody has parents and friends.
_NEWS = PETS | frozenset(
    {
        "kids", "children", "son", "sons", "daughter", "daughters", "twins", "brother", "brothers", "sister",
        "sisters", "siblings", "grandkids", "grandson", "granddaughter", "niece", "nephew", "wife", "husband",
        "partner", "spouse", "fiance", "fiancé", "fiancee", "fiancée", "girlfriend", "boyfriend", "roommate",
        "flatmate", "toddler", "stepson", "stepdaughter",
    }
)  # fmt: skip

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["apposition", "of_its_owner", "possession"]


def apposition(token: Token, reading: Reading) -> Iterator[Triple]:
    """Yield is_a for "Feedzai, a fintech company". A proper name and a common noun, either way round."""
    if token.dep_ != "appos" or token.head.pos_ not in ("PROPN", "NOUN"):
        return
    first, second = token.head, token
    if first.dep_ == "pobj" and first.i not in reading.names:
        return  # "one of the residents at the shelter, Cindy"
    if second.i in reading.names and first.i not in reading.names:
        first, second = second, first
    if first.i not in reading.names or second.i in reading.names or second.pos_ != "NOUN" or second.lower_ in HAVEABLE:
        return
    subject, found = called(first, reading), called(second, reading)
    if subject is not None and subject.name in (reading.scene.speaker, reading.scene.listener):
        return  # called out: "Hey Sam, tough news"
    if subject is not None and found is not None:
        text = f"{subject.name} is {_article(found.name)}{found.name}."
        yield Triple(
            subject=subject.name,
            predicate="is_a",
            object=found.name,
            text=text,
            subject_kind=subject.kind,
            object_kind=found.kind,
            confidence=0.8,
        )


def _article(name: str) -> str:
    if name[:1].isupper() or name.endswith("s"):
        return ""
    return "an " if name[:1].lower() in "aeiou" else "a "


def possession(token: Token, reading: Reading) -> Iterator[Triple]:
    """Yield has_sister for "my sister Mia", and has for "my dog" alone; only of kin and animals."""
    if token.lower_ not in HAVEABLE or token.pos_ not in ("NOUN", "PROPN"):
        return
    possessor = child(token, "poss")
    owner = called(possessor, reading) if possessor is not None else None
    if owner is None:
        return
    named = _named_beside(token, reading)
    if named is None and (
        (possessor is not None and possessor.lower_ == "our")
        or token.lower_ not in _NEWS
        or owner.person != 1
        or token.dep_ in ("compound", "nmod", "amod")
    ):
        return
    confidence = min(0.7, owner.certainty)
    if named is None:
        thing = f"{token.lower_}"
        yield Triple(
            subject=owner.name,
            predicate="has",
            object=thing,
            text=f"{owner.name} has {_article(thing)}{thing}.",
            subject_kind=owner.kind,
            object_kind="concept",
            confidence=confidence,
        )
        return
    kin = named.name
    yield Triple(
        subject=owner.name,
        predicate=f"has_{token.lower_}",
        object=kin,
        text=f"{owner.name}'s {token.lower_} is {kin}.",
        subject_kind=owner.kind,
        object_kind=named.kind,
        confidence=max(confidence, 0.8 if owner.certainty == 1 else 0.6),
    )


def of_its_owner(triple: Triple) -> Triple:
    """Return "Ada's favourite colour is blue" as what Ada has: favourite_colour, blue; other triples as they are."""
    thing = shipped_slots().possessed(triple.subject) if triple.predicate in ("is", "is_a") else None
    if thing is None:
        return triple
    return replace(triple, subject=thing[0], predicate=thing[1], subject_kind="unknown")


def _named_beside(token: Token, reading: Reading) -> Called | None:
    beside = [c for c in children(token, "appos") if c.i in reading.names and c.left_edge.i - token.i <= 2]
    if not beside:
        return None
    name = reading.names[beside[0].i]
    return Called(name.text, "person" if name.kind == "unknown" else name.kind)
