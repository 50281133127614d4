"""Lookups: seeds first, then rows by key, in a total order."""

from collections.abc import Sequence
from datetime import datetime

from graphmem.model import Entity, Fact, Interaction, Kind, Mention, Stats, Synonym
from graphmem.ports import Saying
from graphmem.stores.columns import saying_of
from graphmem.stores.paging import one_of
from graphmem.stores.sqlite.database import Database, Row
from graphmem.stores.sqlite.rows import (
    entities_of,
    fact_of,
    interaction_of,
    json_list,
    mention_of,
    micros,
    sources_of,
    synonym_of,
)

__all__ = [
    "aliased",
    "entities",
    "facts",
    "facts_asserted",
    "history",
    "interactions_by_id",
    "keys_named",
    "mentions_by_id",
    "preceding",
    "sayings",
    "stats",
    "synonyms",
    "with_sources",
]

#: The moment of what has none, before every other, and the one after every other.
UNDATED = -(2**63)
BEYOND = 2**63 - 1
#: Statements of one session, and of the whole namespace.
_HISTORY = ("history_of_session", "history_of_namespace")
_LATEST = ("latest_of_session", "latest_of_namespace")
#: Follows every string that starts with the same characters.
_LAST = "\U0010ffff"


def interactions_by_id(db: Database, namespace: int, ids: Sequence[str]) -> list[Interaction]:
    """Return the interactions with these ids, in the order asked, each once."""
    rows = db.read("interactions_by_id", namespace=namespace, ids=json_list(dict.fromkeys(ids)))
    found = {row[0]: row for row in rows}
    return [interaction_of(found[id_]) for id_ in dict.fromkeys(ids) if id_ in found]


def history(
    db: Database,
    namespace: int,
    *,
    session: str | None,
    kinds: Sequence[Kind] | None,
    span: tuple[datetime | None, datetime | None],
    after: Interaction | None,
    latest: bool,
    top_k: int,
) -> list[Interaction]:
    """Return interactions by (moment, arrival), or the other way round; a bound of time leaves the undated out."""
    since, until = span
    place: dict[str, object] = {"namespace": namespace}
    if session is not None:
        key = db.value("session_key", namespace=namespace, name=session)
        if key is None:
            return []
        place = {"session": key}
    low = _moment(since) if since is not None else UNDATED if until is None else UNDATED + 1
    high = BEYOND if until is None else _moment(until)
    start = (high if latest else low, -1)
    if after is not None:
        behind = (_moment(after.at), after.arrival)
        start = min(start, behind) if latest else max(start, behind)
    rows = db.read(
        _LATEST[session is None] if latest else _HISTORY[session is None],
        **place,
        after=low if latest else start[0],
        arrival=start[1],
        before=start[0] if latest else high,
        kinds=None if kinds is None else json_list(kinds),
        top_k=top_k,
    )
    return [interaction_of(row) for row in rows]


def _moment(at: datetime | None) -> int:
    value = micros(at)
    return UNDATED if value is None else value


def preceding(db: Database, namespace: int, interaction: str, *, top_k: int) -> list[Interaction]:
    """Return what comes just before in its session, oldest first."""
    rows = db.read("preceding", namespace=namespace, id=interaction, top_k=top_k)
    return [interaction_of(row) for row in reversed(rows)]


def _in_all(filters: Sequence[list[Row]]) -> list[int]:
    """Return the keys that every filter let through, in ascending order."""
    return sorted(set.intersection(*({row[0] for row in rows} for rows in filters)))


def entities(
    db: Database,
    namespace: int,
    *,
    ids: Sequence[str] | None,
    keys: Sequence[str] | None,
    prefix: str | None,
    mentioned_by: Sequence[str] | None,
    top_k: int,
) -> list[Entity]:
    """Return entities by number of mentions, then id, that fit every filter given."""
    filters: list[list[Row]] = []
    if ids is not None:
        filters.append(db.read("entity_keys_by_id", namespace=namespace, ids=json_list(ids)))
    if keys is not None:
        filters.append([(key,) for key in keys_named(db, namespace, keys)])
    if prefix is not None:
        filters.append(db.read("entity_keys_by_prefix", namespace=namespace, first=prefix, beyond=prefix + _LAST))
    if mentioned_by is not None:
        told = json_list(mentioned_by)
        filters.append(db.read("entity_keys_mentioned_by", namespace=namespace, interactions=told))
    if filters:
        rows = db.read("entities_by_key", keys=json_list(_in_all(filters)), top_k=top_k)
    else:
        rows = db.read("entities_of_namespace", namespace=namespace, top_k=top_k)
    return aliased(db, rows)


def keys_named(db: Database, namespace: int, keys: Sequence[str]) -> list[int]:
    """Return the keys of the entities of which a name or an alias has one of these keys."""
    return [row[0] for row in db.read("entity_keys_by_name", namespace=namespace, keys=json_list(keys))]


def aliased(db: Database, rows: Sequence[Row]) -> list[Entity]:
    """Return entities from their rows, with their aliases."""
    return entities_of(rows, db.read("aliases_of", keys=json_list(row[0] for row in rows)))


def facts(
    db: Database,
    namespace: int,
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
    filters: list[list[Row]] = []
    if ids is not None:
        filters.append(db.read("fact_keys_by_id", namespace=namespace, ids=json_list(ids)))
    if about is not None:
        filters.append(db.read("fact_keys_about", namespace=namespace, entities=json_list(about)))
    if asserted_by is not None:
        filters.append(_asserted(db, namespace, asserted_by))
    named = one_of(predicate, predicates)
    slots = None if named is None else json_list(named)
    if subjects is not None:
        whose = json_list(dict.fromkeys(subjects))
        ends = {"subjects": whose, "objects": None if objects is None else json_list(dict.fromkeys(objects))}
        if slots is None:
            filters.append(db.read("fact_keys_of_subjects", namespace=namespace, **ends))
        else:
            filters.append(db.read("fact_keys_of_slots", namespace=namespace, predicates=slots, **ends))
    if filters:
        return _facts(db, _in_all(filters), slots=slots, expired=expired, top_k=top_k)
    rows = db.read("facts_of_namespace", namespace=namespace, predicates=slots, expired=expired, top_k=top_k)
    return _sourced(db, rows)


def facts_asserted(db: Database, namespace: int, interactions: Sequence[str], *, top_k: int) -> list[Fact]:
    """Return what these interactions assert, expired or not, the last said first."""
    keys = _in_all([_asserted(db, namespace, interactions)])
    return _facts(db, keys, slots=None, expired=True, top_k=top_k)


def _asserted(db: Database, namespace: int, interactions: Sequence[str]) -> list[Row]:
    return db.read("fact_keys_asserted_by", namespace=namespace, interactions=json_list(interactions))


def _facts(db: Database, keys: Sequence[int], *, slots: str | None, expired: bool, top_k: int) -> list[Fact]:
    return _sourced(db, db.read("facts_by_key", keys=json_list(keys), predicates=slots, expired=expired, top_k=top_k))


def _sourced(db: Database, rows: Sequence[Row]) -> list[Fact]:
    return with_sources(rows, db.read("assertions_of", keys=json_list(row[0] for row in rows)))


def sayings(db: Database, namespace: int, facts: Sequence[str]) -> list[Saying]:
    """Return who asserts these facts, and when, by (fact, instant with undated ones first, interaction)."""
    told = json_list(dict.fromkeys(facts))
    return [saying_of(row) for row in db.read("sayings_of", namespace=namespace, facts=told)]


def with_sources(rows: Sequence[Row], assertions: Sequence[Row]) -> list[Fact]:
    """Return facts from their rows and from the rows of all their assertions."""
    sources = sources_of(assertions)
    return [fact_of(row, sources=sources.get(row[0], ())) for row in rows]


def mentions_by_id(db: Database, namespace: int, interactions: Sequence[str]) -> list[Mention]:
    """Return the mentions of these interactions, by interaction, then entity."""
    told = json_list(dict.fromkeys(interactions))
    return [mention_of(row) for row in db.read("mentions_of", namespace=namespace, interactions=told)]


def synonyms(db: Database, namespace: int, entity_ids: Sequence[str] | None) -> list[Synonym]:
    """Return the links that touch these entities, or all, by (a, b, method)."""
    if entity_ids is None:
        rows = db.read("synonyms_of_namespace", namespace=namespace)
    else:
        rows = db.read("synonyms_of", namespace=namespace, entities=json_list(entity_ids))
    return [synonym_of(row) for row in rows]


def stats(db: Database, namespace: str, *, key: int | None, seq: int) -> Stats:
    """Return the counts of a namespace; zeros where nothing was written."""
    counted = db.read("stats", namespace=key)[0]
    sessions, interactions, pending, entities_, facts_, mentions, synonyms_, vectors, rulings, nodes, links = counted
    return Stats(
        namespace=namespace,
        sessions=sessions,
        interactions=interactions,
        pending=pending,
        entities=entities_,
        facts=facts_,
        mentions=mentions,
        synonyms=synonyms_,
        vectors=vectors,
        rulings=rulings,
        nodes=nodes,
        links=links,
        seq=seq,
        embedder=db.value("setting", name="embedder"),
        store=db.location,
        bytes=db.value("size"),
    )
