"""Promises about namespaces: nothing of one is ever seen from another; names change, ids stay."""

import pytest

from graphmem.errors import InvalidInput, NotFound
from graphmem.identity import entity_id
from graphmem.model import Synonym
from graphmem.ports import Batch, Selection, Store
from graphmem.testing.backdoor import Backdoor
from graphmem.testing.material import NOW, NS, about_ada, entity, turn, turns

__all__ = ["TenantsContract"]

ODD_NAMES = ('user/ada\'s "own"', "名前/空間", "%", "_", "a\nb", "👩‍👩‍👧", "; --", "User/Ada", "user/ada ", "$ns")


class TenantsContract:
    """The same ids in two namespaces are two things."""

    def test_no_lookup_sees_another_namespace(self, store: Store) -> None:
        """Every read, given another namespace's ids and names, finds nothing there."""
        store.admit(NS, turns(3), now=NOW)
        store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
        ends = [entity_id(NS, "Ada"), entity_id(NS, "Lisbon")]
        store.save(NS, Batch(synonyms=[Synonym(a=min(ends), b=max(ends), score=1, method="x")]), now=NOW)
        store.admit("another", [turn(9)], now=NOW)
        facts = [f.id for f in about_ada().facts]
        assert store.interactions("another", ["turn-1", "turn-2"]) == []
        assert [i.id for i in store.history("another")] == ["turn-9"]
        assert [i.id for i in store.history("another", session="chat")] == ["turn-9"]
        assert store.history("another", after=store.history(NS)[0], until=turn(5).at) == []
        assert store.preceding("another", "turn-9", top_k=9) == []
        assert [i.id for i in store.pending("another", stage="facts")] == ["turn-9"]
        assert [i.id for i in store.pending("another", stage="vectors")] == ["turn-9"]
        assert store.sessions("another") == [("chat", 1)]
        assert store.entities("another", ids=ends) == []
        assert store.entities("another", keys=["ada"]) == []
        assert store.entities("another", prefix="a") == []
        assert store.entities("another", mentioned_by=["turn-1"]) == []
        assert store.facts("another", ids=facts) == []
        assert store.facts("another", about=ends) == []
        assert store.facts("another", asserted_by=["turn-1"]) == []
        assert store.facts("another", predicate="works_at") == []
        assert store.mentions("another", ["turn-1", "turn-9"]) == []
        assert store.synonyms("another", ends) == []
        assert store.synonyms("another") == []
        page = store.changes("another", since=0)
        assert [i.id for i in page.interactions] == ["turn-9"]
        assert (page.entities, page.facts, page.mentions, page.vectors) == ([], [], [], [])
        assert store.stats("another").entities == 0

    def test_writes_stay_within(self, store: Store, backdoor: Backdoor) -> None:
        """Rows that name another namespace's interactions are dropped; its entities are unknown."""
        store.admit(NS, turns(1), now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)
        saved = store.save("another", about_ada("turn-1"), now=NOW)
        assert (saved.entities, saved.facts, saved.mentions) == (0, 0, 0)
        with pytest.raises(InvalidInput):
            store.save("another", Batch(facts=about_ada().facts), now=NOW)
        assert store.forget("another", Selection(person="Ada"), now=NOW).interactions == 0
        assert backdoor.count("Interaction", NS) == 1

    def test_the_same_ids_live_in_many(self, store: Store, backdoor: Backdoor) -> None:
        """Each namespace counts for itself: arrivals, seq, rows."""
        for name in ("one", "two"):
            assert store.admit(name, turns(2), now=NOW).seq == 1
            store.save(name, about_ada("turn-1"), now=NOW)
        assert store.forget("one", Selection(everything=True), now=NOW).interactions == 2
        assert backdoor.count("Interaction", "two") == 2
        assert [i.arrival for i in store.history("two")] == [1, 2]
        assert len(store.facts("two")) == 2

    def test_odd_names_are_namespaces_of_their_own(self, store: Store, backdoor: Backdoor) -> None:
        """Quotes, patterns, line breaks, case and blanks at the end all tell namespaces apart."""
        for n, name in enumerate(ODD_NAMES, 1):
            store.admit(name, [turn(n)], now=NOW)
        assert [i.name for i in store.namespaces()] == sorted(ODD_NAMES)
        assert backdoor.namespaces() == sorted(ODD_NAMES)
        for n, name in enumerate(ODD_NAMES, 1):
            assert [i.id for i in store.history(name)] == [f"turn-{n}"]

    def test_creating_is_idempotent(self, store: Store, other: Store) -> None:
        """A namespace is made once, with its birth and with its name as origin."""
        made = store.create_namespace(NS, now=NOW)
        assert (made.name, made.origin, made.seq, made.created_at) == (NS, NS, 0, NOW)
        assert other.create_namespace(NS, now=NOW.replace(year=2030)) == made
        assert other.namespace(NS) == made

    def test_renaming_keeps_ids(self, store: Store) -> None:
        """A renamed namespace keeps its rows, its ids and its origin under the new name."""
        store.admit("old", turns(2), now=NOW)
        store.save("old", about_ada("turn-1"), now=NOW)
        before = (store.history("old"), store.facts("old"), store.entities("old"))
        store.rename_namespace("old", "new")
        assert (store.history("new"), store.facts("new"), store.entities("new")) == before
        assert store.namespace("old") is None
        assert store.history("old") == []
        info = store.namespace("new")
        assert info is not None
        assert info.origin == "old"

    def test_a_name_left_by_renaming_has_a_fresh_origin(self, store: Store) -> None:
        """Ids derived in the old name's next namespace can't be those of the renamed one."""
        store.create_namespace("a", now=NOW)
        store.rename_namespace("a", "b")
        again = store.create_namespace("a", now=NOW)
        assert again.name == "a"
        assert again.origin not in ("a", "b")
        store.rename_namespace("a", "c")
        assert store.create_namespace("a", now=NOW).origin not in ("a", "b", again.origin)

    def test_renaming_is_refused(self, store: Store) -> None:
        """There must be an old one, and no new one yet."""
        store.admit("a", [turn(1)], now=NOW)
        store.admit("b", [turn(2)], now=NOW)
        with pytest.raises(NotFound, match="none such"):
            store.rename_namespace("none such", "c")
        with pytest.raises(InvalidInput, match="already"):
            store.rename_namespace("a", "b")
        assert [i.id for i in store.history("b")] == ["turn-2"]

    def test_entities_without_anything_are_kept_where_told(self, store: Store) -> None:
        """An entity that was saved on its own is there, in its namespace only."""
        store.save(NS, Batch(entities=[entity("Ada")]), now=NOW)
        assert [e.name for e in store.entities(NS)] == ["Ada"]
        assert store.entities("another") == []
