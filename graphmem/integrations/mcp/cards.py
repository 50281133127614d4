"""How a knowledge graph is kept: entities, observations and relations as passages, and what they assert. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.identity import ENTITY_KINDS, derive_id, entity_id, fact_id
from graphmem.model import Entity, Fact, Interaction, Mention, Passage
from graphmem.ports import Assertion, Batch

__all__ = [
    "EXTRACTOR",
    "SESSION",
    "Added",
    "Built",
    "Graph",
    "Node",
    "Relation",
    "Remark",
    "Told",
    "asserted",
    "built_of",
    "card_of",
    "passage_of",
    "told_by",
]

SESSION = "knowledge-graph"
EXTRACTOR = "knowledge-graph"
_KEY = "knowledge"
_UNWORDED = re.compile(r"\W+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KINDS = {"organization": "organisation", "company": "organisation", "location": "place", "city": "place"}


@dataclass(frozen=True, slots=True)
class Node:
    """An entity with what was observed of it, in the order it was told."""

    name: str
    type: str
    observations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """One observation of an entity."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Relation:
    """An arrow between two entities, by their names."""

    source: str
    target: str
    type: str


@dataclass(frozen=True, slots=True)
class Added:
    """Some observations of an entity."""

    name: str
    observations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """A part of the graph, each list in the order it was told; `total` counts the entities it is a part of."""

    nodes: tuple[Node, ...] = ()
    relations: tuple[Relation, ...] = ()
    total: int = 0


Told = Node | Remark | Relation


@dataclass(frozen=True, slots=True)
class Built:
    """The whole graph as lookups, in the order of arrival: types and observations by name, and relations.

    Observations of an entity that is gone are left out, and so is a relation with an end that is gone.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    observations: Mapping[str, list[str]] = field(default_factory=dict)
    relations: Mapping[Relation, None] = field(default_factory=dict)

    def nodes(self, names: Iterable[str]) -> tuple[Node, ...]:
        """Return the entities of these names."""
        return tuple(Node(n, self.types[n], tuple(self.observations.get(n, ()))) for n in names)

    def part(self, names: Iterable[str], *, total: int) -> Graph:
        """Return these entities, and the relations that touch one of them."""
        nodes = self.nodes(names)
        wanted = {n.name for n in nodes}
        return Graph(nodes, tuple(r for r in self.relations if r.source in wanted or r.target in wanted), total)

    def words(self, name: str) -> list[str]:
        """Return all that is searched of an entity: its name, its type and its observations."""
        return [name, self.types[name], *self.observations.get(name, ())]


def card_of(node: Node) -> Node:
    """Return what is kept of an entity by itself: its name and type, without observations."""
    return Node(node.name, node.type)


def passage_of(told: Told, *, origin: str, at: datetime) -> Passage:
    """Return the passage that keeps a thing told; its id is of the thing alone, so that telling it again is known."""
    key = ("knowledge", *_key(told))
    id_ = derive_id(origin, "Interaction", *key)
    kept: dict[str, str]
    match told:
        case Node(name, type_):
            title, text, kept = name, f"{name} ({type_})", {"entity": name, "type": type_}
        case Remark(name, text):
            title, kept = name, {"observed": name}
        case Relation(source, target, type_):
            title, text = source, f"{source} {type_.replace('_', ' ')} {target}"
            kept = {"from": source, "to": target, "relation": type_}
    return Passage(text, title=title, at=at, id=id_, metadata={_KEY: kept})


def _key(told: Told) -> tuple[str, ...]:
    match told:
        case Node(name, _):
            return ("entity", name)
        case Remark(name, text):
            return ("observation", name, text)
        case Relation(source, target, type_):
            return ("relation", source, target, type_)


def told_by(interaction: Interaction) -> Told | None:
    """Return what an interaction keeps of the knowledge graph, None where it is none of its passages."""
    kept = interaction.metadata.get(_KEY)
    if not isinstance(kept, Mapping):
        return None
    values = {key: value for key, value in kept.items() if isinstance(value, str)}
    if {"entity", "type"} <= values.keys():
        return Node(values["entity"], values["type"])
    if "observed" in values:
        return Remark(values["observed"], interaction.text)
    if {"from", "to", "relation"} <= values.keys():
        return Relation(values["from"], values["to"], values["relation"])
    return None


def built_of(interactions: Iterable[Interaction]) -> Built:
    """Return the graph that interactions keep, in the order of their arrival."""
    rows = [told_by(i) for i in sorted(interactions, key=lambda i: i.arrival)]
    types = {t.name: t.type for t in rows if isinstance(t, Node)}
    observations: dict[str, list[str]] = {}
    relations: dict[Relation, None] = {}
    for told in rows:
        if isinstance(told, Remark) and told.name in types:
            observations.setdefault(told.name, []).append(told.text)
        elif isinstance(told, Relation) and told.source in types and told.target in types:
            relations[told] = None
    return Built(types, observations, relations)


def asserted(interactions: Iterable[Interaction], *, origin: str) -> Batch:
    """Return the entities that passages name, what they mention, and the facts they assert."""
    entities: list[Entity] = []
    mentions: list[Mention] = []
    facts: dict[str, Fact] = {}
    assertions: list[Assertion] = []
    for interaction in interactions:
        told = told_by(interaction)
        if told is None:
            continue
        about = told.source if isinstance(told, Relation) else told.name
        for entity in _entities(told, origin=origin):
            entities.append(entity)
            mentions.append(
                Mention(interaction=interaction.id, entity=entity.id, about=entity.name == about, source="fact")
            )
        if (fact := _fact(told, origin=origin, text=interaction.text)) is not None:
            facts[fact.id] = fact
            assertions.append(Assertion(interaction.id, fact.id))
    return Batch(
        entities=tuple(dict.fromkeys(entities)),
        mentions=tuple(mentions),
        facts=tuple(facts.values()),
        assertions=tuple(assertions),
    )


def _entities(told: Told, *, origin: str) -> list[Entity]:
    """Return the entities that a passage names; the type that a node was told with is its kind, whatever texts say."""
    match told:
        case Node(name, type_):
            named = [(name, _kind(type_)), (type_, "concept")]
        case Remark(name, _):
            named = [(name, "unknown")]
        case Relation(source, target, _):
            named = [(source, "unknown"), (target, "unknown")]
    typed = told.name if isinstance(told, Node) and named[0][1] != "unknown" else None
    return [
        Entity(id=entity_id(origin, name), name=name, kind=kind, told=name == typed)
        for name, kind in dict(reversed(named)).items()
    ]


def _kind(type_: str) -> str:
    kind = _KINDS.get(type_.lower().strip(), type_.lower().strip())
    return kind if kind in ENTITY_KINDS else "unknown"


def _fact(told: Told, *, origin: str, text: str) -> Fact | None:
    match told:
        case Node(name, type_):
            subject, predicate, object_, said = name, "is_a", type_, f"{name} is a {type_}"
        case Relation(source, target, type_):
            subject, predicate, object_, said = source, _predicate(type_), target, text
        case Remark():
            return None
    return Fact(
        subject,
        predicate,
        object_,
        text=said,
        id=fact_id(origin, subject, predicate, object_),
        subject_id=entity_id(origin, subject),
        object_id=entity_id(origin, object_),
        extractor=EXTRACTOR,
    )


def _predicate(type_: str) -> str:
    """Return a relation's type in lower snake case (`worksAt` and `works at` are `works_at`); symbols stay."""
    return _UNWORDED.sub("_", _HUMP.sub("_", type_)).strip("_").lower() or type_.strip()
