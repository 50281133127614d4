"""What separates success from failure among similar queries: beliefs, counts, a sentence. Pure."""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from graphmem.learn.beliefs import Beliefs, Tried, beliefs
from graphmem.learn.nouns import Feature, Step

__all__ = ["Contrast", "Tried", "contrasts", "features_of", "sentence", "told_by"]

#: Sum of weights of the queries that have a feature before anything is concluded from it.
LEAST_SEEN = 2.0
#: A feature is advised for, or against, when belief has gone so far from the prior (1: all the way).
LEAST_FOR, LEAST_AGAINST = 0.4, 0.55
#: ... and the beliefs must foretell outcomes better than their plain rate by so many nats: chance teaches nothing.
GAIN_FOR, GAIN_AGAINST = 1.0, 0.0
#: An order of tools: sum of weights of the queries that have it, and the normal quantile of P < .05, one-sided.
LEAST_ORDERS, LEAST_Z = 3.0, 1.645
#: Where this share of the queries is about one party, its own way is all there is to learn.
MOST_OF_ONE = 0.6
#: What depends on the party with more than this chance is no lesson either.
MOST_OWN = 0.4
#: Log odds from which a query's word for or against a feature is told as support.
LEAST_SAID = 0.3
#: Most contrasts concluded at once, the clearest first.
MOST = 8


@dataclass(frozen=True, slots=True)
class Contrast:
    """That a feature goes with success (polarity 1) or failure (-1) among similar queries.

    Args:
        feature: what was done.
        polarity: the direction.
        strength: in (0, 1], how far belief in it is from what is believed of anything.
        counts: how many queries that have it succeeded, how many there are, and the same of those that have not.
        pro, contra: ids of the queries that speak for the conclusion and against it.
    """

    feature: Feature
    polarity: Literal[1, -1]
    strength: float
    counts: tuple[int, int, int, int]
    pro: tuple[str, ...]
    contra: tuple[str, ...]


def features_of(steps: Sequence[Step]) -> frozenset[Feature]:
    """Return what the steps have that another trajectory may lack: tools, attributes, one tool right after another."""
    tools = [s.tool for s in steps if s.tool]
    found = {Feature("tool", t) for t in tools}
    found |= {Feature("attribute", name, value) for s in steps for name, value in s.attributes.items()}
    found |= {Feature("sequence", f"{a} then {b}") for a, b in pairwise(tools) if a != b}
    return frozenset(found)


def told_by(steps: Sequence[Step]) -> dict[Feature, bool]:
    """Return the features whose own step was rewarded or punished, and which; the last word counts."""
    found: dict[Feature, bool] = {}
    for step in steps:
        if step.reward:
            found |= dict.fromkeys((f for f in features_of([step])), step.reward > 0)
    return found


def contrasts(
    tried: Sequence[Tried],
    *,
    change: float = 0.0,
    believed: Beliefs | None = None,
    since: Mapping[tuple[Feature, int], datetime] | None = None,
) -> tuple[Contrast, ...]:
    """Return what separates success from failure, the clearest first, at most `MOST`.

    Tools and attributes: what `beliefs` hold for right or wrong. Orders of tools: a 2 x 2 table of weighted counts,
    Woolf's log odds ratio with Haldane's and Anscombe's half added to each cell, over its standard error; only where
    what is concluded of the tools themselves does not say as much. Where several features are always had together, the
    simplest one stands for them (a tool before an attribute before an order).

    Args:
        tried: the evidence.
        change: chance that what is right is drawn anew from one query to the next.
        believed: `beliefs(tried, change=change)`, where the caller has them.
        since: by feature and polarity, when a lesson of it was retired: only later evidence may bring it back.
    """
    held = beliefs(tried, change=change) if believed is None else believed
    found = [c for f in held.of if (c := _believed(f, held, tried)) is not None]
    told = {(c.feature.name, c.polarity) for c in found if c.feature.kind == "tool"}
    orders = {f for t in tried for f in t.features if f.kind == "sequence"}
    found += [c for f in orders if (c := _ordered(f, tried)) is not None and not _told(c, told)]
    renewed = [c for c in found if _again(c, tried, since or {})]
    ranked = sorted(renewed, key=lambda c: (-round(c.strength, 9), _simplicity(c.feature), str(c.feature)))
    kept: dict[tuple[int, frozenset[str]], Contrast] = {}
    for contrast in sorted(ranked, key=lambda c: _simplicity(c.feature)):
        holders = frozenset(t.query for t in tried if contrast.feature in t.features)
        kept.setdefault((contrast.polarity, holders), contrast)
    return tuple(c for c in ranked if c in kept.values())[:MOST]


def _again(contrast: Contrast, tried: Sequence[Tried], since: Mapping[tuple[Feature, int], datetime]) -> bool:
    retired = since.get((contrast.feature, contrast.polarity))
    if retired is None:
        return True
    return any(t.query in contrast.pro and t.at is not None and t.at > retired for t in tried)


def _simplicity(feature: Feature) -> int:
    return ("tool", "attribute", "sequence").index(feature.kind)


def _believed(feature: Feature, held: Beliefs, tried: Sequence[Tried]) -> Contrast | None:
    strength = held.strength(feature)
    having = [t for t in tried if feature in t.features]
    sign: Literal[1, -1] = 1 if strength > 0 else -1
    if held.of[feature].own > MOST_OWN:
        return None
    least, gain = (LEAST_FOR, GAIN_FOR) if sign > 0 else (LEAST_AGAINST, GAIN_AGAINST)
    if abs(strength) < least or held.gain < gain or sum(t.weight for t in having) < LEAST_SEEN:
        return None
    said = held.of[feature].said
    pro = [t for t in having if sign * said[t.query] > LEAST_SAID * t.weight]
    contra = [t for t in having if sign * said[t.query] < -LEAST_SAID * t.weight]
    return _concluded(feature, sign, abs(strength), tried, pro=pro, contra=contra)


def _ordered(feature: Feature, tried: Sequence[Tried]) -> Contrast | None:
    cells: dict[tuple[bool, bool], float] = {(h, g): 0.0 for h in (True, False) for g in (True, False)}
    for one in tried:
        cells[feature in one.features, one.good(feature)] += one.weight
    (a, b), (c, d) = ((cells[has, True], cells[has, False]) for has in (True, False))
    ratio = math.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    z = ratio / math.sqrt(sum(1 / (n + 0.5) for n in (a, b, c, d)))
    if a + b < LEAST_ORDERS or abs(z) < LEAST_Z:
        return None
    sign: Literal[1, -1] = 1 if z > 0 else -1
    having = [t for t in tried if feature in t.features]
    pro = [t for t in having if t.good(feature) == (sign > 0)]
    contra = [t for t in having if t.good(feature) != (sign > 0)]
    return _concluded(feature, sign, math.tanh(abs(z) / 4), tried, pro=pro, contra=contra)


def _told(order: Contrast, told: Set[tuple[str, int]]) -> bool:
    """Whether an order says no more than its tools: both are right, or one of them is wrong."""
    parts = [(tool, order.polarity) in told for tool in order.feature.name.split(" then ")]
    return all(parts) if order.polarity > 0 else any(parts)


def _concluded(
    feature: Feature,
    sign: Literal[1, -1],
    strength: float,
    tried: Sequence[Tried],
    *,
    pro: Sequence[Tried],
    contra: Sequence[Tried],
) -> Contrast | None:
    if not pro or not _general(pro, tried):
        return None
    having = [t for t in tried if feature in t.features]
    others = [t for t in tried if feature not in t.features]
    counts = (*_tally(having, feature), *_tally(others, feature))
    return Contrast(feature, sign, strength, counts, tuple(t.query for t in pro), tuple(t.query for t in contra))


def _tally(tried: Sequence[Tried], feature: Feature) -> tuple[int, int]:
    return sum(1 for t in tried if t.good(feature)), len(tried)


def _general(pro: Sequence[Tried], tried: Sequence[Tried]) -> bool:
    """Whether the evidence is about more than one party, where the queries are: else it is that party's own way."""
    if len({t.about for t in pro}) > 1:
        return True
    every = [sum(t.weight for t in tried if t.about == about) for about in {t.about for t in tried}]
    return max(every) > MOST_OF_ONE * sum(every)


_ADVICE: Mapping[tuple[str, int], str] = {
    ("tool", 1): "use {name}",
    ("tool", -1): "do not use {name}",
    ("attribute", 1): "have {name} = {value}",
    ("attribute", -1): "avoid {name} = {value}",
    ("sequence", 1): "do {name}",
    ("sequence", -1): "do not do {name}",
}


def sentence(contrast: Contrast, *, example: str) -> str:
    """Return the lesson in words: what to do first, which captions show, then when.

    `example` is a query it was found on, which says what kind of query is meant.
    """
    feature = contrast.feature
    advice = _ADVICE[feature.kind, contrast.polarity].format(name=feature.name, value=feature.value)
    return f"{advice[0].upper()}{advice[1:]} on queries like “{example}”."
