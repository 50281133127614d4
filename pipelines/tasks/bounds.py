"""What the simulated worlds let an agent reach: one that knows the rules, and two learners that know the kinds."""

import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipelines.tasks.worlds import LOST, MISHEARD, UNDESERVED, Decision, Task, World

__all__ = ["BOUNDS", "bound"]

_Counts = dict[tuple[str, str, str], list[float]]
_Chances = npt.NDArray[np.float64]
#: The chance that a kind's rules change from one of its tasks to the next, as the Bayesian has it.
CHANGE = 0.01


@dataclass
class _Learnt:
    """What a learner knows: by kind, decision and option, or by kind and by kind and party, over all answers."""

    counts: _Counts = field(default_factory=dict)
    rules: dict[str, _Chances] = field(default_factory=dict)
    own: dict[tuple[str, str], _Chances] = field(default_factory=dict)


def bound(world: World, *, name: str, seed: int, count: int) -> tuple[bool | None, ...]:
    """Return the outcome of every task for an agent of `BOUNDS`, in order, distractors left out (`None`)."""
    luck = random.Random(f"{world.name} {name} {seed}")  # noqa: S311 # a simulation
    learnt = _Learnt()
    won = [BOUNDS[name](task, learnt, luck) for task in world.tasks(count, seed=seed)]
    return tuple(won)


def _knowing(task: Task, learnt: _Learnt, luck: random.Random) -> bool | None:  # noqa: ARG001 - one signature a bound
    return None if task.answers is None else task.succeeds(task.answers, luck=luck)


def _bandit(task: Task, learnt: _Learnt, luck: random.Random) -> bool | None:
    """Thompson sampling from a beta distribution for each option of a kind: told the kind, which memory is not."""
    counts, choices = learnt.counts, []
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


def _bayesian(task: Task, learnt: _Learnt, luck: random.Random) -> bool | None:
    """Do what is likeliest right, by Bayes' rule over all answers at once: told kinds, parties, noise and change.

    What is believed of a kind's rules and of a party's own way is kept apart after each task; otherwise it is exact.
    """
    ruled = _answers(task.decisions[: len(task.decisions) - task.personal])
    personal = _answers(task.decisions[len(task.decisions) - task.personal :])
    party = (task.kind, task.subject)
    rules = learnt.rules.setdefault(task.kind, np.full(len(ruled), 1 / len(ruled)))
    own = learnt.own.setdefault(party, np.full(len(personal), 1 / len(personal)))
    joint = np.outer(rules * (1 - CHANGE) + CHANGE / len(ruled), own)
    place = luck.choice(np.flatnonzero(joint.ravel() >= joint.max() * (1 - 1e-9)).tolist())
    every = [a + b for a in ruled for b in personal]
    choices = every[place]
    rewards = [task.reward(n, choice, luck=luck) for n, choice in enumerate(choices)]
    won = task.succeeds(choices, luck=luck)
    said = np.full(len(every), UNDESERVED if won else 1 - UNDESERVED)
    said[place] = 1 - LOST if won else LOST
    for n, reward in enumerate(rewards):
        if reward is not None:
            alike = np.array([answers[n] == choices[n] for answers in every])
            said *= np.where(alike == (reward > 0), 1 - MISHEARD, MISHEARD)
    joint *= said.reshape(joint.shape)
    joint /= joint.sum()
    learnt.rules[task.kind], learnt.own[party] = joint.sum(axis=1), joint.sum(axis=0)
    return won if task.answers is not None else None


def _answers(decisions: tuple[Decision, ...]) -> list[tuple[str, ...]]:
    return list(itertools.product(*(d.options for d in decisions)))


BOUNDS: Mapping[str, Callable[[Task, _Learnt, random.Random], bool | None]] = {
    "bandit told the kinds": _bandit,
    "Bayesian told the kinds": _bayesian,
    "told the rules": _knowing,
}
