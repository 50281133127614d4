"""From training pools to rankings: one on everything, one per fold that never saw it, one without a set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graphmem.read.rank import Ranking, Term
from pipelines.evaluate.folds import OTHER, fold_of
from pipelines.train_ranker.fit import Column, Sample, fitted, sample
from pipelines.train_ranker.plan import MERGE, PASSAGES, SETS, STEPS, STRENGTH, TOWARD_STRENGTH, TURN_STRENGTH, TURNS
from pipelines.train_ranker.pools import TrainingPool

__all__ = ["Material", "fold_rankings", "learned"]

Kept = Callable[[TrainingPool], bool]
Recipe = tuple[tuple[Term, ...], float]


@dataclass(frozen=True, slots=True)
class Material:
    """Pools by (set, encoder), the ranking that chose their candidates, and the terms of turns."""

    pools: Mapping[tuple[str, str], Sequence[TrainingPool]]
    base: Ranking
    turns: Sequence[Column] = TURNS

    def samples(self, columns: Sequence[Column], *, passages: bool, kept: Kept) -> list[Sample]:
        """Return a sample per set and encoder of one kind, of the pools that are kept; empty ones are left out."""
        found: list[Sample] = []
        for (name, _), pools in self.pools.items():
            chosen = [pool for pool in pools if kept(pool)]
            if SETS[name].passages == passages and chosen:
                found.append(sample(chosen, columns, share=SETS[name].share))
        return found


def learned(material: Material, *, name: str, kept: Kept = lambda _: True, only: str = "") -> Ranking:
    """Return a ranking fitted on the pools that are kept; a kind without any keeps the rule by hand.

    `only` names a set whose kind alone is fitted, which is enough for its folds.
    """
    base = material.base
    turns = None if only and SETS[only].passages else _recipe(material, material.turns, passages=False, kept=kept)
    passages = None if only and not SETS[only].passages else _recipe(material, PASSAGES, passages=True, kept=kept)
    # No data has gold for steps: their few signals are weighed by what they tell in chats.
    steps = _recipe(material, STEPS, passages=False, kept=kept) if base.steps and not only else None
    return replace(
        base,
        name=name,
        merge=MERGE,
        steps=replace(base.steps, terms=steps[0], constant=steps[1]) if base.steps and steps else base.steps,
        turns=replace(base.turns, terms=turns[0], constant=turns[1]) if turns else base.turns,
        passages=replace(base.passages, terms=passages[0], constant=passages[1]) if passages else base.passages,
    )


def _recipe(material: Material, columns: Sequence[Column], *, passages: bool, kept: Kept) -> Recipe | None:
    samples = material.samples(columns, passages=passages, kept=kept)
    if not samples:
        return None
    if passages:
        found = fitted(samples, strength=STRENGTH)
    else:
        speakers = any(SETS[pool.dataset].speakers for s in samples for pool in s.pools[:1])
        rule = {term.part: term.weight for term in material.base.turns.terms}
        toward = np.array([rule.get(Term(c.signal, 0, c.normalise).part, 0.0) for c in columns])
        found = fitted(samples, strength=TURN_STRENGTH if speakers else TOWARD_STRENGTH, toward=toward)
    terms = (Term(c.signal, round(float(w), 4), c.normalise) for c, w in zip(columns, found.weights, strict=True))
    return tuple(terms), round(found.constant, 4)


def fold_rankings(material: Material) -> dict[str, dict[str, Ranking]]:
    """Return, by set, a ranking per fold that is fitted without it, and `other`: one fitted without the whole set."""
    found: dict[str, dict[str, Ranking]] = {}
    for name in dict.fromkeys(name for name, _ in material.pools):
        folds = sorted({_fold(pool) for (other, _), pools in material.pools.items() for pool in pools if other == name})
        without: dict[str, str | None] = {**dict(zip(folds, folds, strict=True)), OTHER: None}
        found[name] = {
            key: learned(material, name=f"without {fold or name}", kept=_outside(name, fold), only=name)
            for key, fold in without.items()
        }
    return found


def _outside(dataset: str, fold: str | None) -> Kept:
    """Whether a pool is outside a fold of a set, or outside the set; sets of the same questions are one."""

    def kept(pool: TrainingPool) -> bool:
        return SETS[pool.dataset].path != SETS[dataset].path or (fold is not None and _fold(pool) != fold)

    return kept


def _fold(pool: TrainingPool) -> str:
    return fold_of(SETS[pool.dataset].dataset, case=pool.case, question=pool.question)
