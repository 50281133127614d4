"""A SQLite file of packed token vectors: what `recall(rerank="tokens")` compares, so that no text is encoded twice."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from graphmem.errors import StoreError
from graphmem.models.cache import BUSY_SECONDS, statements_of, use_wal
from graphmem.token_ports import TokenHead, TokenRow

__all__ = ["SqliteTokenCache"]


class SqliteTokenCache:
    """A `TokenCache` in one file, safe for threads and processes; it is made with the first row.

    Args:
        path: the file, None keeps everything in memory. It may be deleted while nobody has it open.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._sql = statements_of("tokens.sql")
        self._lock = threading.RLock()
        self._base: sqlite3.Connection | None = None

    def head(self, namespace: str) -> TokenHead | None:
        """Return what is held of a namespace, None where nothing ever was."""
        with self._reading() as base:
            row = base.execute(self._sql["head"], {"namespace": namespace}).fetchone() if base else None
        return TokenHead(*row) if row else None

    def start(self, namespace: str, head: TokenHead) -> None:
        """Begin anew: delete the namespace's rows and set its head."""
        told = {"namespace": namespace, "birth": head.birth, "model": head.model, "seq": head.seq}
        with self._writing() as base:
            gone = base.execute(self._sql["drop_rows"], {"namespace": namespace}).rowcount
            base.execute(self._sql["set_head"], told)
        self._overwritten(gone)

    def find(self, namespace: str, interactions: Sequence[str]) -> list[TokenRow]:
        """Return the rows there are of these interactions, in any order."""
        with self._reading() as base:
            told = {"namespace": namespace, "ids": json.dumps(list(interactions))}
            rows = base.execute(self._sql["find"], told).fetchall() if base else []
        return [TokenRow(*row) for row in rows]

    def put(self, namespace: str, rows: Sequence[TokenRow], *, seq: int) -> bool:
        """Add or replace rows; False, and nothing done, where the head is not (any more) at `seq`."""
        told = [
            {"namespace": namespace, "interaction": r.interaction, "arrival": r.arrival, "tokens": r.tokens}
            for r in rows
        ]
        with self._writing() as base:
            row = base.execute(self._sql["head"], {"namespace": namespace}).fetchone()
            if row is None or row[2] != seq:
                return False
            base.executemany(self._sql["put"], told)
        return True

    def forget(self, namespace: str, *, gone: Sequence[str], told: Sequence[tuple[str, int]], seq: int) -> None:
        """Delete the rows of `gone` and of other arrivals than `told`, and move the head to `seq`."""
        with self._writing() as base:
            ids = json.dumps(list(gone))
            count = base.execute(self._sql["forget"], {"namespace": namespace, "ids": ids}).rowcount
            for interaction, arrival in told:
                row = {"namespace": namespace, "interaction": interaction, "arrival": arrival}
                count += base.execute(self._sql["outdated"], row).rowcount
            base.execute(self._sql["set_seq"], {"namespace": namespace, "seq": seq})
        self._overwritten(count)

    def drop(self, namespace: str) -> None:
        """Delete all of a namespace, head and rows; no file is made for it."""
        if self.head(namespace) is None:
            return
        with self._writing() as base:
            count = base.execute(self._sql["drop_rows"], {"namespace": namespace}).rowcount
            base.execute(self._sql["drop_head"], {"namespace": namespace})
        self._overwritten(count)

    def size(self, namespace: str) -> tuple[int, int]:
        """Return how many rows there are of a namespace, and their bytes."""
        with self._reading() as base:
            row = base.execute(self._sql["size"], {"namespace": namespace}).fetchone() if base else (0, 0)
        return int(row[0]), int(row[1])

    def close(self) -> None:
        """Release the file; closing twice is a no-op."""
        with self._lock:
            if self._base is not None:
                self._base.close()
                self._base = None

    def _overwritten(self, rows: int) -> None:
        """Have nothing of deleted rows left beside the file, either; other readers may put that off."""
        if rows and self._path is not None:
            with self._lock, self._explained():
                assert self._base is not None
                self._base.execute(self._sql["empty_journal"]).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Lend the connection, None while there is no file: looking makes none."""
        with self._lock, self._explained():
            there = self._base is not None or (self._path is not None and self._path.exists())
            yield self._opened() if there else None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explained():
            base = self._opened()
            base.execute("BEGIN IMMEDIATE")
            try:
                yield base
            except BaseException:
                base.rollback()
                raise
            base.commit()

    def _opened(self) -> sqlite3.Connection:
        if self._base is None:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            place = ":memory:" if self._path is None else str(self._path)
            base = sqlite3.connect(place, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
            try:
                use_wal(base)
                for name in ("haste", "overwrite", "create_heads", "create_rows"):
                    base.execute(self._sql[name])
            except BaseException:
                base.close()
                raise
            self._base = base
        return self._base

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as err:
            raise StoreError(f"the cache of token vectors {self._path} failed ({err}); it may be deleted") from err
