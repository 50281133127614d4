"""Vectors of learnt nodes, made anew: another embedder's were dropped."""

from datetime import datetime

from graphmem.learn.meaning import vectors_of_nodes
from graphmem.ports import Embedder, Store
from graphmem.rows import Batch, NodeLabel

__all__ = ["embed_nodes"]

#: What is found by the meaning of its text.
_SEARCHED: tuple[NodeLabel, ...] = ("Query", "Insight", "Community", "Segment", "Profile", "Procedure")
_PAGE = 500


def embed_nodes(store: Store, namespace: str, embedder: Embedder, *, now: datetime) -> int:
    """Give every learnt node that has a text and no vector the vector of its text; return how many there were.

    Outdated: somebody changed one of them at the same moment; call it again.
    """
    total, after = 0, ""
    while page := store.nodes(namespace, labels=_SEARCHED, expired=True, after=after, top_k=_PAGE):
        after = page[-1].id
        lacking = [n for n in page if n.vector is None]
        renewed = [n for n in vectors_of_nodes(embedder, lacking, known={}) if n.vector is not None]
        if renewed:
            store.save(namespace, Batch(nodes=renewed, expect={n.id: n.revision for n in renewed}), now=now)
        total += len(renewed)
    return total
