"""How likely each thing done on similar queries is right on the one at hand: all evidence, however little. Pure."""

from collections import Counter
from collections.abc import Sequence

from graphmem.learn.advice import names_in
from graphmem.learn.beliefs import Beliefs, Tried
from graphmem.learn.neighbours import Near
from graphmem.learn.nouns import Chance, Feature
from graphmem.learn.rows import features_in
from graphmem.read.learnt import Learnt
from graphmem.rows import Node

__all__ = ["ROUNDS", "chances", "evidence"]

#: Rounds of messages: chances move by a twentieth at most in further ones, which take as long again.
ROUNDS = 3


def evidence(near: Sequence[Near], learnt: Learnt) -> list[Tried]:
    """Return closed queries as evidence, in their order; what is one link away counts half."""
    return [found for n in near if (found := _tried(n, learnt)) is not None]


def chances(held: Beliefs, tried: Sequence[Tried], *, about: frozenset[str]) -> tuple[Chance, ...]:
    """Return the chance of each tool and attribute, the likeliest first, ties by name.

    A lesson says what is sure; this says all that is known: what failed once is a little less likely than what nobody
    tried, and a failure is put down to what was doubtful on that query.

    Args:
        held: the beliefs.
        tried: their evidence.
        about: keys of the names of the party that they are wanted for; empty for one nothing is known of.
    """
    had = Counter(f for t in tried for f in t.features)
    good = Counter(f for t in tried for f in t.features if t.good(f))
    found = [
        Chance(feature=f, right=belief.right_for(about), tried=had[f], succeeded=good[f])
        for f, belief in held.of.items()
    ]
    return tuple(sorted(found, key=lambda c: (-c.right, str(c.feature), c.feature.kind)))


def _tried(near: Near, learnt: Learnt) -> Tried | None:
    query = near.query
    if query.outcome is None:
        return None
    features, told = learnt.read(query.id, _features), learnt.read(query.id, _told)
    weight = 0.5 if near.hops else 1.0
    return Tried(query.id, features, query.outcome, weight, told, names_in(query.text), query.closed_at)


def _features(node: Node) -> frozenset[Feature]:
    return features_in(node)


def _told(node: Node) -> dict[Feature, bool]:
    return dict.fromkeys(features_in(node, "punished"), False) | dict.fromkeys(features_in(node, "rewarded"), True)
