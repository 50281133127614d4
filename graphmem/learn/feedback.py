"""What was useful trains the ranking: small, bounded steps from the shipped weights, per namespace. Pure.

Pairs of a useful hit and one that was not (said so, or shown above it and passed over: Joachims, KDD 2002) move the
weights by the gradient of the logistic loss of their score difference, with a pull back to the shipped weights; no
weight moves further than a quarter of its own size, or of the mean size where that is larger.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from graphmem.errors import InvalidInput
from graphmem.model import Hit
from graphmem.read.rank import Ranking, Term

__all__ = ["Tuning", "learnt_from", "told_apart", "tuned"]

Family = Literal["turns", "passages"]

#: Length of a step, as a share of the mean size of a family's weights.
RATE = 0.05
#: Pull back to the shipped weights, per step.
PULL = 0.01
#: Furthest a weight may move, as a share of its size or of the mean size.
BOUND = 0.25
#: Pairs learnt from at once: one call is one experience, however many hits it names.
MOST_PAIRS = 50


@dataclass(frozen=True, slots=True)
class Tuning:
    """How far weights have moved from the shipped ones, by the name of their part, and from how many pairs."""

    turns: Mapping[str, float] = field(default_factory=dict)
    passages: Mapping[str, float] = field(default_factory=dict)
    pairs: int = 0

    def json(self) -> str:
        """Return it as one line of JSON, to keep or to carry elsewhere."""
        told = {"turns": dict(self.turns), "passages": dict(self.passages), "pairs": self.pairs}
        return json.dumps(told, sort_keys=True)

    @classmethod
    def of(cls, text: str) -> "Tuning":
        """Return what `json` wrote. InvalidInput: it is something else."""
        try:
            told = json.loads(text)
            moved = {f: {str(k): float(v) for k, v in told[f].items()} for f in ("turns", "passages")}
            pairs = int(told["pairs"])
        except (ValueError, KeyError, TypeError, AttributeError) as err:
            raise InvalidInput(f"this is no tuning: {err!r}; give what Tuning.json wrote") from err
        if not all(math.isfinite(v) for moves in moved.values() for v in moves.values()):
            raise InvalidInput("a tuning holds finite numbers")
        return cls(moved["turns"], moved["passages"], pairs)


def tuned(ranking: Ranking, tuning: Tuning) -> Ranking:
    """Return the ranking with its weights moved, each within its bound; a tuning of nothing changes nothing."""
    if not tuning.turns and not tuning.passages:
        return ranking
    return replace(
        ranking,
        name=f"{ranking.name} tuned",
        turns=replace(ranking.turns, terms=_moved(ranking.turns.terms, tuning.turns)),
        steps=ranking.steps and replace(ranking.steps, terms=_moved(ranking.steps.terms, tuning.turns)),
        passages=replace(ranking.passages, terms=_moved(ranking.passages.terms, tuning.passages)),
    )


def learnt_from(ranking: Ranking, tuning: Tuning, *, useful: Sequence[Hit], useless: Sequence[Hit]) -> Tuning:
    """Return the tuning after one experience.

    Args:
        ranking: the shipped one, which the hits' signals are of.
        tuning: so far.
        useful: hits that helped.
        useless: hits that did not; each is paired with each useful one of its family.
    """
    of_turns, of_passages = _pairs(useful, useless, "turns"), _pairs(useful, useless, "passages")
    turns = _stepped(ranking.turns.terms, tuning.turns, of_turns)
    passages = _stepped(ranking.passages.terms, tuning.passages, of_passages)
    return Tuning(turns, passages, tuning.pairs + len(of_turns) + len(of_passages))


def told_apart(
    hits: Sequence[Hit], *, useful: Sequence[Hit | str], useless: Sequence[Hit | str]
) -> tuple[list[Hit], list[Hit]]:
    """Return the useful hits and those that were not; where one side is not told, it is inferred from the order.

    Without `useless`, what stood above the last useful one was passed over; without `useful`, what stood below the
    first useless one was preferred to it.

    Raises: InvalidInput: neither is given, or a hit is not among these.
    """
    by_id = {h.id: h for h in hits}
    good, bad = (_among(by_id, named) for named in (useful, useless))
    if not good and not bad:
        raise InvalidInput("say which hits were useful, or which were not")
    if good and not bad:
        last = max(n for n, h in enumerate(hits) if h.id in {g.id for g in good})
        bad = [h for h in hits[:last] if h.id not in {g.id for g in good}]
    if bad and not good:
        first = min(n for n, h in enumerate(hits) if h.id in {b.id for b in bad})
        good = [h for h in hits[first:] if h.id not in {b.id for b in bad}]
    return good, bad


def _among(by_id: Mapping[str, Hit], named: Sequence[Hit | str]) -> list[Hit]:
    ids = [one if isinstance(one, str) else one.id for one in named]
    if unknown := [i for i in ids if i not in by_id]:
        raise InvalidInput(f"{', '.join(unknown)} is not among the hits: name hits of this recollection")
    return [by_id[i] for i in dict.fromkeys(ids)]


def _moved(terms: Sequence[Term], moves: Mapping[str, float]) -> tuple[Term, ...]:
    bounds = _bounds(terms)
    return tuple(replace(t, weight=t.weight + _within(moves.get(t.part, 0.0), bounds[t.part])) for t in terms)


def _bounds(terms: Sequence[Term]) -> dict[str, float]:
    mean = _mean_size(terms)
    return {t.part: BOUND * max(abs(t.weight), mean) for t in terms}


def _mean_size(terms: Sequence[Term]) -> float:
    return sum(abs(t.weight) for t in terms) / len(terms) if terms else 0.0


def _within(value: float, bound: float) -> float:
    return max(-bound, min(bound, value))


_Pair = tuple[Mapping[str, float], Mapping[str, float]]


def _pairs(useful: Sequence[Hit], useless: Sequence[Hit], family: Family) -> list[_Pair]:
    good = [h.why.values for h in useful if _family(h) == family]
    bad = [h.why.values for h in useless if _family(h) == family]
    return [(g, b) for g in good for b in bad][:MOST_PAIRS]


def _family(hit: Hit) -> Family | None:
    if hit.interaction is None or not hit.why.values:
        return None
    return "passages" if hit.interaction.kind == "passage" else "turns"


def _stepped(terms: Sequence[Term], moves: Mapping[str, float], pairs: Sequence[_Pair]) -> dict[str, float]:
    found, bounds, size = dict(moves), _bounds(terms), _mean_size(terms)
    if not pairs or not size:
        return found
    for good, bad in pairs:
        apart = {t.part: good.get(t.part, 0.0) - bad.get(t.part, 0.0) for t in terms}
        score = sum((t.weight + found.get(t.part, 0.0)) * apart[t.part] for t in terms)
        miss = 1 / (1 + math.exp(min(50.0, max(-50.0, score / size))))
        for t in terms:
            old = found.get(t.part, 0.0)
            new = (1 - PULL) * old + RATE * size * miss * apart[t.part] / len(pairs) ** 0.5
            found[t.part] = _within(new, bounds[t.part])
    return {part: move for part, move in found.items() if move}
