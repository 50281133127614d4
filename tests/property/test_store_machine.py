"""A store against a model of a few sets, through any sequence of writes, erasures and reads."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from graphmem.identity import entity_id
from graphmem.model import Fact, Synonym
from graphmem.ports import Assertion, Batch, Selection, Store
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NOW, NS, Reader, entity, fact, link, mention, node, ruling, turn, vectors

NAMES = ("Ada", "Bob", "Lisbon", "Porto")
FACTS = tuple(fact(a, p, b) for a, p, b in (("Ada", "in", "Lisbon"), ("Bob", "in", "Porto"), ("Ada", "knows", "Bob")))
HAND = fact("Bob", "likes", "Lisbon", extractor="hand")

ALL = (*FACTS, HAND)
LABELS = {"q": "Query", "i": "Insight", "s": "Segment"}
TYPES = ("USED", "DERIVED_FROM", "DESCRIBES")

numbers = st.integers(0, 5)
some_numbers = st.sets(numbers, max_size=4)
some_names = st.sets(st.sampled_from(NAMES), max_size=3)
some_facts = st.sets(st.integers(0, len(FACTS) - 1), max_size=3)
any_fact = st.sampled_from(ALL)
learnt_ids = st.sampled_from(sorted(LABELS))
ends = learnt_ids | st.sampled_from([f.id for f in ALL]) | numbers.map("turn-{}".format) | st.sampled_from(NAMES)


@dataclass
class Model:
    """What a namespace holds, in sets: the definition of each cascade, by brute force."""

    spoken: dict[int, str] = field(default_factory=dict)
    mentions: set[tuple[int, str]] = field(default_factory=set)
    asserted: set[tuple[int, str]] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    links: set[tuple[str, str]] = field(default_factory=set)
    rulings: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    nodes: dict[str, int] = field(default_factory=dict)
    ties: set[tuple[str, str, str]] = field(default_factory=set)

    def there(self) -> set[str]:
        """Everything that a link may lead to."""
        named = {entity_id(NS, name) for name in self.entities}
        return {*self.nodes, *self.facts, *named, *(f"turn-{n}" for n in self.spoken)}

    def fall(self) -> None:
        """Drop what stands on, hangs on or rules on what is not there any more."""
        fallen = True
        while fallen:
            there = self.there()
            fallen = {s for t, s, o in self.ties if t != "USED" and o not in there} & self.nodes.keys()
            self.nodes = {n: r for n, r in self.nodes.items() if n not in fallen}
        self.ties = {tie for tie in self.ties if set(tie[1:]) <= self.there()}
        self.rulings = {i: r for i, r in self.rulings.items() if {r[1], r[2]} <= self.facts | {""}}
        self.undone &= self.rulings.keys()

    def expired(self) -> set[str]:
        """The facts that a standing ruling closes."""
        standing = (r for i, r in self.rulings.items() if i not in self.undone)
        return {older for kind, older, _ in standing if kind in ("update", "retraction")}

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
        self.fall()


class StoreMachine(RuleBasedStateMachine):
    """Whatever happens, the store holds what the model holds, and who follows the log knows it."""

    def __init__(self) -> None:
        super().__init__()
        self.store = self.opened()
        self.model = Model()
        self.follower = Reader()

    def opened(self) -> Store:
        """Return an empty store: here the embedded one, elsewhere another."""
        return SqliteStore.open(":memory:")

    def teardown(self) -> None:
        self.store.close()

    @initialize()
    def begin(self) -> None:
        """Begin with something; what begins with nothing comes after everything was forgotten."""
        self.fill()

    @rule()
    def fill(self) -> None:
        """Have something to rule on and to learn from: what only destroys soon has nothing left to destroy."""
        self.admit({0}, "Bob")
        self.admit(set(range(1, 6)), "Ada")
        told = {(n, f.id) for n in range(6) for f in (FACTS[n % 3], FACTS[(n + 1) % 3])}
        batch = Batch(
            entities=[entity(name) for name in NAMES],
            mentions=[mention(f"turn-{n}", "Porto") for n in range(6)],
            facts=ALL,
            assertions=[Assertion(f"turn-{n}", fact_id) for n, fact_id in sorted(told)],
            done={f"turn-{n}": "test" for n in range(6)},
        )
        self.store.save(NS, batch, now=NOW)
        self.model.mentions |= {(n, "Porto") for n in range(6)}
        self.model.asserted |= told
        self.model.facts |= {f.id for f in ALL}
        self.model.entities |= set(NAMES)

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

    @rule(older=any_fact, newer=any_fact, kind=st.sampled_from(["update", "conflict", "retraction"]), of=numbers)
    def decide(self, older: Fact, newer: Fact, kind: str, of: int) -> None:
        own = kind == "retraction"
        told = ruling(older, None if own else newer, kind=kind, evidence=None if own else f"turn-{of}")
        self.store.save(NS, Batch(rulings=[told]), now=NOW)
        rests = {older.id, newer.id if not own else older.id} <= self.model.facts
        if rests and (own or of in self.model.spoken):
            self.model.rulings.setdefault(told.id, (kind, older.id, "" if own else newer.id))

    @rule(older=any_fact, newer=any_fact, own=st.booleans(), forget=st.booleans())
    def take_back(self, older: Fact, newer: Fact, own: bool, forget: bool) -> None:
        id_ = (ruling(older, None, kind="retraction") if own else ruling(older, newer)).id
        if forget:
            gone = self.store.forget(NS, Selection(rulings=(id_,)), now=NOW)
            assert gone.rulings == (own and id_ in self.model.rulings)
            if own:
                self.model.rulings.pop(id_, None)
                self.model.undone.discard(id_)
        else:
            self.store.save(NS, Batch(undone=[id_]), now=NOW)
            self.model.undone |= {id_} & self.model.rulings.keys()

    @rule(id_=learnt_ids, text=st.sampled_from(["one", "two"]), to=ends, type_=st.sampled_from(TYPES))
    def learn(self, id_: str, text: str, to: str, type_: str) -> None:
        target = entity_id(NS, to) if to in NAMES else to
        told = node(id_, label=LABELS[id_], text=text)
        before = {n.id: n for n in self.store.nodes(NS)}
        assert {n: m.revision for n, m in before.items()} == self.model.nodes
        expected = {id_: self.model.nodes.get(id_, 0)}
        tie = link(type_, id_, target)
        self.store.save(NS, Batch(nodes=[told], links=[tie], expect=expected), now=NOW)
        if target != id_ and type_ != "USED" and target not in self.model.there():
            return  # it was made from what is not there
        if id_ not in before or before[id_].text != text:
            self.model.nodes[id_] = self.model.nodes.get(id_, 0) + 1
        if target in self.model.there():
            self.model.ties.add((type_, id_, target))

    @rule(id_=learnt_ids, to=ends, type_=st.sampled_from(TYPES))
    def unlink(self, id_: str, to: str, type_: str) -> None:
        target = entity_id(NS, to) if to in NAMES else to
        self.store.save(NS, Batch(unlink=[link(type_, id_, target)]), now=NOW)
        self.model.ties.discard((type_, id_, target))

    @rule(id_=learnt_ids)
    def forget_node(self, id_: str) -> None:
        before = len(self.model.nodes)
        gone = self.store.forget(NS, Selection(nodes=(id_,)), now=NOW)
        self.model.nodes.pop(id_, None)
        self.model.fall()
        assert gone.nodes == before - len(self.model.nodes)

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

    @rule(erase=st.booleans())
    def forget_everything(self, erase: bool) -> None:
        if not erase:
            self.store.forget(NS, Selection(everything=True), now=NOW)
        elif self.store.namespace(NS) is not None:
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
        assert {r.id: (r.kind, r.older, r.newer or "") for r in page.rulings} == self.model.rulings
        assert {r.id for r in page.rulings if r.expired_at is not None} == self.model.undone
        assert {f.id for f in page.facts if f.expired_at is not None} == self.model.expired()
        assert {f.id for f in page.facts if f.closed_at is not None} == self.model.expired()
        assert {n.id: n.revision for n in page.nodes} == self.model.nodes
        assert {(k.type, k.source, k.target) for k in page.links} == self.model.ties

    @invariant()
    def the_store_is_sound(self) -> None:
        """Its own check finds nothing."""
        assert self.store.check() == []


StoreMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestStoreMachine = StoreMachine.TestCase
