"""BM25 of turns, of turns with their neighbours' words, of sessions and of passages, over the index's postings.

Robertson and Zaragoza, 2009. k1 and b are those that were measured on chat (turns are short, so b is small) and on
passages (the usual ones).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.postings import Posting, Postings, idf
from graphmem.read.turns import Turns

__all__ = ["PASSAGE", "SESSION", "TURN", "Saturation", "context_bm25", "coverage", "own_bm25", "session_bm25"]


@dataclass(frozen=True, slots=True)
class Saturation:
    """BM25's constants: `k1` >= 0, how slowly repeats stop counting; `b` in [0, 1], how much length is held against."""

    k1: float
    b: float


TURN = Saturation(k1=1.2, b=0.3)
SESSION = Saturation(k1=1.5, b=0.75)
PASSAGE = Saturation(k1=1.5, b=0.75)


def _bm25(
    terms: Iterable[str], found_of: Callable[[str], Posting], *, lengths: Floats, n: int, by: Saturation
) -> Floats:
    """BM25 over m documents; a term's document frequency is the number of rows its posting has."""
    mean = max(1.0, float(lengths.sum(dtype=np.float64)) / max(1, n))
    norms = by.k1 * (1 - by.b + by.b * lengths / mean)
    scores: Floats = np.zeros(len(lengths), dtype=np.float32)
    for term in terms:
        found = found_of(term)
        if len(found.rows):
            weight = np.float32(idf(n, len(found.rows)) * (by.k1 + 1))
            scores[found.rows] += weight * found.tf / (found.tf + norms[found.rows])
    return scores


def own_bm25(turns: Turns, terms: Iterable[str]) -> Floats:
    """BM25 (k1 1.2, b .3) of a turn's text, caption, speaker's name and date: n float32, >= 0."""
    return _bm25(terms, turns.own_posting, lengths=turns.own_lengths(), n=turns.words.n_docs, by=TURN)


def context_bm25(turns: Turns, terms: Iterable[str]) -> Floats:
    """BM25 as `own_bm25`, over turns expanded by their neighbours' words: n float32, >= 0.

    A turn at distance d = 1..4 in the session gives each of its words' counts times .5 * .6^(d-1) * min(1, 12 / its
    terms); document frequencies and lengths are those of the expanded turns.
    """
    lengths = np.where(turns.rows.alive.view, turns.context_lengths.view, np.float32(0))
    return _bm25(terms, turns.context_posting, lengths=lengths, n=turns.words.n_docs, by=TURN)


def session_bm25(turns: Turns, terms: Iterable[str]) -> Floats:
    """BM25 (k1 1.5, b .75) of each turn's whole session, all roles: n float32, >= 0."""
    session, sessions = turns.rows.session.view, len(turns.rows.sessions)

    def found_of(term: str) -> Posting:
        found = turns.words.term(term)
        counts = np.bincount(session[found.rows], weights=found.tf, minlength=sessions).astype(np.float32)
        rows = np.flatnonzero(counts).astype(np.int32)
        return Posting(rows, counts[rows])

    lengths = np.bincount(session, weights=turns.words.lengths, minlength=sessions).astype(np.float32)
    scores = _bm25(terms, found_of, lengths=lengths, n=int(np.count_nonzero(lengths)), by=SESSION)
    return scores[session]


def coverage(postings: Postings, terms: Iterable[str]) -> Floats:
    """Share of the question's idf mass that a row holds: n float32 in [0, 1]; unknown words weigh like the rarest."""
    held: Floats = np.zeros(len(postings.lengths), dtype=np.float32)
    total = 0.0
    for term in terms:
        rows = postings.term(term).rows
        weight = idf(postings.n_docs, len(rows))
        held[rows] += weight
        total += weight
    return held / total if total > 0 else held
