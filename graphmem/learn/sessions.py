"""A session digested: its segments by topic with keywords and a summary each, and a summary of the whole. Pure.

Summaries are extracts: every sentence is somebody's, and its interaction is named. They index and orient; what a reader
gets are the interactions (LongMemEval, arXiv 2410.10813: summaries as content lose answers).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

import numpy as np

from graphmem.chat import Material
from graphmem.identity import derive_id
from graphmem.learn.drafts import Draft, Plan, drafted
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.rows import caption
from graphmem.learn.segments import segments
from graphmem.learn.summaries import Sentence, chosen, joined
from graphmem.model import Interaction
from graphmem.rows import Attribute, Link, Node, Vectors
from graphmem.text.sentences import sentences

__all__ = ["candidates", "digest", "middle"]

#: Words of a summary: of a segment, of a session.
SEGMENT_WORDS, SESSION_WORDS = 60, 120
#: Sentences of one turn that may stand in a summary: the first ones say what it is about.
PER_TURN = 2
KEYWORDS = 5


@dataclass(frozen=True, slots=True)
class _Talk:
    """A session being digested: its name, n turns, their vectors and words, and what makes a word telling here."""

    name: str
    turns: Sequence[Interaction]
    vectors: Vectors
    said: Sequence[Sequence[str]]
    words: Vocabulary


def digest(session: str, turns: Sequence[Interaction], vectors: Vectors, *, origin: str) -> Plan:
    """Return what a session comes down to: a draft of each segment and one of the whole, last.

    Args:
        session: its name.
        turns: its interactions, in order; may be empty.
        vectors: n x d float32, unit rows, zeros for turns without a vector.
        origin: the namespace's, which ids derive from.
    """
    if not turns:
        return Plan()
    said = [words_of(t.text) for t in turns]
    spans = segments(vectors, [t.at for t in turns], said=said)
    words = Vocabulary(chain.from_iterable(said[s.start : s.end]) for s in spans)
    talk = _Talk(session, turns, vectors, said, words)
    whole = derive_id(origin, "Segment", "session", session)
    drafts: list[Draft] = []
    told: list[tuple[Sentence, int]] = []
    for span in spans:
        part = range(span.start, span.end)
        picked = _best(candidates(turns, part), vectors, words=SEGMENT_WORDS)
        told += picked
        id_ = derive_id(origin, "Segment", session, turns[span.start].id)
        drafts.append(_draft(talk, id_, part, picked, level="segment", marks={"begins": span.why}))
    best = _best(told, vectors, words=SESSION_WORDS)
    drafts.append(_draft(talk, whole, range(len(turns)), best, level="session", marks={"segments": len(spans)}))
    links = [Link(type="PART_OF", source=d.node.id, target=whole) for d in drafts[:-1]]
    return Plan(drafts=drafts, links=links, interactions=len(turns))


def candidates(turns: Sequence[Interaction], places: Iterable[int]) -> list[tuple[Sentence, int]]:
    """Return the sentences of some turns that may stand in a summary, each with its turn's place."""
    return [
        (Sentence(text, turns[place].id), place)
        for place in places
        for text in islice(sentences(turns[place].text), PER_TURN)
        if len(text.split()) > 2
    ]


def _best(found: Sequence[tuple[Sentence, int]], vectors: Vectors, *, words: int) -> list[tuple[Sentence, int]]:
    if not found:
        return []
    places = {(s.interaction, s.text): place for s, place in found}
    picked = chosen([s for s, _ in found], vectors[[place for _, place in found]], words=words)
    return [(s, places[s.interaction, s.text]) for s in picked]


def _draft(
    talk: _Talk,
    id_: str,
    part: range,
    picked: Sequence[tuple[Sentence, int]],
    *,
    level: Literal["segment", "session"],
    marks: Mapping[str, Attribute],
) -> Draft:
    """Return the draft of a segment or of the whole session; `marks` are attributes that only its level has."""
    members = talk.turns[part.start : part.stop]
    shown = dict.fromkeys(place for _, place in picked)  # forgetting one of these takes the node along
    keywords = talk.words.keywords((w for place in shown for w in talk.said[place]), top_k=KEYWORDS)
    listed = ", ".join(keywords)
    node = Node(
        id=id_,
        label="Segment",
        name=caption(f"{talk.name}: {listed}" if level == "session" else listed or talk.name),
        text=joined(s for s, _ in picked),
        attributes={
            "level": level,
            **marks,
            "session": talk.name,
            "keywords": list(keywords),
            "first": members[0].id,
            "last": members[-1].id,
            "turns": len(members),
        },
        at=min((t.at for t in members if t.at is not None), default=None),
        vector=middle(talk.vectors[part.start : part.stop]),
    )
    material = Material(
        about=level,
        texts=tuple(f"{t.speaker}: {t.text}" if t.speaker else t.text for t in members),
        words=SEGMENT_WORDS if level == "segment" else SESSION_WORDS,
    )
    return drafted(node, picked=[s.interaction for s, _ in picked], material=material, sources=[t.id for t in members])


def middle(vectors: Vectors) -> Vectors | None:
    """Return the direction of the mean of n x d rows as a unit vector, None where they cancel or there are none."""
    if not len(vectors):
        return None
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return None if length == 0 else (mean / length).astype(np.float32)
