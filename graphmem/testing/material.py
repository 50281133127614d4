"""Small interactions, entities and facts to fill a store with, and a reader of its change log."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from graphmem.identity import entity_id, fact_id
from graphmem.model import Entity, Fact, Interaction, Mention, Ruling, Synonym
from graphmem.ports import Assertion, Batch, Changes, Link, Node, Store, Tombstone, VectorRow

__all__ = [
    "DIMENSION",
    "NOW",
    "NS",
    "Reader",
    "about_ada",
    "bare",
    "entity",
    "fact",
    "link",
    "mention",
    "node",
    "ruling",
    "turn",
    "turns",
    "vectors",
]

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


def ruling(older: Fact, newer: Fact | None = None, **told: Any) -> Ruling:
    """Return a ruling on a fact, an update unless told otherwise; its id is made of its kind and ends."""
    given: dict[str, Any] = {"kind": "update", "at": NOW, **told}
    name = f"{given['kind']} {older.id} {newer.id if newer else ''}"
    return Ruling(older=older.id, newer=newer.id if newer else None, **{"id": name, **given})


def node(name: str, **told: Any) -> Node:
    """Return a learnt node, an insight unless told otherwise; its id is its name."""
    return Node(**{"id": name, "label": "Insight", "name": name, "text": f"About {name}.", **told})


def link(type_: Any, source: str, target: str, **told: Any) -> Link:
    """Return a link."""
    return Link(type=type_, source=source, target=target, **told)


def bare(found: Node) -> Node:
    """Return a node that can be compared: without its vector, and without what the store adds."""
    return replace(found, vector=None, created_at=None, revision=0)


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
    rulings: dict[str, Ruling] = field(default_factory=dict)
    nodes: dict[str, tuple[Node, bytes]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)

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
        self.rulings |= {r.id: r for r in page.rulings}
        for learnt in page.nodes:
            vector = b"" if learnt.vector is None else learnt.vector.tobytes()
            self.nodes[learnt.id] = replace(learnt, vector=None), vector
        self.links |= {" ".join((k.type, k.source, k.target, k.key)): k for k in page.links}
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
        elif stone.label == "Entity":
            self.entities.pop(stone.id, None)
            self.synonyms = {s for s in self.synonyms if stone.id not in (s.a, s.b)}
        else:
            learnt: dict[str, dict[str, Any]] = {"Ruling": self.rulings, "Link": self.links}
            learnt.get(stone.label, self.nodes).pop(stone.id, None)

    def _clear(self) -> None:
        for kept in (self.interactions, self.vectors, self.entities, self.mentions, self.facts, self.assertions):
            kept.clear()
        self.rulings.clear()
        self.nodes.clear()
        self.links.clear()
        self.synonyms = set()
