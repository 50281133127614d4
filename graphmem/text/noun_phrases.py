"""Short names for the things of a text: what a fact's subject or object is called, and what a node is called."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.text.clauses import child, children
from graphmem.text.lexicon import EVALUATIVE, HAVEABLE, KIN, QUANTIFIERS, VAGUE
from graphmem.text.reading import VALUES, Reading
from graphmem.text.tense import is_time
from graphmem.text.verbs import gerund_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["MAX_WORDS", "Called", "called", "verb_phrase"]

#: A fact's object is a short phrase: the longest, in words.
MAX_WORDS = 8
#: What is looked at of a phrase, in words.
_LONGEST_PHRASE = 200
_LEFT = frozenset({"compound", "amod", "nummod", "nmod", "poss", "quantmod", "advmod", "punct", "case", "neg", "det"})
_QUANTITIES = frozenset(
    {
        "lot",
        "lots",
        "loads",
        "kind",
        "kinds",
        "sort",
        "sorts",
        "type",
        "types",
        "bit",
        "couple",
        "number",
        "plenty",
        "ton",
        "tons",
        "bunch",
        "some",
        "many",
        "most",
        "one",
        "all",
        "part",
        "variety",
        "piece",
        "pieces",
        "few",
        "rest",
        "any",
        "both",
        "each",
        "much",
        "several",
        "group",
        "set",
        "series",
        "pair",
    }
)


#: Words that make a phrase empty when nobody knows what they mean.
_UNTOLD = frozenset({"it", "that", "this", "them", "something", "anything", "stuff", "things", "what", "there", "here"})


_LIGHT = frozenset({"be", "do", "have", "get", "make", "take", "go"})
#: Nouns that say too little when they stand alone.
_SLIGHT = frozenset(
    {
        "experience", "experiences", "love", "best", "joy", "feelings", "hours", "memories", "interest", "effort",
        "efforts", "passion", "goal", "goals", "vibe", "vibes", "energy", "step", "steps", "aspects", "role",
        "world", "life", "truth",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Called:
    """The name of a thing in the text, its kind, and how sure the naming is (1 named outright, less by pronoun)."""

    name: str
    kind: str
    certainty: float = 1.0
    person: int = 3


def called(token: Token, reading: Reading, *, owner: str | None = None) -> Called | None:
    """Return what the phrase headed by this token is called, or None where it is no thing to keep.

    Args:
        token: the head of the phrase.
        reading: the text it stands in.
        owner: whose possession needs no saying ("Ada painted Ada's room" -> "room").
    """
    referent = reading.referents.get(token.i)
    if referent is not None:
        certainty = {1: 1.0, 2: 0.7}.get(referent.person, 0.6)
        return Called(referent.name, referent.kind, certainty, referent.person)
    if token.like_url or token.like_email:
        return None
    if token.pos_ in ("PRON", "DET") and not _quantity_of(token):
        return None
    name = _own_name(token, reading)
    if name is not None:
        return name
    if token.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "DET", "ADJ", "SYM", "X", "INTJ", "ADV"):
        return _noun_phrase(token, reading, owner)
    return None


def _own_name(token: Token, reading: Reading) -> Called | None:
    name = reading.names.get(token.i)
    if name is None:
        named = [
            c
            for c in children(token, "appos")
            if c.i in reading.names and reading.names[c.i].kind in ("person", "unknown")
        ]
        close = bool(named) and named[0].left_edge.i - token.i <= 2
        name = reading.names[named[0].i] if close and token.lower_ in HAVEABLE else None
    elif not (name.start <= token.i < name.end and token.right_edge.i >= name.end - 1):
        return None
    if name is None or (name.end - 1 < token.i):
        return None
    return Called(name.text, name.kind)


def _quantity_of(token: Token) -> Token | None:
    """Return the thing in "a lot of things", or None."""
    if token.lower_ not in _QUANTITIES:
        return None
    of = next((c for c in children(token, "prep") if c.lower_ == "of"), None)
    return child(of, "pobj") if of is not None else None


def _noun_phrase(token: Token, reading: Reading, owner: str | None) -> Called | None:
    counted = _quantity_of(token)
    if counted is not None:
        return called(counted, reading, owner=owner)
    if token.lower_ in VAGUE or (is_time(token) and token.dep_ != "dobj"):
        return None
    if token.ent_type_ in VALUES and token.pos_ in ("NUM", "SYM"):
        return Called(_text(_left(token, reading, owner), reading), "value")
    words = _left(token, reading, owner)
    tail = _tail(token, room=MAX_WORDS - len(words))
    text = _text([*words, *tail], reading)
    if not any(c.isalpha() for c in text) or len(text) < 2 or text.lower() in _SLIGHT:
        return None
    return Called(text, "person" if token.lower_ in KIN else "concept")


def _left(token: Token, reading: Reading, owner: str | None) -> list[Token]:
    """Return the head with the modifiers before it, articles, quantifiers and praise left out."""
    words: list[Token] = []
    for c in token.lefts:
        if c.dep_ == "poss":
            words += _possessor(c, token, reading, owner)
        elif c.dep_ in _LEFT and c.lower_ not in QUANTIFIERS and c.lower_ not in EVALUATIVE:
            words += [t for t in _below(c) if t.lower_ not in QUANTIFIERS and not t.is_space and t.pos_ != "INTJ"]
    while words and (words[0].is_punct or words[0].dep_ in ("advmod", "quantmod")):
        words.pop(0)
    return [*words, token][-MAX_WORDS:]


def _below(token: Token) -> Iterable[Token]:
    """Return a token and all below it, in order; where that is longer than any phrase, its end.

    A text of one possessive behind another would cost cubically, and only the last `MAX_WORDS` are a name.
    """
    first, last = token.left_edge.i, token.right_edge.i
    return token.subtree if last - first < _LONGEST_PHRASE else token.doc[last + 1 - _LONGEST_PHRASE : last + 1]


def _possessor(possessor: Token, token: Token, reading: Reading, owner: str | None) -> list[Token]:
    referent = reading.referents.get(possessor.i)
    if possessor.tag_ == "PRP$":
        own = referent is not None and referent.name == owner and token.lower_ not in HAVEABLE
        return [possessor] if referent is not None and not own else []
    return [t for t in _below(possessor) if t.lower_ not in QUANTIFIERS or t.tag_ == "POS"]


def _tail(token: Token, *, room: int) -> list[Token]:
    """Return the phrases after the head that still fit, "of" first of all; a time or a clause is no part of a name."""
    words: list[Token] = []
    for c in token.rights:
        if c.dep_ == "prep" and c.lower_ in ("of", "for", "in", "with", "about", "on", "from", "to", "at"):
            phrase = _core(c)
            inner = child(c, "pobj")
            if any(t.lower_ in _UNTOLD and t.dep_ != "det" for t in phrase):
                break
            if inner is None or is_time(inner) or len(words) + len(phrase) > room or _has_clause(phrase):
                break
            words += phrase
        elif c.dep_ == "punct" and c.text == "-":
            continue
        else:
            break
    return words


def _has_clause(tokens: Sequence[Token]) -> bool:
    return any(t.dep_ in ("relcl", "acl", "conj", "appos", "advcl") or t.text in '()[]"“”' for t in tokens)


def _text(tokens: Iterable[Token], reading: Reading) -> str:
    """Join tokens as they were spaced, with pronouns replaced by what they mean."""
    parts: list[str] = []
    listed = list(tokens)
    for token, following in zip(listed, [*listed[1:], None], strict=False):
        parts.append(_named(token, reading))
        adjacent = following is not None and following.i == token.i + 1
        parts.append(token.whitespace_ if adjacent else " ")
    plain = "".join(c for c in "".join(parts) if unicodedata.category(c) not in ("So", "Sk", "Cs", "Cc"))
    return " ".join(plain.split()).strip(" ,.;:!?-\"“”*()'")


def _named(token: Token, reading: Reading) -> str:
    """Return the token as part of a name: what is "ours" is the speaker's."""
    referent = reading.referents.get(token.i)
    ours = referent is not None and referent.plural and referent.person == 1 and token.tag_ == "PRP$"
    return f"{referent.name}'s" if referent is not None and ours else spoken(token, reading)


def spoken(token: Token, reading: Reading) -> str:
    """Return the token's text, or, for a pronoun, the name it stands for."""
    referent = reading.referents.get(token.i)
    if referent is None:
        return token.text
    low = token.lower_
    if referent.plural and referent.person == 1:
        return {"our": "their", "ours": "theirs", "us": "them", "ourselves": "themselves"}.get(
            low, f"{referent.name} and others"
        )
    if low.endswith(("self", "selves")):
        return "themself" if referent.person != 3 else token.text
    if token.tag_ == "PRP$" or low in ("mine", "yours", "hers", "theirs"):
        return referent.name + ("'" if referent.name.endswith("s") and referent.plural else "'s")
    return referent.name


def verb_phrase(verb: Token, reading: Reading) -> Called | None:
    """Return a gerund phrase for a verb that is itself an object ("loves" -> "hiking in the hills").

    None where what it is done to is unknown, is told by a clause only, or does not fit.
    """
    words: list[Token] = []
    for c in verb.rights:
        if c.dep_ not in ("dobj", "prep", "prt", "acomp", "attr", "advmod", "dative", "npadvmod"):
            if c.dep_ in ("punct", "ccomp", "xcomp"):
                break
            continue
        part = _core(c)
        if len(words) + len(part) + 1 > MAX_WORDS:
            if c.dep_ in ("dobj", "attr", "acomp", "dative") or not words:
                return None
            break
        words += part
    if not words and (verb.lemma_ in _LIGHT or child(verb, "ccomp", "xcomp") is not None):
        return None
    if any(t.lower_ in _UNTOLD and t.i not in reading.referents and t.dep_ != "det" for t in words):
        return None
    rest = _text(words, reading)
    return Called(f"{gerund_of(verb)} {rest}".strip(), "concept", 0.9)


def _core(token: Token) -> list[Token]:
    """Return a phrase without the clauses and coordinated phrases below it."""
    kept, todo = [], [token]
    while todo:
        at = todo.pop()
        kept.append(at)
        cut = {"relcl", "advcl", "ccomp", "acl", "appos", "conj", "cc", "punct"} if at.pos_ != "ADJ" else {"advcl"}
        todo += [c for c in at.children if c.dep_ not in cut and not c.is_space]
    return sorted(kept, key=lambda t: t.i)
