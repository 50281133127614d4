"""What the table of mentions tells of names: how surely an alias means a title, who mentions a question's names."""

import numpy as np

from graphmem.read.columns import Floats, Ints
from graphmem.read.incidence import OWN, Incidence

__all__ = ["alias_weights", "shared_names"]


def alias_weights(table: Incidence) -> dict[int, float]:
    """Return the largest weight each alias has as a title."""
    own = np.flatnonzero(table.marks & OWN)
    own = own[np.argsort(table.weight[own], kind="stable")]
    return dict(zip(table.entity[own].tolist(), table.weight[own].tolist(), strict=True))


def shared_names(table: Incidence, passages: Ints, entities: Ints, *, count: int) -> Floats:
    """Return the share of some entities, weighed by rarity ln(1 + N / df), that each passage mentions, m float32.

    Args:
        table: mentions.
        passages: m int32.
        entities: whose; none are shared by nobody.
        count: N, number of passages.
    """
    held: Floats = np.zeros(int(passages.max(initial=-1)) + 1, dtype=np.float32)
    total = 0.0
    for entity in entities.tolist():
        if table.df[entity] > 0:
            weight = float(np.log1p(count / table.df[entity]))
            mentioning = table.passage[table.of_entity(entity)]
            held[mentioning[mentioning < len(held)]] += np.float32(weight)
            total += weight
    return held[passages] / np.float32(total or 1.0)
