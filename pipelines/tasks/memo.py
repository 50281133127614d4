"""An embedder that embeds each text once: simulated agents meet the same tasks again and again."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graphmem.ports import Embedder
from graphmem.rows import Vectors

__all__ = ["Memo"]


class Memo:
    """Keeps in this process what an embedder answered."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[tuple[str, str], npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        """The model's name."""
        return self._inner.name

    @property
    def revision(self) -> str:
        """The model's revision."""
        return self._inner.revision

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, unit rows, in the order of the texts."""
        new = [t for t in dict.fromkeys(texts) if ("text", t) not in self._known]
        for text, vector in zip(new, self._inner.embed(new) if new else (), strict=True):
            self._known["text", text] = vector
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([self._known["text", t] for t in texts])

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, unit length."""
        if ("question", text) not in self._known:
            self._known["question", text] = self._inner.embed_question(text)
        return self._known["question", text]
