"""Vectors of rows and of their first-person sentences: float32 matrices, compared by one product.

Cosines are products, because every vector has unit length. Rows without a vector of their own (long replies, rows not
yet embedded) stand, in dense search, where the best neighbour in their session stands, times `REPLY_SHARE`: the turn
that a reply answers finds the reply. Where no neighbour has a vector either, the row is absent (-inf until fusion,
which puts it at the bottom of the pool).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.ports import VectorRow
from graphmem.read.codes import CODES_FROM, Codes
from graphmem.read.columns import Column, Floats, Ints
from graphmem.read.rows import DISTANCES, NONE

__all__ = ["ABSENT", "NEIGHBOUR_WEIGHTS", "REPLY_SHARE", "SMOOTHING", "VectorTable", "reply_cosines", "unit"]

#: The cosine of what has no vector.
ABSENT = np.float32(-np.inf)
#: What a row without a vector takes of its best neighbour's cosine. Chosen, not tuned.
REPLY_SHARE = 0.9
#: How much of a neighbour's vector goes into the smoothed one, by distance 1 to 4: the same speaker's turns (even
#: distances) count double. Measured on two-person chats; user turns of assistant chats lie at even distances, too.
SMOOTHING: Mapping[int, float] = {1: 0.1, 2: 0.2, 3: 0.05, 4: 0.1}

_CHUNK = 1024
#: Rows whose neighbours' cosines stay in a processor's cache.
_CACHED = 8192
#: The same by column of `Rows.neighbours`.
NEIGHBOUR_WEIGHTS = np.array([SMOOTHING[d] for d in DISTANCES], dtype=np.float32)


class VectorTable:
    """The vectors of the rows 0..n-1; a row has one or none, and 0 to 6 sentence vectors. Not locked.

    `norms` are the lengths of the smoothed vectors (own plus weighted neighbours), so that a smoothed cosine costs no
    second matrix. `codes` tell cosines nearly where there are many vectors, None where there are few.
    """

    def __init__(self) -> None:
        self._clear(0)

    def _clear(self, rows: int) -> None:
        self._matrix: Column[np.float32] | None = None
        self._sentences: Column[np.float32] | None = None
        self._row_of: Column[np.int32] = Column(np.zeros(0, dtype=np.int32))
        self.slot: Column[np.int32] = Column(np.zeros(0, dtype=np.int32), fill=NONE)
        self.first: Column[np.int32] = Column(np.zeros(0, dtype=np.int32))
        self.count: Column[np.int32] = Column(np.zeros(0, dtype=np.int32))
        self.norms: Column[np.float32] = Column(np.zeros(0, dtype=np.float32), fill=1.0)
        self.codes: Codes | None = None
        self.grow(rows)

    @property
    def dimension(self) -> int | None:
        """Length of a vector, None while there is none."""
        return None if self._matrix is None else self._matrix.view.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        matrices = sum(m.view.nbytes for m in (self._matrix, self._sentences) if m is not None)
        codes = 0 if self.codes is None else self.codes.nbytes
        return matrices + codes + 16 * len(self.slot) + 4 * len(self._row_of)

    def grow(self, rows: int) -> None:
        """Make room for rows without vectors."""
        for column in (self.slot, self.first, self.count, self.norms):
            column.grow(rows)

    def put(self, found: Sequence[tuple[int, VectorRow]]) -> list[int]:
        """Set vectors by rows and return the rows where anything changed; another length clears all."""
        rows = np.array([row for row, _ in found], dtype=np.int32)
        lengths = {len(one.vector) for _, one in found} | ({self.dimension} - {None})
        if len(lengths) > 1 or len(set(rows.tolist())) < len(rows) or np.any(self.slot.view[rows] != NONE):
            return [row for row, one in found if self._put(row, one.vector, one.sentences)]
        if not len(rows):
            return []
        matrix, sentences = self._matrices(len(found[0][1].vector))
        counts = np.array([len(one.sentences) for _, one in found], dtype=np.int32)
        self.slot.view[rows] = np.arange(len(matrix), len(matrix) + len(rows))
        self.first.view[rows] = len(sentences) + np.cumsum(counts) - counts
        self.count.view[rows] = counts
        self._row_of.extend(rows)
        matrix.extend(np.array([one.vector for _, one in found], dtype=np.float32))
        sentences.extend(
            np.concatenate([one.sentences for _, one in found if len(one.sentences)] or [sentences.view[:0]])
        )
        return [row for row, _ in found]

    def _matrices(self, dimension: int) -> tuple[Column[np.float32], Column[np.float32]]:
        if self._matrix is None or self._sentences is None:
            self._matrix = Column(np.zeros((0, dimension), dtype=np.float32))
            self._sentences = Column(np.zeros((0, dimension), dtype=np.float32))
        return self._matrix, self._sentences

    def _put(self, row: int, vector: Floats, sentences: Floats) -> bool:
        if self.dimension not in (None, len(vector)):
            self._clear(len(self.slot))
        matrix, keys = self._matrices(len(vector))
        slot = int(self.slot.view[row])
        if slot != NONE and np.array_equal(matrix.view[slot], vector):
            return False
        if slot == NONE:
            self.slot.view[row] = len(matrix)
            self._row_of.extend(np.array([row], dtype=np.int32))
            matrix.extend(vector[np.newaxis])
        else:
            matrix.view[slot] = vector
        self.first.view[row], self.count.view[row] = len(keys), len(sentences)
        if len(sentences):
            keys.extend(sentences)
        return True

    def remove(self, row: int) -> None:
        """Take a row's vectors out of every answer."""
        slot = int(self.slot.view[row])
        if slot != NONE and self._matrix is not None and self._sentences is not None:
            self._matrix.view[slot] = 0
            if self.codes is not None:
                self.codes.erase(slot)
            start = int(self.first.view[row])
            self._sentences.view[start : start + int(self.count.view[row])] = 0
            self._row_of.view[slot] = NONE
            self.slot.view[row], self.count.view[row] = NONE, 0

    # --- answers ----------------------------------------------------------------------------------------------------

    def cosines(self, question: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Return the cosine of every row with a unit vector, 0 where it has none, and which rows have one."""
        values = np.zeros(0, dtype=np.float32) if self._matrix is None else self._matrix.view @ question
        return self.by_row(values), self.slot.view != NONE

    def by_row(self, values: Floats) -> Floats:
        """Return a value per row, given one per vector in the order of `slot`; 0 for rows without a vector."""
        found: Floats = np.zeros(len(self.slot), dtype=np.float32)
        rows = self._row_of.view
        if len(rows) and rows.min() == NONE:
            values, rows = values[rows != NONE], rows[rows != NONE]
        found[rows] = values
        return found

    def cosines_of(self, rows: Ints, question: Floats) -> Floats:
        """Return the cosines of these rows alone, 0 where one has no vector; each is the same whatever the others."""
        found: Floats = np.zeros(len(rows), dtype=np.float32)
        slots = self.slot.view[rows]
        has = slots != NONE
        if self._matrix is not None:
            found[has] = np.einsum("ij,j->i", self._matrix.view[slots[has]], question)
        return found

    def of(self, rows: Ints) -> Floats:
        """Return the rows' vectors, k x d; a row without one has zeros. Only where there is a dimension."""
        return self._weighted(rows, np.float32(1))

    def smoothed(self, cosines: Floats, neighbours: Ints) -> Floats:
        """Return the cosine of every row's smoothed vector, given `cosines` (0 where absent)."""
        padded = np.append(cosines, np.float32(0))
        smoothed: Floats = np.empty(len(cosines), dtype=np.float32)
        for start in range(0, len(cosines), _CACHED):
            part = slice(start, start + _CACHED)
            around = padded.take(neighbours[part], mode="wrap")  # NONE is -1, the last; quicker than an index
            smoothed[part] = cosines[part] + around @ NEIGHBOUR_WEIGHTS
        return smoothed / self.norms.view

    def best_sentence(self, question: Floats, rows: Ints) -> Floats:
        """Return the best cosine among each row's sentences, `ABSENT` where it has none."""
        found: Floats = np.full(len(rows), ABSENT, dtype=np.float32)
        counts = self.count.view[rows]
        has = np.flatnonzero(counts)
        if self._sentences is None or not len(has):
            return found
        owners = np.repeat(has, counts[has])
        starts = np.cumsum(counts[has]) - counts[has]
        places = np.arange(len(owners)) - np.repeat(starts, counts[has]) + self.first.view[rows[owners]]
        found[has] = np.maximum.reduceat(self._sentences.view[places] @ question, starts)
        return found

    # --- upkeep -----------------------------------------------------------------------------------------------------

    def smooth(self, rows: Ints, neighbours: Ints) -> None:
        """Work out the norms of these rows' smoothed vectors anew; `neighbours` is that of all rows."""
        if self._matrix is None:
            return
        if self.codes is None and len(self._matrix) >= CODES_FROM:
            self.codes = Codes(self._matrix.view.shape[1])
        if self.codes is not None:
            self.codes.take(self._matrix.view, self.slot.view[rows])
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            total = self._weighted(part, np.float32(1))
            for column, weight in enumerate(NEIGHBOUR_WEIGHTS):
                total += self._weighted(neighbours[part, column], weight)
            norms = np.sqrt(np.einsum("ij,ij->i", total, total))
            self.norms.view[part] = np.where(norms > 1e-6, norms, 1.0)

    def _weighted(self, rows: Ints, weight: np.float32) -> Floats:
        assert self._matrix is not None
        matrix = self._matrix.view
        if not len(matrix):  # all that had one are forgotten, and what came since waits for its own
            return np.zeros((len(rows), matrix.shape[1]), dtype=np.float32)
        slots = np.append(self.slot.view, np.int32(NONE))[rows]
        return matrix[np.maximum(slots, 0)] * np.where(slots == NONE, np.float32(0), weight)[:, np.newaxis]

    def compact(self, kept: npt.NDArray[np.int64]) -> None:
        """Keep these rows (ascending) and number them 0..k-1; vectors of the others are gone."""
        for column in (self.slot, self.first, self.count, self.norms):
            column.keep(kept)
        if self._matrix is None or self._sentences is None:
            return
        has = np.flatnonzero(self.slot.view != NONE)
        if self.codes is not None:
            self.codes.compact(self.slot.view[has])
        self._matrix.keep(self.slot.view[has])
        counts = self.count.view[has]
        starts = np.cumsum(counts) - counts
        places = np.arange(int(counts.sum())) + np.repeat(self.first.view[has] - starts, counts)
        self._sentences.keep(places)
        self.slot.view[has] = np.arange(len(has))
        self.first.view[has] = starts
        self._row_of.replace(has.astype(np.int32))

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays by name."""
        nothing = np.zeros((0, 0), dtype=np.float32)
        return {
            "matrix": nothing if self._matrix is None else self._matrix.view,
            "sentences": nothing if self._sentences is None else self._sentences.view,
            "row_of": self._row_of.view,
            "slot": self.slot.view,
            "first": self.first.view,
            "count": self.count.view,
            "norms": self.norms.view,
            **({} if self.codes is None else {f"codes.{name}": array for name, array in self.codes.state().items()}),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> "VectorTable":
        """Take over the arrays of `state`."""
        new = cls()
        if len(state["matrix"]):
            new._matrix, new._sentences = Column(state["matrix"]), Column(state["sentences"])
        new._row_of.replace(state["row_of"])
        for name in ("slot", "first", "count", "norms"):
            getattr(new, name).replace(state[name])
        if "codes.codes" in state:
            new.codes = Codes.from_state({name.removeprefix("codes."): array for name, array in state.items()})
        return new


def reply_cosines(cosines: Floats, present: npt.NDArray[np.bool_], neighbours: Ints) -> Floats:
    """Give rows without a vector `REPLY_SHARE` of their better next neighbour's cosine; without any, `ABSENT`."""
    if present.all():
        return cosines
    known = np.append(np.where(present, cosines, ABSENT), ABSENT)
    absent = np.flatnonzero(~present)
    best = known[neighbours[absent, :2]].max(axis=1, initial=ABSENT)
    found = np.where(present, cosines, ABSENT)
    found[absent] = np.where(best > 0, best * REPLY_SHARE, best)
    return found


def unit(values: Floats) -> Floats:
    """Return values moved to [0, 1] by their least and greatest; absent ones count as the least, equal ones are 0."""
    known = values[values != ABSENT]
    if not len(known):
        return np.zeros(len(values), dtype=np.float32)
    low, high = float(known.min()), float(known.max())
    if high - low < 1e-9:
        return np.zeros(len(values), dtype=np.float32)
    filled = np.where(values == ABSENT, np.float32(low), values)
    return np.clip((filled - low) / (high - low), 0, 1).astype(np.float32)
