"""An embedder that remembers on disk what it has computed, for jobs that embed the same texts again and again."""

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graphmem.errors import ModelUnavailable
from graphmem.ports import Embedder, Vectors

__all__ = ["BUSY_SECONDS", "CachedEmbedder", "looked_up", "statements_of", "use_wal"]

_V = TypeVar("_V")

#: Seconds to wait while another process writes.
BUSY_SECONDS = 60.0
#: Texts looked up, computed and saved together: what a killed job loses at most.
CHUNK = 2_048


class CachedEmbedder:
    """An `Embedder` over another one whose vectors are kept in `directory`, safe for threads and processes.

    A vector is found by the sha256 of the model's name and revision, whether the text is a question, and the text;
    so one directory serves several models, and a changed model finds nothing of its old self.

    Args:
        inner: who computes what is not there.
        directory: where `embeddings.sqlite` lies; made if need be. It may be deleted at any time.

    Raises: ModelUnavailable: the cache cannot be opened, read or written; the message names the file.
    """

    def __init__(self, inner: Embedder, directory: Path) -> None:
        self._inner = inner
        self._path = directory / "embeddings.sqlite"
        self._sql = statements_of("cache.sql")
        self._lock = threading.Lock()
        self._dtype = np.dtype("<f4")
        directory.mkdir(parents=True, exist_ok=True)
        with self._explained():
            self._base = sqlite3.connect(self._path, timeout=BUSY_SECONDS, check_same_thread=False)
            use_wal(self._base)
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.execute(self._sql["create"])

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self._inner.name

    @property
    def revision(self) -> str:
        """The inner model's revision."""
        return self._inner.revision

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return n x d float32, unit rows, in the order of the texts; only unknown texts are computed."""
        out: Vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, vector in enumerate(looked_up(texts, key=self._key, find=self._find, make=self._made)):
            out[row] = vector
        return out

    def _made(self, missing: Mapping[str, str]) -> dict[str, npt.NDArray[np.float32]]:
        computed = dict(zip(missing, self._inner.embed(list(missing.values())), strict=True))
        self._put(computed)
        return computed

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        """Return d float32, unit length: a question, by the inner model's way with questions."""
        key = self._key(text, question=True)
        known = self._find([key])
        if key not in known:
            known = {key: self._inner.embed_question(text)}
            self._put(known)
        return known[key]

    def close(self) -> None:
        """Release the file; closing twice is a no-op."""
        with self._lock:
            self._base.close()

    def _key(self, text: str, *, question: bool = False) -> str:
        parts = json.dumps([self._inner.name, self._inner.revision, question, text])
        return hashlib.sha256(parts.encode("utf-8")).hexdigest()

    def _find(self, keys: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        with self._lock, self._explained():
            rows = self._base.execute(self._sql["find"], {"keys": json.dumps(keys)}).fetchall()
        size = self.dimension * self._dtype.itemsize
        return {key: np.frombuffer(raw, self._dtype).astype(np.float32) for key, raw in rows if len(raw) == size}

    def _put(self, vectors: Mapping[str, npt.NDArray[np.float32]]) -> None:
        rows = [{"key": key, "vector": vector.astype(self._dtype).tobytes()} for key, vector in vectors.items()]
        with self._lock, self._explained(), self._base:
            self._base.executemany(self._sql["put"], rows)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as err:
            raise ModelUnavailable(f"the cache of embeddings {self._path} failed ({err}); it may be deleted") from err


def looked_up(
    texts: Sequence[str],
    *,
    key: Callable[[str], str],
    find: Callable[[Sequence[str]], dict[str, _V]],
    make: Callable[[Mapping[str, str]], dict[str, _V]],
) -> Iterator[_V]:
    """Yield a value per text, in order: what is found by its key, the rest made, `CHUNK` texts at a time.

    Args:
        texts: any; a text that comes twice is made once.
        key: of a text.
        find: values by key, of those that are there.
        make: of texts by key, their values by key; it keeps them.
    """
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        keys = list(map(key, chunk))
        known = find(keys)
        if missing := {k: text for k, text in zip(keys, chunk, strict=True) if k not in known}:
            known |= make(missing)
        yield from (known[k] for k in keys)


def use_wal(base: sqlite3.Connection, *, seconds: float = BUSY_SECONDS) -> None:
    """Switch a file to the write-ahead log. SQLite does not wait for others who open it just now: we do.

    Raises: sqlite3.OperationalError: somebody else wrote for longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            base.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as err:
            if err.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
            time.sleep(0.02)
        else:
            return


def statements_of(file: str) -> dict[str, str]:
    """Return the statements of a file of this package's data by name."""
    text = (Path(__file__).parent / "data" / file).read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in text.split("-- name: ")[1:]]
    return {name.strip(): statement.strip() for name, _, statement in parts}
