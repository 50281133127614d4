"""Insights that say nearly the same, made one: a new insight that supersedes its parts and inherits their support.

G-Memory merges by deleting and rewriting; here the parts are retired and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from graphmem.identity import derive_id
from graphmem.learn.finch import finch
from graphmem.learn.nouns import Insight
from graphmem.rows import Link, Vectors

__all__ = ["Merge", "merges"]

#: Insights closer than this say nearly the same.
ALIKE = 0.92


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged insight, the parts it supersedes (retired now), and the links between them."""

    whole: Insight
    parts: tuple[Insight, ...]
    links: tuple[Link, ...]


def merges(insights: Sequence[Insight], vectors: Vectors, *, origin: str, now: datetime) -> tuple[Merge, ...]:
    """Return what becomes one: clusters of first neighbours (FINCH) of the same polarity, feature and `ALIKE` vectors.

    Args:
        insights: standing ones.
        vectors: n x d float32, unit rows.
        origin: the namespace's, which ids derive from.
        now: when the parts are retired.
    """
    found: list[Merge] = []
    groups: dict[tuple[int, object], list[int]] = {}
    for place, one in enumerate(insights):
        groups.setdefault((one.polarity, one.feature), []).append(place)
    for places in groups.values():
        labels = finch(vectors[places], least_cosine=ALIKE)
        for label in range(int(labels.max()) + 1 if len(labels) else 0):
            members = [insights[places[n]] for n in np.flatnonzero(labels == label)]
            if len(members) > 1:
                found.append(_merge(members, origin, now))
    return tuple(found)


def _merge(members: Sequence[Insight], origin: str, now: datetime) -> Merge:
    best = min(members, key=lambda i: (-i.score, -len(i.supports), i.id))
    ids = sorted(i.id for i in members)
    supports = {s.id: s for i in members for s in i.supports}
    whole = replace(
        best,
        id=derive_id(origin, "Insight", "merged", *ids),
        origin="merged",
        score=max(i.score for i in members),
        supports=tuple(supports[i] for i in sorted(supports)),
        created_at=now,
    )
    links = tuple(Link(type="SUPERSEDES", source=whole.id, target=i, attributes={"reason": "merged"}) for i in ids)
    return Merge(whole, tuple(replace(i, retired_at=now) for i in members), links)
