"""A parsed turn with its names found and its pronouns resolved: what the triple and entity rules read.

Pronouns: the first person is the speaker, the second the listener, the third the last compatible name said before it,
in this text or in the turns before. Nothing compatible: no referent, and no fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from graphmem.model import Fact
from graphmem.text.clauses import child
from graphmem.text.lexicon import (
    FEMALE,
    INTERJECTIONS,
    KIN,
    KIN_FEMALE,
    KIN_MALE,
    KIN_PLURAL,
    MALE,
    NOT_A_NAME,
    TIME_NOUNS,
    WEEKDAYS_AND_MONTHS,
)
from graphmem.text.name_spans import name_spans
from graphmem.text.time import TimeSpan
from graphmem.text.when import spans_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

__all__ = ["Candidate", "Name", "Reading", "Referent", "Scene", "read", "spotted"]

KINDS: Mapping[str, str] = {
    "PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place", "EVENT": "event",
    "WORK_OF_ART": "work", "LAW": "work", "PRODUCT": "product", "NORP": "group", "LANGUAGE": "language",
}  # fmt: skip
VALUES = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "QUANTITY", "MONEY", "PERCENT"})
_FIRST = frozenset({"i", "me", "my", "mine", "myself", "im"})
_FIRST_PLURAL = frozenset({"we", "us", "our", "ours", "ourselves"})
_SECOND = frozenset({"you", "your", "yours", "yourself", "u", "ya", "ur"})
_THIRD = {
    "he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip
_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
_NEUTER = frozenset({"it", "its", "itself"})
_PLACING = frozenset({"in", "at", "near", "around", "through", "into", "via", "across", "towards", "outside"})
_GOING = frozenset({"visit", "reach", "leave", "explore", "tour"})
_NUMERAL = re.compile(r"[IVX]{1,4}")
_CAPITALISED = re.compile(r"(?<![.!?:] )(?<!^)(?<![\"“\n])\b[A-Z][a-zé]+(?: [A-Z][a-zé]+)?\b")
_KIN = re.compile(rf"\b([Mm]y|[Oo]ur) ((?:\w+ )?)({'|'.join(sorted(KIN, key=len, reverse=True))})\b,? ?([A-Z][a-z]+)?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody or something a later pronoun may mean; gender "m", "f", "n" (a thing) or None (unknown)."""

    name: str
    kind: str
    gender: str | None = None
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Who speaks to whom, and who was spoken of before (oldest first); `title` is a passage's, else None.

    `said` is when it was said: what "yesterday" is reckoned from; `dated` are facts that a time may hang on.
    """

    speaker: str | None = None
    listener: str | None = None
    earlier: tuple[Candidate, ...] = ()
    title: str | None = None
    known: frozenset[str] = frozenset()
    said: datetime | None = None
    dated: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the text: tokens [start, end), the spelling to keep, and its kind."""

    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Referent:
    """What a pronoun stands for; `person` 1, 2 or 3; `plural` for "we", which stands for the speaker and others."""

    name: str
    kind: str
    person: int
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed text with its names and referents by token index, and its dated phrases."""

    doc: Doc
    scene: Scene
    names: Mapping[int, Name]
    referents: Mapping[int, Referent]
    times: tuple[TimeSpan, ...] = ()


def read(doc: Doc, *, scene: Scene) -> Reading:
    """Find the names of a parsed text and resolve its pronouns."""
    names: dict[int, Name] = {}
    for name in _names(doc, scene):
        names.update(dict.fromkeys(range(name.start, name.end), name))
    return Reading(
        doc, scene, names, _resolve(doc, names, scene), spans_of(doc.text, said=scene.said, dated=scene.dated)
    )


# --- names ----------------------------------------------------------------------------------------------------------


def _names(doc: Doc, scene: Scene) -> Iterator[Name]:
    covered: set[int] = set()
    for span, label in name_spans(doc, KINDS):
        covered.update(range(span.start, span.end))
        name = _entity_name(span, KINDS.get(label, "unknown"), scene)
        if name is not None:
            yield name
    yield from _proper_runs(doc, covered, scene)


def _entity_name(span: Span, kind: str, scene: Scene) -> Name | None:
    trimmed = _trimmed(span)
    if trimmed is None or _is_noise(trimmed, scene):
        return None
    low = trimmed.text.lower()
    while trimmed.end < len(span.doc) and _NUMERAL.fullmatch(span.doc[trimmed.end].text):
        trimmed = span.doc[trimmed.start : trimmed.end + 1]
    kind = "person" if low in scene.known else kind
    if kind == "person" and any(t.lower_ in KIN for t in trimmed) and low not in scene.known:
        return None
    return Name(trimmed.start, trimmed.end, _full(_spelling(trimmed), kind, scene.title), kind)


def _full(name: str, kind: str, title: str | None) -> str:
    """Return the title where a document calls its subject by the beginning of it, or a person by the last name."""
    if title is None or name == title:
        return name
    rest = title[len(name) :]
    begins = title.startswith(name) and rest[:1] in (" ", ",") and not title[: len(name)].islower()
    surname = kind == "person" and "," not in title and " of " not in title and title.endswith(" " + name)
    return title if begins or surname else name


def _trimmed(span: Span) -> Span | None:
    """Drop articles, interjections, possessive marks and punctuation from the ends of a span."""
    start, end, doc = span.start, span.end, span.doc
    while start < end and (_is_fringe(doc[start]) or doc[start].lower_ in INTERJECTIONS):
        start += 1
    while end > start and (_is_fringe(doc[end - 1]) or (end - start > 1 and doc[end - 1].lower_ in INTERJECTIONS)):
        end -= 1
    return doc[start:end] if end > start else None


def _is_fringe(token: Token) -> bool:
    return (
        token.is_punct
        or token.is_space
        or token.tag_ in ("DT", "POS", "PRP$", "PRP", "IN", "UH", "CC")
        or not token.text.strip()
    )


def _is_noise(span: Span, scene: Scene) -> bool:
    low = span.text.lower()
    if low in scene.known:
        return False
    if "\n" in span.text or len(span) > 8 or not any(c.isalpha() for c in span.text):
        return True
    words = [t.lower_ for t in span]
    if all(w in NOT_A_NAME or w in WEEKDAYS_AND_MONTHS or w in TIME_NOUNS for w in words):
        return True
    if not any(t.text[:1].isupper() or not t.text[:1].isascii() for t in span):
        return True
    return len(span) == 1 and (span[0].pos_ in ("VERB", "AUX", "INTJ", "ADV", "ADP") or "@" in low or "://" in low)


def _spelling(span: Span) -> str:
    kept = "".join(c for c in span.text if unicodedata.category(c) not in ("So", "Sk", "Cs", "Cc"))
    return " ".join(kept.split()).strip(" '’\"“”.,")


def _proper_runs(doc: Doc, covered: set[int], scene: Scene) -> Iterator[Name]:
    """Yield runs of proper nouns that NER left out: known names anywhere, others inside a sentence only."""
    at = 0
    while at < len(doc):
        end = at
        while (
            end < len(doc)
            and end not in covered
            and (_is_proper(doc[end], scene) or (end > at and _hyphenates(doc[end], scene)))
        ):
            end += 1
        if end > at:
            span = _trimmed(doc[at:end])
            if span is not None and not _is_noise(span, scene) and _stands_as_name(span, scene):
                kind = "person" if span.text.lower() in scene.known else "unknown"
                yield Name(span.start, span.end, _full(_spelling(span), kind, scene.title), kind)
        at = max(end, at + 1)


def _is_proper(token: Token, scene: Scene) -> bool:
    return token.lower_ in scene.known or (
        token.pos_ == "PROPN" and token.text[:1].isupper() and token.ent_type_ not in VALUES
    )


def _hyphenates(token: Token, scene: Scene) -> bool:
    """Return whether a hyphen joins a name to the one before it: "Lena Vik-Holt"."""
    joins = token.text == "-" and not token.whitespace_ and not token.nbor(-1).whitespace_
    return joins and token.i + 1 < len(token.doc) and _is_proper(token.nbor(), scene)


def _stands_as_name(span: Span, scene: Scene) -> bool:
    if span.text.lower() in scene.known or not span[0].is_sent_start:
        return True
    return len(span) > 1 or (span.root.dep_ in ("nsubj", "nsubjpass", "poss") and span.text.lower() not in NOT_A_NAME)


# --- pronouns -------------------------------------------------------------------------------------------------------


def _resolve(doc: Doc, names: Mapping[int, Name], scene: Scene) -> dict[int, Referent]:
    found: dict[int, Referent] = {}
    said: list[Candidate] = list(scene.earlier)
    for token in doc:
        if token.pos_ == "PRON" or token.tag_ in ("PRP", "PRP$") or token.lower_ in _FIRST:
            referent = _referent(token, said, names, scene)
            if referent is not None:
                found[token.i] = referent
        candidate = _candidate(token, names, found, scene)
        if candidate is not None:
            said = [c for c in said if c.name != candidate.name] + [candidate]
    return found


def _referent(token: Token, said: Sequence[Candidate], names: Mapping[int, Name], scene: Scene) -> Referent | None:
    low = token.lower_
    if low in _FIRST or low in _FIRST_PLURAL:
        return Referent(scene.speaker, "person", 1, low in _FIRST_PLURAL) if scene.speaker else None
    if low in _SECOND:
        return Referent(scene.listener, "person", 2) if scene.listener else None
    gender = _THIRD.get(low)
    if scene.title and (gender is not None or low in _NEUTER):
        return _in_document(token, names, scene, gender)
    if gender is not None:
        match = next(
            (c for c in reversed(said) if not c.plural and c.kind == "person" and c.gender in (gender, None)), None
        )
        return Referent(match.name, match.kind, 3) if match else None
    if low in _PLURAL:
        match = next((c for c in reversed(said) if c.plural), None)
        return Referent(match.name, match.kind, 3, plural=True) if match else None
    return None


def _in_document(token: Token, names: Mapping[int, Name], scene: Scene, gender: str | None) -> Referent | None:
    """A document keeps its subject: a pronoun is a person who is subject before it in its sentence, else the title."""
    title = scene.title or ""
    if gender is None:
        return Referent(title, "unknown", 3) if token.dep_ in ("nsubj", "nsubjpass", "poss") else None
    for before in reversed(token.doc[token.sent.start : token.i]):
        name = names.get(before.i)
        subject = name is not None and name.kind == "person" and before.dep_ in ("nsubj", "nsubjpass")
        if name is not None and subject and gender_of(name.text) in (gender, None):
            return Referent(name.text, name.kind, 3)
    return Referent(title, "unknown", 3)


def _candidate(
    token: Token, names: Mapping[int, Name], found: Mapping[int, Referent], scene: Scene
) -> Candidate | None:
    name = names.get(token.i)
    if name is not None and token.i == name.end - 1:
        if name.text in (scene.speaker, scene.listener):
            return None
        gender = gender_of(name.text, token) if name.kind == "person" else "n"
        return Candidate(name.text, name.kind, "n" if gender is None and _stands_as_place(token) else gender)
    if name is None and token.lower_ in KIN and token.pos_ in ("NOUN", "PROPN"):
        owner = child(token, "poss")
        referent = found.get(owner.i) if owner is not None else None
        if referent is None:
            return None
        gender = "f" if token.lower_ in KIN_FEMALE else "m" if token.lower_ in KIN_MALE else None
        return Candidate(f"{referent.name}'s {token.lower_}", "person", gender, token.lower_ in KIN_PLURAL)
    return None


def _stands_as_place(token: Token) -> bool:
    """Return whether a name is where something is or goes on: one that taggers often take for a person's."""
    head = token.head
    if token.dep_ == "pobj":
        return head.lower_ in _PLACING
    return token.dep_ == "dobj" and head.lemma_ in _GOING


def gender_of(name: str, token: Token | None = None) -> str | None:
    """Return "m" or "f" where the first name, or the kinship word beside it, tells; else None."""
    first = name.split()[0].lower().strip(".")
    if token is not None:
        beside = {
            t.lower_
            for t in (*token.children, token.head)
            if t.dep_ in ("compound", "appos", "nmod") or token.dep_ in ("appos", "compound")
        }
        if beside & KIN_FEMALE:
            return "f"
        if beside & KIN_MALE:
            return "m"
    if first in FEMALE or first in ("mrs", "ms", "miss", "queen", "princess", "lady"):
        return "f"
    return "m" if first in MALE or first in ("mr", "sir", "king", "prince", "lord") else None


@lru_cache(maxsize=4_096)
def spotted(text: str, speaker: str | None = None) -> tuple[Candidate, ...]:
    """Return who an earlier, unparsed turn speaks of, oldest first: kin of the speaker and capitalised names.

    A cheap stand-in for a parse, so that what a pronoun means depends on the texts alone, never on what was cached.
    """
    found: list[tuple[int, Candidate]] = []
    taken: set[str] = set()
    for match in _KIN.finditer(text):
        kin, name = match.group(3), match.group(4)
        gender = "f" if kin in KIN_FEMALE else "m" if kin in KIN_MALE else None
        if name and name.lower() not in NOT_A_NAME:
            found.append((match.start(), Candidate(name, "person", gender)))
            taken.add(name)
        elif speaker:
            found.append((match.start(), Candidate(f"{speaker}'s {kin}", "person", gender, kin in KIN_PLURAL)))
    for match in _CAPITALISED.finditer(text):
        name = match.group()
        gender = gender_of(name)
        if name not in taken and name != speaker and gender is not None and name.lower() not in NOT_A_NAME:
            found.append((match.start(), Candidate(name, "person", gender)))
    return tuple(c for _, c in sorted(found, key=lambda f: f[0]))
