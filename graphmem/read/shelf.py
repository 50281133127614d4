"""The indexes a process holds, one per namespace: opened from a snapshot, kept up from the change log."""

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graphmem.errors import InvalidInput
from graphmem.ports import Store
from graphmem.read import snapshot
from graphmem.read.beyond import LIMIT, Beyond, refuse_endless
from graphmem.read.index import Index

__all__ = ["Shelf"]

#: Fewer changes than this since the last snapshot are cheaper to read again than to write.
_WORTH_A_SNAPSHOT = 500
#: An index of this size that had no snapshot took seconds to fill: it is saved before anything can end the process.
_SAVED_AT_ONCE = 10_000

_log = logging.getLogger("graphmem")


class Shelf:
    """Indexes by namespace; `folder` holds their snapshots, None keeps none (memory only, or read-only).

    A namespace of more than `limit` interactions gets none.
    """

    def __init__(self, store: Store, *, folder: Path | None, writable: bool = True, limit: int = LIMIT) -> None:
        self._store = store
        self._folder = folder
        self._writable = writable
        self._limit = limit
        self._forgotten: dict[str, int] = {}  # how many of the namespace's arrivals are no more, as last counted
        self._open: dict[str, Index] = {}
        self._saved: dict[str, int] = {}
        self._lock = threading.RLock()

    @contextmanager
    def reading(self, namespaces: Sequence[str]) -> Iterator[list[Index | Beyond]]:
        """Lend the indexes of these namespaces as of now: what other processes wrote is in them.

        One reader at a time: an index is arrays that a refresh appends to, and numpy scores one question fast. In place
        of an index that would be too large stands how large.

        Raises: StoreError: it would be, and the store has no search of its own.
        """
        with self._lock:
            yield [self._entry(namespace) for namespace in namespaces]

    @contextmanager
    def whole(self, namespace: str) -> Iterator[Index]:
        """Lend an index; readers wait for whoever keeps it.

        Raises: InvalidInput: the namespace is too large for an index in this process.
        """
        with self.reading([namespace]) as entries:
            held = entries[0]
            if not isinstance(held, Index):
                raise InvalidInput("this namespace is read through its server: open it with a greater index_limit")
            yield held

    def drop(self, namespace: str) -> None:
        """Let go of an index and delete its snapshot: the namespace is another now, or its vectors are."""
        with self._lock:
            self._open.pop(namespace, None)
            self._forgotten.pop(namespace, None)
            self._discard(namespace)

    def forgotten(self, namespace: str) -> None:
        """Delete the snapshot, which holds what was just forgotten; the index follows from the tombstones."""
        with self._lock:
            self._forgotten.pop(namespace, None)
            self._discard(namespace)

    def _discard(self, namespace: str) -> None:
        self._saved.pop(namespace, None)
        path = self._path(namespace)
        if path is not None and self._writable:
            snapshot.discard(path)

    def save(self) -> None:
        """Write snapshots of the indexes that changed enough to be worth it. A failure to write costs time, never data.

        StoreError: the store can't be read.
        """
        with self._lock:
            for namespace, index in self._open.items():
                self._keep(namespace, index)

    def release(self, namespace: str) -> None:
        """Let go of an index that nobody asks for the time being; it is kept as by `save`, and opened when asked again.

        StoreError: the store can't be read.
        """
        with self._lock:
            index = self._open.pop(namespace, None)
            self._forgotten.pop(namespace, None)
            if index is not None:
                self._keep(namespace, index)
            self._saved.pop(namespace, None)

    def _keep(self, namespace: str, index: Index) -> None:
        if len(index) >= _WORTH_A_SNAPSHOT and index.seq != self._saved.get(namespace, 0):
            index.refresh()  # what another process forgot must not be written
            self._save(namespace, index)
            index.refresh()  # nor stay, where it was forgotten while it was written: the snapshot goes then

    def _save(self, namespace: str, index: Index) -> None:
        path = self._path(namespace)
        if path is None or not self._writable:
            return
        try:
            index.save(path)
            self._saved[namespace] = index.seq
        except OSError as err:
            _log.warning("snapshot not written", extra={"action": "snapshot", "error": str(err)})

    def _entry(self, namespace: str) -> Index | Beyond:
        if namespace not in self._open and (count := self._count(namespace)) > self._limit:
            return self._beyond(namespace, count)
        self._refresh(namespace)
        index = self._open[namespace]
        if len(index) <= self._limit:
            return index
        del self._open[namespace]
        return self._beyond(namespace, len(index))

    def _beyond(self, namespace: str, count: int) -> Beyond:
        beyond = Beyond(namespace, count, self._limit)
        refuse_endless(self._store, beyond)
        return beyond

    def _count(self, namespace: str) -> int:
        """Return how many interactions there are: counted where it matters, and kept up by what arrives."""
        info = self._store.namespace(namespace)
        if info is None or info.arrivals <= self._limit:
            return 0
        if namespace not in self._forgotten:
            self._forgotten[namespace] = info.arrivals - self._store.stats(namespace).interactions
        return info.arrivals - self._forgotten[namespace]

    def _refresh(self, namespace: str) -> None:
        index = self._open.get(namespace)
        if index is None:
            index = Index.open(self._store, namespace, snapshot=self._path(namespace), writable=self._writable)
            self._open[namespace] = index
            self._saved[namespace] = index.snapshot_seq
            if not index.snapshot_seq and len(index) >= _SAVED_AT_ONCE:
                self._save(namespace, index)
        index.refresh()

    def _path(self, namespace: str) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / hashlib.sha256(namespace.encode()).hexdigest()[:24]
