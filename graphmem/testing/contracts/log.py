"""Promises about the change log, by which readers in other processes follow."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from graphmem.identity import entity_id
from graphmem.model import Synonym
from graphmem.ports import Assertion, Batch, ChangeKind, Changes, Selection, Store, Tombstone
from graphmem.testing.material import NOW, NS, Reader, about_ada, entity, fact, mention, turn, turns, vectors

__all__ = ["LogContract"]


def _ids(page: Changes) -> tuple[list[str], list[str], list[str]]:
    return [i.id for i in page.interactions], [e.name for e in page.entities], [f.predicate for f in page.facts]


def _filled(store: Store) -> None:
    """Write a log of a dozen transactions of every kind."""
    for n in range(1, 7):
        store.admit(NS, [turn(n), turn(n, id=f"b-{n}", session="b")], now=NOW)
        store.save(NS, about_ada(f"turn-{n}"), now=NOW)
    store.save(NS, Batch(synonyms=[_link(0.5)]), now=NOW)
    store.forget(NS, Selection(interactions=("turn-3",)), now=NOW)
    store.save(NS, Batch(vectors=[vectors("b-2")]), now=NOW)


def _link(score: float) -> Synonym:
    a, b = sorted((entity_id(NS, "Feedzai"), entity_id(NS, "Lisbon")))
    return Synonym(a=a, b=b, score=score, method="trigram")


class LogContract:
    """`changes` tells the present state of whatever was touched, a whole transaction at a time."""

    def test_every_transaction_takes_the_next_seq(self, store: Store, other: Store) -> None:
        """`seq` starts at 0 and counts the transactions that wrote something, without a gap, for every opener."""
        assert store.seq(NS) == 0
        seqs = [store.admit(NS, [turn(1)], now=NOW).seq, other.admit(NS, [turn(2)], now=NOW).seq]
        seqs.append(store.save(NS, about_ada("turn-1"), now=NOW).seq)
        other.forget(NS, Selection(interactions=("turn-2",)), now=NOW)
        assert seqs == [1, 2, 3]
        assert (store.seq(NS), other.seq(NS)) == (4, 4)
        info = store.namespace(NS)
        assert info is not None
        assert info.seq == 4

    def test_reading_creates_nothing(self, store: Store) -> None:
        """Asking about a namespace that is not there leaves none behind."""
        assert store.changes("nobody", since=0) == Changes(seq=0)
        assert store.seq("nobody") == 0
        assert store.namespace("nobody") is None
        assert store.namespaces() == []

    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 1_000])
    def test_pages_of_any_size_tell_the_same(self, store: Store, limit: int) -> None:
        """Following page by page ends where one page would, and no page is endless."""
        _filled(store)
        whole, paged = Reader(), Reader()
        assert len(whole.follow(store, limit=1_000_000)) == 1
        pages = paged.follow(store, limit=limit)
        assert paged == whole
        seqs = [page.seq for page in pages]
        assert seqs == sorted(set(seqs))
        assert seqs[-1] == store.seq(NS)
        largest_transaction = 2 + 3 + 2
        assert all(len(p.interactions) + len(p.facts) + len(p.entities) <= limit + largest_transaction for p in pages)

    def test_a_reader_who_follows_knows_what_a_new_one_learns(self, store: Store, other: Store) -> None:
        """Reading after every write ends in the same state as reading once at the end."""
        follower, late = Reader(), Reader()
        for n in range(1, 5):
            store.admit(NS, [turn(n)], now=NOW)
            follower.follow(other)
            store.save(NS, about_ada(f"turn-{n}"), now=NOW)
            follower.follow(other)
        store.save(NS, Batch(synonyms=[_link(0.5)]), now=NOW)
        follower.follow(other)
        store.remove_synonyms(NS, [_link(0.5)], now=NOW)
        follower.follow(other)
        store.forget(NS, Selection(interactions=("turn-1", "turn-4")), now=NOW)
        follower.follow(other)
        store.drop_vectors(NS)
        follower.follow(other)
        late.follow(other)
        assert follower == late
        assert set(late.interactions) == {"turn-2", "turn-3"}

    def test_the_log_agrees_with_the_lookups(self, store: Store) -> None:
        """What the log says of each node is what asking for it says."""
        _filled(store)
        page = store.changes(NS, since=0)
        assert sorted(page.interactions, key=lambda i: i.arrival) == sorted(store.history(NS), key=lambda i: i.arrival)
        assert sorted(page.entities, key=lambda e: e.id) == sorted(store.entities(NS), key=lambda e: e.id)
        assert sorted(page.facts, key=lambda f: f.id) == sorted(store.facts(NS, expired=True), key=lambda f: f.id)
        assert sorted(page.mentions, key=lambda m: (m.interaction, m.entity)) == store.mentions(
            NS, [i.id for i in page.interactions]
        )
        assert sorted(page.synonyms, key=lambda s: (s.a, s.b)) == store.synonyms(NS)

    def test_a_page_holds_only_what_was_asked_for(self, store: Store) -> None:
        """Told of some kinds of rows only, a page has those and no others, up to the same seq; tombstones always."""
        _filled(store)
        whole = store.changes(NS, since=0)
        assert whole.tombstones
        for kind in get_args(ChangeKind):
            page = store.changes(NS, since=0, only={kind})
            others: dict[str, Any] = {other: [] for other in get_args(ChangeKind) if other != kind}
            assert str(page) == str(replace(whole, **others))  # vectors are arrays, which have no one answer to ==

    def test_pages_of_some_kinds_miss_nothing(self, store: Store) -> None:
        """However small the pages, those told of interactions alone hold each of them, and end with the log."""
        _filled(store)
        found: list[str] = []
        since, more = 0, True
        while more:
            page = store.changes(NS, since=since, limit=1, only={"interactions"})
            assert page.seq > since
            found += [i.id for i in page.interactions]
            since, more = page.seq, page.more
        assert found == [i.id for i in store.changes(NS, since=0).interactions]
        assert since == store.seq(NS)

    def test_rows_come_in_order(self, store: Store) -> None:
        """Interactions come by (seq, arrival), entities and facts by (seq, id)."""
        _filled(store)
        page = store.changes(NS, since=0)
        # turn-n of a pair is touched once more by its save, one transaction after b-n.
        expected = [id_ for n in (1, 2, 4, 5, 6) for id_ in ((f"b-{n}", f"turn-{n}") if n != 2 else ("turn-2",))]
        expected.insert(3, "b-3")
        assert [i.id for i in page.interactions] == [*expected, "b-2"]
        assert [e.id for e in page.entities] == sorted(e.id for e in page.entities if e.name == "Ada") + sorted(
            e.id for e in page.entities if e.name != "Ada"
        )

    def test_a_vector_touches_its_interaction(self, store: Store) -> None:
        """New vectors bring their interaction again, with all its mentions."""
        store.admit(NS, turns(2), now=NOW)
        since = store.save(NS, replace(about_ada("turn-1"), vectors=[]), now=NOW).seq
        store.save(NS, Batch(vectors=[vectors("turn-1")]), now=NOW)
        page = store.changes(NS, since=since)
        assert _ids(page) == (["turn-1"], [], [])
        assert len(page.mentions) == 3
        assert [v.interaction for v in page.vectors] == ["turn-1"]

    def test_a_mention_touches_its_interaction(self, store: Store) -> None:
        """A new mention brings its interaction again, with its vectors and its older mentions; not its entity."""
        store.admit(NS, turns(2), now=NOW)
        since = store.save(NS, about_ada("turn-1"), now=NOW).seq
        store.save(NS, Batch(mentions=[mention("turn-2", "Ada")]), now=NOW)
        page = store.changes(NS, since=since)
        assert _ids(page) == (["turn-2"], [], [])
        assert page.mentions == [mention("turn-2", "Ada")]

    def test_an_assertion_touches_its_fact(self, store: Store) -> None:
        """A fact said again comes again, with all who said it, dated by the first."""
        store.admit(NS, turns(3), now=NOW)
        since = store.save(NS, about_ada("turn-2"), now=NOW).seq
        told = fact("Ada", "lives_in", "Lisbon")
        store.save(NS, Batch(assertions=[Assertion("turn-3", told.id), Assertion("turn-1", told.id)]), now=NOW)
        page = store.changes(NS, since=since)
        assert _ids(page) == ([], [], ["lives_in"])
        assert page.facts[0].sources == ("turn-1", "turn-2", "turn-3")
        assert page.facts[0].at == turn(1).at
        assert {a.interaction for a in page.assertions} == {"turn-1", "turn-2", "turn-3"}

    def test_a_better_name_touches_its_entity(self, store: Store) -> None:
        """A better spelling, a kind or an alias brings the entity again; nothing new does not."""
        since = store.save(NS, Batch(entities=[entity("ada")]), now=NOW).seq
        store.save(NS, Batch(entities=[entity("Ada", kind="person", aliases=("Countess",))]), now=NOW)
        page = store.changes(NS, since=since)
        assert [(e.name, e.kind, e.aliases) for e in page.entities] == [("Ada", "person", ("Countess",))]
        store.save(NS, Batch(entities=[entity("ADA")]), now=NOW)
        assert store.changes(NS, since=page.seq).entities == []

    def test_links_come_and_go_with_their_entities(self, store: Store) -> None:
        """A new link, or one removed, brings both its entities again, with all the links they have now."""
        since = store.save(NS, Batch(entities=[entity("Feedzai"), entity("Lisbon"), entity("Ada")]), now=NOW).seq
        store.save(NS, Batch(synonyms=[_link(0.5)]), now=NOW)
        page = store.changes(NS, since=since)
        assert sorted(e.name for e in page.entities) == ["Feedzai", "Lisbon"]
        assert page.synonyms == [_link(0.5)]
        assert store.remove_synonyms(NS, [_link(0.1), replace(_link(0.5), method="other")], now=NOW) == 1
        page = store.changes(NS, since=page.seq)
        assert sorted(e.name for e in page.entities) == ["Feedzai", "Lisbon"]
        assert page.synonyms == []
        assert store.remove_synonyms(NS, [_link(0.5)], now=NOW) == 0

    def test_a_merge_shows_on_the_entity(self, store: Store) -> None:
        """A confirmed merge says so on the entity merged, until it is undone."""
        a, b = entity("Feedzai"), entity("Lisbon")
        store.save(NS, Batch(entities=[a, b]), now=NOW)
        merge = Synonym(a=a.id, b=b.id, score=1.0, method="merged")
        store.save(NS, Batch(synonyms=[merge]), now=NOW)
        assert {e.name: e.merged_into for e in store.entities(NS)} == {"Feedzai": b.id, "Lisbon": None}
        assert store.remove_synonyms(NS, [merge], now=NOW) == 1
        assert {e.merged_into for e in store.entities(NS)} == {None}

    def test_erasures_leave_tombstones(self, store: Store) -> None:
        """What is forgotten is told by label and id, and is not among the rows any more."""
        store.admit(NS, [turn(1)], now=NOW)
        since = store.save(NS, about_ada("turn-1"), now=NOW).seq
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        page = store.changes(NS, since=since)
        told = about_ada()
        assert set(page.tombstones) == {
            Tombstone("Interaction", "turn-1"),
            *(Tombstone("Entity", e.id) for e in told.entities),
            *(Tombstone("Fact", f.id) for f in told.facts),
        }
        assert _ids(store.changes(NS, since=0)) == ([], [], [])

    def test_what_is_told_again_lives_again(self, store: Store) -> None:
        """After forgetting, the same interaction can be told anew, and readers keep it."""
        follower, late = Reader(), Reader()
        store.admit(NS, [turn(1)], now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)
        follower.follow(store)
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert store.admit(NS, [turn(1)], now=NOW).new == ("turn-1",)
        store.save(NS, about_ada("turn-1"), now=NOW)
        follower.follow(store)
        late.follow(store)
        assert follower == late
        assert store.changes(NS, since=0).tombstones == []
        assert set(follower.interactions) == {"turn-1"}

    def test_a_former_namespace_is_noticed(self, store: Store, other: Store) -> None:
        """A reader of an erased namespace learns that the new one of that name is another, whatever its length."""
        follower, late = Reader(), Reader()
        store.admit(NS, turns(2), now=NOW)
        follower.follow(other)
        store.erase_namespace(NS)
        for n in range(10, 20):
            store.admit(NS, [turn(n)], now=NOW)
        pages = follower.follow(other)
        late.follow(other)
        assert pages[0].reset
        assert follower == late
        assert "turn-1" not in follower.interactions

    def test_a_renamed_namespace_is_noticed(self, store: Store) -> None:
        """A reader of a name that was given to another namespace starts again, too."""
        follower, late = Reader(), Reader()
        store.admit("old", turns(3), now=NOW)
        store.admit("new", [turn(7)], now=NOW)
        follower.follow(store, "old")
        store.rename_namespace("old", "kept")
        store.rename_namespace("new", "old")
        store.admit("old", [turn(8)], now=NOW)
        follower.follow(store, "old")
        late.follow(store, "old")
        assert follower == late
        assert set(late.interactions) == {"turn-7", "turn-8"}
