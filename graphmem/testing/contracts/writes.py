"""Promises about admission and saving."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from graphmem.errors import IdTaken, InvalidInput
from graphmem.identity import entity_id
from graphmem.model import Interaction, Synonym
from graphmem.ports import Assertion, Batch, Selection, Store, VectorRow
from graphmem.testing.backdoor import Backdoor
from graphmem.testing.material import DIMENSION, NOW, NS, about_ada, entity, fact, mention, turn, turns, vectors

__all__ = ["WritesContract"]

ODD_TEXTS = (
    "'; DROP TABLE interaction; --",
    "'}) MATCH (n) DETACH DELETE n //",
    '"quoted" AND NEAR(* OR $1 {x: 1}',
    "  blanks stay \r\n\t ",
    "bell \x07, escape \x1b[31m and what follows them",
    "مرحبا بالعالم, 東京タワー, e\u0301 beside é, 👩‍👩‍👧‍👦",
    ":id $id ?1 @x %s {0}",
    "\u202eright to left\u202c \ufeff\U0010ffff",
)


class WritesContract:
    """Interactions are kept verbatim; batches join to what is there, whatever the order."""

    def test_admitted_interactions_are_kept_whole(self, store: Store, other: Store, backdoor: Backdoor) -> None:
        """Every field that was told comes back from another opener as it was told, pending, with its arrival."""
        told = turn(
            1,
            role="user",
            caption="a lighthouse",
            source="chat.json",
            title="Monday",
            metadata={"a": [1, None, {"ü": 0.5}]},
        )
        admission = store.admit(NS, [told], now=NOW)
        assert admission.new == ("turn-1",)
        assert admission.known == ()
        assert other.interactions(NS, ["turn-1"]) == [replace(told, created_at=NOW, arrival=1, pending=True)]
        assert backdoor.raw_text(NS, "turn-1") == told.text

    def test_admitting_again_changes_nothing(self, store: Store, backdoor: Backdoor) -> None:
        """The same interactions again are known: nothing is added, nothing is reported as changed."""
        seq = store.admit(NS, turns(3), now=NOW).seq
        again = store.admit(NS, turns(3), now=NOW + timedelta(days=1))
        assert again.new == ()
        assert again.known == ("turn-1", "turn-2", "turn-3")
        page = store.changes(NS, since=seq)
        assert (page.interactions, page.tombstones, page.more) == ([], [], False)
        assert backdoor.count("Interaction", NS) == 3

    @pytest.mark.parametrize(
        "other_content",
        [
            {"text": "Something else."},
            {"session": "another"},
            {"kind": "passage"},
            {"speaker": "Charles"},
            {"speaker": None},
            {"role": "assistant"},
            {"at": NOW},
            {"at": None},
            {"caption": "a cat"},
            {"title": "Tuesday"},
            {"source": "b.json"},
        ],
    )
    def test_an_id_is_never_overwritten(self, store: Store, backdoor: Backdoor, other_content: dict[str, Any]) -> None:
        """The same id with other content is refused, and nothing of that call is written."""
        store.admit(NS, [turn(1)], now=NOW)
        with pytest.raises(IdTaken, match="turn-1"):
            store.admit(NS, [turn(2), turn(1, **other_content)], now=NOW)
        assert [i.id for i in store.history(NS)] == ["turn-1"]
        assert backdoor.raw_text(NS, "turn-1") == turn(1).text
        assert backdoor.count("Session", NS) == 1

    def test_metadata_is_no_content(self, store: Store) -> None:
        """Other metadata does not make another interaction: the first stays."""
        store.admit(NS, [turn(1, metadata={"a": 1})], now=NOW)
        assert store.admit(NS, [turn(1, metadata={"a": 2})], now=NOW).known == ("turn-1",)
        assert store.interactions(NS, ["turn-1"])[0].metadata == {"a": 1}

    def test_an_id_twice_in_one_call(self, store: Store) -> None:
        """The same interaction twice in one call is one; two that share an id are refused."""
        admission = store.admit(NS, [turn(1), turn(1)], now=NOW)
        assert (admission.new, admission.known) == (("turn-1",), ("turn-1",))
        with pytest.raises(IdTaken):
            store.admit(NS, [turn(2), turn(2, text="Not the same.")], now=NOW)
        assert len(store.history(NS)) == 1

    @pytest.mark.parametrize("text", ODD_TEXTS)
    def test_text_is_data(self, store: Store, backdoor: Backdoor, text: str) -> None:
        """Whatever characters a text, a name, an id or a session has, they come back as they went in."""
        told = Interaction(id=text, session=text, kind="step", text=text, speaker=text, title=text, caption=text)
        store.admit(text, [told], now=NOW)
        batch = Batch(
            entities=[entity(text, aliases=(text + "!",), kind=text)],
            mentions=[replace(mention("", text), interaction=text)],
            facts=[fact(text, text, text)],
            assertions=[Assertion(text, fact(text, text, text).id)],
            done={text: text},
        )
        store.save(text, batch, now=NOW)
        assert store.history(text, session=text) == [
            replace(told, created_at=NOW, arrival=1, extractor=text, pending=True)
        ]
        assert [(f.subject, f.predicate, f.object) for f in store.facts(text, predicate=text)] == [(text, text, text)]
        assert [e.aliases for e in store.entities(text, mentioned_by=[text])] == [(text + "!",)]
        assert backdoor.raw_text(text, text) == text
        assert backdoor.namespaces() == [text]

    def test_nul_is_kept_in_texts_and_refused_in_ids(self, store: Store, backdoor: Backdoor) -> None:
        """A text holds NUL characters like any other; an id with one, which no engine could look up, is refused."""
        store.admit(NS, [turn(1, "before \x00 after")], now=NOW)
        assert store.interactions(NS, ["turn-1"])[0].text == "before \x00 after"
        assert backdoor.raw_text(NS, "turn-1") == "before \x00 after"
        with pytest.raises(InvalidInput, match="NUL"):
            store.admit(NS, [turn(2, id="a\x00b")], now=NOW)

    def test_a_long_text_is_kept_whole(self, store: Store, backdoor: Backdoor) -> None:
        """A turn of a megabyte comes back character for character."""
        text = "é" * 1_000_000
        store.admit(NS, [turn(1, text)], now=NOW)
        assert store.interactions(NS, ["turn-1"])[0].text == text
        assert backdoor.raw_text(NS, "turn-1") == text

    @pytest.mark.parametrize(
        "at",
        [
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            None,
        ],
    )
    def test_far_dates_and_none_are_exact(self, store: Store, at: datetime | None) -> None:
        """Instants from year 1 to year 9999 come back to the microsecond, and unknown stays unknown."""
        store.admit(NS, [turn(1, at=at)], now=NOW)
        told = fact("Ada", "born", "London", valid_at=at, invalid_at=at)
        batch = Batch(
            entities=[entity("Ada"), entity("London")], facts=[told], assertions=[Assertion("turn-1", told.id)]
        )
        store.save(NS, batch, now=NOW)
        assert store.interactions(NS, ["turn-1"])[0].at == at
        found = store.facts(NS)[0]
        assert (found.valid_at, found.invalid_at, found.at) == (at, at, at)

    def test_saving_again_changes_nothing(self, store: Store, backdoor: Backdoor) -> None:
        """The same batch again adds no row and reports no change, whenever it comes."""
        store.admit(NS, turns(2), now=NOW)
        batch = replace(about_ada("turn-1", "turn-2"), synonyms=[_link(0.5)])
        first = store.save(NS, batch, now=NOW)
        assert (first.entities, first.facts, first.mentions) == (3, 2, 6)
        again = store.save(NS, batch, now=NOW + timedelta(days=1))
        assert (again.entities, again.facts, again.mentions) == (0, 0, 0)
        page = store.changes(NS, since=first.seq)
        assert (page.interactions, page.entities, page.facts, page.tombstones) == ([], [], [], [])
        assert backdoor.count("MENTIONS", NS) == 6
        assert backdoor.count("ASSERTS", NS) == 4

    def test_joins_do_not_depend_on_order(self, store: Store) -> None:
        """Two batches about the same things end in the same rows, whichever comes first."""
        one = Batch(
            entities=[entity("ADA LOVELACE", kind="unknown", aliases=("Ada",)), entity("Lisbon")],
            mentions=[mention("turn-1", "Ada Lovelace", count=3, weight=0.5, source="fact")],
            facts=[fact("Ada Lovelace", "lives_in", "Lisbon", confidence=0.4, text="long text", created_at=NOW)],
            synonyms=[_link(0.9)],
        )
        two = Batch(
            entities=[entity("Ada Lovelace", kind="person", aliases=("Countess",)), entity("lisbon", kind="place")],
            mentions=[mention("turn-1", "Ada Lovelace", count=1, weight=0.25, about=True)],
            facts=[fact("Ada Lovelace", "lives_in", "Lisbon", confidence=0.9, text="text", extractor="hand")],
            synonyms=[_link(0.2)],
        )
        for namespace, order in (("one", (one, two)), ("two", (two, one))):
            store.admit(namespace, [turn(1)], now=NOW)
            for batch in order:
                store.save(namespace, replace(batch, entities=[*batch.entities, entity("Feedzai")]), now=NOW)
        assert store.entities("one") == store.entities("two")
        assert store.mentions("one", ["turn-1"]) == store.mentions("two", ["turn-1"])
        assert store.facts("one") == store.facts("two")
        assert store.synonyms("one") == store.synonyms("two")
        ada = store.entities("one", keys=["ada lovelace"])[0]
        assert (ada.name, ada.kind, ada.aliases) == ("Ada Lovelace", "person", ("Ada", "Countess"))
        assert store.mentions("one", ["turn-1"])[0] == mention("turn-1", "Ada Lovelace", weight=0.25, about=True)
        assert store.facts("one")[0].confidence == 0.9

    def test_vectors_are_exact(self, store: Store, backdoor: Backdoor) -> None:
        """float32 vectors come back bit for bit, also where there are no sentences."""
        store.admit(NS, turns(2), now=NOW)
        bare = VectorRow("turn-2", vectors("", seed=2).vector, np.zeros((0, DIMENSION), np.float32))
        store.save(NS, Batch(vectors=[vectors("turn-1", seed=1), bare]), now=NOW)
        found = {v.interaction: v for v in store.changes(NS, since=0).vectors}
        assert np.array_equal(found["turn-1"].vector, vectors("turn-1", seed=1).vector)
        assert np.array_equal(found["turn-1"].sentences, vectors("turn-1", seed=1).sentences)
        assert found["turn-2"].sentences.shape == (0, DIMENSION)
        assert backdoor.count("Vector", NS) == 2

    def test_what_is_not_to_be_embedded_waits_for_no_vector(self, store: Store) -> None:
        """A vector of length 0 says that an interaction is not to be embedded: it comes back so, and is not pending."""
        store.admit(NS, turns(1), now=NOW)
        none = VectorRow("turn-1", np.zeros(0, np.float32), np.zeros((0, DIMENSION), np.float32))
        store.save(NS, Batch(vectors=[none]), now=NOW)
        (found,) = store.changes(NS, since=0).vectors
        assert (len(found.vector), len(found.sentences)) == (0, 0)
        assert store.pending(NS, stage="vectors") == []

    def test_what_was_forgotten_meanwhile_does_not_come_back(self, store: Store, backdoor: Backdoor) -> None:
        """Rows from an interaction that is gone are dropped, with the facts and entities that rest on them alone."""
        store.admit(NS, turns(2), now=NOW)
        store.forget(NS, Selection(interactions=("turn-1",)), now=NOW)
        elsewhere = Batch(
            entities=[entity("Ada"), entity("Porto")],
            mentions=[mention("turn-1", "Ada"), mention("turn-1", "Porto"), mention("turn-2", "Ada")],
            facts=[fact("Ada", "visited", "Porto")],
            assertions=[Assertion("turn-1", fact("Ada", "visited", "Porto").id)],
            vectors=[vectors("turn-1"), vectors("turn-2")],
            done={"turn-1": "test", "turn-2": "test"},
        )
        saved = store.save(NS, elsewhere, now=NOW)
        assert (saved.entities, saved.facts, saved.mentions) == (1, 0, 1)
        assert [e.name for e in store.entities(NS)] == ["Ada"]
        assert [i.id for i in store.history(NS)] == ["turn-2"]
        assert backdoor.count("Vector", NS) == 1
        assert backdoor.torn() == 0

    def test_a_fact_needs_its_entities(self, store: Store, backdoor: Backdoor) -> None:
        """A fact about entities that are neither stored nor told is refused, and nothing is written."""
        store.admit(NS, [turn(1)], now=NOW)
        with pytest.raises(InvalidInput, match="entities"):
            store.save(NS, Batch(entities=[entity("Ada")], facts=[fact("Ada", "knows", "Nobody")]), now=NOW)
        assert backdoor.count("Entity", NS) == 0
        assert store.seq(NS) == 1

    def test_an_expired_fact_is_not_revived_by_a_replay(self, store: Store) -> None:
        """A fact that was marked as expired stays so when the batch that brought it comes again."""
        store.admit(NS, [turn(1)], now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)
        old = store.facts(NS, predicate="works_at")[0]
        store.save(NS, Batch(facts=[replace(old, expired_at=NOW)]), now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)
        assert [f.predicate for f in store.facts(NS)] == ["lives_in"]
        assert len(store.facts(NS, expired=True)) == 2

    def test_settings(self, store: Store, other: Store) -> None:
        """A setting is None until set, can be replaced, and keeps its first value where that is asked."""
        assert store.setting("embedder") is None
        assert store.set_setting("embedder", "one", replace=False) == "one"
        assert other.set_setting("embedder", "two", replace=False) == "one"
        assert store.set_setting("embedder", "two") == "two"
        assert other.setting("embedder") == "two"

    def test_a_setting_of_a_namespace_goes_with_it(self, store: Store) -> None:
        """What is one namespace's own outlives a rename and goes with the namespace; others' and the store's stay."""
        for name in ("old", "the old"):
            store.create_namespace(name, now=NOW)
            store.set_setting(f"tuning {name}", "weights")
        store.set_setting("embedder", "one")
        store.rename_namespace("old", "new")
        assert store.setting("tuning old") == "weights"
        store.erase_namespace("new")
        assert store.setting("tuning old") is None
        assert (store.setting("tuning the old"), store.setting("embedder")) == ("weights", "one")

    def test_threads_share_a_store(self, store: Store, other: Store, backdoor: Backdoor) -> None:
        """Threads that tell the same and different things on two openers lose nothing and repeat nothing."""
        failures: list[BaseException] = []

        def tell(opened: Store, own: int) -> None:
            try:
                for n in range(10):
                    shared, private = turn(n), turn(n, id=f"own-{own}-{n}", session=f"own-{own}")
                    opened.admit(NS, [shared, private], now=NOW)
                    opened.save(NS, about_ada(shared.id, private.id), now=NOW)
            except BaseException as err:  # noqa: BLE001 # shown by the assertion below
                failures.append(err)

        threads = [threading.Thread(target=tell, args=(store if n % 2 else other, n)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert backdoor.count("Interaction", NS) == 10 + 4 * 10
        assert (backdoor.count("Entity", NS), backdoor.count("Fact", NS)) == (3, 2)
        assert backdoor.count("MENTIONS", NS) == 3 * 50
        assert (backdoor.torn(), backdoor.duplicates()) == (0, 0)
        assert sorted(i.arrival for i in store.history(NS)) == list(range(1, 51))

    def test_a_sound_store_passes_its_own_check(self, store: Store) -> None:
        """After writes, links and erasures the integrity check finds nothing."""
        store.admit(NS, turns(5), now=NOW)
        store.save(NS, about_ada("turn-1", "turn-2"), now=NOW)
        store.forget(NS, Selection(interactions=("turn-1", "turn-3")), now=NOW)
        assert store.check() == []


def _link(score: float) -> Synonym:
    a, b = sorted((entity_id(NS, "Feedzai"), entity_id(NS, "Lisbon")))
    return Synonym(a=a, b=b, score=score, method="trigram")
