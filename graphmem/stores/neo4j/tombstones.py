"""Tombstones: what tells readers that a node is gone, until it is told again."""

from collections.abc import Iterable

from graphmem.stores.neo4j.graph import Transaction
from graphmem.stores.neo4j.namespaces import Place

__all__ = ["bury", "revive"]


def bury(tx: Transaction, place: Place, label: str, ids: Iterable[str]) -> None:
    """Say that nodes are gone."""
    rows = [{"id": _key(label, id_), "node": id_} for id_ in sorted(ids)]
    tx.many("add_tombstones", rows, namespace=place.name, seq=place.seq, label=label)


def revive(tx: Transaction, place: Place, label: str, ids: Iterable[str]) -> None:
    """Say no more that nodes are gone: they were told again."""
    tx.rows("remove_tombstones", namespace=place.name, ids=[_key(label, id_) for id_ in sorted(ids)])


def _key(label: str, id_: str) -> str:
    return f"{label}/{id_}"
