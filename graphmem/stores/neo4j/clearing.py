"""Forgetting everything, however much: at once where a transaction can hold it, else in parts.

Each part is a forgetting of its own and leaves the graph whole, with tombstones for its readers: interactions first, by
arrival, with all that stands on them alone; then what is left of learnt nodes, of facts told by hand, of entities.
Interrupted, what is left is a memory of the later part; forgetting again goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import datetime

from graphmem.model import Forgotten
from graphmem.ports import Selection
from graphmem.stores.neo4j import forgetting
from graphmem.stores.neo4j.forgetting import Doomed
from graphmem.stores.neo4j.graph import Abandon, Graph, Transaction
from graphmem.stores.neo4j.namespaces import enter, place_of

__all__ = ["AT_ONCE", "BATCH", "forget"]

#: Nodes that one transaction may delete, and those of a part: what stands on an interaction is some ten times as much.
AT_ONCE, BATCH = 20_000, 1_000


def forget(
    graph: Graph,
    namespace: str,
    what: Selection,
    *,
    now: datetime,
    at_once: int = AT_ONCE,
    batch: int = BATCH,
    tick: Callable[[int], None] = lambda _: None,
) -> Forgotten:
    """Forget what is selected; everything of a namespace of more than `at_once` nodes in parts.

    `tick` is told how many interactions each part took. The receipt is of this call: of one that goes on where another
    was interrupted, what was left.
    """
    if not what.everything or _size(graph, namespace) <= at_once:
        return forgetting.forget(graph, namespace, what, now=now)
    parts: list[Forgotten] = []
    while part := graph.write(lambda tx: _part(tx, namespace, batch=batch, now=now)):
        parts.append(part)
        tick(part.interactions)
    return _whole(parts)


def _size(graph: Graph, namespace: str) -> int:
    return int(graph.read(lambda tx: tx.value("count_content", namespace=namespace)))


def _part(tx: Transaction, namespace: str, *, batch: int, now: datetime) -> Forgotten | None:
    """Forget some of what is there, None where nothing is."""
    if place_of(tx, namespace) is None:
        raise Abandon(None)
    place = enter(tx, namespace, now=now)
    doomed = _first(forgetting.everything(tx, namespace, top_k=batch))
    if not doomed:
        raise Abandon(None)
    return forgetting.delete(tx, place, doomed)


def _first(found: Doomed) -> Doomed:
    """Return what goes next: entities only once no fact is about them, and facts once nobody asserts them."""
    if found.interactions:
        return Doomed(interactions=found.interactions)
    if found.nodes:
        return Doomed(nodes=found.nodes)
    return Doomed(facts=found.facts) if found.facts else found


def _whole(parts: Sequence[Forgotten]) -> Forgotten:
    """Add up receipts; no entity is left whose facts are to be judged anew."""
    counts = [f.name for f in fields(Forgotten) if f.type in (int, "int")]
    added = {name: sum(getattr(part, name) for part in parts) for name in counts}
    return replace(Forgotten(**added), ids=tuple(id_ for part in parts for id_ in part.ids))
