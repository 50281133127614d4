"""The baselines: BM25, cosine, and their linear mix. Independent of the library's ranking, on the same candidates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

__all__ = ["Bm25", "linear", "min_max", "order"]

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bm25:
    """BM25 weights of n documents over v terms (Robertson and Zaragoza 2009), ready to be summed.

    weight(t, d) = ln(1 + (N - df + .5) / (df + .5)) * tf (k1 + 1) / (tf + k1 (1 - b + b len / mean len));
    a word that the question repeats counts once.
    """

    weights: sp.csc_array
    vocabulary: dict[str, int]

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]], *, k1: float = 1.5, b: float = 0.75) -> "Bm25":
        """Index the documents' words."""
        vocabulary: dict[str, int] = {}
        columns = [vocabulary.setdefault(word, len(vocabulary)) for words in documents for word in words]
        lengths = np.array([len(words) for words in documents], dtype=np.float64)
        rows = np.repeat(np.arange(len(documents)), lengths.astype(np.int64))
        shape = (len(documents), len(vocabulary))
        tf = sp.coo_array((np.ones(len(columns)), (rows, np.array(columns, dtype=np.int64))), shape=shape).tocsc()
        df = np.diff(tf.indptr)
        idf = np.log1p((len(documents) - df + 0.5) / (df + 0.5))
        length = lengths[tf.indices] / max(lengths.mean() if len(lengths) else 1.0, 1e-9)
        tf.data = np.repeat(idf, df) * tf.data * (k1 + 1) / (tf.data + k1 * (1 - b + b * length))
        return cls(tf, vocabulary)

    def scores(self, words: Sequence[str]) -> Scores:
        """Return the score of every document, in their order; 0 for those that share no word."""
        columns = sorted({self.vocabulary[word] for word in words if word in self.vocabulary})
        if not columns:
            return np.zeros(self.weights.shape[0])
        return np.asarray(self.weights[:, columns].sum(axis=1), dtype=np.float64).ravel()


def min_max(scores: Scores) -> Scores:
    """Return scores shifted and scaled to 0..1; all 0 where they are all equal."""
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)


def linear(words: Scores, cosines: Scores, *, share: float = 0.5) -> Scores:
    """Return `share` of the min-max of one and the rest of the other: the usual hybrid of words and vectors."""
    return share * min_max(words) + (1 - share) * min_max(cosines)


def order(scores: Scores, *, top_k: int) -> list[int]:
    """Return the positions of the `top_k` best, best first, ties by position."""
    return list(map(int, np.argsort(-scores, kind="stable")[:top_k]))
