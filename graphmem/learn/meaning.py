"""The vector of a task's text: what it asks for, with and without the names in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graphmem.embedding import embedded
from graphmem.ports import Embedder
from graphmem.rows import Node, NodeLabel, Vectors
from graphmem.text.masking import without_names

__all__ = ["meanings", "vectors_of_nodes"]

#: What the text without its names counts; .3 to .7 measured alike, 0 and 1 worse (docs/learning.md).
NAMELESS = 0.5

#: What is found by what it says; of the rest, a task's or lesson's text, by what it means.
_SAYS: frozenset[NodeLabel] = frozenset({"Community", "Profile", "Segment"})
#: What has a vector at all.
_HAVING: frozenset[NodeLabel] = _SAYS | {"Query", "Insight", "Procedure"}


def meanings(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return n x d float32, unit rows: half the text, half the text without its names.

    Queries of one kind about different people are near each other, and of these the ones about the same people nearest.
    """
    if not texts:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    both = embedded(embedder, [*texts, *map(without_names, texts)])
    mixed = (1 - NAMELESS) * both[: len(texts)] + NAMELESS * both[len(texts) :]
    lengths = np.linalg.norm(mixed, axis=1, keepdims=True)
    unit: Vectors = np.divide(mixed, lengths, out=np.zeros_like(mixed), where=lengths > 0).astype(np.float32)
    return unit


def vectors_of_nodes(embedder: Embedder, nodes: Sequence[Node], *, known: Mapping[str, Node]) -> list[Node]:
    """Return the nodes, those of a kind that has a vector with one: their own, a known one's of the same words, or new.

    A summary is embedded as it is, a task, lesson or recipe (by its goal) by `meanings`.
    """
    found = {n.id: replace(n, vector=known[n.id].vector) for n in nodes if n.vector is None and _says_same(n, known)}
    lacking = [n for n in nodes if n.vector is None and n.label in _HAVING and n.id not in found and _said(n).strip()]
    plain = [n for n in lacking if n.label in _SAYS]
    meant = [n for n in lacking if n.label not in _SAYS]
    vectors = [
        *(embedded(embedder, [_said(n) for n in plain]) if plain else ()),
        *meanings(embedder, [_said(n) for n in meant]),
    ]
    found |= {n.id: replace(n, vector=v) for n, v in zip([*plain, *meant], vectors, strict=True)}
    return [found.get(n.id, n) for n in nodes]


def _said(node: Node) -> str:
    if node.label == "Procedure":
        return str(node.attributes.get("goal") or node.text)
    return node.text or (node.name if node.label == "Community" else "")


def _says_same(node: Node, known: Mapping[str, Node]) -> bool:
    before = known.get(node.id)
    return before is not None and before.vector is not None and _said(before) == _said(node)
