"""What the explorer page shows: a choice of entities and facts small enough to be read. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from graphmem.model import Entity, Fact, Interaction

__all__ = ["NAMED_KINDS", "Picture", "choose"]

#: Kinds that stand for something with a name of its own; they are drawn first, concepts fill the rest.
NAMED_KINDS = frozenset({"person", "organisation", "place", "event", "work", "product", "group", "language"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn: n entities, the facts that touch them, and the interactions which assert those facts.

    `entities` come most connected first. `facts` have at least one end among them; those with both ends are drawn as
    lines, the others are listed under the entity. `left_out` counts the entities that were not chosen.
    """

    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    left_out: int = 0


def choose(
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    interactions: Sequence[Interaction] = (),
    *,
    max_entities: int = 90,
    leaves: int = 6,
) -> Picture:
    """Choose what to draw: names first, then the things they are linked to; what has no link at all is left out.

    Args:
        entities: all there are, any order; merged ones are left out.
        facts: all there are, any order.
        interactions: where the facts' `sources` are looked up.
        max_entities: most entities drawn, > 0; beyond about 150 labels no longer fit a screen.
        leaves: most concepts and values drawn around one named entity, so that a hub does not bury the rest.
    """
    known = {entity.id: entity for entity in entities if entity.merged_into is None}
    linked = [f for f in facts if f.subject_id in known and f.object_id in known and f.subject_id != f.object_id]
    degree = Counter(end for fact in linked for end in (fact.subject_id, fact.object_id))
    named = [e.id for e in known.values() if e.kind in NAMED_KINDS and degree[e.id]]
    named.sort(key=lambda i: (-degree[i] - known[i].mentions, i))
    chosen = named[:max_entities]
    chosen += _leaves(linked, set(chosen), known, per_name=leaves)[: max_entities - len(chosen)]
    kept = _joined(linked, set(chosen))
    shown = sorted(kept, key=lambda i: (-degree[i], -known[i].mentions, i))
    told = [f for f in facts if f.subject_id in kept or f.object_id in kept]
    sources = {source for fact in told for source in fact.sources}
    return Picture(
        entities=tuple(known[i] for i in shown),
        facts=tuple(sorted(told, key=_by_date)),
        interactions=tuple(i for i in interactions if i.id in sources),
        left_out=len(known) - len(shown),
    )


def _by_date(fact: Fact) -> tuple[bool, datetime, str]:
    return fact.at is None, fact.at or datetime.max.replace(tzinfo=UTC), fact.id


def _leaves(facts: Iterable[Fact], named: set[str], known: dict[str, Entity], *, per_name: int) -> list[str]:
    """Return unnamed neighbours of `named`: those with two named neighbours first, then by mentions, capped a name."""
    around: defaultdict[str, set[str]] = defaultdict(set)
    for fact in facts:
        for inner, outer in ((fact.subject_id, fact.object_id), (fact.object_id, fact.subject_id)):
            if inner in named and outer not in named:
                around[outer].add(inner)
    ranked = sorted(around, key=lambda i: (-len(around[i]), -known[i].mentions, i))
    room: Counter[str] = Counter()
    taken = []
    for leaf in ranked:
        if any(room[name] < per_name for name in around[leaf]):
            room.update(around[leaf])
            taken.append(leaf)
    return taken


def _joined(facts: Iterable[Fact], chosen: set[str]) -> set[str]:
    """Return those of `chosen` that a fact joins to another of them."""
    both = (f for f in facts if f.subject_id in chosen and f.object_id in chosen)
    return {end for fact in both for end in (fact.subject_id, fact.object_id)}
