"""Entities that are one because somebody merged them, and the name a namespace's ids derive from: two look-ups."""

from collections.abc import Iterable

from graphmem.ports import Store

__all__ = ["merged_groups", "origin_of", "roots_of", "subjects_around"]

_ALL = 1 << 31


def merged_groups(store: Store, namespace: str, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return, by id, all that are one with it, itself included, for those that are merged with others.

    The groups are whole: merges of merges are followed, and every member of a group is a key. What is merged with
    nothing is left out.
    """
    groups: dict[str, frozenset[str]] = {}
    edge = set(ids)
    while edge:
        links = [s for s in store.synonyms(namespace, sorted(edge)) if s.method == "merged"]
        known = set(groups)
        for link in links:
            one = groups.get(link.a, frozenset({link.a})) | groups.get(link.b, frozenset({link.b}))
            groups |= dict.fromkeys(one, one)
        edge = set(groups) - known
    return groups


def roots_of(store: Store, namespace: str, ids: Iterable[str]) -> dict[str, str]:
    """Return, for those merged with others, the smallest id of those that are one; the rest is left out."""
    return {end: min(one) for end, one in merged_groups(store, namespace, ids).items()}


def subjects_around(store: Store, namespace: str, ids: Iterable[str]) -> list[str]:
    """Return the entities that facts about these entities have as subjects, these included, sorted."""
    entities = set(ids)
    facts = store.facts(namespace, about=sorted(entities), expired=True, top_k=_ALL)
    return sorted(entities | {f.subject_id for f in facts})


def origin_of(store: Store, namespace: str) -> str:
    """Return what the ids of a namespace derive from: the name it was created with; its name before it is created."""
    known = store.namespace(namespace)
    return namespace if known is None else known.origin
