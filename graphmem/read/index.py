"""The index of one namespace: everything that recall scores, in arrays in this process.

The store is the truth. An index is filled from the store's change log, kept up by it (one comparison of `seq` when
nothing changed), and may be opened from a snapshot that is caught up in the same way.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from graphmem.model import Interaction
from graphmem.ports import ChangeKind, Changes, Store, VectorRow
from graphmem.read import snapshot
from graphmem.read.family import Arrays, parts_of, prefixed
from graphmem.read.learnt import Learnt
from graphmem.read.passages import Passages
from graphmem.read.rows import NONE
from graphmem.read.turns import Turns

__all__ = ["Index"]

_log = logging.getLogger("graphmem")

#: What an index is made of: the rest of the log, most of it mentions and facts, is not read for it.
_READ: frozenset[ChangeKind] = frozenset({"interactions", "vectors", "nodes", "links"})
#: Interactions and facts of a page; larger ones are read faster, and are held in memory once.
_PAGE = 8_000


class Index:
    """Turns and passages of one namespace. Not locked: one reader or refresh at a time.

    Attributes:
        namespace: whose.
        turns: messages and steps.
        passages: passages of documents.
        seq: up to which change of the store it goes.
        snapshot_seq: the `seq` of the snapshot it was opened from or last saved to, 0 where there was none.
    """

    def __init__(self, store: Store, namespace: str, *, snapshot: Path | None) -> None:
        self._store = store
        self._snapshot = snapshot
        self.namespace = namespace
        self.seq = self.snapshot_seq = 0
        self._alone: list[str] | None = None
        self._empty()

    def _empty(self) -> None:
        self._learnt: Learnt | None = None
        self._revised: frozenset[str] | None = None
        self.turns, self.passages = Turns(), Passages()

    @classmethod
    def open(cls, store: Store, namespace: str, *, snapshot: Path | None, writable: bool = True) -> "Index":
        """Return the namespace's index: from the snapshot if it is sound, up to date with the store in any case.

        A snapshot that holds what was forgotten, or is of another history, is deleted, if it is `writable`.
        """
        new = cls(store, namespace, snapshot=snapshot)
        found = new._restore()
        if not writable:
            new._snapshot = None
        info = store.namespace(namespace)
        new.refresh()
        if found is not None and info is not None and new._lacks(since=found.arrivals, upto=info.arrivals):
            _log.warning("snapshot discarded", extra={"action": "snapshot", "error": "of another history"})
            new._start_anew()
            new.refresh()
        return new

    @classmethod
    def of(
        cls, store: Store, namespace: str, interactions: Sequence[Interaction], vectors: Sequence[VectorRow]
    ) -> "Index":
        """Return an index of these interactions alone, in no change log's care: it is scored and thrown away."""
        new = cls(store, namespace, snapshot=None)
        new._alone = [interaction.id for interaction in interactions]
        new._apply(Changes(seq=0, interactions=interactions, vectors=vectors))
        new.turns.settle()
        new.passages.settle()
        return new

    def __len__(self) -> int:
        return len(self.turns) + len(self.passages)

    @property
    def nbytes(self) -> int:
        """Bytes held, about."""
        return self.turns.nbytes + self.passages.nbytes

    @property
    def learnt(self) -> Learnt:
        """Queries, insights and what else was learnt: read from the store when first asked for, then kept up."""
        if self._learnt is None:
            self._learnt = Learnt.load(self._store, self.namespace)
        return self._learnt

    @property
    def revised(self) -> frozenset[str]:
        """Ids of interactions that later ones REVISE: versions that nobody wants to find any more."""
        if self._revised is None:
            told = self._store.links(self.namespace, types=["REVISES"], targets=self._alone)
            self._revised = frozenset(link.target for link in told)
        return self._revised

    # --- keeping up -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Take in what was written since the last time, by whichever process; one lookup when nothing was."""
        if self._store.seq(self.namespace) == self.seq:
            return
        more = True
        while more:
            page = self._store.changes(self.namespace, since=self.seq, limit=_PAGE, only=_READ)
            if page.reset:
                self._start_anew()
            self._apply(page)
            self.seq, more = page.seq, page.more
        self.turns.settle()
        self.passages.settle()

    def _birth(self) -> str:
        """What tells a namespace from another that bore its name before."""
        info = self._store.namespace(self.namespace)
        return "" if info is None else f"{info.origin} {info.created_at.isoformat()}"

    def _start_anew(self) -> None:
        if self._snapshot is not None:
            snapshot.discard(self._snapshot)
        self._empty()
        self.seq = self.snapshot_seq = 0

    def _apply(self, page: Changes) -> None:
        if self._learnt is not None:
            self._learnt.apply(page)
        if self._revised is not None and (new := {k.target for k in page.links if k.type == "REVISES"}):
            self._revised |= new
        if any(t.label == "Link" and t.id.startswith("REVISES ") for t in page.tombstones):
            self._revised = None
        retold = [i.id for i in page.interactions if self._is_another(i)]
        gone = [t.id for t in page.tombstones if t.label == "Interaction"]
        self._forget([*retold, *gone], any_gone=bool(page.tombstones or retold))
        self.turns.add(*(i for i in page.interactions if i.kind != "passage"))
        self.passages.add(*(i for i in page.interactions if i.kind == "passage"))
        self.passages.embed(*self.turns.embed(*(found for found in page.vectors if len(found.vector))))

    def _is_another(self, interaction: Interaction) -> bool:
        """Whether its id was forgotten and told again since the last time: no arrival is given twice."""
        rows = next((f.rows for f in (self.turns, self.passages) if f.rows.find(interaction.id) != NONE), None)
        return rows is not None and int(rows.arrival.view[rows.find(interaction.id)]) != interaction.arrival

    def _forget(self, ids: Sequence[str], *, any_gone: bool) -> None:
        removed = [self.turns.remove(id_) or self.passages.remove(id_) for id_ in ids]
        if any_gone and self._snapshot is not None:
            # A snapshot holds words, names and vectors of what was forgotten: it goes with it.
            snapshot.discard(self._snapshot)
            self.snapshot_seq = 0
            _log.debug("snapshot deleted", extra={"action": "forget", "interactions": sum(removed)})

    # --- snapshots --------------------------------------------------------------------------------------------------

    def _header(self) -> snapshot.Header:
        setting = self._store.setting
        store = setting("store_id")
        name = f"{self.namespace} {self._birth()}"
        return snapshot.Header(store or "", name, setting("embedder") or "", self.seq)

    def _last(self) -> tuple[int, str]:
        """Return the arrival and the id of the last interaction here, (0, "") where there is none."""
        ends = [(0, "")]
        for rows in (self.turns.rows, self.passages.rows):
            alive = np.flatnonzero(rows.alive.view)
            if len(alive):
                row = int(alive[np.argmax(rows.arrival.view[alive])])
                ends.append((int(rows.arrival.view[row]), rows.ids[row]))
        return max(ends)

    def _told(self, id_: str) -> str:
        """Return what the store tells of an interaction: where it stands, since when, and its id; "" of none."""
        found = self._store.interactions(self.namespace, [id_]) if id_ else []
        return "".join(f"{i.arrival} {i.created_at and i.created_at.isoformat()} {i.id}" for i in found)

    def _lacks(self, *, since: int, upto: int) -> bool:
        """Whether an arrival after `since`, up to `upto`, is not here: it is forgotten, or the history is another."""
        arrivals = [rows.arrival.view[rows.alive.view] for rows in (self.turns.rows, self.passages.rows)]
        held = sum(int(np.count_nonzero((a > since) & (a <= upto))) for a in arrivals)
        return held < upto - since

    def save(self, path: Path) -> None:
        """Write a snapshot; nothing that was forgotten is in it. OSError: it can't be written.

        A store without an id gets none: the next one opened in its place could not be told from it.
        """
        header = self._header()
        if header.store:
            info, (arrival, id_) = self._store.namespace(self.namespace), self._last()
            arrivals = info.arrivals if info is not None and info.seq == self.seq else arrival
            header = replace(header, arrivals=arrivals, last=self._told(id_))
            state = prefixed("turns", self.turns.state()) | prefixed("passages", self.passages.state())
            snapshot.save(path, header, state)
            self.snapshot_seq = self.seq

    def _restore(self) -> snapshot.Header | None:
        """Take over the snapshot and return its header; None where there is none, or it is of what is no more."""
        header = self._header()
        if self._snapshot is None or not header.store:
            return None
        found = snapshot.load(self._snapshot, store=header.store, namespace=header.namespace, embedder=header.embedder)
        if found is None or found[0].seq > self._store.seq(self.namespace):
            return None
        kept, arrays = found
        if kept.last and self._told(kept.last.split(" ", 2)[2]) != kept.last:
            return None
        self.seq = kept.seq
        if not self._taken(arrays):
            self._start_anew()
            return None
        self.snapshot_seq = self.seq
        return kept

    def _taken(self, arrays: Arrays) -> bool:
        try:
            self.turns.load(parts_of("turns", arrays))
            self.passages.load(parts_of("passages", arrays))
        except (KeyError, ValueError, TypeError, IndexError) as err:
            _log.warning("snapshot discarded", extra={"action": "snapshot", "error": type(err).__name__})
            return False
        return True
