"""The SQLite store against a model of a few sets, through any sequence of writes, erasures and reads."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from graphmem.identity import entity_id
from graphmem.model import Synonym
from graphmem.ports import Assertion, Batch, Selection
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NOW, NS, Reader, entity, fact, mention, turn, vectors

NAMES = ("Ada", "Bob", "Lisbon", "Porto")
FACTS = tuple(fact(a, p, b) for a, p, b in (("Ada", "in", "Lisbon"), ("Bob", "in", "Porto"), ("Ada", "knows", "Bob")))
HAND = fact("Bob", "likes", "Lisbon", extractor="hand")

numbers = st.integers(0, 5)
some_numbers = st.sets(numbers, max_size=4)
some_names = st.sets(st.sampled_from(NAMES), max_size=3)
some_facts = st.sets(st.integers(0, len(FACTS) - 1), max_size=3)


@dataclass
class Model:
    """What a namespace holds, in sets: the definition of each cascade, by brute force."""

    spoken: dict[int, str] = field(default_factory=dict)
    mentions: set[tuple[int, str]] = field(default_factory=set)
    asserted: set[tuple[int, str]] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    links: set[tuple[str, str]] = field(default_factory=set)

    def ends(self, fact_id: str) -> set[str]:
        return next({f.subject, f.object} for f in (*FACTS, HAND) if f.id == fact_id)

    def forget(self, gone: set[int], facts: set[str], entities: set[str]) -> None:
        shaken = {f for i, f in self.asserted if i in gone}
        candidates = {e for i, e in self.mentions if i in gone} | entities
        self.spoken = {i: s for i, s in self.spoken.items() if i not in gone}
        self.mentions = {(i, e) for i, e in self.mentions if i not in gone and e not in entities}
        self.asserted = {(i, f) for i, f in self.asserted if i not in gone}
        left = {f for _, f in self.asserted}
        lost = (facts & self.facts) | {f for f in shaken if f not in left and f != HAND.id}
        candidates |= {end for f in lost for end in self.ends(f)}
        self.facts -= lost
        self.asserted = {(i, f) for i, f in self.asserted if f not in lost}
        supported = {e for _, e in self.mentions} | {end for f in self.facts for end in self.ends(f)}
        self.entities -= candidates - supported
        self.links = {(a, b) for a, b in self.links if a in self.entities and b in self.entities}


class StoreMachine(RuleBasedStateMachine):
    """Whatever happens, the store holds what the model holds, and who follows the log knows it."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SqliteStore.open(":memory:")
        self.model = Model()
        self.follower = Reader()

    def teardown(self) -> None:
        self.store.close()

    @rule(told=some_numbers, speaker=st.sampled_from(["Ada", "Bob", None]))
    def admit(self, told: set[int], speaker: str | None) -> None:
        new = {n for n in told if n not in self.model.spoken}
        admission = self.store.admit(NS, [turn(n, session=f"s{n % 2}", speaker=speaker) for n in sorted(new)], now=NOW)
        assert len(admission.new) == len(new)
        self.model.spoken |= dict.fromkeys(new, speaker or "")

    @rule(of=numbers, names=some_names, facts=some_facts, hand=st.booleans(), embed=st.booleans())
    def save(self, of: int, names: set[str], facts: set[int], hand: bool, embed: bool) -> None:
        chosen = [FACTS[n] for n in sorted(facts)]
        named = names | {end for f in chosen for end in (f.subject, f.object)}
        named |= {HAND.subject, HAND.object} if hand else set()
        batch = Batch(
            entities=[entity(name) for name in sorted(named)],
            mentions=[mention(f"turn-{of}", name) for name in sorted(names)],
            facts=[*chosen, *([HAND] if hand else [])],
            assertions=[Assertion(f"turn-{of}", f.id) for f in chosen],
            vectors=[vectors(f"turn-{of}")] if embed else [],
            done={f"turn-{of}": "test"},
        )
        self.store.save(NS, batch, now=NOW)
        if of in self.model.spoken:
            self.model.mentions |= {(of, name) for name in names}
            self.model.asserted |= {(of, f.id) for f in chosen}
            self.model.facts |= {f.id for f in chosen}
            self.model.entities |= named
        elif hand:
            self.model.entities |= {HAND.subject, HAND.object}
        if hand:
            self.model.facts.add(HAND.id)
        self._entities_without_support(named, of)

    def _entities_without_support(self, named: set[str], of: int) -> None:
        """Entities that were stored already stay when a batch about something forgotten names them again."""
        stored = {e.name for e in self.store.entities(NS)}
        assert stored >= self.model.entities
        assert stored - self.model.entities == set(), (named, of)

    @rule(pair=st.sampled_from([("Ada", "Bob"), ("Lisbon", "Porto"), ("Ada", "Porto")]), remove=st.booleans())
    def link(self, pair: tuple[str, str], remove: bool) -> None:
        a, b = sorted((entity_id(NS, pair[0]), entity_id(NS, pair[1])))
        synonym = Synonym(a=a, b=b, score=0.5, method="test")
        if remove:
            assert self.store.remove_synonyms(NS, [synonym], now=NOW) == ((a, b) in self._link_ids())
            self.model.links -= {pair}
        elif set(pair) <= self.model.entities:
            self.store.save(NS, Batch(synonyms=[synonym]), now=NOW)
            self.model.links.add(pair)

    def _link_ids(self) -> set[tuple[str, str]]:
        return {tuple(sorted((entity_id(NS, a), entity_id(NS, b)))) for a, b in self.model.links}  # type: ignore[misc]

    @rule(gone=some_numbers)
    def forget_interactions(self, gone: set[int]) -> None:
        if gone:
            receipt = self.store.forget(NS, Selection(interactions=tuple(f"turn-{n}" for n in gone)), now=NOW)
            assert receipt.interactions == len(gone & self.model.spoken.keys())
            self.model.forget(gone & self.model.spoken.keys(), set(), set())

    @rule(session=st.sampled_from([0, 1]))
    def forget_session(self, session: int) -> None:
        self.store.forget(NS, Selection(sessions=(f"s{session}",)), now=NOW)
        self.model.forget({n for n in self.model.spoken if n % 2 == session}, set(), set())

    @rule(name=st.sampled_from(NAMES), person=st.booleans())
    def forget_entity(self, name: str, person: bool) -> None:
        what = Selection(person=name) if person else Selection(entity=name)
        self.store.forget(NS, what, now=NOW)
        gone = {n for n, speaker in self.model.spoken.items() if person and speaker == name}
        known = {name} & self.model.entities
        facts = {f for f in self.model.facts if known & self.model.ends(f)}
        self.model.forget(gone, facts, known)

    @rule()
    def forget_everything(self) -> None:
        self.store.forget(NS, Selection(everything=True), now=NOW)
        self.model = Model()

    @rule()
    def erase(self) -> None:
        if self.store.namespace(NS) is not None:
            self.store.erase_namespace(NS)
            self.model = Model()

    @rule()
    def drop_vectors(self) -> None:
        self.store.drop_vectors(NS)

    @rule(limit=st.sampled_from([1, 3, 100]))
    def follow(self, limit: int) -> None:
        self.follower.follow(self.store, limit=limit)
        late = Reader()
        late.follow(self.store)
        assert self.follower == late

    @invariant()
    def the_store_holds_what_the_model_holds(self) -> None:
        """Rows, ends and links are those of the model."""
        names = {entity_id(NS, name): name for name in NAMES}
        page = self.store.changes(NS, since=0, limit=10_000)
        assert {int(i.id[5:]) for i in page.interactions} == set(self.model.spoken)
        assert {(int(m.interaction[5:]), names[m.entity]) for m in page.mentions} == self.model.mentions
        assert {(int(a.interaction[5:]), a.fact) for a in page.assertions} == self.model.asserted
        assert {f.id for f in page.facts} == self.model.facts
        assert {e.name for e in page.entities} == self.model.entities
        assert {(s.a, s.b) for s in page.synonyms} == self._link_ids()

    @invariant()
    def the_store_is_sound(self) -> None:
        """Its own check finds nothing."""
        assert self.store.check() == []


StoreMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestStoreMachine = StoreMachine.TestCase
