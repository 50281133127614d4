"""Signals of queries and insights: by meaning, by words, by the walk over the hierarchy, by credit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.related import Weight, coverage_of
from graphmem.read.signals.registry import Signal
from graphmem.read.understand import Question
from graphmem.rows import Node

__all__ = ["LESSON_SIGNALS", "LessonPool"]


@dataclass(frozen=True)
class LessonPool:
    """Queries or insights that may be hits.

    Args:
        nodes: m of them.
        question: what is asked.
        cosines: with the question, by id.
        ranks: log of Personalized PageRank over the hierarchy, by id; what is not on the graph is absent.
        weight: idf of a term.
    """

    nodes: Sequence[Node]
    question: Question
    cosines: Mapping[str, float]
    ranks: Mapping[str, float]
    weight: Weight

    def __len__(self) -> int:
        return len(self.nodes)


def lesson_dense(pool: LessonPool) -> Floats:
    """Cosine of the question with the text, in [-1, 1]."""
    return np.array([pool.cosines.get(n.id, -1.0) for n in pool.nodes], dtype=np.float32)


def lesson_words(pool: LessonPool) -> Floats:
    """Share of the question's idf mass that the text holds, in [0, 1]."""
    return np.array([coverage_of(n.text, pool.question, pool.weight) for n in pool.nodes], dtype=np.float32)


def lesson_rank(pool: LessonPool) -> Floats:
    """Natural log of Personalized PageRank over queries, insights and steps, from those nearest the question."""
    floor = min(pool.ranks.values(), default=0.0)
    return np.array([pool.ranks.get(n.id, floor) for n in pool.nodes], dtype=np.float32)


def lesson_credit(pool: LessonPool) -> Floats:
    """Of an insight (score + 1) / (score + 3), in [0, 1); of a query 1 for a success, 0 for a failure, .5 else."""
    return np.array([_credit(n) for n in pool.nodes], dtype=np.float32)


def _credit(node: Node) -> float:
    if node.label == "Query":
        return {"success": 1.0, "failure": 0.0}.get(str(node.attributes.get("outcome")), 0.5)
    told = node.attributes.get("score")
    worth = max(0.0, float(told)) if isinstance(told, int | float) else 0.0
    return (worth + 1) / (worth + 3)


#: Signals of queries and insights, by name.
LESSON_SIGNALS: Mapping[str, Signal[LessonPool]] = {
    signal.name: signal
    for signal in (
        Signal("lesson_dense", (-1, 1), lesson_dense),
        Signal("lesson_words", (0, 1), lesson_words),
        Signal("lesson_rank", (-16.2, 0), lesson_rank),
        Signal("lesson_credit", (0, 1), lesson_credit),
    )
}
