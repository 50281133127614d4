"""Renaming a namespace, however large: at once where a transaction can hold it, else marked first and then in parts.

The name is on every node and on every learnt relationship. While a namespace is renamed in parts, both names are held:
nobody reads or writes under either, and where it was interrupted, renaming it again goes on.
"""

import time
from collections.abc import Callable

from graphmem.errors import InvalidInput, NotFound
from graphmem.stores.neo4j.graph import ALL, LOOK_AGAIN, Graph, Transaction
from graphmem.stores.neo4j.namespaces import Place, hold_floor, nskey_of, place_of, raise_floor, take
from graphmem.stores.neo4j.values import key_text

__all__ = ["AT_ONCE", "BATCH", "rename_namespace"]

#: Nodes, or relationships, that one transaction may rename: each changes the indexes it is in.
AT_ONCE, BATCH = 20_000, 5_000


def rename_namespace(
    graph: Graph,
    old: str,
    new: str,
    *,
    at_once: int = AT_ONCE,
    batch: int = BATCH,
    tick: Callable[[int], None] = lambda _: None,
) -> None:
    """Rename a namespace; ids stay, and readers of either name notice.

    One of more than `at_once` nodes is renamed `batch` at a time; `tick` is told how many were.

    Raises:
        NotFound: there is no `old`.
        InvalidInput: there is a `new`, or an interrupted renaming goes elsewhere.
        StoreUnavailable: one of the two is being erased, or renamed otherwise.
    """
    found = graph.read(lambda tx: tx.condition(old))
    if not found:
        raise NotFound(f"there is no namespace {old!r}")
    goal = found[0][1]
    if goal not in (None, new):
        raise InvalidInput(f"namespace {old!r} is being renamed to {goal!r}: rename it to that again, which ends it")
    if goal is None:
        if old == new:
            return
        if int(graph.read(lambda tx: tx.value("count_nodes", namespace=old))) <= at_once:
            graph.write(lambda tx: _whole(tx, old, new))
            return
        graph.write(lambda tx: _mark(tx, old, new))
    time.sleep(1.5 * LOOK_AGAIN)  # who looked before the mark was set looks again
    while moved := graph.write(lambda tx: _some(tx, old, new, count=batch)):
        tick(moved)
    graph.write(lambda tx: _end(tx, old, new))


def _free(tx: Transaction, old: str, new: str) -> Place:
    """Hold the namespace and see that it may have the new name."""
    tx.refuse_held(old, anew=True)
    tx.refuse_held(new, anew=True)
    place = take(tx, old)
    if place is None:
        raise NotFound(f"there is no namespace {old!r}")
    hold_floor(tx)
    if place_of(tx, new) is not None:
        raise InvalidInput(f"there is a namespace {new!r} already; choose another name, or erase it first")
    return place


def _whole(tx: Transaction, old: str, new: str) -> None:
    place = _free(tx, old, new)
    _rest(tx, old, new)
    _name(tx, place, new)


def _mark(tx: Transaction, old: str, new: str) -> None:
    _free(tx, old, new)
    tx.rows("mark_renaming", namespace=old, new=key_text(new))


def _some(tx: Transaction, old: str, new: str, *, count: int) -> int:
    """Rename some nodes or, once there are none, relationships; return how many."""
    named = {"namespace": old, "new": key_text(new), "count": count}
    nodes = int(tx.value("rename_nodes", nskey=nskey_of(new), **named))
    return nodes or int(tx.value("rename_links", **named))


def _end(tx: Transaction, old: str, new: str) -> None:
    """Give the namespace its name; it is held, so that nothing can be added any more: what was, is renamed now."""
    place = take(tx, old)
    if place is None:  # somebody else ended it
        return
    hold_floor(tx)
    _rest(tx, old, new)
    tx.rows("free_name", namespace=new)
    _name(tx, place, new)


def _rest(tx: Transaction, old: str, new: str) -> None:
    while _some(tx, old, new, count=ALL):
        pass


def _name(tx: Transaction, place: Place, new: str) -> None:
    floor = raise_floor(tx, place.seq - 1)
    tx.rows("rename_namespace", namespace=place.name, new=key_text(new), nskey=nskey_of(new), floor=floor)
