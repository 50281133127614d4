"""From rankings to figures: every metric of one ranking, and means over questions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.evaluate.cases import Question
from pipelines.evaluate.metrics import all_at, any_at, mean, once, recall_at
from pipelines.evaluate.protocols import GROUP_CUTS, Protocol

__all__ = ["Interval", "Ranked", "Scored", "Table", "paired_interval", "score", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One system's answer to one question: keys of units, best first; `both_roles` widens what counts as gold."""

    system: str
    question: Question
    keys: tuple[str, ...]
    sessions: tuple[str, ...] = ()
    both_roles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A ranking's figures, fractions of 1, by metric (`R@5`)."""

    ranked: Ranked
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference and its 95 % bounds."""

    mean: float
    low: float
    high: float


def score(ranked: Ranked, *, protocol: Protocol) -> Scored:
    """Return every figure of the protocol for one ranking."""
    question = ranked.question
    gold = question.gold_all if ranked.both_roles else question.gold
    figures = {f"R@{k}": recall_at(ranked.keys, gold, k=k) for k in protocol.cuts}
    groups, wanted = (once(ranked.sessions), question.gold_sessions) if protocol.sessions else (list(ranked.keys), gold)
    for k in GROUP_CUTS:
        figures[f"all@{k}"] = all_at(groups, wanted, k=k)
        figures[f"any@{k}"] = any_at(groups, wanted, k=k)
    return Scored(ranked=ranked, metrics=figures)


@dataclass(frozen=True, slots=True)
class Table:
    """Means in percent: metric by system, and by system and category."""

    systems: Mapping[str, Mapping[str, float]]
    categories: Mapping[str, Mapping[str, Mapping[str, float]]]


def table(scored: Iterable[Scored]) -> Table:
    """Return the means over questions, in percent with two decimals, systems in the order of their first ranking."""
    rows: defaultdict[str, defaultdict[str, list[Mapping[str, float]]]] = defaultdict(lambda: defaultdict(list))
    for one in scored:
        rows[one.ranked.system][one.ranked.question.category].append(one.metrics)
    return Table(
        systems={system: _means([m for ms in by.values() for m in ms]) for system, by in rows.items()},
        categories={system: {c: _means(by[c]) for c in sorted(by)} for system, by in rows.items()},
    )


def _means(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(100 * mean([f[name] for f in figures]), 2) for name in figures[0]}


def paired_interval(mine: Sequence[float], theirs: Sequence[float], *, seed: int, draws: int = 2_000) -> Interval:
    """Return the mean of mine - theirs over questions, in percent, with its paired-bootstrap 95 % bounds.

    Args:
        mine: a figure by question, fractions of 1.
        theirs: the other system's, the same questions in the same order.
        seed: of the resampling.
        draws: how often the questions are resampled.
    """
    differences = 100 * (np.asarray(mine) - np.asarray(theirs))
    picks = np.random.default_rng(seed).integers(len(differences), size=(draws, len(differences)))
    low, high = np.percentile(differences[picks].mean(axis=1), [2.5, 97.5])
    return Interval(round(float(differences.mean()), 2), round(float(low), 2), round(float(high), 2))
