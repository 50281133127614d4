"""Promises about what is learnt: nodes of whitelisted labels and links of whitelisted types between any nodes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from graphmem.errors import InvalidInput, Outdated
from graphmem.identity import entity_id
from graphmem.ports import Batch, Link, Node, Selection, Store, Tombstone
from graphmem.testing.backdoor import Backdoor
from graphmem.testing.material import NOW, NS, Reader, about_ada, bare, link, node, turns

__all__ = ["LearntContract"]

LATER = NOW + timedelta(days=1)
LISBON = about_ada().facts[1]
WORDS = {
    "kind": "booking", "odd": "'; DROP TABLE node; -- }) DETACH DELETE n // \"$ns\" ` \u2028 👩‍👩‍👧", "score": -2.5,
    "count": 7, "whole": 2.0, "open": True, "nothing": None, "tags": ("a", "b"), "steps": (3, 1), "weights": (0.5, 1.0),
    "flags": (True, False), "empty": (), "blank": "", "large": 2**62,
}  # fmt: skip


def _save(store: Store, *learnt: Node | Link, namespace: str = NS, **told: Any) -> int:
    nodes = [n for n in learnt if isinstance(n, Node)]
    links = [k for k in learnt if isinstance(k, Link)]
    return store.save(namespace, Batch(nodes=nodes, links=links, **told), now=NOW).seq


def _names(store: Store, **told: Any) -> list[str]:
    return [n.name for n in store.nodes(NS, **told)]


def _places(links: list[Link]) -> list[tuple[str, str, str, str]]:
    return [(k.type, k.source, k.target, k.key) for k in links]


def _linked(store: Store) -> None:
    """A query with two steps, an insight it supports, a segment made from turn 1, and a community of Ada."""
    store.admit(NS, turns(3), now=NOW)
    store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
    _save(
        store,
        node("query", label="Query"),
        node("insight"),
        node("segment", label="Segment"),
        node("summary", label="Annotation"),
        node("community", label="Community"),
        link("HAS_STEP", "query", "turn-2"),
        link("HAS_STEP", "query", "turn-3"),
        link("SUPPORTED_BY", "insight", "query", attributes={"polarity": 1}),
        link("SUPPORTED_BY", "insight", LISBON.id),
        link("DERIVED_FROM", "segment", "turn-1"),
        link("DERIVED_FROM", "summary", "segment"),
        link("IN_COMMUNITY", entity_id(NS, "Ada"), "community"),
    )


class LearntContract:
    """Nodes are upserted as a whole and counted by revision; links hang on ids, and go with their ends."""

    def test_a_node_is_kept_whole(self, store: Store, other: Store, backdoor: Backdoor) -> None:
        """Every field and every kind of attribute comes back from another opener as it was told; lists as tuples."""
        vector = np.array([0.6, 0.8, 0.0], dtype=np.float32)
        told = node(
            "Ask 'first'",
            label="Query",
            text="Line\r\none \x07",
            attributes=WORDS,
            at=NOW,
            expired_at=LATER,
            vector=vector,
        )
        _save(store, told)
        (found,) = other.nodes(NS, expired=True)
        assert bare(found) == bare(told)
        assert dict(found.attributes) == WORDS
        assert [type(found.attributes[k]) for k in ("whole", "count", "open")] == [float, int, bool]
        assert (found.created_at, found.revision) == (NOW, 1)
        assert found.vector is not None
        assert found.vector.tobytes() == vector.tobytes()
        assert backdoor.count("Node", NS) == other.stats(NS).nodes == 1

    def test_a_save_replaces_and_counts(self, store: Store) -> None:
        """A later save replaces all but the creation and is the next revision; the same again changes nothing."""
        _save(store, node("a", attributes={"x": 1, "y": 2}, vector=np.ones(2, dtype=np.float32), expired_at=NOW))
        later = node("a", text="", attributes={"y": "two"}, created_at=NOW + timedelta(days=9))
        seq = _save(store, later)
        assert _save(store, later) == seq
        (found,) = store.nodes(NS)
        assert bare(found) == bare(later)
        assert (found.vector, found.created_at, found.revision) == (None, NOW, 2)
        _save(store, replace(later, created_at=NOW - timedelta(days=1)))
        assert [(n.created_at, n.revision) for n in store.nodes(NS)] == [(NOW - timedelta(days=1), 3)]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"label": "Movie"},
            {"label": "Query) DETACH DELETE n //"},
            {"attributes": {"Capital": 1}},
            {"attributes": {"seq": 1}},
            {"attributes": {"a b": 1}},
            {"attributes": {"x": float("nan")}},
            {"attributes": {"x": 2**63}},
            {"attributes": {"x": ["a", 1]}},
            {"attributes": {"x": [None]}},
            {"attributes": {"x": {"nested": 1}}},
            {"attributes": {"x": "\ud800"}},
            {"vector": np.ones((2, 2), dtype=np.float32)},
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, store: Store, wrong: dict[str, Any]) -> None:
        """Labels, names and values beyond the whitelist are refused on every store, and nothing is written."""
        with pytest.raises(InvalidInput):
            _save(store, node("good"), node("bad", **wrong))
        assert store.nodes(NS) == []

    def test_a_label_is_for_ever(self, store: Store) -> None:
        """An id that is one label cannot become another; links have types of the whitelist only."""
        _save(store, node("a"), node("b"))
        with pytest.raises(InvalidInput, match="is a Insight"):
            _save(store, node("a", label="Query"))
        with pytest.raises(InvalidInput, match="type of a link"):
            _save(store, link("KNOWS", "a", "b"))
        for unknown in ({"labels": ["Movie"]},):
            with pytest.raises(InvalidInput, match="label of a node"):
                store.nodes(NS, **unknown)  # type: ignore[arg-type] # a label that is none
        with pytest.raises(InvalidInput, match="type of a link"):
            store.links(NS, types=["KNOWS"])  # type: ignore[list-item] # a type that is none

    def test_nodes_are_found_by_every_filter(self, store: Store) -> None:
        """By label, id, equality of attributes and expiry, in order of id, page by page."""
        for n, name in enumerate(("a", "b", "c", "d")):
            label = "Query" if n % 2 else "Insight"
            _save(store, node(name, label=label, attributes={"open": n > 1, "n": n, "tags": ["x", name]}))
        _save(store, node("e", expired_at=NOW, attributes={"n": 1}))
        assert _names(store) == ["a", "b", "c", "d"]
        assert _names(store, expired=True, after="b", top_k=2) == ["c", "d"]
        assert _names(store, labels=["Query"]) == ["b", "d"]
        assert _names(store, labels=["Query", "Insight"], ids=["d", "a", "unknown"]) == ["a", "d"]
        assert _names(store, labels=[]) == _names(store, ids=[]) == []
        assert _names(store, where={"open": True}) == ["c", "d"]
        assert _names(store, where={"open": 1}) == _names(store, where={"open": "true"}) == []
        assert _names(store, where={"n": 1.0}, expired=True) == ["b", "e"]
        assert _names(store, where={"open": None}, expired=True) == ["e"]
        assert _names(store, where={"tags": ["x", "c"]}, ids=["c", "d"]) == ["c"]
        assert _names(store, where={"tags": '["x","c"]'}) == []
        assert store.nodes("nobody") == []

    def test_expected_revisions(self, store: Store) -> None:
        """Nothing is written where a revision differs from what the writer knows; 0 is what is not there yet."""
        _save(store, node("a"), expect={"a": 0})
        with pytest.raises(Outdated, match="read it again"):
            _save(store, node("a", text="mine"), node("b"), expect={"a": 0})
        assert [n.text for n in store.nodes(NS)] == ["About a."]
        _save(store, node("a", text="mine"), expect={"a": 1, "b": 0})
        with pytest.raises(Outdated):
            _save(store, expect={"a": 1})
        store.forget(NS, Selection(nodes=("a",)), now=NOW)
        _save(store, node("a"), expect={"a": 0})

    def test_links_are_kept_whole(self, store: Store, other: Store, backdoor: Backdoor) -> None:
        """One link per type, ends and key; later attributes win, the first creation stays; touched alone."""
        _save(store, node("a"), node("b"), node("q", label="Query"))
        told = [
            link("CONTEXTUALISES", "a", "b", key="q1", attributes=WORDS),
            link("CONTEXTUALISES", "a", "b", key="q2"),
            link("CONTEXTUALISES", "b", "a"),
            link("RELATED_TO", "a", "a"),
        ]
        seq = _save(store, *told)
        assert other.links(NS) == [replace(k, created_at=NOW) for k in told]
        assert _save(store, *told) == seq
        changed = replace(told[1], attributes={"score": 2}, created_at=LATER)
        _save(store, changed)
        page = store.changes(NS, since=seq)
        assert (page.nodes, page.links) == ([], [replace(changed, created_at=NOW)])
        assert backdoor.count("Link", NS) == other.stats(NS).links == 4

    def test_links_are_found_by_every_filter(self, store: Store) -> None:
        """By type, source and target, in order of (type, source, target, key), cut at `top_k`."""
        _linked(store)
        assert _places(store.links(NS, types=["HAS_STEP"])) == [
            ("HAS_STEP", "query", "turn-2", ""),
            ("HAS_STEP", "query", "turn-3", ""),
        ]
        assert len(store.links(NS)) == 7
        assert len(store.links(NS, top_k=3)) == 3
        assert _places(store.links(NS, targets=["query", "turn-1"])) == [
            ("DERIVED_FROM", "segment", "turn-1", ""),
            ("SUPPORTED_BY", "insight", "query", ""),
        ]
        assert _places(store.links(NS, sources=["insight", "query"], targets=[LISBON.id, "turn-3"])) == [
            ("HAS_STEP", "query", "turn-3", ""),
            ("SUPPORTED_BY", "insight", LISBON.id, ""),
        ]
        assert _places(store.links(NS, types=["IN_COMMUNITY", "USED"], sources=[entity_id(NS, "Ada")])) == [
            ("IN_COMMUNITY", entity_id(NS, "Ada"), "community", "")
        ]
        assert store.links(NS, types=[]) == store.links(NS, sources=[]) == store.links("nobody") == []
        assert store.links("another", sources=["query"]) == []

    def test_links_to_nothing_are_dropped(self, store: Store) -> None:
        """A link whose end was forgotten meanwhile is dropped, and a node made from it, with all made from that."""
        _linked(store)
        _save(
            store,
            node("new"),
            node("made"),
            node("made from made"),
            link("RELATED_TO", "new", "forgotten"),
            link("RELATED_TO", "new", "made"),
            link("DERIVED_FROM", "made", "forgotten"),
            link("DERIVED_FROM", "made", "turn-1"),
            link("DESCRIBES", "made from made", "made"),
        )
        assert _names(store) == ["community", "insight", "new", "query", "segment", "summary"]
        assert len(store.links(NS)) == 7
        assert store.check() == []

    def test_a_thing_may_be_linked_to_itself(self, store: Store) -> None:
        """A link from an interaction to itself is kept once, told anew by a later save, and goes with it."""
        store.admit(NS, turns(1), now=NOW)
        for count in (1, 2):
            _save(store, link("USED", "turn-1", "turn-1", attributes={"count": count}))
        (kept,) = store.links(NS, sources=["turn-1"])
        assert (kept.target, dict(kept.attributes)) == ("turn-1", {"count": 2})
        assert [k.target for k in store.changes(NS, since=0).links] == ["turn-1"]
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert store.links(NS) == []
        assert store.check() == []

    def test_unlinking(self, store: Store) -> None:
        """A link goes by its type, ends and key, before the batch's own are added, and leaves a tombstone."""
        _save(store, node("a"), node("b"), link("USED", "a", "b"), link("USED", "a", "b", key="k"))
        seq = _save(store, unlink=[link("USED", "a", "b", attributes={"x": 1}), link("USED", "b", "a")])
        assert _places(store.links(NS)) == [("USED", "a", "b", "k")]
        assert store.changes(NS, since=seq - 1).tombstones == [Tombstone("Link", "USED a b ")]
        assert _save(store, unlink=[link("USED", "a", "b")]) == seq
        _save(store, link("USED", "a", "b", key="k", attributes={"n": 1}), unlink=[link("USED", "a", "b", key="k")])
        assert [k.attributes for k in store.links(NS)] == [{"n": 1}]
        assert store.check() == []
        _save(store, link("USED", "a", "b"))
        assert store.changes(NS, since=0).tombstones == []

    def test_forgetting_takes_along_what_was_made_from_it(self, store: Store, backdoor: Backdoor) -> None:
        """Nodes DERIVED_FROM or DESCRIBING what is forgotten go, at any remove; others stay and lose their links."""
        _linked(store)
        before = backdoor.count("Link", NS)
        gone = store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert (gone.nodes, gone.links) == (2, before - backdoor.count("Link", NS)) == (2, 2)
        assert _names(store) == ["community", "insight", "query"]
        gone = store.forget(NS, Selection(interactions=("turn-2",)), now=NOW)
        assert (gone.nodes, gone.links, gone.facts) == (0, 3, 2)
        assert _places(store.links(NS)) == [
            ("HAS_STEP", "query", "turn-3", ""),
            ("SUPPORTED_BY", "insight", "query", ""),
        ]
        assert backdoor.torn() == 0
        assert store.check() == []

    def test_forgetting_nodes(self, store: Store, backdoor: Backdoor) -> None:
        """Nodes go by id with their links and with what was made from them; readers learn of each."""
        _linked(store)
        since = store.seq(NS)
        gone = store.forget(NS, Selection(nodes=("segment", "query", "unknown", "turn-3")), now=NOW)
        assert (gone.nodes, gone.links, gone.interactions) == (3, 5, 0)
        assert set(store.changes(NS, since=since).tombstones) == {
            Tombstone("Segment", "segment"),
            Tombstone("Annotation", "summary"),
            Tombstone("Query", "query"),
            Tombstone("Link", "DERIVED_FROM segment turn-1 "),
            Tombstone("Link", "DERIVED_FROM summary segment "),
            Tombstone("Link", "HAS_STEP query turn-2 "),
            Tombstone("Link", "HAS_STEP query turn-3 "),
            Tombstone("Link", "SUPPORTED_BY insight query "),
        }
        seq = store.seq(NS)
        assert store.forget(NS, Selection(nodes=("query",)), now=NOW).nodes == 0
        assert store.seq(NS) == seq
        assert len(store.history(NS)) == 3
        gone = store.forget(NS, Selection(everything=True), now=NOW)
        assert (gone.nodes, gone.links) == (2, 2)
        assert backdoor.count("Node", NS) == backdoor.count("Link", NS) == backdoor.torn() == 0

    def test_dropping_vectors_drops_those_of_nodes(self, store: Store) -> None:
        """The embedder changed: nodes lose their vectors, too, are counted and touched, and keep their revision."""
        _save(store, node("a", vector=np.ones(2, dtype=np.float32)), node("b"))
        since = store.seq(NS)
        assert store.drop_vectors(NS) == 1
        assert [(n.id, n.vector, n.revision) for n in store.changes(NS, since=since).nodes] == [("a", None, 1)]
        assert store.drop_vectors(NS) == 0

    @pytest.mark.parametrize("limit", [1, 2, 5, 1_000])
    def test_a_follower_knows_what_a_late_reader_learns(self, store: Store, other: Store, limit: int) -> None:
        """Whatever happens to nodes and links, those who read on page by page end where those do who read once."""
        follower, late = Reader(), Reader()
        _linked(store)
        follower.follow(other, limit=limit)
        _save(store, node("query", label="Query", text="changed"), link("USED", "query", "insight"))
        follower.follow(other, limit=limit)
        store.forget(NS, Selection(nodes=("query",)), now=NOW)
        _save(store, node("query", label="Query"), unlink=[link("SUPPORTED_BY", "insight", LISBON.id)])
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        follower.follow(other, limit=limit)
        late.follow(other)
        assert follower == late
        assert (len(late.nodes), len(late.links)) == (3, 1)

    def test_rows_come_in_order(self, store: Store) -> None:
        """Nodes come by (seq, id), links by (seq, type, source, target, key)."""
        _save(store, node("b"), node("a"), node("c"))
        _save(store, node("a", text="x"), link("USED", "b", "c"), link("USED", "b", "a"), link("PART_OF", "c", "a"))
        page = store.changes(NS, since=0)
        assert [n.id for n in page.nodes] == ["b", "c", "a"]
        assert _places(list(page.links)) == [("PART_OF", "c", "a", ""), ("USED", "b", "a", ""), ("USED", "b", "c", "")]

    def test_namespaces_keep_what_they_learnt(self, store: Store, backdoor: Backdoor) -> None:
        """The same ids in two namespaces are two nodes; a rename takes them along, an erasure leaves none."""
        _linked(store)
        _save(
            store,
            node("query", label="Query", text="theirs"),
            node("x"),
            link("USED", "query", "x"),
            namespace="another",
        )
        assert [n.text for n in store.nodes("another", ids=["query"])] == ["theirs"]
        assert _places(store.links("another", sources=["query"])) == [("USED", "query", "x", "")]
        _save(store, link("RELATED_TO", "x", "insight"), namespace="another")
        assert len(store.links("another")) == 1
        store.rename_namespace(NS, "renamed")
        assert (len(store.nodes("renamed")), len(store.links("renamed"))) == (5, 7)
        assert store.links("renamed", sources=["query"], types=["HAS_STEP"]) != []
        gone = store.erase_namespace("renamed")
        assert (gone.nodes, gone.links) == (5, 7)
        assert (backdoor.count("Node", "another"), backdoor.count("Link", "another")) == (2, 1)
        assert store.check() == []
