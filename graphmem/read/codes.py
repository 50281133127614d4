"""Vectors in 8 bits a dimension, which tell the cosines of all nearly, and how far each may be off.

With x = a + r and q = b + s, codes a and b of unit vectors x and q, |x q - a b| <= |a| |s| + |r| (Cauchy and Schwarz).
What cannot be among the greatest is thus known from a quarter of the bytes and products of integers; the rest is
compared in full, so that the greatest are the same as if all had been.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import simsimd

from graphmem.read.columns import Column, Floats, Ints
from graphmem.read.rows import NONE

__all__ = ["CODES_FROM", "Codes"]

#: Vectors from which codes are kept: of 10,000, comparing all in full costs 3 ms less than what bounding does besides.
CODES_FROM = 30_000
#: What float32 may be off by, ten times over, in products of vectors of unit length.
_OFF = np.float32(1e-6)
_CHUNK = 4096
_MOST = np.float32(127)


class Codes:
    """Codes of the unit vectors in slots 0..k-1, d numbers each. Not locked."""

    def __init__(self, dimension: int) -> None:
        self._codes: Column[np.int8] = Column(np.zeros((0, dimension), dtype=np.int8))
        self._scales: Column[np.float32] = Column(np.zeros(0, dtype=np.float32))
        self._rests: Column[np.float32] = Column(np.zeros(0, dtype=np.float32), fill=1.0)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.state().values())

    def take(self, matrix: Floats, slots: Ints) -> None:
        """Work out the codes of these slots and of all new ones; `matrix` is k x d, all vectors."""
        known = len(self._codes)
        for column in (self._codes, self._scales, self._rests):
            column.grow(len(matrix))
        for start in range(known, len(matrix), _CHUNK):
            self._take(matrix, np.arange(start, min(start + _CHUNK, len(matrix)), dtype=np.int32))
        self._take(matrix, slots[(slots != NONE) & (slots < known)])

    def _take(self, matrix: Floats, slots: Ints) -> None:
        self._codes.view[slots], self._scales.view[slots], self._rests.view[slots] = _coded(matrix[slots])

    def erase(self, slot: int) -> None:
        """Overwrite what is known of a slot."""
        if slot < len(self._codes):
            self._codes.view[slot] = 0

    def compact(self, slots: Ints) -> None:
        """Keep these slots."""
        for column in (self._codes, self._scales, self._rests):
            column.keep(slots)

    def products(self, question: Floats) -> tuple[Floats, np.float32]:
        """Return each slot's product with a unit question, nearly, and how far any of them may be off at most."""
        codes, scales, rests = _coded(question[np.newaxis])
        found = np.asarray(simsimd.cdist(codes, self._codes.view, "dot"), dtype=np.float32)[0]
        found *= self._scales.view * scales[0]
        return found, self._rests.view.max(initial=0) * (1 + rests[0]) + (rests[0] + _OFF)

    # --- snapshots --------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays by name."""
        return {"codes": self._codes.view, "scales": self._scales.view, "rests": self._rests.view}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> "Codes":
        """Take over the arrays of `state`. KeyError: they are something else."""
        new = cls(state["codes"].shape[1])
        for column, name in ((new._codes, "codes"), (new._scales, "scales"), (new._rests, "rests")):
            column.replace(state[name])
        return new


def _coded(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats, Floats]:
    """Return the codes of k x d vectors, what a step of each is worth, and how long the rest is that they leave."""
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0), _OFF) / _MOST
    codes = np.rint(vectors / scales[:, np.newaxis])
    rests = vectors - codes * scales[:, np.newaxis]
    return codes.astype(np.int8), scales, np.sqrt(np.einsum("ij,ij->i", rests, rests))
