"""Consolidation: what many interactions come down to. Each step reads what is there and brings the rest into line.

Every step compares what should be there with what is and writes only the difference: run twice, the second run writes
nothing; interrupted, the next run goes on; forgetting is followed. No step deletes or rewrites an interaction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphmem.chat import RULES
from graphmem.errors import InvalidInput
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
    index: Index,
    *,
    steps: Sequence[Consolidation],
    dry_run: bool,
    tick: Callable[[str, int], None],
) -> Consolidated:
    """Bring what was learnt into line with what is there.

    Args:
        desk: the memory; its chat model words summaries, if it has one.
        index: of its namespace, as of now.
        steps: which steps; they run in the order of `EVERY_STEP`.
        dry_run: write nothing, ask no model, and say what would be written.
        tick: told (step, nodes written) as it goes.

    Raises: InvalidInput: an unknown step.
    """
    if unknown := [s for s in steps if s not in EVERY_STEP]:
        raise InvalidInput(f"no step is called {', '.join(unknown)}; there are {', '.join(EVERY_STEP)}")
    wording = Wording(desk.chat, dry_run=dry_run)
    learnt = index.learnt.copy() if dry_run else index.learnt
    work = Work(desk=desk, index=index, learnt=learnt, wording=wording, dry_run=dry_run)
    written: dict[str, int] = dict.fromkeys(steps, 0)
    retired: dict[str, int] = dict.fromkeys(steps, 0)
    links = interactions = 0
    for step in (s for s in EVERY_STEP if s in steps):
        for plan in _chunked(_PLANS[step](work)):
            due = _due(plan, work)
            _keep(due, work)
            for name, told in plan.marks.items():
                work.set_mark(name, told)
            ended = len(plan.gone)
            written[step] += len(due.nodes) - ended
            retired[step] += ended
            links += len(due.links)
            interactions += plan.interactions
            tick(step, len(due.nodes))
        if not dry_run:
            index.refresh()
    return Consolidated(
        written=written,
        retired=retired,
        links=links,
        interactions=interactions,
        dry_run=dry_run,
        by=RULES if desk.chat is None else desk.chat.name,
        degraded=wording.degraded,
    )


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
        if len(held) >= CHUNK:
            yield held
            held = Plan()
    yield held


def _due(plan: Plan, work: Work) -> Batch:
    """Return what has to be written for the plan to hold: new and changed nodes and links, and what is retired."""
    learnt = work.learnt
    nodes, sources = work.wording.worded(plan.drafts, learnt.nodes)
    wanted = [*plan.links, *sources]
    changed = [n for n in (*plan.nodes, *nodes) if not _same(n, learnt.nodes.get(n.id))]
    if not work.dry_run:
        changed = vectors_of_nodes(work.desk.embedder, changed, known=learnt.nodes)
    now = work.desk.clock()
    ended = [replace(learnt.nodes[i], expired_at=now) for i in plan.gone]
    links = [link for link in wanted if not _tied(link, learnt)]
    loose = _loose([*plan.nodes, *nodes], wanted, learnt)
    return Batch(nodes=[*changed, *ended], links=links, unlink=loose)


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


def _keep(due: Batch, work: Work) -> None:
    """Write what is due in one transaction; on a dry run, only have the copy of what was learnt follow."""
    if not (due.nodes or due.links or due.unlink):
        return
    if work.dry_run:
        gone = [Tombstone("Link", f"{k.type} {k.source} {k.target} {k.key}") for k in due.unlink]
        work.learnt.apply(Changes(seq=0, tombstones=gone))
        work.learnt.apply(Changes(seq=0, nodes=due.nodes, links=due.links))
    else:
        work.desk.store.save(work.desk.namespace, due, now=work.desk.clock())
