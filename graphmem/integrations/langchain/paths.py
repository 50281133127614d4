"""Chains of facts between two entities."""

from collections.abc import Iterable

from graphmem.errors import NotFound
from graphmem.memory import Memory
from graphmem.model import Fact

__all__ = ["fact_path"]

#: Facts that are looked at in each step from the entities reached so far, the latest said first.
_BREADTH = 2_000


def fact_path(memory: Memory, a: str, b: str, *, max_length: int = 4) -> list[Fact]:
    """Return the facts of a shortest chain from one entity to another, in order; none where there is none that short.

    Each step looks at the 2,000 facts said last of the entities reached: in a dense graph a chain may be missed.

    Args:
        memory: whose facts.
        a: name or alias of the entity to begin with.
        b: name or alias of the one to reach.
        max_length: facts in the chain, >= 1.

    Raises:
        NotFound: an entity is not known.
    """
    start, goal = _ids(memory, a), _ids(memory, b)
    came: dict[str, Fact | None] = dict.fromkeys(start)
    edge = set(start)
    for _ in range(max_length):
        if edge & goal or not edge:
            break
        facts = memory.store.facts(memory.namespace, about=sorted(edge), top_k=_BREADTH)
        edge = _step(facts, edge, came)
    reached = sorted(goal & came.keys())
    return _chain(reached[0], came) if reached else []


def _ids(memory: Memory, name: str) -> set[str]:
    found = {entity.id for entity in memory.entities(name)}
    if not found:
        raise NotFound(f"no entity is called {name!r}; find_entities lists them")
    return found


def _step(facts: Iterable[Fact], edge: set[str], came: dict[str, Fact | None]) -> set[str]:
    """Note by which fact each entity was first reached, and return those that are new."""
    new: set[str] = set()
    for fact in facts:
        for here, there in ((fact.subject_id, fact.object_id), (fact.object_id, fact.subject_id)):
            if here in edge and there not in came:
                came[there] = fact
                new.add(there)
    return new


def _chain(end: str, came: dict[str, Fact | None]) -> list[Fact]:
    chain: list[Fact] = []
    place = end
    while (fact := came[place]) is not None:
        chain.append(fact)
        place = fact.subject_id if fact.object_id == place else fact.object_id
    return chain[::-1]
