"""The housekeeping verbs of a memory: finishing, re-embedding, namespaces, backup, closing."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Literal, Self

from graphmem.arguments import checked_verbs
from graphmem.chat import ChatModel
from graphmem.errors import StoreError
from graphmem.learn.renewal import embed_nodes
from graphmem.model import Forgotten, NamespaceInfo, Remembered, Rerank
from graphmem.ports import Embedder, Extractor, SearchingStore, Store
from graphmem.read.beyond import LIMIT, Beyond
from graphmem.read.shelf import Shelf
from graphmem.read.tokens import TokenBook, checked_rerank
from graphmem.text.slots import Slots, shipped_slots
from graphmem.token_ports import TokenCache
from graphmem.write.admit import checked_instant, checked_namespace
from graphmem.write.models import EMBEDDER, REEMBEDDING, embedder_mark, fits, refuse_mismatch
from graphmem.write.worker import Worker
from graphmem.write.writer import Drawn, Writer

__all__ = ["Upkeep", "logged"]

_log = logging.getLogger("graphmem")


def logged(action: str, namespace: str, started: float, **counts: int) -> None:
    """Write the one log record of a verb: its name, namespace, counts and milliseconds; never a memory's text."""
    took = round(1000 * (perf_counter() - started), 1)
    _log.info(action, extra={"action": action, "namespace": namespace, "ms": took, **counts})


@checked_verbs
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
        index_limit: int = LIMIT,
        slots: Slots | None = None,
        chat: ChatModel | None = None,
        tokens: TokenCache | None = None,
        rerank: Rerank | None = None,
    ) -> None:
        """Compose a memory from parts; `Memory.open` is the short way."""
        self.store = store
        self.namespace = checked_namespace(namespace)
        self._embedder = embedder
        self._extractor = extractor
        self._read_only = read_only
        self._slots = slots or shipped_slots()
        self._chat = chat
        self._tokens = TokenBook(store, embedder, tokens) if tokens is not None else None
        self._rerank = checked_rerank(rerank, embedder=embedder)
        self._shelf = Shelf(store, folder=snapshots, writable=not read_only, limit=index_limit)
        self._lock = threading.RLock()
        self._consolidating = threading.RLock()
        self._writer: Writer | None = None
        self._worker: Worker | None = None
        self._closed = False
        self._borrows = False
        self._home = self.namespace
        self._siblings: set[Upkeep] = set()

    def sibling(self, namespace: str) -> Self:
        """Return a memory of another namespace of the same store, with the same models and indexes: cheap to make.

        Closing it ends its own worker, lets go of its index and leaves the store open; closing the memory it is of
        closes it, too.
        """
        other = copy(self)  # what is shared stays the same object, the set of siblings included
        other._begin_anew(checked_namespace(namespace))
        self._siblings.add(other)
        other._resume_in_background()
        return other

    def _begin_anew(self, namespace: str) -> None:
        """Be a sibling of another namespace: let go of all that is one namespace's own. Subclasses add theirs."""
        self.namespace = namespace
        self._lock, self._consolidating = threading.RLock(), threading.RLock()
        self._writer = self._worker = None
        self._borrows, self._closed = True, False

    @property
    def embedder(self) -> Embedder:
        """What makes this memory's vectors."""
        return self._embedder

    def resume(self, *, tick: Callable[[int], None] = lambda _: None) -> Remembered:
        """Finish every pending interaction here and now; `tick` is told how many each chunk worked on."""
        with self._lock:
            writer = self._writing(self._present(None))
        done = writer.finish(now=lambda: self._present(None), tick=tick, lock=self._lock)
        return _receipt(done)

    def flush(self) -> Remembered:
        """Wait for the background worker, and return what it did since the last flush; raises what stopped it."""
        worker = self._worker  # another thread may let go of it meanwhile
        return _receipt(worker.flush() if worker is not None else Drawn())

    def reembed(self, *, tick: Callable[[int], None] = lambda _: None) -> int:
        """Make every vector of the store anew with this memory's embedder; return how many turns were embedded.

        The way to another embedder (`Memory.open(..., reembed=True)` accepts it). Interrupted, it goes on where it
        stopped when called again; until it is done, what has no vector is found by its words.
        """
        present, mark = self._present(None), embedder_mark(self._embedder)
        if self.store.setting(REEMBEDDING) != mark or self.store.setting(EMBEDDER) != mark:
            self.store.set_setting(REEMBEDDING, mark)  # from here on no other embedder's vectors are taken
            for info in self.store.namespaces():
                self.store.drop_vectors(info.name)
                self._dropped(info.name)
            self.store.set_setting(EMBEDDER, mark)
        total = 0
        for info in self.store.namespaces():
            writer = Writer(self.store, info.name, info.origin, self._embedder, None)
            total += writer.finish(now=lambda: present, tick=tick, lock=self._lock).interactions
            embed_nodes(self.store, info.name, self._embedder, now=present)
        self.store.set_setting(REEMBEDDING, "")
        return total

    def build_index(self) -> int:
        """Read this namespace into the index now, not with the first recall, and return how many interactions it has.

        Opened with rerank="tokens", the token vectors that are missing are made and kept, too.

        Raises: StoreError: it is too large for one (`index_limit`).
        """
        with self._shelf.reading([self.namespace]) as (index,):
            if isinstance(index, Beyond):
                raise StoreError(
                    f"namespace {self.namespace!r} has {index.interactions} interactions, more than index_limit="
                    f"{index.limit}: `graphmem index --server` has the server search it"
                )
            if self._rerank == "tokens" and self._tokens is not None:
                self._tokens.begin(self.namespace, whole=True)
                self._tokens.fill(self.namespace)
            return len(index)

    def index_on_server(self, *, anew: bool = False, tick: Callable[[int], None] = lambda _: None) -> int:
        """Have the server index this namespace's vectors, from here on too; return how many were added.

        For a namespace that is too large for an index in process (`Memory.open(..., index_limit=)`): recall then looks
        candidates up on the server. Interrupted, call it again: it goes on where it was.

        Args:
            anew: drop an index of another dimension first.
            tick: told how many interactions each step looked at.

        Raises:
            StoreError: the store has no search of its own, or its index is of another dimension.
            NotFound: nothing was ever written here.
            ModelMismatch: the vectors are another embedder's.
        """
        if not isinstance(self.store, SearchingStore):
            raise StoreError(f"{self.store.location} has no search of its own; a memory on Neo4j has")
        refuse_mismatch(self.store, self._embedder)
        return self.store.make_searchable(self.namespace, dimension=self._embedder.dimension, anew=anew, tick=tick)

    def namespaces(self) -> list[NamespaceInfo]:
        """Return every namespace of the store, by name."""
        return self.store.namespaces()

    def rename_namespace(self, old: str, new: str) -> None:
        """Rename a namespace; ids stay. NotFound: no `old`. InvalidInput: `new` exists."""
        with self._consolidating, self._lock:  # what consolidates would go on under the old name
            self.store.rename_namespace(old, checked_namespace(new))
            self._left(old)
            if old == self.namespace:
                self.namespace = new
                self._resume_in_background()  # the worker that was at it wrote under the old name

    def erase_namespace(self, name: str) -> Forgotten:
        """Delete a namespace with everything in it. NotFound: there is none."""
        with self._consolidating, self._lock:
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
        if (worker := self._worker) is not None:  # another thread may let go of it meanwhile
            worker.stop()
        if self._borrows:
            self._siblings.discard(self)
            if self.namespace not in (self._home, *(other.namespace for other in list(self._siblings))):
                with suppress(StoreError):
                    self._shelf.release(self.namespace)
            return
        for sibling in list(self._siblings):
            sibling.close()
        with suppress(StoreError):
            self._shelf.save()
        if self._tokens is not None:
            self._tokens.close()
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
        """Return the writer of this namespace, which exists from here on. Call it with the lock held.

        Raises:
            ModelMismatch: another process has gone over to another embedder.
        """
        refuse_mismatch(self.store, self._embedder)
        origin = self.store.create_namespace(self.namespace, now=present).origin
        if self._writer is None or self._writer.origin != origin:  # or somebody renamed what had this name
            self._retire_worker()
            self._writer = Writer(self.store, self.namespace, origin, self._embedder, self._extractor, self._slots)
        return self._writer

    def _wake_worker(self, writer: Writer) -> None:
        """Leave what is pending to the worker. Call it with the lock held."""
        if self._worker is None:
            # A writer of its own: its book of names must not be shared between threads.
            self._worker = Worker(writer.twin(), clock=lambda: datetime.now(UTC), lock=self._lock)
        self._worker.wake()

    def _resume_in_background(self) -> None:
        """Finish what a crash left pending, if this memory may write and somebody wrote here before."""
        if self._read_only or self.store.namespace(self.namespace) is None or not fits(self.store, self._embedder):
            return
        if self._tokens is not None:
            self._tokens.settle(self.namespace)  # a crash may have come between forgetting and this
        stage: Literal["facts", "vectors"] = "facts" if self._extractor is not None else "vectors"
        with self._lock:
            if self.store.pending(self.namespace, stage=stage, top_k=1):
                self._wake_worker(self._writing(self._present(None)))

    def _names_changed(self) -> None:
        """Let go of everything derived from names or texts that may be gone."""
        self._shelf.forgotten(self.namespace)
        if self._tokens is not None:
            self._tokens.settle(self.namespace)
        if self._writer is not None:
            self._writer.links.reset()
        if self._worker is not None:
            self._worker.names_changed()

    def _begin_tokens(self) -> None:
        """Before a write: token vectors are kept of what is written from here on, where this memory compares them."""
        if self._rerank == "tokens" and self._tokens is not None:
            self._tokens.begin(self.namespace)

    def _fill_tokens(self) -> None:
        """After a write: make and keep the token vectors of what was written."""
        if self._rerank == "tokens" and self._tokens is not None:
            self._tokens.fill(self.namespace)

    def _dropped(self, namespace: str) -> None:
        self._shelf.drop(namespace)
        if self._tokens is not None:
            self._tokens.drop(namespace)

    def _left(self, namespace: str) -> None:
        self._dropped(namespace)
        if namespace == self.namespace:
            self._retire_worker()
            self._writer = None

    def _retire_worker(self) -> None:
        """Have the worker begin nothing more; with the lock held it is not at work, and is not waited for."""
        if self._worker is not None:
            self._worker.retire()
            self._worker = None


def _receipt(done: Drawn) -> Remembered:
    return Remembered(interactions=done.interactions, entities=done.entities, facts=done.facts, degraded=done.degraded)
