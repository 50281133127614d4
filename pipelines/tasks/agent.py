"""An agent that does what guidance says, tries what is untried, and otherwise guesses. It never sees kinds or rules."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from graphmem.learn.nouns import Guidance, Step, Trace
from pipelines.tasks.worlds import Decision, Task

__all__ = ["Policy", "chosen"]


#: Examples or warnings of this weight together count half.
ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Policy:
    """How guidance is weighed.

    Args:
        lesson: weight of an insight's advice, times the insight's own.
        example: weight of a similar success's choice, times its weight.
        warning: weight of a similar failure's choice (< 0), times its weight; only one of several choices was wrong.
        chance: weight of the log odds that guidance gives an option, beside those of one not tried.
        explore: chance of a random choice.
    """

    lesson: float = 1.5
    example: float = 1.0
    warning: float = -1.0
    chance: float = 1.0
    explore: float = 0.02


def chosen(task: Task, guidance: Guidance | None, *, policy: Policy, luck: random.Random) -> tuple[str, ...]:
    """Return the agent's choice for each decision; without guidance, guesses."""
    return tuple(_choice(decision, guidance, policy, luck) for decision in task.decisions)


def _choice(decision: Decision, guidance: Guidance | None, policy: Policy, luck: random.Random) -> str:
    if guidance is None or luck.random() < policy.explore:
        return luck.choice(decision.options)
    scores = {option: _score(option, guidance, policy) for option in decision.options}
    best = max(scores.values())
    return luck.choice([option for option in decision.options if scores[option] == best])


def _score(option: str, guidance: Guidance, policy: Policy) -> float:
    lessons = sum(
        a.weight * a.insight.polarity
        for a in guidance.insights
        if a.insight.feature is not None and a.insight.feature.name == option
    )
    return (
        policy.lesson * lessons
        + policy.example * _share(guidance.traces, option)
        + (policy.warning * _share(guidance.warnings, option))
        + policy.chance * _likelier(guidance, option)
    )


def _likelier(guidance: Guidance, option: str) -> float:
    """Return by how many nats guidance thinks an option likelier to be right than one nobody tried."""
    if guidance.untried is None:
        return 0.0
    told = next((c.right for c in guidance.chances if c.feature.name == option), guidance.untried)
    return _log_odds(told) - _log_odds(guidance.untried)


def _log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _share(traces: Sequence[Trace], option: str) -> float:
    """Return the share, by weight, of the queries on which the option was chosen; little where all weigh little."""
    every = sum(t.weight for t in traces)
    return sum(t.weight for t in traces if _did(t.steps, option)) / (every + ENOUGH)


def _did(steps: tuple[Step, ...], option: str) -> bool:
    return any(s.tool == option for s in steps)
