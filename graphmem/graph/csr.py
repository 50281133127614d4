"""A growing weighted graph in arrays: a base in compressed rows both ways, and a small delta beside it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from graphmem.errors import InvalidInput

__all__ = ["Adjacency", "Neighbours"]

_Ids = npt.NDArray[np.integer]
_Weights = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Edges out of k nodes, flat.

    Args:
        targets: m int32, the nodes they lead to, sources in the order asked.
        weights: m float32, raw weights.
        counts: k int64, how many of the m belong to each source.
    """

    targets: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    counts: npt.NDArray[np.int64]


class _Rows:
    """Compressed rows of raw float32 weights, walked forwards and backwards."""

    def __init__(self, matrix: sparse.csr_matrix) -> None:
        self.out = matrix
        self.into = matrix.T.tocsr()

    @classmethod
    def of(cls, source: _Ids, target: _Ids, weight: _Weights, *, nodes: int) -> "_Rows":
        triples = (weight.astype(np.float32), (source.astype(np.int32), target.astype(np.int32)))
        matrix = sparse.coo_matrix(triples, shape=(nodes, nodes)).tocsr()
        matrix.sum_duplicates()
        return cls(matrix)

    def grow(self, nodes: int) -> None:
        self.out, self.into = _grown(self.out, nodes), _grown(self.into, nodes)

    def drop(self, gone: npt.NDArray[np.bool_]) -> None:
        """Zero every edge from or to these nodes; the places go at the next merge."""
        for matrix in (self.out, self.into):
            matrix.data[gone[matrix.indices]] = 0.0
            matrix.data[np.repeat(gone, np.diff(matrix.indptr))] = 0.0


class Adjacency:
    """A directed weighted graph of nodes 0..n-1 that grows: parallel edges add up their weights.

    New edges go to a delta that is folded into the base when it exceeds `merge_share` of it. The out-weights' sums per
    node are kept, so that walks normalise as they go and a new edge touches nothing but its row. `version` counts
    changes, `base_version` merges. Not locked: one writer at a time, and none while somebody reads.
    """

    def __init__(self, nodes: int = 0, *, merge_share: float = 0.01, merge_floor: int = 20_000) -> None:
        if nodes < 0:
            raise InvalidInput(f"a graph of {nodes} nodes: the number must be 0 or more")
        self._merge_share = merge_share
        self._merge_floor = merge_floor
        nothing = np.zeros(0, dtype=np.int32)
        self._base = _Rows.of(nothing, nothing, np.zeros(0, dtype=np.float32), nodes=nodes)
        self._delta: _Rows | None = None
        self._sums: npt.NDArray[np.float32] = np.zeros(nodes, dtype=np.float32)
        self.version = 0
        self.base_version = 0

    @classmethod
    def from_edges(cls, source: _Ids, target: _Ids, weight: _Weights, *, nodes: int) -> "Adjacency":
        """Build a graph of m edges at once; InvalidInput as for `add_edges`."""
        graph = cls(0)
        _check(source, target, weight, nodes=nodes)
        graph._base = _Rows.of(source, target, weight, nodes=nodes)
        graph._changed()
        return graph

    @property
    def nodes(self) -> int:
        """Number of nodes, removed ones included."""
        return len(self._sums)

    @property
    def entries(self) -> int:
        """Number of stored directed edges, base and delta."""
        return self._base.out.nnz + self.delta_entries

    @property
    def delta_entries(self) -> int:
        """Number of directed edges not yet folded into the base."""
        return self._delta.out.nnz if self._delta is not None else 0

    @property
    def weight_sums(self) -> npt.NDArray[np.float32]:
        """Sum of each node's outgoing weights, n float32; 0 for a node without a way out."""
        return self._sums

    @property
    def degrees(self) -> npt.NDArray[np.int32]:
        """Number of each node's stored outgoing edges, n int32."""
        counted = np.diff(self._base.out.indptr)
        if self._delta is not None:
            counted = counted + np.diff(self._delta.out.indptr)
        return counted.astype(np.int32, copy=False)

    def grow(self, nodes: int) -> None:
        """Make the graph `nodes` nodes large; the new ones have no edges. InvalidInput: it is larger already."""
        if nodes < self.nodes:
            raise InvalidInput(f"a graph of {self.nodes} nodes cannot grow to {nodes}")
        for rows in self._parts():
            rows.grow(nodes)
        self._changed()

    def add_edges(self, source: _Ids, target: _Ids, weight: _Weights) -> None:
        """Add m edges.

        Args:
            source: m node numbers.
            target: m node numbers.
            weight: m weights, finite and > 0.
        Raises: InvalidInput: lengths differ, a node is not in the graph, a weight is not finite and positive.
        """
        _check(source, target, weight, nodes=self.nodes)
        if not len(source):
            return
        if self._delta is not None:
            kept = self._delta.out.tocoo()
            source, target = np.concatenate([kept.row, source]), np.concatenate([kept.col, target])
            weight = np.concatenate([kept.data, weight])
        self._delta = _Rows.of(source, target, weight, nodes=self.nodes)
        if self.delta_entries > max(self._merge_floor, self._merge_share * self._base.out.nnz):
            self.merge()
        self._changed()

    def remove_nodes(self, gone: _Ids) -> None:
        """Cut these nodes off: their edges weigh nothing any more; their numbers stay taken."""
        if not len(gone):
            return
        mask = np.zeros(self.nodes, dtype=bool)
        mask[gone] = True
        for rows in self._parts():
            rows.drop(mask)
        self._changed()

    def merge(self) -> None:
        """Fold the delta into the base and drop the places of removed edges."""
        whole = self._base.out if self._delta is None else self._base.out + self._delta.out
        whole.eliminate_zeros()
        self._base, self._delta = _Rows(whole.tocsr()), None
        self.base_version += 1
        self._changed()

    def neighbours(self, sources: _Ids) -> Neighbours:
        """Return the edges out of these k nodes; a source with edges in base and delta has them side by side."""
        found = [_gather(rows.out, sources) for rows in self._parts()]
        if len(found) == 1:
            return found[0]
        base, delta = found
        order = np.argsort(np.concatenate([_owners(base.counts), _owners(delta.counts)]), kind="stable")
        targets, weights = np.concatenate([base.targets, delta.targets]), np.concatenate([base.weights, delta.weights])
        return Neighbours(targets[order], weights[order], base.counts + delta.counts)

    def pull(self, mass: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Return the mass (n) that flows into each node when every node hands its own on along its edges.

        Shares are by weight; mass on nodes without a way out vanishes. The dtype of `mass` is kept.
        """
        share = np.divide(mass, self._sums, out=np.zeros_like(mass), where=self._sums > 0)
        flow = self._base.into @ share
        if self._delta is not None:
            flow = flow + self._delta.into @ share
        return np.asarray(flow, dtype=mass.dtype)

    def in_weights(self) -> npt.NDArray[np.float32]:
        """Return the sum of each node's incoming weights, n float32."""
        total = sum(np.asarray(rows.into.sum(axis=1)).ravel() for rows in self._parts())
        return np.asarray(total, dtype=np.float32)

    def _parts(self) -> list[_Rows]:
        return [self._base] if self._delta is None else [self._base, self._delta]

    def _changed(self) -> None:
        total = sum(np.asarray(rows.out.sum(axis=1)).ravel() for rows in self._parts())
        self._sums = np.asarray(total, dtype=np.float32)
        self.version += 1


def _grown(matrix: sparse.csr_matrix, nodes: int) -> sparse.csr_matrix:
    more = nodes - matrix.shape[0]
    starts = np.concatenate([matrix.indptr, np.full(more, matrix.indptr[-1], dtype=matrix.indptr.dtype)])
    return sparse.csr_matrix((matrix.data, matrix.indices, starts), shape=(nodes, nodes))


def _owners(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.repeat(np.arange(len(counts)), counts)


def _gather(matrix: sparse.csr_matrix, sources: _Ids) -> Neighbours:
    """The rows of these sources, flat, without a Python loop over them."""
    starts = matrix.indptr[sources].astype(np.int64)
    counts = matrix.indptr[np.asarray(sources) + 1] - starts
    ends = np.cumsum(counts)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts), counts)
    return Neighbours(matrix.indices[places], matrix.data[places], counts)


def _check(source: _Ids, target: _Ids, weight: _Weights, *, nodes: int) -> None:
    if not len(source) == len(target) == len(weight):
        raise InvalidInput(
            f"edges need one source, target and weight each: {len(source)}, {len(target)}, {len(weight)}"
        )
    if not len(source):
        return
    if min(source.min(), target.min()) < 0 or max(source.max(), target.max()) >= nodes:
        raise InvalidInput(f"edges must join nodes 0 to {nodes - 1}; grow the graph first")
    if not (np.isfinite(weight).all() and (weight > 0).all()):
        raise InvalidInput("edge weights must be finite and greater than 0")
