"""What the rankings of the folds reach on the pools that they never saw: quick figures; `evaluate --folds` is exact."""

from collections.abc import Mapping, Sequence

import numpy as np

from graphmem.read.columns import Floats
from graphmem.read.rank import Ranking, Term, normalised
from pipelines.evaluate.folds import OTHER, fold_of
from pipelines.evaluate.metrics import all_at, mean, once
from pipelines.train_ranker.learn import Material
from pipelines.train_ranker.plan import SETS
from pipelines.train_ranker.pools import TrainingPool

__all__ = ["cross_validated", "ordered"]

_CUTS: Mapping[str, tuple[int, ...]] = {"locomo": (5, 10, 20), "longmemeval": (5, 10), "multihop": (2, 5, 10)}


def cross_validated(material: Material, folds: Mapping[str, Mapping[str, Ranking]]) -> dict[str, str]:
    """Return, by set, encoder and way of leaving out, the figures in percent as one line of text."""
    found: dict[str, str] = {}
    for (name, encoder), pools in material.pools.items():
        ways = {"folds": [_of_fold(p, folds[name]) for p in pools], "other sets": [folds[name][OTHER]] * len(pools)}
        for way, rankings in ways.items():
            found[f"{name}, {encoder}, {way}, n {len(pools)}"] = _figures(pools, rankings)
    return found


def _of_fold(pool: TrainingPool, folds: Mapping[str, Ranking]) -> Ranking:
    return folds[fold_of(SETS[pool.dataset].dataset, case=pool.case, question=pool.question)]


def _figures(pools: Sequence[TrainingPool], rankings: Sequence[Ranking]) -> str:
    told = SETS[pools[0].dataset]
    orders = [ordered(pool, ranking, passages=told.passages) for pool, ranking in zip(pools, rankings, strict=True)]
    parts = [
        f"R@{k} {100 * mean([float(p.gold[o[:k]].sum()) / p.units for p, o in zip(pools, orders, strict=True)]):.1f}"
        for k in _CUTS[told.dataset]
    ]
    if pools[0].gold_sessions:
        sessions = [once(p.sessions[o].tolist()) for p, o in zip(pools, orders, strict=True)]
        hits = [all_at(s, p.gold_sessions, k=5) for s, p in zip(sessions, pools, strict=True)]
        parts.insert(0, f"all@5 {100 * mean(hits):.1f}")
    return ", ".join(parts)


def ordered(pool: TrainingPool, ranking: Ranking, *, passages: bool) -> Sequence[int]:
    """Return the places of a pool's candidates, best first, as a ranking orders them."""
    recipe = ranking.passages if passages else ranking.turns
    score = sum((_term(pool, term) for term in recipe.terms), start=np.zeros(len(pool.gold), dtype=np.float32))
    score = np.where(pool.listed, score, pool.lead - np.float32(1e6))
    return np.argsort(-score, kind="stable").tolist()  # type: ignore[no-any-return]  # numpy's tolist is Any


def _term(pool: TrainingPool, term: Term) -> Floats:
    return (np.float32(term.weight) * normalised(pool.signals[term.signal], term.normalise)).astype(np.float32)
