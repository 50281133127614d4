"""How likely each thing that was done is right, now: credit for joint work, shared by inference. Pure.

A query succeeds when everything done on it was right. That is the DINA model of cognitive diagnosis (deterministic
inputs, noisy AND: Junker and Sijtsma, Applied Psychological Measurement 25, 2001): a success speaks for all of it at
once, a failure against whatever is not known to be right otherwise. What is right may change: each feature is a chain
of two states, drawn anew with a small chance from query to query (a hidden Markov model), so that what fails lately is
doubted soon, whatever it did before. What changes, changes together: where one chain shows that it was drawn anew, the
others are likelier to have been, so that what was wrong before may be tried again. And it may depend on whom a query is
about: a chain for all and one for each party compete by their evidence. Messages between queries and chains go round a
few times (loopy belief propagation); the chances of slips and of lucky guesses are fitted meanwhile, so that pure
chance teaches nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np

from graphmem.learn.nouns import Feature, Outcome

__all__ = ["Belief", "Beliefs", "Tried", "beliefs"]

#: The chance that something is right, before anything is known; more where queries are made of many things.
PRIOR = 0.35
#: ... so that a query of usual size succeeds with at least this chance.
LEAST_SUCCESS = 0.05
#: Chance that a query fails though all was right, and that it succeeds though something was wrong; of so many queries.
SLIP, GUESS, ASSUMED = 0.15, 0.05, 10.0
#: Chance that a step's own reward misleads.
MISTOLD = 0.15
#: Chance that what is right depends on the party, before anything is known.
OWN = 0.25
#: Rounds of messages, and how far each goes: undamped ones blame two things in turn for what they failed at together.
ROUNDS, DAMPED = 5, 0.5
#: At most so many features are weighed, those of the most queries.
MOST_FEATURES = 200
#: What other features say at most for a change between two queries, in nats of log odds.
MOST_TURNED = 2.0
_EDGE = 1e-4
_TOP = 1 - _EDGE


@dataclass(frozen=True, slots=True)
class Tried:
    """A closed query as evidence.

    Args:
        query: its id.
        features: what was done.
        outcome: what came of it.
        weight: how much it counts, in [0, 1].
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
class Belief:
    """What is believed of a feature.

    Args:
        right: the chance that it is right now for a party nothing is known of, in (0, 1).
        own: the chance that what is right depends on the party.
        said: by query, the log odds by which that query speaks for it (> 0) or against it.
    """

    right: float
    own: float
    said: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is believed of the features of queries of one kind.

    Args:
        prior: the chance that one nothing is known of is right.
        of: the others.
        gain: by how many nats the beliefs foretell each outcome from the others better than the plain rate does.
    """

    prior: float
    of: Mapping[Feature, Belief]
    gain: float

    def strength(self, feature: Feature) -> float:
        """Return how far a feature is from the prior: 1 surely right, -1 surely wrong, 0 nothing known."""
        right = self.of[feature].right if feature in self.of else self.prior
        return (right - self.prior) / (1 - self.prior if right > self.prior else self.prior)


@dataclass(frozen=True, slots=True)
class _Chain:
    """A feature over the queries that have it.

    Args:
        without: by query, the belief without that query's own word.
        now: the belief now.
        evidence: log likelihood of what all of them say.
        turned: by gap between two of them, the log odds for a new draw in it, beside what was assumed.
    """

    without: tuple[float, ...]
    now: float
    evidence: float
    turned: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _World:
    """What the chains assume: the prior and, by feature, the log chance that it was not drawn anew up to each query."""

    prior: float
    lasted: Mapping[Feature, Sequence[float]]


def beliefs(tried: Sequence[Tried], *, change: float) -> Beliefs:
    """Return what to believe of the tools and attributes of queries of one kind.

    Args:
        tried: the evidence, in any order; it is taken in order of time.
        change: chance in [0, 1) that what is right is drawn anew from one query to the next.
    """
    ordered = sorted(tried, key=lambda t: (t.at is not None, t.at.timestamp() if t.at else 0.0))
    places = _places(ordered)
    held: list[list[Feature]] = [[] for _ in ordered]
    for feature, where in places.items():
        for place in where:
            held[place].append(feature)
    prior = _prior(held)
    usual = [n * math.log(1 - change) for n in range(len(ordered) + 1)]
    world = _World(prior, dict.fromkeys(places, usual))
    without: list[dict[Feature, float]] = [dict.fromkeys(features, prior) for features in held]
    rates = (SLIP, GUESS)
    found: dict[Feature, Belief] = {}
    for _ in range(ROUNDS):
        said = [_messages(one, known, rates) for one, known in zip(ordered, without, strict=True)]
        told = {f: _believed(f, where, ordered, said, without, world) for f, where in places.items()}
        found = {f: belief for f, (belief, _) in told.items()}
        rates = _rates(ordered, without, rates)
        if change:
            turned = {f: nats for f, (_, nats) in told.items()}
            world = _World(prior, _lasted(places, turned, count=len(ordered), change=change))
    return Beliefs(prior, found, _gain(ordered, without, rates))


def _lasted(
    places: Mapping[Feature, Sequence[int]], turned: Mapping[Feature, Sequence[float]], *, count: int, change: float
) -> dict[Feature, Sequence[float]]:
    """Return, by feature, the log chance that it was not drawn anew up to each query, as the others tell of changes."""
    own = {f: np.zeros(count + 1) for f in places}
    for feature, where in places.items():
        for (a, b), nats in zip(pairwise(where), turned[feature], strict=True):
            own[feature][a + 1 : b + 1] = max(0.0, nats)
    every = np.sum(list(own.values()), axis=0) if own else np.zeros(count + 1)
    usual = math.log(change / (1 - change))
    found: dict[Feature, Sequence[float]] = {}
    for feature, said in own.items():
        chances = 1 / (1 + np.exp(-(usual + np.minimum(every - said, MOST_TURNED))))
        found[feature] = np.cumsum(np.log1p(-chances)).tolist()
    return found


def _places(tried: Sequence[Tried]) -> dict[Feature, list[int]]:
    """Return where each feature that is weighed was had: orders of tools are made of tools, and left out."""
    found: dict[Feature, list[int]] = {}
    for place, one in enumerate(tried):
        for feature in one.features:
            if feature.kind != "sequence":
                found.setdefault(feature, []).append(place)
    most = sorted(found, key=lambda f: (-len(found[f]), f.kind, f.name, f.value))[:MOST_FEATURES]
    return {f: found[f] for f in most}


def _prior(held: Sequence[Sequence[Feature]]) -> float:
    sizes = [len(features) for features in held if features]
    size = sum(sizes) / len(sizes) if sizes else 1.0
    return max(PRIOR, math.pow(LEAST_SUCCESS, 1 / size))


def _messages(one: Tried, known: Mapping[Feature, float], rates: tuple[float, float]) -> dict[Feature, float]:
    """Return the log odds by which a query speaks for each of its features, given what is known of the others."""
    slip, guess = rates
    every = sum(math.log(p) for p in known.values())
    found: dict[Feature, float] = {}
    for feature, p in known.items():
        others = math.exp(every - math.log(p))
        if one.outcome == "success":
            odds = math.log((others * (1 - slip) + (1 - others) * guess) / guess)
        else:
            odds = math.log((others * slip + (1 - others) * (1 - guess)) / (1 - guess))
        told = one.told.get(feature)
        if told is not None:
            odds += math.log((1 - MISTOLD) / MISTOLD) * (1 if told else -1)
        found[feature] = one.weight * odds
    return found


def _believed(
    feature: Feature,
    where: Sequence[int],
    tried: Sequence[Tried],
    said: Sequence[Mapping[Feature, float]],
    without: Sequence[dict[Feature, float]],
    world: _World,
) -> tuple[Belief, tuple[float, ...]]:
    """Return the belief in a feature and its `turned`; leave in `without` what each query that has it is told of it."""
    odds = {place: said[place][feature] for place in where}
    parties: dict[frozenset[str], list[int]] = {}
    for place in where:
        parties.setdefault(tried[place].about, []).append(place)
    lasted = world.lasted[feature]
    common = _chain(where, odds, prior=world.prior, lasted=lasted)
    apart = {about: _chain(places, odds, prior=world.prior, lasted=lasted) for about, places in parties.items()}
    own = _own(common, list(apart.values()))
    mixed = {
        place: own * p
        for about, places in parties.items()
        for place, p in zip(places, apart[about].without, strict=True)
    }
    for place, p in zip(where, common.without, strict=True):
        known = (1 - own) * p + mixed[place]
        without[place][feature] += DAMPED * (known - without[place][feature])
    right = (1 - own) * common.now + own * world.prior
    return Belief(right, own, {tried[place].query: odds[place] for place in where}), common.turned


def _own(common: _Chain, apart: Sequence[_Chain]) -> float:
    """Return the chance that parties have ways of their own: whether a chain each explains more than one for all."""
    if len(apart) < 2:
        return 0.0
    odds = math.log(OWN / (1 - OWN)) + sum(c.evidence for c in apart) - common.evidence
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _chain(where: Sequence[int], odds: Mapping[int, float], *, prior: float, lasted: Sequence[float]) -> _Chain:
    """Run forward and backward over the queries at `where`; between them the state may be drawn anew."""
    stays = [math.exp(lasted[b] - lasted[a]) for a, b in pairwise([where[0], *where, len(lasted) - 1])]
    p, evidence = prior, 0.0
    before: list[float] = []
    after: list[float] = []
    for place, stay in zip(where, stays[:-1], strict=True):
        p = _off_edges(p * stay + prior * (1 - stay))
        before.append(p)
        right = p * math.exp(odds[place])
        evidence += math.log(right + 1 - p)
        p = right / (right + 1 - p)
        after.append(p)
    now = _off_edges(p * stays[-1] + prior * (1 - stays[-1]))
    without, turned = [0.0] * len(where), [0.0] * len(where)
    ahead = 0.5  # what later queries say, as the chance of right over that of right and wrong
    for k in range(len(where) - 1, -1, -1):
        without[k] = _both(before[k], ahead)
        later = _both(ahead, 1 / (1 + math.exp(-odds[where[k]])))
        mean = prior * later + (1 - prior) * (1 - later)
        stayed = after[k - 1] if k else prior
        turned[k] = math.log(mean / (stayed * later + (1 - stayed) * (1 - later)))
        good, bad = (x * stays[k] + mean * (1 - stays[k]) for x in (later, 1 - later))
        ahead = good / (good + bad)
    return _Chain(tuple(without), now, evidence, tuple(turned[1:]))


def _off_edges(p: float) -> float:
    """Return a chance kept off 0 and 1."""
    return _EDGE if p < _EDGE else min(p, _TOP)


def _both(one: float, other: float) -> float:
    """Return two independent words on one thing as one, kept off 0 and 1."""
    good = one * other
    return _off_edges(good / (good + (1 - one) * (1 - other)))


def _rates(
    tried: Sequence[Tried], without: Sequence[Mapping[Feature, float]], rates: tuple[float, float]
) -> tuple[float, float]:
    """Return the chances of a slip and of a lucky guess that explain the outcomes, with the assumed ones mixed in."""
    slip, guess = rates
    sums = dict.fromkeys(("right", "wrong", "lucky", "slipped"), 0.0)
    for one, known in zip(tried, without, strict=True):
        right, won = math.prod(known.values()), one.outcome == "success"
        yes, no = right * (1 - slip if won else slip), (1 - right) * (guess if won else 1 - guess)
        share = yes / (yes + no)
        sums["right"] += one.weight * share
        sums["wrong"] += one.weight * (1 - share)
        sums["lucky" if won else "slipped"] += one.weight * ((1 - share) if won else share)
    slipped = (ASSUMED * SLIP + sums["slipped"]) / (ASSUMED + sums["right"])
    return slipped, (ASSUMED * GUESS + sums["lucky"]) / (ASSUMED + sums["wrong"])


def _gain(tried: Sequence[Tried], without: Sequence[Mapping[Feature, float]], rates: tuple[float, float]) -> float:
    """Return the log likelihood of the outcomes, each foretold from the others, less that of their plain rate."""
    slip, guess = rates
    wins, every = sum(t.weight for t in tried if t.outcome == "success"), sum(t.weight for t in tried)
    gain = 0.0
    for one, known in zip(tried, without, strict=True):
        right, won = math.prod(known.values()), one.outcome == "success"
        told = right * (1 - slip) + (1 - right) * guess
        rate = (wins - one.weight * won + 0.5) / (every - one.weight + 1)
        gain += one.weight * (math.log(told if won else 1 - told) - math.log(rate if won else 1 - rate))
    return gain
