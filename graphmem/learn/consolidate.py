"""Consolidation: what many interactions come down to. Each step reads what is there and brings the rest into line.

Every step compares what should be there with what is and writes only the difference: run twice, the second run writes
nothing; interrupted, the next run goes on; forgetting is followed. No step deletes or rewrites an interaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from graphmem.errors import InvalidInput
from graphmem.identity import derive_id
from graphmem.learn.advice import standing
from graphmem.learn.communities import communities, summary
from graphmem.learn.desk import Desk
from graphmem.learn.guidance import steps_of
from graphmem.learn.keywords import Vocabulary
from graphmem.learn.meaning import meanings
from graphmem.learn.merging import merges
from graphmem.learn.notes import note, related
from graphmem.learn.nouns import Insight
from graphmem.learn.procedures import Run, procedures
from graphmem.learn.profiles import profile
from graphmem.learn.rows import caption, insight_node, query_of, support_links
from graphmem.learn.sessions import digest
from graphmem.learn.steps import EVERY_STEP, Consolidation
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.rows import Batch, Link, Node, NodeLabel, Vectors

__all__ = ["Consolidated", "consolidate"]

_Rows = npt.NDArray[np.int64]

#: Rows a transaction.
CHUNK = 500
#: People whose profile is kept: the most mentioned.
PEOPLE = 200
#: Communities are found anew once the facts have grown or shrunk by this share.
GROWN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidated:
    """What a consolidation did, or would do: nodes written, retired, and links, by step.

    `interactions` counts those of the sessions that were digested anew.
    """

    written: Mapping[str, int]
    retired: Mapping[str, int]
    links: int = 0
    interactions: int = 0
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one part of a step wants to be there."""

    nodes: Sequence[Node] = ()
    links: Sequence[Link] = ()
    gone: Sequence[str] = ()
    interactions: int = 0


def consolidate(
    desk: Desk,
    index: Index,
    *,
    steps: Sequence[Consolidation],
    dry_run: bool,
    tick: Callable[[str, int], None],
) -> Consolidated:
    """Bring what was learnt into line with what is there.

    Args:
        desk: the memory.
        index: of its namespace, as of now.
        steps: which steps; they run in the order of `EVERY_STEP`.
        dry_run: write nothing, and say what would be written.
        tick: told (step, nodes written) as it goes.

    Raises: InvalidInput: an unknown step.
    """
    if unknown := [s for s in steps if s not in EVERY_STEP]:
        raise InvalidInput(f"no step is called {', '.join(unknown)}; there are {', '.join(EVERY_STEP)}")
    written: dict[str, int] = dict.fromkeys(steps, 0)
    retired: dict[str, int] = dict.fromkeys(steps, 0)
    links = interactions = 0
    for step in EVERY_STEP:
        if step not in steps:
            continue
        for plan in _PLANS[step](desk, index, index.learnt):
            due = _difference(plan, index.learnt, now=desk.clock())
            if not dry_run and (due.nodes or due.links or due.unlink):
                desk.store.save(desk.namespace, due, now=desk.clock())
            ended = len(plan.gone)
            written[step] += len(due.nodes) - ended
            retired[step] += ended
            links += len(due.links)
            interactions += plan.interactions
            tick(step, len(due.nodes))
        index.refresh()
    return Consolidated(written=written, retired=retired, links=links, interactions=interactions, dry_run=dry_run)


def _difference(plan: _Plan, learnt: Learnt, *, now: datetime) -> Batch:
    """Return what has to be written for the plan to hold: new and changed nodes and links, and what is retired."""
    nodes = [n for n in plan.nodes if not _same(n, learnt.nodes.get(n.id))]
    ended = [replace(learnt.nodes[i], expired_at=now) for i in plan.gone]
    links = [link for link in plan.links if not _tied(link, learnt)]
    wanted = {(k.type, k.source, k.target, k.key) for k in plan.links}
    loose = [
        link
        for node in plan.nodes
        for type_ in {k.type for k in plan.links}
        for link in learnt.out(node.id, type_)
        if (link.type, link.source, link.target, link.key) not in wanted
    ]
    return Batch(nodes=[*nodes, *ended], links=links, unlink=loose)


def _same(new: Node, known: Node | None) -> bool:
    if known is None or known.expired_at != new.expired_at:
        return False
    told = {k: list(v) if isinstance(v, list | tuple) else v for k, v in new.attributes.items()}
    kept = {k: list(v) if isinstance(v, list | tuple) else v for k, v in known.attributes.items()}
    return (new.name, new.text, told) == (known.name, known.text, kept)


def _tied(link: Link, learnt: Learnt) -> bool:
    known = [k for k in learnt.out(link.source, link.type) if (k.target, k.key) == (link.target, link.key)]
    return bool(known) and dict(known[0].attributes) == dict(link.attributes)


# --- sessions -------------------------------------------------------------------------------------------------------


def _sessions(desk: Desk, index: Index, learnt: Learnt) -> Iterator[_Plan]:
    """Digest the sessions that grew or shrank since they were digested last, `CHUNK` turns or more at a time."""
    rows_of = _rows_by_session(index)
    known = {n.attributes["session"]: n for n in learnt.of("Segment") if n.attributes.get("level") == "session"}
    for session, node in known.items():
        if node.expired_at is None and str(session) not in rows_of:
            yield _Plan(gone=_segments_of(learnt, str(session)))
    for session, rows in rows_of.items():
        last = index.turns.rows.ids[int(rows[-1])]
        found = known.get(session)
        if found is not None and (found.attributes.get("turns"), found.attributes.get("last")) == (len(rows), last):
            continue
        ids = [index.turns.rows.ids[int(r)] for r in rows]
        turns = desk.store.interactions(desk.namespace, ids)
        told = {i: n for n, i in enumerate(ids)}
        vectors = _vectors(index, rows, desk.embedder.dimension)[[told[t.id] for t in turns]]
        new = digest(session, turns, vectors, origin=desk.origin)
        standing_ids = {n.id for n in new.nodes}
        gone = [i for i in _segments_of(learnt, session) if i not in standing_ids]
        yield _Plan(new.nodes, new.links, gone, interactions=len(turns))


def _rows_by_session(index: Index) -> dict[str, _Rows]:
    """Return the living message rows of each session, in order."""
    rows = index.turns.rows
    alive = np.flatnonzero(rows.alive.view & (rows.kind.view == 0))
    order = alive[np.lexsort((rows.position.view[alive], rows.session.view[alive]))]
    numbers = rows.session.view[order]
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    return {rows.sessions.all[int(rows.session.view[part[0]])]: part for part in np.split(order, cuts) if len(part)}


def _vectors(index: Index, rows: _Rows, dimension: int) -> Vectors:
    """Return n x d float32: the rows' vectors, zeros where there is none."""
    found = np.zeros((len(rows), dimension), dtype=np.float32)
    has = index.turns.vectors.slot.view[rows] >= 0
    if has.any():
        found[has] = index.turns.vectors.of(rows[has].astype(np.int32))
    return found


def _segments_of(learnt: Learnt, session: str) -> list[str]:
    return [n.id for n in learnt.of("Segment") if n.expired_at is None and n.attributes.get("session") == session]


# --- communities ----------------------------------------------------------------------------------------------------


def _communities(desk: Desk, index: Index, learnt: Learnt) -> Iterator[_Plan]:  # noqa: ARG001 - one signature a step
    """Find the communities anew once the facts have changed by a tenth; a few facts more belong where theirs do."""
    count = desk.store.stats(desk.namespace).facts
    current = [n for n in learnt.of("Community") if n.expired_at is None]
    before = next((n.attributes.get("of_facts") for n in current), None)
    if isinstance(before, int | float) and abs(count - before) <= GROWN * before:
        return
    facts = [
        f for f in desk.store.facts(desk.namespace, top_k=1 << 31) if not f.negated and f.subject_id != f.object_id
    ]
    edges: dict[tuple[str, str], float] = {}
    for f in facts:
        pair = (min(f.subject_id, f.object_id), max(f.subject_id, f.object_id))
        edges[pair] = edges.get(pair, 0.0) + max(1, len(f.sources))
    names = {f.subject_id: f.subject for f in facts} | {f.object_id: f.object for f in facts}
    found = communities(edges)
    home = {m: place for place, c in enumerate(found) for m in c.members}
    inner: dict[int, list[tuple[str, str, str]]] = {}
    for f in facts:
        if f.subject_id in home and home[f.subject_id] == home.get(f.object_id):
            inner.setdefault(home[f.subject_id], []).append((f.subject_id, f.object_id, f.text))
    ids = [derive_id(desk.origin, "Community", str(c.level), *c.members) for c in found]
    told = [summary(c, names=names, facts=inner.get(place, ())) for place, c in enumerate(found)]
    vectors = meanings(desk.embedder, [text or name for name, text in told])
    nodes = [
        Node(
            id=id_,
            label="Community",
            name=caption(name),
            text=text,
            attributes={"level": c.level, "size": len(c.members), "of_facts": count},
            vector=vector,
        )
        for id_, c, (name, text), vector in zip(ids, found, told, vectors, strict=True)
    ]
    gone = [n.id for n in current if n.id not in set(ids)]
    for start in range(0, len(nodes), CHUNK):
        part = range(start, min(start + CHUNK, len(nodes)))
        links = [Link(type="IN_COMMUNITY", source=m, target=ids[p]) for p in part for m in found[p].members]
        above = [(p, found[p].parent) for p in part]
        links += [Link(type="PART_OF", source=ids[p], target=ids[a]) for p, a in above if a is not None]
        yield _Plan([nodes[p] for p in part], links)
    if gone:
        yield _Plan(gone=gone)


# --- profiles, insights, procedures ---------------------------------------------------------------------------------


def _profiles(desk: Desk, index: Index, learnt: Learnt) -> Iterator[_Plan]:  # noqa: ARG001 - one signature a step
    people = [e for e in desk.store.entities(desk.namespace, top_k=PEOPLE * 20) if e.kind == "person"][:PEOPLE]
    found: list[Node] = []
    links: list[Link] = []
    for person in people:
        facts = desk.store.facts(desk.namespace, about=[person.id], top_k=2_000)
        ids = [f.id for f in facts if len(f.sources) > 1]
        rulings = desk.store.rulings(desk.namespace, facts=ids) if ids else []
        denied = {i: True for r in rulings if r.kind == "conflict" for i in (r.older, r.newer) if i is not None}
        one = profile(person, facts, denied=denied, origin=desk.origin)
        if one is not None:
            found.append(one.node)
            links += one.links
    vectors = meanings(desk.embedder, [n.text for n in found])
    nodes = [replace(n, vector=v) for n, v in zip(found, vectors, strict=True)]
    yield _Plan(nodes, links, _others(learnt, "Profile", nodes))


def _insights(desk: Desk, index: Index, learnt: Learnt) -> Iterator[_Plan]:  # noqa: ARG001 - one signature a step
    ids, matrix = learnt.matrix("Insight")
    places = {id_: place for place, id_ in enumerate(ids)}
    current = [one for one in standing(learnt) if one.id in places]
    found = merges(current, matrix[[places[i.id] for i in current]], origin=desk.origin, now=desk.clock())
    nodes = [insight_node(m.whole, vector=matrix[places[_best(m.parts, m.whole.text)]]) for m in found]
    parts = [insight_node(p, vector=learnt.nodes[p.id].vector) for m in found for p in m.parts]
    links = [link for m in found for link in (*m.links, *support_links(m.whole))]
    yield _Plan([*nodes, *parts], links)


def _best(parts: Iterable[Insight], text: str) -> str:
    return next(p.id for p in parts if p.text == text)


def _procedures(desk: Desk, index: Index, learnt: Learnt) -> Iterator[_Plan]:  # noqa: ARG001 - one signature a step
    won = [q for n in learnt.of("Query") if (q := query_of(n)).outcome == "success"]
    found = procedures([Run(q.id, q.text, steps_of(desk, learnt, q.id)) for q in won])
    vectors = meanings(desk.embedder, [p.goal for p in found])
    nodes = [
        Node(
            id=derive_id(desk.origin, "Procedure", p.goal, *p.steps),
            label="Procedure",
            name=caption(p.goal),
            text=p.text,
            attributes={"runs": len(p.queries), "steps": list(p.steps)},
            vector=v,
        )
        for p, v in zip(found, vectors, strict=True)
    ]
    links = [
        Link(type="DERIVED_FROM", source=n.id, target=q) for n, p in zip(nodes, found, strict=True) for q in p.queries
    ]
    yield _Plan(nodes, links, _others(learnt, "Procedure", nodes))


def _others(learnt: Learnt, label: NodeLabel, nodes: Sequence[Node]) -> list[str]:
    """Return the standing nodes of a label that are not to be there any more."""
    wanted = {n.id for n in nodes}
    return [n.id for n in learnt.of(label) if n.expired_at is None and n.id not in wanted]


def _notes(desk: Desk, index: Index, learnt: Learnt) -> Iterator[_Plan]:
    """Write notes on turns of digested sessions, `CHUNK` or more at a time; sessions come first, for the context."""
    rows = index.turns.rows
    everything = np.arange(len(rows.ids))
    vectors = _vectors(index, everything, desk.embedder.dimension)
    order = np.empty(len(everything), dtype=np.int64)
    order[np.lexsort((rows.arrival.view, rows.at.view))] = everything
    held = {str(n.attributes["interaction"]): n for n in learnt.of("Annotation") if n.expired_at is None}
    alive = _rows_by_session(index)
    gone = set(held) - {rows.ids[int(r)] for part in alive.values() for r in part}
    if gone:
        yield _Plan(gone=[held[i].id for i in sorted(gone)])
    for session, part in alive.items():
        spans = [n for n in learnt.of("Segment") if n.expired_at is None and n.attributes.get("session") == session]
        if any(rows.ids[int(r)] not in held for r in part):
            yield _session_notes(desk, index, part, spans, held, vectors, order)


def _session_notes(
    desk: Desk,
    index: Index,
    part: _Rows,
    spans: Sequence[Node],
    held: Mapping[str, Node],
    vectors: Vectors,
    order: _Rows,
) -> _Plan:
    ids = [index.turns.rows.ids[int(r)] for r in part]
    turns = {t.id: t for t in desk.store.interactions(desk.namespace, ids)}
    first = {str(n.attributes["first"]): n for n in spans if n.attributes.get("level") == "segment"}
    words = Vocabulary(t.text for t in turns.values())
    nodes: list[Node] = []
    links: list[Link] = []
    context, of = "", {}
    for id_ in ids:
        context = first[id_].name if id_ in first else context
        node, link = note(turns[id_], words=words, context=context, origin=desk.origin)
        nodes.append(node)
        links.append(link)
        of[id_] = node.id
    for row, near in related([int(r) for r in part], vectors, order):
        source = of[index.turns.rows.ids[row]]
        targets = [(index.turns.rows.ids[other], cosine) for other, cosine in near]
        links += [
            Link(type="RELATED_TO", source=source, target=i, attributes={"score": round(c, 4)}) for i, c in targets
        ]
    old = [held[i].id for i in ids if i in held and held[i].id != of[i]]
    return _Plan(nodes, links, old)


_PLANS: Mapping[str, Callable[[Desk, Index, Learnt], Iterator[_Plan]]] = {
    "sessions": _sessions,
    "communities": _communities,
    "profiles": _profiles,
    "insights": _insights,
    "procedures": _procedures,
    "notes": _notes,
}
