"""The step of consolidation that draws insights from what is stable, and retires those that no longer are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphmem.learn.advice import insight
from graphmem.learn.drafts import Plan, digest_of
from graphmem.learn.gathering import runs_of
from graphmem.learn.nouns import Insight, Support
from graphmem.learn.rows import insight_node, query_of, support_links
from graphmem.learn.stable import resolutions, stable_facts
from graphmem.learn.work import Work
from graphmem.model import Fact
from graphmem.read.learnt import Learnt
from graphmem.rows import Node

__all__ = ["draw_stable"]

#: Facts read at a time.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Touched:
    """Facts that are to be looked at again, and the `seq` that was read; `every` where anything was forgotten."""

    facts: frozenset[str]
    seq: int
    every: bool


def draw_stable(work: Work) -> Iterator[Plan]:
    """Draw insights from facts said again and again, and from how queries were resolved; only what changed is read."""
    yield from _facts(work)
    yield from _resolutions(work)


def _facts(work: Work) -> Iterator[Plan]:
    since = work.mark("stable").get("seq")
    touched = _touched(work, since if isinstance(since, int) else 0)
    with work.learnt() as learnt:
        resting = {s.id: n for n, s in _standing(learnt) if s.id not in learnt.nodes}
    due = sorted(touched.facts | (set(resting) if touched.every else set()))
    for start in range(0, len(due), CHUNK):
        ids = due[start : start + CHUNK]
        found, seen = _credited(work, _stable(work, ids))
        kept = {s.id for one in found for s in one.supports}
        gone = [resting[i].id for i in ids if i in resting and i not in kept]
        yield _plan(found, gone, seen=seen)
    with work.learnt() as learnt:
        adrift = [n.id for n in _nodes(learnt) if not learnt.out(n.id, "SUPPORTED_BY")]
    yield Plan(gone=adrift, marks={"stable": {"seq": touched.seq}})


def _touched(work: Work, since: int) -> _Touched:
    store, namespace = work.desk.store, work.desk.namespace
    ids: set[str] = set()
    every, more = False, True
    while more:
        page = store.changes(namespace, since=since, only={"facts", "assertions", "rulings"})
        every |= page.reset or bool(page.tombstones)
        ids |= {f.id for f in page.facts} | {a.fact for a in page.assertions}
        ids |= {i for r in page.rulings for i in (r.older, r.newer) if i is not None}
        since, more = page.seq, page.more
    return _Touched(frozenset(ids), since, every)


def _stable(work: Work, ids: list[str]) -> tuple[Insight, ...]:
    store, namespace = work.desk.store, work.desk.namespace
    facts: list[Fact] = store.facts(namespace, ids=ids, top_k=CHUNK)
    often = [f.id for f in facts if len(f.sources) > 1]
    rulings = store.rulings(namespace, facts=often) if often else []
    denied = {i for r in rulings if r.kind == "conflict" for i in (r.older, r.newer) if i is not None}
    return stable_facts(facts, denied=denied, origin=work.desk.origin, now=work.desk.clock())


def _resolutions(work: Work) -> Iterator[Plan]:
    """Draw them anew when a query was closed or forgotten since, or what was drawn stands no more."""
    with work.learnt() as learnt:
        won = digest_of(sorted(n.id for n in learnt.of("Query") if query_of(n).outcome == "success"))
        known = _standing(learnt)
        on_facts = {n.id for n, s in known if s.id not in learnt.nodes}  # queries that used those support them, too
        resting = {n.id for n, _ in known} - on_facts
    if work.mark("resolutions") == {"won": won, "drawn": len(resting)}:
        return
    told = resolutions(runs_of(work, least=1), origin=work.desk.origin, now=work.desk.clock())
    found, seen = _credited(work, told)
    gone = sorted(resting - {one.id for one in found})
    drawn = sum(one.retired_at is None for one in found)
    yield _plan(found, gone, seen=seen, marks={"resolutions": {"won": won, "drawn": drawn}})


def _standing(learnt: Learnt) -> list[tuple[Node, Support]]:
    """Return the standing insights of this kind, each with what it rests on, once for each support."""
    return [(n, Support(link.target)) for n in _nodes(learnt) for link in learnt.out(n.id, "SUPPORTED_BY")]


def _nodes(learnt: Learnt) -> list[Node]:
    return [n for n in learnt.of("Insight") if n.expired_at is None and n.attributes.get("origin") == "stable"]


def _plan(
    found: Sequence[Insight],
    gone: Sequence[str],
    *,
    seen: Mapping[str, int],
    marks: Mapping[str, Mapping[str, object]] | None = None,
) -> Plan:
    nodes = [insight_node(one, vector=None) for one in found]
    links = [link for one in found for link in support_links(one)]
    return Plan(nodes, links, gone=gone, seen=seen, marks=marks or {})


def _credited(work: Work, drawn: Sequence[Insight]) -> tuple[list[Insight], dict[str, int]]:
    """Return insights as they are known, and the revision of each that was read, 0 of those that are new."""
    with work.learnt() as learnt:
        nodes = {one.id: learnt.nodes.get(one.id) for one in drawn}
        found = [_as_known(one, learnt) if nodes[one.id] else one for one in drawn]
    return found, {id_: node.revision if node else 0 for id_, node in nodes.items()}


def _as_known(one: Insight, learnt: Learnt) -> Insight:
    """Return an insight with the credit it earned, retired when that was bad."""
    known = insight(learnt, one.id)
    return replace(
        one, score=known.score, created_at=known.created_at, retired_at=known.retired_at if known.score < 0 else None
    )
