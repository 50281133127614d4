"""mem0's calls, as its documentation shows them, over a graphmem memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphmem import Memory as GraphMemory
from graphmem.errors import InvalidInput
from graphmem.integrations.mem0 import Memory, UnknownMemory
from graphmem.integrations.mem0.filters import checked_filters, matches
from graphmem.ports import Embedder, Extractor

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Clock:
    """A clock that goes on a minute whenever it is read."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


@pytest.fixture
def memory(embedder: Embedder, extractor: Extractor, tmp_path: Path) -> Iterator[Memory]:
    with Memory(tmp_path / "m.db", embedder=embedder, extractor=extractor, clock=Clock()) as opened:
        yield opened


def test_the_quickstart_runs(memory: Memory) -> None:
    """Add a conversation for a user, search it with filters, and read the results' fields as mem0 names them."""
    turns = [
        {"role": "user", "content": "I am planning to watch a film tonight. Any ideas?"},
        {"role": "assistant", "content": "How about a thriller?"},
        {"role": "user", "content": "I don't like thrillers, but I love science fiction."},
    ]
    added = memory.add(turns, user_id="alice", metadata={"category": "films"})
    assert [r["event"] for r in added["results"]] == ["ADD"] * 3
    found = memory.search("Does Alice love science fiction?", filters={"user_id": "alice"}, top_k=3)["results"]
    assert found[0]["memory"] == "I don't like thrillers, but I love science fiction."
    assert found[0]["score"] == 1.0
    assert {k: found[0][k] for k in ("user_id", "role", "metadata")} == {
        "user_id": "alice",
        "role": "user",
        "metadata": {"category": "films"},
    }
    assert memory.get(found[0]["id"]) == {k: v for k, v in found[0].items() if k != "score"}
    assert [m["memory"] for m in memory.get_all(filters={"user_id": "alice"})["results"]] == [
        t["content"] for t in turns
    ]


def test_an_update_is_a_new_version_under_the_same_id(memory: Memory) -> None:
    """The new text is found and the old one not; the history tells both; identities cannot be changed."""
    id_ = memory.add("I live in Berlin.", user_id="alice")["results"][0]["id"]
    told = memory.update(id_, "I live in Lisbon.", metadata={"user_id": "bob", "checked": True})
    assert told == {"message": "Memory updated successfully!"}
    memory.update(memory_id=id_, data="I live in Porto.")
    now = memory.get(id_)
    assert now is not None
    assert (now["memory"], now["user_id"], now["metadata"]) == ("I live in Porto.", "alice", {"checked": True})
    assert now["updated_at"] > now["created_at"]
    found = memory.search("Where does Alice live? Berlin?", user_id="alice")["results"]
    assert [r["memory"] for r in found] == ["I live in Porto."]
    changes = [(h["event"], h["old_memory"], h["new_memory"]) for h in memory.history(id_)]
    assert changes == [
        ("ADD", None, "I live in Berlin."),
        ("UPDATE", "I live in Berlin.", "I live in Lisbon."),
        ("UPDATE", "I live in Lisbon.", "I live in Porto."),
    ]


def test_versions_are_linked_in_the_graph(memory: Memory) -> None:
    """Each version REVISES the one before it, in the store, where people and other readers see it."""
    id_ = memory.add("I live in Berlin.", user_id="alice")["results"][0]["id"]
    for town in ("Lisbon", "Porto"):
        memory.update(id_, f"I live in {town}.")
    versions = [h["id"] for h in memory.history(id_)]
    links = memory.memory.store.links("mem0/user/alice", types=["REVISES"])
    assert {(link.source, link.target) for link in links} == {
        (versions[1], versions[0]),
        (versions[2], versions[1]),
    }


def test_nobody_finds_what_is_another_users(memory: Memory) -> None:
    """Searches and lists keep to whom they name: a user, an agent, a run, or several of them."""
    memory.add("The code of the safe is 1234.", user_id="alice", agent_id="guard", run_id="r1")
    memory.add("The code of the bike is 99.", user_id="bob", agent_id="guard", run_id="r2")
    memory.add("Codes are changed on Mondays.", agent_id="guard")

    def found(**filters: str) -> set[str]:
        return {r["memory"] for r in memory.search("What is the code?", filters=filters)["results"]}

    alice, bob, guard = "The code of the safe is 1234.", "The code of the bike is 99.", "Codes are changed on Mondays."
    assert found(user_id="alice") == {alice}
    assert found(user_id="bob", agent_id="guard") == {bob}
    assert found(agent_id="guard") == {alice, bob, guard}
    assert found(run_id="r2") == {bob}
    assert found(user_id="carol") == set()
    assert {r["memory"] for r in memory.get_all(agent_id="guard")["results"]} == {alice, bob, guard}


def test_filters_combine_as_documented(memory: Memory) -> None:
    """Operators and AND, OR, NOT of metadata narrow a search; an unknown operator is refused."""
    for text, stars, tags in (("Ramen at Ko", 5, ["food"]), ("Ramen at Lo", 2, ["food"]), ("Jazz at Mo", 5, [])):
        memory.add(text, user_id="u1", metadata={"stars": stars, "tags": tags, "place": text[-2:]})

    def found(filters: dict[str, object]) -> set[str]:
        return {r["memory"] for r in memory.search("ramen", filters={"user_id": "u1", **filters})["results"]}

    assert found({"stars": {"gte": 4}}) == {"Ramen at Ko", "Jazz at Mo"}
    assert found({"AND": [{"stars": {"gte": 4}}, {"tags": {"contains": "food"}}]}) == {"Ramen at Ko"}
    assert found({"OR": [{"place": "Lo"}, {"place": {"in": ["Mo"]}}]}) == {"Ramen at Lo", "Jazz at Mo"}
    assert found({"NOT": [{"place": {"icontains": "LO"}}], "stars": "*"}) == {"Ramen at Ko", "Jazz at Mo"}
    with pytest.raises(InvalidInput, match="no operator 'like'"):
        found({"stars": {"like": 3}})


def test_deleting_is_for_good(memory: Memory) -> None:
    """A deleted memory, a user's or everybody's, is in no answer, and nobody else's is touched."""
    first = memory.add("I like tea.", user_id="alice")["results"][0]["id"]
    memory.add("I like jam.", user_id="alice", run_id="r1")
    memory.add("I like rum.", user_id="bob")
    assert memory.delete(first) == {"message": "Memory deleted successfully!"}
    assert (memory.get(first), memory.history(first)) == (None, [])
    with pytest.raises(ValueError, match="not found"):
        memory.delete(first)
    memory.delete_all(user_id="alice", run_id="r1")
    assert memory.get_all(user_id="alice") == {"results": []}
    assert len(memory.get_all(user_id="bob")["results"]) == 1
    memory.reset()
    assert memory.get_all(user_id="bob") == {"results": []}
    memory.add("I like figs.", user_id="bob")
    assert [r["memory"] for r in memory.get_all(user_id="bob")["results"]] == ["I like figs."]


def test_what_expired_is_hidden_until_asked_for(memory: Memory) -> None:
    """A memory is found up to its last day; show_expired shows it; None takes the date away."""
    id_ = memory.add("The code is 77.", user_id="u1", expiration_date="2026-02-28")["results"][0]["id"]
    assert memory.search("code", user_id="u1")["results"] == []
    assert memory.get_all(user_id="u1", show_expired=True)["results"][0]["expiration_date"] == "2026-02-28"
    memory.update(id_, expiration_date=None)
    assert [r["id"] for r in memory.search("code", user_id="u1")["results"]] == [id_]


def test_the_memory_is_open_to_graphmem_itself(memory: Memory) -> None:
    """A user's memories are a namespace: their facts, dates and speakers are there for every other face."""
    memory.add("I moved to Lisbon.", user_id="alice", timestamp=1_767_225_600)
    whole: GraphMemory = memory.memory.sibling("mem0/user/alice")
    (told,) = whole.history()
    assert (told.speaker, told.at) == ("alice", datetime(2026, 1, 1, tzinfo=UTC))
    assert "Lisbon" in {f.object for f in whole.facts(about="alice")}


def test_wrong_arguments_are_value_errors_that_say_the_mend(memory: Memory) -> None:
    """mem0 raises ValueError, so do we; nothing is remembered of a refused call."""
    for call in (
        lambda: memory.add("hello"),
        lambda: memory.add("hello", user_id=" "),
        lambda: memory.add(7, user_id="u1"),
        lambda: memory.add("hello", user_id="u1", prompt="Extract only names"),
        lambda: memory.add("hello", user_id="u1", expiration_date="soon"),
        lambda: memory.add("hello", user_id="u1", metadata={"graphmem": 1}),
        lambda: memory.search("hello"),
        lambda: memory.search(" ", user_id="u1"),
        lambda: memory.search("hello", user_id="u1", top_k=-1),
        lambda: memory.search("hello", user_id="u1", threshold=2),
        lambda: memory.get_all(filters={"stars": 3}),
        lambda: memory.update("nobody", "text"),
        lambda: memory.delete_all(),
        lambda: Memory.from_config({"vector_store": {"provider": "qdrant"}}),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 # which one is each call's own
            call()
    with pytest.raises(UnknownMemory):
        memory.delete("nobody")
    assert memory.get_all(filters={"user_id": "u1"}) == {"results": []}
    memory.add({"role": "user", "content": "I am 7."}, user_id=7)
    assert len(memory.search("age", filters={"user_id": 7})["results"]) == 1


def test_filters_are_total(memory: Memory) -> None:
    """A condition on a field that is missing or of another type is unfulfilled, never an error."""
    for condition in ({"gt": 3}, {"contains": "x"}, {"icontains": "x"}, {"in": [1]}, "*", 3):
        assert not matches(checked_filters({"x": condition}), {})
    assert not matches({"x": {"gt": 3}}, {"x": "three"})
    assert matches({"x": {"ne": 3}}, {})
