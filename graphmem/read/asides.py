"""Hits that are facts or entities: gathered around the interactions of a search, scored by signals of their own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from graphmem.identity import name_key
from graphmem.model import Entity, Fact, Hit, Interaction, Path, RecallOptions, Why
from graphmem.read.believed import in_conflict, seen_in
from graphmem.read.candidates import best_of
from graphmem.read.explain import excerpt
from graphmem.read.fact_times import held, overlaps
from graphmem.read.hits import MOST_ROWS, Asked, by_namespace, index_of, term_weights
from graphmem.read.rank import Scored, score
from graphmem.read.related import ENTITY_SIGNALS, FACT_SIGNALS, EntityPool, FactPool, said_by
from graphmem.read.rows import NONE
from graphmem.read.search import Found

__all__ = ["SOURCES", "entity_hits", "fact_hits"]

#: Interactions of the search whose facts and entities are candidates.
SOURCES = 60
#: Facts fetched about the entities that a question names.
MOST_ABOUT = 200
#: The rank at which a source counts half: scores of different kinds cannot be compared, ranks can.
_HALF_AT = 10


@dataclass(frozen=True, slots=True)
class _Around:
    """What the search found in one namespace: candidates, their worth by id, and the entities the question names."""

    namespace: str
    sources: dict[str, float]
    named: tuple[Entity, ...]
    weight: Callable[[str], float]


def _around(found: Found, asked: Asked) -> Iterator[_Around]:
    best = found.candidates[:SOURCES]
    worth = {(c.namespace, c.id): 1 / (1 + rank / _HALF_AT) for rank, c in enumerate(best)}
    grouped = by_namespace(best)
    for index in asked.indexes:
        namespace = index.namespace
        sources = {c.id: worth[namespace, c.id] for c in grouped.get(namespace, ())}
        yield _Around(namespace, sources, _named(namespace, asked), term_weights(asked, namespace))


def _named(namespace: str, asked: Asked) -> tuple[Entity, ...]:
    speakers = index_of(asked, namespace).turns.rows.speakers.all
    called = [name_key(name) for name in speakers if asked.question.calls(name)]
    keys = list(dict.fromkeys([*asked.question.names, *called]))
    return tuple(asked.store.entities(namespace, keys=keys, top_k=MOST_ROWS)) if keys else ()


def _best(hits: Sequence[Hit], top_k: int) -> list[Hit]:
    return sorted(hits, key=lambda h: (-h.score, h.id))[:top_k]


# --- facts ----------------------------------------------------------------------------------------------------------


def fact_hits(found: Found, asked: Asked) -> list[Hit]:
    """Return the `top_k` best facts that the search's interactions assert or that are about what the question names."""
    return _best(list(chain.from_iterable(_facts_in(a, found, asked) for a in _around(found, asked))), asked.top_k)


def _facts_in(around: _Around, found: Found, asked: Asked) -> Iterator[Hit]:
    store, namespace = asked.store, around.namespace
    named = [entity.id for entity in around.named]
    sources = list(around.sources)
    told = {f.id: f for f in store.facts(namespace, asserted_by=sources, expired=True, top_k=MOST_ROWS)}
    if named:
        about = store.facts(namespace, about=named, expired=True, top_k=MOST_ABOUT)
        told |= {f.id: f for f in about if _passes(f, namespace, found, asked)}
    facts = {f.id: f for f in seen_in(store, namespace, list(told.values()), asked.view)}
    pool = FactPool(tuple(facts.values()), asked.question, frozenset(named), around.sources, around.weight, asked.view)
    scored = score(pool, asked.ranking.facts, signals=FACT_SIGNALS)
    best = best_of(scored.total, top=asked.top_k).tolist()
    beside = in_conflict(store, namespace, [pool.facts[place] for place in best], asked.view)
    for place in best:
        fact = pool.facts[place]
        yield Hit(
            type="fact",
            id=fact.id,
            score=float(scored.total[place]),
            text=fact.text or said_by(fact),
            at=fact.at,
            why=_why(scored, place, asked, path=_fact_path(fact, around)),
            namespace=namespace,
            fact=fact,
            conflicts=beside.get(fact.id, ()),
        )


def _filtered(options: RecallOptions) -> bool:
    narrowing = (options.kinds, options.roles, options.session, options.sessions, options.since, options.until)
    return any(f is not None for f in narrowing)


def _passes(fact: Fact, namespace: str, found: Found, asked: Asked) -> bool:
    """Whether something that the filters let through asserts the fact; without filters, any fact passes.

    What was told by hand, and so by no interaction, passes `since` and `until` where it held, or happened, between.
    """
    if not _filtered(asked.options):
        return True
    options = asked.options
    if not fact.sources and not _filtered(replace(options, since=None, until=None)):
        interval = held(fact, asked.view)
        return interval is not None and overlaps(interval, options.since, options.until)
    index = index_of(asked, namespace)
    families = zip((index.turns.rows, index.passages.rows), found.allowed[namespace], strict=True)
    for rows, allowed in families:
        told = [row for row in map(rows.find, fact.sources) if row != NONE]
        if allowed.mask[told].any():
            return True
    return False


def _fact_path(fact: Fact, around: _Around) -> Path:
    """Entity -SUBJECT- Fact (or OBJECT) where the question names one of its ends."""
    for entity in around.named:
        for end, relation in ((fact.subject_id, "SUBJECT"), (fact.object_id, "OBJECT")):
            if entity.id == end:
                steps = (("Entity", entity.id, entity.name), ("Fact", fact.id, fact.text or fact.predicate))
                return Path(steps=steps, relations=(relation,))
    return Path()


def _why(scored: Scored, place: int, asked: Asked, *, path: Path) -> Why:
    values = {signal: float(value[place]) for signal, value in scored.values.items()}
    parts = {signal: scored.weights[signal] * value for signal, value in values.items()}
    return Why(parts=parts, values=values, path=path, ranking=asked.ranking.name)


# --- entities -------------------------------------------------------------------------------------------------------


def entity_hits(found: Found, asked: Asked) -> list[Hit]:
    """Return the `top_k` best entities that the search's interactions mention; those the question names come last."""
    return _best(list(chain.from_iterable(_entities_in(a, asked) for a in _around(found, asked))), asked.top_k)


def _entities_in(around: _Around, asked: Asked) -> Iterator[Hit]:
    ids = list(around.sources)
    entities = asked.store.entities(around.namespace, mentioned_by=ids, top_k=MOST_ROWS) if ids else []
    mentions = asked.store.mentions(around.namespace, ids)
    count = len(index_of(asked, around.namespace))
    pool = EntityPool(tuple(entities), asked.question, mentions, around.sources, count, around.weight)
    scored = score(pool, asked.ranking.entities, signals=ENTITY_SIGNALS)
    places = best_of(scored.total, top=asked.top_k).tolist()
    best_source = {m.entity: m.interaction for m in sorted(mentions, key=lambda m: around.sources[m.interaction])}
    sources = [best_source[pool.entities[place].id] for place in places]
    told = {i.id: i for i in asked.store.interactions(around.namespace, list(dict.fromkeys(sources)))}
    for place, source in zip(places, sources, strict=True):
        entity = pool.entities[place]
        yield Hit(
            type="entity",
            id=entity.id,
            score=float(scored.total[place]),
            text=entity.name,
            why=_why(scored, place, asked, path=_entity_path(entity, told.get(source))),
            namespace=around.namespace,
            entity=entity,
        )


def _entity_path(entity: Entity, source: Interaction | None) -> Path:
    """Interaction -MENTIONS- Entity, from the best interaction that mentions it."""
    if source is None:
        return Path()
    steps = (("Interaction", source.id, excerpt(source)), ("Entity", entity.id, entity.name))
    return Path(steps=steps, relations=("MENTIONS",))
