"""Communities of entities: groups that facts tie together, on levels, with names and summaries. Pure.

Leiden (Traag et al., Scientific Reports 2019) by `graspologic-native` (MIT): unlike Louvain's, its communities hang
together. Found again from what is known, so that a little news changes little.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graspologic_native import hierarchical_leiden

from graphmem.learn.keywords import Vocabulary, words_of

__all__ = ["Community", "Inner", "Told", "communities", "summary"]

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


@dataclass(frozen=True, slots=True)
class Inner:
    """A fact between two members of a community: its id, its ends' ids, its text."""

    id: str
    subject: str
    object: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a community is about: its best connected members, their names, keywords, and facts that stand for it."""

    central: tuple[str, ...]
    names: tuple[str, ...]
    keywords: tuple[str, ...]
    facts: tuple[Inner, ...]

    @property
    def text(self) -> str:
        """The facts as a text."""
        return " ".join(dict.fromkeys(f"{f.text.rstrip('.')}." for f in self.facts))


def summary(
    community: Community, *, names: Mapping[str, str], facts: Sequence[Inner], words: Vocabulary, most: int = 5
) -> Told:
    """Return what a community is about.

    Args:
        community: whose.
        names: name by id of entity.
        facts: those within it, in any order.
        words: of all communities of its level: a keyword is frequent here and rare elsewhere.
        most: at most so many names, keywords and facts.
    """
    degree = Counter(dict.fromkeys(community.members, 0))
    for fact in facts:
        degree.update((fact.subject, fact.object))
    central = sorted(community.members, key=lambda m: (-degree[m], names.get(m, m)))[:most]
    ranked = sorted(facts, key=lambda f: (-(degree[f.subject] + degree[f.object]), f.text, f.id))
    once = {f"{f.text.rstrip('.')}.": f for f in reversed(ranked)}
    told = [f for f in ranked if once.get(f"{f.text.rstrip('.')}.") is f][:most]
    keywords = words.keywords((w for f in told for w in words_of(f.text)), top_k=most)
    return Told(tuple(central), tuple(names.get(m, m) for m in central), keywords, tuple(told))
