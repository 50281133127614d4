"""Promises about the kinds of entities: elected from what mentions saw, whatever came first, and exactly undone."""

import itertools
import threading

import pytest

from graphmem.identity import entity_id
from graphmem.model import Synonym
from graphmem.ports import Batch, Selection, Store
from graphmem.testing.material import NOW, NS, Reader, entity, fact, mention, turns

__all__ = ["KindsContract"]

#: What four texts see Porto as: a person first, then a place three times.
SEEN = ("person", "place", "place", "place")


def _sight(n: int, kind: str | None, name: str = "Porto") -> Batch:
    return Batch(entities=[entity(name)], mentions=[mention(f"turn-{n}", name, kind=kind, source="fact")])


def _kind(store: Store, name: str = "Porto", namespace: str = NS) -> str:
    (found,) = store.entities(namespace, ids=[entity_id(NS, name)])
    return found.kind


def _merged(a: str, b: str) -> Synonym:
    return Synonym(a=entity_id(NS, a), b=entity_id(NS, b), score=1.0, method="merged")


class KindsContract:
    """One vote a mention; what a caller told outvotes them; merged entities are one."""

    def test_most_mentions_decide_a_kind(self, store: Store) -> None:
        """A kind seen once gives way to one seen more often; of equal ones the first in the fixed order stays."""
        store.admit(NS, turns(4), now=NOW)
        became: list[str] = []
        for n, kind in enumerate(SEEN, start=1):
            store.save(NS, _sight(n, kind), now=NOW)
            became.append(_kind(store))
        assert became == ["person", "person", "place", "place"]
        (found,) = store.entities(NS)
        assert (found.kinds, found.base, found.told) == (("person", "place"), "unknown", False)
        assert [m.kind for m in store.mentions(NS, ["turn-1", "turn-2"])] == ["person", "place"]
        assert store.check() == []

    def test_order_and_repetition_do_not_show(self, store: Store) -> None:
        """Any order of the same tellings, told once or twice, alone or in one batch, elects the same kinds."""
        ends = set()
        orders = list(itertools.permutations(range(4)))[::5]
        for number, order in enumerate(orders):
            space = f"space-{number}"
            store.admit(space, turns(4), now=NOW)
            batches = [_sight(n + 1, SEEN[n]) for n in order] + [_sight(order[0] + 1, SEEN[order[0]])]
            if number % 2:
                entities = [e for b in batches for e in b.entities]
                batches = [Batch(entities=entities, mentions=[m for b in batches for m in b.mentions])]
            for batch in batches:
                store.save(space, batch, now=NOW)
            (found,) = store.entities(space)
            ends.add((found.kind, found.kinds))
        assert ends == {("place", ("person", "place"))}
        assert store.check() == []

    def test_a_repetition_changes_nothing(self, store: Store) -> None:
        """A vote that is cast already takes no change counter."""
        store.admit(NS, turns(1), now=NOW)
        seq = store.save(NS, _sight(1, "place"), now=NOW).seq
        assert store.save(NS, _sight(1, "place"), now=NOW).seq == seq

    def test_an_unknown_kind_outvotes_nothing(self, store: Store) -> None:
        """Texts that show no kind have no say, however many they are."""
        store.admit(NS, turns(4), now=NOW)
        for n, kind in enumerate((None, "place", None, None), start=1):
            store.save(NS, _sight(n, kind), now=NOW)
        assert _kind(store) == "place"

    def test_what_a_caller_told_outvotes_texts(self, store: Store) -> None:
        """A told kind stays whatever mentions say, before and after it; one that is only assumed gives way."""
        store.admit(NS, turns(4), now=NOW)
        store.save(NS, _sight(1, "place"), now=NOW)
        store.save(NS, Batch(entities=[entity("Porto", kind="work")]), now=NOW)
        assert _kind(store) == "place"
        store.save(NS, Batch(entities=[entity("Porto", kind="product", told=True)]), now=NOW)
        for n in (2, 3, 4):
            store.save(NS, _sight(n, "place"), now=NOW)
        (found,) = store.entities(NS)
        assert (found.kind, found.base, found.told, found.kinds) == ("product", "product", True, ("place",))

    def test_forgetting_takes_votes_back(self, store: Store) -> None:
        """After an interaction is forgotten, kinds are as if it had never been told; with the last vote, as assumed."""
        store.admit(NS, turns(4), now=NOW)
        by_hand = fact("Ada", "loves", "Porto", extractor="hand")
        store.save(NS, Batch(entities=[entity("Ada"), entity("Porto", kind="work")], facts=[by_hand]), now=NOW)
        for n, kind in enumerate(SEEN, start=1):
            store.save(NS, _sight(n, kind), now=NOW)
        became: list[str] = []
        for n in (4, 3, 2):
            store.forget(NS, Selection(interactions=(f"turn-{n}",)), now=NOW)
            became.append(_kind(store))
            assert store.check() == []
        assert became == ["place", "person", "person"]
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        (left,) = store.entities(NS, keys=["porto"])
        assert (left.kind, left.kinds) == ("work", ())

    def test_merged_entities_vote_together(self, store: Store) -> None:
        """Merging counts the votes of both for both, later ones too; parting them again counts each one's own."""
        store.admit(NS, turns(4), now=NOW)
        store.save(NS, _sight(1, "person"), now=NOW)
        for n in (2, 3):
            store.save(NS, _sight(n, "place", "Oporto"), now=NOW)
        store.save(NS, Batch(synonyms=[_merged("Oporto", "Porto")]), now=NOW)
        assert (_kind(store), _kind(store, "Oporto")) == ("place", "place")
        store.forget(NS, Selection(interactions=("turn-3",)), now=NOW)
        assert (_kind(store), _kind(store, "Oporto")) == ("person", "person")
        store.save(NS, _sight(4, "place", "Oporto"), now=NOW)
        assert (_kind(store), _kind(store, "Oporto")) == ("place", "place")
        store.remove_synonyms(NS, [_merged("Oporto", "Porto")], now=NOW)
        assert (_kind(store), _kind(store, "Oporto")) == ("person", "place")
        assert store.check() == []

    def test_what_is_left_of_merged_ones_votes_alone(self, store: Store) -> None:
        """When one of those merged is forgotten, the other's kind is its own again."""
        store.admit(NS, turns(3), now=NOW)
        store.save(NS, _sight(1, "person"), now=NOW)
        for n in (2, 3):
            store.save(NS, _sight(n, "place", "Oporto"), now=NOW)
        store.save(NS, Batch(synonyms=[_merged("Oporto", "Porto")]), now=NOW)
        store.forget(NS, Selection(entity=entity_id(NS, "Oporto")), now=NOW)
        assert _kind(store) == "person"

    def test_eight_writers_elect_what_one_would(self, store: Store, other: Store) -> None:
        """Votes that are cast at the same time are all counted, and each mention once."""
        store.admit(NS, turns(8), now=NOW)
        failures: list[BaseException] = []

        def tell(own: int) -> None:
            try:
                for n in (own, own % 8 + 1):  # each mention is told by two writers
                    kind = SEEN[n % 4]
                    (store if own % 2 else other).save(NS, _sight(n, kind), now=NOW)
            except BaseException as err:  # noqa: BLE001 # shown by the assertion below
                failures.append(err)

        threads = [threading.Thread(target=tell, args=(own,)) for own in range(1, 9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert _kind(store) == "place"
        assert store.check() == []

    @pytest.mark.parametrize("limit", [1, 2_000])
    def test_readers_of_the_log_see_a_kind_change(self, store: Store, limit: int) -> None:
        """Who follows the change log ends with the kinds that the store has, and a new kind of vote is news."""
        reader = Reader()
        store.admit(NS, turns(4), now=NOW)
        for n, kind in enumerate(SEEN, start=1):
            store.save(NS, _sight(n, kind), now=NOW)
            reader.follow(store, limit=limit)
            (found,) = store.entities(NS)
            seen = reader.entities[found.id]
            assert (seen.kind, seen.kinds) == (found.kind, found.kinds)
        assert {m.kind for told in reader.mentions.values() for m in told} == {"person", "place"}
