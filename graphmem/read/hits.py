"""From what a search found to hits: texts, facts and entities are fetched for the few interactions that are shown."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from graphmem.model import Entity, Fact, Hit, Interaction, RecallOptions, Why
from graphmem.ports import Store
from graphmem.read.believed import needs_rulings, seen_in
from graphmem.read.columns import Floats
from graphmem.read.explain import Way, by_key, entities_of, facts_of, path_of, route_of, ties_by_interaction
from graphmem.read.index import Index
from graphmem.read.rank import Ranking
from graphmem.read.search import Candidate, Found, term_weight
from graphmem.read.understand import Question
from graphmem.read.validity_view import View

__all__ = ["MOST_ROWS", "Asked", "by_namespace", "index_of", "interaction_hits", "term_weights"]

#: Rows fetched around the hits of one recall, at most.
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything one recall is made with.

    Args:
        question: the question, read.
        store: where texts are.
        indexes: of the namespaces read.
        options: filters and types.
        ranking: the recipes.
        top_k: places per type.
        view: which facts are shown.
        vector: d float32, the question's; None where it could not be embedded.
    """

    question: Question
    store: Store
    indexes: Sequence[Index]
    options: RecallOptions
    ranking: Ranking
    top_k: int
    view: View
    vector: Floats | None = None


def by_namespace(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    """Return candidates by namespace, in their order."""
    found: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        found[candidate.namespace].append(candidate)
    return found


def index_of(asked: Asked, namespace: str) -> Index:
    """Return the index of a namespace that is read."""
    return next(index for index in asked.indexes if index.namespace == namespace)


def term_weights(asked: Asked, namespace: str) -> Callable[[str], float]:
    """Return what gives a term's idf in a namespace."""
    index = index_of(asked, namespace)

    @cache
    def weight(term: str) -> float:
        return term_weight(index, term)

    return weight


# --- interactions ---------------------------------------------------------------------------------------------------


def interaction_hits(found: Found, asked: Asked) -> list[Hit]:
    """Return hits for the best `top_k` candidates and what was routed, with facts, entities, score parts and path."""
    best = found.candidates[: asked.top_k] + found.routed
    hits: dict[tuple[str, str], Hit] = {}
    for namespace, candidates in by_namespace(best).items():
        for hit in _hits_in(namespace, candidates, asked):
            hits[namespace, hit.id] = hit
    return [hits[c.namespace, c.id] for c in best if (c.namespace, c.id) in hits]


def _hits_in(namespace: str, candidates: Sequence[Candidate], asked: Asked) -> Iterator[Hit]:
    store = asked.store
    routes = {candidate.id: route_of(candidate) for candidate in candidates}
    ids = list(routes)
    around = store.shown(
        namespace,
        ids,
        beside=[route.start for route in routes.values() if route],
        keys=sorted({route.entity for route in routes.values() if route is not None and route.entity is not None}),
        rulings=needs_rulings(asked.view),
        undone=asked.view.known_at is not None,
        top_k=MOST_ROWS,
    )
    told = {interaction.id: interaction for interaction in around.interactions}
    facts_seen = seen_in(store, namespace, around.facts, asked.view, rulings=around.rulings)
    ties = ties_by_interaction(facts_seen, around)
    through = by_key(around.called)
    weight = term_weights(asked, namespace)
    for candidate in candidates:
        interaction = told.get(candidate.id)
        if interaction is None:  # forgotten between the search and here
            continue
        facts = facts_of(ties.facts.get(interaction.id, ()), asked.question, weight=weight)
        entities = entities_of(ties.entities.get(interaction.id, ()), asked.question, weight=weight)
        way = Way(routes[interaction.id], interactions=told, entities=through)
        path = path_of(interaction, way, tied=entities, question=asked.question)
        why = Why(parts=candidate.parts, values=candidate.values, path=path, ranking=asked.ranking.name)
        yield _hit(interaction, candidate, why=why, facts=facts, entities=entities)


def _hit(
    interaction: Interaction, candidate: Candidate, *, why: Why, facts: tuple[Fact, ...], entities: tuple[Entity, ...]
) -> Hit:
    return Hit(
        type="interaction",
        id=interaction.id,
        score=candidate.score,
        text=interaction.text,
        at=interaction.at,
        why=why,
        namespace=candidate.namespace,
        interaction=interaction,
        facts=facts,
        entities=entities,
    )
