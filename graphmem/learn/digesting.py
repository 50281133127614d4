"""Steps of consolidation over what was said: sessions digested, the namespace summed up, notes on turns."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from graphmem.learn.drafts import Draft, Plan, listed, picked_of
from graphmem.learn.keywords import Vocabulary, words_of
from graphmem.learn.notes import Context, note, notes_due, related
from graphmem.learn.overview import Group, Part, groups, overview_id, summed, unchanged
from graphmem.learn.sessions import digest
from graphmem.learn.work import Rows, Work
from graphmem.model import EntityKind
from graphmem.rows import Link, Node, Vectors

__all__ = ["digest_sessions", "note_turns", "sum_up"]


def digest_sessions(work: Work) -> Iterator[Plan]:
    """Digest the sessions that grew or shrank since they were digested last, or that a chat model is to word."""
    index, desk = work.index, work.desk
    rows_of = _rows_by_session(work)
    standing = _segments_by_session(work)
    for session, nodes in standing.items():
        if session not in rows_of:
            yield Plan(gone=[n.id for n in nodes])
    for session, rows in rows_of.items():
        nodes = standing.get(session, [])
        ids = [index.turns.rows.ids[int(r)] for r in rows]
        whole = next((n for n in nodes if n.attributes.get("level") == "session"), None)
        known = None if whole is None else (whole.attributes.get("turns"), whole.attributes.get("last"))
        if known == (len(ids), ids[-1]) and not any(map(work.wording.wanted, nodes)):
            continue
        turns = desk.store.interactions(desk.namespace, ids)
        told = {i: n for n, i in enumerate(ids)}
        plan = digest(session, turns, work.vectors(rows)[[told[t.id] for t in turns]], origin=desk.origin)
        wanted = {d.node.id for d in plan.drafts}
        yield plan + Plan(gone=[n.id for n in nodes if n.id not in wanted])


def _rows_by_session(work: Work) -> dict[str, Rows]:
    """Return the living message rows of each session, in order."""
    rows = work.index.turns.rows
    alive = np.flatnonzero(rows.alive.view & (rows.kind.view == 0))
    order = alive[np.lexsort((rows.position.view[alive], rows.session.view[alive]))]
    numbers = rows.session.view[order]
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    return {rows.sessions.all[int(rows.session.view[part[0]])]: part for part in np.split(order, cuts) if len(part)}


def _segments_by_session(work: Work) -> dict[str, list[Node]]:
    found: defaultdict[str, list[Node]] = defaultdict(list)
    for node in work.learnt.of("Segment"):
        if node.expired_at is None and "session" in node.attributes:
            found[str(node.attributes["session"])].append(node)
    return found


# --- the whole ------------------------------------------------------------------------------------------------------


def sum_up(work: Work) -> Iterator[Plan]:
    """Sum up the namespace from the sources of its sessions' summaries: only groups that changed, level by level."""
    segments = [n for n in work.learnt.of("Segment") if n.expired_at is None]
    parts = [_part(work, n) for n in segments if n.attributes.get("level") == "session"]
    kept: set[str] = set()
    level = 1
    while parts:
        above: list[Part] = []
        drafts: list[Draft] = []
        links: list[Link] = []
        for group in groups(parts, origin=work.desk.origin, level=level):
            kept.add(group.id)
            if unchanged(group, work.learnt.nodes) and not work.wording.wanted(work.learnt.nodes[group.id]):
                known = work.learnt.nodes[group.id]
                above.append(Part(group.id, known.at, group.mark, picked_of(known, work.learnt)))
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


def _part(work: Work, node: Node) -> Part:
    return Part(node.id, node.at, str(node.attributes.get("made_of")), picked_of(node, work.learnt))


def _group(work: Work, group: Group) -> Draft:
    ids = dict.fromkeys(source for part in group.parts for source in part.sources)
    turns = work.desk.store.interactions(work.desk.namespace, list(ids))
    return summed(group, turns, work.vectors_of)


# --- notes ----------------------------------------------------------------------------------------------------------


def note_turns(work: Work) -> Iterator[Plan]:
    """Write notes on turns of digested sessions; sessions come first, for the context."""
    rows = work.index.turns.rows
    everything = np.arange(len(rows.ids))
    vectors = work.vectors(everything)
    order = np.empty(len(everything), dtype=np.int64)
    order[np.lexsort((rows.arrival.view, rows.at.view))] = everything
    standing = [n for n in work.learnt.of("Annotation") if n.expired_at is None]
    held = {str(n.attributes["interaction"]): n for n in standing if "interaction" in n.attributes}
    alive = _rows_by_session(work)
    gone = set(held) - {rows.ids[int(r)] for part in alive.values() for r in part}
    if gone:
        yield Plan(gone=[held[i].id for i in sorted(gone)])
    spans = _segments_by_session(work)
    for session, part in alive.items():
        contexts = _contexts(work, [rows.ids[int(r)] for r in part], spans.get(session, []))
        if notes_due(list(contexts), held, contexts):
            yield _session_notes(work, part, contexts, held, vectors, order)


def _contexts(work: Work, ids: Sequence[str], spans: Sequence[Node]) -> dict[str, Context]:
    """Return what each interaction of a session stands in: the segment that began last."""
    first = {str(n.attributes["first"]): n for n in spans if n.attributes.get("level") == "segment"}
    context, found = Context(), {}
    for id_ in ids:
        if (span := first.get(id_)) is not None:
            sources = tuple(k.target for k in work.learnt.out(span.id, "DERIVED_FROM"))
            context = Context(span.name, listed(span, "tags"), sources)
        found[id_] = context
    return found


def _session_notes(
    work: Work,
    part: Rows,
    contexts: Mapping[str, Context],
    held: Mapping[str, Node],
    vectors: Vectors,
    order: Rows,
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
    for row, near in related([int(r) for r in part], vectors, order):
        source = of.get(work.index.turns.rows.ids[row])
        if source is None:
            continue
        targets = [(work.index.turns.rows.ids[other], cosine) for other, cosine in near]
        links += [
            Link(type="RELATED_TO", source=source, target=i, attributes={"score": round(c, 4)}) for i, c in targets
        ]
    old = [held[i].id for i in ids if i in held and held[i].id != of[i]]
    return Plan(nodes, links, gone=old)
