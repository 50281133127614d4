"""Where a session changes its topic: valleys of similarity, turns that surprise, and gaps in time. Pure.

TextTiling's depth score (Hearst, Computational Linguistics 1997) on sentence vectors instead of word counts: SeCom
(arXiv 2502.05589) found that segments make better memory units than turns or sessions, and that a small segmenter loses
little against a large model. What `learn.surprise` measures is added to the depths, in deviations: it halves the errors
on chats whose topics are apart (docs/learning.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from graphmem.learn.surprise import excess, of_vectors, of_words
from graphmem.rows import Vectors

__all__ = ["Span", "Weights", "boundaries", "segments"]

#: Turns on either side that are compared.
WINDOW = 3
#: A pause longer than this begins a new segment whatever is said.
GAP = timedelta(minutes=30)
#: A segment is at least so many turns, but for what a pause cuts off.
SHORTEST = 3
#: A boundary must score more than mean + this many standard deviations of all scores.
DEEP = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a boundary's score counts, each in deviations: the valley's depth, surprise by vectors, and by words."""

    depth: float = 1.0
    vectors: float = 1.0
    words: float = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """A segment: turns `start` to `end` (exclusive) of a session, and why it begins (`start`, `gap`, `topic`)."""

    start: int
    end: int
    why: str


def segments(
    vectors: Vectors, instants: Sequence[datetime | None], *, said: Sequence[Sequence[str]] = ()
) -> tuple[Span, ...]:
    """Cut a session into segments; every turn is in exactly one.

    Args:
        vectors: n x d float32, unit rows (zero rows for turns that have none), in the order of the session.
        instants: n, when each was said.
        said: n lists of words (`keywords.words_of`); none leave surprise to the vectors.
    """
    if not len(vectors):
        return ()
    cuts = dict.fromkeys(boundaries(vectors, said=said), "topic") | dict.fromkeys(_pauses(instants), "gap")
    starts = [0, *sorted(cuts)]
    ends = [*starts[1:], len(vectors)]
    return tuple(Span(a, b, cuts.get(a, "start")) for a, b in zip(starts, ends, strict=True))


def boundaries(
    vectors: Vectors, *, said: Sequence[Sequence[str]] = (), weights: Weights | None = None
) -> tuple[int, ...]:
    """Return the turns that begin a new topic: what scores highest, `SHORTEST` turns apart.

    Args:
        vectors: as of `segments`.
        said: as of `segments`.
        weights: of what makes the score; None is the defaults.
    """
    n = len(vectors)
    if n < 2 * SHORTEST:
        return ()
    scores = _scores(vectors, said, weights or Weights())
    limit = float(scores.mean() + DEEP * scores.std())
    chosen: list[int] = []
    for place in np.argsort(-scores, kind="stable"):
        cut = int(place) + 1
        if scores[place] <= max(limit, 1e-6):
            break
        if SHORTEST <= cut <= n - SHORTEST and all(abs(cut - other) >= SHORTEST for other in chosen):
            chosen.append(cut)
    return tuple(sorted(chosen))


def _scores(vectors: Vectors, said: Sequence[Sequence[str]], weights: Weights) -> npt.NDArray[np.float64]:
    """Return n - 1 scores of a boundary before each turn but the first."""
    depths = _depths(_across(vectors))
    spread = float(depths.std())
    scores = weights.depth * depths / (spread if spread > 1e-9 else 1.0)
    if weights.vectors:
        scores = scores + weights.vectors * excess(of_vectors(vectors))[1:]
    if weights.words and said:
        scores = scores + weights.words * excess(of_words(said))[1:]
    return scores


def _pauses(instants: Sequence[datetime | None]) -> list[int]:
    return [n for n in range(1, len(instants)) if (a := instants[n - 1]) and (b := instants[n]) and b - a > GAP]


def _across(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Return n - 1 cosines: the mean of up to `WINDOW` turns before each gap with that of as many after it."""
    sums = np.vstack([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    gaps = np.arange(1, len(vectors))
    left = sums[gaps] - sums[np.maximum(gaps - WINDOW, 0)]
    right = sums[np.minimum(gaps + WINDOW, len(vectors))] - sums[gaps]
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    products = np.einsum("nd,nd->n", left, right)
    cosines: npt.NDArray[np.float64] = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return cosines


def _depths(similar: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how deep each valley is: the rise to the nearest peak on the left plus that on the right."""
    return _rise(similar) + _rise(similar[::-1])[::-1]


def _rise(similar: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how far one climbs going left from each place without going down."""
    peaks = similar.copy()
    for n in range(1, len(similar)):
        peaks[n] = peaks[n - 1] if similar[n - 1] >= similar[n] else similar[n]
    return peaks - similar
