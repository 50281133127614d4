"""GraphMemStore: what a LangGraph store promises, on SQLite; the cases of the upstream suites, told anew."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from langgraph.store.base import (
    BaseStore,
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    MatchCondition,
    PutOp,
    SearchOp,
)

from graphmem import Memory, RecallOptions
from graphmem.aio import AsyncMemory
from graphmem.errors import InvalidInput, StoreUnavailable
from graphmem.integrations.items.codec import path_of, session_of
from graphmem.integrations.langgraph import GraphMemStore
from graphmem.ports import Selection
from tests.conftest import Opener


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(opened: Opener) -> Memory:
    return opened(extractor=None)


@pytest.fixture
def store(memory: Memory, clock: Clock) -> GraphMemStore:
    return GraphMemStore(memory, clock=clock)


def keys(items: Any) -> list[str]:
    return [item.key for item in items]


def test_put_get_overwrite_delete(store: GraphMemStore, clock: Clock) -> None:
    """A get returns what was last put; an overwrite keeps the birth and moves the update; a delete leaves nothing."""
    store.put(("docs", "ada"), "one", {"title": "First", "n": 1})
    born = clock.now
    clock.pass_minutes(5)
    store.put(("docs", "ada"), "one", {"title": "Second"})
    item = store.get(("docs", "ada"), "one")
    assert item is not None
    assert (item.key, item.namespace, item.value) == ("one", ("docs", "ada"), {"title": "Second"})
    assert (item.created_at, item.updated_at) == (born, clock.now)
    store.delete(("docs", "ada"), "one")
    store.delete(("docs", "ada"), "one")
    assert store.get(("docs", "ada"), "one") is None
    assert store.get(("nowhere",), "one") is None
    assert store.list_namespaces() == []
    store.put(("docs", "ada"), "one", {"title": "Third"})
    assert store.items.get([(("docs", "ada"), "one")])[("docs", "ada"), "one"].version == 1


def test_many_overwrites_leave_one(store: GraphMemStore, memory: Memory) -> None:
    """However often an item is overwritten, the memory holds one interaction of it, and recall finds only the last."""
    for n in range(9):
        store.put(("docs",), "one", {"text": f"The heron number {n} stands in the reeds."})
    assert memory.stats().interactions == 1
    assert [hit.text for hit in memory.recall("heron")] == ["The heron number 8 stands in the reeds."]


def test_a_batch_reads_before_it_writes(store: GraphMemStore) -> None:
    """Within a batch reads see what was there before, the last put of an item wins, and results stand in order."""
    store.put(("a",), "k", {"n": 0})
    results = store.batch(
        [
            PutOp(("a",), "k", {"n": 1}),
            GetOp(("a",), "k"),
            PutOp(("a",), "k", {"n": 2}),
            SearchOp(("a",)),
            PutOp(("b",), "k", {"n": 3}),
            PutOp(("b",), "k", None),
            ListNamespacesOp(),
            GetOp(("a",), "missing"),
        ]
    )
    assert results[0] is results[2] is results[4] is results[5] is results[7] is None
    assert results[1].value == {"n": 0}  # type: ignore[union-attr]
    assert [item.value for item in results[3]] == [{"n": 0}]  # type: ignore[union-attr]
    assert results[6] == [("a",)]
    assert store.get(("a",), "k").value == {"n": 2}  # type: ignore[union-attr]
    assert store.get(("b",), "k") is None


def test_search_pages_and_prefixes(store: GraphMemStore, clock: Clock) -> None:
    """Without a query the latest put comes first; pages show each item once; a prefix is made of whole labels."""
    for n in range(5):
        clock.pass_minutes(1)
        store.put(("docs", "ada"), str(n), {"n": n})
    store.put(("docs", "adam"), "x", {"n": 9})
    store.put(("docs!",), "y", {"n": 9})
    assert keys(store.search(("docs", "ada"))) == ["4", "3", "2", "1", "0"]
    pages = [keys(store.search(("docs", "ada"), limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert pages == [["4", "3"], ["2", "1"], ["0"], []]
    assert len(store.search(("docs",))) == 6
    assert len(store.search(())) == 7
    assert store.search((), limit=0) == []


@pytest.mark.parametrize("people", [2, 20])
def test_a_page_without_a_query_is_read_from_its_end(
    store: GraphMemStore, memory: Memory, clock: Clock, people: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leading items are those of the whole, over few and many paths; a page of few reads few, however many are."""
    for n in range(40):
        names = [f"k{n}", f"a{n % 7}"]
        store.batch([PutOp(("notes", str(n % people)), name, {"n": n}) for name in names])
        clock.pass_minutes(n % 2)
    whole = store.items.scan(("notes",))
    for top_k in (1, 2, 5, 33, 70, 1_000):
        assert store.items.leading(("notes",), top_k=top_k) == whole[:top_k]
    assert keys(store.search(("notes",), limit=3, offset=2)) == [item.key for item in whole[2:5]]
    even = {"n": {"$lt": 4}}
    assert keys(store.search(("notes",), filter=even, limit=9)) == [i.key for i in store.items.scan(condition=even)][:9]
    read, history = [], memory.store.history
    monkeypatch.setattr(memory.store, "history", lambda *a, **kw: read.append(history(*a, **kw)) or read[-1])
    store.search(("notes", "0"), limit=2)
    assert sum(map(len, read)) < len(whole)


def test_filters(store: GraphMemStore) -> None:
    """Fields are wanted equal or by operators, nested ones by nested filters; what cannot be compared does not pass."""
    store.put(
        ("d",), "a", {"type": "report", "stars": 4, "by": {"name": "Ada"}, "tags": ["x", "y"], "day": "2026-03-02"}
    )
    store.put(("d",), "b", {"type": "note", "stars": 2.5, "by": {"name": "Bo"}, "tags": ["x"], "day": "2026-01"})
    store.put(("d",), "c", {"type": "note", "stars": None})

    def found(**wanted: Any) -> set[str]:
        return set(keys(store.search(("d",), filter=wanted)))

    assert found(type="note") == {"b", "c"}
    assert found(type={"$ne": "note"}) == {"a"}
    assert found(type={"$eq": "note"}, stars=2.5) == {"b"}
    assert found(stars={"$gt": 2.5}) == {"a"}
    assert found(stars={"$gte": 2.5}) == {"a", "b"}
    assert found(stars={"$lt": 4, "$gte": 2}) == {"b"}
    assert found(stars={"$lte": "4"}) == {"a", "b"}
    assert found(by={"name": "Ada"}) == {"a"}
    assert found(tags=["x"]) == {"b"}
    assert found(day={"$gt": "2026-02"}) == {"a"}
    assert found(stars=None) == {"c"}
    assert found(missing=None) == {"a", "b", "c"}
    with pytest.raises(InvalidInput, match=r"\$near"):
        found(stars={"$near": 3})


def test_a_query_finds_by_meaning_words_and_filters(store: GraphMemStore) -> None:
    """A query ranks; a filter acts before the cut, so that a rare item is found among many better ones."""
    for n in range(60):
        store.put(("m", "ada"), f"tea{n}", {"text": f"Ada drinks green tea in café number {n}", "kind": "common"})
    store.put(("m", "ada"), "cello", {"text": "Bo plays the cello in the evening", "kind": "rare"})
    store.put(("m", "bo"), "tea", {"text": "Bo drinks green tea", "kind": "common"})
    assert keys(store.search(("m", "ada"), query="musical instrument", limit=1)) == ["cello"]
    assert keys(store.search(("m", "ada"), query="green tea", filter={"kind": "rare"})) == ["cello"]
    assert keys(store.search(("m", "bo"), query="green tea")) == ["tea"]
    scores = [item.score for item in store.search(("m",), query="café number 7", limit=20)]
    assert scores == sorted(scores, reverse=True)
    first, second = (keys(store.search(("m",), query="café", limit=5, offset=offset)) for offset in (0, 5))
    assert first + second == keys(store.search(("m",), query="café", limit=10))
    assert len(store.search((), query="  ", limit=100)) == 62


def test_searches_follow_updates_and_take_any_text(store: GraphMemStore) -> None:
    """An update changes what is found at once; queries of any script and length, and of signs alone, are answered."""
    store.put(("m",), "a", {"text": "The heron stands in the reeds."})
    store.put(("m",), "b", {"text": "東京タワーは赤い。Ça va? 🎉"})
    assert store.search(("m",), query="heron bird")[0].key == "a"
    store.put(("m",), "a", {"text": "Invoices are due on Fridays."})
    store.put(("m",), "c", {"text": "A heron flew over the house."})
    assert store.search(("m",), query="heron bird")[0].key == "c"
    assert store.search(("m",), query="東京タワー")[0].key == "b"
    for query in ("?!", "🎉", "word " * 5_000, "' OR 1=1 --", "a\nb\tc"):
        assert set(keys(store.search(("m",), query=query))) == {"a", "b", "c"}
    assert store.search(("nowhere",), query="heron") == []


def test_fields_and_index(memory: Memory, clock: Clock) -> None:
    """Only the fields told are searched; a put's own index goes before; what is left out follows without a score."""
    store = GraphMemStore(memory, fields=["title", "chapters[*].name"], clock=clock)
    store.put(
        ("b",), "one", {"title": "Herons", "secret": "a cello", "chapters": [{"name": "Reeds"}, {"name": "Nests"}]}
    )
    store.put(("b",), "two", {"title": "Music", "secret": "a cello"}, index=["secret"])
    store.put(("b",), "three", {"title": "A cello concerto"}, index=False)
    found = store.search(("b",), query="cello")
    assert keys(found) == ["two", "one", "three"]
    assert found[2].score is None
    assert None not in (found[0].score, found[1].score)
    assert keys(store.search(("b",), query="nests"))[0] == "one"
    assert store.get(("b",), "three").value == {"title": "A cello concerto"}  # type: ignore[union-attr]
    texts = {i.text for i in memory.history()}
    assert texts == {"Herons\nReeds\nNests", "a cello", "three"}


def test_list_namespaces(store: GraphMemStore) -> None:
    """Namespaces are listed in order, by prefix and suffix with wildcards, cut to a depth, in pages."""
    paths = [
        ("a", "b", "c"), ("a", "b", "d", "e"), ("a", "b", "d", "i"), ("a", "b", "f"), ("a", "c", "f"), ("b", "a", "f"),
        ("users", "123"), ("users", "456", "settings"), ("admin", "users", "789"),
    ]  # fmt: skip
    store.batch([PutOp(path, "k", {"n": 1}) for path in paths])
    assert store.list_namespaces() == sorted(paths)
    assert store.list_namespaces(prefix=("a", "b")) == [p for p in sorted(paths) if p[:2] == ("a", "b")]
    assert store.list_namespaces(suffix=("f",)) == [("a", "b", "f"), ("a", "c", "f"), ("b", "a", "f")]
    assert store.list_namespaces(prefix=("a",), suffix=("f",)) == [("a", "b", "f"), ("a", "c", "f")]
    assert store.list_namespaces(prefix=("*", "b"), max_depth=3) == [("a", "b", "c"), ("a", "b", "d"), ("a", "b", "f")]
    assert store.list_namespaces(suffix=("*", "settings")) == [("users", "456", "settings")]
    assert store.list_namespaces(limit=2, offset=1) == sorted(paths)[1:3]
    assert store.list_namespaces(prefix=("nothing",)) == []
    odd = MatchCondition("infix", ("a",))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="infix"):
        store.batch([ListNamespacesOp((odd,))])


def test_names_of_any_script(store: GraphMemStore) -> None:
    """Labels and keys are any text without a period: spaces, signs, line ends and every script come back the same."""
    path, key = ("users", "東京 50%\n", "-_/*", " "), "🔑\nkey.with.dots"
    store.put(path, key, {"n": 1})
    store.put(path, "", {"n": 2})
    assert path_of(session_of(path)) == path
    assert store.list_namespaces() == [path]
    assert store.get(path, key).value == {"n": 1}  # type: ignore[union-attr]
    assert store.get(path, "").value == {"n": 2}  # type: ignore[union-attr]


def test_time_to_live(memory: Memory, clock: Clock) -> None:
    """An item lives its minutes from its last use; reads refresh it unless told not to; a sweep deletes the rest."""
    store = GraphMemStore(memory, ttl={"default_ttl": 10, "omit_expired": True}, clock=clock)
    store.put(("t",), "used", {"n": 1})
    store.put(("t",), "idle", {"n": 2})
    store.put(("t",), "forever", {"n": 3}, ttl=None)
    store.put(("short",), "brief", {"n": 4}, ttl=1)
    clock.pass_minutes(9)
    assert store.get(("short",), "brief") is None
    assert store.list_namespaces() == [("t",)]
    assert store.get(("t",), "used") is not None
    assert store.get(("t",), "idle", refresh_ttl=False) is not None
    clock.pass_minutes(9)
    assert set(keys(store.search(("t",), refresh_ttl=False))) == {"used", "forever"}
    assert set(keys(store.search(("t",), query="n", refresh_ttl=False))) == {"used", "forever"}
    assert store.sweep_ttl() == 2
    assert store.sweep_ttl() == 0
    assert keys(store.search(("t",))) == ["forever", "used"]
    clock.pass_minutes(9)
    store.put(("t",), "used", {"n": 5}, ttl=None)
    clock.pass_minutes(999)
    assert store.sweep_ttl() == 0
    assert store.get(("t",), "used").value == {"n": 5}  # type: ignore[union-attr]
    assert memory.stats().interactions == 2


def test_expired_items_stay_until_swept_where_nobody_hides_them(store: GraphMemStore, clock: Clock) -> None:
    """Without `omit_expired` an expired item is there until a sweep, and reading it lets it live on."""
    store.put(("t",), "k", {"n": 1}, ttl=10)
    clock.pass_minutes(11)
    assert store.get(("t",), "k") is not None
    assert store.sweep_ttl() == 0
    clock.pass_minutes(11)
    assert store.sweep_ttl() == 1
    assert store.get(("t",), "k") is None


def test_the_sweeper_sweeps(memory: Memory, clock: Clock) -> None:
    """A sweeper that was started deletes what is over by itself, and ends when it is stopped."""
    store = GraphMemStore(memory, clock=clock)
    store.put(("t",), "k", {"n": 1}, ttl=10)
    clock.pass_minutes(11)
    ended = store.start_ttl_sweeper(sweep_interval_minutes=0.001)
    assert store.start_ttl_sweeper() is ended
    deadline = time.monotonic() + 120
    while memory.stats().interactions and time.monotonic() < deadline:
        time.sleep(0.02)
    assert memory.stats().interactions == 0
    assert store.stop_ttl_sweeper(120)
    assert ended.done()


async def test_async_twins(memory: Memory, clock: Clock) -> None:
    """Every operation has its awaited twin, and fifty at once lose nothing."""
    store = GraphMemStore(AsyncMemory(memory), clock=clock)
    await asyncio.gather(*(store.aput(("a", str(n % 5)), str(n), {"text": f"Note {n}"}) for n in range(50)))
    assert len(await store.alist_namespaces()) == 5
    assert len(await store.asearch((), limit=100)) == 50
    assert (await store.asearch(("a",), query="Note 7", limit=1))[0].key == "7"
    await store.adelete(("a", "2"), "7")
    assert await store.aget(("a", "2"), "7") is None
    assert (await store.aget(("a", "2"), "2")).value == {"text": "Note 2"}  # type: ignore[union-attr]


def test_a_crash_between_two_versions_loses_nothing(
    memory: Memory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A put that dies after writing and before forgetting leaves the new value; the next put clears up."""
    store = GraphMemStore(memory, clock=clock)
    store.put(("a",), "k", {"text": "The old heron."})

    def dies(**_: Any) -> None:
        raise StoreUnavailable("the power is cut")

    with monkeypatch.context() as patch:
        patch.setattr(memory, "forget", dies)
        with pytest.raises(StoreUnavailable):
            store.put(("a",), "k", {"text": "The new heron."})
    assert memory.stats().interactions == 2
    assert store.get(("a",), "k").value == {"text": "The new heron."}  # type: ignore[union-attr]
    assert [i.value for i in store.search(("a",))] == [{"text": "The new heron."}]
    assert [i.value for i in store.search(("a",), query="heron")] == [{"text": "The new heron."}]
    store.put(("a",), "k", {"text": "The third heron."})
    assert memory.stats().interactions == 1


def test_two_stores_on_one_memory(opened: Opener, clock: Clock) -> None:
    """Two processes' stores see each other's puts, and putting one item at once leaves one value of the two."""
    one, other = (GraphMemStore(opened(extractor=None), clock=clock) for _ in range(2))
    one.put(("a",), "k", {"n": 1})
    other.put(("a",), "k", {"n": 2})
    assert one.get(("a",), "k").value == {"n": 2}  # type: ignore[union-attr]

    async def race() -> None:
        clock.pass_minutes(1)
        puts = [s.aput(("a",), "k", {"text": f"Value {n} {i}"}) for n in range(5) for i, s in enumerate((one, other))]
        await asyncio.gather(*puts)

    asyncio.run(race())
    assert one.get(("a",), "k") == other.get(("a",), "k")
    assert len(one.search(("a",))) == 1


def test_items_are_part_of_the_memory(opened: Opener, clock: Clock) -> None:
    """What a graph put into the store is recalled beside what was said, with its facts, and forgotten like it."""
    memory = opened()
    store = GraphMemStore(memory, background=False, clock=clock)
    store.put(("memories", "ada"), "work", {"content": "Ada works at Feedzai in Lisbon."})
    memory.remember("I saw a heron.", speaker="Ada", at=clock.now)
    hit = memory.recall("Where does Ada work?", options=RecallOptions(kinds=("passage",)))[0]
    assert hit.interaction is not None
    assert (hit.text, hit.interaction.session) == ("Ada works at Feedzai in Lisbon.", "store/memories.ada")
    assert "Feedzai" in {fact.object for fact in memory.facts(about="Ada")}
    memory.forget(session="store/memories.ada")
    assert store.get(("memories", "ada"), "work") is None


REFUSED: list[tuple[Callable[[BaseStore], Any], str]] = [
    (lambda s: s.put((), "k", {"n": 1}), "empty"),
    (lambda s: s.put(("a.b",), "k", {"n": 1}), "period"),
    (lambda s: s.put(("langgraph", "x"), "k", {"n": 1}), "langgraph"),
    (lambda s: s.get(("a", ""), "k"), "empty"),
    (lambda s: s.search((1,)), "string"),  # type: ignore[arg-type]
    (lambda s: s.batch([GetOp(("a.b",), "k")]), "period"),
    (lambda s: s.put("memories", "k", {"n": 1}), "tuple of labels"),  # type: ignore[arg-type]
    (lambda s: s.get("memories", "k"), "tuple of labels"),  # type: ignore[arg-type]
    (lambda s: s.search("memories"), "tuple of labels"),  # type: ignore[arg-type]
    (lambda s: s.list_namespaces(prefix="memories"), "tuple of labels"),  # type: ignore[arg-type]
    (lambda s: s.put(("a",), "k", "text"), "mapping"),  # type: ignore[arg-type]
    (lambda s: s.put(("a",), "k", {"at": datetime(2026, 1, 1, tzinfo=UTC)}), "JSON"),
    (lambda s: s.put(("a",), "k", {"n": float("nan")}), "JSON"),
    (lambda s: s.put(("a",), "k\ud800", {"n": 1}), "surrogate"),
    (lambda s: s.put(("a" * 600,), "k", {"n": 1}), "512"),
    (lambda s: s.put(("a",), "k", {"n": 1}, ttl=0), "ttl"),
    (lambda s: s.put(("a",), "k", {"n": 1}, index="text"), "list"),  # type: ignore[arg-type]
    (lambda s: s.search(("a",), limit=-1), "negative"),
    (lambda s: s.search(("a",), filter=["x"]), "filter"),  # type: ignore[arg-type]
    (lambda s: s.batch(["get"]), "operation"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("call", "told"), REFUSED)
def test_what_cannot_be_taken_is_refused(store: GraphMemStore, call: Callable[[BaseStore], Any], told: str) -> None:
    """Bad names, values, fields and bounds are refused as ValueErrors that name them, and nothing is written."""
    store.put(("a",), "there", {"n": 0})
    with pytest.raises(ValueError, match=told) as refusal:
        call(store)
    assert isinstance(refusal.value, InvalidInput | InvalidNamespaceError)
    assert keys(store.search(())) == ["there"]


def test_a_selection_of_items_by_hand_is_seen(store: GraphMemStore, memory: Memory) -> None:
    """An item whose interaction was forgotten by other means is gone from the store, too."""
    store.put(("a",), "k", {"n": 1})
    memory.store.forget(memory.namespace, Selection(everything=True), now=store.items.clock())
    assert store.get(("a",), "k") is None
    assert store.search(()) == []
