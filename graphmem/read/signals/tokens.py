"""Signals from single tokens: MaxSim over contextual token vectors, of the candidates that lead.

ColBERT's late interaction (Khattab & Zaharia, SIGIR 2020, arXiv:2004.12832): every token of the question looks for the
token that is nearest to it in a turn, and the turn is worth the mean of what they find. Tokens weigh by how rare their
word is among the turns. Absent where no tokens are looked up, and for candidates that do not lead.
"""

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.matches import Matches
from graphmem.read.rows import NONE
from graphmem.read.scene import TurnPool
from graphmem.read.vectors import ABSENT

__all__ = ["token_context", "token_match"]

#: A neighbour's match counts as the turn's own at this share: one before, one after, two before, two after.
_NEAR = (0.8, 0.8, 0.7, 0.7)
#: Matches are compared with neighbours' by cosine to this power, so that a near miss next door counts for little.
_POWER = 3


def token_match(pool: TurnPool) -> Floats:
    """Mean of the best cosines of the question's tokens with one of the turn's, weighted by idf, in [-1, 1]."""
    found = pool.matches
    return _spread(pool, found, None if found is None else found.cosines @ found.weights)


def token_context(pool: TurnPool) -> Floats:
    """The same of cubed cosines, at least 0, where a neighbour's counts, too: .8 next to it, .7 two away; in [0, 1].

    A turn often answers what the turn before it asked; neighbours that do not lead count nothing.
    """
    found = pool.matches
    if found is None:
        return _spread(pool, None, None)
    own = np.nan_to_num(np.maximum(found.cosines, np.float32(0))) ** _POWER
    padded = np.concatenate([own, np.zeros((1, own.shape[1]), dtype=np.float32)])
    places = np.full(len(pool) + 1, NONE, dtype=np.int32)
    places[found.chosen] = np.arange(len(found.chosen))
    best = own
    for column, share in enumerate(_NEAR):
        best = np.maximum(best, np.float32(share) * padded[places[pool.beside(column)[found.chosen]]])
    return _spread(pool, found, best @ found.weights)


def _spread(pool: TurnPool, found: Matches | None, values: Floats | None) -> Floats:
    """Return values of the chosen over the pool, absent where nobody was chosen or has no tokens."""
    told: Floats = np.full(len(pool), ABSENT, dtype=np.float32)
    if found is not None and values is not None:
        told[found.chosen] = np.where(np.isnan(found.cosines).any(axis=1), ABSENT, values)
    return told
