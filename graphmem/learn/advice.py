"""Which insights bear on a query: up from similar queries to what they support, and by their own words. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graphmem.learn.neighbours import Near
from graphmem.learn.nouns import Advice, Insight
from graphmem.learn.retention import retention
from graphmem.learn.rows import insight_of
from graphmem.read.learnt import Learnt

__all__ = ["advice", "insight", "kept", "role_factor", "standing"]

#: What an insight's own closeness to the query counts beside the votes of similar queries.
OWN_WORDS = 0.5
#: What being fresh or often used adds at most; what is cold still counts.
KEPT = 0.5
#: An insight that no similar query supports is offered only when its text is at least so close.
LEAST_COSINE = 0.45


def insight(learnt: Learnt, id_: str) -> Insight:
    """Return an insight by id, with its support."""
    return insight_of(learnt.nodes[id_], supports=learnt.out(id_, "SUPPORTED_BY"))


def standing(learnt: Learnt) -> list[Insight]:
    """Return the insights that are not retired, by id."""
    return [insight(learnt, n.id) for n in learnt.of("Insight") if n.expired_at is None]


def advice(
    vector: npt.NDArray[np.float32],
    learnt: Learnt,
    near: Sequence[Near],
    *,
    role: str | None,
    top_k: int,
    now: datetime,
) -> tuple[Advice, ...]:
    """Return the insights that count for a query, the weightiest first, ties by id, at most `top_k`.

    weight = (v / (1 + v) + .5 cosine) * credit * role: v are the weights of similar queries that support it, less those
    that speak against it; credit is (score + 1) / (score + 3), .6 for a fresh one; `role_factor` says who did well
    with it. What is retained (`retention`: it grows with use and fades with time) counts up to a half more.
    """
    votes = {n.query.id: n.weight for n in near}
    cosines = learnt.cosines("Insight", vector)
    found: list[Advice] = []
    for one in _candidates(learnt, votes, cosines):
        voted = sum(votes[s.id] * s.polarity for s in one.supports if s.id in votes)
        cosine = cosines.get(one.id, 0.0)
        if voted <= 0 and (cosine < LEAST_COSINE or any(s.id in votes for s in one.supports)):
            continue
        pro = max(0.0, voted)
        weight = (pro / (1 + pro) + OWN_WORDS * max(0.0, cosine)) * (one.score + 1) / (one.score + 3)
        weight *= role_factor(learnt, one.id, role) * (1 + KEPT * kept(learnt, one, now=now))
        if weight > 0:
            found.append(Advice(insight=one, weight=weight, why=_why(one, votes, cosine)))
    return tuple(sorted(found, key=lambda a: (-a.weight, a.insight.id))[:top_k])


def _candidates(learnt: Learnt, votes: Mapping[str, float], cosines: Mapping[str, float]) -> list[Insight]:
    ids = {link.source for query in votes for link in learnt.into(query, "SUPPORTED_BY")}
    ids |= {id_ for id_, cosine in cosines.items() if cosine >= LEAST_COSINE}
    return [insight(learnt, id_) for id_ in sorted(ids) if learnt.nodes[id_].expired_at is None]


def kept(learnt: Learnt, one: Insight, *, now: datetime) -> float:
    """Return how well an insight is retained, in (0, 1]: its strength is one more than its uses."""
    uses = [link.created_at for link in learnt.into(one.id, "USED") if link.created_at is not None]
    last = max([*uses, *([one.created_at] if one.created_at else [])], default=now)
    return retention(strength=1 + len(uses), last_used=last, now=now)


def role_factor(learnt: Learnt, id_: str, role: str | None) -> float:
    """Return how well a role did with something before: twice Laplace's estimate of its success, 1 where unknown."""
    if role is None:
        return 1.0
    outcomes = [
        link.attributes.get("outcome") for link in learnt.into(id_, "USED") if link.attributes.get("role") == role
    ]
    good, bad = outcomes.count("success"), outcomes.count("failure")
    return 2 * (good + 1) / (good + bad + 2)


def _why(one: Insight, votes: Mapping[str, float], cosine: float) -> str:
    pro = sum(1 for s in one.supports if s.id in votes and s.polarity > 0)
    contra = sum(1 for s in one.supports if s.id in votes and s.polarity < 0)
    said = f"{pro} similar queries support it" + (f", {contra} speak against it" if contra else "")
    return f"{said}; score {one.score:g}; cosine {cosine:.2f}"
