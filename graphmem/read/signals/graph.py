"""Signals that the library's graph gives a passage, by row: pure functions over what `Library` returns.

Each takes the rows to be scored (k int32, any order) and returns k float32.
"""

import numpy as np

from graphmem.graph.pagerank import FLOOR
from graphmem.read.columns import Floats, Ints
from graphmem.read.links import OneLink, QuestionNames

__all__ = ["log_pagerank", "one_link", "title_in_question"]


def title_in_question(names: QuestionNames, *, rows: Ints) -> Floats:
    """Whether the question names the passage's title, in [0, 1]: alias weight / passages that share the alias.

    Returns: k float32, 0 where it doesn't.
    """
    return _spread(names.rows, names.scores, rows=rows)


def one_link(links: OneLink, *, rows: Ints) -> Floats:
    """What the passage adds one link on from the best first hits, in [0, 1.9].

    F[t] = max over first hit p and shared entity e of h(p) ln(1 + N/df_e) / ln(1 + N) (.3 + share of the question's
    words, by idf, that t has and p lacks + .6 if t is about e). A one-step form of the bridging that HippoRAG
    (Gutiérrez et al., NeurIPS 2024) leaves to PageRank.

    Returns: k float32, 0 where no link leads.
    """
    return _spread(links.rows, links.values, rows=rows)


def log_pagerank(scores: Floats, *, rows: Ints) -> Floats:
    """The log of the passage's Personalized PageRank, in [ln 1e-7, 0] = [-16.2, 0].

    Restarts at the best first hits and the question's entities, damping .8 (Haveliwala, WWW 2002; on passages and
    entities as in HippoRAG, with title links). Used as it is: min-max of raw scores throws the gain away.

    Args:
        scores: n float32, what `Library.pagerank` returned.
        rows: rows beyond n are at the floor.
    """
    padded = np.append(scores, np.float32(np.log(FLOOR)))
    return padded[np.minimum(rows, len(scores))]


def _spread(at: Ints, values: Floats, *, rows: Ints) -> Floats:
    """Values of ascending rows looked up for other rows, 0 where there is none."""
    if not len(at):
        return np.zeros(len(rows), dtype=np.float32)
    place = np.minimum(np.searchsorted(at, rows), len(at) - 1)
    return np.where(at[place] == rows, values[place], np.float32(0))
