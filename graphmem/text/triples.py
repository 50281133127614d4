"""Triples from clauses: who, what relation, whom or what; with polarity, modality and time kept as properties.

Confidence is by rule, not learned: .9 a clause with its own named or first-person subject, .8 the subject comes from
another clause (coordination, relative or participle clause), .7 about the listener, .6 by a resolved pronoun or a
left-out subject, .5 reported speech or an act without object; possessives and appositions .7 and .8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from graphmem.ports import Triple
from graphmem.text.clauses import Clause, child, children, clause_of, clauses, coordinated
from graphmem.text.copular import copular, meant_by
from graphmem.text.lexicon import (
    ASPECT_OFF,
    ATTITUDES,
    INTERJECTIONS,
    LIGHT_INTRANSITIVES,
    REPORTS,
)
from graphmem.text.nominal import apposition, of_its_owner, possession
from graphmem.text.noun_phrases import Called, called, verb_phrase
from graphmem.text.predicates import inflected, named, passive_words
from graphmem.text.reading import Reading
from graphmem.text.rendering import sentence_of
from graphmem.text.statements import Head, phrase_triples, triple_of
from graphmem.text.tense import is_negated, is_time, modality, tense
from graphmem.text.verbs import gerund_of, past, third_person
from graphmem.text.worth import is_general, is_idle, is_particular, is_worth_listener

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["triples"]

_EMPTY_OBJECT_VERBS = frozenset(
    {"let", "thank", "bet", "mean", "matter", "say", "tell", "know", "guess", "see", "check", "imagine", "picture"}
)
_PLACES = frozenset({"town", "city", "village", "country", "state", "region", "island", "area", "suburb", "district"})
_TO_LISTENER = frozenset({"hear", "see", "get", "tell", "thank", "trust", "feel", "ask", "let"}) | frozenset(
    {"wish", "bet", "advise", "congratulate", "cheer", "root"}
)


def triples(reading: Reading) -> Iterator[Triple]:
    """Yield the triples of a text in text order, each once."""
    seen: set[tuple[str, str, str, bool, str | None]] = set()
    for sentence in reading.doc.sents:
        for triple in map(of_its_owner, _of_sentence(sentence, reading)):
            key = (triple.subject.lower(), triple.predicate, triple.object.lower(), triple.negated, triple.modality)
            if key not in seen and triple.subject.lower() != triple.object.lower():
                seen.add(key)
                yield triple


def _of_sentence(sentence: Span, reading: Reading) -> Iterator[Triple]:
    if is_question(sentence):
        return
    for clause in clauses(sentence):
        yield from _of_clause(clause, reading)
    for token in sentence:
        yield from apposition(token, reading)
        yield from possession(token, reading)


def is_question(sentence: Span) -> bool:
    """Return whether the sentence asks rather than tells."""
    return "?" in sentence.text[-4:]


# --- one clause -----------------------------------------------------------------------------------------------------


def _of_clause(clause: Clause, reading: Reading) -> Iterator[Triple]:
    mood = modality(clause)
    if mood == "question" or is_idle(clause, mood=mood):
        return
    for token, subject in _subjects(clause, reading):
        if subject.person == 2 and not is_worth_listener(clause, mood=mood):
            continue
        if is_general(token, clause, reading) or (token is not None and not is_particular(token, subject, reading)):
            continue
        confidence = _confidence(clause, subject)
        head = Head(clause, token, subject, mood, is_negated(clause), confidence)
        yield from _said_of_it(clause, _statements(head, reading), reading)


def _said_of_it(clause: Clause, found: Iterator[Triple], reading: Reading) -> Iterator[Triple]:
    """Give what a relative clause tells of what its noun is ("the bread that Marta bakes is rye") that text."""
    noun = clause.verb.head
    if clause.verb.dep_ != "relcl" or meant_by(noun) is None:
        yield from found
        return
    while noun.dep_ != "nsubj":
        noun = noun.head
    text = sentence_of(clause_of(noun.head), reading, subject=noun.text)
    yield from (replace(triple, text=text) for triple in found)


def _subjects(clause: Clause, reading: Reading) -> Iterator[tuple[Token | None, Called]]:
    for token in clause.subjects:
        found = called(_told_apart(token, clause), reading)
        if found is not None and not _is_vocative(token, found, reading):
            yield token, found
    if not clause.subjects and _leaves_out_i(clause) and reading.scene.speaker and reading.scene.title is None:
        yield None, Called(reading.scene.speaker, "person", 0.6, 1)


def _told_apart(token: Token, clause: Clause) -> Token:
    """Return what the noun before a relative clause is said to be, where the sentence says it; else the noun."""
    meant = meant_by(token) if clause.verb.dep_ == "relcl" else None
    return token if meant is None else meant


def _is_vocative(token: Token, found: Called, reading: Reading) -> bool:
    """Return whether a name is only called out before the sentence: "Maria, last week was great"."""
    following = token.nbor().text if token.i + 1 < len(token.doc) else ""
    return found.name == reading.scene.listener and found.person == 3 and following == ","


def _leaves_out_i(clause: Clause) -> bool:
    """Return whether a chat sentence simply leaves out "I": a past, perfect or -ing root with no subject."""
    top = clause.top
    if top.dep_ != "ROOT" or any(t.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") for t in top.children):
        return False
    if top.tag_ == "VBG":
        return child(top, "aux") is not None or top.lemma_ in ("go", "plan", "think", "hop", "hope", "look")
    if any(a.tag_ == "MD" for a in children(top, "aux")) or (top.lemma_ == "be" and top.lower_ != "been"):
        return False  # "must have been great", "was great": that is about "it"
    opens = all(t.dep_ in ("advmod", "intj", "punct", "aux", "npadvmod", "cc", "neg", "prep") for t in top.lefts)
    return opens and top.tag_ in ("VBD", "VBN") and top.lower_ not in INTERJECTIONS


def _confidence(clause: Clause, subject: Called) -> float:
    value = 0.8 if clause.inherited else 0.9
    if clause.top.dep_ == "ccomp" and clause.top.head.lemma_ in REPORTS:
        value = 0.5
    return min(value, subject.certainty)


def _statements(head: Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    count = 0
    for triple in (*copular(head, reading), *_direct(head, reading), *_prepositional(head, reading)):
        count += 1
        yield triple
    if not count:
        yield from _verbal_object(head, reading)
        if not (clause.objects or clause.complements or clause.prepositionals):
            yield from _bare_act(head, reading)


# --- objects --------------------------------------------------------------------------------------------------------


def _direct(head: Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    if clause.passive:
        yield from _by_agent(head, reading)
        if not clause.objects:
            return
    words = passive_words(clause) if clause.passive else inflected(clause)
    if clause.verb.lemma_ in _EMPTY_OBJECT_VERBS and head.subject.person != 3:
        return
    for token in clause.objects:
        found = called(_told_apart(token, clause), reading, owner=head.subject.name)
        if found is None or token.lower_ in INTERJECTIONS or _is_small_talk(found, clause):
            continue
        yield triple_of(head, reading, predicate=named(*words), object_=found)
        for receiver in clause.datives:
            person = called(receiver, reading)
            if person is not None:
                yield triple_of(head, reading, predicate=named(*words, token.lower_, "to"), object_=person)


def _is_small_talk(found: Called, clause: Clause) -> bool:
    """Return whether the object is only spoken to ("I hear you", "it reminds me that ...")."""
    told = found.kind == "person" and child(clause.verb, "ccomp") is not None
    return told or (found.person == 2 and clause.verb.lemma_ in _TO_LISTENER)


def _by_agent(head: Head, reading: Reading) -> Iterator[Triple]:
    """Turn "A was founded by B" around: B founded A."""
    clause = head.clause
    for token in clause.agents:
        agent = called(token, reading)
        if agent is not None and not is_time(token) and not _is_manner(token, reading):
            turned = replace(head, subject=agent, confidence=min(head.confidence, agent.certainty))
            predicate = named(
                past(clause.verb.lower_, lemma=clause.verb.lemma_)
                if tense(clause) == "past" or clause.verb.dep_ == "acl"
                else third_person(clause.verb.lemma_)
            )
            triple = triple_of(turned, reading, predicate=predicate, object_=head.subject)
            yield replace(triple, text=sentence_of(clause, reading, subject=head.subject.name))


def _is_manner(token: Token, reading: Reading) -> bool:
    """Return whether a bare singular noun tells how, not by whom: "by mistake", "by hand", "by train"."""
    return token.tag_ == "NN" and token.i not in reading.names and not any(c.dep_ != "punct" for c in token.children)


def _prepositional(head: Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    if (clause.verb.lemma_ == "be" and not clause.passive) or (
        clause.passive and clause.verb.lemma_ in ("call", "name", "title")
    ):
        return
    words = passive_words(clause) if clause.passive else inflected(clause)
    if any(t.pos_ == "PRON" and t.i not in reading.referents for t in clause.objects):
        return  # "relies on it for ...": without what "it" is, the rest misleads
    nouns = [t for t in clause.objects if t.pos_ in ("NOUN", "PROPN") and t.i not in reading.names]
    thing = called(nouns[0], reading) if len(nouns) == 1 else None
    middle = [thing.name.split()[-1]] if thing is not None else [t.lower_ for t in nouns[:1]]
    for phrase in clause.prepositionals:
        meant = _told_apart(phrase.object, clause)
        yield from phrase_triples(head, reading, replace(phrase, object=meant), [*words, *middle])
    yield from _where(head, reading, [*words, *middle])


def _where(head: Head, reading: Reading, words: list[str]) -> Iterator[Triple]:
    """Yield studied_at for "the college where Ivo studied is Harrow Hall"."""
    verb = head.clause.verb
    place = meant_by(verb.head) if verb.dep_ == "relcl" and any(c.lower_ == "where" for c in verb.children) else None
    found = called(place, reading) if place is not None else None
    if found is not None:
        inside = found.kind == "place" or verb.head.lower_ in _PLACES
        yield triple_of(head, reading, predicate=named(*words, "in" if inside else "at"), object_=found)


def _verbal_object(head: Head, reading: Reading) -> Iterator[Triple]:
    """Yield facts whose object is an act: "loves hiking in the hills"."""
    clause = head.clause
    if (
        clause.verb.lemma_.lower() not in ATTITUDES | ASPECT_OFF
        or head.modality is not None
        or (head.negated and clause.verb.lemma_ in ASPECT_OFF)
    ):
        return
    acts = [t for c in children(clause.verb, "xcomp") for t in coordinated(c) if t.pos_ == "VERB"]
    for act in acts:
        found = verb_phrase(act, reading)
        if found is not None:
            yield triple_of(head, reading, predicate=named(*inflected(clause)), object_=found)


def _is_we(token: Token | None, reading: Reading) -> bool:
    referent = reading.referents.get(token.i) if token is not None else None
    return referent is not None and referent.plural and referent.person == 1


def _bare_act(head: Head, reading: Reading) -> Iterator[Triple]:
    """An act without object ("my father passed away"): did, passing away."""
    verb = head.clause.verb
    busy = child(verb, "ccomp", "xcomp", "advcl", "csubj") is not None
    if (
        busy
        or verb.dep_ == "advcl"
        or verb.lemma_.lower() in LIGHT_INTRANSITIVES
        or head.clause.passive
        or head.subject.person == 2
    ):
        return
    bare = verb.tag_ in ("VB", "VBG") and child(verb, "aux") is None
    shares = any(children(c, "dobj", "prep") for c in children(verb, "conj"))  # "motivate and support you"
    if head.subject.kind != "person" or verb.dep_ in ("acl", "xcomp") or bare or shares or _is_we(head.token, reading):
        return
    does = "did" if tense(head.clause) == "past" else "does"
    words = [gerund_of(verb), *(c.lower_ for c in children(verb, "prt"))]
    yield triple_of(head, reading, predicate=does, object_=Called(" ".join(words), "concept", 0.5))
