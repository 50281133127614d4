"""Promises about rulings: facts are current or not as the rulings on them that stand say, and nothing else changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graphmem.identity import entity_id
from graphmem.model import Fact, Ruling
from graphmem.ports import Assertion, Batch, Saying, Selection, Store, Tombstone
from graphmem.testing.backdoor import Backdoor
from graphmem.testing.material import NOW, NS, Reader, about_ada, entity, fact, ruling, turn, turns

__all__ = ["RulingsContract"]

LISBON, PORTO, FARO = (fact("Ada", "lives_in", city) for city in ("Lisbon", "Porto", "Faro"))
LATER = NOW + timedelta(days=1)
MOVED = datetime(2026, 3, 1, tzinfo=UTC)


def _told(store: Store, namespace: str = NS) -> None:
    """Lisbon is said by turns 1 and 4, Porto by turns 2 and 3, Faro by turn 3."""
    store.admit(namespace, turns(4), now=NOW)
    told = [("turn-1", LISBON), ("turn-4", LISBON), ("turn-2", PORTO), ("turn-3", PORTO), ("turn-3", FARO)]
    batch = Batch(
        entities=[entity(name) for name in ("Ada", "Lisbon", "Porto", "Faro")],
        facts=[LISBON, PORTO, FARO],
        assertions=[Assertion(i, f.id) for i, f in told],
    )
    store.save(namespace, batch, now=NOW)


def _rule(store: Store, *rulings: Ruling, undone: tuple[str, ...] = (), now: datetime = LATER) -> int:
    return store.save(NS, Batch(rulings=rulings, undone=undone), now=now).seq


def _ends(store: Store, told: Fact = LISBON) -> tuple[datetime | None, datetime | None]:
    found = store.facts(NS, ids=[told.id], expired=True)[0]
    return found.closed_at, found.expired_at


class RulingsContract:
    """Rulings are added and undone; `closed_at` and `expired_at` follow them in the same transaction."""

    def test_a_ruling_is_kept_whole(self, store: Store, other: Store, backdoor: Backdoor) -> None:
        """Every field comes back from another opener; the moment of writing fills what was not told."""
        _told(store)
        told = ruling(
            LISBON, PORTO, at=MOVED, until=LATER, reason="moved to 'Porto'", decided_by="slots", evidence="turn-2"
        )
        _rule(store, told)
        assert other.rulings(NS) == [replace(told, created_at=LATER)]
        assert backdoor.count("Ruling", NS) == 1
        assert other.stats(NS).rulings == 1

    @pytest.mark.parametrize("kind", ["update", "correction", "negation", "retraction"])
    def test_a_closing_ruling_closes_its_fact(self, store: Store, kind: str) -> None:
        """The fact ends in the world at the ruling's instant, stops being current when it was made, and is touched."""
        _told(store)
        since = store.seq(NS)
        _rule(store, ruling(LISBON, PORTO, kind=kind, at=MOVED))
        assert _ends(store) == (MOVED, LATER)
        assert [f.object for f in store.facts(NS)] == ["Faro", "Porto"]
        page = store.changes(NS, since=since)
        assert ([f.object for f in page.facts], [r.kind for r in page.rulings]) == (["Lisbon"], [kind])
        assert page.facts[0].expired_at == LATER
        assert store.check() == []

    @pytest.mark.parametrize("told", [{"kind": "conflict"}, {"kind": "pin"}, {"kind": "revert"}, {"until": LATER}])
    def test_other_rulings_close_nothing(self, store: Store, told: dict[str, object]) -> None:
        """Conflicts, pins, reverts, and what is held again later leave the fact as it is, untouched."""
        _told(store)
        since = store.seq(NS)
        _rule(store, ruling(LISBON, PORTO, **told))
        assert _ends(store) == (None, None)
        page = store.changes(NS, since=since)
        assert (page.facts, len(page.rulings)) == ([], 1)

    def test_the_earliest_of_several_counts(self, store: Store) -> None:
        """The earliest instant in the world and the earliest in the system; one from the beginning is before all."""
        _told(store)
        _rule(store, ruling(LISBON, PORTO, at=LATER))
        _rule(store, ruling(LISBON, FARO, at=MOVED), now=LATER + timedelta(days=1))
        assert _ends(store) == (MOVED, LATER)
        _rule(store, ruling(LISBON, None, kind="retraction", at=None), now=LATER + timedelta(days=2))
        assert _ends(store) == (None, LATER)
        assert store.check() == []

    def test_an_undone_ruling_stays_as_history(self, store: Store, backdoor: Backdoor) -> None:
        """It gets its end, the fact is current again or as the others say, and undoing again changes nothing."""
        _told(store)
        one, two = ruling(LISBON, PORTO, at=MOVED), ruling(LISBON, FARO, at=LATER)
        _rule(store, one, two)
        seq = _rule(store, undone=(one.id,), now=LATER + timedelta(hours=1))
        assert _ends(store) == (LATER, LATER)
        assert [r.id for r in store.rulings(NS)] == [two.id]
        assert {r.id: r.expired_at for r in store.rulings(NS, undone=True)} == {
            one.id: LATER + timedelta(hours=1),
            two.id: None,
        }
        page = store.changes(NS, since=seq - 1)
        assert ([r.id for r in page.rulings], [f.id for f in page.facts]) == ([one.id], [LISBON.id])
        _rule(store, undone=(two.id, "unknown"))
        assert _ends(store) == (None, None)
        assert len(store.facts(NS)) == 3
        assert backdoor.count("Ruling", NS) == 2
        seq = store.seq(NS)
        _rule(store, undone=(one.id, two.id))
        assert store.seq(NS) == seq

    def test_a_repeat_is_a_no_op(self, store: Store) -> None:
        """The same id again changes nothing, not even whether it stands; nothing is reported as changed."""
        _told(store)
        told = ruling(LISBON, PORTO, reason="first")
        _rule(store, told)
        seq = _rule(store, undone=(told.id,))
        _rule(store, replace(told, reason="second", created_at=NOW))
        assert store.seq(NS) == seq
        assert store.rulings(NS) == []
        assert store.rulings(NS, undone=True)[0].reason == "first"

    def test_what_is_ruled_is_not_told(self, store: Store) -> None:
        """A fact told again does not lose its end, nor get another: rulings decide; `closed_at` is never told."""
        _told(store)
        _rule(store, ruling(LISBON, PORTO, at=MOVED))
        store.save(NS, Batch(facts=[LISBON]), now=LATER)
        assert _ends(store) == (MOVED, LATER)
        _rule(store, undone=(ruling(LISBON, PORTO).id,))
        seq = store.seq(NS)
        store.save(NS, Batch(facts=[replace(LISBON, expired_at=NOW, closed_at=NOW)]), now=LATER)
        assert _ends(store) == (None, None)
        assert store.seq(NS) == seq
        store.save(NS, Batch(facts=[replace(PORTO, expired_at=NOW, closed_at=NOW)]), now=LATER)
        assert _ends(store, PORTO) == (None, NOW)

    def test_facts_and_rulings_come_in_one_batch(self, store: Store) -> None:
        """A batch may hold a fact, the ruling on it, and the undoing of another; all of it is there, or none."""
        store.admit(NS, turns(2), now=NOW)
        told = Batch(
            entities=[entity("Ada"), entity("Lisbon"), entity("Porto")],
            facts=[replace(LISBON, expired_at=MOVED), PORTO],
            assertions=[Assertion("turn-1", LISBON.id), Assertion("turn-2", PORTO.id)],
            rulings=[ruling(LISBON, PORTO, evidence="turn-2")],
        )
        seq = store.save(NS, told, now=NOW).seq
        assert _ends(store) == (NOW, NOW)
        assert store.save(NS, told, now=LATER).seq == seq
        assert store.check() == []

    def test_rulings_on_what_is_not_there_are_dropped(self, store: Store) -> None:
        """A fact, or the evidence, that was forgotten meanwhile takes the ruling along; nothing else is lost."""
        _told(store)
        gone = fact("Ada", "lives_in", "Atlantis")
        _rule(
            store,
            ruling(gone, PORTO),
            ruling(PORTO, gone),
            ruling(LISBON, PORTO, evidence="forgotten"),
            ruling(LISBON, FARO, evidence="turn-3"),
        )
        assert [(r.older, r.newer) for r in store.rulings(NS)] == [(LISBON.id, FARO.id)]

    def test_lookups_by_fact_and_order(self, store: Store) -> None:
        """Rulings on a fact, or by it, by (creation, id), cut at `top_k`; none of another namespace's."""
        _told(store)
        _told(store, "another")
        first, second, third = ruling(PORTO, FARO), ruling(LISBON, PORTO), ruling(LISBON, FARO)
        _rule(store, first, now=LATER + timedelta(days=3))
        _rule(store, second, third)
        ordered = [*sorted((second.id, third.id)), first.id]
        assert [r.id for r in store.rulings(NS)] == ordered
        assert [r.id for r in store.rulings(NS, top_k=2)] == ordered[:2]
        assert {r.id for r in store.rulings(NS, facts=[PORTO.id])} == {first.id, second.id}
        assert {r.id for r in store.rulings(NS, facts=[FARO.id, "unknown"])} == {first.id, third.id}
        assert store.rulings(NS, facts=[]) == []
        assert store.rulings("another") == store.rulings("nobody") == store.rulings("another", facts=[LISBON.id]) == []

    def test_sayings_tell_who_said_it_and_when(self, store: Store) -> None:
        """By fact, then instant with undated ones first, then interaction."""
        _told(store)
        store.admit(NS, [turn(7, at=None)], now=NOW)
        store.save(NS, Batch(assertions=[Assertion("turn-7", PORTO.id)]), now=NOW)
        told = {
            LISBON.id: [Saying("turn-1", LISBON.id, turn(1).at), Saying("turn-4", LISBON.id, turn(4).at)],
            PORTO.id: [Saying(f"turn-{n}", PORTO.id, None if n == 7 else turn(n).at) for n in (7, 2, 3)],
        }
        assert store.sayings(NS, [PORTO.id, LISBON.id, "unknown"]) == [s for id_ in sorted(told) for s in told[id_]]
        assert store.sayings(NS, []) == store.sayings("nobody", [LISBON.id]) == []

    def test_slots_are_looked_up(self, store: Store) -> None:
        """Facts by subject and by several predicates, together or on their own, expired ones where asked for."""
        store.admit(NS, turns(1), now=NOW)
        store.save(NS, about_ada("turn-1"), now=NOW)
        store.save(NS, Batch(facts=[fact("Lisbon", "is_in", "Ada"), replace(LISBON, expired_at=NOW)]), now=NOW)
        ada, lisbon = entity_id(NS, "Ada"), entity_id(NS, "Lisbon")

        def found(**told: object) -> set[str]:
            return {f.predicate for f in store.facts(NS, **told)}  # type: ignore[arg-type] # filters of the method

        assert found(subjects=[ada]) == {"works_at"}
        assert found(subjects=[ada], expired=True) == {"works_at", "lives_in"}
        assert found(subjects=[ada, lisbon]) == {"works_at", "is_in"}
        assert found(subjects=[ada], predicates=["is_in", "lives_in"], expired=True) == {"lives_in"}
        assert found(subjects=[ada, lisbon], predicates=["is_in", "works_at"], predicate="is_in") == {"is_in"}
        assert found(subjects=[ada], objects=[lisbon], expired=True) == {"lives_in"}
        assert found(subjects=[ada], objects=[lisbon], predicates=["works_at"], expired=True) == set()
        assert found(subjects=[ada], objects=[], expired=True) == set()
        assert found(predicates=["is_in", "works_at", "none"]) == {"is_in", "works_at"}
        assert found(predicates=[]) == found(subjects=[]) == found(subjects=["unknown"]) == set()
        assert found(subjects=[ada], about=[lisbon], expired=True) == {"lives_in"}

    def test_forgetting_the_newer_brings_the_older_back(self, store: Store, backdoor: Backdoor) -> None:
        """A fact that goes takes its rulings along; what it closed is current again, and readers learn of both."""
        _told(store)
        _rule(store, ruling(LISBON, PORTO, evidence="turn-2"))
        follower, late = Reader(), Reader()
        follower.follow(store)
        since = store.seq(NS)
        gone = store.forget(NS, Selection(interactions=("turn-2", "turn-3")), now=LATER)
        assert (gone.facts, gone.rulings, gone.subjects) == (2, 1, (entity_id(NS, "Ada"),))
        assert _ends(store) == (None, None)
        assert backdoor.count("Ruling", NS) == backdoor.torn() == 0
        page = store.changes(NS, since=since)
        assert Tombstone("Ruling", ruling(LISBON, PORTO).id) in page.tombstones
        assert [f.id for f in page.facts] == [LISBON.id]
        follower.follow(store)
        late.follow(store)
        assert follower == late
        assert store.check() == []

    def test_evidence_moves_to_what_still_says_it(self, store: Store) -> None:
        """Where the newer fact stays, its ruling rests on the earliest that still asserts it, and is touched."""
        _told(store)
        _rule(store, ruling(LISBON, PORTO, evidence="turn-2"))
        since = store.seq(NS)
        gone = store.forget(NS, Selection(interactions=("turn-2",)), now=LATER)
        assert gone.subjects == (entity_id(NS, "Ada"),)
        assert [r.evidence for r in store.rulings(NS)] == ["turn-3"]
        assert [r.evidence for r in store.changes(NS, since=since).rulings] == ["turn-3"]
        assert _ends(store) == (NOW, LATER)
        assert store.check() == []

    def test_subjects_are_told_when_a_fact_is_said_less(self, store: Store) -> None:
        """A fact that loses one of two who say it stays, and its subject is told; gone subjects are not."""
        _told(store)
        assert store.forget(NS, Selection(interactions=("turn-4",)), now=LATER).subjects == (entity_id(NS, "Ada"),)
        assert store.forget(NS, Selection(everything=True), now=LATER).subjects == ()

    def test_a_person_forgets_a_ruling_of_their_own(self, store: Store) -> None:
        """A person's word goes without a trace but its tombstone; what the rules derived cannot be forgotten so."""
        _told(store)
        derived, own = ruling(LISBON, PORTO), ruling(PORTO, None, kind="retraction", decided_by="Ada")
        _rule(store, derived, own)
        assert _ends(store, PORTO) == (NOW, LATER)
        seq = store.seq(NS)
        gone = store.forget(NS, Selection(rulings=(derived.id, own.id, "unknown")), now=LATER)
        assert (gone.rulings, gone.facts, gone.subjects) == (1, 0, (entity_id(NS, "Ada"),))
        assert _ends(store, PORTO) == (None, None)
        assert [r.id for r in store.rulings(NS, undone=True)] == [derived.id]
        page = store.changes(NS, since=seq)
        assert page.tombstones == [Tombstone("Ruling", own.id)]
        _rule(store, own)
        assert Tombstone("Ruling", own.id) not in store.changes(NS, since=0).tombstones
        assert store.check() == []

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_rulings_come_by_pages(self, store: Store, limit: int) -> None:
        """Pages of any size end in the same state, rulings in order of seq and id."""
        _told(store)
        for n, told in enumerate((ruling(LISBON, PORTO), ruling(PORTO, FARO), ruling(LISBON, FARO))):
            _rule(store, told, undone=(ruling(LISBON, PORTO).id,) if n == 2 else ())
        whole, paged = Reader(), Reader()
        whole.follow(store, limit=1_000)
        pages = paged.follow(store, limit=limit)
        assert paged == whole
        assert len(whole.rulings) == 3
        told_ids = [r.id for page in pages for r in page.rulings]
        assert told_ids == [ruling(PORTO, FARO).id, *sorted((ruling(LISBON, PORTO).id, ruling(LISBON, FARO).id))]

    def test_namespaces_keep_their_rulings(self, store: Store, backdoor: Backdoor) -> None:
        """A renamed namespace takes them along; an erased one leaves none."""
        _told(store)
        _rule(store, ruling(LISBON, PORTO, evidence="turn-2"))
        store.rename_namespace(NS, "renamed")
        assert [r.evidence for r in store.rulings("renamed", facts=[PORTO.id])] == ["turn-2"]
        assert store.rulings(NS) == []
        assert store.check() == []
        assert store.erase_namespace("renamed").rulings == 1
        assert backdoor.count("Ruling", "renamed") == 0

    def test_what_a_forgetting_leaves_unjudged_is_known(self, store: Store, other: Store) -> None:
        """`forget` notes its subjects in its own transaction, a batch others; struck off, they are known no more."""
        _told(store)
        assert store.unjudged(NS) == store.unjudged("nobody") == []
        gone = store.forget(NS, Selection(interactions=("turn-2",)), now=LATER)
        ada, porto = entity_id(NS, "Ada"), entity_id(NS, "Porto")
        assert other.unjudged(NS) == list(gone.subjects) == [ada]
        store.save(NS, Batch(unjudged=[porto, ada]), now=LATER)
        assert other.unjudged(NS) == sorted([ada, porto])
        store.save(NS, Batch(judged=[ada]), now=LATER)
        assert other.unjudged(NS) == [porto]
        store.rename_namespace(NS, "renamed")
        assert other.unjudged("renamed") == [porto]
        store.save("renamed", Batch(judged=[porto]), now=LATER)
        seq = store.seq("renamed")
        assert other.unjudged("renamed") == []
        store.save("renamed", Batch(judged=[porto]), now=LATER)
        assert store.seq("renamed") == seq
