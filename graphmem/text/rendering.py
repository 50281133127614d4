"""The readable sentence of a clause: its own words, with pronouns replaced by names and verbs agreeing with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.text.clauses import Clause, child, children, particles
from graphmem.text.noun_phrases import called, spoken
from graphmem.text.reading import Reading
from graphmem.text.verbs import third_person

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["sentence_of"]

#: Longest sentence kept, in tokens; what comes later than that is cut at the last whole word.
_MAX_TOKENS = 60
_CONTRACTED = {
    "'m": "is",
    "’m": "is",
    "am": "is",
    "are": "is",
    "'re": "is",
    "’re": "is",
    "were": "was",
    "'ve": "has",
    "’ve": "has",
    "have": "has",
    "do": "does",
    "'s": "is",
    "’s": "is",
}
_SPELT = {
    "'ll": "will",
    "’ll": "will",
    "wo": "will",
    "ca": "can",
    "n't": "not",
    "n’t": "not",
    "na": "to",
    "gon": "going",
    "wan": "want",
    "sha": "shall",
}
_CLAUSAL = frozenset({"conj", "parataxis", "dep"})
_NOMINATIVE = frozenset({"i", "he", "she", "we", "they"})


def sentence_of(clause: Clause, reading: Reading, *, subject: str) -> str:
    """Return the clause as a sentence about `subject`, pronouns replaced, ending in a full stop."""
    head = _finite_head(clause.top)
    told = frozenset({clause.verb, *clause.verb.ancestors})
    own = child(head, "nsubj", "nsubjpass", "csubj", "csubjpass")
    tokens = [t for t in _tokens(head, told) if not (own is None and t.dep_ == "cc" and t.head == head)]
    tokens = _ended(tokens[:_MAX_TOKENS])
    relative = own is not None and (own.tag_ in ("WDT", "WP") or (own.lower_ == "that" and head.dep_ == "relcl"))
    if relative and head != clause.top:
        told_of = called(head.head, reading)
        subject = _definite(told_of.name) if told_of is not None else subject
    gap, at = _gap_of(clause, reading) if head == clause.top and not relative else ("", 0)
    if gap:
        before, after = [t for t in tokens if t.i <= at], [t for t in tokens if t.i > at]
        text = _plain(f"{_spaced(before, reading)} {_definite(gap)} {_spaced(after, reading)}")
    else:
        text = _plain(_spaced(tokens, reading))
    if own is None or relative:
        rest = text.partition(" ")[2] if relative else text[:1].lower() + text[1:]
        text = f"{subject} {_participle(head)}{rest}"
    return text[:1].upper() + text[1:] + "." if text else ""


def _gap_of(clause: Clause, reading: Reading) -> tuple[str, int]:
    """Return what a relative clause leaves out ("the book I read": read what?) and behind which token it belongs."""
    antecedent = clause.verb.head
    if clause.verb.dep_ != "relcl":
        return "", 0
    told = called(antecedent, reading)
    name = told.name if told is not None else ""
    if antecedent in clause.objects:
        return name, max([clause.verb.i, *(p.i for p in particles(clause.verb))])
    stranded = [p.prepositions[-1].i for p in clause.prepositionals if p.object == antecedent]
    return (name, stranded[0]) if stranded else ("", 0)


def _definite(name: str) -> str:
    return name if name[:1].isupper() or name[:1].isdigit() else f"the {name}"


def _plain(text: str) -> str:
    text = " ".join(text.split()).strip(' ,;:-–—.!?"“”*()')
    return text.replace('"', "") if text.count('"') % 2 else text


def _finite_head(head: Token) -> Token:
    """Climb from a small clause ("helped me improve") to the finite clause around it, which reads as a sentence."""
    while not _is_finite(head) and head.head != head and head.head.pos_ in ("VERB", "AUX", "ADJ"):
        head = head.head
    return head


def _is_finite(head: Token) -> bool:
    if head.pos_ == "ADJ":
        return head.dep_ != "acomp"
    bare = head.tag_ in ("VB", "VBG", "VBN") and child(head, "aux", "auxpass") is None
    shared = head.dep_ == "conj" and child(head, "nsubj", "nsubjpass") is None
    return not (bare and (head.dep_ in ("ccomp", "xcomp", "advcl") or shared))


def _participle(head: Token) -> str:
    if head.dep_ == "acl" or (head.dep_ == "ROOT" and head.tag_ == "VBG" and child(head, "aux") is None):
        return "is " if head.tag_ == "VBG" else "was "
    if head.dep_ == "ROOT" and head.tag_ == "VBN" and child(head, "aux", "auxpass") is None:
        return "has "
    if head.dep_ == "conj" and head.head.tag_ == "VBN" and head.tag_ in ("VBN", "VBD") and child(head.head, "auxpass"):
        return "was "
    return ""


def _tokens(head: Token, told: frozenset[Token]) -> list[Token]:
    """Return the clause's tokens without coordinated clauses, interjections and the words that only join sentences."""
    kept: list[Token] = []
    todo = [head]
    while todo:
        token = todo.pop()
        kept.append(token)
        todo += [c for c in token.children if c in told or not _leaves_out(c, head, told)]
    return sorted(kept, key=lambda t: t.i)


def _ended(tokens: list[Token]) -> list[Token]:
    """Return tokens without the conjunction that what was left out hung on."""
    while tokens and (tokens[-1].dep_ == "cc" or tokens[-1].is_punct):
        tokens = tokens[:-1]
    return tokens


def _misread(token: Token) -> bool:
    """Whether "I" in "Lisbon and I love fado" was read as another town: it is the subject of a clause of its own."""
    follows = token.i + 1 < len(token.doc) and token.nbor(1).pos_ in ("VERB", "AUX")
    return follows and token.dep_ == "conj" and token.lower_ in _NOMINATIVE


def _leaves_out(token: Token, head: Token, told: frozenset[Token]) -> bool:
    if _misread(token) or (token.i > 0 and _misread(token.nbor(-1))):
        return True
    if token.dep_ in ("intj", "parataxis", "meta") or token.pos_ == "INTJ" or token.is_space:
        return True
    if token.head == head and token.dep_ == "ccomp" and token.i < head.i and token not in told:
        return True  # a comma splice: another sentence
    if token.head == head and not any(c in told and c.dep_ in _CLAUSAL for c in head.children):
        clausal = token.dep_ in _CLAUSAL and token.pos_ in ("VERB", "AUX")
        joins = token.dep_ in ("cc", "punct") and any(
            c.dep_ in _CLAUSAL and c.i > token.i and c.pos_ in ("VERB", "AUX") for c in head.children
        )
        opens = token.i <= head.i and (
            token.dep_ in ("cc", "mark", "preconj") or token.lower_ in ("when", "where", "that")
        )
        return clausal or joins or opens
    return False


def _spaced(tokens: list[Token], reading: Reading) -> str:
    parts: list[str] = []
    for index, token in enumerate(tokens):
        word = _word(token, reading)
        glued = token.text != word and token.i > 0 and not token.nbor(-1).whitespace_ and word[:1].isalpha()
        if glued and index:
            parts.append(" ")
        parts.append(word)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is not None:
            gap = following.i > token.i + 1 and not following.is_punct
            parts.append(" " if token.whitespace_ or gap else "")
    return "".join(parts)


def _word(token: Token, reading: Reading) -> str:
    if token.i in reading.referents:
        return spoken(token, reading)
    low = token.lower_
    if low in ("n't", "n’t"):
        return "not"
    if low in _SPELT:
        return _SPELT[low]
    subject = _subject_of_finite(token)
    referent = reading.referents.get(subject.i) if subject is not None else None
    if referent is not None and not referent.plural and referent.person in (1, 2):
        return _agreeing(token)
    if low in ("'m", "'re", "’m", "’re", "'ve", "’ve"):
        return {"m": "am", "re": "are", "ve": "have"}[low[1:]]
    return token.text


def _subject_of_finite(token: Token) -> Token | None:
    """Return the subject a finite verb or auxiliary agrees with, or None when the form shows no person."""
    if token.tag_ not in ("VBP", "VBD", "VBZ") and token.lower_ not in ("'d", "’d"):
        return None
    verb = token.head if token.dep_ in ("aux", "auxpass") else token
    for _ in range(3):
        own = [c for c in children(verb, "nsubj", "nsubjpass") if c.i < verb.i]
        if not own and verb.i > 0 and _misread(verb.nbor(-1)):
            return verb.nbor(-1)
        if own or verb.dep_ != "conj":
            return own[-1] if own else None
        verb = verb.head
    return None


def _agreeing(token: Token) -> str:
    low = token.lower_
    if low in ("'d", "’d"):
        return "would" if token.tag_ == "MD" else "had"
    if low in _CONTRACTED and (token.dep_ in ("aux", "auxpass") or token.lemma_ in ("be", "have", "do")):
        return _CONTRACTED[low]
    return third_person(token.lemma_.lower()) if token.tag_ == "VBP" else token.text
