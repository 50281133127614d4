"""Why a hit is one: the way through the graph that led to it, and what ties it to the question."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphmem.identity import name_key
from graphmem.model import Entity, Fact, Interaction, Path
from graphmem.read.related import Weight, coverage_of, entity_keys, is_named, said_by
from graphmem.read.rows import DISTANCES, NONE
from graphmem.read.search import Candidate
from graphmem.read.understand import Question
from graphmem.rows import Surroundings

__all__ = [
    "Route",
    "Ties",
    "Way",
    "by_key",
    "entities_of",
    "excerpt",
    "facts_of",
    "path_of",
    "route_of",
    "ties_by_interaction",
]

MOST_FACTS = 3
MOST_ENTITIES = 5
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class Route:
    """Where a hit was reached from, before names and texts are known.

    Args:
        start: id of the interaction it was reached from.
        entity: key of the entity between the two; None for neighbours in a session.
        steps: how far apart neighbours stand.
    """

    start: str
    entity: str | None = None
    steps: int = 1


def route_of(candidate: Candidate) -> Route | None:
    """Return where a candidate was reached from: over a link, or from a neighbour that holds more of the question."""
    scene, row = candidate.scene, candidate.row
    if candidate.link is not None and candidate.parts.get("one_link", 0) > 0:
        return Route(scene.rows.ids[candidate.link.first], candidate.link.entity)
    if not candidate.parts.get("words_context"):
        return None
    around = scene.rows.neighbours.view[row]
    near = [(float(scene.coverage[n]), -d, int(n)) for n, d in zip(around, DISTANCES, strict=True) if n != NONE]
    best = max(near, default=(0.0, 0, NONE))
    if best[0] <= float(scene.coverage[row]):
        return None
    return Route(scene.rows.ids[best[2]], steps=-best[1])


def excerpt(interaction: Interaction) -> str:
    """Return what an interaction is called on a path: its title, or who said it and how it begins."""
    if interaction.title:
        return interaction.title
    text = " ".join(interaction.text.split())
    short = text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
    return f"{interaction.speaker}: {short}" if interaction.speaker else short


@dataclass(frozen=True, slots=True)
class Way:
    """A route with what stands along it: interactions by id, entities by key."""

    route: Route | None
    interactions: Mapping[str, Interaction]
    entities: Mapping[str, Entity]


def path_of(hit: Interaction, way: Way, *, tied: Sequence[Entity], question: Question) -> Path:
    """Return the way to a hit: its route, else an entity of the question that it mentions, else nothing.

    Args:
        hit: the interaction found.
        way: where it was reached from.
        tied: entities of the hit, those the question names first.
        question: what was asked.
    """
    end = ("Interaction", hit.id, excerpt(hit))
    route = way.route
    start = way.interactions.get(route.start) if route else None
    if route is not None and start is not None:
        first = ("Interaction", start.id, excerpt(start))
        if route.entity is None:
            return Path(steps=(first, end), relations=("NEXT" if route.steps == 1 else f"NEXT*{route.steps}",))
        between = way.entities.get(route.entity)
        middle = ("Entity", between.id if between else "", between.name if between else route.entity)
        return Path(steps=(first, middle, end), relations=("MENTIONS", "MENTIONS"))
    if tied and is_named(tied[0], question):
        return Path(steps=(("Entity", tied[0].id, tied[0].name), end), relations=("MENTIONS",))
    return Path()


# --- what ties a hit to the question --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ties:
    """Facts and entities by the interactions that assert and mention them."""

    facts: Mapping[str, Sequence[Fact]]
    entities: Mapping[str, Sequence[Entity]]


def ties_by_interaction(facts: Sequence[Fact], around: Surroundings) -> Ties:
    """Sort facts, and the entities around, by interaction."""
    asserted: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        for source in fact.sources:
            asserted[source].append(fact)
    known = {entity.id: entity for entity in around.entities}
    mentioned = {id_: [known[e] for e in ids if e in known] for id_, ids in around.mentioned.items()}
    return Ties(asserted, mentioned)


def facts_of(facts: Sequence[Fact], question: Question, *, weight: Weight) -> tuple[Fact, ...]:
    """Return at most three facts that share words with the question, those that share most first."""
    shares = [(coverage_of(said_by(fact), question, weight), fact) for fact in facts]
    best = sorted((s for s in shares if s[0] > 0), key=lambda s: (-s[0], s[1].negated, s[1].id))
    told: dict[tuple[str, bool], Fact] = {}
    for _, fact in best:
        told.setdefault((fact.text or said_by(fact), fact.negated), fact)
    return tuple(told.values())[:MOST_FACTS]


def entities_of(entities: Sequence[Entity], question: Question, *, weight: Weight) -> tuple[Entity, ...]:
    """Return at most five entities that tie to the question: those it names, then those sharing words with it."""

    def rank(entity: Entity) -> tuple[bool, float, str]:
        share = coverage_of(" ".join(entity_keys(entity)), question, weight)
        return not is_named(entity, question), -share, entity.id

    ranked = sorted((rank(entity), entity.id, entity) for entity in {e.id: e for e in entities}.values())
    return tuple(entity for (other, share, _), _, entity in ranked if not other or share < 0)[:MOST_ENTITIES]


def by_key(entities: Sequence[Entity]) -> dict[str, Entity]:
    """Return entities by their keys, names before aliases."""
    found: dict[str, Entity] = {}
    for entity in entities:
        for alias in entity.aliases:
            found.setdefault(name_key(alias), entity)
    return found | {name_key(entity.name): entity for entity in entities}
