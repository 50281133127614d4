"""How warm things are: strength from use, retention from time, and a tier that people can read. Pure.

Nothing is deleted or hidden by being cold. A tier says how well something is retained (`retention`): it grows with each
query that used it and each recall that it was useful in, and fades from its last use on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from graphmem.learn.retention import DAYS, retention
from graphmem.learn.uses import uses_of
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.read.pack import Tier
from graphmem.read.rows import UNKNOWN_TIME, Rows, microseconds

__all__ = ["COLD_BELOW", "HOT_FROM", "Retained", "Tier", "Tiers", "retained", "tier", "tiers"]

#: Retained at least so well is hot, less than this cold: of strength 1, within 3.5 days and after 15.
HOT_FROM, COLD_BELOW = 0.5, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """How well one thing is retained.

    Args:
        id: the interaction's, fact's or insight's.
        strength: 1, and one for each use (`graphmem.learn.uses`).
        last_used: when it was used last, or said; None where nobody knows, and then it is cold.
        retention: in [0, 1], `exp(-days / (5 strength))`.
        tier: `hot`, `warm` or `cold`.
    """

    id: str
    strength: int
    last_used: datetime | None
    retention: float
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """How many interactions of a namespace are hot, warm and cold."""

    hot: int = 0
    warm: int = 0
    cold: int = 0


def tier(value: float) -> Tier:
    """Return the tier of a retention.

    >>> [tier(r) for r in (1.0, 0.5, 0.2, 0.01)]
    ['hot', 'hot', 'warm', 'cold']
    """
    return "hot" if value >= HOT_FROM else "cold" if value < COLD_BELOW else "warm"


def retained(learnt: Learnt, instants: Mapping[str, datetime | None], *, now: datetime) -> list[Retained]:
    """Return how well things are retained, in order.

    Args:
        learnt: what the namespace knows of uses: USED links.
        instants: when each was said or drawn, by id; None unknown.
        now: the present.
    """
    found: list[Retained] = []
    for id_, at in instants.items():
        uses = uses_of(learnt, id_)
        last = max((i for i in (at, uses.last) if i is not None), default=None)
        strength = 1 + uses.count
        value = 0.0 if last is None else retention(strength=strength, last_used=last, now=now)
        found.append(Retained(id=id_, strength=strength, last_used=last, retention=value, tier=tier(value)))
    return found


def tiers(index: Index, *, now: datetime) -> Tiers:
    """Return how many of the namespace's interactions are in each tier."""
    families = (index.turns.rows, index.passages.rows)
    one, other = (_tiers(rows, index.learnt, now=now) for rows in families)
    return Tiers(hot=one.hot + other.hot, warm=one.warm + other.warm, cold=one.cold + other.cold)


def _tiers(rows: Rows, learnt: Learnt, *, now: datetime) -> Tiers:
    """Count by age, for what no query used, and one by one for the rest."""
    alive = np.flatnonzero(rows.alive.view)
    used = [int(r) for r in alive if learnt.into(rows.ids[int(r)], "USED")]
    plain = np.setdiff1d(alive, np.array(used, dtype=np.int64), assume_unique=True)
    at = rows.at.view[plain]
    days = np.maximum(0.0, (microseconds(now) - at.astype(np.float64)) / 86_400e6)
    values = np.where(at == UNKNOWN_TIME, 0.0, np.exp(-days / DAYS))
    instants = {rows.ids[r]: _instant(int(rows.at.view[r])) for r in used}
    found = [one.tier for one in retained(learnt, instants, now=now)]
    hot, cold = int((values >= HOT_FROM).sum()), int((values < COLD_BELOW).sum())
    warm = len(values) - hot - cold
    return Tiers(hot=hot + found.count("hot"), warm=warm + found.count("warm"), cold=cold + found.count("cold"))


def _instant(micros: int) -> datetime | None:
    return None if micros == UNKNOWN_TIME else datetime.fromtimestamp(micros / 1e6, tz=UTC)
