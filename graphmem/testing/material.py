"""Small interactions, entities and facts to fill a store with, and a reader of its change log."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from graphmem.identity import entity_id, fact_id
from graphmem.model import Entity, Fact, Interaction, Mention, Synonym
from graphmem.ports import Assertion, Batch, Changes, Store, Tombstone, VectorRow

__all__ = ["DIMENSION", "NOW", "NS", "Reader", "about_ada", "entity", "fact", "mention", "turn", "turns", "vectors"]

NS = "user/ada"
NOW = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=UTC)
DIMENSION = 8


def turn(n: int, text: str = "", **told: Any) -> Interaction:
    """Return the n-th turn of a chat: a minute after the one before, unless told otherwise."""
    given: dict[str, Any] = {
        "id": f"turn-{n}",
        "session": "chat",
        "kind": "message",
        "text": text or f"Turn number {n}.",
        "speaker": "Ada",
        "at": NOW + timedelta(minutes=n),
    }
    return Interaction(**{**given, **told})


def turns(count: int, **told: Any) -> list[Interaction]:
    """Return the turns 1 to `count` of a chat."""
    return [turn(n, **told) for n in range(1, count + 1)]


def entity(name: str, **told: Any) -> Entity:
    """Return an entity by name."""
    return Entity(id=entity_id(NS, name), name=name, **told)


def fact(subject: str, predicate: str, object_: str, **told: Any) -> Fact:
    """Return a fact between two entities, drawn by an extractor unless told otherwise."""
    return Fact(
        subject,
        predicate,
        object_,
        **{
            "id": fact_id(NS, subject, predicate, object_),
            "subject_id": entity_id(NS, subject),
            "object_id": entity_id(NS, object_),
            "text": f"{subject} {predicate} {object_}",
            "extractor": "test",
            **told,
        },
    )


def mention(interaction: str, name: str, **told: Any) -> Mention:
    """Return a mention of an entity, by name."""
    return Mention(interaction=interaction, entity=entity_id(NS, name), **told)


def vectors(interaction: str, *, seed: int = 0, sentences: int = 2) -> VectorRow:
    """Return made-up unit vectors of an interaction."""
    rows = np.random.default_rng(seed).standard_normal((1 + sentences, DIMENSION)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return VectorRow(interaction, rows[0], rows[1:])


def about_ada(*interactions: str) -> Batch:
    """Return what an extractor might draw: Ada works at Feedzai and lives in Lisbon, as each interaction says."""
    facts = [fact("Ada", "works_at", "Feedzai"), fact("Ada", "lives_in", "Lisbon")]
    return Batch(
        entities=[entity("Ada", kind="person"), entity("Feedzai", kind="organisation"), entity("Lisbon", kind="place")],
        mentions=[mention(i, name) for i in interactions for name in ("Ada", "Feedzai", "Lisbon")],
        facts=facts,
        assertions=[Assertion(i, f.id) for i in interactions for f in facts],
        vectors=[vectors(i) for i in interactions],
        done=dict.fromkeys(interactions, "test"),
    )


@dataclass
class Reader:
    """One who follows the change log and keeps what it says, as an index does."""

    seq: int = 0
    interactions: dict[str, Interaction] = field(default_factory=dict)
    vectors: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    mentions: dict[str, set[Mention]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    assertions: dict[str, set[str]] = field(default_factory=dict)
    synonyms: set[Synonym] = field(default_factory=set)

    def follow(self, store: Store, namespace: str = NS, *, limit: int = 2_000) -> list[Changes]:
        """Read on to the end of the log and return its pages."""
        pages: list[Changes] = []
        while not pages or pages[-1].more:
            page = store.changes(namespace, since=self.seq, limit=limit)
            pages.append(page)
            self._apply(page)
        return pages

    def _apply(self, page: Changes) -> None:
        if page.reset:
            self._clear()
        self.seq = page.seq
        for interaction in page.interactions:
            self.interactions[interaction.id] = interaction
            self.vectors.pop(interaction.id, None)
            self.mentions[interaction.id] = {m for m in page.mentions if m.interaction == interaction.id}
        self.vectors |= {v.interaction: (v.vector.tobytes(), v.sentences.tobytes()) for v in page.vectors}
        for found in page.facts:
            # Names are the entities', and may have become better ones since.
            self.facts[found.id] = replace(found, subject="", object="")
            self.assertions[found.id] = {a.interaction for a in page.assertions if a.fact == found.id}
        self._apply_entities(page.entities, page.synonyms)
        for stone in page.tombstones:
            self._bury(stone)

    def _apply_entities(self, entities: Iterable[Entity], synonyms: Iterable[Synonym]) -> None:
        for found in entities:
            # Counts are those of the moment, and may have risen since.
            self.entities[found.id] = replace(found, mentions=0, facts=0)
            self.synonyms = {s for s in self.synonyms if found.id not in (s.a, s.b)}
        self.synonyms |= set(synonyms)

    def _bury(self, stone: Tombstone) -> None:
        if stone.label == "Interaction":
            for kept in (self.interactions, self.vectors, self.mentions):
                kept.pop(stone.id, None)
        elif stone.label == "Fact":
            self.facts.pop(stone.id, None)
            self.assertions.pop(stone.id, None)
        else:
            self.entities.pop(stone.id, None)
            self.synonyms = {s for s in self.synonyms if stone.id not in (s.a, s.b)}

    def _clear(self) -> None:
        for kept in (self.interactions, self.vectors, self.entities, self.mentions, self.facts, self.assertions):
            kept.clear()
        self.synonyms = set()
