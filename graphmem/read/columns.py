"""Columns that grow: numpy arrays with room at the end, so that appending costs no copy of what is there."""

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Flags", "Floats", "Ints", "at_least"]

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_T = TypeVar("_T", bound=np.generic)
#: Values of which only the greatest is looked at first.
_GROUP = 64


def at_least(values: Floats, *, top: int) -> float:
    """Return a value that the `top` greatest reach and not many others do; -inf where there are no more than `top`.

    The `top`-th greatest of the greatest of groups: a hundred thousand values are read once instead of partitioned.
    """
    groups = len(values) // _GROUP
    if groups > top:
        values = values[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
    if len(values) <= top:
        return -np.inf
    return float(np.partition(values, len(values) - top)[len(values) - top])


class Column(Generic[_T]):
    """A column of n rows (of `width` values each, 0 = scalars); room doubles when it runs out.

    Args:
        values: the rows to start with; taken over, not copied.
        fill: what new rows hold until they are set.
    """

    __slots__ = ("_data", "_fill", "_n")

    def __init__(self, values: npt.NDArray[_T], *, fill: Any = 0) -> None:
        self._data = values
        self._n = len(values)
        self._fill = fill

    @property
    def view(self) -> npt.NDArray[_T]:
        """The rows; a view that the next growth may leave behind."""
        return self._data[: self._n]

    def __len__(self) -> int:
        return self._n

    def grow(self, rows: int) -> None:
        """Make it `rows` rows long; new ones hold `fill`. Never shrinks."""
        if rows > len(self._data):
            room = max(rows, 2 * len(self._data), 64)
            data = np.empty((room, *self._data.shape[1:]), dtype=self._data.dtype)
            data[: self._n] = self._data[: self._n]
            self._data = data
        if rows > self._n:
            self._data[self._n : rows] = self._fill
            self._n = rows

    def extend(self, values: npt.NDArray[Any]) -> None:
        """Append rows."""
        start = self._n
        self.grow(start + len(values))
        self._data[start : self._n] = values

    def keep(self, rows: npt.NDArray[Any]) -> None:
        """Keep these rows only (indices or a mask), in the order given."""
        self._data = self.view[rows].copy()
        self._n = len(self._data)

    def replace(self, values: npt.NDArray[_T]) -> None:
        """Take over other rows of the same kind. ValueError: their type or width differs."""
        if values.dtype != self._data.dtype or values.shape[1:] != self._data.shape[1:]:
            raise ValueError(f"rows of {values.dtype}{values.shape[1:]} for {self._data.dtype}{self._data.shape[1:]}")
        self._data, self._n = values, len(values)
