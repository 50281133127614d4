"""Moving a memory to another store: complete, resumable, verified, and recalled as before."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from graphmem import Fact, Message, Passage
from graphmem.cli.app import run
from graphmem.errors import IdTaken, InvalidInput, ModelMismatch, NotFound, StoreUnavailable
from graphmem.formats.copy import Copied, copy_namespace
from graphmem.formats.digest import digest_of
from graphmem.identity import entity_id
from graphmem.model import Interaction, Synonym
from graphmem.ports import Batch, Selection, Store
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NOW, NS, about_ada, entity, fact, link, node, ruling, turns, vectors
from tests.conftest import Opener

LATER = datetime(2026, 9, 1, tzinfo=UTC)
MARK = json.dumps({"dimension": 8, "name": "tiny", "revision": "1"})
Opened = Callable[[], SqliteStore]
WORK, LISBON = about_ada().facts
KNOWS = fact("Ada", "knows", "Lisboa", extractor="hand")


@pytest.fixture
def opener(tmp_path: Path) -> Iterator[Opened]:
    """Open new empty files, one after the other."""
    stores: list[SqliteStore] = []

    def open_() -> SqliteStore:
        stores.append(SqliteStore.open(tmp_path / f"{len(stores)}.db"))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def source(opener: Opened) -> SqliteStore:
    """A store with something of every kind, out of order: arrivals against time, gaps, expired and pending rows."""
    store = opener()
    store.create_namespace("born/as", now=NOW)
    store.rename_namespace("born/as", NS)
    store.set_setting("embedder", MARK)
    for told in (turns(30)[20:], turns(20)[::-1]):
        store.admit(NS, told, now=NOW)
    for n in range(1, 25):
        store.save(NS, about_ada(f"turn-{n}"), now=NOW + timedelta(seconds=n))
    gone = fact("Ada", "lives_in", "Porto", expired_at=LATER, valid_at=NOW, modality="plan", confidence=0.5)
    link = Synonym(a=entity_id(NS, "Lisbon"), b=entity_id(NS, "Lisboa"), score=0.75, method="merged")
    told = Batch(
        entities=[entity("Porto"), entity("Lisboa", aliases=("Lisbon town", "Lisboa antiga"))],
        facts=[gone, KNOWS],
        synonyms=[link],
        vectors=[vectors("turn-25", seed=3), vectors("turn-26", sentences=0)],
        done={"turn-27": "test"},
    )
    store.save(NS, told, now=NOW)
    store.save(NS, learnt(), now=NOW)
    store.save(NS, Batch(undone=[ruling(LISBON, WORK).id]), now=LATER)
    return store


def learnt() -> Batch:
    """Rulings on facts, and a query, an insight and a segment with links to rows of every page of the log."""
    return Batch(
        rulings=[
            ruling(LISBON, WORK),
            ruling(LISBON, KNOWS, kind="conflict", evidence="turn-2"),
            ruling(WORK, None, kind="retraction", decided_by="Ada"),
        ],
        nodes=[
            node("query", label="Query", attributes={"open": True}),
            node("insight", vector=np.eye(8, dtype=np.float32)[0]),
            node("segment", label="Segment"),
        ],
        links=[
            link("HAS_STEP", "query", "turn-29"),
            link("USED", "query", LISBON.id),
            link("SUPPORTED_BY", "insight", "query", attributes={"polarity": 1}),
            link("DERIVED_FROM", "segment", "turn-7"),
            link("IN_COMMUNITY", entity_id(NS, "Ada"), "insight", key="k"),
        ],
    )


def copied(source: Store, target: Store, **options: str) -> Copied:
    return copy_namespace(source, target, namespace=options.get("namespace", NS), to=options.get("to"), now=LATER)


def test_a_copy_is_the_same_memory(source: SqliteStore, opener: Opened) -> None:
    """Rows, ids, origin, instants, links, expired facts, vectors, marks and order of arrival are the source's."""
    target = opener()
    receipt = copied(source, target)
    assert (receipt.verified, receipt.resumed, receipt.interactions, receipt.notes) == (True, False, 30, ())
    assert target.facts(NS, expired=True) == source.facts(NS, expired=True)
    assert target.rulings(NS, undone=True) == source.rulings(NS, undone=True)
    assert target.links(NS) == source.links(NS)
    assert len(target.nodes(NS)) == 3
    assert target.entities(NS) == source.entities(NS)
    assert target.synonyms(NS) == source.synonyms(NS)
    assert [(i.id, i.pending, i.extractor, i.created_at) for i in target.history(NS)] == [
        (i.id, i.pending, i.extractor, i.created_at) for i in source.history(NS)
    ]
    assert target.stats(NS).vectors == source.stats(NS).vectors
    assert [i.id for i in target.pending(NS, stage="facts")] == [i.id for i in source.pending(NS, stage="facts")]
    there, here = source.namespace(NS), target.namespace(NS)
    assert there is not None
    assert here is not None
    assert (here.origin, here.created_at) == (there.origin, there.created_at)
    assert target.check() == []


def test_copying_again_changes_nothing(source: SqliteStore, opener: Opened) -> None:
    """A second copy takes no change number; one made anew, without the memory of the first, neither."""
    target = opener()
    copied(source, target)
    before = target.seq(NS)
    again = copied(source, target)
    assert (again.verified, again.resumed, again.interactions, target.seq(NS)) == (True, True, 0, before)
    for name in [n for (n,) in _settings(target) if n.startswith("copy:")]:
        target.set_setting(name, "")
    assert copied(source, target).verified
    assert target.seq(NS) == before


def _settings(store: SqliteStore) -> list[tuple[str]]:
    import sqlite3

    with sqlite3.connect(store.location) as db:
        found = db.execute("SELECT name FROM setting").fetchall()
    db.close()
    return found


class Cut(SqliteStore):
    """A store whose writes fail after a number of them, as a server that goes away."""

    left = 0

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise StoreUnavailable("the server went away")

    def admit(self, *args: object, **options: object) -> object:  # type: ignore[override] # passes on what it is given
        self._spend()
        return super().admit(*args, **options)  # type: ignore[arg-type] # as above

    def save(self, *args: object, **options: object) -> object:  # type: ignore[override] # passes on what it is given
        self._spend()
        return super().save(*args, **options)  # type: ignore[arg-type] # as above


def test_an_interrupted_copy_goes_on(source: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off after any write, a copy that is started again ends as the same memory."""
    monkeypatch.setattr("graphmem.formats.copy._ROWS", 7)
    writes, failed = -1, True
    while failed:
        writes += 1
        path = tmp_path / f"cut-{writes}.db"
        with Cut.open(path) as cut:
            cut.left = writes
            try:
                failed = not copied(source, cut).verified
            except StoreUnavailable:
                failed = True
        with SqliteStore.open(path) as whole:
            assert copied(source, whole).verified
    assert writes > 6


def test_a_later_copy_brings_what_changed(source: SqliteStore, opener: Opened) -> None:
    """What the source learnt, linked, unlinked and forgot since an earlier copy is brought after it."""
    target = opener()
    copied(source, target)
    source.admit(NS, [Interaction(id="new", session="other", kind="passage", text="News.", title="N")], now=LATER)
    source.save(NS, about_ada("new"), now=LATER)
    source.remove_synonyms(NS, source.synonyms(NS), now=LATER)
    source.forget(NS, Selection(interactions=("turn-3", "turn-29")), now=LATER)
    source.forget(NS, Selection(entity=entity_id(NS, "Feedzai")), now=LATER)
    source.forget(NS, Selection(rulings=(ruling(WORK, None, kind="retraction").id,)), now=LATER)
    source.forget(NS, Selection(nodes=("query",)), now=LATER)
    source.save(NS, Batch(unlink=source.links(NS, types=["IN_COMMUNITY"]), nodes=[node("insight")]), now=LATER)
    receipt = copied(source, target)
    assert (receipt.verified, receipt.resumed, receipt.interactions) == (True, True, 1)
    assert [n.id for n in target.nodes(NS)] == ["insight", "segment"]
    assert target.interactions(NS, ["turn-3"]) == []
    assert target.entities(NS, keys=["feedzai"]) == []


def test_a_copy_that_differs_says_how(source: SqliteStore, opener: Opened) -> None:
    """What the target held before shows in the receipt by type and number, and so do other contents."""
    target = opener()
    target.create_namespace("born/as", now=NOW)
    target.rename_namespace("born/as", NS)
    target.admit(NS, turns(31)[30:], now=NOW)
    receipt = copied(source, target)
    assert not receipt.verified
    assert "interaction: 30 in the source, 31 in the copy" in receipt.differences
    changed = Batch(entities=[entity("Porto", aliases=("Oporto",))])
    first, second = digest_of(source, NS), (source.save(NS, changed, now=NOW), digest_of(source, NS))[1]
    assert first.counts == second.counts
    assert [name for name in first.hashes if first.hashes[name] != second.hashes[name]] == ["entity"]


def test_what_must_not_be_joined_is_refused(source: SqliteStore, opener: Opened) -> None:
    """Another memory of that name, another embedder's vectors, other content under one id, itself, and nothing."""
    other = opener()
    other.admit(NS, turns(1), now=NOW)
    with pytest.raises(InvalidInput, match="another memory"):
        copied(source, other)
    vectors_of_another = opener()
    vectors_of_another.set_setting("embedder", "{}")
    with pytest.raises(ModelMismatch, match="reembed"):
        copied(source, vectors_of_another)
    taken = opener()
    taken.create_namespace("born/as", now=NOW)
    taken.admit("born/as", turns(1, text="Something else."), now=NOW)
    with pytest.raises(IdTaken):
        copied(source, taken, to="born/as")
    with pytest.raises(InvalidInput, match="to itself"):
        copied(source, source)
    with pytest.raises(NotFound):
        copied(source, opener(), namespace="nobody")


def test_another_name_in_one_store(source: SqliteStore) -> None:
    """Within one store a copy needs another name; its ids stay, and the receipt says what new ids will derive from."""
    source.create_namespace("born/as", now=LATER)
    receipt = copied(source, source, to="twin")
    assert receipt.verified
    assert [i.id for i in source.history("twin")] == [i.id for i in source.history(NS)]
    assert copied(source, source, to="twin").resumed


def test_recall_is_the_same_after_a_copy(opened: Opener, tmp_path: Path) -> None:
    """Every question has the same hits in the same order, with the same scores and paths, in both stores."""
    told = [
        Message("I moved from Porto to Lisbon for a job at Feedzai.", speaker="Ada", at=NOW),
        Message("How is the ferry to Barreiro?", speaker="Bo", at=NOW + timedelta(minutes=1)),
        Message(
            "Slow, but I read on it. My sister Carla takes the train.", speaker="Ada", at=NOW + timedelta(minutes=2)
        ),
        Message("Carla adopted a dog called Mel last week.", speaker="Ada", at=NOW + timedelta(days=2)),
        Passage("Barreiro lies across the Tagus from Lisbon.", title="Barreiro"),
        Passage("The Tagus rises in Spain.", title="Tagus"),
        Fact("Ada", "likes", "fado"),
    ]
    memory = opened()
    memory.remember(told, session="chat")
    memory.close()
    with SqliteStore.open(tmp_path / "memory.db") as source, SqliteStore.open(tmp_path / "copy.db") as target:
        assert copy_namespace(source, target, namespace="user/ada", now=LATER).verified
    one, other = opened(), opened(tmp_path / "copy.db")
    for text in ("Where does Ada work?", "Who has a dog?", "Where does the Tagus rise?", "ferry across the river"):
        assert one.recall(text, top_k=5).hits == other.recall(text, top_k=5).hits


def test_the_command_copies_every_namespace(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`graphmem copy` brings all namespaces, or the one asked for under another name, and says what it verified."""
    monkeypatch.chdir(tmp_path)
    for name in ("user/ada", "user/bo"):
        opened("from.db", namespace=name, extractor=None).remember("A word.", speaker=name, at=NOW)
    receipts = _command(capsys, "copy", "--from", "from.db", "--to", "to.db", "--json")
    assert [(r["to"], r["verified"], r["interactions"]) for r in receipts] == [
        ("user/ada", True, 1),
        ("user/bo", True, 1),
    ]
    (one,) = _command(
        capsys,
        "copy",
        "--from",
        "to.db",
        "--to",
        "third.db",
        "--namespace",
        "user/bo",
        "--to-namespace",
        "bo",
        "--json",
    )
    assert (one["to"], one["verified"]) == ("bo", True)
    text = _command_text(capsys, "copy", "--from", "from.db", "--to", "to.db")
    assert "user/ada" in text
    assert "verified" in text


def _command(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in _command_text(capsys, *words).splitlines()]


def _command_text(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        run(list(words))
    said = capsys.readouterr()
    assert ended.value.code == 0, said.err
    return said.out


def test_the_command_tells_a_copy_that_differs(
    opened: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the sides differ, `graphmem copy` says in what, and leaves with the code for a partial result."""
    monkeypatch.chdir(tmp_path)
    opened("from.db", extractor=None).remember("A word.", speaker="Ada", at=NOW)
    opened("to.db", extractor=None).remember("Another word.", speaker="Bo", at=NOW)
    with pytest.raises(SystemExit) as ended:
        run(["copy", "--from", "from.db", "--to", "to.db"])
    assert ended.value.code == 3
    assert "interaction: 1 in the source, 2 in the copy" in capsys.readouterr().err
