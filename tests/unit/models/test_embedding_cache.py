"""The cache of embeddings: the same vectors, computed once, by any number of processes."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from graphmem.errors import ModelUnavailable
from graphmem.models.cache import CachedEmbedder
from graphmem.ports import Embedder, Vectors
from graphmem.testing.models import FailingEmbedder

TEXTS = ["one", "two", "", "three \ud800", "one"]


class Renamed:
    """The same model under another revision, as after a change of its weights."""

    def __init__(self, inner: Embedder) -> None:
        self.inner = inner
        self.name, self.revision, self.dimension = inner.name, "another", inner.dimension
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return self.inner.embed(texts)

    def embed_question(self, text: str) -> npt.NDArray[np.float32]:
        return self.inner.embed_question(text)


def test_it_changes_nothing(embedder: Embedder, tmp_path: Path) -> None:
    """Computed or found, a vector is the inner embedder's, bit for bit."""
    cached = CachedEmbedder(embedder, tmp_path / "new" / "folder")
    expected = embedder.embed(TEXTS)
    np.testing.assert_array_equal(cached.embed(TEXTS), expected)
    np.testing.assert_array_equal(cached.embed(TEXTS[::-1]), expected[::-1])
    np.testing.assert_array_equal(cached.embed_question("one"), embedder.embed_question("one"))
    assert cached.embed([]).shape == (0, embedder.dimension)
    assert (cached.name, cached.revision, cached.dimension) == (embedder.name, embedder.revision, embedder.dimension)
    cached.close()


def test_what_is_known_is_not_computed(embedder: Embedder, tmp_path: Path) -> None:
    """A second job finds all that the first computed, without a call to the model."""
    first = CachedEmbedder(embedder, tmp_path)
    first.embed(TEXTS)
    first.embed_question("why?")
    first.close()
    second = CachedEmbedder(FailingEmbedder(embedder, calls=0), tmp_path)
    second.embed(TEXTS)
    second.embed_question("why?")
    with pytest.raises(ModelUnavailable):
        second.embed(["new"])
    with pytest.raises(ModelUnavailable):
        second.embed_question("one")  # known as a text, not as a question
    second.close()


def test_another_state_of_the_model_finds_nothing(embedder: Embedder, tmp_path: Path) -> None:
    """Vectors belong to a name and a revision; a changed model never gets those of its old self."""
    first = CachedEmbedder(embedder, tmp_path)
    first.embed(["one"])
    changed = Renamed(embedder)
    second = CachedEmbedder(changed, tmp_path)
    second.embed(["one", "one"])
    assert changed.asked == ["one"]
    first.close()
    second.close()


def test_processes_share_it(embedder: Embedder, tmp_path: Path) -> None:
    """Two processes that write one cache at the same time both end well, and what they wrote is there."""
    job = (
        "import sys; from pathlib import Path; from graphmem.models.cache import CachedEmbedder;"
        "from graphmem.models.registry import load_embedder;"
        "cache = CachedEmbedder(load_embedder(threads=1), Path(sys.argv[1]));"
        "[cache.embed([f'{sys.argv[2]} {i}', f'common {i}']) for i in range(20)]"
    )
    jobs = [subprocess.Popen([sys.executable, "-c", job, str(tmp_path), name]) for name in ("left", "right")]
    assert [j.wait(timeout=120) for j in jobs] == [0, 0]
    cached = CachedEmbedder(FailingEmbedder(embedder, calls=0), tmp_path)
    assert cached.embed([f"{name} {i}" for name in ("left", "right", "common") for i in range(20)]).shape[0] == 60
    cached.close()


def test_a_broken_file_is_named(embedder: Embedder, tmp_path: Path) -> None:
    """A cache that is no cache is refused with its path, and may be deleted."""
    (tmp_path / "embeddings.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(ModelUnavailable, match=r"embeddings\.sqlite.*may be deleted"):
        CachedEmbedder(embedder, tmp_path)
