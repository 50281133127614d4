"""A query being worked on: its steps as they happen, what it used, and what is learnt when it closes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from graphmem.arguments import checked_verbs
from graphmem.errors import InvalidInput, NotFound, Outdated
from graphmem.identity import derive_id, instant_text, name_key
from graphmem.learn.desk import Desk
from graphmem.learn.evolve import Closing, evolve
from graphmem.learn.guidance import guidance, steps_of
from graphmem.learn.key_steps import key_steps
from graphmem.learn.nouns import Advice, Guidance, Insight, Outcome, PastQuery, Step
from graphmem.learn.reflection import Reflection, operated, reflect
from graphmem.learn.regularities import features_of, told_by
from graphmem.learn.rows import query_node, query_of, step_link
from graphmem.model import Fact, Hit, Interaction
from graphmem.read.learnt import Learnt
from graphmem.rows import Batch, Link, Node
from graphmem.write.admit import checked_instant, checked_name, checked_number, checked_text

__all__ = ["Query", "open_query"]

#: How often closing is tried again when somebody else changed an insight meanwhile.
ATTEMPTS = 8
#: A lesson counts as quoted when so many characters of it, normalised, stand in a step.
QUOTED = 24


@checked_verbs
class Query:
    """A query that is worked on; `Memory.query` opens it.

    Used as a context manager it stays open when the block ends without `close`, or fails:
    `Memory.queries(is_open=True)` lists what is open, and `Memory.query(..., id=...)` goes on with it. Several agents,
    in one process or many, may add steps to one query; it is closed once.
    """

    def __init__(
        self, desk: Desk, query: PastQuery, vector: npt.NDArray[np.float32], *, last: str | None = None
    ) -> None:
        self._desk = desk
        self._query = query
        self._vector = vector
        self._offered: dict[str, Insight] = {}
        self._last = last
        self._count = 0

    @property
    def id(self) -> str:
        """The query's id: with it, another process goes on."""
        return self._query.id

    @property
    def text(self) -> str:
        """What was asked."""
        return self._query.text

    @property
    def is_open(self) -> bool:
        """Whether it can still take steps, as far as this object knows."""
        return self._query.open

    def query(
        self, text: str, *, agent: str | None = None, task: str | None = None, at: datetime | None = None
    ) -> "Query":
        """Open a sub-goal of this query."""
        return open_query(self._desk, text, agent=agent, task=task, at=at, parent=self.id)

    def guidance(self, *, role: str | None = None, top_k: int = 3) -> Guidance:
        """Return lessons, similar queries with their key steps, and what is known: at most `top_k` of each kind.

        Raises: InvalidInput: top_k < 1.
        """
        if top_k < 1:
            raise InvalidInput(f"top_k is {top_k}; ask for at least 1 of each kind")
        found = guidance(self._desk, self.text, self._vector, role=role, top_k=top_k, leave_out=self.id)
        self._offered |= {a.insight.id: a.insight for a in found.insights}
        return found

    def step(
        self,
        text: str,
        *,
        role: str | None = None,
        tool: str | None = None,
        result: str | None = None,
        reward: float | None = None,
        attributes: Mapping[str, str] | None = None,
        inspired_by: Sequence[Step | str] | None = None,
        at: datetime | None = None,
    ) -> Step:
        """Keep a step: an interaction of kind `step`, recallable from here on.

        Args:
            text: what was done, verbatim.
            role: who did it.
            tool: the tool used.
            result: what came back.
            reward: what it earned; > 0 is good.
            attributes: what else may tell a good step from a bad one, by name.
            inspired_by: steps it follows from; None is the last one that was taken through this object.
            at: when; None is now.

        Raises:
            InvalidInput: text, role or instant cannot be taken, or the query is closed.
        """
        present = self._desk.clock()
        sources = self._sources(inspired_by)
        interaction = self._interaction(text, role=role, at=checked_instant(at, what="at") or present)
        step = Step(
            id=interaction.id,
            text=text,
            role=role,
            tool=None if tool is None else checked_name(tool, what="tool"),
            result=result,
            reward=checked_number(reward, what="reward"),
            attributes=dict(attributes or {}),
            inspired_by=sources,
            at=interaction.at,
        )
        shown = checked_text(_shown(step), what="a step's result")
        links = [step_link(self.id, step)] + [Link(type="INSPIRED", source=s, target=step.id) for s in sources]
        links += [self._use(i, role=role) for i in self._quoted(step)]
        with self._desk.lock:
            self._refuse_closed()
            writer = self._desk.writer(present)
            told = replace(interaction, text=shown, metadata=_metadata(self.id, step))
            writer.admit([told], now=present)
            writer.embed([told], now=present)
            writer.save(Batch(links=links, done={told.id: "names"}), [told], now=present)
        self._last = step.id
        return step

    def used(self, *things: Insight | Advice | Fact | Interaction | Hit | str, role: str | None = None) -> None:
        """Say what the query leaned on: it is credited with the outcome. A step that quotes an insight says so."""
        links = [self._use(_id_of(thing), role=role) for thing in things]
        with self._desk.lock:
            self._refuse_closed()
            present = self._desk.clock()
            self._desk.writer(present).save(Batch(links=links), now=present)

    def close(
        self, *, outcome: Outcome | None = None, score: float | None = None, answer: str | None = None
    ) -> PastQuery:
        """Close the query and learn from it; without an outcome it is kept but nothing is concluded.

        Raises:
            InvalidInput: it is closed already, or the outcome is neither success nor failure.
        """
        if outcome not in (None, "success", "failure"):
            raise InvalidInput(f"outcome {outcome!r} is not known: say 'success', 'failure' or None")
        told = answer if answer is None else checked_text(answer, what="answer")
        score = checked_number(score, what="score")
        reflection = self._reflected(outcome=outcome, answer=told)
        for attempt in range(ATTEMPTS):
            try:
                return self._close(outcome=outcome, score=score, answer=told, reflection=reflection)
            except Outdated:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave it as it is: only `close` closes."""

    # --- how --------------------------------------------------------------------------------------------------------

    def _reflected(self, *, outcome: Outcome | None, answer: str | None) -> Reflection:
        """Ask the chat model, if there is one, before anything is locked or written."""
        desk = self._desk
        if desk.chat is None:
            return Reflection()
        query = query_of(self._refuse_closed())
        with desk.learnt() as learnt:
            steps = steps_of(desk, learnt, self.id)
        return reflect(desk, query, self._vector, steps, outcome=outcome, answer=answer)

    def _close(
        self, *, outcome: Outcome | None, score: float | None, answer: str | None, reflection: Reflection
    ) -> PastQuery:
        desk, present = self._desk, self._desk.clock()
        with desk.lock:
            writer = desk.writer(present)
            with desk.learnt() as learnt:
                node = self._refuse_closed()
                steps = steps_of(desk, learnt, self.id)
                closed = replace(
                    query_of(node),
                    open=False,
                    outcome=outcome,
                    score=score,
                    answer=answer,
                    closed_at=present,
                    learnt_by=reflection.by,
                    degraded=reflection.degraded,
                )
                closing = Closing(
                    query=closed,
                    vector=self._vector,
                    features=features_of(steps),
                    told=told_by(steps),
                    used=[k.target for k in learnt.out(self.id, "USED") if _is_insight(learnt, k.target)],
                    origin=writer.origin,
                    now=present,
                )
                grown = evolve(closing, learnt, options=desk.options)
                insights, links = operated(
                    reflection,
                    closed,
                    learnt,
                    changed=grown.insights,
                    most=desk.options.most_credit,
                    origin=writer.origin,
                    now=present,
                )
                held = {i.id: learnt.nodes[i.id] for i in insights if i.id in learnt.nodes}
                known = {i.id: held[i.id].revision if i.id in held else 0 for i in insights}
                uses = [_with_outcome(link, outcome) for link in learnt.out(self.id, "USED")]
            kept = reflection.key_steps or [s.id for s in key_steps(steps, outcome=outcome)]
            row = query_node(closed, vector=self._vector, key_steps=kept, features=closing.features, told=closing.told)
            batch = Batch(
                nodes=[row, *desk.insight_rows(insights, known=held)],
                links=[*grown.links, *links, *uses],
                expect={self.id: node.revision, **known},
            )
            desk.store.save(desk.namespace, batch, now=present)
        self._query = closed
        return closed

    def _refuse_closed(self) -> Node:
        """Return the query's node as it is in the store now; refuse when it is closed."""
        found = self._desk.store.nodes(self._desk.namespace, ids=[self.id])
        if not found:
            raise NotFound(f"query {self.id} is not in this memory any more: it was forgotten")
        if not query_of(found[0]).open:
            raise InvalidInput(f"query {self.id} is closed: open another one, or a sub-goal before closing")
        return found[0]

    def _sources(self, inspired_by: Sequence[Step | str] | None) -> tuple[str, ...]:
        if inspired_by is None:
            return (self._last,) if self._last is not None else ()
        if isinstance(inspired_by, str):
            raise InvalidInput("inspired_by is a list of steps or their ids, not one text")
        return tuple(dict.fromkeys(s.id if isinstance(s, Step) else s for s in inspired_by))

    def _interaction(self, text: str, *, role: str | None, at: datetime) -> Interaction:
        """Return the bare interaction of a step: two steps of one role at one instant differ by their count here."""
        checked_text(text, what="a step's text")
        speaker = None if role is None else checked_name(role, what="role")
        self._count += 1
        key = (self.id, speaker, instant_text(at), text, self._count)
        id_ = derive_id(self._desk.origin, "Step", *key)
        return Interaction(id=id_, session=f"query/{self.id}", kind="step", text=text, speaker=speaker, at=at)

    def _quoted(self, step: Step) -> list[str]:
        """Return the ids of offered insights that the step cites by id or quotes."""
        said = f"{step.text} {step.result or ''}"
        key = name_key(said)
        return [
            id_
            for id_, one in self._offered.items()
            if id_ in said or (len(name_key(one.text)) >= QUOTED and name_key(one.text) in key)
        ]

    def _use(self, target: str, *, role: str | None) -> Link:
        return Link(type="USED", source=self.id, target=target, attributes={} if role is None else {"role": role})


def open_query(
    desk: Desk,
    text: str,
    *,
    agent: str | None = None,
    task: str | None = None,
    at: datetime | None = None,
    id: str | None = None,  # noqa: A002 - the name callers know from Message and Passage
    parent: str | None = None,
) -> Query:
    """Open a query, or go on with the open one of this id.

    Raises:
        InvalidInput: text or names cannot be taken; the query of this id is closed, or asks something else; a parent
            that is the query itself or one of its own sub-goals.
        NotFound: there is no parent of that id.
    """
    present = desk.clock()
    said = checked_instant(at, what="at") or present
    checked_text(text, what="a query's text")
    names = [None if n is None else checked_name(n, what=w) for n, w in ((agent, "agent"), (task, "task"))]
    own = derive_id(desk.origin, "Query", text, *names, instant_text(said), parent)
    query = PastQuery(
        id=own if id is None else checked_name(id, what="id"),
        text=text,
        agent=names[0],
        task=names[1],
        at=said,
        parent=parent,
    )
    known = desk.store.nodes(desk.namespace, ids=[query.id])
    if parent is not None:
        _refuse_circle(desk, query.id, parent)
    if known:
        return _going_on(desk, query, known[0])
    row = desk.query_row(query)
    links = [] if parent is None else [Link(type="SUB_QUERY_OF", source=query.id, target=parent)]
    with desk.lock:
        desk.writer(present)  # the namespace exists from here on
        try:
            desk.store.save(desk.namespace, Batch(nodes=[row], links=links, expect={query.id: 0}), now=present)
        except Outdated:  # another process opened it meanwhile: it is the same one
            return _going_on(desk, query, desk.store.nodes(desk.namespace, ids=[query.id])[0])
    assert row.vector is not None
    return Query(desk, query, row.vector)


def _going_on(desk: Desk, query: PastQuery, node: Node) -> Query:
    known = query_of(node)
    if not known.open:
        raise InvalidInput(f"query {query.id} is closed: open another one")
    if known.text != query.text:
        raise InvalidInput(f"query {query.id} asks {known.text!r}, not {query.text!r}: give another id")
    vector = node.vector if node.vector is not None else desk.query_row(known).vector
    assert vector is not None
    with desk.learnt() as learnt:
        taken = steps_of(desk, learnt, query.id)
    return Query(desk, known, vector, last=taken[-1].id if taken else None)


def _refuse_circle(desk: Desk, id_: str, parent: str) -> None:
    seen: list[str] = []
    here: str | None = parent
    while here is not None:
        if here == id_ or here in seen:
            raise InvalidInput(f"query {id_} cannot be a sub-goal of {parent}, which is a sub-goal of it: a circle")
        seen.append(here)
        found = desk.store.nodes(desk.namespace, ids=[here])
        if not found:
            raise NotFound(f"no query has the id {here}: open the parent first")
        here = query_of(found[0]).parent


def _is_insight(learnt: Learnt, id_: str) -> bool:
    return id_ in learnt.nodes and learnt.nodes[id_].label == "Insight"


def _with_outcome(link: Link, outcome: Outcome | None) -> Link:
    """Return a USED link with what came of the query: roles are told apart by it."""
    return link if outcome is None else replace(link, attributes={**link.attributes, "outcome": outcome})


def _id_of(thing: Insight | Advice | Fact | Interaction | Hit | str) -> str:
    if isinstance(thing, Advice):
        return thing.insight.id
    id_ = thing if isinstance(thing, str) else getattr(thing, "id", "")
    if not isinstance(id_, str) or not id_:
        raise InvalidInput(f"a query uses insights, facts, interactions or their ids, not a {type(thing).__name__}")
    return id_


def _shown(step: Step) -> str:
    """Return the text that is searched: what was done and what came of it."""
    return f"{step.text}: {step.result}" if step.result else step.text


def _metadata(query: str, step: Step) -> dict[str, object]:
    told = {
        "query": query,
        "text": step.text,
        "tool": step.tool,
        "result": step.result,
        "reward": step.reward,
        "attributes": dict(step.attributes),
    }
    return {name: value for name, value in told.items() if value not in (None, {})}
