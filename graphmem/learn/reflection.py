"""What a chat model makes of a query when it closes: which steps mattered, and operations on lessons, in one call.

ExpeL's operations (arXiv 2308.10144) on insights, without its losses: an edit is a new version that supersedes the old
one, which is retired and kept; what is spoken against loses credit and is retired below 0. A lesson that was counted
(it has a feature) is worded by its counts alone: an edit of it is a lesson of its own. The call is made before anything
is locked or written; where it fails, the query is closed by rules, and says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graphmem.chat import RULES, ChatModel, Edit, Lessons, Trial
from graphmem.errors import ModelError
from graphmem.identity import derive_id, name_key
from graphmem.learn.advice import insight
from graphmem.learn.desk import Desk
from graphmem.learn.nouns import Insight, Outcome, PastQuery, Step, Support
from graphmem.learn.rows import in_order, query_of, scored, support_links
from graphmem.read.learnt import Learnt
from graphmem.rows import Link

__all__ = ["Reflection", "operated", "reflect"]

#: Lessons and similar queries of each outcome that a model is shown.
LESSONS, OTHERS = 10, 3
#: Steps that it is shown: of more, the first and the last ones.
FIRST_STEPS, LAST_STEPS = 20, 180
#: What agreeing adds to a lesson's credit, and speaking against it takes: ExpeL's votes.
AGREED, REMOVED = 1.0, -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection:
    """What is to be learnt from a query beside what rules find.

    Args:
        by: who drew it: `rules`, or the chat model's name.
        key_steps: ids of the steps that mattered, in order; None leaves them to the rules.
        edits: operations, each with the id of the lesson it is on, None for a new one.
        degraded: why rules drew it although a chat model was to.
    """

    by: str = RULES
    key_steps: tuple[str, ...] | None = None
    edits: tuple[tuple[Edit, str | None], ...] = ()
    degraded: str | None = None


def reflect(
    desk: Desk,
    query: PastQuery,
    vector: npt.NDArray[np.float32],
    steps: Sequence[Step],
    *,
    outcome: Outcome | None,
    answer: str | None,
) -> Reflection:
    """Ask the desk's chat model once; without one, without an outcome, or where it fails, rules do it.

    Args:
        desk: the memory; its lock is not held.
        query: still open.
        vector: the query's.
        steps: all of its steps, in order.
        outcome: what came of it.
        answer: the answer given.
    """
    if desk.chat is None or outcome is None:
        return Reflection()
    shown = tuple(steps) if len(steps) <= FIRST_STEPS + LAST_STEPS else (*steps[:FIRST_STEPS], *steps[-LAST_STEPS:])
    with desk.learnt() as learnt:
        lessons = _near_lessons(learnt, vector, query.id)
        others = tuple(_others(desk, learnt, vector, leave_out=query.id))
    trial = Trial(
        query=query.text,
        outcome=outcome,
        answer=answer,
        steps=tuple(map(_told, shown)),
        lessons=tuple(one.text for one in lessons),
        others=others,
    )
    return _asked(desk.chat, trial, shown, lessons)


def _asked(chat: ChatModel, trial: Trial, steps: Sequence[Step], lessons: Sequence[Insight]) -> Reflection:
    try:
        found: Lessons = chat.lessons(trial)
    except ModelError as err:
        return Reflection(degraded=f"learnt by rules instead of {chat.name}: {err}")
    chosen = {steps[n - 1].id for n in found.key_steps}
    edits = tuple((e, None if e.lesson is None or e.kind == "add" else lessons[e.lesson - 1].id) for e in found.edits)
    return Reflection(by=chat.name, key_steps=tuple(s.id for s in steps if s.id in chosen) or None, edits=edits)


def _near_lessons(learnt: Learnt, vector: npt.NDArray[np.float32], query: str) -> list[Insight]:
    """Return the standing lessons that the query used, then those nearest to it, `LESSONS` at most."""
    cosines = learnt.cosines("Insight", vector)
    used = [link.target for link in learnt.out(query, "USED")]
    ranked = dict.fromkeys([*used, *sorted(cosines, key=lambda i: (-cosines[i], i))])
    known = [learnt.nodes[i] for i in ranked if i in learnt.nodes]
    standing = [n.id for n in known if n.label == "Insight" and n.expired_at is None]
    return [insight(learnt, i) for i in standing[:LESSONS]]


def _others(desk: Desk, learnt: Learnt, vector: npt.NDArray[np.float32], *, leave_out: str) -> Iterator[str]:
    """Yield the nearest successes and failures, a line each: ExpeL compares the two."""
    cosines = learnt.cosines("Query", vector)
    near = [i for i in sorted(cosines, key=lambda i: (-cosines[i], i)) if cosines[i] >= desk.options.near_cosine]
    past = [query_of(learnt.nodes[i]) for i in near if i != leave_out]
    for outcome in ("success", "failure"):
        for one in [q for q in past if q.outcome == outcome][:OTHERS]:
            ids = learnt.nodes[one.id].attributes.get("key_steps")
            listed = list(map(str, ids)) if isinstance(ids, Sequence) and not isinstance(ids, str) else []
            steps = in_order(desk.store.interactions(desk.namespace, listed)) if listed else ()
            yield f"{outcome}: {one.text}: " + "; ".join(map(_told, steps))


def _told(step: Step) -> str:
    said = [step.text, *([f"-> {step.result}"] if step.result else [])]
    said += [] if step.reward is None else [f"(reward {step.reward:g})"]
    return " ".join(said)


# --- operations -----------------------------------------------------------------------------------------------------


def operated(
    reflection: Reflection,
    query: PastQuery,
    learnt: Learnt,
    *,
    changed: Sequence[Insight],
    most: float,
    origin: str,
    now: datetime,
) -> tuple[tuple[Insight, ...], tuple[Link, ...]]:
    """Return the insights that closing changes with the model's operations among them, by id, and the links these add.

    Args:
        reflection: what the model said.
        query: closed, with its outcome.
        learnt: what the namespace knows.
        changed: insights that closing changes by rules: what is credited there is not credited twice.
        most: credit grows no further.
        origin: the namespace's, which ids derive from.
        now: the moment of closing.
    """
    found = {one.id: one for one in changed}
    credited = set(found)
    links: list[Link] = []
    for edit, lesson in reflection.edits:
        if lesson is None:
            one = _added(edit.text, query, learnt, origin=origin, now=now)
            found.setdefault(one.id, one)
            continue
        known = found.get(lesson) or _standing(learnt, lesson)
        if known is None or known.retired_at is not None:
            continue
        if edit.kind == "edit":
            versions = _edited(known, edit.text, query, most=most, origin=origin, now=now)
            found |= {one.id: one for one in versions}
            if len(versions) > 1:
                told = {"reason": "edited"}
                links.append(Link(type="SUPERSEDES", source=versions[0].id, target=known.id, attributes=told))
        elif lesson not in credited:
            found[lesson] = _voted(known, query, agrees=edit.kind == "agree", most=most, now=now)
    links += [link for one in found.values() for link in support_links(one)]
    return tuple(found[i] for i in sorted(found)), tuple(links)


def _standing(learnt: Learnt, id_: str) -> Insight | None:
    return insight(learnt, id_) if id_ in learnt.nodes else None


def _added(text: str, query: PastQuery, learnt: Learnt, *, origin: str, now: datetime) -> Insight:
    """Return a new lesson, or the standing one of the same words, supported by the query."""
    same = (n for n in learnt.of("Insight") if n.expired_at is None and name_key(n.text) == name_key(text))
    known = next((insight(learnt, n.id) for n in same), None)
    if known is not None:
        return _supported(known, query, agrees=True)
    id_ = derive_id(origin, "Insight", "model", query.id, text)
    return Insight(id=id_, text=text, origin="model", supports=(Support(query.id),), created_at=now)


def _edited(
    known: Insight, text: str, query: PastQuery, *, most: float, origin: str, now: datetime
) -> tuple[Insight, ...]:
    """Return the new version, and the old one retired; of a lesson that was counted, a new one beside it."""
    id_ = derive_id(origin, "Insight", "model", known.id, text)
    if known.feature is not None:
        return (Insight(id=id_, text=text, origin="model", supports=(Support(query.id),), created_at=now),)
    better = scored(_supported(known, query, agrees=True), change=AGREED, most=most, now=now)
    new = replace(better, id=id_, text=text, origin="model", created_at=now, retired_at=None)
    return new, replace(known, retired_at=now)


def _voted(known: Insight, query: PastQuery, *, agrees: bool, most: float, now: datetime) -> Insight:
    return scored(_supported(known, query, agrees=agrees), change=AGREED if agrees else REMOVED, most=most, now=now)


def _supported(known: Insight, query: PastQuery, *, agrees: bool) -> Insight:
    supports: Mapping[str, Support] = {s.id: s for s in (*known.supports, Support(query.id, 1 if agrees else -1))}
    return replace(known, supports=tuple(supports[i] for i in sorted(supports)))
