"""Checks on vectors that somebody else's model returned."""

from typing import Any

import numpy as np

from graphmem.errors import ModelOutputInvalid
from graphmem.ports import Vectors

__all__ = ["unit_rows"]


def unit_rows(rows: Any, *, count: int, model: str) -> Vectors:
    """Return `count` rows as float32 of unit length.

    Args:
        rows: what the model returned: `count` sequences of equally many numbers.
        count: how many texts it was given.
        model: its name, for the message.
    Raises: ModelOutputInvalid: another shape, no numbers, or a row that is not finite or is all zero.
    """
    try:
        array = np.asarray(rows, dtype=np.float32)
    except (TypeError, ValueError) as err:
        raise ModelOutputInvalid(f"the embedder {model} did not return rows of numbers: {err}") from err
    if array.ndim != 2 or array.shape[0] != count or not array.shape[1]:
        raise ModelOutputInvalid(f"the embedder {model} returned shape {array.shape} for {count} texts")
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise ModelOutputInvalid(f"the embedder {model} returned a vector that is zero or not finite")
    unit: Vectors = array / lengths
    return unit
