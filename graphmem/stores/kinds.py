"""The kinds of entities: votes that their mentions cast, counted on the entity, and the election from them. Pure.

Votes are a sum over the mentions that are there, so no order of arrival shows, and taking a mention away takes its vote
away exactly. Entities that were merged are one: their votes count together, and all of them have the kind elected.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from graphmem.identity import better_kind, elected_kind
from graphmem.model import Entity, Mention

__all__ = ["Standing", "Votes", "changed_votes", "elections", "groups_of", "own_kind", "votes_of", "votes_text"]

#: By kind, how many mentions saw an entity as that; negative in a difference.
Votes = Mapping[str, int]

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the kind of an entity is elected from.

    Args:
        kind: as it is stored.
        base: the kind it was saved with, apart from mentions.
        told: whether `base` is a caller's word, which outvotes mentions.
        votes: of its own mentions.
        merged: whether it is merged with others.
    """

    kind: str
    base: str
    told: bool = False
    votes: Votes = field(default_factory=dict)
    merged: bool = False

    def counting(self, more: Votes) -> "Standing":
        """Return the standing with more votes, or fewer where they are negative; kinds without votes are left out."""
        counted = Counter(self.votes)
        counted.update(more)
        return replace(self, votes={kind: count for kind, count in counted.items() if count})


def own_kind(entity: Entity) -> str:
    """Return the kind that an entity is saved with, apart from mentions."""
    return entity.kind if entity.base is None else entity.base


def votes_text(votes: Votes) -> str:
    """Return votes as they are stored: JSON, equal votes in equal texts.

    >>> votes_text({"place": 2, "person": 1})
    '{"person":1,"place":2}'
    """
    return json.dumps(dict(votes), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4_096)
def votes_of(text: str | None) -> Votes:
    """Return stored votes; an entity from before there were votes has none."""
    return MappingProxyType(json.loads(text)) if text else MappingProxyType({})


def changed_votes(known: Mapping[K, Mention], changed: Mapping[K, Mention]) -> dict[str, Counter[str]]:
    """Return by how much the votes of each entity change, by its id, when mentions become others; no zeros.

    Args:
        known: the mentions as they are stored.
        changed: those that are new, or other than they were, as they will be.
    """
    votes: dict[str, Counter[str]] = {}
    for key, mention in changed.items():
        before = known[key].kind if key in known else None
        if mention.kind != before:
            for kind, count in ((before, -1), (mention.kind, 1)):
                if kind is not None:
                    votes.setdefault(mention.entity, Counter())[kind] += count
    return {entity: counted for entity, counted in votes.items() if any(counted.values())}


def groups_of(keys: Iterable[K], *, links: Callable[[Collection[K]], Iterable[tuple[K, K]]]) -> list[frozenset[K]]:
    """Return the groups of those that are merged with each other, each of these keys in one.

    Args:
        keys: whose groups are wanted.
        links: returns the pairs that are merged of which one is among some keys; asked anew for what it adds.
    """
    groups = {key: {key} for key in keys}
    edge = set(groups)
    while edge:
        known = set(groups)
        for a, b in links(edge):
            one = groups.get(a, {a}) | groups.get(b, {b})
            groups.update(dict.fromkeys(one, one))
        edge = set(groups) - known
    return list({frozenset(group) for group in groups.values()})


def elections(standings: Mapping[K, Standing], groups: Iterable[Collection[K]]) -> dict[K, str]:
    """Return the kind elected for every member of these groups.

    Args:
        standings: of every member.
        groups: of entities that are one.
    """
    elected: dict[K, str] = {}
    for group in groups:
        members = [standings[key] for key in group]
        told = [m.base for m in members if m.told]
        votes: Counter[str] = Counter()
        for member in members:
            votes.update(member.votes)
        kind = elected_kind(votes, told=better_kind(told) if told else None, prior=better_kind(m.base for m in members))
        elected.update(dict.fromkeys(group, kind))
    return elected
