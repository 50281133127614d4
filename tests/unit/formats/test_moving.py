"""Export and import, on a real store: complete, idempotent, and honest about damage."""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from graphmem.errors import FormatError, NotFound
from graphmem.formats.export import write_export
from graphmem.formats.graphml import write_graphml
from graphmem.formats.import_ import Imported, import_lines
from graphmem.formats.source import TextSource
from graphmem.identity import entity_id, fact_id
from graphmem.model import Entity, Fact, Interaction, Mention, Ruling, Synonym
from graphmem.ports import Assertion, Batch, Link, Node, Store, VectorRow
from graphmem.stores.sqlite import SqliteStore
from tests.conftest import Opener

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 1, 9, tzinfo=UTC)
MARK = json.dumps({"dimension": 3, "name": "tiny", "revision": "1"})
OTHER = json.dumps({"dimension": 3, "name": "other", "revision": "1"})


def said(number: int) -> Interaction:
    """Return an interaction; the first two are undated passages, the words hold what is hard to write down."""
    dated = number > 1
    return Interaction(
        id=f"i{number}",
        session="s" if dated else "doc.md",
        kind="message" if dated else "passage",
        text=f'turn {number}\x00\x07 "\\ </text> ∮ 😀',
        at=NOW if dated else None,
        speaker="Ada" if dated else None,
        title=None if dated else "Ada & Bo",
        metadata={"k": [1, {"z": None}]},
    )


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    """A store whose namespace `ada` was once called `origin`, with something of every kind."""
    store = SqliteStore.open(":memory:")
    store.create_namespace("origin", now=NOW)
    store.rename_namespace("origin", "ada")
    store.set_setting("embedder", MARK)
    store.admit("ada", [said(n) for n in range(5)], now=NOW)
    people = [Entity(id=entity_id("origin", n), name=n, kind="person", aliases=(f"{n}bel",)) for n in ("Ada", "Bo")]
    knows = Fact(
        "Ada", "knows", "Bo", id=fact_id("origin", "Ada", "knows", "Bo", valid_at=NOW), valid_at=NOW,
        text="Ada knows Bo", subject_id=people[0].id, object_id=people[1].id, extractor="test", confidence=0.5,
        modality="wish", negated=True,
    )  # fmt: skip
    batch = Batch(
        entities=people,
        mentions=[Mention(interaction="i2", entity=people[0].id, count=2, about=True, weight=0.5, source="fact")],
        facts=[knows],
        assertions=[Assertion("i3", knows.id), Assertion("i2", knows.id)],
        synonyms=[Synonym(a=people[0].id, b=people[1].id, score=0.75, method="merged")],
        vectors=[VectorRow("i2", np.eye(3, dtype=np.float32)[0], np.eye(3, dtype=np.float32)[:2])],
        done={"i2": "test", "i3": "test"},
    )
    store.save("ada", batch, now=NOW)
    store.save("ada", learnt(batch), now=NOW)
    yield store
    store.close()


def learnt(told: Batch) -> Batch:
    """Return rulings that stand, that were undone and that a person made, and an insight with its links."""
    knows, ada = told.facts[0], told.entities[0].id
    likes = replace(knows, predicate="likes", id="f2", text="Ada likes Bo", extractor="hand")
    rulings = [
        Ruling(id="r1", older=knows.id, newer="f2", kind="update", at=NOW, reason="said <later>", evidence="i3"),
        Ruling(id="r2", older="f2", newer=knows.id, kind="conflict", until=LATER, expired_at=LATER),
        Ruling(id="r3", older="f2", kind="retraction", reason="no", decided_by="Ada"),
    ]
    kept = {"score": 0.5, "tags": ("a", "b"), "open": True}
    insight = Node(
        id="n1", label="Insight", name="Bo", text="Ask Bo \x07", attributes=kept, at=NOW, expired_at=LATER,
        vector=np.eye(3, dtype=np.float32)[2],
    )  # fmt: skip
    links = [
        Link(type="SUPPORTED_BY", source="n1", target="i2", attributes={"polarity": -1}),
        Link(type="CONTEXTUALISES", source="n1", target="n1", key="q"),
        Link(type="IN_COMMUNITY", source=ada, target="n1"),
    ]
    return Batch(facts=[likes], rulings=rulings, nodes=[insight], links=links)


@pytest.fixture
def empty() -> Iterator[SqliteStore]:
    """A store with nothing in it."""
    store = SqliteStore.open(":memory:")
    yield store
    store.close()


def exported(store: Store, namespace: str = "ada", **options: bool) -> str:
    """Return an export as text."""
    stream = io.StringIO()
    write_export(store, namespace, to=stream, now=NOW, **options)
    return stream.getvalue()


def imported(store: Store, text: str, *, namespace: str | None = None, embedder: str = MARK) -> Imported:
    """Import a text."""
    source = TextSource("x.jsonl", io.StringIO(text))
    return import_lines(store, source, now=LATER, embedder=embedder, namespace=namespace)


def rows(text: str) -> list[str]:
    """Return an export's lines but for the namespace's own, whose counter differs."""
    return [line for line in text.splitlines() if '"type":"namespace"' not in line]


def test_an_import_is_the_same_memory(store: SqliteStore, empty: SqliteStore) -> None:
    """What comes out of an import's export is what went in: ids, instants, order, aliases, vectors, origin."""
    text = exported(store, vectors=True)
    receipt = imported(empty, text)
    assert (receipt.namespace, receipt.interactions, receipt.bad, receipt.notes) == ("ada", 5, 0, ())
    assert rows(exported(empty, vectors=True)) == rows(text)
    info = empty.namespace("ada")
    assert info is not None
    assert info.origin == "origin"
    assert empty.facts("ada", expired=True) == store.facts("ada", expired=True)
    assert [f.closed_at for f in empty.facts("ada", expired=True)].count(NOW) == 1
    assert empty.rulings("ada", undone=True) == store.rulings("ada", undone=True)
    assert empty.links("ada") == store.links("ada")
    assert empty.entities("ada") == store.entities("ada")
    assert [i.pending for i in empty.history("ada")] == [i.pending for i in store.history("ada")]


def test_importing_again_changes_nothing(store: SqliteStore, empty: SqliteStore) -> None:
    """A second import takes no change number and tells that nothing is new."""
    text = exported(store, vectors=True)
    imported(empty, text)
    before = empty.seq("ada")
    assert imported(empty, text).interactions == 0
    assert empty.seq("ada") == before


def test_another_namespace_keeps_the_ids(store: SqliteStore, empty: SqliteStore) -> None:
    """Under another name the ids stay; where the origin is taken the receipt says what follows."""
    text = exported(store)
    assert imported(empty, text, namespace="copy").notes == ()
    assert [e.id for e in empty.entities("copy")] == [e.id for e in store.entities("ada")]
    assert "ids" in imported(store, text, namespace="copy").notes[0]
    assert [i.id for i in store.history("copy")] == [i.id for i in store.history("ada")]


def test_a_truncated_export_lands_and_says_so(store: SqliteStore, empty: SqliteStore) -> None:
    """Cut anywhere behind its head, an export's whole lines land, and the cut is reported; the rest mends it."""
    text = exported(store, vectors=True)
    head = text.index("\n", text.index('"type":"namespace"')) + 1
    for end in range(head, len(text) - 1, 97):
        receipt = imported(empty, text[:end])
        assert receipt.bad >= 1
        assert "truncated" in receipt.problems[-1].why
    assert imported(empty, text).bad == 0
    assert sorted(rows(exported(empty, vectors=True))) == sorted(rows(text))


def test_damaged_lines_are_reported_and_the_others_land(store: SqliteStore, empty: SqliteStore) -> None:
    """Lines with unknown types, keys or kinds of value are reported by number; their neighbours are kept."""
    lines = exported(store).splitlines(keepends=True)
    bad = [
        "nope\n", "5\n", '{"type":"spaceship"}\n', '{"type":"mention","interaction":"i2"}\n',
        '{"type":"entity","id":"x","name":5}\n', '{"type":"entity","id":"x","name":"\\ud800"}\n',
        '{"type":"entity","id":"x","name":"X","wings":2}\n',
        '{"type":"synonym","a":"x","b":"y","score":true,"method":"m"}\n',
        '{"type":"mention","interaction":"i2","entity":"nobody"}\n',
        '{"type":"assertion","interaction":"i2","fact":"none"}\n',
        '{"type":"interaction","id":"x","session":"s","kind":"dream","text":"t"}\n',
        '{"type":"interaction","id":"x","session":"s","kind":"message","text":"t","at":"2026-01-01T00:00:00"}\n',
    ]  # fmt: skip
    receipt = imported(empty, "".join([*lines[:-1], *bad, lines[-1]]))
    first = len(lines)
    assert sorted(p.line or 0 for p in receipt.problems) == list(range(first, first + len(bad)))
    assert len(empty.history("ada")) == 5
    assert empty.facts("ada") == store.facts("ada")


def test_numbers_that_are_none_are_reported(store: SqliteStore, empty: SqliteStore) -> None:
    """Neither a vector nor a confidence that is no number comes in: nothing could be ranked beside it."""
    lines = exported(store, vectors=True).splitlines()
    of = {json.loads(line)["type"]: place for place, line in enumerate(lines)}
    for kind, key, value in (("vector", "vector", base64.b64encode(np.full(3, np.nan, "<f4")).decode()),
                             ("fact", "confidence", float("nan"))):  # fmt: skip
        lines[of[kind]] = json.dumps({**json.loads(lines[of[kind]]), key: value})
    receipt = imported(empty, "\n".join(lines))
    assert [p.line for p in receipt.problems][:2] == sorted((of["fact"] + 1, of["vector"] + 1))


def test_missing_lines_are_noticed(store: SqliteStore, empty: SqliteStore) -> None:
    """A line taken out of the middle shows in the footer's counts."""
    lines = exported(store).splitlines(keepends=True)
    without = [line for line in lines if '"type":"synonym"' not in line]
    assert "counts" in imported(empty, "".join(without)).problems[0].why


def test_other_files_and_newer_versions_are_refused(store: SqliteStore, empty: SqliteStore) -> None:
    """What is no export, and what a newer graphmem wrote, is refused before anything is written."""
    newer = exported(store).replace('"graphmem":3', '"graphmem":4', 1)
    for text, why in ((newer, "upgrade"), ('{"text":"hi"}\n', "no graphmem export"), ("", "no graphmem export")):
        with pytest.raises(FormatError, match=why):
            imported(empty, text)
    assert empty.namespaces() == []


def test_vectors_of_another_embedder_are_left_out(store: SqliteStore, empty: SqliteStore) -> None:
    """Vectors that another embedder made never get into a store; the receipt says so and they can be made anew."""
    receipt = imported(empty, exported(store, vectors=True), embedder=OTHER)
    assert "resume" in receipt.notes[0]
    assert empty.stats("ada").vectors == 0
    assert len(empty.pending("ada", stage="vectors")) == 5


def test_a_namespace_that_is_not_there_cannot_be_exported(empty: SqliteStore) -> None:
    """Exporting an unknown namespace is an error, not an empty file."""
    with pytest.raises(NotFound):
        exported(empty, "nobody")


def test_graphml_reads_back(store: SqliteStore, tmp_path: Path) -> None:
    """networkx reads the GraphML back with every node and edge; characters XML cannot hold are replaced."""
    counts = write_graphml(store, "ada", to=tmp_path / "g.graphml")
    graph = nx.read_graphml(tmp_path / "g.graphml", force_multigraph=True)
    assert counts == {
        "ASSERTS": 2, "CONTEXTUALISES": 1, "Entity": 2, "Fact": 2, "IN_COMMUNITY": 1, "Insight": 1, "Interaction": 5,
        "MENTIONS": 1, "OBJECT": 2, "RULES_ON": 1, "Ruling": 1, "SUBJECT": 2, "SUPERSEDES": 1, "SUPPORTED_BY": 1,
        "SYNONYM_OF": 1,
    }  # fmt: skip
    labels = [data["label"] for _, data in graph.nodes(data=True)] + [d["label"] for *_, d in graph.edges(data=True)]
    assert {label: labels.count(label) for label in labels} == counts
    assert graph.nodes["i2"]["text"] == 'turn 2\ufffd\ufffd "\\ </text> ∮ 😀'
    assert graph.nodes["n1"]["tags"] == "a | b"
    (fact,) = (f for f in store.facts("ada", expired=True) if f.predicate == "knows")
    assert graph.nodes[fact.id]["negated"] is True
    assert graph.nodes[fact.id]["confidence"] == 0.5


def test_a_copy_beside_the_original_names_nobody_twice(opened: Opener) -> None:
    """Imported beside the original, under other ids than names would get there, a memory has the same entities."""
    memory = opened(":memory:")
    memory.remember("My sister Clara works at Siemens in Munich.", speaker="Ada", at=NOW)
    source = TextSource("x.jsonl", io.StringIO(exported(memory.store, memory.namespace)))
    receipt = import_lines(memory.store, source, now=LATER, embedder=MARK, namespace="copy")
    assert "derives its ids" in receipt.notes[0]
    copy = memory.sibling("copy")
    assert copy.resume().interactions == 0
    names = [(e.id, e.name, e.kind, e.mentions) for e in memory.entities()]
    assert [(e.id, e.name, e.kind, e.mentions) for e in copy.entities()] == names
    assert copy.stats().vectors == copy.stats().interactions == 1
    assert copy.recall("Who is in Munich?")[0].text == memory.recall("Who is in Munich?")[0].text
