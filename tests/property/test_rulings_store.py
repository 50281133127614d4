"""Rulings in a store: whatever the order of telling, and whatever is forgotten, the same stands."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.identity import fact_id
from graphmem.model import Fact, Interaction, Ruling
from graphmem.ports import Assertion, Batch, Selection
from graphmem.read.believed import seen_in
from graphmem.read.validity_view import View
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NS, entity, fact
from graphmem.text.slots import shipped_slots
from graphmem.write.rulings import Rulings

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SLOTS = shipped_slots()
RELATIONS = ("lives_in", "moved_to", "works_at", "likes")
VALUES = ("Lisbon", "Porto", "Rome")


def day(n: int) -> datetime:
    return DAY + timedelta(days=n)


tellings = st.lists(
    st.tuples(
        st.sampled_from(RELATIONS),
        st.sampled_from(VALUES),
        st.booleans(),
        st.one_of(st.none(), st.integers(0, 6)),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=7,
    unique=True,
)
Telling = tuple[str, str, bool, int | None, int]


class Told:
    """A store that is told one thing at a time."""

    def __init__(self) -> None:
        self.store = SqliteStore.open(":memory:")
        self.origin = self.store.create_namespace(NS, now=DAY).origin
        self.rulings = Rulings(self.store, NS, self.origin, SLOTS)

    def tell(self, telling: Telling, *, now: datetime) -> str:
        predicate, value, negated, start, said = telling
        valid_at = None if start is None else day(start)
        id_ = fact_id(NS, "Ada", predicate, value, valid_at=valid_at, negated=negated)
        drawn = fact("Ada", predicate, value, negated=negated, valid_at=valid_at, id=id_)
        one = Interaction(id=str(telling), session="s", kind="message", text="said", at=day(said))
        self.store.admit(NS, [one], now=now)
        batch = Batch(
            facts=[drawn],
            entities=[entity("Ada"), entity(value)],
            assertions=[Assertion(one.id, drawn.id)],
            done={one.id: "test"},
        )
        judged = self.rulings.judged(batch, [one], now=now)
        saved = self.store.save(NS, judged.batch, now=now)
        self.rulings.settle(judged, saved=saved.seq, now=now)
        return one.id

    def standing(self) -> list[tuple[object, ...]]:
        return sorted(map(_plain, self.store.rulings(NS)), key=str)

    def seen(self, view: View) -> list[str]:
        facts: list[Fact] = self.store.facts(NS, expired=True)
        return sorted(f.id for f in seen_in(self.store, NS, facts, view))


def _plain(ruling: Ruling) -> tuple[object, ...]:
    return ruling.older, ruling.kind, ruling.newer, ruling.at, ruling.until, ruling.evidence


@settings(max_examples=25, deadline=None)
@given(st.data(), tellings)
def test_any_order_of_telling_ends_the_same(data: st.DataObject, told: list[Telling]) -> None:
    """Told one by one in any order, the same rulings stand, and the same facts are seen on any day."""
    one, other = Told(), Told()
    for n, telling in enumerate(told):
        one.tell(telling, now=day(20 + n))
    for n, telling in enumerate(data.draw(st.permutations(told))):
        other.tell(telling, now=day(20 + n))
    assert one.standing() == other.standing()
    for n in range(-1, 11):
        view = View(day(60), SLOTS, as_of=day(n))
        assert one.seen(view) == other.seen(view)


@settings(max_examples=25, deadline=None)
@given(st.data(), tellings)
def test_forgetting_is_the_inverse(data: st.DataObject, told: list[Telling]) -> None:
    """After forgetting some of it, what stands is what the rest alone would have led to."""
    whole, rest = Told(), Told()
    gone = set(data.draw(st.sets(st.integers(0, len(told) - 1))))
    ids = [whole.tell(telling, now=day(20 + n)) for n, telling in enumerate(told)]
    for n in sorted(gone):
        receipt = whole.store.forget(NS, Selection(interactions=(ids[n],)), now=day(40))
        whole.rulings.review(receipt.subjects, now=day(40))
    for n, telling in enumerate(told):
        if n not in gone:
            rest.tell(telling, now=day(20 + n))
    assert whole.standing() == rest.standing()


@settings(max_examples=25, deadline=None)
@given(st.data(), tellings)
def test_what_was_known_never_changes(data: st.DataObject, told: list[Telling]) -> None:
    """As known at an instant, the view of any day stays the same, whatever is told or decided later."""
    memory = Told()
    cut = data.draw(st.integers(0, len(told)))
    for n, telling in enumerate(told[:cut]):
        memory.tell(telling, now=day(20 + n))
    views = [View(day(60), SLOTS, as_of=day(n), known_at=day(20 + cut - 1)) for n in range(-1, 11)]
    before = [memory.seen(view) for view in views]
    for n, telling in enumerate(told[cut:], start=cut):
        memory.tell(telling, now=day(20 + n))
    for one in memory.store.facts(NS, expired=True)[:1]:
        word = Ruling(older=one.id, kind="retraction", decided_by="Ada")
        memory.rulings.decide([word], subjects=[one.subject_id], now=day(50))
    assert [memory.seen(view) for view in views] == before
