"""Token vectors: packed, compared, kept by interaction, and never longer than the interaction itself."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from graphmem.errors import InvalidInput
from graphmem.model import Interaction
from graphmem.models.token_cache import SqliteTokenCache
from graphmem.ports import Selection
from graphmem.read.rank import Ranking
from graphmem.read.tokens import TokenBook, best_cosines, checked_rerank, packed, question_words, token_embedder
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.models import FailingEmbedder

NS = "user/ada"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def unit(rows, dimension, seed):
    found = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("dimension", [1, 7, 384])
def test_packing_keeps_cosines(dimension):
    """Four bits a dimension, odd or even, keep the best cosine of every token to a few hundredths; no tokens: nan."""
    texts, question = [unit(n, dimension, n) for n in (3, 1, 0, 12)], unit(4, dimension, 99)
    raw = [packed(text) for text in texts]
    assert [len(one) for one in raw] == [n * ((dimension + 1) // 2) for n in (3, 1, 0, 12)]
    found = best_cosines(raw, question)
    assert np.isnan(found[2]).all()
    for n in (0, 1, 3):
        assert np.allclose(found[n], (texts[n] @ question.T).max(axis=0), atol=0.08 if dimension < 99 else 0.04)
    assert best_cosines([], question).shape == (0, 4)


def test_packing_again_changes_nothing():
    """What was unpacked and packed again is the same, byte by byte; a vector of zeros stays one."""
    vectors = np.concatenate([unit(5, 8, 1), np.zeros((1, 8), dtype=np.float32)])
    raw = np.frombuffer(packed(vectors), dtype=np.uint8).reshape(6, 4)
    numbers = np.concatenate([raw & 15, raw >> 4], axis=1).astype(np.float32) - 8
    assert not numbers[5].any()
    assert packed(numbers / 7) == raw.tobytes()


def test_pieces_take_their_word():
    """Every word piece has the terms of its whole word; stop words, punctuation and blanks have none."""
    assert question_words("Did Ada kayak?", [(0, 3), (4, 7), (8, 10), (10, 13), (13, 14)]) == [
        (), ("ada",), ("kayak",), ("kayak",), ()
    ]  # fmt: skip
    assert question_words("", []) == []


def test_an_embedder_without_tokens_is_refused_with_the_mend(embedder):
    """Who cannot tell token vectors is named, with what to do; so is a way of ranking that there is none of."""
    assert token_embedder(embedder) is embedder
    with pytest.raises(InvalidInput, match=r"tells none: open the memory with the built-in embedder"):
        checked_rerank("tokens", embedder=FailingEmbedder(embedder, calls=9))
    with pytest.raises(InvalidInput, match="give 'tokens', 'off' or None"):
        checked_rerank("cross", embedder=embedder)


def test_a_ranking_without_token_signals_is_refused():
    """A ranking's variant is taken where one ships; one that weighs no token is refused, naming others."""
    assert Ranking.comparing_tokens().name == "learned-tokens"
    assert Ranking.comparing_tokens("learned-open").name == "learned-open-tokens"
    assert not Ranking.load().reads_tokens
    with pytest.raises(InvalidInput, match=r"hybrid weighs neither .*learned-tokens"):
        Ranking.comparing_tokens("hybrid")


class Counting:
    """The real embedder; it counts the texts whose tokens it is asked for."""

    def __init__(self, inner):
        self._inner, self.asked = inner, []
        self.name, self.revision, self.dimension = inner.name, inner.revision, inner.dimension

    def embed(self, texts):
        return self._inner.embed(texts)

    def embed_question(self, text):
        return self._inner.embed_question(text)

    def embed_tokens(self, texts):
        self.asked += texts
        return self._inner.embed_tokens(texts)

    def embed_question_tokens(self, text):
        return self._inner.embed_question_tokens(text)


@pytest.fixture
def store():
    with SqliteStore.open(":memory:") as opened:
        yield opened


@pytest.fixture
def book(store, embedder, tmp_path):
    counting = Counting(embedder)
    cache = SqliteTokenCache(tmp_path / "tokens.sqlite")
    yield TokenBook(store, counting, cache), cache, counting
    cache.close()


def tell(store, *texts, id_="t", role=None):
    told = [
        Interaction(id=f"{id_}{n}", session="s", kind="message", text=text, at=NOW, role=role)
        for n, text in enumerate(texts)
    ]
    store.admit(NS, told, now=NOW)
    return {i.id: i.arrival for i in store.interactions(NS, [i.id for i in told])}


def test_what_is_known_is_not_encoded_again(store, book):
    """Vectors are made when they are first asked for; a long reply has none, and is not asked about again, either."""
    pages, _, counting = book
    wanted = tell(store, "I bought a kayak.", "It is red.") | tell(store, "word " * 90, id_="reply", role="assistant")
    first = pages.of(NS, wanted)
    assert len(counting.asked) == 2
    assert first["reply0"] == b"" != first["t0"]
    assert pages.of(NS, wanted) == first
    assert len(counting.asked) == 2
    assert pages.of(NS, {"nobody": 1}) == {}


def test_it_fills_what_was_written_since_it_began(store, book):
    """After `begin`, `fill` makes what is new; with `whole`, what was there before, too."""
    pages, cache, counting = book
    tell(store, "Old.")
    pages.begin(NS)
    tell(store, "New.", id_="n")
    pages.fill(NS)
    assert (counting.asked, cache.size(NS)[0]) == (["New."], 1)
    cache.drop(NS)
    pages.begin(NS, whole=True)
    pages.fill(NS)
    assert cache.size(NS)[0] == 2


def test_forgotten_texts_leave_nothing(store, book, tmp_path):
    """What is forgotten, by whomever, is gone from the file at the next look, and so is what an id meant before."""
    pages, cache, counting = book
    wanted = tell(store, "My secret is the blue door.", "It rains.")
    secret = pages.of(NS, wanted)["t0"]
    assert secret in files(tmp_path)
    store.forget(NS, Selection(interactions=("t0",)), now=NOW)
    pages.settle(NS)
    assert cache.size(NS)[0] == 1
    assert not any(secret[at : at + 64] in files(tmp_path) for at in range(0, len(secret), 64))
    again = tell(store, "My secret is out.", id_="t")
    assert again["t0"] != wanted["t0"]
    assert pages.of(NS, again)["t0"] not in ("", secret)
    store.forget(NS, Selection(interactions=("t0",)), now=NOW)
    retold = tell(store, "Nothing.", id_="t")
    pages.settle(NS)
    assert cache.find(NS, ["t0"]) == []
    assert pages.of(NS, retold)["t0"]
    assert counting.asked[-1] == "Nothing."


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_an_erased_or_reborn_namespace_begins_anew(store, book):
    """Erased, a namespace's vectors are gone; one of the same name that comes after has none of them."""
    pages, cache, _ = book
    pages.of(NS, tell(store, "One."))
    store.erase_namespace(NS)
    tell(store, "Two.", id_="u")
    pages.settle(NS)
    assert cache.size(NS) == (0, 0)
    store.erase_namespace(NS)
    pages.settle(NS)
    assert cache.head(NS) is None


def test_another_model_begins_anew(store, book):
    """Vectors of another state of the model are not compared with this one's."""
    pages, cache, counting = book
    wanted = tell(store, "One.")
    pages.of(NS, wanted)
    counting.revision = "another"
    pages.settle(NS)
    assert cache.size(NS) == (0, 0)
    assert pages.of(NS, wanted)["t0"]


def test_looking_makes_no_file(store, embedder, tmp_path):
    """A memory that never compares tokens has no file of them, whatever it forgets."""
    cache = SqliteTokenCache(tmp_path / "tokens.sqlite")
    pages = TokenBook(store, embedder, cache)
    tell(store, "One.")
    pages.settle(NS)
    pages.drop(NS)
    assert (cache.size(NS), cache.find(NS, ["t0"]), list(tmp_path.iterdir())) == ((0, 0), [], [])


def test_a_row_of_a_text_forgotten_meanwhile_is_not_kept(store, book):
    """Rows made of texts that were read before something was forgotten are not put down after it."""
    pages, cache, _ = book
    pages.of(NS, tell(store, "One."))
    before = cache.head(NS).seq
    rows = cache.find(NS, ["t0"])
    store.forget(NS, Selection(interactions=("t0",)), now=NOW)
    pages.settle(NS)
    assert not cache.put(NS, rows, seq=before)
    assert cache.size(NS) == (0, 0)
