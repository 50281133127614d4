"""Promises about lookups: total orders, filters that act before the cut, pages that go on."""

from datetime import datetime, timedelta

import pytest

from graphmem.identity import entity_id
from graphmem.model import Interaction, Stats, Synonym
from graphmem.ports import Assertion, Batch, Store
from graphmem.testing.material import NOW, NS, about_ada, entity, fact, mention, turn, turns, vectors

__all__ = ["ReadsContract"]


def _at(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def _ids(interactions: list[Interaction]) -> list[str]:
    return [i.id for i in interactions]


class ReadsContract:
    """Every list has a total order and a bound."""

    def test_history_follows_the_event_then_the_arrival(self, store: Store) -> None:
        """Undated interactions come first, then by instant; equal instants by arrival."""
        told = [turn(5, at=_at(5)), turn(1, at=None), turn(3, at=_at(3)), turn(4, at=_at(3)), turn(2, at=None)]
        store.admit(NS, told, now=NOW)
        assert _ids(store.history(NS)) == ["turn-1", "turn-2", "turn-3", "turn-4", "turn-5"]
        assert [i.arrival for i in store.history(NS)] == [2, 5, 3, 4, 1]
        assert _ids(store.history(NS, session="chat")) == _ids(store.history(NS))

    @pytest.mark.parametrize("session", [None, "chat"])
    @pytest.mark.parametrize("size", [1, 2, 4, 100])
    def test_history_goes_on_page_by_page(self, store: Store, session: str | None, size: int) -> None:
        """`after` continues just behind an interaction, until nothing is left."""
        store.admit(NS, [turn(n, at=None if n < 3 else _at(n // 2)) for n in range(1, 10)], now=NOW)
        pages: list[Interaction] = []
        while page := store.history(NS, session=session, after=pages[-1] if pages else None, top_k=size):
            assert len(page) <= size
            pages += page
        assert pages == store.history(NS)

    @pytest.mark.parametrize("session", [None, "chat"])
    def test_history_can_be_read_from_its_end(self, store: Store, session: str | None) -> None:
        """`latest` is the other way round: undated ones last, pages go on, bounds and kinds hold before the cut."""
        store.admit(NS, [turn(n, at=None if n < 3 else _at(n // 2), kind="step" if n == 9 else "message")
                         for n in range(1, 10)], now=NOW)  # fmt: skip
        pages: list[Interaction] = []
        while page := store.history(NS, session=session, after=pages[-1] if pages else None, latest=True, top_k=2):
            assert len(page) <= 2
            pages += page
        assert pages == store.history(NS)[::-1]
        bounded = store.history(NS, session=session, since=_at(2), until=_at(4), latest=True, top_k=2)
        assert _ids(bounded) == ["turn-7", "turn-6"]
        assert _ids(store.history(NS, session=session, kinds=("step",), latest=True, top_k=1)) == ["turn-9"]

    def test_history_is_bounded_in_time(self, store: Store) -> None:
        """`since` is inclusive, `until` exclusive, and a bound of either kind leaves the undated out."""
        store.admit(NS, [*turns(5), turn(9, at=None)], now=NOW)
        assert _ids(store.history(NS, since=_at(2), until=_at(4))) == ["turn-2", "turn-3"]
        assert _ids(store.history(NS, since=_at(4))) == ["turn-4", "turn-5"]
        assert _ids(store.history(NS, until=_at(2), session="chat")) == ["turn-1"]
        assert _ids(store.history(NS, after=turn(3, arrival=3), until=_at(5))) == ["turn-4"]

    def test_history_filters_before_the_cut(self, store: Store) -> None:
        """Session and kind act before `top_k`: a small session among large ones is not starved."""
        others = [turn(n, id=f"x-{n}", session="big", kind="passage") for n in range(50)]
        store.admit(NS, [*others, turn(60), turn(61, kind="step")], now=NOW)
        assert _ids(store.history(NS, kinds=("message", "step"), top_k=2)) == ["turn-60", "turn-61"]
        assert _ids(store.history(NS, kinds=("step",), top_k=1)) == ["turn-61"]
        assert _ids(store.history(NS, session="chat", top_k=2)) == ["turn-60", "turn-61"]
        assert store.history(NS, kinds=()) == []
        assert store.history(NS, session="none such") == []

    def test_preceding(self, store: Store) -> None:
        """What comes just before is of the same session, the nearest ones, oldest first."""
        store.admit(NS, [*turns(5), turn(3, id="aside", session="other"), turn(9, at=None)], now=NOW)
        assert _ids(store.preceding(NS, "turn-4", top_k=2)) == ["turn-2", "turn-3"]
        assert _ids(store.preceding(NS, "turn-2", top_k=9)) == ["turn-9", "turn-1"]
        assert store.preceding(NS, "turn-9", top_k=9) == []
        assert store.preceding(NS, "none such", top_k=9) == []

    def test_interactions_come_in_the_order_asked(self, store: Store) -> None:
        """Lookups by id keep the caller's order and leave out what is not there."""
        store.admit(NS, turns(3), now=NOW)
        assert _ids(store.interactions(NS, ["turn-3", "none", "turn-1"])) == ["turn-3", "turn-1"]
        assert store.interactions(NS, []) == []
        many = [f"turn-{n}" for n in range(40_000, -1, -1)]
        assert _ids(store.interactions(NS, many)) == ["turn-3", "turn-2", "turn-1"]

    def test_pending_by_stage(self, store: Store) -> None:
        """Interactions wait for vectors and for facts apart, by arrival, and are pending until they have both."""
        store.admit(NS, turns(4), now=NOW)
        store.save(NS, Batch(vectors=[vectors("turn-1"), vectors("turn-2")]), now=NOW)
        store.save(NS, Batch(done={"turn-2": "test", "turn-3": "test"}), now=NOW)
        assert _ids(store.pending(NS, stage="vectors")) == ["turn-3", "turn-4"]
        assert _ids(store.pending(NS, stage="facts")) == ["turn-1", "turn-4"]
        assert _ids(store.pending(NS, stage="facts", after=1, top_k=1)) == ["turn-4"]
        assert [(i.id, i.pending, i.extractor) for i in store.history(NS)] == [
            ("turn-1", True, None),
            ("turn-2", False, "test"),
            ("turn-3", True, "test"),
            ("turn-4", True, None),
        ]
        assert store.stats(NS).pending == 3

    def test_dropped_vectors_are_waited_for_again(self, store: Store) -> None:
        """After the vectors are dropped all interactions wait for new ones; facts stay drawn."""
        store.admit(NS, turns(3), now=NOW)
        store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
        assert store.drop_vectors(NS) == 2
        assert store.drop_vectors(NS) == 0
        assert _ids(store.pending(NS, stage="vectors")) == ["turn-1", "turn-2", "turn-3"]
        assert _ids(store.pending(NS, stage="facts")) == ["turn-3"]
        assert store.stats(NS).vectors == 0

    def test_sessions(self, store: Store) -> None:
        """Sessions come by name with their sizes, and go on behind a name."""
        store.admit(NS, [turn(n, session=f"s{n % 3}") for n in range(7)], now=NOW)
        assert store.sessions(NS) == [("s0", 3), ("s1", 2), ("s2", 2)]
        assert store.sessions(NS, top_k=1, after="s0") == [("s1", 2)]

    def test_entities_by_every_filter(self, store: Store) -> None:
        """Ids, keys (also of aliases), prefixes and mentions each narrow the list; together they intersect."""
        store.admit(NS, turns(3), now=NOW)
        people = [entity("Ada Lovelace", aliases=("Countess",)), entity("Ada Smith"), entity("Charles")]
        mentions = [mention(f"turn-{n}", "Charles") for n in (1, 2, 3)] + [mention("turn-1", "Ada Smith")]
        store.save(NS, Batch(entities=people, mentions=mentions), now=NOW)

        def names(**asked: object) -> list[str]:
            return [e.name for e in store.entities(NS, **asked)]  # type: ignore[arg-type] # filters by name

        assert names() == ["Charles", "Ada Smith", "Ada Lovelace"]
        assert [e.mentions for e in store.entities(NS)] == [3, 1, 0]
        assert names(top_k=1) == ["Charles"]
        assert names(keys=["countess", "charles"]) == ["Charles", "Ada Lovelace"]
        assert names(keys=["ada"]) == []
        assert names(prefix="ada") == ["Ada Smith", "Ada Lovelace"]
        assert names(prefix="count") == ["Ada Lovelace"]
        assert names(prefix="%") == []
        assert names(mentioned_by=["turn-1", "turn-2"]) == ["Charles", "Ada Smith"]
        assert names(mentioned_by=["turn-1"], prefix="ada") == ["Ada Smith"]
        assert names(ids=[people[0].id, people[2].id], keys=["countess"]) == ["Ada Lovelace"]
        assert names(ids=[]) == []

    def test_entities_count_their_facts(self, store: Store) -> None:
        """An entity counts the facts that name it at either end, one that names it at both ends once."""
        told = [fact("Ada", "knows", "Charles"), fact("Charles", "knows", "Ada"), fact("Ada", "is", "Ada")]
        store.save(NS, Batch(entities=[entity("Ada"), entity("Charles")], facts=told), now=NOW)
        assert {e.name: e.facts for e in store.entities(NS)} == {"Ada": 3, "Charles": 2}

    def test_facts_by_every_filter(self, store: Store) -> None:
        """Ids, entities, interactions and predicates each narrow the list; the last said comes first."""
        store.admit(NS, turns(3), now=NOW)
        told = [
            fact("Ada", "lives_in", "Lisbon"),
            fact("Ada", "works_at", "Feedzai"),
            fact("Charles", "lives_in", "London"),
            fact("Ada", "likes", "Tea", expired_at=NOW),
        ]
        names = ("Ada", "Lisbon", "Feedzai", "Charles", "London", "Tea")
        said = [Assertion("turn-1", told[0].id), Assertion("turn-2", told[1].id), Assertion("turn-1", told[3].id)]
        store.save(NS, Batch(entities=list(map(entity, names)), facts=told, assertions=said), now=NOW)

        def objects(**asked: object) -> list[str]:
            return [f.object for f in store.facts(NS, **asked)]  # type: ignore[arg-type] # filters by name

        assert objects() == ["Feedzai", "Lisbon", "London"]
        assert objects(top_k=1) == ["Feedzai"]
        assert sorted(objects(expired=True)) == ["Feedzai", "Lisbon", "London", "Tea"]
        assert objects(about=[entity_id(NS, "Ada")]) == ["Feedzai", "Lisbon"]
        assert objects(about=[entity_id(NS, "London")]) == ["London"]
        assert objects(asserted_by=["turn-1", "turn-3"]) == ["Lisbon"]
        assert objects(asserted_by=["turn-1"], expired=True, predicate="likes") == ["Tea"]
        assert objects(predicate="lives_in") == ["Lisbon", "London"]
        assert objects(ids=[told[2].id, told[3].id]) == ["London"]
        assert objects(ids=[told[0].id], about=[entity_id(NS, "Charles")]) == []
        assert objects(about=[]) == []

    def test_facts_come_back_whole(self, store: Store) -> None:
        """Every field of a fact comes back, with its sources by instant, and dated by the first of them."""
        store.admit(NS, [turn(3), turn(1), turn(2, at=None)], now=NOW)
        told = fact(
            "Ada",
            "lives_in",
            "Lisbon",
            valid_at=_at(-60),
            invalid_at=_at(60),
            negated=True,
            modality="plan",
            confidence=0.25,
            created_at=_at(7),
        )
        said = [Assertion(f"turn-{n}", told.id) for n in (3, 1, 2)]
        store.save(NS, Batch(entities=[entity("Ada"), entity("Lisbon")], facts=[told], assertions=said), now=NOW)
        (found,) = store.facts(NS)
        assert found.sources == ("turn-2", "turn-1", "turn-3")
        assert found.at == turn(1).at
        for field in ("subject", "predicate", "object", "valid_at", "invalid_at", "negated", "modality", "text", "id"):
            assert getattr(found, field) == getattr(told, field), field
        for field in ("subject_id", "object_id", "confidence", "created_at", "expired_at", "extractor"):
            assert getattr(found, field) == getattr(told, field), field

    def test_mentions_come_in_order(self, store: Store) -> None:
        """Mentions come by interaction, then entity, whatever the order asked."""
        store.admit(NS, turns(2), now=NOW)
        store.save(NS, about_ada("turn-2", "turn-1"), now=NOW)
        found = store.mentions(NS, ["turn-2", "turn-1", "turn-2"])
        assert [(m.interaction, m.entity) for m in found] == sorted((m.interaction, m.entity) for m in found)
        assert len(found) == 6
        assert store.mentions(NS, []) == []

    def test_links_of_entities(self, store: Store) -> None:
        """Links are found from either end, each once, in order."""
        names = ("Ada", "Ada L", "Lovelace")
        a, b, c = sorted(entity_id(NS, name) for name in names)
        links = [Synonym(a=a, b=b, score=0.5, method="x"), Synonym(a=b, b=c, score=0.25, method="x")]
        store.save(NS, Batch(entities=list(map(entity, names)), synonyms=links), now=NOW)
        assert store.synonyms(NS) == links
        assert store.synonyms(NS, [b]) == links
        assert store.synonyms(NS, [a, b]) == links
        assert store.synonyms(NS, [c]) == links[1:]
        assert store.synonyms(NS, []) == []

    def test_stats_count(self, store: Store) -> None:
        """Statistics count what is there, and are zeros where nothing was written."""
        none = store.stats("nobody")
        assert (none.interactions, none.facts, none.seq, none.sessions) == (0, 0, 0, 0)
        store.admit(NS, [*turns(3), turn(4, session="other")], now=NOW)
        store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
        store.set_setting("embedder", "a model")
        counted = store.stats(NS)
        assert isinstance(counted, Stats)
        assert (counted.sessions, counted.interactions, counted.pending) == (2, 4, 2)
        assert (counted.entities, counted.facts, counted.mentions) == (3, 2, 6)
        assert (counted.vectors, counted.synonyms, counted.seq) == (2, 0, 2)
        assert counted.embedder == "a model"
        assert counted.store == store.location
