"""Signals from vectors: cosines of a turn, of it with its neighbours, of what its speaker says of themselves."""

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.scene import PassagePool, TurnPool
from graphmem.read.vectors import ABSENT

__all__ = ["dense", "dense_context", "dense_first_person", "passage_dense"]


def dense(pool: TurnPool) -> Floats:
    """Cosine of the question with the turn; a turn without a vector takes .9 of its better next neighbour's."""
    return pool.told(lambda scene, rows: scene.dense_of(rows))


def dense_context(pool: TurnPool) -> Floats:
    """Cosine of the question with the turn's vector smoothed by its neighbours' (.1 .2 .05 .1 at distance 1 to 4)."""
    return pool.told(lambda scene, rows: scene.dense_context_of(rows))


def dense_first_person(pool: TurnPool) -> Floats:
    """Best cosine with a declarative first-person sentence of the turn.

    Turns without one take their own cosine or the lowest of the others, whichever is lower.
    """
    found = np.concatenate([part.scene.sentence(part.rows) for part in pool.parts])
    known = found[found != ABSENT]
    if not len(known):
        return found
    floor = np.minimum(dense(pool), known.min())
    return np.where(found == ABSENT, floor, found)


def passage_dense(pool: PassagePool) -> Floats:
    """Cosine of the question with the passage."""
    return pool.gather(lambda scene: scene.dense)
