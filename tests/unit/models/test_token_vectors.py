"""Token vectors of the ONNX embedders, and the cache of them that benchmark runs use."""

from pathlib import Path

import numpy as np

from graphmem.models.token_embeddings import CachedTokenEmbedder
from graphmem.ports import Embedder
from graphmem.token_ports import TokenEmbedder

TEXTS = ["I moved to Lisbon.", "", "東京タワー", "a " * 700, "I moved to Lisbon."]


def test_every_piece_has_a_unit_vector_and_its_place(embedder: Embedder) -> None:
    """Special tokens are left out, spans are the pieces' own characters, rows have unit length and no batch shows."""
    assert isinstance(embedder, TokenEmbedder)
    found = embedder.embed_tokens(TEXTS)
    assert [TEXTS[0][a:b] for a, b in found[0].spans] == ["I", "moved", "to", "Lisbon", "."]
    assert [one.vectors.shape for one in found[:2]] == [(5, 384), (0, 384)]
    assert len(found[3].vectors) == 254
    for one in found:
        assert one.vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(one.vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(found[0].vectors, embedder.embed_tokens([TEXTS[0]])[0].vectors, atol=1e-5)
    assert embedder.embed_tokens([]) == []


def test_a_question_is_read_once_for_vector_and_tokens(embedder: Embedder) -> None:
    """A question's vector is the same before and after its tokens are asked for, and another question's is its own."""
    assert isinstance(embedder, TokenEmbedder)
    first = embedder.embed_question("Where is Ada?")
    tokens = embedder.embed_question_tokens("Where is Ada?")
    assert tokens.spans == ((0, 5), (6, 8), (9, 12), (12, 13))
    np.testing.assert_array_equal(first, embedder.embed_question("Where is Ada?"))
    other = embedder.embed_question("Who is Ben?")
    assert float(first @ other) < 0.9
    np.testing.assert_allclose(other, embedder.embed(["Who is Ben?"])[0], atol=1e-6)


def test_the_cache_tells_the_same_again(embedder: Embedder, tmp_path: Path) -> None:
    """Found again, token vectors are those of the first time, to half precision, spans included."""
    assert isinstance(embedder, TokenEmbedder)
    with_file = [CachedTokenEmbedder(embedder, tmp_path) for _ in range(2)]
    first, again = (one.embed_tokens(TEXTS) for one in with_file)
    for one, other, inner in zip(first, again, embedder.embed_tokens(TEXTS), strict=True):
        np.testing.assert_array_equal(one.vectors, other.vectors)
        np.testing.assert_allclose(one.vectors, inner.vectors, atol=1e-3)
        assert one.spans == other.spans == inner.spans
    questions = [one.embed_question_tokens("Where is Ada?") for one in with_file]
    assert questions[0].spans == questions[1].spans == ((0, 5), (6, 8), (9, 12), (12, 13))
    np.testing.assert_array_equal(questions[0].vectors, questions[1].vectors)
    for one in with_file:
        one.close()
        one.close()
