"""Bounds of cosines from a part of the numbers, so that most rows need not be compared in full.

Vectors are turned by an orthonormal basis, which leaves products as they are, so that the first dimensions tell most of
them. With x = (h, t) and q = (g, s) in it, |x q - h g| <= |t| |s| (Cauchy and Schwarz): heads and the lengths of tails
say which rows cannot be among the best. Of the rest, smoothed vectors in 8 bits a dimension say it closely: with x =
c + r, |x q - c q| <= |r| for a question of unit length. What is left is compared in full, so that the best are the same
as if all had been. The basis is that of the principal components of a sample; any other is as right, and slower.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.read.columns import Column, Floats, Ints
from graphmem.read.rows import NONE

__all__ = ["HEAD", "HEADS_FROM", "Heads"]

#: Dimensions of a head, of the 384 of the shipped models; vectors that are hardly longer have none.
HEAD = 128
#: Rows from which heads are kept: below, comparing all in full costs less than 4 ms.
HEADS_FROM = 30_000
#: Vectors that the basis is drawn from, evenly spread.
_SAMPLE = 8192
#: What float32 may be off by, ten times over: in products and squared lengths of vectors of unit length.
_OFF = np.float32(1e-5)
_CHUNK = 4096
_MOST = np.float32(127)


class Heads:
    """Heads of the vectors in slots 0..k-1, and the smoothed vectors of the rows 0..n-1 in 8 bits. Not locked."""

    def __init__(self, basis: Floats, *, rows: int) -> None:
        self._basis = basis
        self._heads: Column[np.float32] = Column(np.zeros((0, basis.shape[1]), dtype=np.float32))
        self._tails: Column[np.float32] = Column(np.zeros(0, dtype=np.float32), fill=1.0)
        self._codes: Column[np.int8] = Column(np.zeros((0, basis.shape[0]), dtype=np.int8))
        self._scales: Column[np.float32] = Column(np.zeros(0, dtype=np.float32))
        self._rests: Column[np.float32] = Column(np.zeros(0, dtype=np.float32), fill=1.0)
        self._smoothed: Column[np.float32] = Column(np.zeros(0, dtype=np.float32), fill=1.0)
        self.grow(rows)

    @classmethod
    def of(cls, matrix: Floats, *, rows: int) -> "Heads":
        """Return heads by the principal components of k x d unit vectors; none is worked out yet."""
        sample = matrix[:: max(1, len(matrix) // _SAMPLE)]
        _, turned = np.linalg.eigh((sample.T @ sample).astype(np.float64))
        return cls(np.ascontiguousarray(turned[:, ::-1][:, :HEAD], dtype=np.float32), rows=rows)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.state().values())

    # --- upkeep -----------------------------------------------------------------------------------------------------

    def grow(self, rows: int) -> None:
        """Make room for rows, of which nothing is known."""
        for column in (self._codes, self._scales, self._rests, self._smoothed):
            column.grow(rows)

    def turn(self, matrix: Floats, slots: Ints) -> None:
        """Work out the heads of these slots and of all new ones; `matrix` is k x d, all vectors."""
        known = len(self._heads)
        self._heads.grow(len(matrix))
        self._tails.grow(len(matrix))
        for start in range(known, len(matrix), _CHUNK):
            self._turn(matrix, np.arange(start, min(start + _CHUNK, len(matrix)), dtype=np.int32))
        self._turn(matrix, slots[(slots != NONE) & (slots < known)])

    def _turn(self, matrix: Floats, slots: Ints) -> None:
        self._heads.view[slots], self._tails.view[slots] = self._split(matrix[slots])

    def _split(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Return the heads of vectors, and how long their tails are at most."""
        heads = vectors @ self._basis
        left = np.einsum("ij,ij->i", vectors, vectors) - np.einsum("ij,ij->i", heads, heads)
        return heads, np.sqrt(np.maximum(left, 0) + _OFF)

    def smooth(self, rows: Ints, vectors: Floats) -> None:
        """Take in rows' smoothed vectors, k x d of unit length."""
        scales = np.maximum(np.abs(vectors).max(axis=1), _OFF) / _MOST
        codes = np.rint(vectors / scales[:, np.newaxis])
        rests = vectors - codes * scales[:, np.newaxis]
        self._codes.view[rows], self._scales.view[rows] = codes.astype(np.int8), scales
        self._rests.view[rows] = np.sqrt(np.einsum("ij,ij->i", rests, rests)) + _OFF
        self._smoothed.view[rows] = self._split(vectors)[1]

    def erase(self, row: int, slot: int) -> None:
        """Overwrite what is known of a row and its slot."""
        self._codes.view[row] = 0
        if slot < len(self._heads):
            self._heads.view[slot] = 0

    def compact(self, rows: npt.NDArray[np.int64], slots: Ints) -> None:
        """Keep these rows and slots."""
        for column in (self._codes, self._scales, self._rests, self._smoothed):
            column.keep(rows)
        self._heads.keep(slots)
        self._tails.keep(slots)

    # --- answers ----------------------------------------------------------------------------------------------------

    def head(self, question: Floats) -> tuple[Floats, np.float32]:
        """Return each slot's product with a unit question as its head tells it, and how long the question's tail is."""
        head, tail = self._split(question[np.newaxis])
        return self._heads.view @ head[0], np.float32(tail[0])

    def tail(self, question: Floats) -> float:
        """Return how long a unit question's tail is: how little its head tells of it."""
        return float(self._split(question[np.newaxis])[1][0])

    def tails(self, length: np.float32) -> Floats:
        """Return how far each slot's product may be from what its head tells; `length` is of the question's tail."""
        return self._tails.view * length

    def smoothed_tails(self, length: np.float32) -> Floats:
        """Return the same of each row's smoothed vector."""
        return self._smoothed.view * length

    def smoothed(self, question: Floats, rows: Ints) -> tuple[Floats, Floats]:
        """Return the products of a unit question with rows' smoothed vectors, nearly, and how far each may be off."""
        return (self._codes.view[rows].astype(np.float32) @ question) * self._scales.view[rows], self._rests.view[rows]

    # --- snapshots --------------------------------------------------------------------------------------------------

    def _columns(self) -> dict[str, Column[Any]]:
        return {
            "heads": self._heads,
            "tails": self._tails,
            "codes": self._codes,
            "scales": self._scales,
            "rests": self._rests,
            "smoothed": self._smoothed,
        }

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays by name."""
        return {"basis": self._basis} | {name: column.view for name, column in self._columns().items()}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> "Heads":
        """Take over the arrays of `state`. KeyError, ValueError: they are something else."""
        new = cls(state["basis"], rows=0)
        for name, column in new._columns().items():
            column.replace(state[name])
        return new
