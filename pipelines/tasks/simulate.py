"""Run an agent over tasks with one way of remembering: the learning curve is what comes out."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graphmem import Memory
from graphmem.learn.nouns import Guidance, Insight
from graphmem.learn.options import LearningOptions
from graphmem.ports import Embedder
from pipelines.tasks.agent import Policy, chosen
from pipelines.tasks.worlds import Task, World

__all__ = ["ARMS", "NAMESPACE", "START", "TOP", "Played", "alone", "followed", "play"]

#: Ways of remembering, by name; None remembers nothing. With decay, examples fade (`half_life`).
ARMS: Mapping[str, LearningOptions | None] = {
    "no memory": None,
    "similar queries only": LearningOptions(use_insights=False, contrast=False, half_life=None),
    "similar queries + decay": LearningOptions(use_insights=False, contrast=False),
    "insights only": LearningOptions(use_traces=False, half_life=None),
    "both": LearningOptions(half_life=None),
    "both + decay": LearningOptions(),
}

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = "agent"
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
        return Played(world.name, arm, seed, tuple(alone(t, weighed, luck) for t in tasks))
    with Memory.open(":memory:", namespace=NAMESPACE, embedder=embedder, extractor=None) as memory:
        memory.learning = options
        won = [_guided(memory, t, n, weighed, luck) for n, t in enumerate(tasks)]
    return Played(world.name, arm, seed, tuple(won))


def alone(task: Task, policy: Policy, luck: random.Random) -> bool | None:
    """Return the outcome of a task done without memory, None where chance decides."""
    won = task.succeeds(chosen(task, None, policy=policy, luck=luck), luck=luck)
    return won if task.answers is not None else None


def _guided(memory: Memory, task: Task, number: int, policy: Policy, luck: random.Random) -> bool | None:
    with memory.query(task.text, at=START + timedelta(hours=number)) as query:
        guidance = query.guidance(top_k=TOP)
        choices = chosen(task, guidance, policy=policy, luck=luck)
        for place, (decision, choice) in enumerate(zip(task.decisions, choices, strict=True)):
            reward = task.reward(place, choice, luck=luck)
            query.step(f"{decision.name}: {choice}", tool=choice, reward=reward)
        if used := followed(guidance, choices):
            query.used(*used)
        won = task.succeeds(choices, luck=luck)
        query.close(outcome="success" if won else "failure")
    return won if task.answers is not None else None


def followed(guidance: Guidance, choices: Sequence[str]) -> list[Insight]:
    """Return the lessons that the agent did as told by; leaving out what one warns of is no use of it."""
    offered = [a.insight for a in guidance.insights if a.insight.polarity > 0]
    return [one for one in offered if one.feature is not None and one.feature.name in choices]
