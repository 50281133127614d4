"""Signals from the rest of the session: what stands two turns away, and how good the session's best turns are.

They read the pool's leading score, which has to be known; without one they are 0. Figures: docs/ranking.md.
"""

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.scene import TurnPool

__all__ = ["near_own", "session_best", "session_mean"]

#: How many of a session's best turns its mean is over.
MEAN_OF = 5


def near_own(pool: TurnPool) -> Floats:
    """BM25 + cosine (each in [0, 1]) of the turns two before and two after: mostly the same speaker's."""
    padded = np.append(pool.own, np.float32(0))
    before, after = pool.around
    return (padded[before] + padded[after]).astype(np.float32)


def session_best(pool: TurnPool) -> Floats:
    """The best leading score of a candidate in the turn's session."""
    return _means(pool, of=1)


def session_mean(pool: TurnPool) -> Floats:
    """The mean of the five best leading scores of candidates in the turn's session (of all, where there are fewer)."""
    return _means(pool, of=MEAN_OF)


def _means(pool: TurnPool, *, of: int) -> Floats:
    if pool.lead is None:
        return np.zeros(len(pool), dtype=np.float32)
    _, session = np.unique(pool.sessions, return_inverse=True)
    order = np.lexsort((-pool.lead, session))
    ordered = session[order]
    starts = np.searchsorted(ordered, np.arange(int(ordered.max(initial=-1)) + 1))
    counted = np.arange(len(ordered)) - starts[ordered] < of
    sums = np.bincount(ordered[counted], weights=pool.lead[order][counted])
    means = sums / np.bincount(ordered[counted])
    return means[session].astype(np.float32)
