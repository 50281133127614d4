"""Up to where a namespace had got at an instant: which interactions a memory knew then."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from graphmem.ports import Store
from graphmem.read.index import Index

__all__ = ["arrived_by"]


def arrived_by(store: Store, indexes: Sequence[Index], known_at: datetime) -> dict[str, int]:
    """Return, by namespace, the arrival of the last interaction that was admitted at or before an instant.

    Interactions are admitted in the order of `arrival`, so a bisection over it asks the store some twenty times.
    """
    return {index.namespace: _last(store, index, known_at) for index in indexes}


def _last(store: Store, index: Index, known_at: datetime) -> int:
    families = (index.turns.rows, index.passages.rows)
    arrivals = np.concatenate([rows.arrival.view for rows in families])
    ids = [id_ for rows in families for id_ in rows.ids]
    alive = np.flatnonzero(np.concatenate([rows.alive.view for rows in families]))
    order = alive[np.argsort(arrivals[alive], kind="stable")]
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        found = store.interactions(index.namespace, [ids[order[middle]]])
        created = found[0].created_at if found else None
        if created is not None and created > known_at:
            high = middle
        else:
            low = middle + 1
    return int(arrivals[order[low - 1]]) if low else -1
