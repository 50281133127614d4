"""Consolidation: what many interactions come down to. Each step reads what is there and brings the rest into line.

Every step compares what should be there with what is and writes only the difference: run twice, the second run writes
nothing; interrupted, the next run goes on; forgetting is followed. No step deletes or rewrites an interaction.

Others read and write meanwhile: nothing is locked while a step works. What was read is written only where it is still
so (`Batch.expect`); otherwise the step begins again, and finds what it has written already.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from graphmem.chat import RULES
from graphmem.errors import InvalidInput, Outdated
from graphmem.learn.desk import Desk
from graphmem.learn.digesting import digest_sessions, note_turns, sum_up
from graphmem.learn.drafts import Plan
from graphmem.learn.drawing import draw_stable
from graphmem.learn.gathering import draw_profiles, find_communities, find_procedures, merge_insights
from graphmem.learn.meaning import vectors_of_nodes
from graphmem.learn.steps import EVERY_STEP, Consolidation
from graphmem.learn.wording import Wording
from graphmem.learn.work import Work
from graphmem.model import Degradation
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.rows import Batch, Changes, Link, LinkType, Node, Tombstone

__all__ = ["Consolidated", "consolidate"]

#: Nodes a transaction, about: an interruption loses at most the work on so many.
CHUNK = 500
#: Links a transaction, about: on a file, whoever reads waits for its end.
LINKS = 4_000
#: How often a step begins again because somebody else changed what it had read.
ATTEMPTS = 8
#: A node whose sources or relations are wanted otherwise lets go of those that are not.
_OWN: tuple[LinkType, ...] = ("DERIVED_FROM", "DESCRIBES", "RELATED_TO")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidated:
    """What a consolidation did, or would do: nodes written, retired, and links, by step.

    Args:
        written: nodes written, by step.
        retired: nodes that do not stand any more, by step.
        links: links written.
        interactions: how many interactions the sessions hold that were digested anew.
        dry_run: nothing was written.
        by: who words summaries: `rules`, or the chat model's name.
        degraded: what rules had to word in the model's place, and why.
    """

    written: Mapping[str, int]
    retired: Mapping[str, int]
    links: int = 0
    interactions: int = 0
    dry_run: bool = False
    by: str = RULES
    degraded: tuple[Degradation, ...] = ()


def consolidate(
    desk: Desk,
    lend: Callable[[], AbstractContextManager[Index]],
    *,
    steps: Sequence[Consolidation],
    dry_run: bool,
    tick: Callable[[str, int], None],
) -> Consolidated:
    """Bring what was learnt into line with what is there.

    Args:
        desk: the memory; its chat model words summaries, if it has one.
        lend: lends the index of its namespace, as of now; it is kept for moments only.
        steps: which steps; they run in the order of `EVERY_STEP`.
        dry_run: write nothing, ask no model, and say what would be written.
        tick: told (step, nodes written) as it goes.

    Raises: InvalidInput: an unknown step.
    """
    if unknown := [s for s in steps if s not in EVERY_STEP]:
        raise InvalidInput(f"no step is called {', '.join(unknown)}; there are {', '.join(EVERY_STEP)}")
    wording = Wording(desk.chat, dry_run=dry_run)
    with lend() as index:  # refused here where there is none
        planned = index.learnt.copy() if dry_run else None
    work = Work(desk=desk, lend=lend, wording=wording, planned=planned)
    done = _Done(tick)
    for step in (s for s in EVERY_STEP if s in steps):
        _take(step, work, done)
    return Consolidated(
        written={s: done.written[s] for s in steps},
        retired={s: done.retired[s] for s in steps},
        links=done.links,
        interactions=done.interactions,
        dry_run=dry_run,
        by=RULES if desk.chat is None else desk.chat.name,
        degraded=wording.degraded,
    )


class _Done:
    """What was written so far, and who is told of it."""

    def __init__(self, tick: Callable[[str, int], None]) -> None:
        self._tick = tick
        self.written: Counter[str] = Counter()
        self.retired: Counter[str] = Counter()
        self.links = self.interactions = 0

    def add(self, step: Consolidation, plan: Plan, due: Batch) -> None:
        """Count a plan and what was written for it."""
        gone = frozenset(plan.gone)
        ended = sum(n.id in gone for n in due.nodes)
        self.written[step] += len(due.nodes) - ended
        self.retired[step] += ended
        self.links += len(due.links)
        self.interactions += plan.interactions
        self._tick(step, len(due.nodes))


def _take(step: Consolidation, work: Work, done: _Done) -> None:
    """Take a step, from its beginning again where somebody else changed what it had read."""
    for attempt in range(ATTEMPTS):
        try:
            for plan in _chunked(_PLANS[step](work)):
                done.add(step, plan, _keep(plan, work))
        except Outdated:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def _lessons(work: Work) -> Iterator[Plan]:
    """Draw what is stable first: it is compared with what is there, and takes no part in merges."""
    yield from draw_stable(work)
    yield from merge_insights(work)


_PLANS: Mapping[Consolidation, Callable[[Work], Iterator[Plan]]] = {
    "sessions": digest_sessions,
    "overview": sum_up,
    "communities": find_communities,
    "profiles": draw_profiles,
    "insights": _lessons,
    "procedures": find_procedures,
    "notes": note_turns,
}


def _chunked(plans: Iterable[Plan]) -> Iterator[Plan]:
    """Join small plans until they make a transaction's worth; the rest comes last, even where it is empty."""
    held = Plan()
    for plan in plans:
        held = held + plan
        if len(held) >= CHUNK or len(held.links) >= LINKS:
            yield held
            held = Plan()
    yield held


def _due(plan: Plan, work: Work) -> Batch:
    """Return what has to be written for the plan to hold: new and changed nodes and links, and what is retired."""
    ids = [*(n.id for n in plan.nodes), *(d.node.id for d in plan.drafts), *plan.gone]
    with work.learnt() as learnt:
        known = {i: learnt.nodes[i] for i in ids if i in learnt.nodes}
    nodes, sources = work.wording.worded(plan.drafts, known)
    wanted = [*plan.links, *sources]
    changed = [n for n in (*plan.nodes, *nodes) if not _same(n, known.get(n.id))]
    if not work.dry_run:
        changed = vectors_of_nodes(work.desk.embedder, changed, known=known)
    now = work.desk.clock()
    ended = [replace(known[i], expired_at=now) for i in plan.gone if i in known]  # others were forgotten meanwhile
    with work.learnt() as learnt:
        links = [link for link in wanted if not _tied(link, learnt)]
        loose = _loose([*plan.nodes, *nodes], wanted, learnt)
    expect = {n.id: known[n.id].revision if n.id in known else 0 for n in (*changed, *ended)}
    expect |= {i: seen for i, seen in plan.seen.items() if i in expect}
    return Batch(nodes=[*changed, *ended], links=links, unlink=loose, expect=expect)


def _loose(nodes: Sequence[Node], wanted: Sequence[Link], learnt: Learnt) -> list[Link]:
    """Return the links that are to go: of these nodes to what they no longer rest on, and to what was above them."""
    places = {(k.type, k.source, k.target, k.key) for k in wanted}
    ends = {(n.id, type_): None for n in nodes for type_ in _OWN}
    ends |= {(k.source, k.type): None for k in wanted if k.type == "PART_OF"}
    return [
        link
        for source, type_ in ends
        for link in learnt.out(source, type_)
        if (link.type, link.source, link.target, link.key) not in places
    ]


def _same(new: Node, known: Node | None) -> bool:
    if known is None or known.expired_at != new.expired_at:
        return False
    told = {k: list(v) if isinstance(v, list | tuple) else v for k, v in new.attributes.items()}
    kept = {k: list(v) if isinstance(v, list | tuple) else v for k, v in known.attributes.items()}
    return (new.name, new.text, told) == (known.name, known.text, kept)


def _tied(link: Link, learnt: Learnt) -> bool:
    known = learnt.link(link.type, link.source, link.target, link.key)
    return known is not None and dict(known.attributes) == dict(link.attributes)


def _keep(plan: Plan, work: Work) -> Batch:
    """Write what is due in one transaction, and return it; on a dry run, only have the copy of what was learnt follow.

    Raises: Outdated: somebody else changed a node since it was read; nothing of the plan is written.
    """
    due = _due(plan, work)
    if work.planned is not None:
        gone = [Tombstone("Link", f"{k.type} {k.source} {k.target} {k.key}") for k in due.unlink]
        work.planned.apply(Changes(seq=0, tombstones=gone))
        work.planned.apply(Changes(seq=0, nodes=due.nodes, links=due.links))
        return due
    if due.nodes or due.links or due.unlink:
        work.desk.store.save(work.desk.namespace, due, now=work.desk.clock())
    for name, told in plan.marks.items():
        work.set_mark(name, told)
    return due
