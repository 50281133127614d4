"""Triples from clauses: who, what relation, whom or what; with polarity, modality and time kept as properties.

Confidence is by rule, not learned: .9 a clause with its own named or first-person subject, .8 the subject comes from
another clause (coordination, relative or participle clause), .7 about the listener, .6 by a resolved pronoun or a left-out
subject, .5 reported speech or an act without object; possessives and appositions .7 and .8.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Span, Token

from graphmem.model import Modality
from graphmem.ports import Triple
from graphmem.text.clauses import Clause, Prepositional, child, children, clauses, coordinated
from graphmem.text.lexicon import (
    ABLE,
    ASPECT_OFF,
    ASPECT_ON,
    ATTITUDES,
    BARE_FEELINGS,
    HAVEABLE,
    INTERJECTIONS,
    LIGHT_INTRANSITIVES,
    READY,
    REPORTS,
    TRANSPARENT,
)
from graphmem.text.noun_phrases import Called, called, verb_phrase
from graphmem.text.reading import Reading
from graphmem.text.rendering import sentence_of
from graphmem.text.tense import explicit_date, is_negated, is_time, modality, tense, time_expression
from graphmem.text.verbs import canonical, gerund, past, third_person

__all__ = ["triples"]

_SKIPPED_PREPOSITIONS = frozenset(
    {"like", "despite", "without", "because of", "such as", "except", "unlike", "per", "due to"}
)
_MODAL_VERBS = frozenset(
    {"want", "hope", "wish", "need", "have", "plan", "intend", "go", "decide", "got", "aim", "seem", "appear", "would"}
)
_EMPTY_OBJECT_VERBS = frozenset(
    {"let", "thank", "bet", "mean", "matter", "say", "tell", "know", "guess", "see", "check"}
)


@dataclass(frozen=True, slots=True)
class _Head:
    """What all triples of one clause share."""

    clause: Clause
    subject: Called
    modality: Modality | None
    negated: bool
    confidence: float


def triples(reading: Reading) -> Iterator[Triple]:
    """Yield the triples of a text in text order, each once."""
    seen: set[tuple[str, str, str, bool, str | None]] = set()
    for sentence in reading.doc.sents:
        for triple in _of_sentence(sentence, reading):
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
        yield from _apposition(token, reading)
        yield from _possession(token, reading)


def is_question(sentence: Span) -> bool:
    """Return whether the sentence asks rather than tells."""
    return "?" in sentence.text[-4:]


# --- one clause -----------------------------------------------------------------------------------------------------


def _of_clause(clause: Clause, reading: Reading) -> Iterator[Triple]:
    mood = modality(clause)
    if mood == "question" or _is_idle(clause):
        return
    for subject in _subjects(clause, reading):
        if subject.person == 2 and mood is not None:
            continue
        head = _Head(clause, subject, mood, is_negated(clause), _confidence(clause, subject))
        yield from _statements(head, reading)


def _is_idle(clause: Clause) -> bool:
    """Return whether the clause is a wish for the reader, an exclamation or governed by an attitude told elsewhere."""
    verb = clause.verb
    if child(verb, "expl") is not None or verb.dep_ == "intj":
        return True
    if clause.chain and clause.chain[-1].pos_ == "ADJ" and clause.chain[-1].lemma_.lower() not in READY | ABLE:
        return True
    if any(t.lemma_.lower() in ATTITUDES and modality(clause) is None for t in clause.chain):
        return True
    if (
        verb.tag_ == "VB"
        and not clause.chain
        and child(verb, "aux", "nsubj") is None
        and verb.dep_ in ("ROOT", "conj", "advcl")
    ):
        return verb.dep_ == "ROOT" or verb.head.tag_ == "VB"
    return verb.dep_ == "pcomp"


def _subjects(clause: Clause, reading: Reading) -> Iterator[Called]:
    for token in clause.subjects:
        found = called(token, reading)
        if found is not None:
            yield found
    if not clause.subjects and _leaves_out_i(clause) and reading.scene.speaker and reading.scene.title is None:
        yield Called(reading.scene.speaker, "person", 0.6, 1)


def _leaves_out_i(clause: Clause) -> bool:
    """Return whether a chat sentence simply leaves out "I": a past, perfect or -ing root with no subject."""
    top = clause.top
    if top.dep_ != "ROOT" or any(t.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") for t in top.children):
        return False
    if top.tag_ == "VBG":
        return child(top, "aux") is not None or top.lemma_ in ("go", "plan", "think", "hop", "hope", "look")
    opens = all(t.dep_ in ("advmod", "intj", "punct", "aux", "npadvmod", "cc", "neg", "prep") for t in top.lefts)
    return opens and top.tag_ in ("VBD", "VBN") and top.lower_ not in INTERJECTIONS


def _confidence(clause: Clause, subject: Called) -> float:
    value = 0.8 if clause.inherited else 0.9
    if clause.top.dep_ == "ccomp" and clause.top.head.lemma_ in REPORTS:
        value = 0.5
    return min(value, subject.certainty)


def _statements(head: _Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    count = 0
    for triple in (*_copular(head, reading), *_direct(head, reading), *_prepositional(head, reading)):
        count += 1
        yield triple
    if not count:
        yield from _verbal_object(head, reading)
        if not (clause.objects or clause.complements or clause.prepositionals):
            yield from _bare_act(head, reading)


def _triple(head: _Head, reading: Reading, *, predicate: str, object_: Called, confidence: float = 1.0) -> Triple:
    when = time_expression(head.clause)
    return Triple(
        subject=head.subject.name,
        predicate=predicate,
        object=object_.name,
        text=sentence_of(head.clause, reading, subject=head.subject.name),
        negated=head.negated,
        modality=head.modality,
        when=when,
        valid_at=explicit_date(when),
        subject_kind=head.subject.kind,
        object_kind=object_.kind,
        confidence=min(head.confidence, object_.certainty, confidence),
    )


# --- predicates -----------------------------------------------------------------------------------------------------


def _inflected(clause: Clause) -> list[str]:
    """Return the words of the predicate: main verb in its tense, with governing verbs that carry meaning of their own."""
    verb = clause.verb
    lemma = verb.lemma_.lower()
    bearing = [t for t in clause.chain if _bears_meaning(t)]
    is_past = tense(clause) == "past"
    words: list[str] = []
    for governor in bearing:
        words.append(_finite(governor, is_past=is_past))
    aspect_on = any(t.lemma_.lower() in ASPECT_ON for t in clause.chain)
    if bearing:
        words += [gerund(lemma)] if verb.tag_ == "VBG" else ["to", lemma]
    else:
        words.append(_finite(verb, is_past=is_past and not aspect_on))
    return words + [c.lower_ for c in children(verb, "prt")]


def _bears_meaning(governor: Token) -> bool:
    lemma = governor.lemma_.lower()
    if governor.pos_ == "ADJ" or lemma in TRANSPARENT | ASPECT_ON | _MODAL_VERBS - {"go"}:
        return False
    if lemma == "go":
        return governor.tag_ != "VBG"
    return governor.pos_ in ("VERB", "AUX") and lemma != "be"


def _finite(verb: Token, *, is_past: bool) -> str:
    lemma = verb.lemma_.lower()
    return past(verb.lower_, lemma=lemma) if is_past else third_person(lemma)


def _named(*words: str) -> str:
    flat = re.sub(r"[^\w]+", "_", "_".join(words).lower().replace("'", "")).strip("_")
    return canonical(flat)


def _passive_words(clause: Clause) -> list[str]:
    participle = clause.verb.lower_
    return [
        "was" if tense(clause) == "past" or clause.verb.dep_ == "acl" else "is",
        participle,
        *(c.lower_ for c in children(clause.verb, "prt")),
    ]


# --- copula ---------------------------------------------------------------------------------------------------------


def _copular(head: _Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    is_be = clause.verb.lemma_ == "be"
    words = ["was" if tense(clause) == "past" else "is"] if is_be else _inflected(clause)
    if clause.passive:
        words = _passive_words(clause)
    for token in clause.complements:
        if token.pos_ in ("ADJ", "VERB") or token.dep_ == "acomp":
            yield from _attribute(head, reading, token, words)
        else:
            yield from _class(head, reading, token, words, is_be=is_be)
    if is_be:
        for phrase in clause.prepositionals:
            yield from _phrase(head, reading, phrase, words)


def _class(head: _Head, reading: Reading, token: Token, words: list[str], *, is_be: bool) -> Iterator[Triple]:
    found = called(token, reading, owner=head.subject.name)
    if found is None or token.tag_ in ("WP", "WDT") or _is_praise(token, head, found):
        return
    indefinite = (
        is_be
        and found.kind == "concept"
        and (child(token, "det") is None or child(token, "det").lower_ in ("a", "an", "another", "one"))
    )  # type: ignore[union-attr]  # checked just before
    yield _triple(head, reading, predicate=_named(*words, *(["a"] if indefinite else [])), object_=found)


def _is_praise(token: Token, head: _Head, found: Called) -> bool:
    return head.subject.person == 2 or found.name.lower() in INTERJECTIONS


def _attribute(head: _Head, reading: Reading, token: Token, words: list[str]) -> Iterator[Triple]:
    if token.lower_ in INTERJECTIONS or head.subject.person == 2:
        return
    phrases = [p for c in children(token, "prep") for p in _noun_prepositionals(c)]
    found = False
    for phrase in phrases:
        for triple in _phrase(head, reading, phrase, [*words, token.lower_]):
            found = True
            yield triple
    if not found and token.lower_ not in BARE_FEELINGS and child(token, "xcomp", "ccomp") is None:
        adverbs = [c.lower_ for c in children(token, "npadvmod") if c.i == token.i - 1]
        yield _triple(
            head, reading, predicate=_named(*words), object_=Called(" ".join([*adverbs, token.lower_]), "concept", 0.8)
        )


def _noun_prepositionals(preposition: Token) -> Iterator[Prepositional]:
    for inner in preposition.children:
        if inner.dep_ == "pobj" or inner.dep_ == "pcomp":
            yield from (Prepositional((preposition,), t) for t in coordinated(inner))


# --- objects --------------------------------------------------------------------------------------------------------


def _direct(head: _Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    if clause.passive:
        yield from _by_agent(head, reading)
        if not clause.objects:
            return
    words = _passive_words(clause) if clause.passive else _inflected(clause)
    if clause.verb.lemma_ in _EMPTY_OBJECT_VERBS and head.subject.person != 3:
        return
    for token in clause.objects:
        found = called(token, reading, owner=head.subject.name)
        if found is None or token.lower_ in INTERJECTIONS:
            continue
        yield _triple(head, reading, predicate=_named(*words), object_=found)
        for receiver in clause.datives:
            person = called(receiver, reading)
            if person is not None:
                yield _triple(head, reading, predicate=_named(*words, token.lower_, "to"), object_=person)


def _by_agent(head: _Head, reading: Reading) -> Iterator[Triple]:
    """Turn "A was founded by B" around: B founded A."""
    clause = head.clause
    for token in clause.agents:
        agent = called(token, reading)
        if agent is not None and not is_time(token):
            turned = replace(head, subject=agent, confidence=min(head.confidence, agent.certainty))
            predicate = _named(
                past(clause.verb.lower_, lemma=clause.verb.lemma_)
                if tense(clause) == "past" or clause.verb.dep_ == "acl"
                else third_person(clause.verb.lemma_)
            )
            triple = _triple(turned, reading, predicate=predicate, object_=head.subject)
            yield replace(triple, text=sentence_of(clause, reading, subject=head.subject.name))


def _prepositional(head: _Head, reading: Reading) -> Iterator[Triple]:
    clause = head.clause
    if clause.verb.lemma_ == "be" and not clause.passive:
        return
    words = _passive_words(clause) if clause.passive else _inflected(clause)
    nouns = [t for t in clause.objects if t.pos_ in ("NOUN", "PROPN") and t.i not in reading.names]
    middle = [nouns[0].lower_] if len(nouns) == 1 else []
    for phrase in clause.prepositionals:
        yield from _phrase(head, reading, phrase, [*words, *middle])


def _phrase(head: _Head, reading: Reading, phrase: Prepositional, words: list[str]) -> Iterator[Triple]:
    if phrase.words in _SKIPPED_PREPOSITIONS or is_time(phrase.object):
        return
    if phrase.object.dep_ == "pcomp" or phrase.object.pos_ == "VERB":
        found = verb_phrase(phrase.object, reading) if phrase.object.tag_ == "VBG" else None
    else:
        found = called(phrase.object, reading, owner=head.subject.name)
    if found is not None:
        yield _triple(head, reading, predicate=_named(*words, phrase.words), object_=found)


def _verbal_object(head: _Head, reading: Reading) -> Iterator[Triple]:
    """ "loves hiking in the hills": the act is the object."""
    clause = head.clause
    if clause.verb.lemma_.lower() not in ATTITUDES | ASPECT_OFF:
        return
    acts = [t for c in children(clause.verb, "xcomp") for t in coordinated(c) if t.pos_ == "VERB"]
    for act in acts:
        found = verb_phrase(act, reading)
        if found is not None:
            yield _triple(head, reading, predicate=_named(*_inflected(clause)), object_=found)


def _bare_act(head: _Head, reading: Reading) -> Iterator[Triple]:
    """An act without object ("my father passed away"): did, passing away."""
    verb = head.clause.verb
    busy = child(verb, "ccomp", "xcomp", "advcl", "csubj") is not None
    if busy or verb.lemma_.lower() in LIGHT_INTRANSITIVES or head.clause.passive or head.subject.person == 2:
        return
    if head.subject.kind != "person" or verb.dep_ in ("acl", "xcomp"):
        return
    does = "did" if tense(head.clause) == "past" else "does"
    words = [gerund(verb.lemma_.lower()), *(c.lower_ for c in children(verb, "prt"))]
    yield _triple(head, reading, predicate=does, object_=Called(" ".join(words), "concept", 0.5))


# --- nominal --------------------------------------------------------------------------------------------------------


def _apposition(token: Token, reading: Reading) -> Iterator[Triple]:
    """ "Feedzai, a fintech company": is_a. A proper name and a common noun, either way round."""
    if token.dep_ != "appos" or token.head.pos_ not in ("PROPN", "NOUN"):
        return
    first, second = token.head, token
    if second.i in reading.names and first.i not in reading.names:
        first, second = second, first
    if first.i not in reading.names or second.i in reading.names or second.pos_ != "NOUN" or second.lower_ in HAVEABLE:
        return
    subject, found = called(first, reading), called(second, reading)
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


def _possession(token: Token, reading: Reading) -> Iterator[Triple]:
    """ "my sister Mia": has_sister Mia; "my dog" alone: has dog. Only for kin and animals, the rest is not worth a fact."""
    if token.lower_ not in HAVEABLE or token.pos_ not in ("NOUN", "PROPN"):
        return
    possessor = child(token, "poss")
    owner = called(possessor, reading) if possessor is not None else None
    if owner is None or owner.person == 2:
        return
    named = _named_beside(token, reading)
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


def _named_beside(token: Token, reading: Reading) -> Called | None:
    own = called(token, reading)
    if own is not None and own.name.lower() != token.lower_ and token.i + 1 < len(token.doc):
        beside = [c for c in children(token, "appos") if c.i in reading.names and c.left_edge.i - token.i <= 2]
        return (
            Called(
                reading.names[beside[0].i].text,
                "person"
                if reading.names[beside[0].i].kind in ("unknown", "person")
                else reading.names[beside[0].i].kind,
            )
            if beside
            else None
        )
    return None
