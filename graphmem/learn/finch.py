"""FINCH: clusters from first neighbours, without a number of clusters to choose (Sarfraz et al., CVPR 2019). Pure."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graphmem.rows import Vectors

__all__ = ["finch"]

#: Rows compared at once: n x d by n x this much memory.
_BLOCK = 2_048


def finch(vectors: Vectors, *, least_cosine: float = -1.0, levels: int = 1) -> npt.NDArray[np.int64]:
    """Return a cluster number per row, numbered by first appearance.

    Rows i and j are in one cluster when j is i's nearest neighbour, or both have the same one; that relation's
    connected components are the first level, and the same on the clusters' means gives the next.

    Args:
        vectors: n x d float32, rows of unit length; n may be 0.
        least_cosine: a nearest neighbour further away than this is none: rows without one stay alone.
        levels: how often clusters are joined, >= 1; stops early where nothing joins.
    """
    labels = np.arange(len(vectors), dtype=np.int64)
    means = vectors
    for _ in range(levels):
        joined = _joined(means, least_cosine)
        if len(np.unique(joined)) == len(means):
            break
        labels = joined[labels]
        means = _means(vectors, labels)
    return _in_order(labels)


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


def _means(vectors: Vectors, labels: npt.NDArray[np.int64]) -> Vectors:
    sums = np.zeros((labels.max() + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    means: Vectors = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    return means


def _in_order(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[inverse]
