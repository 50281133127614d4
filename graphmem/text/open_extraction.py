"""Open extractions: the clauses of a sentence as (subject, relation, arguments) in the sentence's own words.

The same clauses that facts are drawn from, with whole phrases instead of names: the form benchmarks of open information
extraction compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.text.clauses import Clause, child, children, clauses, coordinated

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["OpenExtraction", "open_extractions"]

_AUXILIARY = frozenset({"aux", "auxpass", "neg", "prt"})


@dataclass(frozen=True, slots=True)
class OpenExtraction:
    """A tuple in the sentence's words; `confidence` 0 to 1, by rule."""

    subject: str
    relation: str
    arguments: tuple[str, ...]
    confidence: float = 1.0


def open_extractions(doc: Doc, *, words: Sequence[str] | None = None) -> tuple[OpenExtraction, ...]:
    """Return the extractions of a parsed text in text order, each once.

    Args:
        doc: the parsed text.
        words: the words to answer in, one per token, where the parse was made of other spellings.
    """
    spell = (lambda t: words[t.i]) if words is not None else (lambda t: t.text)
    found = (e for s in doc.sents for e in (*_clausal(clauses(s), spell), *_nominal(s, spell)))
    return tuple(dict.fromkeys(found))


def _clausal(found: Iterable[Clause], spell: Callable[[Token], str]) -> Iterator[OpenExtraction]:
    for clause in found:
        if not clause.subjects or _governs(clause):
            continue
        relation, arguments = _relation(clause), _arguments(clause)
        if not arguments:
            continue
        relation, arguments = _with_preposition(clause, relation, arguments)
        confidence = 0.9 if not clause.inherited else 0.7
        subject = _phrase(clause.subjects[0], without=frozenset({"relcl", "acl", "appos"}))
        said = tuple(_said(a, spell) for a in arguments)
        yield OpenExtraction(_said(subject, spell), _said(relation, spell), said, confidence)


def _with_preposition(
    clause: Clause, relation: list[Token], arguments: list[list[Token]]
) -> tuple[list[Token], list[list[Token]]]:
    """Move the preposition of a first argument into the relation: "works at", not "at Feedzai"."""
    first = arguments[0]
    leads = first[0].dep_ in ("prep", "agent") and first[0].head == clause.verb and first[0].i > clause.verb.i
    return ([*relation, first[0]], [first[1:], *arguments[1:]]) if leads and len(first) > 1 else (relation, arguments)


def _governs(clause: Clause) -> bool:
    """Return whether all this verb says is in the infinitive it governs ("wants" in "wants to go")."""
    inner = [c for c in children(clause.verb, "xcomp") if c.pos_ in ("VERB", "AUX")]
    return bool(inner) and not clause.objects


def _phrase(head: Token, *, without: frozenset[str] = frozenset()) -> list[Token]:
    """Return the tokens of a phrase in text order, some kinds of dependent left out with all below them."""
    kept, todo = [], [head]
    while todo:
        token = todo.pop()
        kept.append(token)
        todo += [c for c in token.children if c.dep_ not in without]
    kept.sort(key=lambda t: t.i)
    while kept and (kept[-1].is_punct or kept[-1].dep_ == "cc"):
        kept.pop()
    while kept and (kept[0].is_punct and kept[0].text not in '"`'):
        kept.pop(0)
    return kept


def _relation(clause: Clause) -> list[Token]:
    words: list[Token] = []
    for verb in (*clause.chain, clause.verb):
        words += [verb, *children(verb, *_AUXILIARY), *_adverbs(verb, clause)]
    inherited = (
        [] if any(t.dep_ in ("aux", "auxpass") for t in words) or clause.verb.dep_ != "conj" else _shared(clause)
    )
    return sorted({*words, *inherited}, key=lambda t: t.i)


def _adverbs(verb: Token, clause: Clause) -> list[Token]:
    """Return single adverbs between the subject and the verb ("often refers")."""
    start = clause.subjects[0].i if clause.subjects else 0
    plain = (t for t in children(verb, "advmod") if t.tag_ != "WRB" and t.n_lefts + t.n_rights == 0)
    return [t for t in plain if start <= t.i < clause.verb.i]


def _shared(clause: Clause) -> list[Token]:
    verb = clause.verb
    if verb.tag_ in ("VBD", "VBZ", "VBP") or child(verb, "nsubj", "nsubjpass") is not None:
        return []
    return children(verb.head, "aux", "auxpass", "neg")


def _arguments(clause: Clause) -> list[list[Token]]:
    verb = clause.verb
    core = children(verb, "dative", "dobj", "attr", "acomp", "oprd", "ccomp")
    gap = [o for o in clause.objects if o.head != verb and not any(o in coordinated(c) for c in core)]
    found = [_phrase(g, without=frozenset({"relcl"})) for g in gap]
    rest = children(verb, "prep", "agent", "npadvmod", "advmod", "advcl")
    found += [
        _phrase(c, without=frozenset({"relcl"})) for c in sorted([*core, *rest], key=lambda t: t.i) if c.i > verb.i
    ]
    found += [_phrase(c) for c in rest if c.i < verb.i and c.dep_ in ("prep", "npadvmod")]
    return [f for f in found if f]


def _nominal(sentence: Iterable[Token], spell: Callable[[Token], str]) -> Iterator[OpenExtraction]:
    for token in sentence:
        if token.dep_ == "poss" and token.tag_ != "PRP$":
            owner = _phrase(token, without=frozenset({"case", "relcl", "appos"}))
            thing = _phrase(token.head, without=frozenset({"poss", "relcl", "acl", "prep"}))
            yield OpenExtraction(_said(owner, spell), "has", (_said(thing, spell),), 0.4)
        if token.dep_ == "appos" and token.head.pos_ in ("PROPN", "NOUN"):
            subject = _phrase(token.head, without=frozenset({"appos", "relcl", "acl"}))
            yield OpenExtraction(_said(subject, spell), "is", (_said(_phrase(token), spell),), 0.5)


def _said(tokens: Iterable[Token], spell: Callable[[Token], str]) -> str:
    return " ".join(spell(t) for t in tokens)
