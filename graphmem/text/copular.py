"""Triples of a copula: what somebody or something is, and whose or which thing is who.

"The drummer of the Ferrymen is Odd" tells of the Ferrymen, "the bread that Marta bakes is rye" of Marta.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from graphmem.ports import Triple
from graphmem.text.clauses import Prepositional, child, children, coordinated, particles
from graphmem.text.lexicon import BARE_FEELINGS, HAVEABLE, INTERJECTIONS, KIN
from graphmem.text.noun_phrases import Called, called
from graphmem.text.predicates import inflected, named, passive_words
from graphmem.text.reading import Reading
from graphmem.text.slots import shipped_slots
from graphmem.text.statements import Head, phrase_triples, triple_of
from graphmem.text.tense import is_time, tense
from graphmem.text.worth import is_worth_attribute

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["copular", "meant_by"]

_KINDS = frozenset({"kind", "type", "sort", "form", "style", "part", "one", "some", "member", "number", "result"})
#: Words that may stand before the noun that names a relation ("chief executive officer").
_MOST_BEFORE = 3


def copular(head: Head, reading: Reading) -> Iterator[Triple]:
    """Yield what a clause says its subject is, and where or whose it is."""
    clause = head.clause
    is_be = clause.verb.lemma_ == "be"
    words = ["was" if tense(clause) == "past" else "is"] if is_be else inflected(clause)
    if clause.passive:
        words = passive_words(clause)
    for token in clause.complements if not clause.objects else ():
        if (token.pos_ in ("ADJ", "VERB") or token.dep_ == "acomp") and token.i not in reading.names:
            yield from _attribute(head, reading, token, words)
        else:
            yield from _class(head, reading, token, words, is_be=is_be)
    if is_be:
        for phrase in clause.prepositionals[:1]:
            yield from phrase_triples(head, reading, phrase, [*words, *(p.lower_ for p in particles(clause.verb))])


def _class(head: Head, reading: Reading, token: Token, words: list[str], *, is_be: bool) -> Iterator[Triple]:
    found = called(token, reading, owner=head.subject.name)
    kin_of = _quantity_object(token) if token.lower_ in KIN else None
    if kin_of is not None and kin_of.i in reading.names:
        yield from _kin_of(head, reading, token, words)
        return
    if token.lower_ == "part" and found is not None:
        yield triple_of(head, reading, predicate=named(*words, "part_of"), object_=found)
        return
    if found is None or token.tag_ in ("WP", "WDT") or _is_praise(token, head, found, reading):
        return
    if head.token is not None and meant_by(head.token) == token:
        return  # the relative clause tells it: "the bread that Marta bakes is rye"
    owned = _of_whom(head, reading) if is_be and words == ["is"] and token.i in reading.names else None
    if owned is not None:
        whose, what = owned
        told = triple_of(head, reading, predicate=what, object_=found)
        yield replace(told, subject=whose.name, subject_kind=whose.kind)
        return
    article = child(token, "det")
    indefinite = is_be and found.kind == "concept" and (article is None or article.lower_ in ("a", "an", "another"))
    yield triple_of(head, reading, predicate=named(*words, *(["a"] if indefinite else [])), object_=found)


def meant_by(noun: Token) -> Token | None:
    """Return what a noun with a relative clause is said to be: "the bread (that Marta bakes) is rye"; None else.

    Args:
        noun: the noun that the relative clause modifies.
    """
    if noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lower_ in _KINDS:
        noun = noun.head.head  # "the kind of bread that ..."
    of_it = [t for t in noun.subtree if t.dep_ == "pobj" and t.head.head == noun] if noun.lower_ in _KINDS else []
    copula, article = noun.head, child(noun, "det")
    if noun.dep_ != "nsubj" or copula.lemma_ != "be" or child(copula, "neg") is not None:
        return None
    if article is None or article.lower_ != "the" or not any(children(t, "relcl") for t in (noun, *of_it)):
        return None
    found = child(copula, "attr", "acomp")
    is_noun = found is not None and (found.pos_ in ("NOUN", "PROPN") or found.text[:1].isupper())
    if found is None or not is_noun or is_time(found) or is_time(noun):
        return None
    return None if any(c.lower_ in ("a", "an") for c in children(found, "det")) else found


def _of_whom(head: Head, reading: Reading) -> tuple[Called, str] | None:
    """Return whose and what a clause's subject is: "the drummer of the Ferrymen", "Tilda's oldest child"; None else."""
    noun = head.token
    if noun is None or noun.pos_ != "NOUN" or noun.i in reading.names or noun.lower_ in _KINDS:
        return None
    of, owner = _quantity_object(noun), child(noun, "poss")
    whose = owner if owner is not None else of if of is not None and of.i in reading.names else None
    before = [t for t in noun.lefts if t.dep_ != "det" and t != owner]
    plain = all(t.text.islower() and t.dep_ in ("amod", "compound") and t.n_lefts == 0 for t in before)
    found = called(whose, reading) if whose is not None and plain and len(before) <= _MOST_BEFORE else None
    if found is None or found.person == 2:
        return None
    kin = "has" if noun.lower_ in HAVEABLE and noun.lower_ not in shipped_slots().nouns else ""
    words = (*(t.lower_ for t in before), noun.lower_)
    return found, named(*filter(None, (kin, *words))).replace("favorite_", "favourite_")


def _quantity_object(token: Token) -> Token | None:
    of = next((c for c in children(token, "prep") if c.lower_ == "of"), None)
    return child(of, "pobj") if of is not None else None


def _kin_of(head: Head, reading: Reading, token: Token, words: list[str]) -> Iterator[Triple]:
    """Yield was_daughter_of for "was the daughter of Hugh and Ava": once for each of them."""
    parent = _quantity_object(token)
    for named_one in coordinated(parent) if parent is not None else ():
        found = called(named_one, reading)
        if found is not None and named_one.i in reading.names:
            yield triple_of(head, reading, predicate=named(*words, token.lower_, "of"), object_=found)


def _is_praise(token: Token, head: Head, found: Called, reading: Reading) -> bool:
    possessors = (reading.referents.get(c.i) for c in children(token, "poss"))
    flattered = any(p is not None and p.person == 2 for p in possessors)
    return flattered or head.subject.person == 2 or found.name.lower() in INTERJECTIONS


def _attribute(head: Head, reading: Reading, token: Token, words: list[str]) -> Iterator[Triple]:
    if token.lower_ in INTERJECTIONS or head.subject.person == 2:
        return
    owner = reading.referents.get(token.i)
    if owner is not None:
        yield triple_of(head, reading, predicate="belongs_to", object_=Called(owner.name, owner.kind))
        return
    if head.clause.top.dep_ == "advcl" or not is_worth_attribute(head.token, head.subject, reading):
        return
    phrases = [p for c in children(token, "prep") for p in _noun_prepositionals(c)]
    found = False
    for phrase in phrases:
        for triple in phrase_triples(head, reading, phrase, [*words, token.lower_]):
            found = True
            yield triple
    if not found and token.lower_ not in BARE_FEELINGS and child(token, "xcomp", "ccomp") is None:
        before = token.doc[token.left_edge.i : token.i].text.lower()
        told = Called((before if "-" in before else "") + token.lower_, "concept", 0.8)
        yield triple_of(head, reading, predicate=named(*words), object_=told)


def _noun_prepositionals(preposition: Token) -> Iterator[Prepositional]:
    for inner in preposition.children:
        if inner.dep_ == "pobj" or inner.dep_ == "pcomp":
            yield from (Prepositional((preposition,), t) for t in coordinated(inner))
