"""Kinds are elected: a pure function of what is there, by brute force, whatever was written in whatever order."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.identity import better_kind, elected_kind, entity_id
from graphmem.model import Synonym
from graphmem.ports import Batch, Selection
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.material import NOW, NS, entity, fact, mention, turns

NAMES = ("Ada", "Belmora", "Porto")
KINDS = st.sampled_from(["person", "place", "work"])

sightings = st.tuples(st.just("see"), st.integers(1, 5), st.sampled_from(NAMES), st.none() | KINDS)
tellings = st.tuples(st.just("tell"), st.booleans(), st.sampled_from(NAMES), KINDS)
forgettings = st.tuples(st.just("forget"), st.integers(1, 5))
merges = st.tuples(st.just("merge"), st.booleans(), st.sampled_from([NAMES[:2], NAMES[1:]]))
votes = st.dictionaries(st.sampled_from(["person", "place", "concept", "unknown", "zebra"]), st.integers(0, 4))


@dataclass
class Told:
    """What a namespace was told and still holds."""

    mentions: dict[tuple[int, str], set[str]] = field(default_factory=dict)
    tellings: dict[str, set[tuple[bool, str]]] = field(default_factory=dict)
    merged: set[tuple[str, ...]] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    def kind(self, name: str) -> str:
        """The kind by counting everything anew."""
        group = {name}
        for _ in NAMES:
            group |= {end for pair in self.merged if group & set(pair) for end in pair}
        counted = Counter(better_kind(k) for (_, n), k in self.mentions.items() if n in group and k)
        told = [k for n in group for by_caller, k in self.tellings.get(n, ()) if by_caller]
        bases = [better_kind(k for by, k in self.tellings[n] if not by) for n in group & self._untold()]
        return elected_kind(
            counted, told=better_kind(told) if told else None, prior=better_kind(bases) if bases else "unknown"
        )

    def _untold(self) -> set[str]:
        return {n for n, told in self.tellings.items() if not all(by for by, _ in told)}


def _apply(store: SqliteStore, told: Told, step: tuple) -> None:
    match step:
        case ("see", n, name, kind):
            store.save(NS, Batch(entities=[entity(name)], mentions=[mention(f"turn-{n}", name, kind=kind)]), now=NOW)
            if n not in told.gone:
                told.mentions.setdefault((n, name), set()).update({kind} if kind else ())
        case ("tell", by_caller, name, kind):
            store.save(NS, Batch(entities=[entity(name, kind=kind, told=by_caller)]), now=NOW)
            told.tellings.setdefault(name, set()).add((by_caller, kind))
        case ("forget", n):
            store.forget(NS, Selection(interactions=(f"turn-{n}",)), now=NOW)
            told.gone.add(n)
            told.mentions = {key: kinds for key, kinds in told.mentions.items() if key[0] != n}
        case ("merge", part, pair):
            link = Synonym(a=entity_id(NS, pair[0]), b=entity_id(NS, pair[1]), score=1.0, method="merged")
            if part:
                store.remove_synonyms(NS, [link], now=NOW)
                told.merged.discard(pair)
            else:
                store.save(NS, Batch(synonyms=[link]), now=NOW)
                told.merged.add(pair)


def _filled() -> SqliteStore:
    """A store whose entities stay, because facts told by hand name them."""
    store = SqliteStore.open(":memory:")
    store.admit(NS, turns(5), now=NOW)
    facts = [fact("Ada", "likes", "Porto", extractor="hand"), fact("Ada", "likes", "Belmora", extractor="hand")]
    store.save(NS, Batch(entities=[entity(name) for name in NAMES], facts=facts), now=NOW)
    return store


@given(st.lists(sightings | sightings | tellings | forgettings | merges, max_size=14))
@settings(max_examples=30, deadline=None)
def test_kinds_are_those_of_a_count_from_scratch(steps: list[tuple]) -> None:
    """After any sequence of sightings, tellings, erasures and merges, kinds are as if counted anew."""
    told = Told()
    with _filled() as store:
        for step in steps:
            _apply(store, told, step)
            assert {e.name: e.kind for e in store.entities(NS)} == {name: told.kind(name) for name in NAMES}
        assert store.check() == []


@given(st.lists(sightings | tellings, max_size=10), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_arrival_does_not_show(steps: list[tuple], random) -> None:
    """The same sightings and tellings in another order leave the same entities and mentions."""
    shuffled = list(steps)
    random.shuffle(shuffled)
    ends = []
    for order in (steps, shuffled):
        with _filled() as store:
            for step in order:
                _apply(store, Told(), step)
            ends.append((store.entities(NS), store.mentions(NS, [f"turn-{n}" for n in range(1, 6)])))
    assert ends[0] == ends[1]


@given(votes, votes)
def test_an_election_is_a_function_of_counts(one: dict[str, int], other: dict[str, int]) -> None:
    """The winner has the most votes of the known kinds, whatever the order they were counted in."""
    counted = Counter(one) + Counter(other)
    won = elected_kind(counted)
    known = {kind: n for kind, n in counted.items() if kind != "unknown"}
    assert won == elected_kind(dict(reversed(list(counted.items()))))
    assert known.get(won, 0) == max(known.values(), default=0)
    assert elected_kind(counted, told="language") == "language"
