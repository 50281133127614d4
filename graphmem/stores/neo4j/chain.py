"""NEXT: the interactions of a session as one chain by instant, then arrival, kept when something comes in between."""

from collections.abc import Sequence

from graphmem.stores.neo4j.graph import ALL, Transaction

__all__ = ["leading_to", "link_new", "link_to_next"]


def link_new(tx: Transaction, namespace: str, ids: Sequence[str]) -> None:
    """Put new interactions into the chains of their sessions, wherever they belong."""
    tx.rows("link_to_previous", namespace=namespace, ids=list(ids))
    link_to_next(tx, namespace, ids)


def link_to_next(tx: Transaction, namespace: str, ids: Sequence[str]) -> None:
    """Lead each interaction to what comes after it now."""
    tx.rows("link_to_next", namespace=namespace, ids=list(ids))


def leading_to(tx: Transaction, namespace: str, ids: Sequence[str]) -> list[str]:
    """Return the interactions just before these that are not among them."""
    rows = tx.rows("leading_to", namespace=namespace, ids=list(ids), top_k=ALL)
    gone = set(ids)
    return [id_ for (id_,) in rows if id_ not in gone]
