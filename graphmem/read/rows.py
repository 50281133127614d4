"""The rows of one family of interactions: who, when, which session, and what stands next to what in it.

Everything is a column; a row's number is its place. Rows are only ever appended; forgotten ones are marked dead and
leave with the next compaction.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from graphmem.model import Interaction, Kind, Role
from graphmem.read.columns import Column, Ints
from graphmem.read.postings import packed_strings, unpacked_strings

__all__ = ["DISTANCES", "KINDS", "NONE", "ROLES", "UNKNOWN_TIME", "Names", "Rows", "microseconds"]

KINDS: tuple[Kind, ...] = get_args(Kind)
ROLES: tuple[Role | None, ...] = (None, *get_args(Role))

#: No row, no speaker.
NONE = -1
#: The instant of what nobody dated; sorts before every date.
UNKNOWN_TIME = np.iinfo(np.int64).min
#: How far the neighbours in the 8 columns of `Rows.neighbours` stand: one before, one after, two before, ...
DISTANCES = (1, 1, 2, 2, 3, 3, 4, 4)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 64


def microseconds(at: datetime | None) -> int:
    """Return an aware instant as microseconds since 1970, `UNKNOWN_TIME` for None."""
    return int(UNKNOWN_TIME) if at is None else (at - _EPOCH) // timedelta(microseconds=1)


class Names:
    """Strings numbered in the order of their first coming."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.all: list[str] = list(names)
        self._number = {name: number for number, name in enumerate(self.all)}

    def number(self, name: str) -> int:
        """Return the name's number, a new one for a new name."""
        known = self._number.get(name)
        if known is None:
            known = self._number[name] = len(self.all)
            self.all.append(name)
        return known

    def find(self, name: str) -> int:
        """Return the name's number, `NONE` for an unknown one."""
        return self._number.get(name, NONE)

    def __len__(self) -> int:
        return len(self.all)


def _ints(fill: int = 0) -> Column[np.int32]:
    return Column(np.zeros(0, dtype=np.int32), fill=fill)


class Rows:
    """Columns of the rows 0..n-1 of one family.

    Attributes:
        ids: id per row; sessions, speakers: the names behind the numbers.
        kind, role: codes into `KINDS` and `ROLES`; session, speaker: numbers, speaker `NONE` where nobody is named.
        at: microseconds since 1970, `UNKNOWN_TIME` where nobody knows; arrival: as the store counts it.
        alive: False once forgotten.
        position: place in the session's order (at, arrival), from 0; before, after: the rows next to it there.
        neighbours: n x 8 rows at the `DISTANCES` in the session, `NONE` beyond its ends.
    """

    _COLUMNS = (
        "kind",
        "role",
        "session",
        "speaker",
        "at",
        "arrival",
        "alive",
        "position",
        "before",
        "after",
        "neighbours",
    )

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.sessions, self.speakers = Names(), Names()
        self.kind: Column[np.int8] = Column(np.zeros(0, dtype=np.int8))
        self.role: Column[np.int8] = Column(np.zeros(0, dtype=np.int8))
        self.session, self.speaker, self.position = _ints(), _ints(NONE), _ints()
        self.before, self.after = _ints(NONE), _ints(NONE)
        self.at: Column[np.int64] = Column(np.zeros(0, dtype=np.int64))
        self.arrival: Column[np.int64] = Column(np.zeros(0, dtype=np.int64))
        self.alive: Column[np.bool_] = Column(np.zeros(0, dtype=np.bool_))
        self.neighbours: Column[np.int32] = Column(np.zeros((0, len(DISTANCES)), dtype=np.int32), fill=NONE)
        self._row_of: dict[str, int] = {}
        self._last: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, id_: str) -> int:
        """Return the row of an id, `NONE` where there is none or it was forgotten."""
        return self._row_of.get(id_, NONE)

    @property
    def dead(self) -> int:
        """How many rows are forgotten and not yet gone."""
        return len(self.ids) - len(self._row_of)

    @property
    def nbytes(self) -> int:
        """Bytes of the columns, and an estimate for the ids."""
        return sum(int(getattr(self, name).view.nbytes) for name in self._COLUMNS) + 220 * len(self.ids)

    def add(self, told: Sequence[Interaction]) -> int:
        """Append interactions and return the first one's row; `link` puts them into their sessions' order."""
        first = len(self.ids)
        self.ids.extend(i.id for i in told)
        self._row_of.update((i.id, first + place) for place, i in enumerate(told))
        for name in self._COLUMNS:
            getattr(self, name).grow(len(self.ids))
        self.kind.view[first:] = [KINDS.index(i.kind) for i in told]
        self.role.view[first:] = [ROLES.index(i.role) for i in told]
        self.session.view[first:] = [self.sessions.number(i.session) for i in told]
        self.speaker.view[first:] = [self.speakers.number(i.speaker) if i.speaker else NONE for i in told]
        self.at.view[first:] = [microseconds(i.at) for i in told]
        self.arrival.view[first:] = [i.arrival for i in told]
        self.alive.view[first:] = True
        return first

    def remove(self, id_: str) -> int:
        """Mark the row of an id dead and return it, `NONE` for an unknown id."""
        row = self._row_of.pop(id_, NONE)
        if row != NONE:
            self.alive.view[row] = False
            self.ids[row] = ""
        return row

    # --- order ------------------------------------------------------------------------------------------------------

    def link(self, new: Sequence[int], *, forgotten: bool) -> Ints:
        """Put new rows into their sessions' order and return the rows whose neighbours changed, new ones included.

        A few rows at the ends of their sessions cost next to nothing; anything else sorts all rows once.
        """
        if forgotten or len(new) > _FEW or not all(map(self._fits_at_end, new)):
            touched = self._sort()
        else:
            touched = self._append(new)
        found = self._around(touched)
        changed = touched[np.any(found != self.neighbours.view[touched], axis=1)]
        self.neighbours.view[touched] = found
        return np.union1d(changed, np.asarray(new, dtype=np.int32)).astype(np.int32)

    def _key(self, row: int) -> tuple[int, int]:
        return int(self.at.view[row]), int(self.arrival.view[row])

    def _fits_at_end(self, row: int) -> bool:
        last = self._last.get(int(self.session.view[row]), NONE)
        if last != NONE and self._key(last) > self._key(row):
            return False
        self._last[int(self.session.view[row])] = row
        self._chain(last, row)
        return True

    def _chain(self, last: int, row: int) -> None:
        self.before.view[row], self.after.view[row] = last, NONE
        self.position.view[row] = 0 if last == NONE else self.position.view[last] + 1
        if last != NONE:
            self.after.view[last] = row

    def _append(self, new: Sequence[int]) -> Ints:
        """The rows up to four before the new ones, and the new ones."""
        near = reached = np.asarray(new, dtype=np.int32)
        for _ in range(DISTANCES[-1]):
            near = self.before.view[near[near != NONE]]
            reached = np.union1d(reached, near[near != NONE])
        return reached.astype(np.int32)

    def _sort(self) -> Ints:
        rows = np.flatnonzero(self.alive.view)
        session, at, arrival = self.session.view[rows], self.at.view[rows], self.arrival.view[rows]
        order = rows[np.lexsort((arrival, at, session))].astype(np.int32)
        ordered = self.session.view[order]
        first = np.append(True, ordered[1:] != ordered[:-1])[: len(order)]
        starts = np.flatnonzero(first)
        ends = np.append(starts[1:], len(order))[: len(starts)]
        self.before.view[:], self.after.view[:] = NONE, NONE
        self.before.view[order[1:]] = np.where(first[1:], NONE, order[:-1])
        self.after.view[order[:-1]] = np.where(first[1:], NONE, order[1:])
        self._last = dict(zip(ordered[starts].tolist(), order[ends - 1].tolist(), strict=True))
        self.position.view[order] = np.arange(len(order)) - np.repeat(starts, ends - starts)
        return np.arange(len(self), dtype=np.int32)

    def _around(self, rows: Ints) -> Ints:
        before, after = np.append(self.before.view, NONE), np.append(self.after.view, NONE)
        found: Ints = np.full((len(rows), len(DISTANCES)), NONE, dtype=np.int32)
        left = right = rows
        for column in range(0, len(DISTANCES), 2):
            left, right = before[left], after[right]
            found[:, column], found[:, column + 1] = left, right
        return found

    # --- compaction and snapshots -----------------------------------------------------------------------------------

    def compact(self) -> npt.NDArray[np.int64]:
        """Drop the dead rows and return the old numbers of those that stay; sessions and speakers nobody has go."""
        kept = np.flatnonzero(self.alive.view)
        place = np.append(np.full(len(self), NONE, dtype=np.int32), np.int32(NONE))
        place[kept] = np.arange(len(kept), dtype=np.int32)
        for name in self._COLUMNS:
            getattr(self, name).keep(kept)
        for column in (self.before, self.after, self.neighbours):
            column.view[:] = place[column.view]
        self.ids = [self.ids[row] for row in kept]
        self.sessions = _renumbered(self.sessions, self.session.view)
        self.speakers = _renumbered(self.speakers, self.speaker.view)
        self._index()
        return kept

    def _index(self) -> None:
        alive = np.flatnonzero(self.alive.view)
        self._row_of = {self.ids[row]: row for row in alive.tolist()}
        ends = alive[self.after.view[alive] == NONE]
        self._last = dict(zip(self.session.view[ends].tolist(), ends.tolist(), strict=True))

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays by name; rows must be linked."""
        columns = {name: getattr(self, name).view for name in self._COLUMNS}
        names = {"ids": self.ids, "sessions": self.sessions.all, "speakers": self.speakers.all}
        return columns | {name: packed_strings(texts) for name, texts in names.items()}

    @classmethod
    def from_state(cls, state: Mapping[str, npt.NDArray[Any]]) -> "Rows":
        """Take over the arrays of `state`."""
        new = cls()
        for name in cls._COLUMNS:
            getattr(new, name).replace(state[name])
        new.ids = unpacked_strings(state["ids"])
        new.sessions = Names(unpacked_strings(state["sessions"]))
        new.speakers = Names(unpacked_strings(state["speakers"]))
        new._index()
        return new


def _renumbered(names: Names, numbers: Ints) -> Names:
    """Number only the names in use, from 0, and rewrite the column in place."""
    used = np.unique(numbers[numbers != NONE])
    place = np.full(len(names) + 1, NONE, dtype=np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    numbers[:] = place[numbers]
    return Names([names.all[number] for number in used.tolist()])
