"""Guidance for a query: up from similar queries to insights, down to their steps, narrowed to a role."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graphmem.learn.advice import advice, names_in
from graphmem.learn.beliefs import beliefs
from graphmem.learn.chances import ROUNDS, chances, evidence
from graphmem.learn.desk import Desk
from graphmem.learn.neighbours import Near, near_queries
from graphmem.learn.nouns import Advice, Chance, Guidance, Step, Trace
from graphmem.learn.options import LearningOptions
from graphmem.learn.outlived import outlived, outlived_in
from graphmem.learn.rows import step_of
from graphmem.model import Interaction
from graphmem.read.learnt import Learnt

__all__ = ["guidance", "offered", "steps_of"]

#: A recipe is offered when it is at least so close to the query.
LEAST_RECIPE_COSINE = 0.6
#: What an example about somebody else counts beside one about the same.
OTHERS = 0.25
#: So many lessons are looked at for what they say of similar queries.
MOST_LESSONS = 100


def guidance(
    desk: Desk, text: str, vector: npt.NDArray[np.float32], *, role: str | None, top_k: int, leave_out: str | None
) -> Guidance:
    """Return what memory offers for a query, at most `top_k` of each kind.

    Args:
        desk: the memory.
        text: the query.
        vector: its vector.
        role: for whom: what this role used with success before counts more; of a trajectory, its own steps are shown.
        top_k: places per kind, >= 1.
        leave_out: id of the query at hand.
    """
    with desk.learnt() as learnt:
        offer = offered(
            text,
            vector,
            learnt,
            options=desk.options,
            now=desk.clock(),
            steps=lambda near: _steps(desk, learnt, {n.query.id: _key_ids(learnt, n.query.id) for n in near}),
            role=role,
            top_k=top_k,
            leave_out=leave_out,
        )
        recipes = _recipes(vector, learnt, top_k) if desk.options.use_traces else ()
    found = desk.recall(text, top_k)
    return replace(offer, hits=tuple(found.hits), recipes=recipes, degraded=found.degraded)


def offered(
    text: str,
    vector: npt.NDArray[np.float32],
    learnt: Learnt,
    *,
    options: LearningOptions,
    now: datetime,
    steps: Callable[[Sequence[Near]], Mapping[str, tuple[Step, ...]]],
    top_k: int,
    role: str | None = None,
    leave_out: str | None = None,
) -> Guidance:
    """Return the lessons, chances and examples for a query, without recipes, facts and interactions.

    Args:
        text: the query.
        vector: its vector.
        learnt: what the namespace knows.
        options: the constants of learning.
        now: the present.
        steps: tells the key steps of queries by id.
        top_k: places per kind, >= 1.
        role: as of `guidance`.
        leave_out: as of `guidance`.
    """
    about = names_in(text)
    near = near_queries(vector, learnt, options=options, leave_out=leave_out)
    lessons: tuple[Advice, ...] = ()
    gone: Mapping[str, datetime] = {}
    if options.use_insights:
        lessons = advice(vector, learnt, near, role=role, top_k=MOST_LESSONS, now=now, about=about)
        gone = outlived(learnt, near)
    weights, untried = _chances(near, learnt, about, options)
    shown = _shown_of(_nearest_party(near, about), top_k) if options.use_traces else []
    told, warned = steps(shown), _warned_of(lessons)
    traces = [_trace_of(n, _without(told[n.query.id], warned | outlived_in(n, gone)), role) for n in shown]
    return Guidance(
        text=text,
        role=role,
        insights=lessons[:top_k],
        chances=weights,
        untried=untried,
        traces=tuple(t for t in traces if t.query.outcome == "success"),
        warnings=tuple(t for t in traces if t.query.outcome == "failure"),
    )


def _chances(
    near: Sequence[Near], learnt: Learnt, about: frozenset[str], options: LearningOptions
) -> tuple[tuple[Chance, ...], float | None]:
    """Return how likely each thing tried is right, and what is said of anything else.

    Where single queries are not to be offered, one party's are not told of either: only what holds for all.
    """
    if not (near and options.use_insights and options.contrast):
        return (), None
    tried = evidence(near[: options.near], learnt)
    held = beliefs(tried, change=options.change, rounds=ROUNDS)
    found = chances(held, tried, about=about if options.use_traces else frozenset())
    return found, held.prior if found else None


def _warned_of(lessons: Sequence[Advice]) -> frozenset[str]:
    """Return the tools that lessons warn of."""
    told = [a.insight for a in lessons if a.insight.polarity < 0]
    return frozenset(i.feature.name for i in told if i.feature is not None and i.feature.kind == "tool")


def _without(steps: Sequence[Step], warned: frozenset[str]) -> tuple[Step, ...]:
    """Return the steps, those with tools warned of or outlived left out: what was right then may not be any more."""
    return tuple(s for s in steps if s.tool not in warned)


def _nearest_party(near: Sequence[Near], about: frozenset[str]) -> list[Near]:
    """Return the queries, those about others than the query at hand weighing less, the weightiest first, ties by id.

    What holds for all is for insights to say: of an example, what it says of this party is wanted.
    """
    if not about:
        return list(near)
    found = [n if names_in(n.query.text) == about else replace(n, weight=n.weight * OTHERS) for n in near]
    return sorted(found, key=lambda n: (-n.weight, n.query.id))


def _shown_of(near: Sequence[Near], top_k: int) -> list[Near]:
    """Return the weightiest successes and the weightiest failures: one kind never pushes the other out."""
    good = [n for n in near if n.query.outcome == "success"][:top_k]
    return good + [n for n in near if n.query.outcome == "failure"][:top_k]


def _key_ids(learnt: Learnt, query: str) -> tuple[str, ...]:
    told = learnt.nodes[query].attributes.get("key_steps")
    return tuple(map(str, told)) if isinstance(told, Sequence) and not isinstance(told, str) else ()


def _steps(desk: Desk, learnt: Learnt, ids: Mapping[str, Sequence[str]]) -> dict[str, tuple[Step, ...]]:
    every = [i for steps in ids.values() for i in steps]
    known = {i.id: i for i in desk.store.interactions(desk.namespace, every)} if every else {}
    return {q: tuple(_step(known[i], learnt) for i in steps if i in known) for q, steps in ids.items()}


def _step(interaction: Interaction, learnt: Learnt) -> Step:
    return step_of(interaction, inspired_by=[link.source for link in learnt.into(interaction.id, "INSPIRED")])


def _trace_of(near: Near, steps: tuple[Step, ...], role: str | None) -> Trace:
    """Return a similar query with its steps, a role's own alone where it took any."""
    own = tuple(s for s in steps if s.role == role)
    way = "one link from a similar query" if near.hops else "similar"
    return Trace(
        query=near.query,
        cosine=near.cosine,
        weight=near.weight,
        steps=own or steps,
        hops=near.hops,
        why=f"{way}, cosine {near.cosine:.2f}, weight {near.weight:.2f}",
    )


def _recipes(vector: npt.NDArray[np.float32], learnt: Learnt, top_k: int) -> tuple[str, ...]:
    cosines = learnt.cosines("Procedure", vector, least=LEAST_RECIPE_COSINE)
    near = [i for i in cosines if learnt.nodes[i].expired_at is None]
    best = sorted(near, key=lambda i: (-cosines[i], i))[:top_k]
    return tuple(learnt.nodes[i].text for i in best)


def steps_of(desk: Desk, learnt: Learnt, query: str) -> tuple[Step, ...]:
    """Return every step of a query, by instant, then arrival."""
    ids = [link.target for link in learnt.out(query, "HAS_STEP")]
    known = desk.store.interactions(desk.namespace, ids) if ids else []
    ordered = sorted(known, key=lambda i: (i.at is not None, i.at.timestamp() if i.at else 0.0, i.arrival))
    return tuple(_step(i, learnt) for i in ordered)
