"""Forgetting: what is selected goes, with all that stands on nothing else; tombstones tell the readers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from graphmem.errors import InvalidInput, NotFound
from graphmem.identity import name_key
from graphmem.model import Forgotten, Synonym
from graphmem.ports import Selection
from graphmem.stores.columns import Row
from graphmem.stores.kinds import Votes
from graphmem.stores.naming import names_any, speakers_named
from graphmem.stores.neo4j import arrows, kinds, learnt, rulings
from graphmem.stores.neo4j.chain import close_gaps, leading_to
from graphmem.stores.neo4j.graph import ALL, Abandon, Graph, Transaction
from graphmem.stores.neo4j.namespaces import Place, enter, leave, place_of, take
from graphmem.stores.neo4j.reading import entity_ids_mentioned_by, fact_ids_about, fact_ids_asserted_by
from graphmem.stores.neo4j.tombstones import bury
from graphmem.stores.neo4j.values import UNDATED, keys_of

__all__ = [
    "Doomed",
    "delete",
    "drop_vectors",
    "erase_namespace",
    "everything",
    "forget",
    "remove_synonyms",
    "touch",
]

#: Interactions whose text is searched at a time for a forgotten name.
_PAGE = 1_000
#: Nodes whose vectors one transaction may delete: each is some kilobytes of the server's heap until it ends.
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Doomed:
    """What a selection selects, by id: interactions by arrival, and an entity with its names or all there is."""

    interactions: Sequence[str] = ()
    facts: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()
    rulings: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.interactions or self.facts or self.entities or self.nodes or self.rulings)


def forget(graph: Graph, namespace: str, what: Selection, *, now: datetime) -> Forgotten:
    """Forget what is selected and leave tombstones; nothing to forget takes no `seq`."""
    _check(what)

    def work(tx: Transaction) -> tuple[Forgotten, frozenset[str]]:
        if place_of(tx, namespace) is None:
            raise Abandon((Forgotten(), frozenset[str]()))
        place = enter(tx, namespace, now=now)
        doomed = _selected(tx, namespace, what)
        if not doomed:
            raise Abandon((Forgotten(), doomed.names))
        return delete(tx, place, doomed), doomed.names

    gone, names = graph.write(work)
    return replace(gone, still_mentioned_in=_still_naming(graph, namespace, names))


def _check(what: Selection) -> None:
    listed = sum(map(bool, (what.sessions, what.interactions, what.nodes, what.rulings, what.everything)))
    if listed + (what.entity is not None) + (what.person is not None) != 1:
        raise InvalidInput(
            "say exactly one thing to forget: sessions, interactions, an entity, a person, nodes, rulings or everything"
        )


def _ids(tx: Transaction, name: str, /, **params: object) -> list[str]:
    return [row[0] for row in tx.rows(name, top_k=ALL, **params)]


def everything(tx: Transaction, namespace: str, *, top_k: int = ALL) -> Doomed:
    """Return all that a namespace holds, or of each kind the first `top_k`: interactions by arrival, the rest by id."""

    def first(name: str) -> list[str]:
        return [row[0] for row in tx.rows(name, namespace=namespace, top_k=top_k)]

    return Doomed(
        interactions=first("all_interactions"),
        facts=frozenset(first("all_facts")),
        entities=frozenset(first("all_entities")),
        nodes=frozenset(first("all_learnt")),
    )


def _selected(tx: Transaction, namespace: str, what: Selection) -> Doomed:
    if what.everything:
        return everything(tx, namespace)
    if what.nodes:
        return Doomed(nodes=learnt.known_nodes(tx, namespace, what.nodes))
    if what.rulings:
        return Doomed(rulings=rulings.about(tx, namespace, what.rulings))
    if what.sessions:
        names = keys_of(what.sessions)
        return Doomed(interactions=_ids(tx, "interactions_of_sessions", namespace=namespace, names=names))
    if what.interactions:
        ids = keys_of(what.interactions)
        return Doomed(interactions=_ids(tx, "interactions_named", namespace=namespace, ids=ids))
    return _entity_selected(tx, namespace, what.entity or what.person or "", with_speech=what.person is not None)


def _entity_selected(tx: Transaction, namespace: str, entity: str, *, with_speech: bool) -> Doomed:
    """Select an entity by id or name and, for a person, all that speakers of exactly this name said."""
    found = tx.rows("entity_named", namespace=namespace, id=entity, name_key=name_key(entity), top_k=1)
    name = found[0][1] if found else entity
    spoken: list[str] = []
    if with_speech:
        speakers = speakers_named(name, among=_ids(tx, "speakers", namespace=namespace))
        spoken = _ids(tx, "interactions_of_speakers", namespace=namespace, speakers=speakers)
    ids = frozenset(row[0] for row in found)
    aliases = {alias for row in found for alias in row[2]}
    return Doomed(
        interactions=spoken,
        facts=frozenset(fact_ids_about(tx, namespace, sorted(ids))),
        entities=ids,
        names=frozenset({name, *aliases}) if ids or spoken else frozenset(),
    )


def delete(tx: Transaction, place: Place, doomed: Doomed) -> Forgotten:
    """Delete in the order that leaves nothing behind that leads to something gone, and count."""
    ids, ns = keys_of(doomed.interactions), place.name
    shaken = fact_ids_asserted_by(tx, ns, ids) - doomed.facts
    ruled = rulings.forget(tx, place, doomed.rulings)
    subjects = set(_ids(tx, "subjects_of", namespace=ns, ids=sorted(shaken | doomed.facts | ruled)))
    unlearnt = learnt.forget(tx, place, doomed.nodes, gone=ids)
    resting = rulings.resting_on(tx, place, ids)
    candidates = entity_ids_mentioned_by(tx, ns, ids) | doomed.entities
    vectors, mentions = tx.rows("supports", namespace=ns, ids=ids)[0] if ids else (0, 0)
    sessions = _ids(tx, "sessions_of", namespace=ns, ids=ids)
    votes = kinds.votes_by(tx, place, ids)
    before = leading_to(tx, ns, ids)
    bury(tx, place, "Interaction", ids)
    tx.rows("delete_interactions", namespace=ns, ids=ids)
    close_gaps(tx, ns, before)
    emptied = tx.rows("delete_empty_sessions", namespace=ns, names=sessions)
    orphans = set(_ids(tx, "unasserted_facts", namespace=ns, ids=sorted(shaken)))
    tx.rows("redate_facts", namespace=ns, ids=sorted(shaken - orphans), seq=place.seq, undated=UNDATED)
    facts = sorted(doomed.facts | orphans)
    unlearnt += learnt.forget(tx, place, gone=facts)
    fallen = rulings.with_facts(tx, place, facts)
    rulings.forget(tx, place, fallen, doomed=facts)
    rulings.move_evidence(tx, place, sorted(set(resting) - set(fallen)))
    candidates |= _delete_facts(tx, place, facts)
    mentions += _unmention(tx, place, sorted(doomed.entities))
    entities = _ids(tx, "unsupported_entities", namespace=ns, ids=sorted(candidates))
    unlearnt += learnt.forget(tx, place, gone=entities)
    synonyms = _delete_entities(tx, place, entities, votes=votes)
    if left := subjects - set(entities):
        rulings.keep_waiting(tx, place, add=left)
    return Forgotten(
        interactions=len(ids),
        facts=len(facts),
        entities=len(entities),
        mentions=mentions,
        synonyms=synonyms,
        vectors=vectors,
        sessions=len(emptied),
        rulings=len(doomed.rulings) + len(fallen),
        nodes=unlearnt.nodes,
        links=unlearnt.links,
        ids=tuple(doomed.interactions),
        subjects=tuple(sorted(left)),
    )


def _delete_facts(tx: Transaction, place: Place, facts: Sequence[str]) -> set[str]:
    """Delete facts with their arrows, and return the entities they named."""
    named = set(_ids(tx, "entities_of_facts", namespace=place.name, ids=list(facts)))
    arrows.erase(tx, place.name, facts)
    bury(tx, place, "Fact", facts)
    tx.rows("delete_facts", namespace=place.name, ids=list(facts))
    return named


def _unmention(tx: Transaction, place: Place, entities: Sequence[str]) -> int:
    """Delete the mentions of entities that are to go, and stamp the interactions that lose one."""
    if not entities:
        return 0
    touch(tx, place, "interactions", _ids(tx, "interactions_mentioning", namespace=place.name, ids=entities))
    return int(tx.value("delete_mentions_of", namespace=place.name, ids=entities))


def _delete_entities(tx: Transaction, place: Place, gone: list[str], *, votes: Mapping[str, Votes]) -> int:
    """Delete entities that nothing supports any more; return how many synonym links went.

    The others lose the votes of what is gone, and those that were merged with what is gone are on their own.
    """
    partners: set[str] = set()
    synonyms = 0
    if gone:
        partners = set(_ids(tx, "synonym_partners", namespace=place.name, ids=gone)) - set(gone)
        touch(tx, place, "entities", partners)
        synonyms = int(tx.value("delete_synonyms_of", namespace=place.name, ids=gone))
        bury(tx, place, "Entity", gone)
        tx.rows("delete_entities", namespace=place.name, ids=gone)
    lost = {entity: {kind: -count for kind, count in cast.items()} for entity, cast in votes.items()}
    kinds.elect(tx, place, partners, votes={e: cast for e, cast in lost.items() if e not in set(gone)})
    return synonyms


def touch(tx: Transaction, place: Place, what: Literal["interactions", "entities"], ids: Iterable[str]) -> None:
    """Stamp nodes with the transaction's seq: something that belongs to them changed."""
    if told := sorted(ids):
        name = "touch_interactions" if what == "interactions" else "touch_entities"
        tx.rows(name, namespace=place.name, ids=told, seq=place.seq)


def _still_naming(graph: Graph, namespace: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the interactions that were kept though they name what was forgotten, by arrival."""
    keys = frozenset(name_key(name) for name in names)
    found: list[tuple[int, str]] = []
    page: list[Row] = []
    while keys and (page := _texts(graph, namespace, after=page[-1][1] if page else "")):
        found += [(row[0], row[1]) for row in page if names_any(keys, texts="\n".join(t for t in row[2:] if t))]
    return tuple(id_ for _, id_ in sorted(found))


def _texts(graph: Graph, namespace: str, *, after: str) -> list[Row]:
    return graph.read(lambda tx: tx.rows("texts_after", namespace=namespace, after=after, top_k=_PAGE))


def erase_namespace(graph: Graph, namespace: str) -> Forgotten:
    """Delete a namespace, its tombstones and its name; its counter's height stays, in the store's floor."""

    def work(tx: Transaction) -> Forgotten:
        place = take(tx, namespace)
        if place is None:
            raise NotFound(f"there is no namespace {namespace!r}")
        gone = delete(tx, place, _selected(tx, namespace, Selection(everything=True)))
        tx.rows("delete_tombstones", namespace=namespace)
        leave(tx, place)
        return gone

    return graph.write(work)


def remove_synonyms(graph: Graph, namespace: str, synonyms: Sequence[Synonym], *, now: datetime) -> int:
    """Delete these links and stamp the entities at both ends."""

    def work(tx: Transaction) -> int:
        if place_of(tx, namespace) is None:
            raise Abandon(0)
        place = enter(tx, namespace, now=now)
        rows = [{"a": a, "b": b, "method": m} for a, b, m in sorted({(s.a, s.b, s.method) for s in synonyms})]
        gone = tx.rows("delete_synonyms", namespace=namespace, rows=rows)
        if not gone:
            raise Abandon(0)
        parted = {end for a, b, _ in gone for end in (a, b)}
        touch(tx, place, "entities", parted)
        kinds.elect(tx, place, parted, votes={})
        return len(gone)

    return graph.write(work)


def drop_vectors(graph: Graph, namespace: str, *, batch: int = BATCH) -> int:
    """Delete every vector of a namespace, those of nodes, too; its interactions wait for new ones.

    In transactions of `batch` vectors each; interrupted, the others are there until it is done again.
    """
    dropped = 0
    while some := graph.write(lambda tx: _some_dropped(tx, namespace, count=batch)):
        dropped += some
    return dropped


def _some_dropped(tx: Transaction, namespace: str, *, count: int) -> int:
    if (place := take(tx, namespace)) is None:
        raise Abandon(0)
    dropped = int(tx.value("drop_vectors", namespace=namespace, seq=place.seq, count=count))
    dropped += learnt.drop_vectors(tx, place, count=count)
    if not dropped:
        raise Abandon(0)
    tx.rows("mark_unsearched", namespace=namespace)  # what comes next may have another dimension
    return dropped
