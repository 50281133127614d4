"""Signals of passages: their words, and what the library's graph says of them. Figures: docs/graph-kernels.md."""

from collections.abc import Sequence

import numpy as np

from graphmem.read.columns import Floats, Ints
from graphmem.read.library import FIRST_HITS
from graphmem.read.links import best, within
from graphmem.read.scene import Part, PassagePool, PassageScene

__all__ = [
    "log_pagerank",
    "one_link",
    "pair_coverage",
    "passage_coverage",
    "passage_words",
    "second_link",
    "shared_names",
    "title_in_question",
    "unmet_meaning",
]

#: Scores of the recipe's `first` are logarithms of odds, about; this is their power that first hits are weighed by.
_SECOND_POWER = np.float32(0.5)


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


def passage_coverage(pool: PassagePool) -> Floats:
    """Share of the question's idf mass that the passage holds, in [0, 1]."""
    return pool.gather(lambda scene: scene.coverage)


def title_in_question(pool: PassagePool) -> Floats:
    """How surely the question names the passage's title: alias weight over the passages with that alias, in [0, 1]."""
    return _spread(pool, [(part.scene.names.rows, part.scene.names.scores) for part in pool.parts])


def one_link(pool: PassagePool) -> Floats:
    """What the passage holds of the question that a leading passage one link away lacks, in [0, 1.9]."""
    return _spread(pool, [(links.rows, links.values) for links in pool.links])


def unmet_meaning(pool: PassagePool) -> Floats:
    """Cosine, at least 0, of a passage one link on with what of the question the passage it was reached from lacks.

    What is lacking is the question's vector without its projection on that passage's: the dense twin of `one_link`'s
    uncovered words, for no encoder pass. 0 for passages that no link leads to.
    """
    told: list[tuple[Ints, Floats]] = []
    for part, links in zip(pool.parts, pool.links, strict=True):
        question, vectors = part.scene.vector, part.scene.vectors
        if question is None or not len(links.rows) or vectors.dimension != len(question):
            told.append((links.rows[:0], links.values[:0]))
            continue
        first = vectors.of(links.via_rows)
        lacking = question - (first @ question)[:, np.newaxis] * first
        lacking /= np.maximum(np.linalg.norm(lacking, axis=1, keepdims=True), np.float32(1e-6))
        told.append((links.rows, np.maximum(np.einsum("ij,ij->i", lacking, vectors.of(links.rows)), 0)))
    return _spread(pool, told)


def log_pagerank(pool: PassagePool) -> Floats:
    """Natural log of Personalized PageRank (damping .8) from the leading passages and the question's entities."""
    return np.concatenate([ranks[part.rows] for part, ranks in zip(pool.parts, pool.ranks, strict=True)])


def second_link(pool: PassagePool) -> Floats:
    """What the passage holds of the question that a passage one link away lacks, which itself may be linked to.

    As `one_link`, but from the five best by the recipe's `first`, which has walked already, weighed by the square root
    of their odds against the best of them; by the lead where the recipe has no `first`. In [0, 1.9].
    """
    told = pool.lead if pool.first is None else pool.first
    if told is None or not len(told):
        return np.zeros(len(pool), dtype=np.float32)
    starts = pool.spread(np.exp(_SECOND_POWER * (told - told.max())))
    found = [
        part.scene.index.passages.library.one_link(
            start, question=part.scene.names, terms=part.scene.hits, mask=part.scene.mask
        )
        for part, start in zip(pool.parts, starts, strict=True)
    ]
    return _spread(pool, [(links.rows, links.values) for links in found])


def pair_coverage(pool: PassagePool) -> Floats:
    """Share of the question's idf mass that the passage and a leading one hold together, in [0, 1].

    The best of the five that lead but the passage itself, each times its lead against the first's; never less than the
    passage holds alone.
    """
    return np.concatenate([_paired(part, lead[part.rows]) for part, lead in zip(pool.parts, pool.leads, strict=True)])


def _paired(part: Part[PassageScene], lead: Floats) -> Floats:
    terms, found = part.scene.hits, np.zeros(len(part.rows), dtype=np.float32)
    firsts = best(lead, allowed=np.ones(len(lead), dtype=np.bool_), top=FIRST_HITS)
    if not terms.rows or not len(firsts):
        return found
    held = np.stack([within(part.rows, rows) for rows in terms.rows])
    np.maximum(found, terms.idf @ held, out=found)
    for first in firsts:
        both = (terms.idf @ (held | held[:, [first]])) * (lead[first] / lead[firsts[0]])
        both[first] = 0
        np.maximum(found, both, out=found)
    return np.asarray(found / np.float32(terms.total), dtype=np.float32)


def shared_names(pool: PassagePool) -> Floats:
    """Share of the names in the question, by rarity, that the passage mentions, in [0, 1]."""
    return np.concatenate(
        [p.scene.index.passages.library.shared_names(p.rows, p.scene.names.entities) for p in pool.parts]
    )
