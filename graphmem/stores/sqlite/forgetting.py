"""Forgetting: what is selected goes, with all that stands on nothing else; tombstones tell the readers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graphmem.errors import InvalidInput, NotFound
from graphmem.identity import name_key
from graphmem.model import Forgotten, Synonym
from graphmem.ports import OWN_SETTINGS, Selection
from graphmem.stores.kinds import Votes
from graphmem.stores.naming import names_any, speakers_named
from graphmem.stores.sqlite import kinds, learnt, rulings
from graphmem.stores.sqlite.database import Database, Row
from graphmem.stores.sqlite.namespaces import Place, enter, place_of
from graphmem.stores.sqlite.rows import json_list

__all__ = ["drop_vectors", "erase_namespace", "forget", "remove_synonyms"]

#: Interactions whose text is searched at a time for a forgotten name.
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class _Doomed:
    """What a selection selects, by key, but for nodes: interactions (with ids), an entity with its names, or all."""

    interactions: Sequence[Row] = ()
    facts: frozenset[int] = frozenset()
    entities: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()
    rulings: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.interactions or self.facts or self.entities or self.nodes or self.rulings)


def forget(db: Database, namespace: str, what: Selection, *, now: datetime) -> Forgotten:
    """Forget what is selected and leave tombstones; nothing to forget takes no `seq`."""
    _check(what)
    with db.writing() as transaction:
        if place_of(db, namespace) is None:
            transaction.abandon()
            return Forgotten()
        place = enter(db, namespace, now=now)
        doomed = _selected(db, place.key, what)
        if doomed:
            gone = _delete(db, place, doomed)
        else:
            transaction.abandon()
            gone = Forgotten()
    if doomed:
        db.empty_log()
    return replace(gone, still_mentioned_in=_still_naming(db, namespace, place, doomed.names))


def _check(what: Selection) -> None:
    listed = sum(map(bool, (what.sessions, what.interactions, what.nodes, what.rulings, what.everything)))
    if listed + (what.entity is not None) + (what.person is not None) != 1:
        raise InvalidInput(
            "say exactly one thing to forget: sessions, interactions, an entity, a person, nodes, rulings or everything"
        )


def _selected(db: Database, namespace: int, what: Selection) -> _Doomed:
    if what.everything:
        return _Doomed(
            interactions=db.read("all_interactions", namespace=namespace),
            facts=_keys(db.read("all_facts", namespace=namespace)),
            entities=_keys(db.read("all_entities", namespace=namespace)),
            nodes=learnt.all_nodes(db, namespace),
        )
    if what.nodes:
        return _Doomed(nodes=learnt.known_nodes(db, namespace, what.nodes))
    if what.rulings:
        return _Doomed(rulings=rulings.about(db, namespace, what.rulings))
    if what.sessions:
        names = json_list(dict.fromkeys(what.sessions))
        return _Doomed(interactions=db.read("interactions_of_sessions", namespace=namespace, names=names))
    if what.interactions:
        ids = json_list(dict.fromkeys(what.interactions))
        return _Doomed(interactions=db.read("interactions_named", namespace=namespace, ids=ids))
    return _entity_selected(db, namespace, what.entity or what.person or "", with_speech=what.person is not None)


def _entity_selected(db: Database, namespace: int, entity: str, *, with_speech: bool) -> _Doomed:
    """Select an entity by id or name and, for a person, all that speakers of exactly this name said."""
    found = db.read("entity_named", namespace=namespace, id=entity, name_key=name_key(entity))
    name = found[0][1] if found else entity
    spoken: list[Row] = []
    if with_speech:
        speakers = speakers_named(name, among=(row[0] for row in db.read("speakers", namespace=namespace)))
        spoken = db.read("interactions_of_speakers", namespace=namespace, speakers=json_list(speakers))
    keys = _keys(found)
    aliases = {row[1] for row in db.read("aliases_of", keys=json_list(keys))}
    facts = (db.read("facts_naming", entity=key) for key in keys)
    return _Doomed(
        interactions=spoken,
        facts=frozenset().union(*map(_keys, facts)),
        entities=keys,
        names=frozenset({name, *aliases}) if keys or spoken else frozenset(),
    )


def _keys(rows: Iterable[Row]) -> frozenset[int]:
    return frozenset(row[0] for row in rows)


def _delete(db: Database, place: Place, doomed: _Doomed) -> Forgotten:
    """Delete in the order that leaves no row behind that refers to one gone, and count."""
    interactions = json_list(key for key, _ in doomed.interactions)
    shaken = _keys(db.read("facts_asserted_by_keys", interactions=interactions)) - doomed.facts
    ruled = rulings.forget_keys(db, place, doomed.rulings)
    subjects = _ids(db, "subjects_of", facts=json_list(shaken | doomed.facts | ruled))
    candidates = _keys(db.read("entities_of_interactions", interactions=interactions)) | doomed.entities
    vectors = _count(db, "delete_vectors", interactions=interactions)
    votes = kinds.votes_by(db, interactions)
    mentions = _count(db, "delete_mentions_by", interactions=interactions)
    db.write("delete_assertions_by", interactions=interactions)
    rulings.move_evidence(db, place, interactions)
    db.write("bury_interactions", interactions=interactions, seq=place.seq)
    db.write("delete_interactions", interactions=interactions)
    sessions = _count(db, "delete_empty_sessions", namespace=place.key)
    orphans = _keys(db.read("unasserted_facts", facts=json_list(shaken)))
    db.write("redate_facts", facts=json_list(shaken - orphans), seq=place.seq)
    facts = json_list(doomed.facts | orphans)
    fact_ids = _ids(db, "fact_ids", facts=facts)
    candidates |= _keys(db.read("entities_of_facts", facts=facts))
    ruling_count = rulings.forget_with_facts(db, place, doomed.facts | orphans) + len(doomed.rulings)
    db.write("delete_assertions_of", facts=facts)
    db.write("bury_facts", facts=facts, seq=place.seq)
    fact_count = _count(db, "delete_facts", facts=facts)
    mentions += _unmention(db, place, doomed.entities)
    entities, synonyms = _delete_entities(db, place, candidates, votes=votes)
    gone = {*(id_ for _, id_ in doomed.interactions), *fact_ids, *entities}
    learnt_gone = learnt.forget(db, place, doomed.nodes, gone=gone)
    rulings.keep_waiting(db, place, add=subjects - entities)
    return Forgotten(
        interactions=len(doomed.interactions),
        facts=fact_count,
        entities=len(entities),
        mentions=mentions,
        synonyms=synonyms,
        vectors=vectors,
        sessions=sessions,
        rulings=ruling_count,
        nodes=learnt_gone.nodes,
        links=learnt_gone.links,
        ids=tuple(id_ for _, id_ in doomed.interactions),
        subjects=tuple(sorted(subjects - entities)),
    )


def _ids(db: Database, statement: str, **params: object) -> set[str]:
    return {row[0] for row in db.read(statement, **params)}


def _count(db: Database, statement: str, **params: object) -> int:
    before = db.changed()
    db.write(statement, **params)
    return db.changed() - before


def _unmention(db: Database, place: Place, entities: Iterable[int]) -> int:
    """Delete the mentions of entities that are to go, and stamp the interactions that lose one."""
    losing = {row[0] for key in entities for row in db.read("interactions_mentioning", entity=key)}
    db.write("touch_interactions", keys=json_list(losing), seq=place.seq)
    return _count(db, "delete_mentions_of", entities=json_list(entities))


def _delete_entities(
    db: Database, place: Place, candidates: Iterable[int], *, votes: Mapping[int, Votes]
) -> tuple[set[str], int]:
    """Delete those that nothing supports any more; return their ids, and how many synonym links went.

    The others lose the votes of what is gone, and those that were merged with what is gone are on their own.
    """
    gone = _keys(db.read("unsupported_entities", entities=json_list(candidates)))
    keys = json_list(gone)
    partners = _keys(db.read("synonym_partners", entities=keys)) - gone
    db.write("touch_entities", keys=json_list(partners), seq=place.seq)
    synonyms = _count(db, "delete_synonyms_of", entities=keys)
    db.write("delete_aliases", entities=keys)
    db.write("bury_entities", entities=keys, seq=place.seq)
    ids = _ids(db, "entity_ids", entities=keys)
    db.write("delete_entities", entities=keys)
    lost = {entity: {kind: -count for kind, count in cast.items()} for entity, cast in votes.items()}
    kinds.elect(db, place, partners, votes=lost)
    return ids, synonyms


def _still_naming(db: Database, namespace: str, place: Place, names: Iterable[str]) -> tuple[str, ...]:
    """Return the interactions that were kept though they name what was forgotten, by arrival."""
    keys = frozenset(name_key(name) for name in names)
    found: list[str] = []
    after = 0
    while keys and (page := _texts(db, namespace, place, after=after)):
        found.extend(id_ for _, id_, *texts in page if names_any(keys, texts="\n".join(t for t in texts if t)))
        after = page[-1][0]
    return tuple(found)


def _texts(db: Database, namespace: str, place: Place, *, after: int) -> list[Row]:
    """Return a page of texts; none once the namespace is erased or renamed: its key may be another's by then."""
    with db.reading():
        here = place_of(db, namespace)
        if here is None or (here.key, here.born) != (place.key, place.born):
            return []
        return db.read("texts_after", namespace=place.key, after=after, top_k=_PAGE)


def erase_namespace(db: Database, namespace: str) -> Forgotten:
    """Delete a namespace, its tombstones and its name; its counter's height stays, in the store's floor."""
    with db.writing():
        place = place_of(db, namespace)
        if place is None:
            raise NotFound(f"there is no namespace {namespace!r}")
        gone = _delete(db, place, _selected(db, place.key, Selection(everything=True)))
        db.write("delete_tombstones", namespace=place.key)
        db.write("raise_floor", seq=place.seq)
        db.write("delete_own_settings", key=place.key, kinds=json_list(OWN_SETTINGS))
        db.write("delete_namespace", key=place.key)
    db.empty_log()
    return gone


def remove_synonyms(db: Database, namespace: str, synonyms: Sequence[Synonym], *, now: datetime) -> int:
    """Delete these links and stamp the entities at both ends."""
    with db.writing() as transaction:
        if place_of(db, namespace) is None:
            transaction.abandon()
            return 0
        place = enter(db, namespace, now=now)
        ends = json_list({end for s in synonyms for end in (s.a, s.b)})
        keys = {row[0]: row[1] for row in db.read("entity_states", namespace=place.key, ids=ends)}
        links = dict.fromkeys((keys[s.a], keys[s.b], s.method) for s in synonyms if s.a in keys and s.b in keys)
        gone = [link for link in links if _count(db, "delete_synonym", a=link[0], b=link[1], method=link[2])]
        if not gone:
            transaction.abandon()
        parted = {key for a, b, _ in gone for key in (a, b)}
        db.write("touch_entities", keys=json_list(parted), seq=place.seq)
        kinds.elect(db, place, parted, votes={})
        return len(gone)


def drop_vectors(db: Database, namespace: str) -> int:
    """Delete every vector of a namespace, those of nodes, too; its interactions wait for new ones."""
    with db.writing() as transaction:
        place = place_of(db, namespace)
        if place is None:
            transaction.abandon()
            return 0
        keys = json_list(row[0] for row in db.read("embedded_interactions", namespace=place.key))
        count = _count(db, "delete_vectors", interactions=keys)
        count += _count(db, "drop_node_vectors", namespace=place.key, seq=place.seq + 1)
        if not count:
            transaction.abandon()
            return 0
        db.write("take_seq", key=place.key)
        db.write("unembed_interactions", keys=keys, seq=place.seq + 1)
        return count
