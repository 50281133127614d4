"""What separates success from failure among similar queries: counts, a significance test, a sentence. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from graphmem.learn.nouns import Feature, Outcome, Step

__all__ = ["Contrast", "Tried", "contrasts", "features_of", "sentence", "told_by"]

#: Sum of weights a feature needs on the side that has it before anything is concluded from it.
LEAST_SEEN = 3.0
#: One-sided normal quantile: P < .05.
LEAST_Z = 1.645
#: A lesson whose evidence is to more than this share about the same names is no lesson about the kind of query.
MOST_OF_ONE = 0.6
#: Most contrasts concluded at once, the clearest first.
MOST = 8


@dataclass(frozen=True, slots=True)
class Tried:
    """A closed query as evidence.

    Args:
        query: its id.
        features: what was done.
        outcome: what came of it.
        weight: how much it counts: 1 fresh, less when old.
        told: features whose own step was rewarded (True) or punished (False): that says more than the outcome.
        about: keys of the names in the query.
        at: when the query was closed.
    """

    query: str
    features: frozenset[Feature]
    outcome: Outcome
    weight: float = 1.0
    told: Mapping[Feature, bool] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    at: datetime | None = None

    def good(self, feature: Feature) -> bool:
        """Whether this speaks for the feature: by its own step's reward, else by the query's outcome."""
        return self.told.get(feature, self.outcome == "success")


@dataclass(frozen=True, slots=True)
class Contrast:
    """That a feature goes with success (polarity 1) or failure (-1) among similar queries.

    Args:
        feature: what was done.
        polarity: the direction.
        z: the log odds ratio over its standard error, > 0.
        counts: how many queries that have it succeeded, how many there are, and the same of those that have not.
        pro, contra: ids of the queries that speak for the conclusion and against it.
    """

    feature: Feature
    polarity: Literal[1, -1]
    z: float
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
    tried: Sequence[Tried], *, since: Mapping[tuple[Feature, int], datetime] | None = None
) -> tuple[Contrast, ...]:
    """Return what significantly separates success from failure, the clearest first, at most `MOST`.

    Per feature a 2 x 2 table of weighted counts; Woolf's log odds ratio with Haldane's and Anscombe's half added to
    each cell, divided by its standard error, against the normal quantile `LEAST_Z`. Where several features are always
    had together, the simplest one stands for them (a tool before an attribute before a sequence).

    Args:
        tried: the evidence.
        since: by feature and polarity, when a lesson of it was retired: only later evidence may bring it back.
    """
    every = {f for t in tried for f in t.features}
    found = [c for f in every if (c := _contrast(f, tried)) is not None and _again(c, tried, since or {})]
    ranked = sorted(found, key=lambda c: (-round(c.z, 9), _simplicity(c.feature), str(c.feature)))
    kept: dict[frozenset[str], Contrast] = {}
    for contrast in ranked:
        holders = frozenset(t.query for t in tried if contrast.feature in t.features)
        kept.setdefault(holders, contrast)
    return tuple(kept.values())[:MOST]


def _again(contrast: Contrast, tried: Sequence[Tried], since: Mapping[tuple[Feature, int], datetime]) -> bool:
    retired = since.get((contrast.feature, contrast.polarity))
    if retired is None:
        return True
    later = _contrast(contrast.feature, [t for t in tried if t.at is not None and t.at > retired])
    return later is not None and later.polarity == contrast.polarity


def _simplicity(feature: Feature) -> int:
    return ("tool", "attribute", "sequence").index(feature.kind)


def _contrast(feature: Feature, tried: Sequence[Tried]) -> Contrast | None:
    cells: dict[tuple[bool, bool], float] = {(h, g): 0.0 for h in (True, False) for g in (True, False)}
    for one in tried:
        cells[feature in one.features, one.good(feature)] += one.weight
    (a, b), (c, d) = ((cells[has, True], cells[has, False]) for has in (True, False))
    if a + b < LEAST_SEEN:
        return None
    ratio = math.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    z = ratio / math.sqrt(sum(1 / (n + 0.5) for n in (a, b, c, d)))
    if abs(z) < LEAST_Z:
        return None
    holders = [t for t in tried if feature in t.features]
    pro = [t for t in holders if t.good(feature) == (z > 0)]
    if not _general(pro, tried):
        return None
    others = [t for t in tried if feature not in t.features]
    return Contrast(
        feature,
        1 if z > 0 else -1,
        abs(z),
        (*_tally(holders, feature), *_tally(others, feature)),
        pro=tuple(t.query for t in pro),
        contra=tuple(t.query for t in holders if t.good(feature) != (z > 0)),
    )


def _tally(tried: Sequence[Tried], feature: Feature) -> tuple[int, int]:
    return sum(1 for t in tried if t.good(feature)), len(tried)


def _general(pro: Sequence[Tried], tried: Sequence[Tried]) -> bool:
    """Whether the evidence is about more than one party, where the queries are: else it is that party's own way."""
    shares = [sum(t.weight for t in pro if t.about == about) for about in {t.about for t in pro}]
    if not shares or max(shares) <= MOST_OF_ONE * sum(shares):
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
    """Return the lesson in words; `example` is a query it was found on, which says what kind of query is meant."""
    feature = contrast.feature
    advice = _ADVICE[feature.kind, contrast.polarity].format(name=feature.name, value=feature.value)
    return f"On queries like “{example}”, {advice}."
