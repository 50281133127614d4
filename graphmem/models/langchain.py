"""Any LangChain `Embeddings` object as an `Embedder`; nothing of LangChain is imported."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.errors import ModelError, ModelUnavailable
from graphmem.models.checks import unit_rows
from graphmem.ports import Vectors

__all__ = ["LangChainEmbedder"]


class LangChainEmbedder:
    """An `Embedder` over an object with `embed_documents(list of texts)` and `embed_query(text)`.

    Args:
        embeddings: the LangChain object.
        name: stored with the memory; None takes the object's `model`, `model_name` or `repo_id`, else its class name.
        revision: stored too; LangChain knows none, so give one where the service tells.

    Whether a vector depends on what it is batched with is the service's affair.
    """

    def __init__(self, embeddings: Any, *, name: str | None = None, revision: str = "") -> None:
        self._embeddings = embeddings
        self._name = name or _model_name(embeddings)
        self._revision = revision

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def revision(self) -> str:
        """What the caller said, "" by default."""
        return self._revision

    @cached_property
    def dimension(self) -> int:
        """Length of a vector; found by embedding one word, once."""
        return len(self.embed_question("dimension"))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, unit rows. ModelUnavailable: the service failed; ModelOutputInvalid: no such rows."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return unit_rows(self._ask("embed_documents", list(texts)), count=len(texts), model=self._name)

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, unit length, by the model's way with questions; errors as `embed`."""
        row: npt.NDArray[np.float32] = unit_rows([self._ask("embed_query", text)], count=1, model=self._name)[0]
        return row

    def _ask(self, method: str, given: object) -> Any:
        try:
            return getattr(self._embeddings, method)(given)
        except ModelError:
            raise
        except Exception as err:  # each service raises errors of its own
            raise ModelUnavailable(f"the embedder {self._name} failed: {type(err).__name__}: {err}") from err


def _model_name(embeddings: object) -> str:
    named = (getattr(embeddings, field, None) for field in ("model", "model_name", "repo_id"))
    return next((name for name in named if isinstance(name, str) and name), type(embeddings).__name__)
