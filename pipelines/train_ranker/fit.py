"""Logistic regression over candidates: which weights tell gold from the rest of a question's pool."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from graphmem.read.rank import Normalise, normalised
from pipelines.train_ranker.pools import TrainingPool

__all__ = ["Column", "Fitted", "Sample", "fitted", "sample"]

Matrix = npt.NDArray[np.float64]
#: What is hardly shrunk (the intercepts of the sets, the multiple of a rule) has columns this much higher.
_FREE = 10.0


@dataclass(frozen=True, slots=True)
class Column:
    """A term without its weight: a signal and how it enters."""

    signal: str
    normalise: Normalise = "none"


@dataclass(frozen=True, slots=True)
class Sample:
    """The pools of one set, ready to be fitted: `share` is its weight against the other sets."""

    pools: Sequence[TrainingPool]
    features: Sequence[Matrix]
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by column, and what is added: the mean of the sets' intercepts."""

    weights: Matrix
    constant: float


def sample(pools: Sequence[TrainingPool], columns: Sequence[Column], *, share: float = 1.0) -> Sample:
    """Return the pools with their features: one row per candidate, one column per term, as `recall` computes them."""
    return Sample(pools, [features_of(pool, columns) for pool in pools], share)


def features_of(pool: TrainingPool, columns: Sequence[Column]) -> Matrix:
    """Return m x c features of a pool's candidates."""
    return np.stack([normalised(pool.signals[c.signal], c.normalise) for c in columns], axis=1).astype(np.float64)


def fitted(samples: Sequence[Sample], *, strength: float, toward: Matrix | None = None) -> Fitted:
    """Return the weights of a pointwise logistic regression over the shortlisted candidates.

    Features are standardised; every set has the same total weight times its share, and an intercept of its own, so
    that a set with more gold per candidate does not bend the weights.

    Args:
        samples: a set each.
        strength: inverse of the L2 penalty (scikit-learn's C), on standardised features.
        toward: weights of a rule by column that those found are shrunk to a multiple of, rather than to 0: for sets
            that lack what some signals speak of.
    """
    rows = np.concatenate([f[p.listed] for s in samples for p, f in zip(s.pools, s.features, strict=True)])
    gold = np.concatenate([p.gold[p.listed] for s in samples for p in s.pools])
    sizes = [int(sum(p.listed.sum() for p in s.pools)) for s in samples]
    of_set = np.repeat(np.arange(len(samples)), sizes)
    shares = np.array([s.share for s in samples]) * len(rows) / np.array(sizes) / len(samples)
    center, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    rule = np.zeros(len(scale)) if toward is None else toward
    free = _FREE * np.column_stack([(rows - center) @ rule, of_set[:, np.newaxis] == np.arange(len(samples))])
    model = LogisticRegression(C=strength, max_iter=5_000, tol=1e-7, fit_intercept=False)
    model.fit(np.hstack([(rows - center) / scale, free]), gold, sample_weight=shares[of_set])
    own, unshrunk = model.coef_[0, : len(scale)], _FREE * model.coef_[0, len(scale) :]
    weights = own / scale + unshrunk[0] * rule
    return Fitted(weights, float(unshrunk[1:].mean()) - float(weights @ center))
