"""From an encoder's last hidden states to token vectors: one unit vector per word piece, special ones left out."""

from typing import TYPE_CHECKING

import numpy as np

from graphmem.ports import Vectors
from graphmem.token_ports import TokenVectors

if TYPE_CHECKING:
    from tokenizers import Encoding

__all__ = ["read_tokens"]


def read_tokens(encoding: "Encoding", hidden: Vectors, *, skip: int = 0) -> TokenVectors:
    """Return the token vectors of a text.

    Args:
        encoding: the text's word pieces.
        hidden: t x d, the encoder's last hidden states, one per piece.
        skip: characters at the beginning whose pieces are left out (a query prefix).
    """
    kept = [
        place
        for place, (special, (start, _)) in enumerate(zip(encoding.special_tokens_mask, encoding.offsets, strict=True))
        if not special and start >= skip
    ]
    rows = hidden[kept]
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    spans = tuple((encoding.offsets[place][0] - skip, encoding.offsets[place][1] - skip) for place in kept)
    return TokenVectors(unit.astype(np.float32, copy=False), spans)
