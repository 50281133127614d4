"""A token embedder that remembers on disk what it has told, for jobs that read the same texts again and again."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from graphmem.errors import ModelUnavailable
from graphmem.models.cache import BUSY_SECONDS, CachedEmbedder, looked_up, statements_of, use_wal
from graphmem.token_ports import TokenEmbedder, TokenVectors

__all__ = ["CachedTokenEmbedder"]


class CachedTokenEmbedder(CachedEmbedder):
    """A `TokenEmbedder` over another one; token vectors are kept as float16 in a file of their own, `tokens.sqlite`.

    Raises: ModelUnavailable: a file cannot be opened, read or written.
    """

    def __init__(self, inner: TokenEmbedder, directory: Path) -> None:
        super().__init__(inner, directory)
        self._tokens = inner
        self._file = directory / "tokens.sqlite"
        self._statements = statements_of("token_embeddings.sql")
        self._guard = threading.Lock()
        with self._told():
            self._kept = sqlite3.connect(self._file, timeout=BUSY_SECONDS, check_same_thread=False)
            use_wal(self._kept)
            self._kept.execute(self._statements["create"])

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the token vectors of each text, in the order of the texts; only unknown texts are computed."""
        return list(looked_up(texts, key=self._key, find=self._look_up, make=self._tokens_made))

    def _tokens_made(self, missing: Mapping[str, str]) -> dict[str, TokenVectors]:
        return self._keep(dict(zip(missing, self._tokens.embed_tokens(list(missing.values())), strict=True)))

    def embed_question_tokens(self, text: str) -> TokenVectors:
        """Return the token vectors of a question."""
        key = self._key(text, question=True)
        known = self._look_up([key])
        return known[key] if known else self._keep({key: self._tokens.embed_question_tokens(text)})[key]

    def close(self) -> None:
        """Release the files; closing twice is a no-op."""
        super().close()
        self._kept.close()

    def _look_up(self, keys: Sequence[str]) -> dict[str, TokenVectors]:
        with self._guard, self._told():
            rows = self._kept.execute(self._statements["find"], {"keys": json.dumps(list(keys))}).fetchall()
        return {key: self._read(spans, vectors) for key, spans, vectors in rows}

    def _keep(self, told: dict[str, TokenVectors]) -> dict[str, TokenVectors]:
        """Keep new ones, and return them as they will be read again."""
        rows = [(key, json.dumps(one.spans), one.vectors.astype("<f2").tobytes()) for key, one in told.items()]
        named = [dict(zip(("key", "spans", "vectors"), row, strict=True)) for row in rows]
        with self._guard, self._told(), self._kept:
            self._kept.executemany(self._statements["put"], named)
        return {key: self._read(spans, vectors) for key, spans, vectors in rows}

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as err:
            raise ModelUnavailable(f"the cache of token vectors {self._file} failed ({err})") from err

    def _read(self, spans: str, vectors: bytes) -> TokenVectors:
        matrix = np.frombuffer(vectors, "<f2").reshape(-1, self.dimension).astype(np.float32)
        return TokenVectors(matrix, tuple((start, end) for start, end in json.loads(spans)))
