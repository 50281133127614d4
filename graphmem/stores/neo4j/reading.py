"""Lookups: ids first, then nodes by id, in a total order."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from graphmem.model import Entity, Fact, Interaction, Kind, Mention, Stats, Synonym
from graphmem.ports import Saying
from graphmem.stores.columns import (
    Row,
    entities_of,
    fact_of,
    interaction_of,
    mention_of,
    saying_of,
    sources_of,
    synonym_of,
)
from graphmem.stores.neo4j.graph import ALL, Transaction
from graphmem.stores.neo4j.namespaces import place_of
from graphmem.stores.neo4j.settings import setting
from graphmem.stores.neo4j.values import LAST, after_place, before_place, keys_of, place_text
from graphmem.stores.paging import one_of

__all__ = [
    "assertions",
    "entities",
    "entity_ids_mentioned_by",
    "fact_ids_about",
    "fact_ids_asserted_by",
    "fact_ids_known",
    "facts",
    "facts_by_id",
    "history",
    "interactions_by_id",
    "mentions_of",
    "pending",
    "preceding",
    "sayings",
    "sessions",
    "stats",
    "synonyms",
    "vectors_by_id",
    "with_aliases",
    "with_sources",
]


def interactions_by_id(tx: Transaction, namespace: str, ids: Sequence[str]) -> list[Interaction]:
    """Return the interactions with these ids, in the order asked, each once."""
    if not ids:
        return []
    rows = tx.rows("interactions_by_id", namespace=namespace, ids=keys_of(ids), top_k=ALL)
    found = {row[0]: row for row in rows}
    return [interaction_of(found[id_]) for id_ in dict.fromkeys(ids) if id_ in found]


def vectors_by_id(tx: Transaction, namespace: str, ids: Sequence[str]) -> list[Row]:
    """Return (id, vector, sentences) of the interactions with these ids that have vectors, by id."""
    return tx.rows("vectors_of", namespace=namespace, ids=keys_of(ids), top_k=ALL) if ids else []


def history(
    tx: Transaction,
    namespace: str,
    *,
    session: str | None,
    kinds: Sequence[Kind] | None,
    span: tuple[datetime | None, datetime | None],
    after: Interaction | None,
    latest: bool,
    top_k: int,
) -> list[Interaction]:
    """Return interactions by (instant, arrival), or the other way round; a bound of time leaves the undated out."""
    since, until = span
    before = LAST if until is None else before_place(until)
    if latest and after is not None:
        before, after = min(before, place_text(after.at, after.arrival)), None
    bounds = {
        "after": after_place(after, since=since, dated=until is not None),
        "before": before,
        "kinds": None if kinds is None else list(kinds),
        "top_k": top_k,
    }
    if session is None:
        rows = tx.rows("latest_of_namespace" if latest else "history_of_namespace", namespace=namespace, **bounds)
    else:
        name = "latest_of_session" if latest else "history_of_session"
        rows = tx.rows(name, namespace=namespace, session=session, **bounds)
    return [interaction_of(row) for row in rows]


def preceding(tx: Transaction, namespace: str, interaction: str, *, top_k: int) -> list[Interaction]:
    """Return what comes just before in its session, oldest first."""
    here = tx.rows("place_of_interaction", namespace=namespace, id=interaction, top_k=1)
    if not here:
        return []
    session, place = here[0]
    rows = tx.rows("preceding", namespace=namespace, session=session, place=place, top_k=top_k)
    return [interaction_of(row) for row in reversed(rows)]


def pending(
    tx: Transaction, namespace: str, *, stage: Literal["vectors", "facts"], after: int, top_k: int
) -> list[Interaction]:
    """Return interactions that wait for vectors, or for facts, by arrival."""
    name = "pending_vectors" if stage == "vectors" else "pending_facts"
    return [interaction_of(row) for row in tx.rows(name, namespace=namespace, after=after, top_k=top_k)]


def sessions(tx: Transaction, namespace: str, *, after: str, top_k: int) -> list[tuple[str, int]]:
    """Return (session, number of interactions) by name."""
    rows = tx.rows("sessions", namespace=namespace, after=after, top_k=top_k)
    return [(name, count) for name, count in rows]


def _in_all(filters: Sequence[set[str]]) -> list[str]:
    """Return the ids that every filter let through, sorted."""
    return sorted(set.intersection(*filters))


def _ids(rows: Sequence[Row]) -> set[str]:
    return {row[0] for row in rows}


def entity_ids_mentioned_by(tx: Transaction, namespace: str, interactions: Sequence[str]) -> set[str]:
    """Return the ids of the entities that these interactions mention."""
    told = keys_of(interactions)
    return _ids(tx.rows("entity_ids_mentioned_by", namespace=namespace, interactions=told, top_k=ALL))


def fact_ids_about(tx: Transaction, namespace: str, entities: Sequence[str]) -> set[str]:
    """Return the ids of the facts whose subject or object is one of these entities."""
    return _ids(tx.rows("fact_ids_about", namespace=namespace, entities=keys_of(entities), top_k=ALL))


def fact_ids_asserted_by(tx: Transaction, namespace: str, interactions: Sequence[str]) -> set[str]:
    """Return the ids of the facts that these interactions assert."""
    told = keys_of(interactions)
    return _ids(tx.rows("fact_ids_asserted_by", namespace=namespace, interactions=told, top_k=ALL))


def fact_ids_known(tx: Transaction, namespace: str, ids: Iterable[str]) -> set[str]:
    """Return those among the ids that are facts."""
    told = keys_of(ids)
    return _ids(tx.rows("fact_ids_known", namespace=namespace, ids=told, top_k=ALL)) if told else set()


def entities(
    tx: Transaction,
    namespace: str,
    *,
    ids: Sequence[str] | None,
    keys: Sequence[str] | None,
    prefix: str | None,
    mentioned_by: Sequence[str] | None,
    top_k: int,
) -> list[Entity]:
    """Return entities by number of mentions, then id, that fit every filter given."""
    wanted = {"namespace": namespace, "top_k": ALL}
    filters: list[set[str]] = []
    if ids is not None:
        filters.append(set(keys_of(ids)))
    if keys is not None:
        filters.append(_ids(tx.rows("entity_ids_by_name", keys=keys_of(keys), **wanted)))
    if prefix is not None:
        filters.append(_ids(tx.rows("entity_ids_by_prefix", prefix=prefix, **wanted)))
    if mentioned_by is not None:
        filters.append(entity_ids_mentioned_by(tx, namespace, mentioned_by))
    if not filters:
        return with_aliases(tx.rows("entities_of_namespace", namespace=namespace, top_k=top_k))
    found = _in_all(filters)
    return with_aliases(tx.rows("entities_by_id", namespace=namespace, ids=found, top_k=top_k)) if found else []


def with_aliases(rows: Sequence[Row]) -> list[Entity]:
    """Return entities from their rows, which end with the id they were merged into, as a list, and the aliases."""
    plain = [(*row[:-2], next(iter(row[-2]), None)) for row in rows]
    return entities_of(plain, ((row[0], alias) for row in rows for alias in row[-1]))


def facts(
    tx: Transaction,
    namespace: str,
    *,
    ids: Sequence[str] | None,
    about: Sequence[str] | None,
    asserted_by: Sequence[str] | None,
    subjects: Sequence[str] | None,
    objects: Sequence[str] | None,
    predicate: str | None,
    predicates: Sequence[str] | None,
    expired: bool,
    top_k: int,
) -> list[Fact]:
    """Return facts, the last said first, that fit every filter given."""
    filters: list[set[str]] = []
    if ids is not None:
        filters.append(set(keys_of(ids)))
    if about is not None:
        filters.append(fact_ids_about(tx, namespace, about))
    if asserted_by is not None:
        filters.append(fact_ids_asserted_by(tx, namespace, asserted_by))
    slots = one_of(predicate, predicates)
    if subjects is not None:
        ends = None if objects is None else keys_of(objects)
        whose = {"namespace": namespace, "subjects": keys_of(subjects), "objects": ends, "top_k": ALL}
        of_slots = slots is not None
        rows = (
            tx.rows("fact_ids_of_slots", predicates=slots, **whose)
            if of_slots
            else tx.rows("fact_ids_of_subjects", **whose)
        )
        filters.append(_ids(rows))
    if filters:
        rows = facts_by_id(tx, namespace, _in_all(filters), predicates=slots, expired=expired, top_k=top_k)
    else:
        rows = tx.rows("facts_of_namespace", namespace=namespace, predicates=slots, expired=expired, top_k=top_k)
    return with_sources(rows, assertions(tx, namespace, [row[0] for row in rows]))


def facts_by_id(
    tx: Transaction,
    namespace: str,
    ids: Sequence[str],
    *,
    predicates: Sequence[str] | None,
    expired: bool,
    top_k: int,
) -> list[Row]:
    """Return the rows of the facts with these ids, the last said first."""
    if not ids:
        return []
    asked = {"predicates": predicates, "expired": expired, "top_k": top_k}
    return tx.rows("facts_by_id", namespace=namespace, ids=list(ids), **asked)


def assertions(tx: Transaction, namespace: str, facts: Sequence[str]) -> list[Row]:
    """Return (fact, fact, interaction) of all that assert these facts, each fact's by (instant, id)."""
    return tx.rows("assertions_of", namespace=namespace, ids=sorted(facts), top_k=ALL) if facts else []


def sayings(tx: Transaction, namespace: str, facts: Sequence[str]) -> list[Saying]:
    """Return who asserts these facts, and when, by (fact, instant with undated ones first, interaction)."""
    told = keys_of(facts)
    rows = tx.rows("sayings_of", namespace=namespace, ids=told, top_k=ALL) if told else []
    return [saying_of(row) for row in rows]


def with_sources(rows: Sequence[Row], told: Sequence[Row]) -> list[Fact]:
    """Return facts from their rows and from the rows of all their assertions."""
    sources = sources_of(told)
    return [fact_of(row, sources=sources.get(row[0], ())) for row in rows]


def mentions_of(tx: Transaction, namespace: str, interactions: Sequence[str]) -> list[Mention]:
    """Return the mentions of these interactions, by interaction, then entity."""
    if not interactions:
        return []
    rows = tx.rows("mentions_of", namespace=namespace, interactions=keys_of(interactions), top_k=ALL)
    return [mention_of(row) for row in rows]


def synonyms(tx: Transaction, namespace: str, entity_ids: Sequence[str] | None) -> list[Synonym]:
    """Return the links that touch these entities, or all, by (a, b, method)."""
    if entity_ids is None:
        rows = tx.rows("synonyms_of_namespace", namespace=namespace, top_k=ALL)
    else:
        rows = tx.rows("synonyms_of", namespace=namespace, ids=keys_of(entity_ids), top_k=ALL) if entity_ids else []
    return [synonym_of(row) for row in rows]


def stats(tx: Transaction, namespace: str, *, location: str) -> Stats:
    """Return the counts of a namespace; zeros where nothing was written. The size on disk is the server's secret."""
    place = place_of(tx, namespace)
    counted = tx.rows("counts", namespace=namespace)[0]
    sessions_, interactions, unembedded, waiting, entities_, facts_, mentions, synonyms_, rulings, nodes = counted
    return Stats(
        namespace=namespace,
        sessions=sessions_,
        interactions=interactions,
        pending=waiting,
        entities=entities_,
        facts=facts_,
        mentions=mentions,
        synonyms=synonyms_,
        vectors=interactions - unembedded,
        rulings=rulings,
        nodes=nodes,
        links=int(tx.value("count_links", namespace=namespace)),
        seq=place.seq if place else 0,
        embedder=setting(tx, "embedder"),
        store=location,
    )
