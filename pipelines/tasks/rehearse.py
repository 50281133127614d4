"""The agent of `simulate` over the learning path alone: no store, no index, no recall, a third of the time.

What guides it and what closing teaches are the library's own functions, called on what was learnt (`Learnt`) as
`Memory` calls them; outcomes are the same ones, which a test holds to.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from graphmem.identity import derive_id, instant_text
from graphmem.learn.evolve import Closing, evolve
from graphmem.learn.guidance import offered
from graphmem.learn.key_steps import key_steps
from graphmem.learn.meaning import meanings
from graphmem.learn.nouns import Guidance, Insight, PastQuery, Step
from graphmem.learn.options import LearningOptions
from graphmem.learn.regularities import features_of, told_by
from graphmem.learn.rows import insight_node, query_node
from graphmem.ports import Embedder
from graphmem.read.learnt import Learnt
from graphmem.rows import Changes, Link
from pipelines.tasks.agent import Policy, chosen
from pipelines.tasks.simulate import ARMS, NAMESPACE, START, TOP, Played, alone, followed
from pipelines.tasks.worlds import Task, World

__all__ = ["rehearse"]

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_LATER = timedelta(seconds=1)


@dataclass
class _Desk:
    """What the agent remembers, and by what."""

    options: LearningOptions
    embedder: Embedder
    learnt: Learnt = field(default_factory=Learnt)
    steps: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    vectors: dict[str, npt.NDArray[np.float32]] = field(default_factory=dict)
    now: datetime = _FIRST

    def vector(self, text: str) -> npt.NDArray[np.float32]:
        if text not in self.vectors:
            self.vectors[text] = meanings(self.embedder, [text])[0]
        return self.vectors[text]


def rehearse(
    world: World, *, arm: str, seed: int, count: int, embedder: Embedder, policy: Policy | None = None
) -> Played:
    """Return what `simulate.play` returns."""
    options, weighed = ARMS[arm], policy or Policy()
    luck = random.Random(f"{world.name} {arm} {seed}")  # noqa: S311 # a simulation
    tasks = world.tasks(count, seed=seed)
    if options is None:
        return Played(world.name, arm, seed, tuple(alone(t, weighed, luck) for t in tasks))
    texts = list(dict.fromkeys(t.text for t in tasks))
    desk = _Desk(options, embedder, vectors=dict(zip(texts, meanings(embedder, texts), strict=True)))
    won = [_worked(desk, task, START + timedelta(hours=n), weighed, luck) for n, task in enumerate(tasks)]
    return Played(world.name, arm, seed, tuple(won))


def _worked(desk: _Desk, task: Task, at: datetime, policy: Policy, luck: random.Random) -> bool | None:
    desk.now += _LATER
    id_ = derive_id(NAMESPACE, "Query", task.text, None, None, instant_text(at), None)
    vector = desk.vector(task.text)
    guidance = _guided(desk, task.text, vector)
    choices = chosen(task, guidance, policy=policy, luck=luck)
    steps: list[Step] = []
    for place, (decision, choice) in enumerate(zip(task.decisions, choices, strict=True)):
        reward = task.reward(place, choice, luck=luck)
        before = (steps[-1].id,) if steps else ()
        text = f"{decision.name}: {choice}"
        steps.append(Step(id=f"{id_} {place}", text=text, tool=choice, reward=reward, inspired_by=before, at=desk.now))
    won = task.succeeds(choices, luck=luck)
    query = PastQuery(id=id_, text=task.text, at=at, open=False, outcome="success" if won else "failure")
    _closed(desk, replace(query, closed_at=desk.now), vector, steps, followed(guidance, choices))
    return won if task.answers is not None else None


def _guided(desk: _Desk, text: str, vector: npt.NDArray[np.float32]) -> Guidance:
    """Return what guides the agent: lessons, chances and examples; recipes, facts and interactions it leaves."""
    return offered(
        text,
        vector,
        desk.learnt,
        options=desk.options,
        now=desk.now,
        steps=lambda near: {n.query.id: desk.steps[n.query.id] for n in near},
        top_k=TOP,
    )


def _closed(
    desk: _Desk,
    query: PastQuery,
    vector: npt.NDArray[np.float32],
    steps: Sequence[Step],
    used: Sequence[Insight],
) -> None:
    """Do to what was learnt what closing the query writes."""
    learnt = desk.learnt
    uses = [Link(type="USED", source=query.id, target=one.id, created_at=desk.now) for one in used]
    learnt.apply(Changes(seq=0, links=uses))
    closing = Closing(
        query=query,
        vector=vector,
        features=features_of(steps),
        told=told_by(steps),
        used=sorted(one.id for one in used),
        origin=NAMESPACE,
        now=desk.now,
    )
    grown = evolve(closing, learnt, options=desk.options)
    desk.steps[query.id] = key_steps(steps, outcome=query.outcome)
    nodes = [query_node(query, vector=vector, features=closing.features, told=closing.told)]
    nodes += [insight_node(one, vector=desk.vector(one.text)) for one in grown.insights]
    learnt.apply(Changes(seq=0, nodes=nodes, links=[replace(k, created_at=desk.now) for k in grown.links]))
