"""What a careless or hostile caller does: every case is a clear error or a clear report, and nothing is lost."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from graphmem import Fact, Memory, Message, RecallOptions
from graphmem.errors import (
    IdTaken,
    InvalidInput,
    ModelOutputInvalid,
    NotAGraphMemStore,
    NotFound,
    SchemaTooNew,
    StoreError,
)
from graphmem.ports import Vectors
from tests.conftest import WHEN
from tests.flat import Flat

Opener = Callable[..., Memory]


def _deep() -> dict[str, object]:
    """Return mappings within mappings, deeper than any reader goes."""
    told: dict[str, object] = {}
    for _ in range(100_000):
        told = {"in": told}
    return told


STATEMENTS = [
    'NEAR("a" "b", 5) OR *',
    '"unbalanced',
    "text:* AND -",
    "MATCH (n) DETACH DELETE n //",
    "'; DROP TABLE interaction; --",
    "$namespace {x: 1} `tick`",
    "[[a]] \\ ^~ {b}",
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements_are_text(opened: Opener, text: str) -> None:
    """Text that looks like a full-text, SQL or Cypher expression is kept, found and asked like any other."""
    memory = opened(extractor=None)
    memory.remember([Message("An ordinary turn.", at=WHEN), Message(text, speaker=text, at=WHEN)], session=text)
    assert [i.text for i in memory.history(session=text)] == ["An ordinary turn.", text]
    memory.recall(text)
    memory.entities(text)
    memory.facts(about=text)
    with pytest.raises(NotFound):
        memory.forget(entity=text)
    assert memory.stats().interactions == 2


@pytest.mark.parametrize("text", ["", "  \n ", "\ud800"])
def test_questions_without_text_are_refused(opened: Opener, text: str) -> None:
    """An empty or unreadable question is a clear error, not an empty answer."""
    with pytest.raises(InvalidInput, match="question"):
        opened().recall(text)


@pytest.mark.parametrize("top_k", [0, -1])
def test_fewer_than_one_hit_is_refused(opened: Opener, top_k: int) -> None:
    """Nobody means zero hits."""
    with pytest.raises(InvalidInput, match="top_k"):
        opened().recall("x", top_k=top_k)


def test_fewer_than_none_are_refused_everywhere(opened: Opener) -> None:
    """A negative number is a slip of the caller's, on every store: it never lists all, nor all but the last."""
    memory = opened(extractor=None)
    memory.remember([Fact("Ada", "likes", "tea"), Fact("Ada", "likes", "jam")])
    for verb in (memory.entities, memory.facts, memory.history, memory.queries, memory.insights):
        with pytest.raises(InvalidInput, match="top_k"):
            verb(top_k=-1)
    assert memory.facts(top_k=0) == []


def test_a_namespace_named_twice_is_read_once(opened: Opener) -> None:
    """Asking in the same place twice asks there."""
    memory = opened(extractor=None)
    memory.remember("A heron by the river.", at=WHEN)
    twice = RecallOptions(namespaces=("user/ada", "user/ada"))
    assert memory.recall("heron", options=twice).hits == memory.recall("heron").hits


@pytest.mark.parametrize(
    "told",
    [
        Message("x", metadata=["a"]),  # type: ignore[arg-type]
        Message("x", metadata=_deep()),
        Fact("Ada", "likes", "tea", text="\ud800"),
        Fact("Ada", "likes", "tea", confidence=float("nan")),
        Fact("Ada", "likes", "tea", confidence=2.0),
        Fact("Ada", "likes", "tea", modality="maybe"),  # type: ignore[arg-type]
    ],
    ids=["metadata a list", "metadata too deep", "no Unicode", "not a number", "more than certain", "no such modality"],
)
def test_what_cannot_be_kept_is_refused_in_words(opened: Opener, told: Message | Fact) -> None:
    """Whatever a caller tells, what cannot be kept is named before anything is written."""
    memory = opened(extractor=None)
    with pytest.raises(InvalidInput):
        memory.remember([Message("An ordinary turn."), told])
    assert (memory.stats().interactions, memory.stats().facts) == (0, 0)


def test_a_refused_chunk_keeps_no_facts_either(opened: Opener) -> None:
    """An id that is taken refuses all that was told beside it, facts told by hand included."""
    memory = opened(extractor=None)
    memory.remember(Message("One.", id="note", at=WHEN))
    with pytest.raises(IdTaken):
        memory.remember([Fact("Ada", "likes", "tea"), Message("Two.", id="note", at=WHEN)])
    assert memory.facts() == []


def test_a_refused_opening_leaves_nothing_open(opened: Opener, tmp_path: Path) -> None:
    """A memory that cannot be opened as asked holds no file open: its log is folded in, and it can be moved."""
    opened().close()
    for wrong in ({"namespace": " "}, {"index_limit": -1}, {"embedder": Flat(), "rerank": "tokens", "reembed": True}):
        with pytest.raises(InvalidInput) as refused:  # holds the frames, and what they hold
            opened(**wrong)
        assert not (tmp_path / "memory.db-wal").exists(), refused


def test_a_result_that_is_no_text_is_refused(opened: Opener) -> None:
    """A step whose result cannot be kept is refused in words; a blank result is one."""
    query = opened(extractor=None).query("Book a table")
    with pytest.raises(InvalidInput, match="surrogate"):
        query.step("called", result="\ud800")
    assert query.step("called", result=" \n").result == " \n"


def test_a_reward_or_score_that_is_no_number_is_refused(opened: Opener) -> None:
    """A query can be closed whatever was tried on it before: nothing is kept that learning could not read."""
    query = opened(extractor=None).query("Book a table")
    for wrong in ("good", float("nan")):
        with pytest.raises(InvalidInput, match="reward"):
            query.step("called", reward=wrong)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput, match="score"):
            query.close(outcome="success", score=wrong)  # type: ignore[arg-type]
    assert query.close(outcome="success", score=1).score == 1


def test_options_that_are_none_or_turned_round_are_refused(opened: Opener) -> None:
    """A mapping in place of options, bounds that leave no time, one id in place of a list: each is named."""
    memory = opened(extractor=None)
    with pytest.raises(InvalidInput, match="RecallOptions"):
        memory.recall("x", options={"kinds": ["message"]})  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="swap"):
        memory.recall("x", options=RecallOptions(since=WHEN, until=WHEN - timedelta(days=1)))
    with pytest.raises(InvalidInput, match="list of ids"):
        memory.forget(interactions="abc")


def test_naive_instants_are_refused_everywhere(opened: Opener) -> None:
    """Every instant a caller gives must say its zone."""
    memory, naive = opened(), datetime(2026, 3, 1)  # noqa: DTZ001
    for call in (
        lambda: memory.remember("x", at=naive),
        lambda: memory.remember("x", now=naive),
        lambda: memory.remember(Fact("Ada", "likes", "tea", valid_at=naive)),
        lambda: memory.recall("x", options=RecallOptions(since=naive)),
        lambda: memory.recall("x", options=RecallOptions(until=naive)),
        lambda: memory.recall("x", options=RecallOptions(now=naive)),
        lambda: memory.history(since=naive),
    ):
        with pytest.raises(InvalidInput, match="time zone"):
            call()
    assert memory.stats().interactions == 0


@pytest.mark.parametrize("year", [1, 9999])
def test_far_years_are_kept(opened: Opener, year: int) -> None:
    """The first and the last year of the calendar are dates like others."""
    memory, at = opened(extractor=None), datetime(year, 6, 1, tzinfo=UTC)
    memory.remember("It was long ago, or will be.", at=at)
    assert memory.history()[0].at == at
    assert memory.recall("long ago", options=RecallOptions(since=at))[0].at == at


def test_a_turn_of_a_megabyte_is_kept_whole(opened: Opener) -> None:
    """A very long turn is remembered verbatim, facts included, and found by its words."""
    text = "Ada keeps a very long diary about her garden. " * 22_000
    memory = opened()
    memory.remember(Message(text, speaker="Ada", at=WHEN))
    assert memory.history()[0].text == text
    assert memory.recall("diary about the garden")[0].text == text
    assert memory.stats().pending == 0


def test_ten_thousand_sessions(opened: Opener) -> None:
    """Ten thousand sessions of one turn each are counted, listed in pages, and recalled one by one."""
    memory = opened(":memory:", extractor=None, embedder=Flat())
    for n in range(10_000):
        memory.remember(Message(f"Turn of session {n}.", at=WHEN + timedelta(minutes=n)), session=f"s{n}")
    assert memory.stats().sessions == 10_000
    assert memory.recall("turn", options=RecallOptions(session="s9999"))[0].text == "Turn of session 9999."
    assert memory.recall("session 4711", top_k=1)[0].text == "Turn of session 4711."


class _Broken(Flat):
    """An embedder that returns no numbers for one word."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([[np.nan if "storm" in text else 1.0] for text in texts], dtype=np.float32).reshape(-1, 1)

    def embed_question(self, text: str) -> Vectors:
        return self.embed([text])[0]


def test_vectors_that_are_no_numbers_never_rank(opened: Opener) -> None:
    """A broken embedder leaves what was told pending, and a question is answered by its words, which is said."""
    memory = opened(extractor=None, embedder=_Broken())
    memory.remember(["A heron by the river.", "A cello."], at=WHEN)
    with pytest.raises(ModelOutputInvalid, match="resume"):
        memory.remember("A storm came up.", at=WHEN)
    found = memory.recall("a storm and a heron")
    assert [d.what for d in found.degraded] == ["searched by words alone"]
    assert {h.text for h in found[:2]} == {"A heron by the river.", "A storm came up."}
    assert all(np.isfinite(h.score) for h in found)


def test_odd_scripts_are_found(opened: Opener) -> None:
    """Chinese, Arabic, Hindi, emoji and control characters are kept verbatim and never break recall."""
    memory = opened()
    texts = [
        "我昨天在东京吃了寿司。",
        "انتقلت إلى القاهرة الشهر الماضي",
        "मैं दिल्ली में रहता हूँ",
        "🎉🎉🎉",
        "a\x00b\x07 bell",
    ]
    memory.remember([Message(t, speaker="Ada", at=WHEN) for t in texts])
    assert [i.text for i in memory.history()] == texts
    for text in texts:
        assert memory.recall(text, top_k=1)[0].text == text


def test_broken_pieces_refuse_the_chunk_and_nothing_else(opened: Opener) -> None:
    """A bad value in an iterable names itself; what was told in earlier calls stays as it was."""
    memory = opened()
    memory.remember("Before.", at=WHEN)
    with pytest.raises(InvalidInput, match="empty"):
        memory.remember([Message("Good.", at=WHEN), Message("   ", at=WHEN)])
    with pytest.raises(InvalidInput, match="cannot remember an int"):
        memory.remember(7)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"cannot remember a dict: .* Message\(d\['content'\]"):
        memory.remember([{"role": "user", "content": "Hi"}])  # type: ignore[list-item]
    with pytest.raises(InvalidInput, match="cannot remember a dict"):
        memory.remember({"text": "x"})  # type: ignore[arg-type]
    assert [i.text for i in memory.history()] == ["Before."]


@pytest.mark.parametrize("fact", [Fact("", "likes", "tea"), Fact("Ada", " ", "tea"), Fact("Ada", "likes", "")])
def test_incomplete_facts_are_refused(opened: Opener, fact: Fact) -> None:
    """A fact needs a subject, a predicate and an object."""
    with pytest.raises(InvalidInput):
        opened().remember(fact)


def test_a_fact_that_ends_before_it_begins_is_refused(opened: Opener) -> None:
    """Reversed intervals say how to mend them."""
    with pytest.raises(InvalidInput, match="swap"):
        opened().remember(Fact("Ada", "likes", "tea", valid_at=WHEN, invalid_at=WHEN - timedelta(days=1)))


def test_a_file_that_is_no_memory_is_left_alone(opened: Opener, tmp_path: Path) -> None:
    """A text file, or somebody's other database, is refused and not touched."""
    text, other = tmp_path / "notes.txt", tmp_path / "other.db"
    text.write_text("These are my notes, not a database. " * 50)
    with sqlite3.connect(other) as raw:
        raw.execute("CREATE TABLE mine (x)")
    raw.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(NotAGraphMemStore):
            opened(path)
        assert path.read_bytes() == before


def test_a_newer_schema_is_refused(opened: Opener, tmp_path: Path) -> None:
    """A memory that a newer graphmem wrote is refused, with the mend."""
    opened().close()
    with sqlite3.connect(tmp_path / "memory.db") as raw:
        raw.execute("PRAGMA user_version = 9999")
    raw.close()
    with pytest.raises(SchemaTooNew, match="graphmem"):
        opened()


def test_places_that_cannot_be_opened(opened: Opener, tmp_path: Path) -> None:
    """A folder, a missing folder and a server of a kind we do not know are clear errors."""
    for location in (tmp_path, tmp_path / "missing" / "memory.db"):
        with pytest.raises(StoreError):
            opened(location)
    with pytest.raises(InvalidInput, match="neo4j"):
        opened("ftp://localhost")
    with pytest.raises(StoreError):
        opened(tmp_path / "absent.db", read_only=True)


def test_names_that_are_no_file_s_are_refused(opened: Opener) -> None:
    """A path that no file system takes is an error in words, and leaves the memory as it was."""
    memory = opened(":memory:", extractor=None, embedder=Flat())
    memory.remember("Before.", at=WHEN)
    for wrong in ("x" * 5_000, "a\0b"):
        for call in (lambda path=wrong: memory.backup(path), lambda path=wrong: opened(path)):
            with pytest.raises((InvalidInput, StoreError), match="path"):
                call()
    assert [i.text for i in memory.history()] == ["Before."]


@pytest.mark.parametrize("namespace", ["", " padded", "line\nbreak", "\ud800"])
def test_unusable_namespaces_are_refused(opened: Opener, namespace: str) -> None:
    """A namespace must be a printable name."""
    with pytest.raises(InvalidInput, match="namespace"):
        opened(namespace=namespace)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_tiny_memories_answer(opened: Opener, count: int) -> None:
    """With nothing, one or a few interactions recall ranks what there is, with finite scores."""
    memory = opened()
    memory.remember([Message(f"the of and {n}", speaker="Ada", at=WHEN) for n in range(count)])
    for question in ("the of and", "What?", "zebra", "Ada"):
        found = memory.recall(question)
        assert len(found) == count
        assert all(-1e9 < hit.score < 1e9 for hit in found)


def test_nothing_of_that_name_to_forget(opened: Opener) -> None:
    """Forgetting what is not there says so."""
    memory = opened()
    memory.remember("Something.", at=WHEN)
    for what in ({"session": "x"}, {"interactions": ["x"]}, {"entity": "x"}, {"person": "x"}):
        with pytest.raises(NotFound):
            memory.forget(**what)  # type: ignore[arg-type]
