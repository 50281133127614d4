"""Signals from what words mean: members of the category asked for, of its answer's type, of its predicate families.

"Which sports does he do?" finds "went surfing", though they share no word. Each is worth more the fewer turns have it
(idf over summed memberships), and less on a turn of somebody else than the person asked about. docs/categories.md.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.postings import Posting, idf
from graphmem.read.scene import TurnPool
from graphmem.read.signals.people import other_speaker
from graphmem.text.asked import Asked, asked

__all__ = ["answer_type", "category_anchor", "category_family"]

#: What a turn of somebody the question doesn't name is worth where it names another who speaks here.
_OTHERS = 0.3


def category_anchor(pool: TurnPool) -> Floats:
    """The most that a turn holds of a category the question asks for, times idf and speaker; else 0."""
    return _held(pool, dict.fromkeys(_asked(pool).categories, 1.0), best=True)


def category_family(pool: TurnPool) -> Floats:
    """Sum over the predicate families of the question's words of what a turn holds of each, times idf and speaker."""
    return _held(pool, dict.fromkeys(_asked(pool).families, 1.0), best=False)


def answer_type(pool: TurnPool) -> Floats:
    """Sum over the topical files that answers have of what a turn holds of each, times share, idf and speaker."""
    return _held(pool, _asked(pool).types, best=False)


def _asked(pool: TurnPool) -> Asked:
    return asked(pool.parts[0].scene.question.text) if pool.parts else Asked()


def _held(pool: TurnPool, wanted: Mapping[str, float], *, best: bool) -> Floats:
    """What each candidate holds of the labels, times their weight and idf: the best of them, or their sum."""
    total: Floats = np.zeros(len(pool), dtype=np.float32)
    for label, weight in wanted.items():
        found = [part.scene.index.turns.members.term(label) for part in pool.parts]
        rarity = idf(_documents(pool), sum(float(posting.tf.sum()) for posting in found))
        value = np.float32(weight * rarity) * _spread(pool, found)
        total = np.maximum(total, value) if best else total + value
    return total * (1 - np.float32(1 - _OTHERS) * other_speaker(pool)) if wanted else total


def _documents(pool: TurnPool) -> int:
    return sum(part.scene.index.turns.members.n_docs for part in pool.parts)


def _spread(pool: TurnPool, found: Iterable[Posting]) -> Floats:
    """Memberships of the candidates out of a posting per part."""
    told: list[Floats] = []
    for part, posting in zip(pool.parts, found, strict=True):
        held: Floats = np.zeros(len(part.scene.mask), dtype=np.float32)
        held[posting.rows] = posting.tf
        told.append(held[part.rows])
    return np.concatenate(told)
