"""What of a chat is worth a fact: statements about somebody or something in particular, no praise or small talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.model import Modality
from graphmem.text.clauses import Clause, child, children
from graphmem.text.lexicon import ABLE, ATTITUDES, READY
from graphmem.text.noun_phrases import Called
from graphmem.text.reading import Reading
from graphmem.text.tense import tense

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["is_general", "is_idle", "is_particular", "is_worth_attribute", "is_worth_listener"]

_WH = frozenset({"WRB", "WP", "WDT"})
_COMPARING = frozenset({"as", "than", "like"})
_SUGGESTING = frozenset({"suggest", "recommend", "imagine", "picture", "avoid", "mind"})


def is_idle(clause: Clause, *, mood: Modality | None) -> bool:
    """Return whether a clause states nothing: an order, an exclamation, a comparison, an indirect question."""
    verb, top = clause.verb, clause.top
    if child(verb, "expl") is not None or verb.dep_ in ("intj", "pcomp"):
        return True
    if any(c.lemma_ == "like" and child(c, "aux", "neg") is not None for c in children(verb, "intj")):
        return True  # "I don't like smoked beer", where the parser takes "smoked" for the verb
    if clause.chain and clause.chain[-1].pos_ == "ADJ" and clause.chain[-1].lower_ not in READY | ABLE:
        return True
    if any(t.lemma_ in ("thank", "thanks") for t in verb.ancestors):
        return True
    if any(t.lemma_ in _SUGGESTING for t in clause.chain):
        return True
    if any(_tells_enough(t) for t in clause.chain):
        return True
    if mood is None and any(t.lemma_.lower() in ATTITUDES for t in clause.chain):
        return True
    if top.dep_ == "advcl" and top.tag_ == "VB" and any(a.tag_ == "TO" for a in children(top, "aux")):
        return True  # a purpose is not an act
    if top.dep_ == "advcl" and {m.lower_ for m in children(top, "mark")} & _COMPARING:
        return True
    return _is_order(clause) or _asks(top)


def _tells_enough(governor: Token) -> bool:
    """Return whether what hangs below is no statement of its own ("felt great giving a talk", "my aim was to help")."""
    return governor.lemma_ == "be" or (governor.pos_ == "VERB" and child(governor, "acomp") is not None)


def _is_order(clause: Clause) -> bool:
    verb = clause.verb
    if verb.tag_ != "VB" or clause.chain or child(verb, "aux", "nsubj", "nsubjpass") is not None:
        return False
    return verb.dep_ == "ROOT" or (
        verb.dep_ in ("conj", "advcl", "dep") and verb.head.tag_ == "VB" and _is_bare(verb.head)
    )


def _is_bare(verb: Token) -> bool:
    return child(verb, "aux", "nsubj") is None and verb.dep_ in ("ROOT", "conj")


def _asks(verb: Token) -> bool:
    """Return whether the clause is an indirect question ("how much we have to do") or an exclamation of that form."""
    first = verb.left_edge
    if first.tag_ not in _WH or verb.dep_ in ("relcl", "advcl"):
        return False
    return first.head != verb or first.dep_ in ("advmod", "dobj", "attr", "pobj")


def is_particular(token: Token, subject: Called, reading: Reading) -> bool:
    """Return whether a subject is somebody or something in particular; documents may state what they like."""
    if reading.scene.speaker is None:
        return True
    if token.i in reading.referents:
        return True
    if token.i in reading.names:
        return token.tag_ not in ("NNPS", "NNS") or subject.kind != "unknown"
    return token.tag_ not in ("VBG", "NNS") and any(
        c.dep_ in ("poss", "det") and c.lower_ not in ("no", "a", "an", "any") for c in token.children
    )


def is_worth_attribute(token: Token | None, subject: Called, reading: Reading) -> bool:
    """Return whether an adjective about this subject tells a fact: in chat, of people, names and possessions only."""
    if reading.scene.speaker is None or token is None:
        return True
    owner = child(token, "poss")
    referent = reading.referents.get(owner.i) if owner is not None else None
    owned = owner is not None and (referent is None or referent.person != 2)
    return subject.kind == "person" or token.i in reading.names or owned


def is_worth_listener(clause: Clause, *, mood: Modality | None) -> bool:
    """Return whether a statement about the listener tells a fact: in a main clause, what they did."""
    top = clause.top
    main = top.dep_ == "ROOT" or (top.dep_ == "conj" and top.head.dep_ == "ROOT")
    return (
        mood is None
        and main
        and tense(clause) == "past"
        and clause.verb.lemma_ not in ("be", "look", "make", "seem", "sound")
    )


def is_general(token: Token | None, clause: Clause, reading: Reading) -> bool:
    """Return whether "we" stands for everybody: in the present of a subordinate clause ("the struggles we face")."""
    referent = reading.referents.get(token.i) if token is not None else None
    if referent is None or not referent.plural or referent.person != 1 or tense(clause) == "past":
        return False
    if any(c.lower_ == "all" for t in (token, clause.verb) if t is not None for c in t.children):
        return True
    return clause.top.dep_ in ("relcl", "advcl", "ccomp") and clause.verb.tag_ != "VBG"
