"""The housekeeping verbs of a memory: finishing, re-embedding, namespaces, backup, closing."""

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Self

from graphmem.errors import StoreError
from graphmem.model import Forgotten, NamespaceInfo, Remembered
from graphmem.ports import Embedder, Extractor, Store
from graphmem.read.shelf import Shelf
from graphmem.write.admit import checked_instant, checked_namespace
from graphmem.write.worker import Worker
from graphmem.write.writer import Drawn, Writer

__all__ = ["EMBEDDER", "REEMBEDDING", "Upkeep", "embedder_mark", "logged"]

#: Names of store settings: the embedder that made the vectors, and the one a re-embedding under way goes to.
EMBEDDER, REEMBEDDING = "embedder", "reembedding"

_log = logging.getLogger("graphmem")


def logged(action: str, namespace: str, started: float, **counts: int) -> None:
    """Write the one log record of a verb: its name, namespace, counts and milliseconds; never a memory's text."""
    took = round(1000 * (perf_counter() - started), 1)
    _log.info(action, extra={"action": action, "namespace": namespace, "ms": took, **counts})


def embedder_mark(embedder: Embedder) -> str:
    """Return what a store keeps of the embedder that made its vectors, as JSON."""
    mark = {"name": embedder.name, "revision": embedder.revision, "dimension": embedder.dimension}
    return json.dumps(mark, sort_keys=True)


class Upkeep:
    """State and housekeeping of a memory; `graphmem.Memory` adds the verbs people come for."""

    def __init__(
        self,
        store: Store,
        *,
        namespace: str,
        embedder: Embedder,
        extractor: Extractor | None,
        snapshots: Path | None = None,
        read_only: bool = False,
    ) -> None:
        """Compose a memory from parts; `Memory.open` is the short way."""
        self.store = store
        self.namespace = checked_namespace(namespace)
        self._embedder = embedder
        self._extractor = extractor
        self._read_only = read_only
        self._shelf = Shelf(store, folder=snapshots, writable=not read_only)
        self._lock = threading.RLock()
        self._writer: Writer | None = None
        self._worker: Worker | None = None
        self._closed = False

    @property
    def embedder(self) -> Embedder:
        """What makes this memory's vectors."""
        return self._embedder

    def resume(self, *, tick: Callable[[int], None] = lambda _: None) -> Remembered:
        """Finish every pending interaction here and now; `tick` is told how many each chunk worked on."""
        writer = self._writing(self._present(None))
        done = writer.finish(now=lambda: self._present(None), tick=tick, lock=self._lock)
        return _receipt(done)

    def flush(self) -> Remembered:
        """Wait for the background worker, and return what it did since the last flush; raises what stopped it."""
        return _receipt(self._worker.flush() if self._worker is not None else Drawn())

    def reembed(self, *, tick: Callable[[int], None] = lambda _: None) -> int:
        """Make every vector of the store anew with this memory's embedder; return how many turns were embedded.

        The way to another embedder (`Memory.open(..., reembed=True)` accepts it). Interrupted, it goes on where it
        stopped when called again; until it is done, what has no vector is found by its words.
        """
        present, mark = self._present(None), embedder_mark(self._embedder)
        if self.store.setting(REEMBEDDING) != mark or self.store.setting(EMBEDDER) != mark:
            self.store.set_setting(REEMBEDDING, mark)
            for info in self.store.namespaces():
                self.store.drop_vectors(info.name)
                self._shelf.drop(info.name)
            self.store.set_setting(EMBEDDER, mark)
        total = 0
        for info in self.store.namespaces():
            writer = Writer(self.store, info.name, info.origin, self._embedder, None)
            total += writer.finish(now=lambda: present, tick=tick, lock=self._lock).interactions
        self.store.set_setting(REEMBEDDING, "")
        return total

    def namespaces(self) -> list[NamespaceInfo]:
        """Return every namespace of the store, by name."""
        return self.store.namespaces()

    def rename_namespace(self, old: str, new: str) -> None:
        """Rename a namespace; ids stay. NotFound: no `old`. InvalidInput: `new` exists."""
        with self._lock:
            self.store.rename_namespace(old, checked_namespace(new))
            self._left(old)
            if old == self.namespace:
                self.namespace = new

    def erase_namespace(self, name: str) -> Forgotten:
        """Delete a namespace with everything in it. NotFound: there is none."""
        with self._lock:
            gone = self.store.erase_namespace(name)
            self._left(name)
        return gone

    def backup(self, path: str | Path) -> None:
        """Write a consistent copy of the whole store to a new file, and check its integrity."""
        self.store.backup(Path(path))

    def check(self) -> list[str]:
        """Return what an integrity check of the store finds wrong, in words; empty when sound."""
        return self.store.check()

    def close(self) -> None:
        """Stop the worker after the chunk at hand (the rest stays pending), keep snapshots, close the store.

        Closing twice is a no-op.
        """
        if self._closed:
            return
        self._closed = True
        self._stop_worker()
        with suppress(StoreError):
            self._shelf.save()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- shared by the verbs ----------------------------------------------------------------------------------------

    def _present(self, now: datetime | None) -> datetime:
        return checked_instant(now, what="now") or datetime.now(UTC)

    def _writing(self, present: datetime) -> Writer:
        """Return the writer of this namespace, which exists from here on, as does the mark of its embedder."""
        if self._writer is None:
            info = self.store.create_namespace(self.namespace, now=present)
            self.store.set_setting(EMBEDDER, embedder_mark(self._embedder), replace=False)
            self._writer = Writer(self.store, self.namespace, info.origin, self._embedder, self._extractor)
        return self._writer

    def _background(self, writer: Writer) -> Worker:
        if self._worker is None:
            # A writer of its own: its book of names must not be shared between threads.
            own = replace(writer)
            self._worker = Worker(own, clock=lambda: datetime.now(UTC), lock=self._lock)
        return self._worker

    def _resume_in_background(self) -> None:
        """Finish what a crash left pending, if this memory may write and somebody wrote here before."""
        info = None if self._read_only else self.store.namespace(self.namespace)
        stage: str = "facts" if self._extractor is not None else "vectors"
        if info is None or self.store.setting(EMBEDDER) != embedder_mark(self._embedder):
            return
        if self.store.pending(self.namespace, stage=stage, top_k=1):  # type: ignore[arg-type] # one of the two literals
            self._background(self._writing(self._present(None))).wake()

    def _names_changed(self) -> None:
        """Let go of everything derived from names or texts that may be gone."""
        self._shelf.drop(self.namespace)
        if self._writer is not None:
            self._writer.links.reset()
        if self._worker is not None:
            self._worker.names_changed()

    def _left(self, namespace: str) -> None:
        self._shelf.drop(namespace)
        if namespace == self.namespace:
            self._stop_worker()
            self._writer = None

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


def _receipt(done: Drawn) -> Remembered:
    return Remembered(interactions=done.interactions, entities=done.entities, facts=done.facts, degraded=done.degraded)
