"""Other names of those whom a question names: aliases, and whoever they were merged with."""

from collections.abc import Sequence
from dataclasses import replace

from graphmem.identity import name_key
from graphmem.ports import Store
from graphmem.read.understand import Question

__all__ = ["with_aliases"]

_MOST = 100


def with_aliases(question: Question, *, store: Store, namespaces: Sequence[str]) -> Question:
    """Return the question knowing what else those it names are called, so that their turns count as theirs."""
    if not question.names:
        return question
    found: set[str] = set()
    for namespace in namespaces:
        found.update(map(name_key, store.called(namespace, question.names, top_k=_MOST)))
    return replace(question, also=frozenset(found) - set(question.names))
