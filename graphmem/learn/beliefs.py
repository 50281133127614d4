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
        here: by party (the keys of its names), the chance that it is right now for that one.
    """

    right: float
    own: float
    said: Mapping[str, float]
    here: Mapping[frozenset[str], float] = field(default_factory=dict)

    def right_for(self, about: frozenset[str]) -> float:
        """Return the chance that it is right now for a party."""
        return self.here.get(about, self.right)


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
class _Ways:
    """One chain for all, one for each party (as in `_Track.parties`), and the chance that each has a way of its own."""

    common: _Chain
    apart: Sequence[_Chain]
    own: float


@dataclass(frozen=True, slots=True)
class _Track:
    """Where a feature was had: the places of its queries, and of those of each party, in order of time."""

    where: Sequence[int]
    parties: Sequence[Sequence[int]]


def beliefs(tried: Sequence[Tried], *, change: float, rounds: int = ROUNDS) -> Beliefs:
    """Return what to believe of the tools and attributes of queries of one kind.

    Args:
        tried: the evidence, in any order; it is taken in order of time.
        change: chance in [0, 1) that what is right is drawn anew from one query to the next.
        rounds: how often messages go round, >= 1; chances move little after the third.
    """
    ordered = sorted(tried, key=lambda t: (t.at is not None, t.at.timestamp() if t.at else 0.0))
    places = _places(ordered)
    tracks = [_track(where, ordered) for where in places.values()]  # features go by their number here
    told = [{n: t.told[f] for n, f in enumerate(places) if f in t.told} for t in ordered]
    held: list[list[int]] = [[] for _ in ordered]
    for number, track in enumerate(tracks):
        for place in track.where:
            held[place].append(number)
    prior = _prior(held)
    lasted: Sequence[Sequence[float]] = [[n * math.log(1 - change) for n in range(len(ordered) + 1)]] * len(tracks)
    without = [dict.fromkeys(numbers, prior) for numbers in held]
    rates = (SLIP, GUESS)
    said: list[dict[int, float]] = []
    ways: list[_Ways] = []
    for left in reversed(range(rounds)):
        said = [_messages(*row, rates) for row in zip(ordered, without, told, strict=True)]
        ways = [_common(n, track, said, without, prior=prior, lasted=lasted[n]) for n, track in enumerate(tracks)]
        rates = _rates(ordered, without, rates)
        if change and left:
            lasted = _lasted(tracks, [w.common.turned for w in ways], count=len(ordered), change=change)
    found: dict[Feature, Belief] = {}
    for number, (feature, way) in enumerate(zip(places, ways, strict=True)):
        by_query = {ordered[place].query: said[place][number] for place in tracks[number].where}
        found[feature] = _belief(
            way, by_query, abouts=[ordered[p[0]].about for p in tracks[number].parties], prior=prior
        )
    return Beliefs(prior, found, _gain(ordered, without, rates))


def _belief(way: _Ways, said: Mapping[str, float], *, abouts: Sequence[frozenset[str]], prior: float) -> Belief:
    common, own = (1 - way.own) * way.common.now, way.own
    here = {about: common + own * chain.now for about, chain in zip(abouts, way.apart, strict=True)}
    return Belief(common + own * prior, own, said, here)


def _track(where: Sequence[int], tried: Sequence[Tried]) -> _Track:
    parties: dict[frozenset[str], list[int]] = {}
    for place in where:
        parties.setdefault(tried[place].about, []).append(place)
    return _Track(where, list(parties.values()))


def _lasted(
    tracks: Sequence[_Track], turned: Sequence[Sequence[float]], *, count: int, change: float
) -> list[Sequence[float]]:
    """Return, by feature, the log chance that it was not drawn anew up to each query, as the others tell of changes."""
    own = np.zeros((len(tracks), count + 1))
    for said, track, gaps in zip(own, tracks, turned, strict=True):
        for (a, b), nats in zip(pairwise(track.where), gaps, strict=True):
            said[a + 1 : b + 1] = max(0.0, nats)
    others = np.minimum(own.sum(axis=0) - own, MOST_TURNED)
    chances = 1 / (1 + np.exp(-(math.log(change / (1 - change)) + others)))
    found: list[Sequence[float]] = np.cumsum(np.log1p(-chances), axis=1).tolist()
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


def _prior(held: Sequence[Sequence[int]]) -> float:
    sizes = [len(numbers) for numbers in held if numbers]
    size = sum(sizes) / len(sizes) if sizes else 1.0
    return max(PRIOR, math.pow(LEAST_SUCCESS, 1 / size))


def _messages(
    one: Tried, known: Mapping[int, float], told: Mapping[int, bool], rates: tuple[float, float]
) -> dict[int, float]:
    """Return the log odds by which a query speaks for each of its features, given what is known of the others."""
    slip, guess = rates
    right, wrong = (1 - slip, guess) if one.outcome == "success" else (slip, 1 - guess)
    logs = {number: math.log(p) for number, p in known.items()}
    every = sum(logs.values())
    found: dict[int, float] = {}
    for number, log in logs.items():
        others = math.exp(every - log)
        odds = math.log((others * right + (1 - others) * wrong) / wrong)
        if number in told:
            odds += math.log((1 - MISTOLD) / MISTOLD) * (1 if told[number] else -1)
        found[number] = one.weight * odds
    return found


def _common(
    number: int,
    track: _Track,
    said: Sequence[Mapping[int, float]],
    without: Sequence[dict[int, float]],
    *,
    prior: float,
    lasted: Sequence[float],
) -> _Ways:
    """Return a feature's chain for all parties, those of each, and the chance that each has a way of its own.

    It leaves in `without` what each query that has the feature is told of it.
    """
    likely = {place: math.exp(said[place][number]) for place in track.where}
    common = _chain(track.where, likely, prior=prior, lasted=lasted)
    parties = track.parties if len(track.parties) > 1 else ()
    apart = [_chain(places, likely, prior=prior, lasted=lasted, turns=False) for places in parties] or [common]
    own = _own(common, apart)
    mixed = {
        place: own * p
        for places, chain in zip(track.parties, apart, strict=True)
        for place, p in zip(places, chain.without, strict=True)
    }
    for place, p in zip(track.where, common.without, strict=True):
        known = (1 - own) * p + mixed[place]
        without[place][number] += DAMPED * (known - without[place][number])
    return _Ways(common, apart, own)


def _own(common: _Chain, apart: Sequence[_Chain]) -> float:
    """Return the chance that parties have ways of their own: whether a chain each explains more than one for all."""
    if len(apart) < 2:
        return 0.0
    odds = math.log(OWN / (1 - OWN)) + sum(c.evidence for c in apart) - common.evidence
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _chain(
    where: Sequence[int], likely: Mapping[int, float], *, prior: float, lasted: Sequence[float], turns: bool = True
) -> _Chain:
    """Run forward and backward over the queries at `where`; between them the state may be drawn anew.

    `likely` has the odds of what they say; without `turns` the chain does not tell of its changes.
    """
    if len(where) == 1:
        return _once(likely[where[0]], prior=prior, stay=math.exp(lasted[-1] - lasted[where[0]]))
    stays = [math.exp(lasted[b] - lasted[a]) for a, b in pairwise([where[0], *where, len(lasted) - 1])]
    p, evidence = prior, 0.0
    before: list[float] = []
    after: list[float] = []
    for place, stay in zip(where, stays[:-1], strict=True):
        p = _off_edges(p * stay + prior * (1 - stay))
        before.append(p)
        right = p * likely[place]
        evidence += math.log(right + 1 - p)
        p = right / (right + 1 - p)
        after.append(p)
    now = _off_edges(p * stays[-1] + prior * (1 - stays[-1]))
    without, turned = [0.0] * len(where), [0.0] * len(where)
    ahead = 0.5  # what later queries say, as the chance of right over that of right and wrong
    for k in range(len(where) - 1, -1, -1):
        without[k] = _both(before[k], ahead)
        right, stay = ahead * likely[where[k]], stays[k]
        later = _off_edges(right / (right + 1 - ahead))
        mean = prior * later + (1 - prior) * (1 - later)
        if turns and k:
            turned[k] = math.log(mean / (after[k - 1] * later + (1 - after[k - 1]) * (1 - later)))
        moved = mean * (1 - stay)
        good, bad = later * stay + moved, (1 - later) * stay + moved
        ahead = good / (good + bad)
    return _Chain(tuple(without), now, evidence, tuple(turned[1:]))


def _once(likely: float, *, prior: float, stay: float) -> _Chain:
    """Return the chain of one query alone: most parties have no more."""
    right = prior * likely
    both = right + 1 - prior
    return _Chain((prior,), _off_edges(right / both * stay + prior * (1 - stay)), math.log(both), ())


def _off_edges(p: float) -> float:
    """Return a chance kept off 0 and 1."""
    return _EDGE if p < _EDGE else p if p < _TOP else _TOP  # noqa: FURB136 - a third of the time of min(p, _TOP)


def _both(one: float, other: float) -> float:
    """Return two independent words on one thing as one, kept off 0 and 1."""
    good = one * other
    return _off_edges(good / (good + (1 - one) * (1 - other)))


def _rates(
    tried: Sequence[Tried], without: Sequence[Mapping[int, float]], rates: tuple[float, float]
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


def _gain(tried: Sequence[Tried], without: Sequence[Mapping[int, float]], rates: tuple[float, float]) -> float:
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
