"""Namespaces: whose nodes they are, and the counter that every write transaction takes first."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from graphmem.model import NamespaceInfo
from graphmem.ports import OWN_SETTINGS
from graphmem.stores.columns import namespace_of
from graphmem.stores.neo4j.graph import Graph, Transaction
from graphmem.stores.neo4j.values import instant, key_text

__all__ = [
    "Place",
    "create_namespace",
    "enter",
    "hold_floor",
    "leave",
    "namespace_info",
    "nskey_of",
    "place_of",
    "raise_floor",
    "take",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace inside a transaction: its name, its counter, the counter at its birth, and its arrivals so far.

    `searched` tells that the server is to search it, so that its vectors are indexed there; `buried` that something
    was forgotten in it, so that what is told now may be living again.
    """

    name: str
    seq: int
    born: int
    arrivals: int
    searched: bool
    buried: bool

    @property
    def nskey(self) -> str:
        """The namespace as one token that no analyser changes, for the full-text indexes."""
        return nskey_of(self.name)


def nskey_of(namespace: str) -> str:
    """Return the namespace as one token that no analyser changes."""
    return f"k{hashlib.sha1(namespace.encode(), usedforsecurity=False).hexdigest()}0"


def place_of(tx: Transaction, namespace: str) -> Place | None:
    """Return where a namespace is, None where nothing was ever written."""
    rows = tx.rows("namespace_place", namespace=namespace, top_k=1)
    return Place(namespace, *rows[0]) if rows and rows[0][0] is not None else None  # None: erased while we waited


def namespace_info(tx: Transaction, namespace: str) -> NamespaceInfo | None:
    """Return a namespace, None where nothing was ever written."""
    rows = tx.rows("namespace_named", namespace=namespace, top_k=1)
    return namespace_of(rows[0]) if rows else None


def enter(tx: Transaction, namespace: str, *, now: datetime) -> Place:
    """Take the namespace's next `seq`, as the first act of a write transaction; a new namespace is made.

    From here to its end the transaction is alone in the namespace: what it reads is what it joins to.
    """
    tx.refuse_held(namespace)
    taken = take(tx, namespace)
    if taken is None:
        _add(tx, namespace, now=now)
        taken = take(tx, namespace)
    if taken is None:
        tx.refuse_held(namespace, anew=True)  # kept for one that is being renamed
    assert taken is not None, "a namespace that was just made is there"
    return taken


def take(tx: Transaction, namespace: str) -> Place | None:
    """Take the next `seq` of a namespace that is there, None where there is none."""
    rows = tx.rows("take_seq", namespace=namespace)
    return Place(namespace, *rows[0]) if rows and rows[0][0] is not None else None  # None: erased while we waited


def create_namespace(graph: Graph, namespace: str, *, now: datetime) -> NamespaceInfo:
    """Return the namespace, made if new."""

    def work(tx: Transaction) -> NamespaceInfo:
        if namespace_info(tx, namespace) is None:
            tx.refuse_held(namespace, anew=True)
            _add(tx, namespace, now=now)
        made = namespace_info(tx, namespace)
        assert made is not None, "a namespace that was just made is there"
        return made

    return graph.read(lambda tx: namespace_info(tx, namespace)) or graph.write(work)


def _add(tx: Transaction, namespace: str, *, now: datetime) -> None:
    """Add a namespace, unless another transaction was faster; it counts on above every one that is no more."""
    floor = hold_floor(tx)
    tx.rows(
        "add_namespace",
        namespace=key_text(namespace),
        nskey=nskey_of(namespace),
        origin=_free_origin(tx, namespace),
        seq=floor + 1 if floor else 0,
        born=floor,
        now=instant(now),
    )


def hold_floor(tx: Transaction) -> int:
    """Hold what all namespaces that come and go share until the transaction ends, and return its height."""
    return int(tx.value("hold_floor"))


def _free_origin(tx: Transaction, namespace: str) -> str:
    """Return the name, or the name with the first free number where a renamed namespace still derives ids from it."""
    named = (namespace if n == 1 else f"{namespace}#{n}" for n in count(1))
    return next(origin for origin in named if not tx.rows("origin_taken", origin=origin))


def leave(tx: Transaction, place: Place) -> None:
    """Take a namespace away whose nodes are gone; its counter's height stays, in the store's floor."""
    hold_floor(tx)
    raise_floor(tx, place.seq)
    tx.rows("delete_own_settings", namespace=place.name, kinds=list(OWN_SETTINGS))
    tx.rows("delete_namespace", namespace=place.name)


def raise_floor(tx: Transaction, seq: int) -> int:
    """Have every namespace made from here on count above a height, and return what they count from."""
    return int(tx.value("raise_floor", seq=seq))
