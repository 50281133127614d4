"""Clauses of a parsed sentence: who does what to whom, with what is shared between clauses filled in.

Labels are those of spaCy's English models (ClearNLP): nsubj, dobj, dative, attr, prep/pobj, xcomp, relcl, ...
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.text.lexicon import OBJECT_CONTROL

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Clause", "Prepositional", "child", "children", "clause_of", "clauses", "coordinated", "particles"]

_SUBJECTS = ("nsubj", "nsubjpass")
_HEADS = frozenset({"ROOT", "conj", "xcomp", "ccomp", "advcl", "relcl", "acl", "pcomp", "parataxis", "dep", "appos"})
_DIRECTIONS = frozenset({"back", "out", "away", "home", "off", "over", "along", "forward"})
_NOT_THIRD = frozenset({"i", "we", "you", "they"})
#: What a relative clause tells of a time, place or reason is no object of its verb.
_CIRCUMSTANCES = frozenset(
    {"time", "times", "day", "days", "way", "ways", "reason", "reasons", "place", "places", "moment", "year"}
)
_RELATIVE_TAGS = frozenset({"WDT", "WP", "WP$"})


@dataclass(frozen=True, slots=True)
class Prepositional:
    """A preposition (one or more tokens, as in "out of") and one of its objects."""

    prepositions: tuple[Token, ...]
    object: Token

    @property
    def words(self) -> str:
        """The preposition in lower case, words joined by a space."""
        return " ".join(t.lower_ for t in self.prepositions)


@dataclass(frozen=True, slots=True)
class Clause:
    """One predicate with its arguments.

    Args:
        verb: the main verb, or the copula.
        chain: the verbs that govern it as an infinitive or gerund, outermost first ("want", "start").
        subjects: heads of the coordinated subjects; empty when none can be told.
        inherited: the subject stands in another clause (coordination, relative or infinitive clause).
        passive: the subject undergoes.
        objects: heads of the direct objects.
        complements: heads of the predicate's nouns and adjectives (attr, acomp, oprd).
        datives: heads of the receivers, without preposition.
        agents: who does it, in a passive clause.
        prepositionals: the prepositional phrases that modify the verb.
    """

    verb: Token
    chain: tuple[Token, ...]
    subjects: tuple[Token, ...]
    inherited: bool
    passive: bool
    objects: tuple[Token, ...]
    complements: tuple[Token, ...]
    datives: tuple[Token, ...]
    agents: tuple[Token, ...]
    prepositionals: tuple[Prepositional, ...]

    @property
    def top(self) -> Token:
        """The outermost verb of the chain, whose auxiliaries and negation hold for the whole."""
        return self.chain[0] if self.chain else self.verb


def children(token: Token, *deps: str) -> list[Token]:
    """Return the children with one of these labels, in text order."""
    return [c for c in token.children if c.dep_ in deps]


def child(token: Token, *deps: str) -> Token | None:
    """Return the first child with one of these labels, or None."""
    return next((c for c in token.children if c.dep_ in deps), None)


def coordinated(token: Token) -> tuple[Token, ...]:
    """Return the token and what is coordinated with it to its right, in text order."""
    found, todo = [token], [token]
    while todo:
        for conj in children(todo.pop(0), "conj"):
            if conj.pos_ not in ("VERB", "AUX") or token.pos_ in ("VERB", "AUX"):
                found.append(conj)
                todo.append(conj)
    return tuple(sorted(found, key=lambda t: t.i))


def particles(verb: Token) -> list[Token]:
    """Return the particles of a verb, adverbs of direction included ("signed up", "got back")."""
    return [
        c
        for c in verb.children
        if c.dep_ == "prt" or (c.dep_ == "advmod" and c.lower_ in _DIRECTIONS and 0 < c.i - verb.i < 3)
    ]


def clauses(sentence: Span) -> Iterator[Clause]:
    """Yield the clauses of a sentence in text order."""
    for token in sentence:
        if _heads_clause(token):
            yield clause_of(token)


def _heads_clause(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX") and token.dep_ in _HEADS and token.tag_ != "TO"


def clause_of(verb: Token) -> Clause:
    """Return the clause this verb heads."""
    own = children(verb, *_SUBJECTS)
    found = _subject(verb, depth=6)
    subjects = coordinated(found) if found is not None else ()
    passive = _is_passive(verb)
    return Clause(
        verb=verb,
        chain=_chain(verb),
        subjects=subjects,
        inherited=not own or (found is not None and found not in own),
        passive=passive,
        objects=_objects(verb),
        complements=tuple(t for c in children(verb, "attr", "acomp", "oprd") for t in coordinated(c)),
        datives=tuple(t for d in children(verb, "dative") if d.pos_ != "ADP" for t in coordinated(d)),
        agents=tuple(t for a in children(verb, "agent") for p in children(a, "pobj") for t in coordinated(p)),
        prepositionals=tuple(_prepositionals(verb)),
    )


def _is_passive(verb: Token) -> bool:
    if child(verb, "nsubjpass", "auxpass", "agent") is not None:
        return True
    if verb.dep_ == "acl":
        return verb.tag_ == "VBN"
    shares = verb.dep_ == "conj" and verb.tag_ in ("VBN", "VBD") and verb.head.tag_ == "VBN"
    return shares and child(verb, "nsubj", "aux") is None and _is_passive(verb.head)


def _chain(verb: Token) -> tuple[Token, ...]:
    chain: list[Token] = []
    at = verb
    for _ in range(6):
        if at.dep_ == "conj" and at.head.dep_ in ("xcomp", "conj") and child(at, *_SUBJECTS) is None:
            at = at.head
        elif at.dep_ == "xcomp":
            at = at.head
            chain.insert(0, at)
        else:
            break
    return tuple(chain)


def _subject(verb: Token, *, depth: int) -> Token | None:
    own = [c for c in children(verb, *_SUBJECTS) if c.i < verb.i or verb.lemma_ == "be"]
    if own:
        return _antecedent(own[-1], verb)  # of two, the first is a name called out
    if depth == 0:
        return None
    head = verb.head
    if verb.dep_ == "xcomp" and head.lemma_ in OBJECT_CONTROL:
        thing = child(head, "dobj", "dative")
        if thing is not None:
            return thing
    if verb.dep_ == "acl":
        return head if verb.tag_ in ("VBN", "VBG") and head.pos_ in ("NOUN", "PROPN", "PRON") else None
    if verb.dep_ == "relcl":
        return None
    if verb.dep_ in ("conj", "xcomp", "advcl", "dep"):
        shared = _subject(head, depth=depth - 1) if head.pos_ in ("VERB", "AUX", "ADJ") else None
        if shared is not None and (shared.i > verb.i or (verb.tag_ == "VBZ" and shared.lower_ in _NOT_THIRD)):
            return None
        return shared
    if verb.dep_ == "acomp":
        return _subject(head, depth=depth - 1)
    if verb.dep_ == "pcomp" and head.head.pos_ in ("VERB", "AUX"):
        return _subject(head.head, depth=depth - 1)
    return None


def _antecedent(subject: Token, verb: Token) -> Token | None:
    """Return what a relative pronoun stands for; other subjects stand for themselves."""
    if subject.tag_ not in _RELATIVE_TAGS and not (subject.lower_ == "that" and verb.dep_ == "relcl"):
        return subject
    at = verb
    while at.dep_ == "conj":
        at = at.head
    return at.head if at.dep_ == "relcl" and at.head.pos_ in ("NOUN", "PROPN", "PRON") else None


def _objects(verb: Token) -> tuple[Token, ...]:
    found = [t for d in children(verb, "dobj") for t in coordinated(d)] or _unseen_objects(verb)
    gap = _gap(verb)
    if verb.dep_ == "relcl" and gap is not None:
        relative = [t for t in found if t.tag_ in _RELATIVE_TAGS or t.lower_ == "that"]
        stranded = any(not list(p.children) or _is_relative(p) for p in children(verb, "prep"))
        if relative or (not found and not stranded and child(verb, "ccomp", "xcomp", "acomp", "attr") is None):
            found = [gap, *(t for t in found if t not in relative)]
    return tuple(found)


def _is_relative(preposition: Token) -> bool:
    """Return whether a preposition takes the relative pronoun ("in which")."""
    return any(t.tag_ in _RELATIVE_TAGS for t in preposition.children)


def _unseen_objects(verb: Token) -> list[Token]:
    """Return the name that the parser takes for an adverb beside a particle: "picked up Pixel from the rescue"."""
    if child(verb, "prt") is None or child(verb, "attr", "acomp", "ccomp", "nsubjpass") is not None:
        return []
    return [
        c
        for c in children(verb, "advmod", "npadvmod", "oprd")
        if 0 < c.i - verb.i < 3 and c.text[:1].isupper() and c.ent_type_ not in ("DATE", "TIME")
    ]


def _gap(verb: Token) -> Token | None:
    """Return the noun a relative clause modifies, when its subject is somebody else."""
    subject = child(verb, "nsubj")
    if verb.dep_ != "relcl" or subject is None or verb.head.pos_ not in ("NOUN", "PROPN", "PRON"):
        return None
    relative = subject.tag_ in _RELATIVE_TAGS or subject.lower_ == "that"
    adverbial = any(c.tag_ == "WRB" for c in verb.children)
    return None if relative or adverbial or verb.lemma_ == "be" or verb.head.lower_ in _CIRCUMSTANCES else verb.head


def _prepositionals(verb: Token) -> Iterator[Prepositional]:
    for token in (*verb.children, *(p for d in particles(verb) for p in d.children)):
        if token.dep_ in ("prep", "dative") and token.pos_ in ("ADP", "SCONJ", "ADV", "VERB"):
            yield from _phrases(token, (token,), verb)


def _phrases(preposition: Token, words: tuple[Token, ...], verb: Token) -> Iterator[Prepositional]:
    inner = [c for c in preposition.children if c.dep_ in ("pobj", "pcomp", "prep", "conj")]
    gap = _gap(verb)
    if not inner and gap is not None and verb.dep_ == "relcl" and child(verb, "dobj") is None:
        yield Prepositional(words, gap)
    for token in inner:
        if token.dep_ == "prep" and len(words) < 3:
            yield from _phrases(token, (*words, token), verb)
        elif token.dep_ == "conj" and token.pos_ == "ADP":
            yield from _phrases(token, (token,), verb)
        elif token.dep_ == "pobj" and token.tag_ in _RELATIVE_TAGS and gap is not None:
            yield Prepositional(words, gap)
        elif token.dep_ == "pobj":
            yield from (Prepositional(words, t) for t in coordinated(token))
        elif token.dep_ == "pcomp":
            yield Prepositional(words, token)
