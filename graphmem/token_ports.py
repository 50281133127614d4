"""Ports of late interaction: what an encoder must tell of single tokens, and where that is kept beside a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from graphmem.ports import Embedder, Vectors

__all__ = ["TokenCache", "TokenEmbedder", "TokenHead", "TokenRow", "TokenVectors"]


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The contextual vectors of a text's word pieces, in its order; special ones are left out.

    Args:
        vectors: t x d float32, unit rows; t may be 0.
        spans: t of the characters (start, end) of each piece in the text.
    """

    vectors: Vectors
    spans: tuple[tuple[int, int], ...]


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder that also tells the vectors of single tokens (`recall(rerank="tokens")`)."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of each text, in the order of the texts; n may be 0."""

    def embed_question_tokens(self, text: str) -> TokenVectors:
        """Return the token vectors of a question, read as `embed_question` reads it, without a prefix's own."""


@dataclass(frozen=True, slots=True)
class TokenHead:
    """What a namespace's token vectors are of.

    Args:
        birth: what tells the namespace from another of its name before it.
        model: name and revision of the encoder.
        seq: up to which change of the store what was forgotten is gone from here, too.
    """

    birth: str
    model: str
    seq: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """The packed token vectors of an interaction (b"": it has none), and which arrival of its id they are of."""

    interaction: str
    arrival: int
    tokens: bytes


class TokenCache(Protocol):
    """Packed token vectors by interaction, beside a store that they can be made anew from. Thread-safe.

    Every method is one transaction. What is deleted is overwritten. StoreError: the cache cannot be read or written.
    """

    def head(self, namespace: str) -> TokenHead | None:
        """Return what is held of a namespace, None where nothing ever was."""

    def start(self, namespace: str, head: TokenHead) -> None:
        """Begin anew: delete the namespace's rows and set its head."""

    def find(self, namespace: str, interactions: Sequence[str]) -> list[TokenRow]:
        """Return the rows there are of these interactions, in any order."""

    def put(self, namespace: str, rows: Sequence[TokenRow], *, seq: int) -> bool:
        """Add or replace rows; False, and nothing done, where the head is not (any more) at `seq`."""

    def forget(self, namespace: str, *, gone: Sequence[str], told: Sequence[tuple[str, int]], seq: int) -> None:
        """Delete rows and move the head to `seq`.

        Args:
            namespace: whose.
            gone: ids of forgotten interactions.
            told: (id, arrival) of interactions as they are now; rows of another arrival go.
            seq: up to which change of the store this is.
        """

    def drop(self, namespace: str) -> None:
        """Delete all of a namespace, head and rows; no file is made for it."""

    def size(self, namespace: str) -> tuple[int, int]:
        """Return how many rows there are of a namespace, and their bytes."""

    def close(self) -> None:
        """Release the file; closing twice is a no-op."""
