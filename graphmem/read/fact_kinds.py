"""Signals of facts from what they tell of: an object of the kind asked for, a relation of the family asked for.

A question after pets wants facts whose object is an animal; one after what somebody bought wants facts of acquiring.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from graphmem.text.asked import Asked, asked
from graphmem.text.families import family_of
from graphmem.text.members import family_label, memberships

if TYPE_CHECKING:
    from graphmem.read.columns import Floats
    from graphmem.read.related import FactPool

__all__ = ["fact_answer", "fact_family"]


def fact_family(pool: FactPool) -> Floats:
    """1 where the fact's relation is of a predicate family that the question's words are of, else 0."""
    wanted = frozenset(asked(pool.question.text).families)
    return np.array([float(_family(fact.predicate) in wanted) for fact in pool.facts], dtype=np.float32)


def fact_answer(pool: FactPool) -> Floats:
    """How much the fact's object is of the category or, in part, of the type asked for, in [0, 1]."""
    wants = asked(pool.question.text)
    return np.array([_answers(wants, _held(fact.object)) for fact in pool.facts], dtype=np.float32)


def _family(predicate: str) -> str:
    return family_label(family_of(predicate) or "")


@lru_cache(maxsize=20_000)
def _held(text: str) -> dict[str, float]:
    return memberships(text)


def _answers(wants: Asked, held: dict[str, float]) -> float:
    of_category = max((held.get(label, 0.0) for label in wants.categories), default=0.0)
    of_type = sum(share * held.get(label, 0.0) for label, share in wants.types.items())
    return min(1.0, max(of_category, of_type))
