"""Erasing a namespace, however large: at once where a transaction can hold it, else marked first and then in parts."""

import time
from collections.abc import Callable
from dataclasses import astuple, dataclass

from graphmem.errors import NotFound
from graphmem.model import Forgotten
from graphmem.stores.neo4j import forgetting
from graphmem.stores.neo4j.graph import LOOK_AGAIN, Graph, Transaction
from graphmem.stores.neo4j.namespaces import leave, take
from graphmem.stores.neo4j.reading import stats

__all__ = ["erase_namespace"]

#: Nodes that one transaction may delete: a server needs about a kilobyte of its heap for each, with its relationships.
AT_ONCE, BATCH = 20_000, 5_000


@dataclass(frozen=True, slots=True)
class _Held:
    """What a namespace held when its erasure began; kept on it, for the receipt of whoever ends it."""

    interactions: int
    facts: int
    entities: int
    mentions: int
    synonyms: int
    vectors: int
    sessions: int
    nodes: int
    links: int
    rulings: int


def erase_namespace(
    graph: Graph,
    namespace: str,
    *,
    at_once: int = AT_ONCE,
    batch: int = BATCH,
    tick: Callable[[int], None] = lambda _: None,
) -> Forgotten:
    """Delete a namespace, its tombstones and its name; its counter's height stays, in the store's floor.

    One of more than `at_once` nodes is marked first: from a second later on nobody reads or writes it, and then it is
    deleted `batch` nodes at a time; `tick` is told how many went. Interrupted, call it again: it goes on.

    Raises: NotFound: there is no such namespace.
    """
    marked = graph.read(lambda tx: tx.condition(namespace))
    if not marked:
        raise NotFound(f"there is no namespace {namespace!r}")
    counts = marked[0][0]
    if counts is None:
        graph.read(lambda tx: tx.refuse_held(namespace, anew=True))
        held = _held(graph, namespace)
        if held.interactions + held.facts + held.entities + held.nodes <= at_once:
            return forgetting.erase_namespace(graph, namespace)
        counts = graph.write(lambda tx: tx.value("mark_erasing", namespace=namespace, counts=list(astuple(held))))
    time.sleep(1.5 * LOOK_AGAIN)  # who looked before the mark was set looks again
    while gone := graph.write(lambda tx: _some(tx, namespace, batch=batch)):
        tick(gone)
    graph.write(lambda tx: _end(tx, namespace, batch=batch))
    return _receipt(_Held(*counts))


def _held(graph: Graph, namespace: str) -> _Held:
    found = graph.read(lambda tx: stats(tx, namespace, location=graph.location))
    return _Held(**{name: getattr(found, name) for name in _Held.__slots__})


def _receipt(held: _Held) -> Forgotten:
    return Forgotten(
        interactions=held.interactions,
        facts=held.facts,
        entities=held.entities,
        mentions=held.mentions,
        synonyms=held.synonyms,
        vectors=held.vectors,
        sessions=held.sessions,
        nodes=held.nodes,
        links=held.links,
        rulings=held.rulings,
    )


def _some(tx: Transaction, namespace: str, *, batch: int) -> int:
    return int(tx.value("erase_some", namespace=namespace, count=batch))


def _end(tx: Transaction, namespace: str, *, batch: int) -> None:
    """Take the name away; the namespace is held, so that nothing can be added any more: what was, goes now."""
    place = take(tx, namespace)
    if place is None:  # somebody else ended it
        return
    while _some(tx, namespace, batch=batch):
        pass
    leave(tx, place)
