"""Steps of consolidation over what was said: sessions digested, the namespace summed up, notes on turns."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graphmem.learn.drafts import Draft, Plan, listed, picked_of
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.notes import Context, note, notes_due, related
from graphmem.learn.overview import Group, Part, groups, overview_id, summed, unchanged
from graphmem.learn.sessions import digest
from graphmem.learn.work import Rows, Work
from graphmem.model import EntityKind
from graphmem.read.learnt import Learnt
from graphmem.read.rows import Rows as IndexRows
from graphmem.rows import Link, Node, Vectors
from graphmem.text.batches import batches

__all__ = ["digest_sessions", "note_turns", "sum_up"]

#: Turns that are read at a time: whole sessions, one at least.
CHUNK = 500


def digest_sessions(work: Work) -> Iterator[Plan]:
    """Digest the sessions that grew or shrank since they were digested last, or that a chat model is to word."""
    desk, origin = work.desk, work.desk.origin
    with work.lend() as index:
        rows = index.turns.rows
        ids_of = {session: [rows.ids[r] for r in part.tolist()] for session, part in _rows_by_session(rows).items()}
    standing = _segments_by_session(work)
    for session, nodes in standing.items():
        if session not in ids_of:
            yield Plan(gone=[n.id for n in nodes])
    due = [s for s, ids in ids_of.items() if _grown(ids, standing.get(s, [])) or _to_word(work, standing.get(s, []))]
    for sessions in batches(due, most=CHUNK, characters=CHUNK, length=lambda s: len(ids_of[s])):
        ids = [i for s in sessions for i in ids_of[s]]
        turns = {t.id: t for t in desk.store.interactions(desk.namespace, ids)}
        vectors, places = work.vectors_of(ids), {i: n for n, i in enumerate(ids)}
        for session in sessions:
            said = [turns[i] for i in ids_of[session] if i in turns]  # others were forgotten meanwhile
            plan = digest(session, said, vectors[[places[t.id] for t in said]], origin=origin)
            wanted = {d.node.id for d in plan.drafts}
            yield plan + Plan(gone=[n.id for n in standing.get(session, []) if n.id not in wanted])


def _grown(ids: Sequence[str], nodes: Sequence[Node]) -> bool:
    """Return whether a session of these interactions grew or shrank since these nodes were made of it."""
    whole = next((n for n in nodes if n.attributes.get("level") == "session"), None)
    known = None if whole is None else (whole.attributes.get("turns"), whole.attributes.get("last"))
    return known != (len(ids), ids[-1])


def _to_word(work: Work, nodes: Sequence[Node]) -> bool:
    return any(map(work.wording.wanted, nodes))


def _rows_by_session(rows: IndexRows) -> dict[str, Rows]:
    """Return the living message rows of each session, in order."""
    alive = np.flatnonzero(rows.alive.view & (rows.kind.view == 0))
    order = alive[np.lexsort((rows.position.view[alive], rows.session.view[alive]))]
    numbers = rows.session.view[order]
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    return {rows.sessions.all[int(rows.session.view[part[0]])]: part for part in np.split(order, cuts) if len(part)}


def _segments_by_session(work: Work) -> dict[str, list[Node]]:
    found: defaultdict[str, list[Node]] = defaultdict(list)
    with work.learnt() as learnt:
        nodes = learnt.of("Segment")
    for node in nodes:
        if node.expired_at is None and "session" in node.attributes:
            found[str(node.attributes["session"])].append(node)
    return found


# --- the whole ------------------------------------------------------------------------------------------------------


def sum_up(work: Work) -> Iterator[Plan]:
    """Sum up the namespace from the sources of its sessions' summaries: only groups that changed, level by level."""
    with work.learnt() as learnt:
        segments = [n for n in learnt.of("Segment") if n.expired_at is None]
        parts = [_part(n, learnt) for n in segments if n.attributes.get("level") == "session"]
    kept: set[str] = set()
    level = 1
    while parts:
        above: list[Part] = []
        drafts: list[Draft] = []
        links: list[Link] = []
        found = list(groups(parts, origin=work.desk.origin, level=level))
        standing = _standing(work, found)
        for group in found:
            kept.add(group.id)
            if (known := standing.get(group.id)) is not None:
                above.append(known)
                continue
            draft = _group(work, group)
            drafts.append(draft)
            above.append(Part(group.id, draft.node.at, group.mark, draft.picked))
            links += [Link(type="PART_OF", source=p.id, target=group.id) for p in group.parts]
        yield Plan(drafts=drafts, links=links)
        parts, level = ([], level) if overview_id(work.desk.origin) in kept else (above, level + 1)
    ended = [n.id for n in segments if n.attributes.get("level") in ("period", "memory") and n.id not in kept]
    if ended:
        yield Plan(gone=ended)


def _part(node: Node, learnt: Learnt) -> Part:
    return Part(node.id, node.at, str(node.attributes.get("made_of")), picked_of(node, learnt))


def _standing(work: Work, found: Sequence[Group]) -> dict[str, Part]:
    """Return the groups, by id, that stand summed up as they are now."""
    with work.learnt() as learnt:
        known = [(g, learnt.nodes[g.id]) for g in found if unchanged(g, learnt.nodes)]
        return {g.id: Part(g.id, n.at, g.mark, picked_of(n, learnt)) for g, n in known if not work.wording.wanted(n)}


def _group(work: Work, group: Group) -> Draft:
    ids = dict.fromkeys(source for part in group.parts for source in part.sources)
    turns = work.desk.store.interactions(work.desk.namespace, list(ids))
    return summed(group, turns, work.vectors_of)


# --- notes ----------------------------------------------------------------------------------------------------------


def note_turns(work: Work) -> Iterator[Plan]:
    """Write notes on turns of digested sessions; sessions come first, for the context."""
    every = _every(work)
    with work.learnt() as learnt:
        standing = [n for n in learnt.of("Annotation") if n.expired_at is None]
    held = {str(n.attributes["interaction"]): n for n in standing if "interaction" in n.attributes}
    gone = set(held) - {every.ids[r] for part in every.sessions.values() for r in part.tolist()}
    if gone:
        yield Plan(gone=[held[i].id for i in sorted(gone)])
    spans = _segments_by_session(work)
    for session, part in every.sessions.items():
        contexts = _contexts(work, [every.ids[r] for r in part.tolist()], spans.get(session, []))
        if notes_due(list(contexts), held, contexts):
            yield _session_notes(work, part, contexts, held, every)


@dataclass(frozen=True, slots=True)
class _Every:
    """Every turn by row of the index as it was: ids, n x d vectors, places in time, and the rows of each session."""

    ids: Sequence[str]
    vectors: Vectors
    order: Rows
    sessions: Mapping[str, Rows]


def _every(work: Work) -> _Every:
    with work.lend() as index:
        rows = index.turns.rows
        places = np.arange(len(rows.ids))
        order = np.empty(len(places), dtype=np.int64)
        order[np.lexsort((rows.arrival.view, rows.at.view))] = places
        return _Every(tuple(rows.ids), work.vectors(index, places), order, _rows_by_session(rows))


def _contexts(work: Work, ids: Sequence[str], spans: Sequence[Node]) -> dict[str, Context]:
    """Return what each interaction of a session stands in: the segment that began last."""
    first = {str(n.attributes["first"]): n for n in spans if n.attributes.get("level") == "segment"}
    with work.learnt() as learnt:
        sources = {n.id: tuple(k.target for k in learnt.out(n.id, "DERIVED_FROM")) for n in first.values()}
    context, found = Context(), {}
    for id_ in ids:
        if (span := first.get(id_)) is not None:
            context = Context(span.name, listed(span, "tags"), sources[span.id])
        found[id_] = context
    return found


def _session_notes(
    work: Work, part: Rows, contexts: Mapping[str, Context], held: Mapping[str, Node], every: _Every
) -> Plan:
    desk = work.desk
    turns = {t.id: t for t in desk.store.interactions(desk.namespace, list(contexts))}
    ids = [i for i in contexts if i in turns]  # others were forgotten meanwhile
    words = Vocabulary(words_of(t.text) for t in turns.values())
    kinds: defaultdict[str, list[EntityKind]] = defaultdict(list)
    for mention in desk.store.mentions(desk.namespace, ids):
        if mention.kind is not None:
            kinds[mention.interaction].append(mention.kind)
    nodes: list[Node] = []
    links: list[Link] = []
    of: dict[str, str] = {}
    for id_ in ids:
        node, own = note(turns[id_], words=words, context=contexts[id_], kinds=kinds[id_], origin=desk.origin)
        nodes.append(node)
        links += own
        of[id_] = node.id
    for row, near in related(part.tolist(), every.vectors, every.order):
        source = of.get(every.ids[row])
        if source is None:
            continue
        targets = [(every.ids[other], cosine) for other, cosine in near]
        links += [
            Link(type="RELATED_TO", source=source, target=i, attributes={"score": round(c, 4)}) for i, c in targets
        ]
    old = [held[i].id for i in ids if i in held and held[i].id != of[i]]
    return Plan(nodes, links, gone=old)
