"""Joins do not depend on order; what rests on the forgotten alone is left out."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from graphmem.model import Entity, Fact, Mention, Synonym
from graphmem.ports import Assertion, Batch
from graphmem.stores.joins import (
    changes_by_joining,
    join_entity,
    join_fact,
    join_mention,
    join_synonym,
    without_forgotten,
)
from graphmem.testing.material import entity, fact, mention

instants = st.none() | st.datetimes(timezones=st.just(UTC))
entities = st.builds(
    Entity,
    id=st.just("e"),
    name=st.sampled_from(["ada", "Ada", "ADA", "aDa"]),
    kind=st.sampled_from(["person", "place", "unknown", "zebra"]),
    aliases=st.lists(st.sampled_from("abc"), unique=True).map(sorted).map(tuple),
    created_at=instants,
)
mentions = st.builds(
    Mention,
    interaction=st.just("i"),
    entity=st.just("e"),
    count=st.integers(1, 5),
    about=st.booleans(),
    weight=st.sampled_from([0.25, 0.5, 1.0]),
    source=st.sampled_from(["name", "fact"]),
)
facts = st.builds(
    Fact,
    st.just("a"),
    st.just("p"),
    st.just("b"),
    text=st.text("xy", max_size=3),
    confidence=st.sampled_from([0.1, 0.5, 1.0]),
    at=instants,
    created_at=instants,
    expired_at=instants,
    extractor=st.sampled_from(["hand", "spacy", "llm"]),
)
synonyms = st.builds(Synonym, a=st.just("a"), b=st.just("b"), score=st.sampled_from([0.1, 0.9]), method=st.just("x"))


def _lawful(join, one, two, three) -> None:
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))
    assert join(one, one) == one


@given(entities, entities, entities)
def test_entities_join_lawfully(one: Entity, two: Entity, three: Entity) -> None:
    """Joining entities is commutative, associative and idempotent."""
    _lawful(join_entity, one, two, three)


@given(mentions, mentions, mentions)
def test_mentions_join_lawfully(one: Mention, two: Mention, three: Mention) -> None:
    """Joining mentions is commutative, associative and idempotent."""
    _lawful(join_mention, one, two, three)


@given(facts, facts, facts)
def test_facts_join_lawfully(one: Fact, two: Fact, three: Fact) -> None:
    """Joining facts is commutative, associative and idempotent."""
    _lawful(join_fact, one, two, three)


@given(synonyms, synonyms, synonyms)
def test_links_join_lawfully(one: Synonym, two: Synonym, three: Synonym) -> None:
    """Joining links is commutative, associative and idempotent."""
    _lawful(join_synonym, one, two, three)


def test_a_name_in_the_text_beats_one_drawn_with_facts() -> None:
    """Counts and weights of mentions drawn with facts do not leak into those that ranking rests on."""
    seen = mention("i", "Ada", count=1, weight=0.5)
    drawn = mention("i", "Ada", count=9, weight=1.0, source="fact", about=True)
    joined = join_mention(drawn, seen)
    assert (joined.source, joined.count, joined.weight, joined.about) == ("name", 1, 0.5, True)


def test_only_changes_are_returned() -> None:
    """What is told as it is known is no change; what is told twice is one."""
    known = {"a": 3, "b": 5}
    assert changes_by_joining(known, [("a", 2), ("b", 7), ("c", 1), ("c", 4)], join=max) == {"b": 7, "c": 4}


def _batch() -> Batch:
    return Batch(
        entities=[entity("Ada"), entity("Porto"), entity("Lisbon"), entity("Alone")],
        mentions=[mention("gone", "Ada"), mention("kept", "Lisbon")],
        facts=[fact("Ada", "visited", "Porto"), fact("Lisbon", "is_in", "Portugal", extractor="hand")],
        assertions=[
            Assertion("gone", fact("Ada", "visited", "Porto").id),
            Assertion("gone", fact("Lisbon", "is_in", "Portugal").id),
        ],
        synonyms=[
            Synonym(a=entity("Ada").id, b=entity("Lisbon").id, score=1, method="x"),
            Synonym(a=entity("Alone").id, b=entity("Lisbon").id, score=1, method="x"),
        ],
        done={"gone": "test", "kept": "test"},
    )


def test_what_rests_on_the_forgotten_alone_is_left_out() -> None:
    """Facts go with their only assertions and entities with their only mentions; facts told by hand stay."""
    left = without_forgotten(_batch(), present={"kept"}, known_facts=set(), known_entities=set())
    assert [e.name for e in left.entities] == ["Lisbon", "Alone"]
    assert [f.predicate for f in left.facts] == ["is_in"]
    assert [m.interaction for m in left.mentions] == ["kept"]
    assert left.assertions == []
    assert len(left.synonyms) == 1
    assert left.done == {"kept": "test"}


def test_what_is_stored_already_stays() -> None:
    """Facts and entities that others support already are told on."""
    visited = fact("Ada", "visited", "Porto")
    left = without_forgotten(
        _batch(), present={"kept"}, known_facts={visited.id}, known_entities={entity("Ada").id, entity("Porto").id}
    )
    assert left.facts == _batch().facts
    assert left.entities == _batch().entities


def test_nothing_forgotten_nothing_left_out() -> None:
    """A batch whose interactions are all there stays as it is."""
    left = without_forgotten(_batch(), present={"kept", "gone"}, known_facts=(), known_entities=())
    assert replace(left, vectors=(), rulings=()) == _batch()


def test_instants_join_to_the_earlier() -> None:
    """The earlier creation wins over the later, and any over none."""
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    joined = join_entity(entity("Ada", created_at=late), entity("Ada", created_at=early))
    assert joined.created_at == early
    assert join_entity(entity("Ada"), entity("Ada", created_at=late)).created_at == late
