"""How two tellings of one thing become one: joins that do not depend on the order, so that writers converge.

Each join is commutative, associative and idempotent: whoever comes first, all stores end with the same rows.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from graphmem.identity import better_kind, better_name
from graphmem.model import Entity, Fact, Mention, Synonym
from graphmem.ports import Batch

__all__ = [
    "changes_by_joining",
    "join_entity",
    "join_fact",
    "join_mention",
    "join_synonym",
    "told_interactions",
    "without_forgotten",
]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

#: The extractor of facts told by a caller: the strongest of all, because such facts stand without an interaction.
HAND = "hand"


def changes_by_joining(known: Mapping[K, V], told: Iterable[tuple[K, V]], *, join: Callable[[V, V], V]) -> dict[K, V]:
    """Return what is new, or other than it was, once everything told is joined to what is known; in order told."""
    joined: dict[K, V] = {}
    for key, value in told:
        before = joined.get(key, known.get(key))
        joined[key] = value if before is None else join(before, value)
    return {key: value for key, value in joined.items() if known.get(key) != value}


def join_entity(one: Entity, other: Entity) -> Entity:
    """Join two tellings of an entity, apart from mentions: the better name, all aliases, the earlier creation.

    A kind that a caller told beats one that nobody told; of two alike, the more telling stays.
    """
    kinds = [e.kind for e in (one, other) if e.told == (one.told or other.told)]
    return replace(
        one,
        name=better_name((one.name, other.name)),
        kind=better_kind(kinds),
        told=one.told or other.told,
        aliases=tuple(sorted({*one.aliases, *other.aliases})),
        created_at=_earlier(one.created_at, other.created_at),
    )


def join_mention(one: Mention, other: Mention) -> Mention:
    """Join two mentions of an entity by one interaction: a name seen in the text beats one drawn with facts.

    Of equal sources the larger count and weight stay; what one of them is about, both are; of two kinds the more
    telling stays.
    """
    kinds = [m.kind for m in (one, other) if m.kind is not None]
    best = max(one.source == "name", other.source == "name")
    alike = [m for m in (one, other) if (m.source == "name") == best]
    return replace(
        alike[0],
        count=max(m.count for m in alike),
        weight=max(m.weight for m in alike),
        about=one.about or other.about,
        kind=better_kind(kinds) if kinds else None,
    )


def join_fact(one: Fact, other: Fact) -> Fact:
    """Join two tellings of a fact: the surer confidence, the shorter text, the earlier instants, the hand's word.

    A fact that was told to have expired stays so when it is told again; where rulings are on it, they decide instead.
    """
    return replace(
        one,
        text=min((one.text, other.text), key=lambda t: (not t, len(t), t)),
        confidence=max(one.confidence, other.confidence),
        at=_earlier(one.at, other.at),
        created_at=_earlier(one.created_at, other.created_at),
        expired_at=_earlier(one.expired_at, other.expired_at),
        extractor=min((one.extractor, other.extractor), key=lambda name: (name != HAND, name)),
    )


def join_synonym(one: Synonym, other: Synonym) -> Synonym:
    """Join two findings of one link: the higher score."""
    return replace(one, score=max(one.score, other.score))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((t for t in (one, other) if t is not None), default=None)


def told_interactions(batch: Batch) -> set[str]:
    """Return the ids of all interactions that a batch refers to, its links apart."""
    ids = {m.interaction for m in batch.mentions} | {a.interaction for a in batch.assertions}
    ids |= {v.interaction for v in batch.vectors} | set(batch.done)
    return ids | {r.evidence for r in batch.rulings if r.evidence is not None}


def without_forgotten(
    batch: Batch, *, present: Collection[str], known_facts: Collection[str], known_entities: Collection[str]
) -> Batch:
    """Leave out of a batch what came from interactions that were forgotten while it was made.

    A fact goes when all its assertions in the batch go, unless it is told by hand or stored already; an entity goes
    when it came with such rows only.

    Args:
        batch: what is to be saved.
        present: ids of the interactions that the batch refers to and that are there.
        known_facts: ids of the batch's facts that are stored.
        known_entities: ids of the batch's entities that are stored.
    """
    assertions = [a for a in batch.assertions if a.interaction in present]
    mentions = [m for m in batch.mentions if m.interaction in present]
    gone_facts = {a.fact for a in batch.assertions} - {a.fact for a in assertions} - set(known_facts)
    gone_facts -= {f.id for f in batch.facts if f.extractor == HAND}
    facts = [f for f in batch.facts if f.id not in gone_facts]
    gone_entities = _named(batch.mentions, batch.facts) - _named(mentions, facts) - set(known_entities)
    return replace(
        batch,
        entities=[e for e in batch.entities if e.id not in gone_entities],
        mentions=mentions,
        facts=facts,
        assertions=[a for a in assertions if a.fact not in gone_facts],
        synonyms=[s for s in batch.synonyms if s.a not in gone_entities and s.b not in gone_entities],
        vectors=[v for v in batch.vectors if v.interaction in present],
        done={id_: by for id_, by in batch.done.items() if id_ in present},
        rulings=[r for r in batch.rulings if r.evidence is None or r.evidence in present],
    )


def _named(mentions: Iterable[Mention], facts: Iterable[Fact]) -> set[str]:
    return {m.entity for m in mentions} | {end for f in facts for end in (f.subject_id, f.object_id)}
