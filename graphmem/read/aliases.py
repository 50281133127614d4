"""Other names of those whom a question names: aliases, and whoever they were merged with."""

from collections.abc import Sequence
from dataclasses import replace

from graphmem.ports import Store
from graphmem.read.related import entity_keys
from graphmem.read.understand import Question

__all__ = ["with_aliases"]

_MOST = 100


def with_aliases(question: Question, *, store: Store, namespaces: Sequence[str]) -> Question:
    """Return the question knowing what else those it names are called, so that their turns count as theirs."""
    if not question.names:
        return question
    found: set[str] = set()
    for namespace in namespaces:
        entities = store.entities(namespace, keys=question.names, top_k=_MOST)
        ids = {entity.id for entity in entities}
        merged = [s for s in store.synonyms(namespace, sorted(ids)) if s.method == "merged"] if ids else []
        others = sorted({id_ for synonym in merged for id_ in (synonym.a, synonym.b)} - ids)
        entities += store.entities(namespace, ids=others, top_k=_MOST) if others else []
        found.update(*map(entity_keys, entities))
    return replace(question, also=frozenset(found) - set(question.names))
