"""Rankings: which signals count how much, as data. A ranking is a file; code holds no weights.

A ranking has one recipe per kind of interaction. A recipe names how candidates are chosen and a list of terms: the
score is the sum of weight times signal, each signal as it is (`none`) or moved to [0, 1] over the candidates (`pool`).
"""

import json
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np

from graphmem.errors import InvalidInput
from graphmem.read.columns import Floats
from graphmem.read.related import ENTITY_SIGNALS, FACT_SIGNALS
from graphmem.read.scene import unit
from graphmem.read.signals import PASSAGE_SIGNALS, TURN_SIGNALS
from graphmem.read.signals.registry import Signal
from graphmem.read.vectors import ABSENT

__all__ = ["PassageRecipe", "Ranking", "Scored", "Term", "TurnRecipe", "score", "shipped"]

Normalise = Literal["pool", "none"]
_P = TypeVar("_P", bound=Sized)


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a score: `weight` times the signal, moved to [0, 1] over the pool or taken as it is."""

    signal: str
    weight: float
    normalise: Normalise = "pool"


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecipe:
    """How turns are ranked.

    Args:
        candidates: how many of the best by each signal are candidates (more when more hits are asked for).
        around: turns on either side of those that are candidates, too.
        whole_below: up to so many turns that pass the filters, all are candidates.
        terms: the score.
    """

    candidates: Mapping[str, int]
    around: int
    whole_below: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRecipe:
    """How passages are ranked: all that pass the filters are scored.

    Args:
        lead: the score whose best passages the graph is walked from; not needed where no term walks.
        terms: the score.
    """

    lead: tuple[Term, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Recipes for turns, passages, facts and entities, with where the weights come from.

    Args:
        name: what `hit.why.ranking` says.
        turns: for messages and steps.
        passages: for passages.
        facts, entities: for what is asked by `types`.
        provenance: on what the weights were chosen, with which result and under which licence.
    """

    name: str
    turns: TurnRecipe
    passages: PassageRecipe
    facts: tuple[Term, ...] = ()
    entities: tuple[Term, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, name: "str | Path | Ranking | None" = None) -> "Ranking":
        """Return a shipped ranking by name, or one from a JSON file; None is `hand`, a ranking is itself.

        Raises: InvalidInput: no such ranking, unreadable, malformed, or with a signal that does not exist.
        """
        if isinstance(name, Ranking):
            return name
        if name is None:
            return _default()
        text = _text_of(name)
        try:
            return _parsed(json.loads(text))
        except (KeyError, TypeError, ValueError, AttributeError) as err:
            if isinstance(err, InvalidInput):
                raise
            raise InvalidInput(f"ranking {name} is malformed: {err!r}; compare it with the shipped hand.json") from err

    def without(self, *signals: str) -> "Ranking":
        """Return the ranking with these signals left out of every score, for ablations; they aren't computed at all.

        Raises: InvalidInput: a signal that neither recipe has.
        """
        every = (self.turns.terms, self.passages.lead, self.passages.terms, self.facts, self.entities)
        had = {term.signal for terms in every for term in terms}
        if unknown := set(signals) - had:
            raise InvalidInput(
                f"ranking {self.name} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(had))}"
            )

        def kept(terms: Sequence[Term]) -> tuple[Term, ...]:
            return tuple(t for t in terms if t.signal not in signals)

        candidates = {s: n for s, n in self.turns.candidates.items() if s not in signals}
        return replace(
            self,
            name=f"{self.name} without {', '.join(signals)}",
            turns=replace(self.turns, candidates=candidates or self.turns.candidates, terms=kept(self.turns.terms)),
            passages=PassageRecipe(lead=kept(self.passages.lead), terms=kept(self.passages.terms)),
            facts=kept(self.facts),
            entities=kept(self.entities),
        )


@cache
def _default() -> Ranking:
    return Ranking.load("hand")


def shipped() -> list[str]:
    """Return the names of the shipped rankings."""
    files = resources.files("graphmem.read").joinpath("rankings").iterdir()
    return sorted(f.name.removesuffix(".json") for f in files if f.name.endswith(".json"))


def _text_of(name: str | Path) -> str:
    if str(name) in shipped():
        return resources.files("graphmem.read").joinpath("rankings", f"{name}.json").read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, ValueError) as err:
        raise InvalidInput(f"no ranking {name!s}: name one of {', '.join(shipped())}, or a readable JSON file") from err


def _parsed(told: Mapping[str, Any]) -> Ranking:
    turns, passages = told["turns"], told["passages"]
    candidates = {str(c["signal"]): int(c["count"]) for c in turns["candidates"]}
    _checked(candidates, TURN_SIGNALS)
    return Ranking(
        name=str(told["name"]),
        facts=_terms(told.get("facts", ()), FACT_SIGNALS),
        entities=_terms(told.get("entities", ()), ENTITY_SIGNALS),
        provenance=dict(told.get("provenance", {})),
        turns=TurnRecipe(
            candidates=candidates,
            around=int(turns["around"]),
            whole_below=int(turns["whole_below"]),
            terms=_terms(turns["terms"], TURN_SIGNALS),
        ),
        passages=PassageRecipe(
            lead=_terms(passages["lead"], PASSAGE_SIGNALS), terms=_terms(passages["terms"], PASSAGE_SIGNALS)
        ),
    )


def _terms(told: Sequence[Mapping[str, Any]], known: Mapping[str, object]) -> tuple[Term, ...]:
    terms = tuple(Term(str(t["signal"]), float(t["weight"]), t.get("normalise", "pool")) for t in told)
    _checked([t.signal for t in terms], known)
    for term in terms:
        if term.normalise not in ("pool", "none") or not np.isfinite(term.weight):
            raise InvalidInput(f"{term}: the weight is a number and `normalise` is 'pool' or 'none'")
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
        values: by signal, m float32, as it entered the sum.
        weights: by signal.
    """

    total: Floats
    values: Mapping[str, Floats]
    weights: Mapping[str, float]


def score(pool: _P, terms: Sequence[Term], *, signals: Mapping[str, Signal[_P]]) -> Scored:
    """Return the weighted sum of signals over a pool; signals of weight 0 are not computed."""
    total: Floats = np.zeros(len(pool), dtype=np.float32)
    values: dict[str, Floats] = {}
    weights: dict[str, float] = {}
    for term in terms:
        if term.weight:
            found = signals[term.signal].function(pool)
            value = unit(found) if term.normalise == "pool" else np.where(found == ABSENT, np.float32(0), found)
            total += np.float32(term.weight) * value
            values[term.signal] = value
            weights[term.signal] = term.weight
    return Scored(total, values, weights)
