"""What the simulated worlds let an agent reach: one that knows the rules, and a bandit that knows the kinds."""

import random
from collections.abc import Callable, Mapping

from pipelines.tasks.worlds import Task, World

__all__ = ["BOUNDS", "bound"]

_Counts = dict[tuple[str, str, str], list[float]]


def bound(world: World, *, name: str, seed: int, count: int) -> tuple[bool | None, ...]:
    """Return the outcome of every task for an agent of `BOUNDS`, in order, distractors left out (`None`)."""
    luck = random.Random(f"{world.name} {name} {seed}")  # noqa: S311 # a simulation
    counts: _Counts = {}
    won = [BOUNDS[name](task, counts, luck) for task in world.tasks(count, seed=seed)]
    return tuple(won)


def _knowing(task: Task, counts: _Counts, luck: random.Random) -> bool | None:  # noqa: ARG001 - one signature a bound
    return None if task.answers is None else task.succeeds(task.answers, luck=luck)


def _bandit(task: Task, counts: _Counts, luck: random.Random) -> bool | None:
    """Thompson sampling from a beta distribution for each option of a kind: told the kind, which memory is not."""
    choices = []
    for decision in task.decisions:
        known = {o: counts.setdefault((task.kind, decision.name, o), [1, 1]) for o in decision.options}
        drawn = {o: luck.betavariate(good, bad) for o, (good, bad) in known.items()}
        choices.append(max(drawn, key=lambda o: drawn[o]))
    rewards = [task.reward(place, choice, luck=luck) for place, choice in enumerate(choices)]
    won = task.succeeds(choices, luck=luck)
    for decision, choice, reward in zip(task.decisions, choices, rewards, strict=True):
        good = won if reward is None else reward > 0
        counts[task.kind, decision.name, choice][0 if good else 1] += 1
    return won if task.answers is not None else None


BOUNDS: Mapping[str, Callable[[Task, _Counts, random.Random], bool | None]] = {
    "bandit told the kinds": _bandit,
    "told the rules": _knowing,
}
