"""Hits that are queries or insights: by meaning, by words, by the walk over the hierarchy, by credit."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from graphmem.graph.pagerank import log_scores, personalized_pagerank
from graphmem.model import Hit, Path, Why
from graphmem.read.candidates import best_of
from graphmem.read.hits import Asked, term_weights
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.read.rank import Term, score
from graphmem.read.search import Found
from graphmem.read.signals.lessons import LESSON_SIGNALS, LessonPool
from graphmem.rows import Node, NodeLabel

__all__ = ["insight_hits", "query_hits"]

#: Nodes nearest the question that the walk starts from.
SEEDS = 10
_LABELS: Mapping[str, NodeLabel] = {"query": "Query", "insight": "Insight"}


def query_hits(found: Found, asked: Asked) -> list[Hit]:  # noqa: ARG001 - one signature a type
    """Return the `top_k` queries that bear on the question."""
    return _hits(asked, "query", asked.ranking.queries)


def insight_hits(found: Found, asked: Asked) -> list[Hit]:  # noqa: ARG001 - one signature a type
    """Return the `top_k` standing insights that bear on the question."""
    return _hits(asked, "insight", asked.ranking.insights)


def _hits(asked: Asked, type_: str, terms: Sequence[Term]) -> list[Hit]:
    told = chain.from_iterable(_hits_in(asked, index, type_, terms) for index in asked.indexes)
    return sorted(told, key=lambda h: (-h.score, h.id))[: asked.top_k]


def _hits_in(asked: Asked, index: Index, type_: str, terms: Sequence[Term]) -> list[Hit]:
    learnt, label = index.learnt, _LABELS[type_]
    nodes = [n for n in learnt.of(label) if n.expired_at is None]
    if not nodes:
        return []
    vector = asked.vector
    cosines = {} if vector is None else {i: c for la in _LABELS.values() for i, c in learnt.cosines(la, vector).items()}
    ranks = _walked(learnt, cosines)
    pool = LessonPool(nodes, asked.question, cosines, ranks, term_weights(asked, index.namespace))
    scored = score(pool, terms, signals=LESSON_SIGNALS)
    hits: list[Hit] = []
    for place in best_of(scored.total, top=asked.top_k).tolist():
        node = nodes[place]
        values = {name: float(value[place]) for name, value in scored.values.items()}
        parts = {name: scored.weights[name] * value for name, value in values.items()}
        why = Why(parts=parts, values=values, path=_path(learnt, node, cosines), ranking=asked.ranking.name)
        hits.append(
            Hit(
                type="query" if type_ == "query" else "insight",
                id=node.id,
                score=float(scored.total[place]),
                text=node.text,
                at=node.at or node.created_at,
                why=why,
                namespace=index.namespace,
            )
        )
    return hits


def _walked(learnt: Learnt, cosines: Mapping[str, float]) -> dict[str, float]:
    """Return the log of PageRank of every node on the hierarchy, from the `SEEDS` nearest ones by squared cosine."""
    hierarchy = learnt.hierarchy
    near = [i for i in sorted(cosines, key=lambda i: (-cosines[i], i)) if i in hierarchy.number and cosines[i] > 0]
    if not near:
        return {}
    seeds = np.array([hierarchy.number[i] for i in near[:SEEDS]], dtype=np.int32)
    weights = np.array([cosines[i] ** 2 for i in near[:SEEDS]], dtype=np.float32)
    ranks = log_scores(personalized_pagerank(hierarchy.graph, seeds, weights).scores)
    return {i: float(ranks[n]) for i, n in hierarchy.number.items() if i in learnt.nodes}


def _path(learnt: Learnt, node: Node, cosines: Mapping[str, float]) -> Path:
    """Of an insight: the query nearest the question that it rests on, or that leads to it."""
    supports = [link.target for link in learnt.out(node.id, "SUPPORTED_BY") if link.target in learnt.nodes]
    if node.label != "Insight" or not supports:
        return Path()
    query = learnt.nodes[max(supports, key=lambda i: (cosines.get(i, -1.0), i))]
    steps = ((query.label, query.id, query.name), (node.label, node.id, node.name))
    return Path(steps=steps, relations=("SUPPORTED_BY",))
