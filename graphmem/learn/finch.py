"""FINCH: clusters from first neighbours, without a number of clusters to choose (Sarfraz et al., CVPR 2019). Pure."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphmem.rows import Vectors

__all__ = ["finch"]

#: Rows compared at once: n x d by n x this much memory.
_BLOCK = 2_048


def finch(vectors: Vectors, *, least_cosine: float = -1.0) -> npt.NDArray[np.int64]:
    """Return a cluster number per row, numbered by first appearance: FINCH's first level.

    Rows i and j are in one cluster when j is i's nearest neighbour, or both have the same one; clusters are that
    relation's connected components.

    Args:
        vectors: n x d float32, rows of unit length; n may be 0.
        least_cosine: a nearest neighbour further away than this is none: rows without one stay alone.
    """
    return _in_order(_joined(vectors, least_cosine))


def _joined(vectors: Vectors, least: float) -> npt.NDArray[np.int64]:
    n = len(vectors)
    if n < 2:
        return np.zeros(n, dtype=np.int64)
    nearest, cosines = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.float32)
    for start in range(0, n, _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors.T
        own = np.arange(len(block))
        block[own, own + start] = -np.inf
        nearest[start : start + len(block)] = block.argmax(axis=1)
        cosines[start : start + len(block)] = block.max(axis=1)
    near = cosines >= least
    rows = np.flatnonzero(near)
    graph = coo_array((np.ones(len(rows)), (rows, nearest[near])), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _in_order(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[inverse]
