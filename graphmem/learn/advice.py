"""Which insights bear on a query: up from similar queries to what they support, and by their own words. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from graphmem.learn.neighbours import Near
from graphmem.learn.nouns import Advice, Insight
from graphmem.learn.retention import retention
from graphmem.learn.rows import insight_of
from graphmem.learn.uses import uses_of
from graphmem.read.learnt import Learnt
from graphmem.text.names import spans

__all__ = ["advice", "insight", "kept", "names_in", "role_factor", "standing"]

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
    about: frozenset[str] = frozenset(),
) -> tuple[Advice, ...]:
    """Return the insights that count for a query, the weightiest first, ties by id, at most `top_k`.

    weight = (v / (1 + v) + .5 cosine) * credit * role * strength: v are the weights of similar queries that support
    it, less those that speak against it; credit is (score + 1) / (score + 3), .6 for a fresh one; `role_factor` says
    who did well with it; strength is how sure a contrast is of it, 1 for other insights. What is retained
    (`retention`: it grows with use and fades with time) counts up to a half more. Of several lessons on one tool,
    attribute or order the weightiest speaks; what queries about the same names (`about`) speak against is left out.
    """
    votes = {n.query.id: n.weight for n in near}
    cosines = learnt.cosines("Insight", vector)
    found: list[Advice] = []
    party = _same_party(near, about)
    for one in _candidates(learnt, votes, cosines):
        voted = _voted(one, votes)
        if sum(party.get(s.id, 0.0) * s.polarity for s in one.supports) < 0:
            continue  # this party has a way of its own
        cosine = cosines.get(one.id, 0.0)
        if voted <= 0 and (cosine < LEAST_COSINE or any(s.id in votes for s in one.supports)):
            continue
        pro = max(0.0, voted)
        weight = (pro / (1 + pro) + OWN_WORDS * max(0.0, cosine)) * (one.score + 1) / (one.score + 3)
        weight *= role_factor(learnt, one.id, role) * (1 + KEPT * kept(learnt, one, now=now))
        weight *= one.evidence.get("strength", 1.0)
        if weight > 0:
            found.append(Advice(insight=one, weight=weight, why=_why(one, votes, cosine)))
    ranked = sorted(found, key=lambda a: (-a.weight, a.insight.id))
    return tuple(a for place, a in enumerate(ranked) if not _said_before(a, ranked[:place]))[:top_k]


def _same_party(near: Sequence[Near], about: frozenset[str]) -> dict[str, float]:
    """Return the weights of similar queries about the same names; none where the query names nobody."""
    return {n.query.id: n.weight for n in near if about and names_in(n.query.text) == about}


def _voted(one: Insight, votes: Mapping[str, float]) -> float:
    """Return the votes for an insight; against a contrast's they are in its strength already."""
    least = 1 if one.origin == "contrast" else -1
    return sum(votes[s.id] * s.polarity for s in one.supports if s.id in votes and s.polarity >= least)


def _said_before(one: Advice, before: Sequence[Advice]) -> bool:
    feature = one.insight.feature
    return feature is not None and any(a.insight.feature == feature for a in before)


@lru_cache(maxsize=10_000)
def names_in(text: str) -> frozenset[str]:
    """Return the keys of the names in a query: whom it is about."""
    return frozenset(s.key for s in spans(text))


def _candidates(learnt: Learnt, votes: Mapping[str, float], cosines: Mapping[str, float]) -> list[Insight]:
    ids = {link.source for query in votes for link in learnt.into(query, "SUPPORTED_BY")}
    ids |= {id_ for id_, cosine in cosines.items() if cosine >= LEAST_COSINE}
    return [insight(learnt, id_) for id_ in sorted(ids) if learnt.nodes[id_].expired_at is None]


def kept(learnt: Learnt, one: Insight, *, now: datetime) -> float:
    """Return how well an insight is retained, in (0, 1]: its strength is one more than its uses."""
    uses = uses_of(learnt, one.id)
    last = max((at for at in (uses.last, one.created_at) if at is not None), default=now)
    return retention(strength=1 + uses.count, last_used=last, now=now)


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
