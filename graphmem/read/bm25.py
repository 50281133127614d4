"""BM25 of turns, of turns with their neighbours' words, of sessions and of passages, over the index's postings.

Robertson and Zaragoza, 2009. k1 and b are those that were measured on chat (turns are short, so b is small) and on
passages (the usual ones).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.postings import Posting, Postings, idf
from graphmem.read.turns import Turns

__all__ = [
    "PASSAGE",
    "SESSION",
    "TURN",
    "Saturation",
    "context_bm25",
    "coverage",
    "own_bm25",
    "passage_bm25",
    "session_bm25",
]


@dataclass(frozen=True, slots=True)
class Saturation:
    """BM25's constants: `k1` >= 0, how slowly repeats stop counting; `b` in [0, 1], how much length is held against."""

    k1: float
    b: float


TURN = Saturation(k1=1.2, b=0.3)
SESSION = Saturation(k1=1.5, b=0.75)
PASSAGE = Saturation(k1=1.5, b=0.75)


@dataclass(frozen=True, slots=True)
class _Documents:
    """The documents of one namespace: where a term stands, how long each is, how many there are."""

    find: Callable[[str], Posting]
    lengths: Floats
    count: int


def _bm25(terms: Iterable[str], parts: Sequence[_Documents], *, by: Saturation) -> list[Floats]:
    """BM25 over the documents of several namespaces as if they were one collection, so that scores compare."""
    n = sum(part.count for part in parts)
    mean = max(1.0, sum(float(part.lengths.sum(dtype=np.float64)) for part in parts) / max(1, n))
    scores: list[Floats] = [np.zeros(len(part.lengths), dtype=np.float32) for part in parts]
    for term in terms:
        found = [part.find(term) for part in parts]
        weight = np.float32(idf(n, sum(len(f.rows) for f in found)) * (by.k1 + 1))
        for score, part, f in zip(scores, parts, found, strict=True):
            norms = by.k1 * (1 - by.b + by.b * part.lengths[f.rows] / mean)
            score[f.rows] += weight * f.tf / (f.tf + norms)
    return scores


def own_bm25(families: Sequence[Turns], terms: Iterable[str]) -> list[Floats]:
    """BM25 (k1 1.2, b .3) of a turn's text, caption, speaker's name and date: n float32 >= 0 per namespace."""
    parts = [_Documents(t.own_posting, t.own_lengths(), t.words.n_docs) for t in families]
    return _bm25(terms, parts, by=TURN)


def context_bm25(families: Sequence[Turns], terms: Iterable[str]) -> list[Floats]:
    """BM25 as `own_bm25`, over turns expanded by their neighbours' words: n float32 >= 0 per namespace.

    A turn at distance d = 1..4 in the session gives each of its words' counts times .5 * .6^(d-1) * min(1, 12 / its
    terms); document frequencies and lengths are those of the expanded turns.
    """
    return _bm25(terms, [_expanded(turns) for turns in families], by=TURN)


def _expanded(turns: Turns) -> _Documents:
    lengths = np.where(turns.rows.alive.view, turns.context_lengths.view, np.float32(0))
    return _Documents(turns.context_posting, lengths, turns.words.n_docs)


def session_bm25(families: Sequence[Turns], terms: Iterable[str]) -> list[Floats]:
    """BM25 (k1 1.5, b .75) of each turn's whole session, all roles: n float32 >= 0 per namespace."""
    scores = _bm25(terms, [_sessions(turns) for turns in families], by=SESSION)
    return [score[turns.rows.session.view] for score, turns in zip(scores, families, strict=True)]


def _sessions(turns: Turns) -> _Documents:
    session, sessions = turns.rows.session.view, len(turns.rows.sessions)

    def find(term: str) -> Posting:
        found = turns.words.term(term)
        counts = np.bincount(session[found.rows], weights=found.tf, minlength=sessions).astype(np.float32)
        rows = np.flatnonzero(counts).astype(np.int32)
        return Posting(rows, counts[rows])

    lengths = np.bincount(session, weights=turns.words.lengths, minlength=sessions).astype(np.float32)
    return _Documents(find, lengths, int(np.count_nonzero(lengths)))


def passage_bm25(libraries: Sequence[Postings], terms: Iterable[str]) -> list[Floats]:
    """BM25 (k1 1.5, b .75) of a passage's title, text and caption: n float32 >= 0 per namespace."""
    return _bm25(terms, [_Documents(p.term, p.lengths, p.n_docs) for p in libraries], by=PASSAGE)


def coverage(collections: Sequence[Postings], terms: Iterable[str]) -> list[Floats]:
    """Share of the question's idf mass that a row holds: n float32 in [0, 1] per namespace.

    Words that nobody has weigh like the rarest there could be.
    """
    held: list[Floats] = [np.zeros(len(p.lengths), dtype=np.float32) for p in collections]
    n, total = sum(p.n_docs for p in collections), 0.0
    for term in terms:
        rows = [postings.term(term).rows for postings in collections]
        weight = idf(n, sum(map(len, rows)))
        total += weight
        for share, found in zip(held, rows, strict=True):
            share[found] += weight
    return [share / np.float32(total) for share in held] if total > 0 else held
