"""Caches that several processes open and write at the same moment."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from graphmem.models.cache import CachedEmbedder
from graphmem.models.token_cache import SqliteTokenCache
from graphmem.models.token_embeddings import CachedTokenEmbedder
from graphmem.ports import Embedder
from graphmem.token_ports import TokenHead, TokenRow

HEAD = TokenHead(birth="user/ada", model="minilm", seq=3)
CACHES: dict[str, tuple[str, Callable[[Embedder, Path], None]]] = {
    "embeddings": ("embeddings.sqlite", lambda e, folder: CachedEmbedder(e, folder).close()),
    "token embeddings": ("tokens.sqlite", lambda e, folder: CachedTokenEmbedder(e, folder).close()),  # type: ignore[arg-type] # it is one
    "token vectors": ("tokens.sqlite", lambda _, folder: SqliteTokenCache(folder / "tokens.sqlite").start("ada", HEAD)),
}


@pytest.mark.parametrize("cache", CACHES)
def test_who_opens_a_new_cache_waits_for_whoever_makes_it(cache: str, embedder: Embedder, tmp_path: Path) -> None:
    """A file that another process is just making, not in the log's mode yet, is waited for and used."""
    name, used = CACHES[cache]
    maker = sqlite3.connect(tmp_path / name, isolation_level=None, check_same_thread=False)
    maker.execute("BEGIN IMMEDIATE")
    maker.execute("CREATE TABLE made_by_another (x)")
    done = threading.Timer(0.2, maker.execute, args=("COMMIT",))
    done.start()
    used(embedder, tmp_path)
    done.join()
    maker.close()
    again = sqlite3.connect(tmp_path / name)
    assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    again.close()


def test_who_is_behind_does_not_bring_back_what_was_forgotten(tmp_path: Path) -> None:
    """Vectors of a text that another process has seen forgotten meanwhile are not kept."""
    slow, fast = SqliteTokenCache(tmp_path / "tokens.sqlite"), SqliteTokenCache(tmp_path / "tokens.sqlite")
    slow.start("ada", HEAD)
    fast.forget("ada", gone=["secret"], told=[], seq=5)
    slow.forget("ada", gone=[], told=[("secret", 1)], seq=4)
    assert not slow.put("ada", [TokenRow("secret", 1, b"\x00")], seq=4)
    head = fast.head("ada")
    assert head is not None
    assert (head.seq, fast.find("ada", ["secret"])) == (5, [])
    slow.close()
    fast.close()
