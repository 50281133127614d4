"""What the question's tokens find in the candidates that lead, worked out once for the signals that read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphmem.read.columns import Floats, Ints
from graphmem.read.postings import idf

if TYPE_CHECKING:
    from graphmem.read.scene import TurnPool, TurnScene

__all__ = ["BEST", "Matches", "matches_of"]

#: Candidates whose tokens are compared: the first by the lead, as many as the shipped rankings score.
BEST = 80
#: What a token of a word weighs that no turn is found by (stop words, punctuation), beside idfs of about 1 to 8.
_COMMON = 0.5


@dataclass(frozen=True, slots=True)
class Matches:
    """The matches of the candidates that lead.

    Args:
        chosen: k places in the pool.
        cosines: k x q float32, the best cosine of each of the question's tokens; nan where a turn has no tokens.
        weights: q float32, of the question's tokens; they add up to 1.
    """

    chosen: Ints
    cosines: Floats
    weights: Floats


def matches_of(pool: "TurnPool") -> Matches | None:
    """Return what the question's tokens find; None where no tokens are looked up, or nobody leads yet."""
    asked = pool.parts[0].scene.tokens if pool.parts else None
    if asked is None or pool.lead is None or not len(asked.words):
        return None
    chosen = np.sort(np.argsort(-pool.lead, kind="stable")[:BEST]).astype(np.int32)
    starts = np.cumsum([0, *(len(part.rows) for part in pool.parts)])
    found: list[Floats] = []
    for part, start, end in zip(pool.parts, starts[:-1], starts[1:], strict=True):
        rows = part.rows[chosen[(chosen >= start) & (chosen < end)] - start]
        told = part.scene.rows
        arrivals = {told.ids[row]: int(told.arrival.view[row]) for row in rows.tolist()}
        found.append(asked.cosines(part.scene.index.namespace, arrivals))
    return Matches(chosen, np.concatenate(found), _weights([part.scene for part in pool.parts], asked.words))


def _weights(scenes: Sequence["TurnScene"], words: Sequence[tuple[str, ...]]) -> Floats:
    """What each token weighs: the idf of its word among the turns of all scenes."""
    postings = [scene.index.turns.words for scene in scenes]
    documents = sum(one.n_docs for one in postings)

    def rarity(term: str) -> float:
        return idf(documents, sum(len(one.term(term).rows) for one in postings))

    known = {term: rarity(term) for terms in words for term in terms}
    weights: Floats = np.array(
        [max((known[term] for term in terms), default=_COMMON) for terms in words], dtype=np.float32
    )
    share: Floats = weights / weights.sum()
    return share
