"""Promises about what one recall reads: at once, the same as the single lookups tell one by one."""

from dataclasses import replace

from graphmem.identity import entity_id
from graphmem.model import Synonym
from graphmem.ports import Assertion, Batch, Selection, Store
from graphmem.rows import Surroundings
from graphmem.testing.material import NOW, NS, entity, fact, mention, ruling, turn, turns

__all__ = ["RecallingContract"]

LISBON, PORTO, FARO = (fact("Ada", "lives_in", city) for city in ("Lisbon", "Porto", "Faro"))


def _told(store: Store) -> None:
    """Ada, also called the Countess, is merged with Augusta; turns 1 and 2 tell facts, turn 3 nothing."""
    store.admit(NS, turns(3), now=NOW)
    cities = ("Lisbon", "Porto", "Faro")
    merged = Synonym(a=entity_id(NS, "Augusta"), b=entity_id(NS, "Ada"), score=1.0, method="merged")
    alike = Synonym(a=entity_id(NS, "Faro"), b=entity_id(NS, "Ada"), score=0.9, method="spelling")
    batch = Batch(
        entities=[entity("Ada", aliases=("Countess",)), entity("Augusta", aliases=("Gussie",)), *map(entity, cities)],
        mentions=[
            *(mention(f"turn-{n}", "Ada") for n in (1, 2)),
            mention("turn-1", "Lisbon"),
            mention("turn-2", "Porto"),
        ],
        facts=[LISBON, PORTO, FARO],
        assertions=[
            Assertion("turn-1", LISBON.id),
            Assertion("turn-2", LISBON.id),
            Assertion("turn-2", PORTO.id),
            Assertion("turn-3", FARO.id),
        ],
        synonyms=[merged, alike],
    )
    store.save(NS, batch, now=NOW)
    store.save(NS, Batch(rulings=[ruling(LISBON, PORTO), ruling(FARO)]), now=NOW)


class RecallingContract:
    """What tells much at once tells what the lookups tell."""

    def test_settings_come_in_the_order_asked(self, store: Store) -> None:
        """Several settings are told at once, None for what was never set."""
        store.set_setting("one", "1")
        store.set_setting("two", "2")
        assert store.settings(("two", "never", "one", "two")) == ("2", None, "1", "2")
        assert store.settings(()) == ()

    def test_whom_keys_call(self, store: Store) -> None:
        """Names, aliases and the names of whom somebody is merged with are told, each once; not who is merely alike."""
        _told(store)
        ada = ["Ada", "Augusta", "Countess", "Gussie"]
        assert store.called(NS, ["ada"], top_k=10) == ada
        assert store.called(NS, ["countess", "ada"], top_k=10) == ada
        assert store.called(NS, ["gussie"], top_k=10) == ada
        assert store.called(NS, ["lisbon", "nobody"], top_k=10) == ["Lisbon"]
        assert store.called(NS, ["porto", "faro"], top_k=1) == ["Porto"]  # nothing mentions Faro
        assert store.called(NS, [], top_k=10) == store.called("another", ["ada"], top_k=10) == []

    def test_what_is_shown_is_what_the_lookups_tell(self, store: Store) -> None:
        """Hits, those beside them, facts, rulings, entities and names on the way, as single lookups tell them."""
        _told(store)
        ids = ["turn-2", "turn-1", "gone"]
        found = store.shown(NS, ids, beside=["turn-3", "turn-1"], keys=["countess", "lisbon"], top_k=10)
        assert list(found.interactions) == store.interactions(NS, ["turn-2", "turn-1", "turn-3"])
        assert list(found.facts) == store.facts(NS, asserted_by=ids, expired=True)
        assert [set(f.sources) for f in found.facts if f.id == LISBON.id] == [{"turn-1", "turn-2"}]
        assert list(found.rulings) == store.rulings(NS, facts=[LISBON.id, PORTO.id])
        counted = store.entities(NS, mentioned_by=ids)
        assert list(found.entities) == sorted((replace(e, mentions=0, facts=0) for e in counted), key=lambda e: e.id)
        told = {id_: [m.entity for m in store.mentions(NS, [id_])] for id_ in ("turn-1", "turn-2")}
        assert {id_: list(entities) for id_, entities in found.mentioned.items()} == told
        assert list(found.called) == [replace(e, facts=0) for e in store.entities(NS, keys=["countess", "lisbon"])]

    def test_what_is_shown_is_bounded(self, store: Store) -> None:
        """The last facts, the first entities and the most mentioned names are told; rulings where asked for."""
        _told(store)
        found = store.shown(NS, ["turn-1", "turn-2"], keys=["faro", "ada"], rulings=False, top_k=1)
        whole = store.shown(NS, ["turn-1", "turn-2"], keys=["faro", "ada"], top_k=10)
        assert (len(whole.facts), len(whole.entities), len(whole.rulings)) == (2, 3, 1)
        assert (list(found.facts), list(found.entities)) == ([whole.facts[0]], [whole.entities[0]])
        assert ([e.name for e in found.called], list(found.rulings)) == (["Ada"], [])
        assert store.shown("another", ["turn-1"], beside=["turn-2"], keys=["ada"]) == store.shown(NS, [], keys=[])

    def test_undone_rulings_are_shown_where_asked(self, store: Store) -> None:
        """A ruling that was undone is told under `undone` alone."""
        _told(store)
        (standing,) = store.shown(NS, ["turn-2"]).rulings
        store.save(NS, Batch(undone=[standing.id]), now=NOW)
        assert list(store.shown(NS, ["turn-2"]).rulings) == []
        assert [r.id for r in store.shown(NS, ["turn-2"], undone=True).rulings] == [standing.id]

    def test_what_another_process_wrote_is_shown(self, store: Store, other: Store) -> None:
        """Names and what is shown are read from the store each time: another's writes and forgettings show at once."""
        _told(store)
        assert other.called(NS, ["ada"], top_k=10)
        store.admit(NS, [turn(4)], now=NOW)
        store.save(
            NS, Batch(entities=[entity("Ada", aliases=("Addie",))], mentions=[mention("turn-4", "Ada")]), now=NOW
        )
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        assert "Addie" in other.called(NS, ["ada"], top_k=10)
        found = other.shown(NS, ["turn-1", "turn-4"])
        assert [i.id for i in found.interactions] == ["turn-4"]
        assert dict(found.mentioned) == {"turn-4": [entity_id(NS, "Ada")]}

    def test_nothing_is_shown_of_nothing(self, store: Store) -> None:
        """Where nothing was written, nothing is told, and nothing is made."""
        assert _lists(store.shown(NS, ["turn-1"], keys=["ada"])) == [[], [], [], [], []]
        assert store.namespaces() == []


def _lists(found: Surroundings) -> list[list[object]]:
    return [list(of) for of in (found.interactions, found.facts, found.rulings, found.entities, found.called)]
