"""Facts and entities around the interactions a search found, ranked by named signals of their own.

They are not scanned for: a fact is a candidate when an interaction of the search asserts it, or when it is about an
entity that the question names.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from graphmem.identity import name_key
from graphmem.model import Entity, Fact, Mention
from graphmem.read.columns import Floats
from graphmem.read.fact_kinds import fact_answer, fact_family
from graphmem.read.fact_times import nearness
from graphmem.read.signals.registry import Signal
from graphmem.read.understand import Question
from graphmem.read.validity_view import View
from graphmem.text.tokens import shared_chat_terms

__all__ = [
    "ENTITY_SIGNALS",
    "FACT_SIGNALS",
    "EntityPool",
    "FactPool",
    "coverage_of",
    "entity_keys",
    "is_named",
    "said_by",
]

Weight = Callable[[str], float]


def entity_keys(entity: Entity) -> frozenset[str]:
    """Return the keys of an entity's name and aliases."""
    return frozenset(name_key(name) for name in (entity.name, *entity.aliases))


def is_named(entity: Entity, question: Question) -> bool:
    """Tell whether the question names the entity: as a name, or by its whole key."""
    keys = entity_keys(entity)
    return any(key in question.names for key in keys) or any(len(k) > 1 and f" {k} " in question.words for k in keys)


def said_by(fact: Fact) -> str:
    """Return a fact's subject, relation and object as plain words."""
    return f"{fact.subject} {'not ' if fact.negated else ''}{fact.predicate.replace('_', ' ')} {fact.object}"


def coverage_of(text: str, question: Question, weight: Weight) -> float:
    """Return the share, in [0, 1], of the question's idf mass that a text holds; 0 for a question without terms."""
    shared = shared_chat_terms(text, question.chat_terms)
    if not shared:
        return 0.0
    total = sum(weight(term) for term in question.chat_terms)
    held = sum(weight(term) for term in question.chat_terms if term in shared)
    return held / total if total > 0 else 0.0


@dataclass(frozen=True)
class FactPool:
    """Facts that may be hits.

    Args:
        facts: m of them.
        question: what is asked.
        named: ids of entities that the question names.
        sources: score in [0, 1] by id of the interactions that the search found.
        weight: idf of a term.
        view: what is looked at, and when; None tells nothing of time.
    """

    facts: Sequence[Fact]
    question: Question
    named: frozenset[str]
    sources: Mapping[str, float]
    weight: Weight
    view: View | None = None

    def __len__(self) -> int:
        return len(self.facts)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float32)


def fact_words(pool: FactPool) -> Floats:
    """Share of the question's idf mass that the fact's subject, relation and object hold, in [0, 1]."""
    return _floats([coverage_of(said_by(fact), pool.question, pool.weight) for fact in pool.facts])


def fact_entity(pool: FactPool) -> Floats:
    """1 where the question names the fact's subject, else .5 where it names its object, else 0."""
    return _floats(
        [1.0 if fact.subject_id in pool.named else 0.5 * (fact.object_id in pool.named) for fact in pool.facts]
    )


def fact_source(pool: FactPool) -> Floats:
    """Score, in [0, 1], of the best interaction of the search that asserts the fact; 0 where none does."""
    return _floats([max((pool.sources.get(s, 0.0) for s in fact.sources), default=0.0) for fact in pool.facts])


def fact_plain(pool: FactPool) -> Floats:
    """1 where the fact is stated plainly, 0 where it is denied, wished, planned, merely possible, or was set right."""
    return _floats([float(not fact.negated and fact.modality is None and not _never_so(fact)) for fact in pool.facts])


def _never_so(fact: Fact) -> bool:
    """Tell whether a ruling ends the fact where it began."""
    return fact.closed_at is not None and fact.valid_at is not None and fact.closed_at <= fact.valid_at


def fact_time(pool: FactPool) -> Floats:
    """`nearness` in time to what is asked, halved where neither the fact's words nor its family are the question's.

    So time picks among facts that bear on the question, and does not put any other before them.
    """
    near = nearness(pool)
    if not near.any():
        return near
    bearing = np.maximum(fact_words(pool), fact_family(pool))
    halved: Floats = np.asarray(near * (1 + bearing) / 2, dtype=np.float32)
    return halved


@dataclass(frozen=True)
class EntityPool:
    """Entities that may be hits.

    Args:
        entities: m of them.
        question: what is asked.
        mentions: those of the interactions that the search found.
        sources: score in [0, 1] by id of those interactions.
        interactions: how many the namespace has.
        weight: idf of a term.
    """

    entities: Sequence[Entity]
    question: Question
    mentions: Sequence[Mention]
    sources: Mapping[str, float]
    interactions: int
    weight: Weight

    def __len__(self) -> int:
        return len(self.entities)


def entity_sources(pool: EntityPool) -> Floats:
    """Sum of score times mention weight over what mentions it in the search, times ln(1 + N / its mentions)."""
    sums: dict[str, float] = defaultdict(float)
    for mention in pool.mentions:
        sums[mention.entity] += pool.sources.get(mention.interaction, 0.0) * mention.weight
    return _floats([sums[e.id] * log(1 + pool.interactions / max(1, e.mentions)) for e in pool.entities])


def entity_words(pool: EntityPool) -> Floats:
    """Share of the question's idf mass that the entity's names hold, in [0, 1]."""
    names = (" ".join((e.name, *e.aliases)) for e in pool.entities)
    return _floats([coverage_of(name, pool.question, pool.weight) for name in names])


def entity_named(pool: EntityPool) -> Floats:
    """1 where the question names the entity itself: it is asked about, so it is no answer; else 0."""
    return _floats([float(is_named(entity, pool.question)) for entity in pool.entities])


#: Signals of facts, by name.
FACT_SIGNALS: Mapping[str, Signal[FactPool]] = {
    signal.name: signal
    for signal in (
        Signal("fact_words", (0, 1), fact_words),
        Signal("fact_entity", (0, 1), fact_entity),
        Signal("fact_source", (0, 1), fact_source),
        Signal("fact_plain", (0, 1), fact_plain),
        Signal("fact_answer", (0, 1), fact_answer),
        Signal("fact_family", (0, 1), fact_family),
        Signal("fact_time", (0, 1), fact_time),
    )
}

#: Signals of entities, by name.
ENTITY_SIGNALS: Mapping[str, Signal[EntityPool]] = {
    signal.name: signal
    for signal in (
        Signal("entity_sources", (0, float("inf")), entity_sources),
        Signal("entity_words", (0, 1), entity_words),
        Signal("entity_named", (0, 1), entity_named),
    )
}
