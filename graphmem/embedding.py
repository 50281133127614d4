"""What an embedder answers, checked once for all who ask: an error in words, in place of vectors that rank nothing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graphmem.errors import GraphMemError, ModelError, ModelOutputInvalid
from graphmem.ports import Embedder, Vectors
from graphmem.token_ports import TokenEmbedder, TokenVectors

__all__ = ["AskedOnce", "embedded", "embedded_question", "question_tokens", "tokens_of"]

_T = TypeVar("_T")


def embedded(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return n x d float32, in the order of the texts.

    Raises: ModelOutputInvalid: not n x d, or numbers that are not finite. ModelError: the embedder failed.
    """
    if not texts:
        return np.zeros((0, embedder.dimension), dtype=np.float32)
    return _sound(embedder, _asked(embedder, lambda: embedder.embed(texts)), (len(texts), embedder.dimension))


def embedded_question(embedder: Embedder, text: str) -> npt.NDArray[np.float32]:
    """Return d float32: a question's vector. Raises: as `embedded`."""
    return _sound(embedder, _asked(embedder, lambda: embedder.embed_question(text)), (embedder.dimension,))


def tokens_of(embedder: TokenEmbedder, texts: Sequence[str]) -> list[TokenVectors]:
    """Return the token vectors of each text, in order. Raises: as `embedded`."""
    told = _asked(embedder, lambda: list(embedder.embed_tokens(texts)))
    if len(told) != len(texts):
        raise ModelOutputInvalid(f"{embedder.name} told the tokens of {len(told)} texts, asked for {len(texts)}")
    return [_sound_tokens(embedder, one) for one in told]


def question_tokens(embedder: TokenEmbedder, text: str) -> TokenVectors:
    """Return the token vectors of a question. Raises: as `embedded`."""
    return _sound_tokens(embedder, _asked(embedder, lambda: embedder.embed_question_tokens(text)))


class AskedOnce:
    """An embedder that is asked each question once, however many ask this: for the length of one recall."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        """The model's name."""
        return self._embedder.name

    @property
    def revision(self) -> str:
        """The model's revision."""
        return self._embedder.revision

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, in the order of the texts. Raises: as `embedded`."""
        return embedded(self._embedder, texts)

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32: a question's vector. Raises: as `embedded`."""
        if text not in self._known:
            self._known[text] = embedded_question(self._embedder, text)
        return self._known[text]


def _asked(embedder: Embedder, ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except GraphMemError:
        raise
    except Exception as err:  # each model raises errors of its own
        raise ModelError(f"the embedder {embedder.name} failed ({type(err).__name__}: {err})") from err


def _sound(embedder: Embedder, told: object, shape: tuple[int, ...]) -> Vectors:
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold is found below
            vectors: Vectors = np.asarray(told, dtype=np.float32)
    except (TypeError, ValueError) as err:
        raise ModelOutputInvalid(f"{embedder.name} returned a {type(told).__name__} that is no vectors") from err
    if vectors.shape != shape:
        what = f"{shape[0]} texts" if len(shape) > 1 else "a question"
        raise ModelOutputInvalid(
            f"{embedder.name} returned vectors of shape {vectors.shape} for {what} of {shape[-1]} dimensions"
        )
    if not np.isfinite(vectors).all():
        raise ModelOutputInvalid(
            f"{embedder.name} returned vectors with numbers that are not finite: nothing could be found by them"
        )
    return vectors


def _sound_tokens(embedder: Embedder, told: TokenVectors) -> TokenVectors:
    shape = (len(told.spans), np.shape(told.vectors)[-1] if np.ndim(told.vectors) else 0)
    return TokenVectors(_sound(embedder, told.vectors, shape), told.spans)
