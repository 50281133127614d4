"""What was learnt, in this process: queries, insights and the links between them, kept up from the change log.

An index asks for it only when something of the learning path is used: memories that never use it pay nothing.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from graphmem.ports import Changes, Store
from graphmem.read.hierarchy import Hierarchy
from graphmem.rows import Link, LinkType, Node, NodeLabel, Vectors

__all__ = ["Learnt"]

#: Nodes and links read from the store at a time.
_PAGE = 2_000

_Key = tuple[str, str, str, str]
_T = TypeVar("_T")


class Learnt:
    """Nodes by id and by label, their vectors as one matrix a label, and links both ways."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self._labelled: dict[str, dict[str, Node]] = {}
        self._ordered: dict[str, tuple[Node, ...]] = {}
        self._links: dict[_Key, Link] = {}
        self._named: dict[str, _Key] = {}
        self._touching: dict[str, set[_Key]] = {}
        self._out: dict[tuple[str, str], dict[_Key, Link]] = {}
        self._in: dict[tuple[str, str], dict[_Key, Link]] = {}
        self._matrices: dict[str, tuple[tuple[str, ...], Vectors]] = {}
        self._hierarchy: Hierarchy | None = None
        self._read: dict[str, dict[Callable[[Node], object], object]] = {}

    @classmethod
    def load(cls, store: Store, namespace: str) -> "Learnt":
        """Read all nodes and links of a namespace: they may be newer than a `seq` read before, never older."""
        new, after = cls(), ""
        while page := store.nodes(namespace, expired=True, after=after, top_k=_PAGE):
            for node in page:
                new._put(node)
            after = page[-1].id
        for link in store.links(namespace, top_k=1 << 31):
            new._tie(link)
        return new

    def apply(self, page: Changes) -> None:
        """Take in one page of the change log; pages known already do no harm."""
        for node in page.nodes:
            self._put(node)
        for link in page.links:
            self._tie(link)
        for tombstone in page.tombstones:
            if tombstone.label == "Link":
                self._untie(self._named.get(tombstone.id))
            else:
                self._drop(tombstone.id)

    def copy(self) -> "Learnt":
        """Return another of the same nodes and links, which changes on its own."""
        new = Learnt()
        for node in self.nodes.values():
            new._put(node)
        for link in self._links.values():
            new._tie(link)
        return new

    def of(self, label: NodeLabel) -> tuple[Node, ...]:
        """Return the nodes of a label, by id, retired ones included."""
        if label not in self._ordered:
            nodes = self._labelled.get(label, {})
            self._ordered[label] = tuple(nodes[id_] for id_ in sorted(nodes))
        return self._ordered[label]

    def matrix(self, label: NodeLabel) -> tuple[tuple[str, ...], Vectors]:
        """Return the ids of the label's nodes that have a vector, by id, and n x d float32, their unit vectors."""
        if label not in self._matrices:
            having = [n for n in self.of(label) if n.vector is not None]
            rows = [n.vector for n in having if n.vector is not None]
            matrix = np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)
            self._matrices[label] = tuple(n.id for n in having), matrix.astype(np.float32)
        return self._matrices[label]

    def cosines(
        self,
        label: NodeLabel,
        vector: npt.NDArray[np.float32],
        *,
        least: float | None = None,
        best_first: bool = False,
    ) -> dict[str, float]:
        """Return a unit vector's cosine with each node of the label that has a vector, by id; only those >= `least`.

        They come in the order of ids, or `best_first`, ties by id.
        """
        ids, matrix = self.matrix(label)
        if not ids:
            return {}
        found = matrix @ vector
        near = np.arange(len(ids)) if least is None else np.flatnonzero(found >= least)
        if best_first:
            near = near[np.argsort(-found[near], kind="stable")]
        return {ids[place]: cosine for place, cosine in zip(near.tolist(), found[near].tolist(), strict=True)}

    def cosine(self, id_: str, vector: npt.NDArray[np.float32]) -> float | None:
        """Return the cosine of a unit vector with one node, None where there is no such node or it has no vector."""
        node = self.nodes.get(id_)
        return None if node is None or node.vector is None else float(node.vector @ vector)

    def read(self, id_: str, as_: Callable[[Node], _T]) -> _T:
        """Return what a function makes of a node; it is made once, until the node changes. KeyError: no such node."""
        made = self._read.setdefault(id_, {})
        if as_ not in made:
            made[as_] = as_(self.nodes[id_])
        return cast(_T, made[as_])

    def link(self, type_: LinkType, source: str, target: str, key: str = "") -> Link | None:
        """Return one link, None where it is not there."""
        return self._links.get((type_, source, target, key))

    def out(self, id_: str, type_: LinkType) -> tuple[Link, ...]:
        """Return the links of a type that start at a node, by target and key."""
        found = self._out.get((type_, id_))
        return tuple(sorted(found.values(), key=lambda k: (k.target, k.key))) if found else ()

    def into(self, id_: str, type_: LinkType) -> tuple[Link, ...]:
        """Return the links of a type that end at a node, by source and key."""
        found = self._in.get((type_, id_))
        return tuple(sorted(found.values(), key=lambda k: (k.source, k.key))) if found else ()

    @property
    def hierarchy(self) -> Hierarchy:
        """The graph of queries, insights and steps, made when first asked for and again after something is gone."""
        if self._hierarchy is None:
            self._hierarchy = Hierarchy()
            for key in sorted(self._links):
                self._hierarchy.tie(self._links[key])
        return self._hierarchy

    def _put(self, node: Node) -> None:
        self.nodes[node.id] = node
        self._read.pop(node.id, None)
        self._labelled.setdefault(node.label, {})[node.id] = node
        self._changed(node.label)

    def _changed(self, label: str) -> None:
        self._matrices.pop(label, None)
        self._ordered.pop(label, None)

    def _drop(self, id_: str) -> None:
        node = self.nodes.pop(id_, None)
        self._read.pop(id_, None)
        if node is not None:
            self._labelled[node.label].pop(id_, None)
            self._changed(node.label)
        for key in list(self._touching.get(id_, ())):
            self._untie(key)

    def _tie(self, link: Link) -> None:
        key = (link.type, link.source, link.target, link.key)
        if self._hierarchy is not None and key not in self._links:
            self._hierarchy.tie(link)
        self._links[key] = link
        self._named[" ".join(key)] = key
        self._out.setdefault((link.type, link.source), {})[key] = link
        self._in.setdefault((link.type, link.target), {})[key] = link
        for end in (link.source, link.target):
            self._touching.setdefault(end, set()).add(key)

    def _untie(self, key: _Key | None) -> None:
        if key is None or self._links.pop(key, None) is None:
            return
        self._hierarchy = None
        type_, source, target, _ = key
        self._named.pop(" ".join(key), None)
        self._out[type_, source].pop(key, None)
        self._in[type_, target].pop(key, None)
        for end in (source, target):
            self._touching[end].discard(key)
