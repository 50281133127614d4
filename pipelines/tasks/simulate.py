"""Run an agent over tasks with one way of remembering: the learning curve is what comes out."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graphmem import Memory
from graphmem.learn.options import LearningOptions
from graphmem.ports import Embedder
from pipelines.tasks.agent import Policy, chosen
from pipelines.tasks.worlds import Task, World

__all__ = ["ARMS", "Played", "play"]

#: Ways of remembering, by name; None remembers nothing.
ARMS: Mapping[str, LearningOptions | None] = {
    "no memory": None,
    "similar queries only": LearningOptions(use_insights=False, contrast=False, half_life=None, change=0),
    "insights only": LearningOptions(use_traces=False, half_life=None, change=0),
    "both": LearningOptions(half_life=None, change=0),
    "both + decay": LearningOptions(),
}

_START = datetime(2026, 1, 1, tzinfo=UTC)
#: Places of each kind in the guidance the agent asks for.
TOP = 5


@dataclass(frozen=True, slots=True)
class Played:
    """What one agent reached: the outcome of every task, in order, distractors left out (`None`)."""

    world: str
    arm: str
    seed: int
    outcomes: tuple[bool | None, ...]


def play(world: World, *, arm: str, seed: int, count: int, embedder: Embedder, policy: Policy | None = None) -> Played:
    """Let an agent work on `count` tasks of a world, remembering in the arm's way."""
    options, weighed = ARMS[arm], policy or Policy()
    luck = random.Random(f"{world.name} {arm} {seed}")  # noqa: S311 # a simulation
    tasks = world.tasks(count, seed=seed)
    if options is None:
        return Played(world.name, arm, seed, tuple(_alone(t, weighed, luck) for t in tasks))
    with Memory.open(":memory:", namespace="agent", embedder=embedder, extractor=None) as memory:
        memory.learning = options
        won = [_guided(memory, t, n, weighed, luck) for n, t in enumerate(tasks)]
    return Played(world.name, arm, seed, tuple(won))


def _alone(task: Task, policy: Policy, luck: random.Random) -> bool | None:
    won = task.succeeds(chosen(task, None, policy=policy, luck=luck), luck=luck)
    return won if task.answers is not None else None


def _guided(memory: Memory, task: Task, number: int, policy: Policy, luck: random.Random) -> bool | None:
    with memory.query(task.text, at=_START + timedelta(hours=number)) as query:
        guidance = query.guidance(top_k=TOP)
        choices = chosen(task, guidance, policy=policy, luck=luck)
        for place, (decision, choice) in enumerate(zip(task.decisions, choices, strict=True)):
            reward = task.reward(place, choice, luck=luck)
            query.step(f"{decision.name}: {choice}", tool=choice, reward=reward)
        followed = [a.insight for a in guidance.insights if _follows(a.insight.feature, a.insight.polarity, choices)]
        if followed:
            query.used(*followed)
        won = task.succeeds(choices, luck=luck)
        query.close(outcome="success" if won else "failure")
    return won if task.answers is not None else None


def _follows(feature: object, polarity: int, choices: tuple[str, ...]) -> bool:
    """Whether the agent did as a lesson told it to; leaving out what a lesson warns of is no use of it."""
    return polarity > 0 and getattr(feature, "name", None) in choices
