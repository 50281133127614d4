"""Queries like this one: by cosine, by one link more, and how much each counts. Pure reading of what was learnt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

import numpy as np
import numpy.typing as npt

from graphmem.learn.nouns import PastQuery
from graphmem.learn.options import LearningOptions
from graphmem.learn.rows import query_of
from graphmem.read.learnt import Learnt

__all__ = ["Near", "near_queries", "similar_links"]

#: A cosine at which a query says nothing of another.
FAR = 0.5


@dataclass(frozen=True, slots=True)
class Near:
    """A closed query near the one at hand.

    Args:
        query: what it was.
        cosine: to the query at hand.
        hops: 0 found by itself, 1 over a link of one that was.
        weight: in [0, 1], how much it counts: by closeness, and less the more of its kind came after it.
    """

    query: PastQuery
    cosine: float
    hops: int
    weight: float


def near_queries(
    vector: npt.NDArray[np.float32], learnt: Learnt, *, options: LearningOptions, leave_out: str | None = None
) -> tuple[Near, ...]:
    """Return closed queries with an outcome near a vector, the weightiest first, ties by id.

    Of those that are near, `options.near`: half of them the most similar ones, half the latest of the others (what is
    right may have changed since); and what SIMILAR_TO leads to from the most similar ones (G-Memory's one hop: two
    hops were worse, arXiv 2506.07398, table 3) at half their closeness; sub-goals included.

    Args:
        vector: d float32, unit length.
        learnt: what the namespace knows.
        options: thresholds and the half-life.
        leave_out: id of the query at hand.
    """
    cosines = learnt.cosines("Query", vector, least=options.near_cosine, best_first=True)
    ranked = [id_ for id_ in cosines if _usable(learnt, id_, leave_out)]
    nearest = ranked[: -(-options.near // 2)]
    hops = dict.fromkeys([*nearest, *_latest(learnt, ranked[len(nearest) :], options.near // 2)], 0)
    for id_ in nearest:
        for other in _linked(learnt, id_):
            cosine = cosines.get(other) or learnt.cosine(other, vector)
            if cosine is not None and _usable(learnt, other, leave_out):
                cosines[other] = cosine
                hops.setdefault(other, 1)
    closed = {id_: learnt.read(id_, query_of) for id_ in hops}
    fading = _fading(closed, options.half_life)
    found = [
        Near(closed[id_], cosines[id_], hop, _closeness(cosines[id_]) * (0.5 if hop else 1.0) * fading[id_])
        for id_, hop in hops.items()
    ]
    return tuple(sorted(found, key=lambda n: (-n.weight, n.query.id)))


def _closeness(cosine: float) -> float:
    """Return how much a cosine counts, in [0, 1]: what is just near counts little beside what is nearly the same."""
    return max(0.0, (cosine - FAR) / (1 - FAR))


def _usable(learnt: Learnt, id_: str, leave_out: str | None) -> bool:
    """Whether a query was closed with an outcome: one that never was is not learnt from."""
    return id_ != leave_out and learnt.nodes[id_].attributes.get("outcome") is not None


def _latest(learnt: Learnt, ids: Sequence[str], most: int) -> list[str]:
    """Return the queries closed last; ties by id."""
    nodes = learnt.nodes
    return nlargest(most, ids, key=lambda i: (str(nodes[i].attributes.get("closed_at", "")), i))


def _linked(learnt: Learnt, id_: str) -> list[str]:
    ahead = [link.target for link in learnt.out(id_, "SIMILAR_TO")]
    return ahead + [link.source for link in learnt.into(id_, "SIMILAR_TO")]


def _fading(queries: Mapping[str, PastQuery], half_life: float | None) -> dict[str, float]:
    """Return what is left of each query's weight: halved with every `half_life` queries of its kind closed since."""
    if half_life is None:
        return dict.fromkeys(queries, 1.0)
    ordered = sorted(queries, key=lambda i: (str(queries[i].closed_at or ""), i), reverse=True)
    return {id_: 0.5 ** (later / half_life) for later, id_ in enumerate(ordered)}


def similar_links(
    vector: npt.NDArray[np.float32], learnt: Learnt, *, options: LearningOptions, of: str
) -> dict[str, float]:
    """Return the queries to link a query with, and their cosines: closed ones at least `link_cosine` away, the best."""
    cosines = learnt.cosines("Query", vector, least=options.link_cosine)
    near = [(c, i) for i, c in cosines.items() if i != of]
    closed = [(c, i) for c, i in near if learnt.nodes[i].attributes.get("status") == "closed"]
    return {i: c for c, i in sorted(closed, key=lambda p: (-p[0], p[1]))[: options.links]}
