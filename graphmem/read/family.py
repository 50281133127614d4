"""What chat turns and passages have in common in the index: rows, words and vectors that grow and forget together."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.model import Interaction
from graphmem.ports import VectorRow
from graphmem.read.columns import Ints
from graphmem.read.postings import Postings
from graphmem.read.rows import NONE, Rows
from graphmem.read.vectors import VectorTable

__all__ = ["Arrays", "Family", "parts_of", "prefixed"]

Arrays = dict[str, npt.NDArray[Any]]

_COMPACT_SHARE = 0.2


def prefixed(name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Return the arrays with `name.` before their names."""
    return {f"{name}.{key}": value for key, value in arrays.items()}


def parts_of(name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> Arrays:
    """Return the arrays that `prefixed` named so, under their own names."""
    return {key[len(name) + 1 :]: value for key, value in arrays.items() if key.startswith(name + ".")}


class Family(ABC):
    """Interactions of one family. Changes come one by one or many at once; `settle` makes them count in answers.

    Attributes:
        rows: who, when and in what order.
        words: postings of the interactions' own words.
        vectors: their vectors.
    """

    def __init__(self) -> None:
        self.rows = Rows()
        self.words = Postings()
        self.vectors = VectorTable()
        self._start_anew()

    def _start_anew(self) -> None:
        self._new: list[int] = []
        self._embedded: list[int] = []
        self._forgotten = False

    @property
    def nbytes(self) -> int:
        """Bytes held, about."""
        return self.rows.nbytes + self.words.nbytes + self.vectors.nbytes

    def __len__(self) -> int:
        return len(self.rows) - self.rows.dead

    def add(self, *interactions: Interaction) -> None:
        """Take interactions in; one that is known changes nothing, because interactions never change."""
        unknown = {i.id: i for i in reversed(interactions) if self.rows.find(i.id) == NONE}
        if unknown:
            told = list(reversed(unknown.values()))
            first = self.rows.add(told)
            self.vectors.grow(len(self.rows))
            self._describe(first, told)
            self._new.extend(range(first, len(self.rows)))

    def embed(self, *found: VectorRow) -> list[VectorRow]:
        """Set the vectors of interactions; return those that are of none of this family."""
        known = [(row, one) for one in found if (row := self.rows.find(one.interaction)) != NONE]
        self._embedded += self.vectors.put(known)
        return [one for one in found if self.rows.find(one.interaction) == NONE]

    def remove(self, id_: str) -> bool:
        """Forget an interaction; False where it isn't one of this family."""
        row = self.rows.remove(id_)
        if row == NONE:
            return False
        self._undescribe(row)
        self.vectors.remove(row)
        self._forgotten = True
        return True

    def settle(self) -> None:
        """Make everything added, embedded and removed since the last time count."""
        if not (self._new or self._embedded or self._forgotten):
            return
        changed = self.rows.link(self._new, forgotten=self._forgotten)
        embedded = np.asarray(self._embedded, dtype=np.int32)
        self._settled(changed, embedded)
        self._start_anew()
        if self.rows.dead > _COMPACT_SHARE * len(self.rows):
            self.compact()

    def compact(self) -> None:
        """Drop what was forgotten for good: rows, words nobody else has, vectors."""
        if self.rows.dead:
            self._compact(self.rows.compact())

    # --- what a family adds of its own ------------------------------------------------------------------------------

    @abstractmethod
    def _describe(self, first: int, told: Sequence[Interaction]) -> None:
        """Take in the words of the new rows from `first` on, and whatever else is known of them."""

    def _undescribe(self, row: int) -> None:
        self.words.remove(row)

    @abstractmethod
    def _settled(self, changed: Ints, embedded: Ints) -> None:
        """Work out anew what depends on neighbours: of rows whose neighbours changed, and of newly embedded ones."""

    def _compact(self, kept: npt.NDArray[np.int64]) -> None:
        self.words.compact(kept)
        self.vectors.compact(kept)

    # --- snapshots --------------------------------------------------------------------------------------------------

    def state(self) -> Arrays:
        """Return everything as arrays by name, after settling and compacting: nothing forgotten is in them."""
        self.settle()
        self.compact()
        parts = {"rows": self.rows.state(), "words": self.words.state(), "vectors": self.vectors.state()}
        return {key: value for name, arrays in parts.items() for key, value in prefixed(name, arrays).items()}

    def load(self, state: Arrays) -> None:
        """Take over the arrays of `state`. KeyError, ValueError, TypeError: they are something else."""
        self.rows = Rows.from_state(parts_of("rows", state))
        self.words = Postings.from_state(parts_of("words", state))
        self.vectors = VectorTable.from_state(parts_of("vectors", state))
