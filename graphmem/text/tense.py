"""Time, modality and negation of a clause, read off its auxiliaries and the verbs that govern it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from graphmem.model import Modality
from graphmem.text.clauses import Clause, child, children
from graphmem.text.lexicon import (
    HEDGES,
    OBLIGATIONS,
    PLANS,
    READY,
    STATES,
    TIME_NOUNS,
    TIME_WORDS,
    WISHES,
)

if TYPE_CHECKING:
    from spacy.tokens import Span, Token
from graphmem.text.verbs import is_past_form

__all__ = ["Tense", "is_excepted", "is_negated", "is_time", "modality", "tense", "time_expression"]

Tense = Literal["past", "present"]
_POSSIBLE = frozenset({"may", "might", "could", "can", "ca", "would", "'d", "’d"})
#: Verbs whose past looks like their present; told in chat, they are mostly past.
_UNMARKED = frozenset({"hurt", "put", "cut", "hit", "set", "let", "quit", "shut", "cost", "beat", "burst", "split"})
_NEGATIVE = frozenset({"no", "never", "hardly", "barely", "neither", "nor", "n't", "not"})


def tense(clause: Clause) -> Tense:
    """Return whether the clause tells of what was; the perfect of a state ("has lived") is present."""
    top = clause.top
    if clause.chain and top.lemma_ == "use":
        return "past"
    auxiliaries = _auxiliaries(top)
    finite = next((a for a in auxiliaries if a.tag_ in ("VBD", "VBZ", "VBP", "MD")), top)
    if finite.tag_ == "MD":
        return "present"
    if finite.tag_ == "VBD":
        return "past"
    if finite is not top and finite.lemma_ == "have":
        if clause.verb.lower_ == "got":
            return "present"  # "has got" is "has"
        progressive = clause.verb.tag_ == "VBG" or any(a.lower_ == "been" for a in auxiliaries)
        return "present" if (progressive or clause.verb.lemma_ in STATES) and not clause.passive else "past"
    if finite is top and top.tag_ in ("VB", "VBP") and is_past_form(top.lower_):
        return "past"  # "we forgave them": the tagger slips on rare verbs
    shares = top.dep_ == "conj" and top.head.tag_ == "VBD"
    unmarked = top.lemma_ in _UNMARKED and top.tag_ in ("VBP", "VB") and finite is top
    if unmarked and (shares or child(top, "nsubj") is not None):
        return "past"  # "he hurt his ankle": the tagger cannot tell
    return "past" if top.tag_ == "VBN" and finite is top else "present"


def _auxiliaries(verb: Token) -> list[Token]:
    own = children(verb, "aux", "auxpass")
    shares = (
        not own
        and verb.dep_ == "conj"
        and verb.head.pos_ in ("VERB", "AUX")
        and child(verb, "nsubj", "nsubjpass") is None
    )
    same_form = verb.tag_ == verb.head.tag_ or verb.tag_ == "VB"
    return _auxiliaries(verb.head) if shares and same_form and verb.tag_ not in ("VBD", "VBZ", "VBP") else own


def modality(clause: Clause) -> Modality | None:
    """Return how the statement is meant; None is a plain statement."""
    for token in clause.chain:
        found = _governing(token)
        if found is not None:
            return found
    if _conditional(clause.top):
        return "conditional"
    return _modal(clause) or _reported(clause.top)


def _governing(verb: Token) -> Modality | None:
    lemma = verb.lemma_.lower()
    modal = any(a.lower_ in ("would", "'d", "’d") for a in _auxiliaries(verb))
    if lemma in WISHES or (modal and lemma in ("love", "like", "enjoy", "prefer", "hate")):
        return "wish"
    if lemma == "go":
        return "plan" if _is_going_to(verb) else None
    if lemma == "look" or lemma in PLANS or verb.lower_ in READY or lemma == "about":
        return "plan"
    if lemma in OBLIGATIONS:
        return None if verb.tag_ == "VBD" and lemma == "have" else "obligation"  # "had to": it came about
    if lemma in HEDGES:
        return "possible"
    return None


def _is_going_to(verb: Token) -> bool:
    """Tell "going to move" and "is going skiing" from "went skiing", "went to see her", "loves going skiing"."""
    if verb.tag_ != "VBG":
        return False
    if any(a.tag_ == "TO" for c in children(verb, "xcomp") for a in children(c, "aux")):
        return True
    auxiliaries = {a.lower_ for a in _auxiliaries(verb)}
    return "been" not in auxiliaries and any(a.lemma_ == "be" for a in _auxiliaries(verb))


def _modal(clause: Clause) -> Modality | None:
    for aux in _auxiliaries(clause.top):
        low = aux.lower_
        if low in ("will", "'ll", "’ll", "wo", "shall"):
            return "plan"
        if low in ("can", "ca") and is_negated(clause):
            return None  # "can't eat nuts" denies it
        if aux.tag_ == "MD" and low in _POSSIBLE:
            wishing = low in ("would", "'d", "’d") and clause.verb.lemma_ in ("love", "like", "enjoy", "prefer")
            return "wish" if wishing else "possible"
        if aux.tag_ == "MD" and low in ("must", "should", "ought"):
            return "obligation"
    words = {c.lower_ for c in clause.top.children if c.dep_ == "advmod"}
    if "hopefully" in words:
        return "wish"
    if clause.verb.lemma_ == "look" and "forward" in words:
        return "plan"
    return "possible" if words & {"maybe", "perhaps", "probably", "possibly"} else None


def _conditional(verb: Token) -> bool:
    at = verb
    for _ in range(6):
        marks = {c.lower_ for c in at.children if c.dep_ in ("mark", "advmod")}
        if at.dep_ == "advcl" and marks & {"if", "unless", "whether"}:
            return True
        if at.dep_ == "ROOT":
            break
        at = at.head
    return any({m.lower_ for m in children(c, "mark")} & {"if", "unless"} for c in children(verb, "advcl"))


def _reported(verb: Token) -> Modality | None:
    """Read the verb a clause is the content of: thought makes it possible, hope makes it a wish."""
    head = verb.head
    if verb.dep_ != "ccomp" or head.pos_ not in ("VERB", "AUX", "ADJ"):
        return None
    if {m.lower_ for m in children(verb, "mark", "advmod") if m.tag_ in ("IN", "WRB")} & {"if", "whether"}:
        return "question"
    lemma = head.lemma_.lower()
    if lemma in WISHES:
        return "wish"
    return "possible" if lemma in HEDGES else None


def is_negated(clause: Clause) -> bool:
    """Return whether the statement is denied: "not", "never", "no", also on the verb it depends on."""
    verbs = {clause.verb, *clause.chain}
    at = clause.top
    if at.dep_ == "ccomp" and at.head.lemma_ in ("think", "believe", "guess", "suppose"):
        verbs.add(at.head)
    if clause.verb.dep_ == "conj" and child(clause.verb, "nsubj", "nsubjpass") is None:
        alternatives = [c.lower_ for c in children(clause.verb.head, "cc")]
        if "or" in alternatives or "nor" in alternatives:
            verbs.add(clause.verb.head)
    return any(_denies(v) for v in verbs)


def _denies(verb: Token) -> bool:
    if any(c.lower_ == "longer" and any(t.lower_ == "no" for t in c.lefts) for c in verb.children):
        return True
    if any(c.dep_ == "neg" or (c.dep_ == "advmod" and c.lower_ in _NEGATIVE) for c in verb.children):
        return True
    nouns = children(verb, "dobj", "attr", "nsubj")
    return any(c.lower_ == "no" and c.dep_ in ("det", "neg") for n in nouns for c in n.children)


def is_excepted(token: Token) -> bool:
    """Return whether "not" stands right before a phrase: "in Porto, not in Lisbon"."""
    return token.i > token.sent.start and token.nbor(-1).lower_ == "not"


def is_time(token: Token) -> bool:
    """Return whether this word, as the head of a phrase, tells a time."""
    return token.ent_type_ in ("DATE", "TIME") or token.lower_ in TIME_NOUNS


def time_expression(clause: Clause) -> str | None:
    """Return the clause's time expression, verbatim with its preposition, or None."""
    for verb in (clause.verb, *reversed(clause.chain)):
        spans = [s for c in verb.children if (s := _time_span(c)) is not None]
        if spans:
            return " ".join(s.text for s in sorted(spans, key=lambda s: s.start)[:2]).strip(" ,.!?")
    return _shared_time(clause)


def _shared_time(clause: Clause) -> str | None:
    """A time on the direct object ("a workshop last week") is the clause's; the parser often hangs it there."""
    for noun in (*clause.objects, *clause.complements, *(p.object for p in clause.prepositionals)):
        if noun.sent != clause.verb.sent or noun.i < clause.verb.i:
            continue
        for c in noun.children:
            span = _time_span(c) if c.i > noun.i and c.dep_ in ("npadvmod", "prep", "advmod", "appos") else None
            if span is not None:
                return span.text.strip(" ,.!?")
    return None


def _time_span(token: Token) -> Span | None:
    doc = token.doc
    if token.dep_ == "npadvmod" and is_time(token):
        return doc[token.left_edge.i : _time_end(token) + 1]
    if token.dep_ == "advmod" and (token.lower_ in TIME_WORDS or token.ent_type_ in ("DATE", "TIME")):
        per = [c.i for c in token.rights if c.dep_ == "npadvmod"]  # "once a month"
        return doc[token.left_edge.i : max([token.i, *per]) + 1]
    if token.dep_ in ("prep", "mark") and token.pos_ in ("ADP", "SCONJ"):
        inner = child(token, "pobj")
        if token.lower_ in ("since", "until", "till") and inner is not None:
            return doc[token.i : (inner.right_edge.i if _short(inner) else inner.i) + 1]
        if token.lower_ == "for" and inner is not None and inner.ent_type_ not in ("DATE", "TIME"):
            return None
        if inner is not None and is_time(inner) and token.lower_ not in ("to", "into", "of", "with", "about"):
            return doc[token.i : (inner.right_edge.i if _short(inner) else inner.i) + 1]
    return None


def _time_end(token: Token) -> int:
    """Return the last token of a time, with what follows when that tells a time, too ("the week before last")."""
    after = [
        c
        for c in token.rights
        if c.dep_ in ("prep", "advmod") and any(is_time(t) or t.lower_ == "last" for t in c.subtree)
    ]
    return after[0].right_edge.i if after and _short(after[0]) else token.i


def _short(token: Token) -> bool:
    return token.right_edge.i - token.left_edge.i < 7 and not any(c.dep_ in ("relcl", "acl") for c in token.children)
