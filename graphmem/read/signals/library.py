"""Signals of passages: their words, and what the library's graph says of them. Figures: docs/graph-kernels.md."""

from collections.abc import Sequence

import numpy as np

from graphmem.read.columns import Floats, Ints
from graphmem.read.scene import PassagePool

__all__ = ["log_pagerank", "one_link", "passage_words", "title_in_question"]


def _spread(pool: PassagePool, found: Sequence[tuple[Ints, Floats]]) -> Floats:
    """Values that are given for some rows of each part, 0 elsewhere, over the pool."""
    told: list[Floats] = []
    for part, (rows, values) in zip(pool.parts, found, strict=True):
        dense: Floats = np.zeros(len(part.scene.mask), dtype=np.float32)
        dense[rows] = values
        told.append(dense[part.rows])
    return np.concatenate(told)


def passage_words(pool: PassagePool) -> Floats:
    """BM25 (k1 1.5, b .75) of the question's words over title, text and caption."""
    return pool.gather(lambda scene: scene.words.own[scene.place])


def title_in_question(pool: PassagePool) -> Floats:
    """How surely the question names the passage's title: alias weight over the passages with that alias, in [0, 1]."""
    return _spread(pool, [(part.scene.names.rows, part.scene.names.scores) for part in pool.parts])


def one_link(pool: PassagePool) -> Floats:
    """What the passage holds of the question that a leading passage one link away lacks, in [0, 1.9]."""
    return _spread(pool, [(links.rows, links.values) for links in pool.links])


def log_pagerank(pool: PassagePool) -> Floats:
    """Natural log of Personalized PageRank (damping .8) from the leading passages and the question's entities."""
    return np.concatenate([ranks[part.rows] for part, ranks in zip(pool.parts, pool.ranks, strict=True)])
