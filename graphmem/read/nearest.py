"""One question's cosines with the turns of an index, worked out only where they are asked for, and the greatest of all.

What is told is what comparing all in full would tell: `graphmem.read.codes` leaves out what provably is not among the
greatest, and the rest is compared in full.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from graphmem.read.codes import Codes
from graphmem.read.columns import Flags, Floats, Ints, at_least
from graphmem.read.rows import NONE
from graphmem.read.vectors import ABSENT, NEIGHBOUR_WEIGHTS, REPLY_SHARE, VectorTable, reply_cosines

__all__ = ["Nearest", "nearest_of"]

#: Rows that are fewer than one in so many of all are quicker compared one by one than all at once.
_FEW = 32
#: Of those that look best, so many times what is wanted are looked at first: what they reach, the others have to.
_FIRST = 2
#: How far a smoothed vector goes beyond its own row's, at most.
_AROUND = np.float32(1 + NEIGHBOUR_WEIGHTS.sum())


class Nearest:
    """The cosines of the rows 0..n-1 with one question; every row's is worked out at most once.

    Args:
        table: the vectors.
        codes: the table's.
        question: d float32, unit length.
        neighbours: n x 8 rows, as `Rows.neighbours`.
    """

    def __init__(self, table: VectorTable, codes: Codes, question: Floats, neighbours: Ints) -> None:
        self._table, self._codes, self._question, self._neighbours = table, codes, question, neighbours
        self._present: Flags = np.append(table.slot.view != NONE, False)
        self._cosines: Floats = np.zeros(len(self._present), dtype=np.float32)  # the last is NONE's
        self._known: Flags = ~self._present
        self._led: tuple[Floats, np.float32] | None = None

    def few(self, rows: npt.NDArray[np.integer]) -> bool:
        """Tell whether these are few enough to be compared one by one."""
        return _FEW * len(rows) < len(self._present)

    def dense(self, rows: Ints) -> Floats:
        """Return the cosines of rows; of those without a vector, what `reply_cosines` gives them."""
        return self._replied(rows, self._own)

    def context(self, rows: Ints) -> Floats:
        """Return the cosines of rows' smoothed vectors; of those without a vector, what `reply_cosines` gives them."""
        return self._replied(rows, self._smoothed)

    def greatest(self, mask: Flags) -> float | None:
        """Return the greatest that `dense` gives a row of a mask; None: it is not above 0, or too many may have it."""
        values, off = self._lead()
        reached = float(self._own(self._first(values, mask, top=1)).max(initial=ABSENT))
        rows = self._reaching(values + off, mask, reached)
        return None if rows is None else float(self.dense(rows).max())

    def leaders(self, mask: Flags, *, top: int) -> Ints | None:
        """Return rows of a mask, ascending, with all that are among the `top` by `context`; None: too many may be.

        Rows of which it is not above 0 are left out.
        """
        if self.few(np.flatnonzero(mask)):
            return None
        values, off = self._lead()
        likely = self._table.smoothed(values, self._neighbours)
        first = np.sort(self._smoothed(self._first(likely, mask, top=_FIRST * top)))
        if len(first) < top:
            return None
        most = likely + off * _AROUND / self._table.norms.view
        return self._reaching(most, mask, float(first[-top]))

    def _lead(self) -> tuple[Floats, np.float32]:
        """What the codes tell of every row, 0 where it has no vector, and how far that may be off."""
        if self._led is None:
            values, off = self._codes.products(self._question)
            self._led = self._table.by_row(values), off
        return self._led

    def _first(self, likely: Floats, mask: Flags, *, top: int) -> Ints:
        """Return about `top` rows of a mask that have a vector and look best."""
        values = np.where(mask & self._present[:-1], likely, ABSENT)
        bound = at_least(values, top=top)
        return np.flatnonzero(values >= bound if bound != ABSENT else values != ABSENT).astype(np.int32)

    def _reaching(self, most: Floats, mask: Flags, reached: float) -> Ints | None:
        """Return the rows of a mask that may be so great at most; None where these are many, or all may."""
        bound = reply_cosines(most, self._present[:-1], self._neighbours)
        rows = np.flatnonzero(mask & (bound >= reached)).astype(np.int32)
        return rows if reached > 0 and self.few(rows) else None

    def _own(self, rows: Ints) -> Floats:
        """Return the cosines of rows, 0 where one has no vector or is `NONE`."""
        new = rows[~self._known[rows]]
        if len(new):
            self._known[new] = True
            self._cosines[new] = self._table.cosines_of(new, self._question)
        return self._cosines[rows]

    def _smoothed(self, rows: Ints) -> Floats:
        around = self._neighbours[rows]
        wanted: Flags = np.zeros(len(self._present), dtype=np.bool_)
        wanted[rows] = wanted[around] = True
        self._own(np.flatnonzero(wanted[:-1]).astype(np.int32))
        near: Floats = self._cosines[rows] + self._cosines[around] @ NEIGHBOUR_WEIGHTS
        return np.asarray(near / self._table.norms.view[rows], dtype=np.float32)

    def _replied(self, rows: Ints, values: Callable[[Ints], Floats]) -> Floats:
        present = self._present[rows]
        if present.all():
            return values(rows)
        found: Floats = np.full(len(rows), ABSENT, dtype=np.float32)
        found[present] = values(rows[present])
        near = self._neighbours[rows[~present], :2]
        beside: Floats = np.full(near.shape, ABSENT, dtype=np.float32)
        beside[self._present[near]] = values(near[self._present[near]])
        best = beside.max(axis=1, initial=ABSENT)
        found[~present] = np.where(best > 0, best * REPLY_SHARE, best)
        return found


def nearest_of(table: VectorTable, question: Floats | None, neighbours: Ints) -> Nearest | None:
    """Return a question's cosines with single rows, None where all are better worked out, or there are none."""
    if table.codes is None or question is None or table.dimension != len(question):
        return None
    return Nearest(table, table.codes, question, neighbours)
