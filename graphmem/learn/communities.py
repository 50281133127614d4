"""Communities of entities: groups that facts tie together, on levels, with names and summaries. Pure.

Leiden (Traag et al., Scientific Reports 2019) by `graspologic-native` (MIT): unlike Louvain's, its communities hang
together. Found again from what is known, so that a little news changes little.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graspologic_native import hierarchical_leiden

__all__ = ["Community", "communities", "summary"]

#: Larger communities are divided once more.
LARGEST = 50
#: Smaller ones say nothing.
SMALLEST = 3
SEED = 0


@dataclass(frozen=True, slots=True)
class Community:
    """A group of entities: ids of its members, its level (0 the widest), and the place of its parent in the list."""

    members: tuple[str, ...]
    level: int
    parent: int | None = None


def communities(edges: Mapping[tuple[str, str], float]) -> tuple[Community, ...]:
    """Return the communities of a weighted, undirected graph, widest first, members by id; the same on every run.

    Args:
        edges: weight by pair of ids; loops are left out.
    """
    told = sorted((min(a, b), max(a, b), w) for (a, b), w in edges.items() if a != b and w > 0)
    if not told:
        return ()
    found = hierarchical_leiden(told, max_cluster_size=LARGEST, seed=SEED)
    members: dict[int, list[str]] = {}
    levels: dict[int, int] = {}
    parents: dict[int, int | None] = {}
    for one in found:
        members.setdefault(one.cluster, []).append(one.node)
        levels[one.cluster] = one.level
        parents[one.cluster] = one.parent_cluster
    kept = [c for c in members if len(members[c]) >= SMALLEST]
    order = sorted(kept, key=lambda c: (levels[c], -len(members[c]), min(members[c])))
    places = {cluster: place for place, cluster in enumerate(order)}
    above = {c: None if (parent := parents[c]) is None else places.get(parent) for c in order}
    return tuple(Community(tuple(sorted(members[c])), levels[c], above[c]) for c in order)


def summary(
    community: Community, *, names: Mapping[str, str], facts: Sequence[tuple[str, str, str]], most: int = 5
) -> tuple[str, str]:
    """Return the name and the summary of a community: its best connected members, and facts between members.

    Args:
        community: whose.
        names: name by id of entity.
        facts: (subject id, object id, text) of facts within it, in any order.
        most: at most so many names and facts.
    """
    degree = Counter(dict.fromkeys(community.members, 0))
    for subject, object_, _ in facts:
        degree.update((subject, object_))
    central = sorted(community.members, key=lambda m: (-degree[m], names.get(m, m)))[:most]
    ranked = sorted(set(facts), key=lambda f: (-(degree[f[0]] + degree[f[1]]), f[2]))
    texts = list(dict.fromkeys(f"{text.rstrip('.')}." for *_, text in ranked))
    return ", ".join(names.get(m, m) for m in central), " ".join(texts[:most])
