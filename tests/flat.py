"""An embedder for tests of counts and of refusals, where the vectors must cost nothing."""

from collections.abc import Sequence

import numpy as np

from graphmem.ports import Vectors


class Flat:
    """A one-dimensional embedder: all texts are alike."""

    name, revision, dimension = "flat", "1", 1

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 1), dtype=np.float32)

    def embed_question(self, _: str) -> Vectors:
        return np.ones(1, dtype=np.float32)
