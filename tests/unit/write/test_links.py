"""The book of names beside a store: what was saved how, when and by whom does not show in the links."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from graphmem import Fact, Passage
from graphmem.identity import entity_id
from graphmem.model import Entity, Interaction, Mention, Synonym
from graphmem.ports import Batch, Store
from graphmem.stores.sqlite import SqliteStore
from graphmem.write.links import LinkBook, scope
from tests.conftest import WHEN, Opener

NS = "ns"


@pytest.fixture
def store() -> Iterator[Store]:
    with SqliteStore.open(":memory:") as opened:
        opened.create_namespace(NS, now=WHEN)
        yield opened


def told(id_: str, *, session: str = "s", source: str | None = None) -> Interaction:
    kind = "message" if source is None else "passage"
    return Interaction(id=id_, session=session, kind=kind, text=id_, source=source)  # type: ignore[arg-type] # literal


def drawn(interaction: Interaction, *names: str) -> Batch:
    """Return persons seen in an interaction."""
    ids = [entity_id(NS, name) for name in names]
    return Batch(
        entities=[Entity(id=i, name=n, kind="person") for i, n in zip(ids, names, strict=True)],
        mentions=[Mention(interaction=interaction.id, entity=i, source="fact") for i in ids],
        done={interaction.id: "test"},
    )


def written(store: Store, runs: Sequence[tuple[Interaction, Sequence[str]]], *, reopened: bool) -> list[Synonym]:
    """Write what was seen, one interaction at a time, through one book or a new one each time; return all links."""
    book = LinkBook(store, NS)
    for interaction, names in runs:
        store.admit(NS, [interaction], now=WHEN)
        batch = drawn(interaction, *names)
        book = LinkBook(store, NS) if reopened else book
        store.save(NS, replace(batch, synonyms=book.links(batch, [interaction])), now=WHEN)
    return store.synonyms(NS)


@pytest.mark.parametrize("reopened", [False, True])
def test_names_known_apart_are_linked_when_they_meet(store: Store, *, reopened: bool) -> None:
    """Two persons known from two sessions are compared as short forms once both are named in a third."""
    runs = [(told("1", session="a"), ["Ines"]), (told("2", session="b"), ["Ines Caldeira"])]
    assert written(store, runs, reopened=reopened) == []
    met = [(told("3", session="c"), ["Ines"]), (told("4", session="c"), ["Ines Caldeira"])]
    assert [link.method for link in written(store, met, reopened=reopened)] == ["short_form"]


@pytest.mark.parametrize("reopened", [False, True])
def test_a_document_calls_its_people_by_short_names(store: Store, *, reopened: bool) -> None:
    """Passages of one source understand short forms; of two sources, or of none known, they do not."""
    apart = [(told("1", source="a.md"), ["Ines"]), (told("2", source="b.md"), ["Ines Caldeira"]),
             (told("3", source=""), ["Ines"])]  # fmt: skip
    assert written(store, apart, reopened=reopened) == []
    assert scope(told("3", source="")) is None
    near = [(told("4", source="a.md"), ["Ines Caldeira"])]
    assert [link.method for link in written(store, near, reopened=reopened)] == ["short_form"]


def test_facts_told_by_hand_are_linked(opened: Opener) -> None:
    """Names that only facts told by hand bring are compared like all others, whoever was there first."""
    memory = opened(extractor=None)
    memory.remember([Fact("World Health Organization", "located_in", "Geneva")])
    memory.remember([Fact("WHO", "published", "a guideline")])
    assert [link.method for link in memory.store.synonyms(memory.namespace)] == ["acronym"]


def test_names_that_are_only_spotted_are_linked(opened: Opener) -> None:
    """A name in a text is linked whether or not a fact is drawn about it, in one process or in two."""
    first, second = opened(), opened(namespace="user/ida")
    texts = ["At the Bharatiya Janata Party.", "At the Bharatiya Janta Party."]
    first.remember([Passage(t) for t in texts])
    for text in texts:
        second.remember(Passage(text))
        second = opened(namespace="user/ida")
    found = [[link.method for link in m.store.synonyms(m.namespace)] for m in (first, second)]
    assert found == [["spelling"], ["spelling"]]
