"""The vector of a task's text: what it asks for, with and without the names in it."""

from collections.abc import Sequence

import numpy as np

from graphmem.ports import Embedder
from graphmem.rows import Vectors
from graphmem.text.masking import without_names

__all__ = ["meanings"]

#: What the text without its names counts; .3 to .7 measured alike, 0 and 1 worse (docs/learning.md).
NAMELESS = 0.5


def meanings(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return n x d float32, unit rows: half the text, half the text without its names.

    Queries of one kind about different people are near each other, and of these the ones about the same people nearest.
    """
    if not texts:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    both = embedder.embed([*texts, *map(without_names, texts)])
    mixed = (1 - NAMELESS) * both[: len(texts)] + NAMELESS * both[len(texts) :]
    lengths = np.linalg.norm(mixed, axis=1, keepdims=True)
    unit: Vectors = np.divide(mixed, lengths, out=np.zeros_like(mixed), where=lengths > 0).astype(np.float32)
    return unit
