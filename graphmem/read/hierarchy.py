"""The hierarchy as a graph to walk: queries, insights and steps are nodes, and how they hang together is edges."""

import numpy as np
import numpy.typing as npt

from graphmem.graph.csr import Adjacency
from graphmem.rows import Link

__all__ = ["TIES", "Hierarchy"]

#: Which links are walked, both ways, and at what weight; SIMILAR_TO counts its score.
TIES = {
    "SIMILAR_TO": 1.0,
    "SUPPORTED_BY": 1.0,
    "CONTEXTUALISES": 0.5,
    "USED": 0.5,
    "SUB_QUERY_OF": 0.5,
    "HAS_STEP": 0.5,
    "INSPIRED": 0.25,
}


class Hierarchy:
    """Numbers for ids and a growing graph of them; edges are added as links come."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self._graph = Adjacency(0)
        self._waiting: list[tuple[int, int, float]] = []

    def tie(self, link: Link) -> None:
        """Take in a link; of other types than `TIES`, or from a thing to itself, nothing."""
        weight = TIES.get(link.type)
        if weight is None or link.source == link.target:
            return
        score = link.attributes.get("score")
        weight *= float(score) if isinstance(score, int | float) and score > 0 else 1.0
        a, b = (self.number.setdefault(end, len(self.number)) for end in (link.source, link.target))
        self._waiting += [(a, b, weight), (b, a, weight)]

    @property
    def graph(self) -> Adjacency:
        """The graph with all links taken in so far."""
        if self._waiting:
            self._graph.grow(len(self.number))
            source, target, weight = zip(*self._waiting, strict=True)
            self._graph.add_edges(_ints(source), _ints(target), np.asarray(weight, dtype=np.float32))
            self._waiting = []
        return self._graph


def _ints(values: tuple[int, ...]) -> npt.NDArray[np.int32]:
    return np.asarray(values, dtype=np.int32)
