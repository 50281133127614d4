"""Which rows hold a term, and how often: compressed postings with a small tail, so that a new row rebuilds nothing.

Two levels: a base sorted by (term, row) and a tail in the order of arrival. The tail is merged when a question is asked
and it has outgrown max(20,000 entries, 5 % of the base); until then a term costs one scan of the tail. Removed rows are
masked at once and leave with the next compaction.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.read.columns import Column, Floats, Ints

__all__ = ["Posting", "Postings", "idf", "packed_strings", "unpacked_strings"]

_TAIL_FLOOR = 20_000
_TAIL_SHARE = 0.05
_NOTHING: Ints = np.zeros(0, dtype=np.int32)
_NO_COUNTS: Floats = np.zeros(0, dtype=np.float32)


def idf(n: int, df: float) -> float:
    """Return ln(1 + (n - df + .5) / (df + .5)), > 0 for 0 <= df <= n: Robertson and Zaragoza, 2009, kept positive."""
    return log(1.0 + (n - df + 0.5) / (df + 0.5))


@dataclass(frozen=True, slots=True)
class Posting:
    """The rows that hold one term.

    Args:
        rows: k int32, ascending, each once, alive only.
        tf: k float32, how often each holds the term, > 0.
    """

    rows: Ints
    tf: Floats


_EMPTY = Posting(_NOTHING, _NO_COUNTS)


class Postings:
    """Postings of rows 0..n-1, each added at most once and never changed. Not locked."""

    def __init__(self) -> None:
        self._terms: dict[str, int] = {}
        self._starts: npt.NDArray[np.int64] = np.zeros(1, dtype=np.int64)
        self._rows, self._tf = _NOTHING, _NO_COUNTS
        self._empty_tail()
        self._lengths = Column(_NO_COUNTS.copy())
        self._alive: Column[np.bool_] = Column(np.zeros(0, dtype=np.bool_), fill=False)
        self._count = 0
        self._total = 0.0
        self._dead = 0

    def _empty_tail(self) -> None:
        self._tail_term = Column(_NOTHING.copy())
        self._tail_row = Column(_NOTHING.copy())
        self._tail_tf = Column(_NO_COUNTS.copy())

    # --- what it knows ----------------------------------------------------------------------------------------------

    @property
    def lengths(self) -> Floats:
        """Terms per row, repeats counted; 0 where nothing was added or the row was removed."""
        return self._lengths.view

    @property
    def n_docs(self) -> int:
        """Rows that were added and not removed."""
        return self._count

    @property
    def mean_length(self) -> float:
        """Mean terms of a row, at least 1 so that it can divide."""
        return max(1.0, self._total / self._count) if self._count else 1.0

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, and an estimate for the vocabulary."""
        arrays = (self._starts, self._rows, self._tf, self.lengths, self._tail_term.view, self._tail_row.view)
        return sum(a.nbytes for a in arrays) + self._tail_tf.view.nbytes + 120 * len(self._terms)

    def term(self, term: str) -> Posting:
        """Return the rows that hold a term; empty where none does."""
        number = self._terms.get(term)
        if number is None:
            return _EMPTY
        self._settle()
        rows, tf = self._of_base(number)
        if len(self._tail_term):
            found = np.flatnonzero(self._tail_term.view == number)
            if len(found):
                rows, tf = _joined(rows, tf, self._tail_row.view[found], self._tail_tf.view[found])
        if self._dead:
            alive = self._alive.view[rows]
            rows, tf = rows[alive], tf[alive]
        return Posting(rows, tf)

    def _of_base(self, number: int) -> tuple[Ints, Floats]:
        if number + 1 >= len(self._starts):
            return _NOTHING, _NO_COUNTS
        start, end = self._starts[number], self._starts[number + 1]
        return self._rows[start:end], self._tf[start:end]

    def bm25(self, terms: Iterable[str], *, k1: float, b: float, mask: npt.NDArray[np.bool_] | None = None) -> Floats:
        """Return the BM25 of every row for these terms, each counted once: n float32, >= 0; 0 outside `mask`."""
        scores: Floats = np.zeros(len(self._lengths), dtype=np.float32)
        norms = k1 * (1 - b + b * self.lengths / self.mean_length)
        for term in dict.fromkeys(terms):
            found = self.term(term)
            if len(found.rows):
                weight = idf(self._count, len(found.rows)) * (k1 + 1)
                scores[found.rows] += weight * found.tf / (found.tf + norms[found.rows])
        if mask is not None:
            scores[~mask] = 0
        return scores

    # --- how it changes ---------------------------------------------------------------------------------------------

    def add(self, row: int, terms: Sequence[str] | Mapping[str, float]) -> None:
        """Add a row with its terms (repeats counted); rows in between are empty."""
        self.add_all(row, [terms])

    def add_all(self, first: int, texts: Sequence[Sequence[str] | Mapping[str, float]]) -> None:
        """Add the rows from `first` on with their terms (repeats counted)."""
        end = first + len(texts)
        self._lengths.grow(end)
        self._alive.grow(end)
        counts = [terms if isinstance(terms, Mapping) else Counter(terms) for terms in texts]
        lengths = [float(sum(of_row.values())) for of_row in counts]
        self._lengths.view[first:end] = lengths
        self._alive.view[first:end] = True
        self._count += len(texts)
        self._total += sum(lengths)
        known = self._terms
        numbers = [known.setdefault(term, len(known)) for of_row in counts for term in of_row]
        self._tail_term.extend(np.array(numbers, dtype=np.int32))
        self._tail_row.extend(np.repeat(np.arange(first, end, dtype=np.int32), [len(of_row) for of_row in counts]))
        self._tail_tf.extend(np.array([tf for of_row in counts for tf in of_row.values()], dtype=np.float32))

    def remove(self, row: int) -> None:
        """Take a row out of every answer; an unknown or removed row is left alone."""
        if row < len(self._alive) and self._alive.view[row]:
            self._alive.view[row] = False
            self._count -= 1
            self._total -= float(self._lengths.view[row])
            self._lengths.view[row] = 0
            self._dead += 1

    def compact(self, kept: npt.NDArray[np.int64]) -> None:
        """Keep these rows (ascending) and number them 0..k-1; terms that no row holds any more are forgotten."""
        self._merge()
        place = np.full(len(self._lengths) + 1, -1, dtype=np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        term_of = np.repeat(np.arange(len(self._starts) - 1, dtype=np.int32), np.diff(self._starts))
        stays = (place[self._rows] >= 0) & self._alive.view[self._rows]
        used, numbers = np.unique(term_of[stays], return_inverse=True)
        names = list(self._terms)
        self._terms = {names[old]: new for new, old in enumerate(used)}
        self._rows, self._tf = place[self._rows[stays]], self._tf[stays]
        self._starts = np.searchsorted(numbers, np.arange(len(used) + 1)).astype(np.int64)
        self._lengths.keep(kept)
        self._alive.keep(kept)
        self._dead = len(kept) - self._count

    def _settle(self) -> None:
        if len(self._tail_term) > max(_TAIL_FLOOR, _TAIL_SHARE * len(self._rows)):
            self._merge()

    def _merge(self) -> None:
        """Fold the tail into the base: one stable sort by (term, row)."""
        base_terms = np.repeat(np.arange(len(self._starts) - 1, dtype=np.int64), np.diff(self._starts))
        terms = np.concatenate([base_terms, self._tail_term.view.astype(np.int64)])
        rows = np.concatenate([self._rows, self._tail_row.view])
        tf = np.concatenate([self._tf, self._tail_tf.view])
        order = np.argsort(terms * (len(self._lengths) + 1) + rows, kind="stable")
        self._rows, self._tf = rows[order], tf[order]
        counts = np.bincount(terms, minlength=len(self._terms))
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._empty_tail()

    # --- snapshots --------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays by name, after merging the tail."""
        self._merge()
        return {
            "terms": packed_strings(list(self._terms)),
            "starts": self._starts,
            "rows": self._rows,
            "tf": self._tf,
            "lengths": self._lengths.view,
            "alive": self._alive.view,
        }

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> "Postings":
        """Take over the arrays of `state`."""
        new = cls()
        new._terms = {term: number for number, term in enumerate(unpacked_strings(state["terms"]))}
        new._starts, new._rows, new._tf = state["starts"], state["rows"], state["tf"]
        new._lengths = Column(state["lengths"])
        new._alive = Column(state["alive"], fill=False)
        new._count = int(np.count_nonzero(state["alive"]))
        new._total = float(state["lengths"].sum(dtype=np.float64))
        new._dead = len(state["alive"]) - new._count
        return new


def _joined(rows: Ints, tf: Floats, more_rows: Ints, more_tf: Floats) -> tuple[Ints, Floats]:
    both, counts = np.concatenate([rows, more_rows]), np.concatenate([tf, more_tf])
    if np.any(both[1:] < both[:-1]):
        order = np.argsort(both, kind="stable")
        return both[order], counts[order]
    return both, counts


def packed_strings(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return strings as one array of bytes; lone surrogates survive."""
    return np.frombuffer(json.dumps(texts).encode("ascii"), dtype=np.uint8)


def unpacked_strings(packed: npt.NDArray[np.uint8]) -> list[str]:
    """Return the strings of `packed_strings`. ValueError: it is something else."""
    texts = json.loads(packed.tobytes())
    if not isinstance(texts, list):
        raise TypeError("not a list of strings")
    return texts
