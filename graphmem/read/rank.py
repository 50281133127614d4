"""Rankings: which signals count how much, as data. A ranking is a file; code holds no weights.

A ranking has one recipe per kind of interaction. A recipe names how candidates are chosen and a list of terms: the
score is the sum of weight times signal, each signal as it is (`none`), moved to [0, 1] over the candidates (`pool`), or
as one over its rank among them (`rank`). A recipe may put only the best on a shortlist that its terms are asked of.
"""

import json
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

import numpy as np

from graphmem.errors import InvalidInput
from graphmem.read.columns import Flags, Floats
from graphmem.read.related import ENTITY_SIGNALS, FACT_SIGNALS
from graphmem.read.scene import unit
from graphmem.read.signals import PASSAGE_SIGNALS, TOKEN_SIGNALS, TURN_SIGNALS
from graphmem.read.signals.lessons import LESSON_SIGNALS
from graphmem.read.signals.registry import Signal
from graphmem.read.vectors import ABSENT

__all__ = ["CONSTANT", "PassageRecipe", "Ranking", "Scored", "Term", "TurnRecipe", "normalised", "score", "shipped"]

Normalise = Literal["pool", "none", "rank"]
#: What a recipe's constant is called among the parts of a score.
CONSTANT = "constant"
_P = TypeVar("_P", bound=Sized)


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a score: `weight` times the signal, moved to [0, 1] over the pool, as it is, or 1 / rank."""

    signal: str
    weight: float
    normalise: Normalise = "pool"

    @property
    def part(self) -> str:
        """What the summand is called among the parts of a score."""
        return f"{self.signal}_rank" if self.normalise == "rank" else self.signal


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecipe:
    """How turns are ranked.

    Args:
        candidates: how many of the best by each signal are candidates (more when more hits are asked for).
        around: turns on either side of those that are candidates, too.
        whole_below: up to so many turns that pass the filters, all are candidates.
        lead: the score that session signals read and that the shortlist is chosen by.
        shortlist: how many candidates `terms` are asked of; the others follow in the order of `lead`. 0 is all.
        terms: the score.
        constant: added to every score, so that it is a logit.
    """

    candidates: Mapping[str, int]
    around: int
    whole_below: int
    lead: tuple[Term, ...] = ()
    shortlist: int = 0
    terms: tuple[Term, ...]
    constant: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRecipe:
    """How passages are ranked: all that pass the filters are scored, or those of a shortlist.

    Args:
        lead: the score whose best passages the graph is walked from; not needed where no term walks.
        first: the score that the shortlist is chosen by; it may walk. Those not on the list follow in its order.
        shortlist: how many of the best by `first` and by `lead` the `terms` are asked of, normalised over these.
            Nobody by `first` is everybody, no shortlist.
        terms: the score.
        constant: added to every score, so that it is a logit.
    """

    lead: tuple[Term, ...]
    first: tuple[Term, ...] = ()
    shortlist: tuple[int, int] = (0, 0)
    terms: tuple[Term, ...]
    constant: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Recipes for turns, passages, facts and entities, with where the weights come from.

    Args:
        name: what `hit.why.ranking` says.
        turns: for messages.
        passages: for passages.
        facts, entities: for what is asked by `types`.
        steps: for what an agent did, in a list of its own; None ranks it among the messages.
        queries, insights: for what is asked by `types`.
        merge: where several kinds are found, what the best cosine of a kind adds to the scores of that kind, so that
            logits compete fairly. 0 merges by a yardstick instead (`graphmem.read.search`).
        provenance: on what the weights were chosen, with which result and under which licence.
    """

    name: str
    turns: TurnRecipe
    passages: PassageRecipe
    facts: tuple[Term, ...] = ()
    entities: tuple[Term, ...] = ()
    queries: tuple[Term, ...] = ()
    insights: tuple[Term, ...] = ()
    steps: TurnRecipe | None = None
    merge: float = 0.0
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, name: "str | Path | Ranking | None" = None) -> "Ranking":
        """Return a shipped ranking by name, or one from a JSON file; None is `learned`, a ranking is itself.

        Raises: InvalidInput: no such ranking, unreadable, malformed, or with a signal that does not exist.
        """
        if isinstance(name, Ranking):
            return name
        if name is None:
            return _default()
        text = _text_of(name)
        try:
            return cls.of(json.loads(text))
        except ValueError as err:
            raise InvalidInput(f"ranking {name} is malformed: {err}; compare it with the shipped hand.json") from err

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Ranking":
        """Return the ranking that a mapping tells, as the JSON files do. InvalidInput: it is malformed."""
        try:
            return _parsed(told)
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            if isinstance(err, InvalidInput):
                raise
            raise InvalidInput(f"this is no ranking: {err!r}; compare it with the shipped hand.json") from err

    def without(self, *signals: str) -> "Ranking":
        """Return the ranking with these signals left out of every score, for ablations; they aren't computed at all.

        Raises: InvalidInput: a signal that neither recipe has.
        """
        had = {term.signal for terms in self._lists() for term in terms}
        if unknown := set(signals) - had:
            raise InvalidInput(
                f"ranking {self.name} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(had))}"
            )

        def kept(terms: Sequence[Term]) -> tuple[Term, ...]:
            return tuple(t for t in terms if t.signal not in signals)

        def left(recipe: TurnRecipe) -> TurnRecipe:
            candidates = {s: n for s, n in recipe.candidates.items() if s not in signals} or recipe.candidates
            return replace(recipe, candidates=candidates, lead=kept(recipe.lead), terms=kept(recipe.terms))

        passages = self.passages
        return replace(
            self,
            name=f"{self.name} without {', '.join(signals)}",
            turns=left(self.turns),
            steps=left(self.steps) if self.steps else None,
            passages=replace(
                passages, lead=kept(passages.lead), first=kept(passages.first), terms=kept(passages.terms)
            ),
            facts=kept(self.facts),
            entities=kept(self.entities),
            queries=kept(self.queries),
            insights=kept(self.insights),
        )

    @classmethod
    def comparing_tokens(cls, name: "str | Path | Ranking | None" = None) -> "Ranking":
        """Return a ranking that compares single tokens: the one named, or a shipped one's variant `NAME-tokens`.

        Raises: InvalidInput: as `load`, or it weighs no token signal.
        """
        variant = f"{'learned' if name is None else name}-tokens"
        if not isinstance(name, Ranking) and variant in shipped():
            return cls.load(variant)
        chosen = cls.load(name)
        if chosen.reads_tokens:
            return chosen
        there = ", ".join(one for one in shipped() if one.endswith("-tokens"))
        raise InvalidInput(
            f"rerank='tokens', but ranking {chosen.name} weighs neither {' nor '.join(sorted(TOKEN_SIGNALS))}: leave "
            f"one of them out, or name a ranking that does ({there})"
        )

    @property
    def reads_tokens(self) -> bool:
        """Whether a term of messages or steps compares single tokens."""
        recipes = (self.turns, self.steps) if self.steps else (self.turns,)
        return any(t.weight and t.signal in TOKEN_SIGNALS for recipe in recipes for t in (*recipe.lead, *recipe.terms))

    def _lists(self) -> Iterator[tuple[Term, ...]]:
        """Every list of terms."""
        for recipe in (self.turns, self.steps) if self.steps else (self.turns,):
            yield from (recipe.lead, recipe.terms)
        yield from (self.passages.lead, self.passages.first, self.passages.terms)
        yield from (self.facts, self.entities, self.queries, self.insights)


@cache
def _default() -> Ranking:
    return Ranking.load("learned")


def shipped() -> list[str]:
    """Return the names of the shipped rankings."""
    files = resources.files("graphmem.read").joinpath("rankings").iterdir()
    return sorted(f.name.removesuffix(".json") for f in files if f.name.endswith(".json"))


def _text_of(name: str | Path) -> str:
    if str(name) in shipped():
        return resources.files("graphmem.read").joinpath("rankings", f"{name}.json").read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError, TypeError) as err:
        raise InvalidInput(f"no ranking {name!s}: name one of {', '.join(shipped())}, or a readable JSON file") from err


def _parsed(told: Mapping[str, Any]) -> Ranking:
    turns, passages = told["turns"], told["passages"]
    return Ranking(
        name=str(told["name"]),
        facts=_terms(told.get("facts", ()), FACT_SIGNALS),
        entities=_terms(told.get("entities", ()), ENTITY_SIGNALS),
        queries=_terms(told.get("queries", _by_hand("queries")), LESSON_SIGNALS),
        insights=_terms(told.get("insights", _by_hand("insights")), LESSON_SIGNALS),
        steps=_turns(told["steps"]) if told.get("steps") is not None else None,
        merge=_number(told.get("merge", 0)),
        provenance=dict(told.get("provenance", {})),
        turns=_turns(turns),
        passages=_passages(passages),
    )


@cache
def _by_hand(part: str) -> Sequence[Mapping[str, Any]]:
    """What the rule by hand tells of a part: for rankings, older than it, that do not."""
    told: Sequence[Mapping[str, Any]] = json.loads(_text_of("hand"))[part]
    return told


def _turns(told: Mapping[str, Any]) -> TurnRecipe:
    candidates = {str(c["signal"]): int(c["count"]) for c in told["candidates"]}
    _checked(candidates, TURN_SIGNALS)
    return TurnRecipe(
        candidates=candidates,
        around=int(told["around"]),
        whole_below=int(told["whole_below"]),
        lead=_terms(told.get("lead", ()), TURN_SIGNALS),
        shortlist=_count(told.get("shortlist", 0)),
        terms=_terms(told["terms"], TURN_SIGNALS),
        constant=_number(told.get("constant", 0)),
    )


def _passages(told: Mapping[str, Any]) -> PassageRecipe:
    by_first, by_lead = told.get("shortlist", (0, 0))
    return PassageRecipe(
        lead=_terms(told["lead"], PASSAGE_SIGNALS),
        first=_terms(told.get("first", ()), PASSAGE_SIGNALS),
        shortlist=(_count(by_first), _count(by_lead)),
        terms=_terms(told["terms"], PASSAGE_SIGNALS),
        constant=_number(told.get("constant", 0)),
    )


def _number(told: object) -> float:
    value = float(told)  # type: ignore[arg-type]  # whatever float refuses is malformed
    if not np.isfinite(value):
        raise InvalidInput(f"{told}: a constant is a finite number")
    return value


def _count(told: object) -> int:
    value = int(told)  # type: ignore[call-overload]  # whatever int refuses is malformed
    if value < 0:
        raise InvalidInput(f"{told}: a shortlist holds at least 0")
    return int(value)


def _terms(told: Sequence[Mapping[str, Any]], known: Mapping[str, object]) -> tuple[Term, ...]:
    terms = tuple(Term(str(t["signal"]), float(t["weight"]), t.get("normalise", "pool")) for t in told)
    _checked([t.signal for t in terms], known)
    for term in terms:
        if term.normalise not in get_args(Normalise) or not np.isfinite(term.weight):
            raise InvalidInput(
                f"{term}: the weight is a number and `normalise` one of {', '.join(get_args(Normalise))}"
            )
    return terms


def _checked(signals: Sequence[str] | Mapping[str, int], known: Mapping[str, object]) -> None:
    for signal in signals:
        if signal not in known:
            raise InvalidInput(f"there is no signal {signal!r}; there are {', '.join(sorted(known))}")


# --- scoring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores over a pool of m candidates.

    Args:
        total: m float32, the weighted sum; finite.
        values: by part, m float32, as it entered the sum.
        weights: by part.
    """

    total: Floats
    values: Mapping[str, Floats]
    weights: Mapping[str, float]

    def of(self, chosen: Flags) -> "Scored":
        """Return the scores of the chosen candidates (m bool) alone."""
        return Scored(self.total[chosen], {part: value[chosen] for part, value in self.values.items()}, self.weights)

    def moved(self, by: float, part: str) -> "Scored":
        """Return the scores with a number added to each, which is a part of this name."""
        total = self.total + np.float32(by)
        ones = np.ones(len(total), dtype=np.float32)
        return Scored(total, {**self.values, part: ones}, {**self.weights, part: by})


def normalised(values: Floats, normalise: Normalise) -> Floats:
    """Return a signal's values over a pool as they enter a sum; what is absent counts as the least.

    `pool`: moved to [0, 1]. `none`: as they are, absent ones 0. `rank`: 1 / (1 + rank), rank from 0 and ties by their
    best; equal values all the way say nothing, which is 0.
    """
    if normalise == "pool":
        return unit(values)
    if normalise == "none":
        return np.where(values == ABSENT, np.float32(0), values)
    ordered, place = np.unique(-values, return_inverse=True)
    if len(ordered) < 2:
        return np.zeros(len(values), dtype=np.float32)
    above = np.cumsum(np.bincount(place)) - np.bincount(place)
    return (1 / (1 + above[place])).astype(np.float32)


def score(pool: _P, terms: Sequence[Term], *, signals: Mapping[str, Signal[_P]], constant: float = 0.0) -> Scored:
    """Return the weighted sum of signals over a pool; signals of weight 0 are not computed."""
    total: Floats = np.zeros(len(pool), dtype=np.float32)
    values: dict[str, Floats] = {}
    weights: dict[str, float] = {}
    found: dict[str, Floats] = {}
    for term in terms:
        if term.weight:
            if term.signal not in found:
                found[term.signal] = signals[term.signal].function(pool)
            value = normalised(found[term.signal], term.normalise)
            total += np.float32(term.weight) * value
            values[term.part] = value
            weights[term.part] = term.weight
    scored = Scored(total, values, weights)
    return scored.moved(constant, CONSTANT) if constant else scored
