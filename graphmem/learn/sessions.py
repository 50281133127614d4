"""A session digested: its segments by topic with keywords and a summary each, and a summary of the whole. Pure.

Summaries are extracts: every sentence is somebody's, and its interaction is named. They index and orient; what a reader
gets are the interactions (LongMemEval, arXiv 2410.10813: summaries as content lose answers).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import numpy as np

from graphmem.identity import derive_id
from graphmem.learn.keywords import Vocabulary
from graphmem.learn.rows import caption
from graphmem.learn.segments import Span, segments
from graphmem.learn.summaries import Sentence, chosen
from graphmem.model import Interaction
from graphmem.rows import Link, Node, Vectors
from graphmem.text.sentences import sentences

__all__ = ["Digest", "digest"]

#: Words of a summary: of a segment, of a session.
SEGMENT_WORDS, SESSION_WORDS = 60, 120
#: Sentences of one turn that may stand in a summary: the first ones say what it is about.
PER_TURN = 2
KEYWORDS = 5


@dataclass(frozen=True, slots=True)
class Digest:
    """The nodes and links that a session comes down to."""

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()


def digest(session: str, turns: Sequence[Interaction], vectors: Vectors, *, origin: str) -> Digest:
    """Digest a session.

    Args:
        session: its name.
        turns: its interactions, in order; may be empty.
        vectors: n x d float32, unit rows, zeros for turns without a vector.
        origin: the namespace's, which ids derive from.
    """
    if not turns:
        return Digest()
    spans = segments(vectors, [t.at for t in turns])
    words = Vocabulary(" ".join(t.text for t in turns[s.start : s.end]) for s in spans)
    whole = derive_id(origin, "Segment", "session", session)
    nodes: list[Node] = []
    links: list[Link] = []
    told: list[tuple[Sentence, int]] = []
    for span in spans:
        picked = _picked(turns, vectors, span, words=SEGMENT_WORDS)
        told += picked
        id_ = derive_id(origin, "Segment", session, turns[span.start].id)
        nodes.append(_segment(id_, session, span, turns, vectors, picked, words))
        links.append(Link(type="PART_OF", source=id_, target=whole))
        links += _sources(id_, picked)
    best = _best(told, vectors, words=SESSION_WORDS)
    nodes.append(_session(whole, session, turns, vectors, best, words, count=len(spans)))
    return Digest(tuple(nodes), (*links, *_sources(whole, best)))


def _picked(turns: Sequence[Interaction], vectors: Vectors, span: Span, *, words: int) -> list[tuple[Sentence, int]]:
    found = [
        (Sentence(text, turns[place].id), place)
        for place in range(span.start, span.end)
        for text in islice(sentences(turns[place].text), PER_TURN)
        if len(text.split()) > 2
    ]
    return _best(found, vectors, words=words)


def _best(found: Sequence[tuple[Sentence, int]], vectors: Vectors, *, words: int) -> list[tuple[Sentence, int]]:
    if not found:
        return []
    places = {(s.interaction, s.text): place for s, place in found}
    picked = chosen([s for s, _ in found], vectors[[place for _, place in found]], words=words)
    return [(s, places[s.interaction, s.text]) for s in picked]


def _segment(
    id_: str,
    session: str,
    span: Span,
    turns: Sequence[Interaction],
    vectors: Vectors,
    picked: Sequence[tuple[Sentence, int]],
    words: Vocabulary,
) -> Node:
    members = turns[span.start : span.end]
    keywords = words.keywords([t.text for t in members], top_k=KEYWORDS)
    return Node(
        id=id_,
        label="Segment",
        name=caption(", ".join(keywords) or session),
        text=" ".join(s.text for s, _ in picked),
        attributes={
            "level": "segment",
            "session": session,
            "keywords": list(keywords),
            "first": members[0].id,
            "last": members[-1].id,
            "turns": len(members),
            "begins": span.why,
        },
        at=_earliest(members),
        vector=_middle(vectors[span.start : span.end]),
    )


def _session(
    id_: str,
    session: str,
    turns: Sequence[Interaction],
    vectors: Vectors,
    best: Sequence[tuple[Sentence, int]],
    words: Vocabulary,
    *,
    count: int,
) -> Node:
    keywords = words.keywords([t.text for t in turns], top_k=KEYWORDS)
    return Node(
        id=id_,
        label="Segment",
        name=caption(f"{session}: {', '.join(keywords)}"),
        text=" ".join(s.text for s, _ in best),
        attributes={
            "level": "session",
            "session": session,
            "keywords": list(keywords),
            "first": turns[0].id,
            "last": turns[-1].id,
            "turns": len(turns),
            "segments": count,
        },
        at=_earliest(turns),
        vector=_middle(vectors),
    )


def _sources(id_: str, picked: Sequence[tuple[Sentence, int]]) -> list[Link]:
    return [Link(type="DERIVED_FROM", source=id_, target=i) for i in dict.fromkeys(s.interaction for s, _ in picked)]


def _earliest(turns: Sequence[Interaction]) -> datetime | None:
    return min((t.at for t in turns if t.at is not None), default=None)


def _middle(vectors: Vectors) -> Vectors | None:
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return None if length == 0 else (mean / length).astype(np.float32)
