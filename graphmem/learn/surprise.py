"""How surprising each turn is after those before it, by its vector and by its words. Pure.

Events begin where a prediction fails: people cut what they see there (Zacks and others, Psychological Bulletin 133,
2007), and EM-LLM (arXiv 2407.09450) cuts a text where a token's surprise exceeds mean + gamma deviations of those
before it. Here, without a language model, what predicts a turn is what was said last: its vector is compared with
theirs, and its words with a unigram model of theirs, smoothed by the whole session's (Dirichlet smoothing; Zhai and
Lafferty, ACM TOIS 22, 2004). A word's surprise is what it costs more under that model than under the session's, so that
a rare word is none by being rare.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graphmem.rows import Vectors

__all__ = ["excess", "of_vectors", "of_words"]

Values = npt.NDArray[np.float64]

#: Turns that predict the next one; words that the session's model counts for in theirs.
BEFORE, SMOOTHING = 6, 20.0
#: Turns whose surprise says what is usual; with fewer than `FEW`, the whole session's deviation does.
RECENT, FEW = 20, 4


def of_vectors(vectors: Vectors) -> Values:
    """Return n surprises in [0, 2]: 1 - cosine of a turn and the mean of the `BEFORE` before it; nan where unknown.

    Args:
        vectors: n x d float32, unit rows; a zero row predicts nothing and surprises nobody.
    """
    n = len(vectors)
    sums = np.vstack([np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0, dtype=np.float64)])
    places = np.arange(n)
    before = sums[places] - sums[np.maximum(places - BEFORE, 0)]
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(vectors, axis=1)
    found = np.full(n, np.nan)
    known = lengths > 1e-9
    found[known] = 1 - np.einsum("nd,nd->n", before[known], vectors[known]) / lengths[known]
    return found


def of_words(said: Sequence[Sequence[str]]) -> Values:
    """Return n surprises in nats a word, by its words against those of the `BEFORE` turns before; nan where unknown.

    Args:
        said: n lists of words, as `keywords.words_of` finds them.
    """
    session = Counter(word for words in said for word in set(words))
    total = sum(session.values())
    last: Counter[str] = Counter()
    length = 0
    found = np.full(len(said), np.nan)
    for n, words in enumerate(said):
        if n and words:
            costs = [_cost(session[w] / total, last[w], length) for w in set(words)]
            found[n] = sum(costs) / len(costs)
        last.update(words)
        length += len(words)
        if n >= BEFORE:
            last.subtract(said[n - BEFORE])
            length -= len(said[n - BEFORE])
    return found


def _cost(share: float, count: int, length: int) -> float:
    """Return ln p(word | session) - ln p(word | what was said last), the latter smoothed by the former."""
    return math.log(share * (length + SMOOTHING) / (count + SMOOTHING * share))


def excess(values: Values) -> Values:
    """Return n by how many deviations each value exceeds the mean of the `RECENT` before it, never below 0.

    Args:
        values: n, nan where unknown: such a one is taken for an average one.
    """
    found = np.zeros(len(values))
    known = ~np.isnan(values)
    if not known.any():
        return found
    filled = np.where(known, values, values[known].mean())
    whole = float(filled[1:].std()) if len(filled) > 1 else 0.0
    for n in range(2, len(filled)):
        recent = filled[max(1, n - RECENT) : n]
        deviation = float(recent.std()) if len(recent) >= FEW else whole
        found[n] = max(0.0, float(filled[n] - recent.mean()) / deviation) if deviation > 1e-9 else 0.0
    return found
