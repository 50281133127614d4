"""Saving: one batch of entities, mentions, facts, links and vectors, joined to what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem.errors import InvalidInput
from graphmem.identity import UNKNOWN, name_key
from graphmem.model import Entity, Fact, Mention
from graphmem.ports import Batch, Saved
from graphmem.stores.columns import fact_of, from_micros, micros, vector_blobs
from graphmem.stores.joins import (
    changes_by_joining,
    join_entity,
    join_fact,
    join_mention,
    join_synonym,
    told_interactions,
    without_forgotten,
)
from graphmem.stores.kinds import Standing, Votes, changed_votes, own_kind
from graphmem.stores.neo4j import arrows, kinds, learnt, rulings
from graphmem.stores.neo4j.forgetting import touch
from graphmem.stores.neo4j.graph import ALL, Abandon, Graph, Transaction
from graphmem.stores.neo4j.namespaces import Place, enter
from graphmem.stores.neo4j.reading import assertions, fact_ids_known, facts_by_id, mentions_of, synonyms, vectors_by_id
from graphmem.stores.neo4j.searching import keep_up
from graphmem.stores.neo4j.tombstones import revive
from graphmem.stores.neo4j.values import entity_row, fact_row, key_text, keys_of

__all__ = ["save"]


@dataclass(frozen=True, slots=True)
class _State:
    """An interaction as saving needs it."""

    at: datetime | None
    embedded: bool
    extractor: str | None


@dataclass(slots=True)
class _Touched:
    """What a batch touches besides its own rows, by id, and whether it changes anything at all."""

    interactions: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    merged: set[str] = field(default_factory=set)
    anything: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """An entity as it is stored: what it was told to be apart from mentions, and what its kind is elected from."""

    entity: Entity
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Mentions:
    """Mentions that are new or others than they were, how many are new, and how the votes for kinds change."""

    changed: Mapping[tuple[str, str], Mention]
    new: int
    votes: Mapping[str, Votes]

    @classmethod
    def of(cls, tx: Transaction, place: Place, batch: Batch) -> "_Mentions":
        """Join a batch's mentions to what is stored."""
        stored = mentions_of(tx, place.name, [m.interaction for m in batch.mentions])
        known = {(m.interaction, m.entity): m for m in stored}
        told = (((m.interaction, m.entity), m) for m in batch.mentions)
        changed = changes_by_joining(known, told, join=join_mention)
        return cls(changed, len(changed.keys() - known.keys()), changed_votes(known, changed))


def save(graph: Graph, namespace: str, batch: Batch, *, now: datetime) -> Saved:
    """Add a batch as one transaction; one that changes nothing takes no `seq`."""
    return graph.write(lambda tx: _save(tx, namespace, batch, now=now))


def _save(tx: Transaction, namespace: str, batch: Batch, *, now: datetime) -> Saved:
    place = enter(tx, namespace, now=now)
    learnt.expect(tx, place, batch.expect)
    states = _states(tx, place, batch)
    batch = _living(tx, place, batch, states)
    batch = replace(batch, facts=rulings.without_told_ends(tx, place, batch.facts))
    touched = _Touched()
    known = _entity_states(tx, place, _named(batch))
    _check_entities(batch, known)
    told = _told_entities(batch, known, now=now)
    mentions = _Mentions.of(tx, place, batch)
    after = kinds.counted({id_: k.standing for id_, k in known.items()}, told, votes=mentions.votes)
    entities = _save_entities(tx, place, told, known=known, after=after, touched=touched)
    _save_mentions(tx, place, mentions, known=known, after=after, touched=touched)
    facts = _save_facts(tx, place, batch, states=states, now=now, touched=touched)
    _save_synonyms(tx, place, batch, touched=touched)
    merged = {id_ for id_, standing in after.items() if standing.merged} | touched.merged
    kinds.elect(tx, place, merged, votes={})
    vectors = _save_vectors(tx, place, batch, states=states)
    _touch(tx, place, batch, states=states, touched=touched, vectors=vectors)
    touched.anything |= rulings.save_rulings(tx, place, batch, interactions=states, now=now)
    touched.anything |= learnt.save_learnt(tx, place, batch, now=now)
    if not touched.anything:
        raise Abandon(Saved(entities=0, facts=0, mentions=0, seq=place.seq - 1))
    return Saved(entities=entities, facts=facts, mentions=mentions.new, seq=place.seq)


def _states(tx: Transaction, place: Place, batch: Batch) -> dict[str, _State]:
    if not (ids := keys_of(told_interactions(batch))):
        return {}
    rows = tx.rows("interaction_states", namespace=place.name, ids=ids, top_k=ALL)
    return {id_: _State(from_micros(at), embedded, by) for id_, at, embedded, by in rows}


def _living(tx: Transaction, place: Place, batch: Batch, states: Mapping[str, _State]) -> Batch:
    """Return the batch without what rests on interactions that were forgotten meanwhile."""
    if told_interactions(batch) <= states.keys():
        return batch
    facts = fact_ids_known(tx, place.name, (f.id for f in batch.facts))
    entities = _entity_states(tx, place, (e.id for e in batch.entities))
    return without_forgotten(batch, present=states.keys(), known_facts=facts, known_entities=entities.keys())


def _named(batch: Batch) -> set[str]:
    """Return the ids of all entities that a batch refers to."""
    ids = {m.entity for m in batch.mentions} | {end for f in batch.facts for end in (f.subject_id, f.object_id)}
    return ids | {e.id for e in batch.entities} | {end for s in batch.synonyms for end in (s.a, s.b)}


def _entity_states(tx: Transaction, place: Place, ids: Iterable[str]) -> dict[str, _Known]:
    if not (told := keys_of(ids)):
        return {}
    rows = tx.rows("entity_states", namespace=place.name, ids=told, top_k=ALL)
    return {
        id_: _Known(
            Entity(id=id_, name=name, kind=base, told=told, aliases=tuple(aliases), created_at=from_micros(created)),
            kinds.standing_of((kind, base, told, votes, merged)),
        )
        for id_, name, base, told, created, aliases, kind, votes, merged in rows
    }


def _told_entities(batch: Batch, known: Mapping[str, _Known], *, now: datetime) -> dict[str, Entity]:
    """Return the entities that are new, or told to be other than they were apart from mentions."""
    told = ((e.id, _plain(e, now=now)) for e in batch.entities)
    return changes_by_joining({id_: k.entity for id_, k in known.items()}, told, join=join_entity)


def _save_entities(
    tx: Transaction,
    place: Place,
    changed: Mapping[str, Entity],
    *,
    known: Mapping[str, _Known],
    after: Mapping[str, Standing],
    touched: _Touched,
) -> int:
    if not changed:
        return 0
    touched.anything = True
    rows = [entity_row(changed[id_], kind=after[id_].kind) for id_ in sorted(changed)]
    tx.many("put_entities", rows, namespace=place.name, nskey=place.nskey, seq=place.seq)
    aliases = [
        {"entity": id_, "id": f"{id_}/{key_text(alias)}", "name": alias, "name_key": name_key(alias)}
        for id_ in sorted(changed)
        for alias in changed[id_].aliases
        if id_ not in known or alias not in known[id_].entity.aliases
    ]
    tx.many("put_aliases", aliases, namespace=place.name)
    new = changed.keys() - known.keys()
    if place.buried:
        revive(tx, place, "Entity", new)
    return len(new)


def _plain(entity: Entity, *, now: datetime) -> Entity:
    """Return only what is stored of an entity: counts and merges are derived from other rows."""
    return Entity(
        id=entity.id,
        name=entity.name,
        kind=own_kind(entity),
        told=entity.told,
        aliases=tuple(sorted(set(entity.aliases))),
        created_at=from_micros(micros(entity.created_at or now)),
    )


def _check_entities(batch: Batch, known: Mapping[str, _Known]) -> None:
    """Look whether all entities that the batch refers to are there.

    Raises: InvalidInput: one is neither stored nor in the batch.
    """
    if missing := sorted(_named(batch) - {e.id for e in batch.entities} - known.keys()):
        raise InvalidInput(
            f"the batch refers to {len(missing)} entities that are neither stored nor in it (the first: "
            f"{missing[0]!r}); add them to `entities`"
        )


def _save_mentions(
    tx: Transaction,
    place: Place,
    mentions: _Mentions,
    *,
    known: Mapping[str, _Known],
    after: Mapping[str, Standing],
    touched: _Touched,
) -> None:
    new = Standing(kind=UNKNOWN, base=UNKNOWN)
    elected = {
        id_: kinds.kind_row(known[id_].standing if id_ in known else new, after[id_], seq=place.seq)
        for id_ in mentions.votes
    }
    rows = [
        {
            "interaction": m.interaction,
            "entity": m.entity,
            "count": m.count,
            "about": m.about,
            "weight": float(m.weight),
            "source": m.source,
            "kind": m.kind,
            **elected.get(m.entity, {}),
        }
        for _, m in sorted(mentions.changed.items(), key=lambda item: item[0])
    ]
    tx.many("put_mentions", rows, namespace=place.name)
    touched.interactions.update(m.interaction for m in mentions.changed.values())


def _save_facts(
    tx: Transaction,
    place: Place,
    batch: Batch,
    *,
    states: Mapping[str, _State],
    now: datetime,
    touched: _Touched,
) -> int:
    """Save facts with their assertions and arrows: a fact is as old as the first interaction that says it."""
    told = keys_of({f.id for f in batch.facts} | {a.fact for a in batch.assertions})
    rows = facts_by_id(tx, place.name, told, predicates=None, expired=True, top_k=ALL)
    known = {row[1]: fact_of(row) for row in rows}
    asserted = {(fact, interaction) for _, fact, interaction in assertions(tx, place.name, list(known))}
    fresh = [pair for pair in dict.fromkeys((a.fact, a.interaction) for a in batch.assertions) if pair not in asserted]
    changed = changes_by_joining(known, ((f.id, _bare(f, now=now)) for f in batch.facts), join=join_fact)
    for fact, interaction in fresh:
        before = changed.get(fact) or known.get(fact)
        if before is None:
            raise InvalidInput(f"an assertion names the fact {fact!r}, which is neither stored nor in the batch")
        changed[fact] = replace(before, at=_first(before.at, states[interaction].at))
    touched.anything = touched.anything or bool(changed)
    _write_facts(tx, place, [changed[id_] for id_ in sorted(changed)], known=known)
    told_by = [{"fact": fact, "interaction": interaction} for fact, interaction in sorted(fresh)]
    tx.many("add_assertions", told_by, namespace=place.name)
    return len(changed.keys() - known.keys())


def _write_facts(tx: Transaction, place: Place, changed: list[Fact], *, known: Mapping[str, Fact]) -> None:
    new = [fact_row(f) for f in changed if f.id not in known]
    tx.many("add_facts", new, namespace=place.name, nskey=place.nskey, seq=place.seq)
    altered = [fact_row(f) for f in changed if f.id in known]
    tx.many("update_facts", altered, namespace=place.name, seq=place.seq)
    if new and place.buried:
        revive(tx, place, "Fact", (str(row["id"]) for row in new))
    arrows.redraw(tx, place.name, changed, known=known)


def _bare(fact: Fact, *, now: datetime) -> Fact:
    """Return a fact without what is derived from its assertions, its instants as they are stored."""
    return replace(
        fact, at=None, closed_at=None, sources=(), created_at=from_micros(micros(fact.created_at or now)),
        expired_at=from_micros(micros(fact.expired_at)), confidence=float(fact.confidence),
    )  # fmt: skip


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((t for t in (one, other) if t is not None), default=None)


def _save_synonyms(tx: Transaction, place: Place, batch: Batch, *, touched: _Touched) -> None:
    ends = sorted({s.a for s in batch.synonyms} | {s.b for s in batch.synonyms})
    known = {(s.a, s.b, s.method): s for s in synonyms(tx, place.name, ends)} if ends else {}
    told = (((s.a, s.b, s.method), replace(s, score=float(s.score))) for s in batch.synonyms)
    changed = changes_by_joining(known, told, join=join_synonym)
    rows = [{"a": a, "b": b, "method": m, "score": changed[a, b, m].score} for a, b, m in sorted(changed)]
    tx.many("put_synonyms", rows, namespace=place.name)
    touched.entities.update(end for s in changed.values() for end in (s.a, s.b))
    touched.merged.update(end for s in changed.values() if s.method == "merged" for end in (s.a, s.b))


def _save_vectors(tx: Transaction, place: Place, batch: Batch, *, states: Mapping[str, _State]) -> set[str]:
    """Save vectors and return the ids of interactions whose vectors are new or others."""
    told = {v.interaction: vector_blobs(v) for v in batch.vectors}
    embedded = sorted(id_ for id_ in told if states[id_].embedded)
    stored = {id_: (vector, sentences) for id_, vector, sentences in vectors_by_id(tx, place.name, embedded)}
    changed = {id_: blobs for id_, blobs in sorted(told.items()) if stored.get(id_) != blobs}
    put = ({"id": id_, "vector": vector, "sentences": parts} for id_, (vector, parts) in changed.items())
    tx.many("put_vectors", put, namespace=place.name)
    if place.searched:
        keep_up(tx, place.name, (v for v in batch.vectors if v.interaction in changed))
    return set(changed)


def _touch(
    tx: Transaction,
    place: Place,
    batch: Batch,
    *,
    states: Mapping[str, _State],
    touched: _Touched,
    vectors: set[str],
) -> None:
    """Stamp interactions and entities whose own rows, mentions, links or vectors changed with the transaction's seq."""
    drawn = {id_ for id_, by in batch.done.items() if states[id_].extractor != by}
    stamped = sorted(touched.interactions | vectors | drawn)
    rows = [
        {
            "id": id_,
            "embedded": states[id_].embedded or id_ in vectors,
            "extractor": batch.done.get(id_, states[id_].extractor),
        }
        for id_ in stamped
    ]
    tx.many("update_interactions", rows, namespace=place.name, seq=place.seq)
    touch(tx, place, "entities", touched.entities)
    touched.anything = touched.anything or bool(rows or touched.entities)
