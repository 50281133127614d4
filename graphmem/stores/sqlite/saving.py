"""Saving: one batch of entities, mentions, facts, links and vectors, joined to what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem.errors import InvalidInput
from graphmem.identity import name_key
from graphmem.model import Entity, Fact
from graphmem.ports import Batch, Saved
from graphmem.stores.joins import (
    changes_by_joining,
    join_entity,
    join_fact,
    join_mention,
    join_synonym,
    told_interactions,
    without_forgotten,
)
from graphmem.stores.kinds import Votes, changed_votes, own_kind
from graphmem.stores.sqlite import kinds, learnt, rulings
from graphmem.stores.sqlite.database import Database
from graphmem.stores.sqlite.namespaces import Place, enter
from graphmem.stores.sqlite.reading import mentions_by_id, synonyms
from graphmem.stores.sqlite.rows import (
    entity_params,
    fact_of,
    fact_params,
    from_micros,
    json_list,
    micros,
    vector_blobs,
)

__all__ = ["save"]


@dataclass(frozen=True, slots=True)
class _State:
    """An interaction as saving needs it."""

    key: int
    at: datetime | None
    embedded: bool
    extractor: str | None


@dataclass(slots=True)
class _Touched:
    """What a batch touches besides its own rows: interactions and entities by id, and votes by entity.

    `told` are entities whose kind may be another, because they are new, were told of, or were merged.
    """

    interactions: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    votes: Mapping[str, Votes] = field(default_factory=dict)


def save(db: Database, namespace: str, batch: Batch, *, now: datetime) -> Saved:
    """Add a batch as one transaction; one that changes nothing takes no `seq`."""
    with db.writing() as transaction:
        place = enter(db, namespace, now=now)
        mark = db.changed()
        learnt.expect(db, place, batch.expect)
        states = _states(db, place, batch)
        batch = _living(db, place, batch, states)
        batch = replace(batch, facts=rulings.without_told_ends(db, place, batch.facts))
        touched = _Touched()
        entities = _save_entities(db, place, batch.entities, now=now, touched=touched)
        keys = _entity_keys(db, place, batch)
        mentions = _save_mentions(db, place, batch, states=states, keys=keys, touched=touched)
        facts = _save_facts(db, place, batch, states=states, keys=keys, now=now)
        _save_synonyms(db, place, batch, keys=keys, touched=touched)
        kinds.elect(db, place, (keys[e] for e in touched.told), votes={keys[e]: v for e, v in touched.votes.items()})
        vectors = _save_vectors(db, batch, states=states)
        _touch(db, place, batch, states=states, touched=touched, vectors=vectors, keys=keys)
        rulings.save_rulings(db, place, batch, interactions={id_: s.key for id_, s in states.items()}, now=now)
        learnt.save_learnt(db, place, batch, now=now)
        if db.changed() == mark:
            transaction.abandon()
            return Saved(entities=0, facts=0, mentions=0, seq=place.seq - 1)
        return Saved(entities=entities, facts=facts, mentions=mentions, seq=place.seq)


def _states(db: Database, place: Place, batch: Batch) -> dict[str, _State]:
    ids = json_list(sorted(told_interactions(batch)))
    rows = db.read("interaction_states", namespace=place.key, ids=ids)
    return {id_: _State(key, from_micros(at), bool(embedded), by) for id_, key, at, embedded, by in rows}


def _living(db: Database, place: Place, batch: Batch, states: Mapping[str, _State]) -> Batch:
    """Return the batch without what rests on interactions that were forgotten meanwhile."""
    if told_interactions(batch) <= states.keys():
        return batch
    facts = db.read("fact_keys", namespace=place.key, ids=json_list(f.id for f in batch.facts))
    entities = db.read("entity_states", namespace=place.key, ids=json_list(e.id for e in batch.entities))
    return without_forgotten(
        batch, present=states.keys(), known_facts={r[0] for r in facts}, known_entities={r[0] for r in entities}
    )


def _save_entities(db: Database, place: Place, told: Iterable[Entity], *, now: datetime, touched: _Touched) -> int:
    told = [_plain(entity, now=now) for entity in told]
    rows = db.read("entity_states", namespace=place.key, ids=json_list(dict.fromkeys(e.id for e in told)))
    keys = {row[0]: row[1] for row in rows}
    aliases: dict[int, list[str]] = {}
    for key, alias in db.read("aliases_of", keys=json_list(keys.values())):
        aliases.setdefault(key, []).append(alias)
    known = {
        id_: Entity(
            id=id_,
            name=name,
            kind=base,
            told=bool(by_caller),
            aliases=tuple(sorted(aliases.get(key, ()))),
            created_at=from_micros(created),
        )
        for id_, key, name, base, by_caller, created in rows
    }
    changed = changes_by_joining(known, ((e.id, e) for e in told), join=join_entity)
    touched.told.update(changed)
    new = [e for id_, e in changed.items() if id_ not in known]
    shared = {"namespace": place.key, "seq": place.seq}
    db.write_many("add_entity", ({**shared, "id": e.id, **entity_params(e)} for e in new))
    altered = [(keys[id_], e) for id_, e in changed.items() if id_ in known]
    db.write_many("update_entity", ({"key": key, "seq": place.seq, **entity_params(e)} for key, e in altered))
    if new:
        ids = json_list(e.id for e in new)
        db.write("remove_tombstones", namespace=place.key, label="Entity", ids=ids)
        keys |= {row[0]: row[1] for row in db.read("entity_states", namespace=place.key, ids=ids)}
    _save_aliases(db, place, ((keys[e.id], alias) for e in changed.values() for alias in e.aliases))
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


def _save_aliases(db: Database, place: Place, aliases: Iterable[tuple[int, str]]) -> None:
    rows = [
        {"entity": key, "namespace": place.key, "name": alias, "name_key": name_key(alias)} for key, alias in aliases
    ]
    db.write_many("add_alias", rows)


def _entity_keys(db: Database, place: Place, batch: Batch) -> dict[str, int]:
    """Return the keys of all entities the batch refers to.

    Raises: InvalidInput: one is neither stored nor in the batch.
    """
    ids = {m.entity for m in batch.mentions} | {f.subject_id for f in batch.facts} | {f.object_id for f in batch.facts}
    ids |= {s.a for s in batch.synonyms} | {s.b for s in batch.synonyms} | {e.id for e in batch.entities}
    rows = db.read("entity_states", namespace=place.key, ids=json_list(sorted(ids)))
    keys = {row[0]: row[1] for row in rows}
    if missing := sorted(ids - keys.keys()):
        raise InvalidInput(
            f"the batch refers to {len(missing)} entities that are neither stored nor in it (the first: "
            f"{missing[0]!r}); add them to `entities`"
        )
    return keys


def _save_mentions(
    db: Database,
    place: Place,
    batch: Batch,
    *,
    states: Mapping[str, _State],
    keys: Mapping[str, int],
    touched: _Touched,
) -> int:
    stored = mentions_by_id(db, place.key, [m.interaction for m in batch.mentions])
    known = {(m.interaction, m.entity): m for m in stored}
    changed = changes_by_joining(known, (((m.interaction, m.entity), m) for m in batch.mentions), join=join_mention)
    rows = (
        {
            "interaction": states[m.interaction].key,
            "entity": keys[m.entity],
            "count": m.count,
            "about": m.about,
            "weight": float(m.weight),
            "source": m.source,
            "kind": m.kind,
        }
        for m in changed.values()
    )
    db.write_many("put_mention", rows)
    touched.votes = changed_votes(known, changed)
    touched.interactions.update(m.interaction for m in changed.values())
    return len(changed.keys() - known.keys())


def _save_facts(
    db: Database, place: Place, batch: Batch, *, states: Mapping[str, _State], keys: Mapping[str, int], now: datetime
) -> int:
    """Save facts with their assertions: a fact is as old as the first interaction that says it."""
    told = {f.id for f in batch.facts} | {a.fact for a in batch.assertions}
    rows = db.read("fact_states", namespace=place.key, ids=json_list(sorted(told)))
    known, fact_keys = {row[1]: fact_of(row) for row in rows}, {row[1]: int(row[0]) for row in rows}
    asserted = {(f, i) for _, f, i in db.read("assertions_of", keys=json_list(fact_keys.values()))}
    fresh = [pair for pair in dict.fromkeys((a.fact, a.interaction) for a in batch.assertions) if pair not in asserted]
    changed = changes_by_joining(known, ((f.id, _bare(f, now=now)) for f in batch.facts), join=join_fact)
    for fact, interaction in fresh:
        before = changed.get(fact) or known.get(fact)
        if before is None:
            raise InvalidInput(f"an assertion names the fact {fact!r}, which is neither stored nor in the batch")
        changed[fact] = replace(before, at=_first(before.at, states[interaction].at))
    new = [f for id_, f in changed.items() if id_ not in known]
    _add_facts(db, place, new, keys=keys)
    altered = ({"key": fact_keys[i], "seq": place.seq, **fact_params(f)} for i, f in changed.items() if i in known)
    db.write_many("update_fact", altered)
    ids = json_list(f.id for f in new)
    fact_keys |= {row[0]: row[1] for row in db.read("fact_keys", namespace=place.key, ids=ids)}
    db.write_many("add_assertion", ({"fact": fact_keys[f], "interaction": states[i].key} for f, i in fresh))
    return len(new)


def _add_facts(db: Database, place: Place, new: Iterable[Fact], *, keys: Mapping[str, int]) -> None:
    rows = [
        {
            "namespace": place.key,
            "seq": place.seq,
            "id": f.id,
            "subject": keys[f.subject_id],
            "predicate": f.predicate,
            "object": keys[f.object_id],
            "valid_at": micros(f.valid_at),
            "invalid_at": micros(f.invalid_at),
            "negated": f.negated,
            "modality": f.modality,
            **fact_params(f),
        }
        for f in new
    ]
    db.write_many("add_fact", rows)
    if rows:
        ids = json_list(row["id"] for row in rows)
        db.write("remove_tombstones", namespace=place.key, label="Fact", ids=ids)


def _bare(fact: Fact, *, now: datetime) -> Fact:
    """Return a fact without what is derived from its assertions, its instants as they are stored."""
    return replace(
        fact, at=None, closed_at=None, sources=(), created_at=from_micros(micros(fact.created_at or now)),
        expired_at=from_micros(micros(fact.expired_at)), confidence=float(fact.confidence),
    )  # fmt: skip


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((t for t in (one, other) if t is not None), default=None)


def _save_synonyms(db: Database, place: Place, batch: Batch, *, keys: Mapping[str, int], touched: _Touched) -> None:
    ends = sorted({s.a for s in batch.synonyms} | {s.b for s in batch.synonyms})
    known = {(s.a, s.b, s.method): s for s in synonyms(db, place.key, ends)} if ends else {}
    told = (((s.a, s.b, s.method), replace(s, score=float(s.score))) for s in batch.synonyms)
    changed = changes_by_joining(known, told, join=join_synonym)
    rows = ({"a": keys[s.a], "b": keys[s.b], "method": s.method, "score": s.score} for s in changed.values())
    db.write_many("put_synonym", rows)
    touched.entities.update(end for s in changed.values() for end in (s.a, s.b))
    touched.told.update(end for s in changed.values() if s.method == "merged" for end in (s.a, s.b))


def _save_vectors(db: Database, batch: Batch, *, states: Mapping[str, _State]) -> set[str]:
    """Save vectors and return the ids of interactions whose vectors are new or others."""
    embedded = [states[v.interaction].key for v in batch.vectors if states[v.interaction].embedded]
    stored = {row[0]: (row[1], row[2]) for row in db.read("vectors_of", keys=json_list(embedded))}
    told = {v.interaction: vector_blobs(v) for v in batch.vectors}
    changed = {id_: blobs for id_, blobs in told.items() if stored.get(states[id_].key) != blobs}
    rows = ({"interaction": states[i].key, "vector": v, "sentences": s} for i, (v, s) in changed.items())
    db.write_many("put_vector", rows)
    return set(changed)


def _touch(
    db: Database,
    place: Place,
    batch: Batch,
    *,
    states: Mapping[str, _State],
    touched: _Touched,
    vectors: set[str],
    keys: Mapping[str, int],
) -> None:
    """Stamp interactions and entities whose own rows, mentions, links or vectors changed with the transaction's seq."""
    drawn = {id_ for id_, by in batch.done.items() if states[id_].extractor != by}
    stamped = sorted(touched.interactions | vectors | drawn)
    rows = (
        {
            "key": states[id_].key,
            "seq": place.seq,
            "embedded": states[id_].embedded or id_ in vectors,
            "extractor": batch.done.get(id_, states[id_].extractor),
        }
        for id_ in stamped
    )
    db.write_many("update_interaction", rows)
    if touched.entities:
        db.write("touch_entities", keys=json_list(keys[id_] for id_ in sorted(touched.entities)), seq=place.seq)
