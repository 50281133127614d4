"""What one recall reads: names, and what is shown with hits."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from graphmem.model import Entity
from graphmem.rows import Surroundings
from graphmem.stores.sqlite import rulings as ruled
from graphmem.stores.sqlite.database import Database, Row
from graphmem.stores.sqlite.reading import aliased, facts_asserted, interactions_by_id, keys_named
from graphmem.stores.sqlite.rows import json_list

__all__ = ["called", "settings", "shown"]

_ALL = 1 << 31


def settings(db: Database, names: Sequence[str]) -> tuple[str | None, ...]:
    """Return settings of the whole store in the order asked, None for what was never set."""
    found: dict[str, str] = dict(db.read("settings_named", names=json_list(names)))
    return tuple(found.get(name) for name in names)


def called(db: Database, namespace: int, keys: Sequence[str], *, top_k: int) -> list[str]:
    """Return the names and aliases of those whom these keys name and of whom they are merged with, sorted."""
    named = _most_mentioned(db, keys_named(db, namespace, keys), top_k=top_k)
    beside = [row[0] for row in db.read("merged_beside", keys=json_list(named))]
    merged = _most_mentioned(db, set(beside) - set(named), top_k=top_k)
    return [row[0] for row in db.read("names_of", keys=json_list([*named, *merged]))]


def _most_mentioned(db: Database, keys: Collection[int], *, top_k: int) -> list[int]:
    """Return the keys of at most `top_k` entities; they are counted only where there are more."""
    if len(keys) <= top_k:
        return sorted(keys)
    return list(_mentions(db, keys, top_k=top_k))


def _mentions(db: Database, keys: Collection[int], *, top_k: int) -> dict[int, int]:
    """Return the numbers of mentions of at most `top_k` entities by key, the most mentioned first."""
    return dict(db.read("most_mentioned", keys=json_list(sorted(keys)), top_k=top_k))


def shown(
    db: Database,
    namespace: int,
    interactions: Sequence[str],
    *,
    beside: Sequence[str],
    keys: Sequence[str],
    rulings: bool,
    undone: bool,
    top_k: int,
) -> Surroundings:
    """Return everything that is shown with hits, from one state of the store."""
    told = facts_asserted(db, namespace, interactions, top_k=top_k)
    on = [f.id for f in told] if rulings else []
    mentioned, entities = _mentioned(db, namespace, interactions, top_k=top_k)
    return Surroundings(
        interactions=interactions_by_id(db, namespace, [*interactions, *beside]),
        facts=told,
        rulings=ruled.rulings(db, namespace, facts=on, undone=undone, top_k=_ALL) if on else [],
        entities=entities,
        mentioned=mentioned,
        called=_called(db, namespace, keys, top_k=top_k) if keys else [],
    )


def _mentioned(
    db: Database, namespace: int, interactions: Sequence[str], *, top_k: int
) -> tuple[dict[str, list[str]], list[Entity]]:
    """Return what these interactions mention: ids by interaction, and the first `top_k` entities by id."""
    found: dict[str, list[str]] = {}
    keys: dict[str, int] = {}
    rows = db.read("entities_mentioned", namespace=namespace, interactions=json_list(dict.fromkeys(interactions)))
    for interaction, key, id_ in rows:
        found.setdefault(interaction, []).append(id_)
        keys[id_] = key
    return found, aliased(db, _rows(db, [keys[id_] for id_ in sorted(keys)[:top_k]]))


def _called(db: Database, namespace: int, keys: Sequence[str], *, top_k: int) -> list[Entity]:
    """Return entities of these keys by number of mentions, then id."""
    mentions = _mentions(db, keys_named(db, namespace, keys), top_k=top_k)
    rows = {row[0]: row for row in _rows(db, mentions)}
    found = aliased(db, [rows[key] for key in mentions])
    return [replace(entity, mentions=count) for entity, count in zip(found, mentions.values(), strict=True)]


def _rows(db: Database, keys: Collection[int]) -> list[Row]:
    """Return the rows of entities by id, mentions and facts not counted."""
    return db.read("entities_uncounted", keys=json_list(keys))
