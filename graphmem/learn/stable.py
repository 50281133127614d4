"""Insights that no outcome taught: what was said again and again and never taken back, and what resolved most. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from graphmem.identity import derive_id
from graphmem.learn.nouns import Insight, Support
from graphmem.learn.procedures import Run, opened
from graphmem.model import Fact

__all__ = ["resolutions", "stable_facts"]

#: Interactions that must say so, for a fact or preference to be a lesson: one more than a profile asks for.
LEAST_SAID = 3
#: Successes that must end alike, and the share of all successes on such queries that they must be.
LEAST_RESOLVED, LEAST_SHARE = 3, 0.6


def stable_facts(facts: Sequence[Fact], *, denied: Collection[str], origin: str, now: datetime) -> tuple[Insight, ...]:
    """Return an insight for each plain, current fact that several interactions say and nobody contradicts, by id.

    Args:
        facts: what is known.
        denied: ids of facts that others conflict with.
        origin: the namespace's, which ids derive from.
        now: when they are drawn.
    """
    found = [
        Insight(
            id=derive_id(origin, "Insight", "stable", fact.id),
            text=f"{fact.text.rstrip('.')}.",
            origin="stable",
            supports=(Support(fact.id),),
            evidence={"said": float(len(fact.sources))},
            created_at=now,
        )
        for fact in facts
        if _stable(fact) and fact.id not in denied
    ]
    return tuple(sorted(found, key=lambda i: i.id))


def _stable(fact: Fact) -> bool:
    current = fact.expired_at is None and fact.invalid_at is None
    return current and not fact.negated and fact.modality is None and len(fact.sources) >= LEAST_SAID


def resolutions(runs: Sequence[Run], *, origin: str, now: datetime) -> tuple[Insight, ...]:
    """Return an insight for each kind of query that was mostly resolved by one last step, by id.

    Queries are of a kind when they read the same once names and numbers are taken out; so are steps.

    Args:
        runs: successful queries with their steps.
        origin: the namespace's, which ids derive from.
        now: when they are drawn.
    """
    kinds: dict[str, list[Run]] = {}
    for run in runs:
        if run.steps:
            kinds.setdefault(opened(run.text), []).append(run)
    found = [one for goal, alike in kinds.items() if (one := _resolution(goal, alike, origin, now)) is not None]
    return tuple(sorted(found, key=lambda i: i.id))


def _resolution(goal: str, runs: Sequence[Run], origin: str, now: datetime) -> Insight | None:
    ends = {run.query: opened(run.steps[-1].text) for run in runs}
    (end, count), *_ = sorted(Counter(ends.values()).items(), key=lambda pair: (-pair[1], pair[0]))
    if count < LEAST_RESOLVED or count < LEAST_SHARE * len(runs):
        return None
    return Insight(
        id=derive_id(origin, "Insight", "resolution", goal, end),
        text=f"What mostly resolves “{goal}”: {end}",
        origin="stable",
        supports=tuple(Support(query) for query in sorted(q for q, e in ends.items() if e == end)),
        evidence={"resolved": float(count), "successes": float(len(runs))},
        created_at=now,
    )
