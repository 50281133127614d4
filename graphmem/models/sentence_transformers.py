"""Any sentence-transformers model, from a directory or the model hub, as an `Embedder`."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.errors import MissingExtra, ModelUnavailable
from graphmem.models.checks import unit_rows
from graphmem.ports import Vectors

__all__ = ["SentenceTransformerEmbedder"]


class SentenceTransformerEmbedder:
    """An `Embedder` over a sentence-transformers model, with its own prompts for questions and documents.

    Args:
        model: a name on the model hub, a directory, or a loaded `SentenceTransformer`.
        device: torch's name of a device; the CPU by default, so that vectors repeat.

    Raises: MissingExtra: sentence-transformers is not installed; ModelUnavailable: no such model here or there.
    """

    def __init__(self, model: Any, *, device: str = "cpu") -> None:
        self._model = _load(model, device=device) if isinstance(model, str | Path) else model
        self._name = Path(model).name if isinstance(model, str | Path) else type(model).__name__
        self._revision = _weights_hash(self._model)
        self._dimension = int(self.embed_question("dimension").shape[0])

    @property
    def name(self) -> str:
        """The last part of the model's name or directory."""
        return self._name

    @property
    def revision(self) -> str:
        """16 hexadecimal digits of a hash of the weights."""
        return self._revision

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, unit rows, in the order of the texts."""
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        rows = self._model.encode_document(list(texts), show_progress_bar=False)
        return unit_rows(rows, count=len(texts), model=self._name)

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, unit length: a question, with the model's query prompt where it has one."""
        rows = self._model.encode_query([text], show_progress_bar=False)
        row: npt.NDArray[np.float32] = unit_rows(rows, count=1, model=self._name)[0]
        return row


def _load(model: str | Path, *, device: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as err:
        raise MissingExtra(f"{model} needs a package: pip install 'graphmem[sentence-transformers]'") from err
    try:
        return SentenceTransformer(str(model), device=device)
    except (OSError, ValueError) as err:
        raise ModelUnavailable(f"sentence-transformers cannot load {model}: {err}") from err


def _weights_hash(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
