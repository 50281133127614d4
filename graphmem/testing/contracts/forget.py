"""Promises about forgetting: what is selected goes, with all that stands on nothing else, and nothing more."""

from dataclasses import replace

import pytest

from graphmem.errors import InvalidInput, NotFound
from graphmem.identity import entity_id
from graphmem.model import Forgotten, Synonym
from graphmem.ports import Assertion, Batch, Selection, Store
from graphmem.testing.backdoor import Backdoor, Label
from graphmem.testing.material import NOW, NS, about_ada, entity, fact, mention, turn, turns, vectors

__all__ = ["ForgetContract"]

MARKER = "zanzibar-marmalade"
LABELS: tuple[Label, ...] = ("Interaction", "Entity", "Fact", "MENTIONS", "SYNONYM_OF", "Vector", "Session")


def _counts(backdoor: Backdoor, namespace: str = NS) -> list[int]:
    return [backdoor.count(label, namespace) for label in LABELS]


def _told(gone: Forgotten) -> list[int]:
    return [gone.interactions, gone.entities, gone.facts, gone.mentions, gone.synonyms, gone.vectors, gone.sessions]


def _fill(store: Store, namespace: str = NS) -> None:
    """Two sessions; Ada and Lisbon in both, Feedzai and Porto in one each; one fact told by hand."""
    store.admit(namespace, [turn(1), turn(2, session="work", speaker="Charles")], now=NOW)
    store.save(namespace, about_ada("turn-1"), now=NOW)
    works = replace(about_ada("turn-2"), facts=[fact("Ada", "lives_in", "Lisbon"), fact("Ada", "visited", "Porto")])
    batch = replace(
        works,
        entities=[*works.entities, entity("Porto"), entity("Paris")],
        mentions=[mention("turn-2", "Ada"), mention("turn-2", "Porto")],
        assertions=[Assertion("turn-2", f.id) for f in works.facts],
        synonyms=[_link("Feedzai", "Lisbon"), _link("Porto", "Lisbon")],
    )
    store.save(namespace, batch, now=NOW)
    store.save(namespace, Batch(facts=[fact("Ada", "loves", "Paris", extractor="hand")]), now=NOW)


def _link(one: str, other: str) -> Synonym:
    a, b = sorted((entity_id(NS, one), entity_id(NS, other)))
    return Synonym(a=a, b=b, score=0.5, method="test")


class ForgetContract:
    """A receipt counts what is gone; the back door agrees."""

    @pytest.mark.parametrize(
        ("what", "left"),
        [
            (Selection(sessions=("chat",)), ["Ada", "Lisbon", "Paris", "Porto"]),
            (Selection(interactions=("turn-1",)), ["Ada", "Lisbon", "Paris", "Porto"]),
            (Selection(sessions=("work", "none such")), ["Ada", "Feedzai", "Lisbon", "Paris"]),
            (Selection(sessions=("chat", "work")), ["Ada", "Paris"]),
            (Selection(entity=entity_id(NS, "Lisbon")), ["Ada", "Feedzai", "Paris", "Porto"]),
            (Selection(entity="lisbon"), ["Ada", "Feedzai", "Paris", "Porto"]),
            (Selection(entity="Ada"), ["Feedzai", "Lisbon", "Porto"]),
            (Selection(person="ADA"), ["Porto"]),
            (Selection(person="Charles"), ["Ada", "Feedzai", "Lisbon", "Paris"]),
            (Selection(everything=True), []),
        ],
    )
    def test_receipts_are_true(self, store: Store, backdoor: Backdoor, what: Selection, left: list[str]) -> None:
        """The receipt counts exactly what is gone behind the store's back; what has other support stays."""
        _fill(store)
        _fill(store, "another")
        before, others = _counts(backdoor), _counts(backdoor, "another")
        gone = store.forget(NS, what, now=NOW)
        after = _counts(backdoor)
        assert _told(gone) == [b - a for b, a in zip(before, after, strict=True)]
        assert sorted(e.name for e in store.entities(NS)) == left
        assert set(gone.ids).isdisjoint(i.id for i in store.history(NS))
        assert len(gone.ids) == gone.interactions
        assert backdoor.torn() == 0
        assert _counts(backdoor, "another") == others
        assert store.check() == []

    def test_a_fact_said_twice_stays_with_the_other(self, store: Store) -> None:
        """A fact that another interaction asserts stays, dated and sourced by what is left."""
        _fill(store)
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        found = {f.predicate: f for f in store.facts(NS)}
        assert set(found) == {"lives_in", "visited", "loves"}
        assert found["lives_in"].sources == ("turn-2",)
        assert found["lives_in"].at == turn(2).at

    def test_facts_told_by_hand_stay(self, store: Store) -> None:
        """Forgetting all interactions leaves what was told as a fact, with its entities; everything takes it too."""
        _fill(store)
        store.forget(NS, Selection(sessions=("chat", "work")), now=NOW)
        assert [f.predicate for f in store.facts(NS)] == ["loves"]
        store.forget(NS, Selection(everything=True), now=NOW)
        assert store.facts(NS, expired=True) == []
        assert store.entities(NS) == []

    def test_forgetting_an_entity_touches_those_who_mentioned_it(self, store: Store) -> None:
        """Readers learn that interactions lost a mention and that linked entities lost a link."""
        _fill(store)
        since = store.seq(NS)
        store.forget(NS, Selection(entity="Lisbon"), now=NOW)
        page = store.changes(NS, since=since)
        assert [i.id for i in page.interactions] == ["turn-1"]
        assert entity_id(NS, "Lisbon") not in {m.entity for m in page.mentions}
        assert len(page.mentions) == 2
        assert sorted(e.name for e in page.entities) == ["Feedzai", "Porto"]
        assert page.synonyms == []

    def test_forgetting_what_is_not_there(self, store: Store) -> None:
        """Unknown sessions, ids, names and namespaces are forgotten already: zeros, and nothing is written."""
        _fill(store)
        seq = store.seq(NS)
        for what in (
            Selection(sessions=("none",)),
            Selection(interactions=("none",)),
            Selection(entity="none"),
            Selection(person="none"),
        ):
            assert store.forget(NS, what, now=NOW) == Forgotten()
            assert store.forget("nobody", what, now=NOW) == Forgotten()
        assert store.seq(NS) == seq
        assert store.namespace("nobody") is None

    def test_exactly_one_thing_is_forgotten_at_a_time(self, store: Store) -> None:
        """No selection, or two at once, is refused: a slip must not erase more than was meant."""
        for what in (Selection(), Selection(sessions=("chat",), everything=True), Selection(entity="a", person="a")):
            with pytest.raises(InvalidInput, match="exactly one"):
                store.forget(NS, what, now=NOW)

    def test_a_person_goes_with_what_they_said(self, store: Store) -> None:
        """All spellings of a speaker's exact name are theirs; a longer name is somebody else's."""
        told = [turn(1, speaker="ada"), turn(2, speaker="ADA "), turn(3, speaker="Ada Smith"), turn(4, speaker=None)]
        store.admit(NS, told, now=NOW)
        gone = store.forget(NS, Selection(person="Ada"), now=NOW)
        assert gone.ids == ("turn-1", "turn-2")
        assert gone.still_mentioned_in == ("turn-3",)

    def test_texts_that_still_name_it_are_listed(self, store: Store) -> None:
        """Whole words under the normal form of names, in text, title, caption or speaker; also by alias."""
        told = [
            turn(1, "I met José yesterday.", speaker="Charles"),
            turn(2, "JOSE, are you there?", speaker="Charles"),
            turn(3, "Josephine left.", speaker="Charles"),
            turn(4, "A picture.", speaker="Charles", caption="pepe at the sea"),
            turn(5, "Nothing.", speaker="Jose\u0301"),
            turn(6, "Nothing.", speaker="Charles", title="About José"),
            turn(7, "José", speaker="Jose Maria"),
        ]
        store.admit(NS, told, now=NOW)
        pepe = entity("José", aliases=("Pepe",))
        store.save(NS, Batch(entities=[pepe], mentions=[mention("turn-1", "José")]), now=NOW)
        gone = store.forget(NS, Selection(entity=pepe.id), now=NOW)
        assert (gone.entities, gone.mentions, gone.interactions) == (1, 1, 0)
        assert gone.still_mentioned_in == ("turn-1", "turn-2", "turn-4", "turn-5", "turn-6", "turn-7")

    @pytest.mark.parametrize(
        "what",
        [Selection(interactions=("turn-1",)), Selection(sessions=("chat",)), Selection(everything=True)],
    )
    def test_forgotten_text_is_gone_from_the_disk(self, store: Store, backdoor: Backdoor, what: Selection) -> None:
        """After forgetting, the characters are nowhere in what the store has on disk, though it is still open."""
        store.admit(NS, [turn(1, f"The word is {MARKER}. " + "x" * 9_000, caption=MARKER), turn(2)], now=NOW)
        told = fact("Ada", f"says_{MARKER}", MARKER, text=MARKER)
        batch = Batch(
            entities=[entity("Ada"), entity(MARKER, aliases=(MARKER + "s",))],
            mentions=[mention("turn-1", MARKER), mention("turn-2", "Ada")],
            facts=[told],
            assertions=[Assertion("turn-1", told.id)],
            vectors=[vectors("turn-1")],
        )
        store.save(NS, batch, now=NOW)
        assert backdoor.holds(MARKER)
        store.forget(NS, what, now=NOW)
        assert not backdoor.holds(MARKER)

    def test_erasing_a_namespace(self, store: Store, backdoor: Backdoor) -> None:
        """The namespace goes with its name and all it had; others stay; there is nothing to erase twice."""
        _fill(store, f"user/{MARKER}")
        _fill(store)
        kept, before = _counts(backdoor), _counts(backdoor, f"user/{MARKER}")
        gone = store.erase_namespace(f"user/{MARKER}")
        assert _told(gone) == before
        assert backdoor.namespaces() == [NS]
        assert _counts(backdoor) == kept
        assert not backdoor.holds(MARKER)
        with pytest.raises(NotFound, match="namespace"):
            store.erase_namespace(f"user/{MARKER}")

    def test_a_session_without_interactions_is_none(self, store: Store) -> None:
        """A session goes with its last interaction."""
        store.admit(NS, turns(2), now=NOW)
        assert store.forget(NS, Selection(interactions=("turn-1",)), now=NOW).sessions == 0
        assert store.forget(NS, Selection(interactions=("turn-2",)), now=NOW).sessions == 1
        assert store.sessions(NS) == []
