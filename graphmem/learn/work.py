"""What every step of consolidation works with, and what more than one of them asks.

A reader's index is lent for a moment at a time, never while something is worked out or written: nobody waits for it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphmem.learn.desk import Desk
from graphmem.learn.wording import Wording
from graphmem.read.index import Index
from graphmem.read.learnt import Learnt
from graphmem.read.rows import NONE
from graphmem.rows import NodeLabel, Vectors

__all__ = ["Rows", "Work"]

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One consolidation.

    Args:
        desk: the memory.
        lend: lends the index of its namespace, as of now, for the length of a `with`; readers wait for its end.
        wording: who words what.
        planned: on a dry run, a copy of what was learnt, which follows what would be written; None writes.
    """

    desk: Desk
    lend: Callable[[], AbstractContextManager[Index]]
    wording: Wording
    planned: Learnt | None = None

    @property
    def dry_run(self) -> bool:
        """Whether nothing is written."""
        return self.planned is not None

    @contextmanager
    def learnt(self) -> Iterator[Learnt]:
        """Lend what was learnt, as of now; readers wait for the end of the `with`."""
        if self.planned is not None:
            yield self.planned
            return
        with self.lend() as index:
            yield index.learnt

    def others(self, label: NodeLabel, *, than: Sequence[str]) -> list[str]:
        """Return the ids of standing nodes of a label that are none of these."""
        wanted = set(than)
        with self.learnt() as learnt:
            return [n.id for n in learnt.of(label) if n.expired_at is None and n.id not in wanted]

    def vectors(self, index: Index, rows: Rows) -> Vectors:
        """Return n x d float32: the turns' vectors by row, zeros where there is none; `index` is lent."""
        found = np.zeros((len(rows), self.desk.embedder.dimension), dtype=np.float32)
        has = index.turns.vectors.slot.view[rows] >= 0
        if has.any():
            found[has] = index.turns.vectors.of(rows[has].astype(np.int32))
        return found

    def vectors_of(self, ids: Sequence[str]) -> Vectors:
        """Return n x d float32: the turns' vectors by id, zeros where there is none."""
        found = np.zeros((len(ids), self.desk.embedder.dimension), dtype=np.float32)
        with self.lend() as index:
            rows = [index.turns.rows.find(i) for i in ids]
            known = [n for n, row in enumerate(rows) if row != NONE]
            if known:
                found[known] = self.vectors(index, np.array([rows[n] for n in known], dtype=np.int64))
        return found

    # --- how far a step has come, kept as a setting of the store: losing it costs time, never data ------------------

    def mark(self, step: str) -> Mapping[str, object]:
        """Return what a step noted last, {} where nothing or nothing readable."""
        told = self._marks().get(step)
        return told if isinstance(told, dict) else {}

    def set_mark(self, step: str, told: Mapping[str, object]) -> None:
        """Note how far a step has come; nothing on a dry run."""
        if not self.dry_run:
            marks = {**self._marks(), step: told}
            self.desk.store.set_setting(self._setting(), json.dumps(marks, sort_keys=True))

    def _marks(self) -> Mapping[str, object]:
        kept = self.desk.store.setting(self._setting())
        try:
            told = json.loads(kept) if kept else {}
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    def _setting(self) -> str:
        """Return the setting's name: one of `OWN_SETTINGS`, so that it is erased with the namespace."""
        return f"consolidated {self.desk.origin}"
