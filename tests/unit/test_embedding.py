"""What an embedder answers is checked once, for all who ask."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from graphmem import Entity, Fact, Memory, Message
from graphmem.embedding import AskedOnce, embedded, embedded_question, question_tokens, tokens_of
from graphmem.errors import ModelError, ModelOutputInvalid
from graphmem.learn.meaning import meanings
from graphmem.ports import Vectors
from graphmem.read.channels import Channels
from graphmem.token_ports import TokenVectors
from graphmem.write.resolve import NameBook
from tests.conftest import WHEN


class _Told:
    """An embedder that answers with whatever it is told to answer."""

    name, revision, dimension = "told", "1", 2

    def __init__(self, answer: Callable[[int], Any]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.answer(len(texts))  # type: ignore[no-any-return] # some answers are no vectors

    def embed_question(self, text: str) -> Vectors:
        self.asked.append(text)
        return self.answer(1)[0]  # type: ignore[no-any-return] # as above

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [self.embed_question_tokens(text) for text in texts]

    def embed_question_tokens(self, _: str) -> TokenVectors:
        return TokenVectors(self.answer(1), ((0, 1),))


def _failing(_: int) -> Any:
    raise RuntimeError("out of memory")


def _sound(count: int) -> Any:
    return np.tile(np.array([0.6, 0.8], dtype=np.float32), (count, 1))


WRONG: list[Callable[[int], Any]] = [
    lambda n: np.full((n, 2), np.nan),
    lambda n: np.full((n, 2), np.inf, dtype=np.float32),
    lambda n: np.full((n, 2), 1e300),
    lambda n: np.ones((n, 3)),
    lambda n: np.ones((n + 1, 2, 1)),
    lambda n: [["a", "b"]] * n,
    lambda n: [[1.0] * (place + 1) for place in range(n + 1)],
]


@pytest.mark.parametrize("answer", WRONG, ids=["nan", "inf", "too great", "longer", "deeper", "texts", "ragged"])
def test_no_vectors_are_refused_whoever_asks(answer: Callable[[int], Any]) -> None:
    """Numbers that are not finite, of another shape or none at all reach neither an index nor a store."""
    wrong = _Told(answer)
    for ask in (
        lambda: embedded(wrong, ["a", "b"]),
        lambda: embedded_question(wrong, "a"),
        lambda: meanings(wrong, ["Book a table"]),
        lambda: NameBook(embedder=wrong).load([Entity(id="1", name="Ada"), Entity(id="2", name="Bob")]),
    ):
        with pytest.raises(ModelOutputInvalid, match="told returned"):
            ask()


@pytest.mark.parametrize("answer", WRONG[:3])
def test_token_vectors_are_finite(answer: Callable[[int], Any]) -> None:
    """Token vectors are looked at, too: one for each piece of the text, in finite numbers."""
    wrong = _Told(answer)
    for ask in (lambda: tokens_of(wrong, ["a"]), lambda: question_tokens(wrong, "a")):
        with pytest.raises(ModelOutputInvalid, match="finite"):
            ask()
    with pytest.raises(ModelOutputInvalid, match="shape"):
        question_tokens(_Told(lambda _: np.ones((3, 2))), "a")


def test_an_embedder_that_raises_is_a_model_error() -> None:
    """Whatever a model raises comes as a ModelError that says what failed, with the cause."""
    with pytest.raises(ModelError, match=r"told failed \(RuntimeError: out of memory") as caught:
        embedded(_Told(_failing), ["a"])
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert embedded(_Told(_failing), []).shape == (0, 2)


def test_lists_and_doubles_are_vectors() -> None:
    """Rows of numbers of any precision are taken, and made float32."""
    told = embedded(_Told(lambda n: [[0.6, 0.8]] * n), ["a", "b"])
    assert (told.dtype.name, told.shape) == ("float32", (2, 2))
    assert AskedOnce(_Told(_sound)).embed(["a"]).tolist() == _sound(1).tolist()


def test_a_failing_embedder_loses_nothing_and_learns_nothing_wrong() -> None:
    """With an embedder that breaks later, what is told stays, questions go by words, lessons are refused in words."""
    model = _Told(_sound)
    with Memory.open(":memory:", embedder=model, extractor=None) as memory:
        memory.remember([Message("A heron by the river.", at=WHEN), Fact("Ada", "likes", "tea")])
        query = memory.query("Watch birds")
        for answer in (_failing, WRONG[0], WRONG[3]):
            model.answer = answer
            assert [d.what for d in memory.recall("heron").degraded] == ["searched by words alone"]
            told = {"remember": "A cello.", "query": "Play", "insight": "Be early.", "guidance": "Play"}
            for verb, text in told.items():
                with pytest.raises(ModelError, match="told"):
                    getattr(memory, verb)(text)
            with pytest.raises(ModelError, match="told"):
                query.step("Looked for a heron.")
        assert memory.insights() == []
        model.answer = _sound
        assert memory.resume().interactions == memory.stats().interactions - 1
        assert query.close(outcome="success").outcome == "success"


def test_a_question_is_embedded_once() -> None:
    """With channels on, recall's ranking and the channels share one vector of the question."""
    model = _Told(_sound)
    with Memory.open(":memory:", embedder=model, extractor=None) as memory:
        memory.remember(Message("A heron by the river.", at=WHEN))
        memory.channels = Channels(retention=0.5)
        assert len(memory.recall("heron by the river")) == 1
        assert model.asked == ["heron by the river"]
