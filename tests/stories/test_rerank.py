"""Ranking leading turns again by single tokens: what a user sees of it, and what is left of it when texts go."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphmem import Memory, Message, Passage, RecallOptions
from graphmem.aio import AsyncMemory
from graphmem.errors import InvalidInput
from graphmem.integrations.langchain import GraphMemRetriever
from graphmem.ports import Embedder
from graphmem.testing.models import FailingEmbedder

WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
CHAT = [
    ("Ada", "I adopted a cat from the shelter, she is called Pepper."),
    ("Ben", "Lovely! I have two parrots and a tortoise."),
    ("Ada", "Yesterday I went kayaking on the lake near Como."),
    ("Ben", "Were you not afraid of the cold water?"),
    ("Ada", "A little. My new job at the bakery starts on Monday."),
    ("Ada", "猫はとても可愛いです。湖でカヤックをしました。"),
    ("Ben", "🎉🎉"),
]
QUESTION = "What is Ada's cat called?"
TOKENS = {"token_match", "token_context"}


def told(memory: Memory) -> None:
    chat = [Message(text, speaker=who, at=WHEN + timedelta(minutes=n)) for n, (who, text) in enumerate(CHAT)]
    memory.remember(chat, session="chat", now=WHEN)


@pytest.fixture
def memory(opened, tmp_path: Path) -> Memory:
    found: Memory = opened(extractor=None)
    told(found)
    return found


def test_tokens_are_a_part_of_the_score(memory: Memory) -> None:
    """`rerank="tokens"` finds the turn, says what its tokens were worth, and the parts still add up to the score."""
    hits = memory.recall(QUESTION, rerank="tokens")
    assert hits[0].text == CHAT[0][1]
    assert hits[0].why.ranking == "learned-tokens"
    assert set(hits[0].why.parts) >= TOKENS
    assert sum(hits[0].why.parts.values()) == pytest.approx(hits[0].score, abs=1e-4)
    plain = memory.recall(QUESTION)
    assert not TOKENS & set(plain[0].why.parts)
    by_options = memory.recall(QUESTION, options=RecallOptions(rerank="tokens"))
    assert [(h.id, h.score) for h in by_options] == [(h.id, h.score) for h in hits]
    assert [(h.id, h.score) for h in memory.recall(QUESTION, rerank="tokens")] == [(h.id, h.score) for h in hits]


def test_a_memory_opened_so_keeps_tokens_as_it_is_told(opened, embedder: Embedder, tmp_path: Path) -> None:
    """Opened with rerank="tokens", what is told is compared by tokens; "off" says otherwise for one question."""
    path = tmp_path / "other.db"
    memory = opened(path, extractor=None, rerank="tokens")
    told(memory)
    assert (tmp_path / "other.db.index" / "tokens.sqlite").exists()
    assert memory.recall(QUESTION)[0].why.ranking == "learned-tokens"
    assert memory.recall(QUESTION, rerank="off")[0].why.ranking == "learned"
    memory.remember("Pepper sleeps on the sofa.", speaker="Ada", at=WHEN + timedelta(days=1), now=WHEN)
    memory.close()
    again = opened(path, extractor=None, rerank="tokens", read_only=True)
    assert "Pepper sleeps on the sofa." in [hit.text for hit in again.recall("Where does Pepper sleep?", top_k=3)]
    assert again.build_index() == len(CHAT) + 1


def test_what_is_forgotten_leaves_no_tokens(opened, tmp_path: Path) -> None:
    """Forgetting takes the token vectors along: for one turn, in a memory that does not compare tokens, and for all."""
    path = tmp_path / "memory.db"
    memory = opened(path, extractor=None, rerank="tokens")
    told(memory)
    folder = tmp_path / "memory.db.index"
    kept = memory._tokens._cache.find("user/ada", [hit.id for hit in memory.recall("cat kayak job parrots", top_k=7)])
    secrets = {row.interaction: row.tokens for row in kept}
    one = memory.recall(QUESTION)[0].id
    memory.forget(interactions=[one])
    assert not held(folder, secrets.pop(one))
    memory.close()
    plain = opened(path, extractor=None)
    plain.forget(person="Ada")
    plain.forget(session="chat")
    assert secrets
    assert not any(held(folder, tokens) for tokens in secrets.values())
    assert list(plain.recall(QUESTION, rerank="tokens")) == []


def test_a_crash_between_forgetting_and_its_tokens_is_mended_on_opening(opened, tmp_path: Path) -> None:
    """What the store forgot while the cache could not follow is gone from the cache when the memory is opened."""
    path = tmp_path / "memory.db"
    memory = opened(path, extractor=None, rerank="tokens")
    told(memory)
    cat = memory.recall(QUESTION)[0].id
    tokens = memory._tokens._cache.find("user/ada", [cat])[0].tokens
    memory._tokens = None  # as if the process had ended right after the store's transaction
    memory.forget(interactions=[cat])
    memory.close()
    assert held(tmp_path / "memory.db.index", tokens)
    opened(path, extractor=None).close()
    assert not held(tmp_path / "memory.db.index", tokens)


def held(folder: Path, tokens: bytes) -> bool:
    """Whether any piece of packed tokens stands in a file of the folder."""
    content = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    return any(tokens[at : at + 64] in content for at in range(0, len(tokens) - 64, 64))


def test_small_and_odd_memories(opened) -> None:
    """Nothing, one turn, text without words or in another script, a question of stop words: an answer, never a nan."""
    memory = opened(":memory:", extractor=None)
    assert list(memory.recall(QUESTION, rerank="tokens")) == []
    memory.remember("🎉", now=WHEN)
    assert [hit.text for hit in memory.recall("🎉", rerank="tokens")] == ["🎉"]
    told(memory)
    assert memory.recall("猫は可愛いですか", rerank="tokens", top_k=1)[0].text == CHAT[5][1]
    for question in ("the of and", "?!", "kayak " * 3_000):
        hits = memory.recall(question, rerank="tokens")
        assert len(hits) == len(CHAT) + 1
        assert all(hit.score == hit.score for hit in hits)


def test_several_namespaces_and_passages_beside(opened, memory: Memory) -> None:
    """Tokens of every namespace that is read are compared; passages are ranked as before."""

    other = memory.sibling("user/ben")
    other.remember("My cat is called Salt.", speaker="Ada", at=WHEN, now=WHEN)
    other.remember(Passage("The lake is deep and cold.", title="Lake Como"), now=WHEN)
    options = RecallOptions(namespaces=("user/ada", "user/ben"))
    hits = memory.recall(QUESTION, rerank="tokens", options=options, top_k=20)
    assert {"user/ada", "user/ben"} == {hit.namespace for hit in hits}
    turns = [hit for hit in hits if hit.interaction and hit.interaction.kind == "message"]
    assert all(set(hit.why.parts) >= TOKENS for hit in turns)
    assert not any(TOKENS & set(hit.why.parts) for hit in hits if hit not in turns)


def test_who_cannot_is_told(opened, memory: Memory, embedder: Embedder, tmp_path: Path) -> None:
    """An embedder without tokens, a ranking without token signals and an unknown way are refused with the mend."""
    with pytest.raises(InvalidInput, match="TokenEmbedder"):
        opened(tmp_path / "x.db", embedder=FailingEmbedder(embedder, calls=99), rerank="tokens")
    with pytest.raises(InvalidInput, match="learned-tokens"):
        memory.recall(QUESTION, rerank="tokens", ranking="words")
    with pytest.raises(InvalidInput, match="'tokens', 'off' or None"):
        memory.recall(QUESTION, rerank="colbert")  # type: ignore[arg-type]
    own = json.loads(Path("graphmem/read/rankings/learned-tokens.json").read_text())
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**own, "name": "mine"}))
    assert memory.recall(QUESTION, rerank="tokens", ranking=path)[0].why.ranking == "mine"


def test_async_and_langchain_take_it_along(memory: Memory) -> None:
    """The asynchronous memory and the retriever pass it on, and answer as the memory does."""

    async def asked() -> list[str]:
        return [hit.id for hit in await AsyncMemory(memory).recall(QUESTION, rerank="tokens", top_k=3)]

    expected = memory.recall(QUESTION, rerank="tokens", top_k=3)
    assert asyncio.run(asked()) == [hit.id for hit in expected]
    retriever = GraphMemRetriever(memory=memory, k=3, options=RecallOptions(rerank="tokens"))
    assert [d.page_content for d in retriever.invoke(QUESTION)] == [hit.text for hit in expected]
