"""A namespace beyond what is kept in this process: the store finds the neighbourhood of a question, and that is ranked.

What differs from recall over a whole index is said in the result: words weigh by how rare they are in the
neighbourhood, a session counts as far as it is in it, and what no channel of the store's search finds is not there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphmem.errors import InvalidInput, StoreError
from graphmem.identity import name_key
from graphmem.model import Degradation, RecallOptions
from graphmem.ports import Search, SearchingStore, Store
from graphmem.read.columns import Floats
from graphmem.read.index import Index
from graphmem.read.understand import Question
from graphmem.text.tokens import CHAT_STOP_WORDS

__all__ = ["LIMIT", "Beyond", "checked_limit", "looked_up", "refuse_endless", "words_of"]

#: Interactions of a namespace above which no index of it is built in process, where the caller says nothing else.
LIMIT = 1_000_000
#: Candidates of each channel, and interactions of a neighbourhood.
CANDIDATES, MOST = 100, 600
_MOST_WORDS = 64
_MOST_NAMED = 100
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Beyond:
    """A namespace that is too large for an index in process: how many interactions it has, and what the limit is."""

    namespace: str
    interactions: int
    limit: int


def checked_limit(limit: int) -> int:
    """Return an `index_limit`. Raises: InvalidInput: it is negative; 0 never builds an index in process."""
    if limit < 0:
        raise InvalidInput(f"index_limit is {limit}; it counts interactions, so give 0 or more")
    return limit


def refuse_endless(store: Store, beyond: Beyond) -> None:
    """Raise StoreError where the store cannot search by itself."""
    if not isinstance(store, SearchingStore):
        raise StoreError(
            f"namespace {beyond.namespace!r} has {beyond.interactions} interactions, more than index_limit="
            f"{beyond.limit}, and {store.location} has no search of its own: raise index_limit (3 to 4 kB of memory "
            "an interaction), or move the memory to Neo4j, which has (`graphmem copy --to neo4j://...`)"
        )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a question that a store is asked for: in lower case, each once, none that says nothing.

    >>> words_of("What did Caroline's sister paint? Paint!")
    ('caroline', 'sister', 'paint')
    """
    told = (word for word in _WORD.findall(text.lower()) if word not in CHAT_STOP_WORDS)
    return tuple(dict.fromkeys(told))[:_MOST_WORDS]


def looked_up(
    store: Store, beyond: Beyond, question: Question, *, vector: Floats | None, dimension: int, options: RecallOptions
) -> tuple[Index, Degradation]:
    """Return an index of the question's neighbourhood, and what has to be said about it.

    Args:
        store: one that searches by itself.
        beyond: whose.
        question: what is asked.
        vector: its unit vector, None where it could not be embedded.
        dimension: of the embedder's vectors, as the store should have them indexed.
        options: the filters.

    Raises: StoreError: the store does not search this namespace, or not vectors of this dimension.
    """
    refuse_endless(store, beyond)
    assert isinstance(store, SearchingStore)
    store.refuse_unsearchable(beyond.namespace, dimension=dimension)
    asked = Search(
        words=words_of(question.text),
        vector=vector,
        entities=_named(store, beyond.namespace, question),
        within=options,
        top_k=CANDIDATES,
        most=MOST,
    )
    found = store.neighbourhood(beyond.namespace, asked)
    index = Index.of(store, beyond.namespace, found.interactions, found.vectors)
    return index, _said(beyond, ranked=len(index), cut=found.cut)


def _named(store: Store, namespace: str, question: Question) -> Sequence[str]:
    """Return the ids of the entities that a question names, other names of theirs included."""
    keys = [name_key(name) for name in (*question.names, *sorted(question.also))]
    return [e.id for e in store.entities(namespace, keys=keys, top_k=_MOST_NAMED)] if keys else []


def _said(beyond: Beyond, *, ranked: int, cut: bool) -> Degradation:
    few = "; the filters let fewer candidates through than there may be" if cut else ""
    return Degradation(
        "searched on the server",
        f"namespace {beyond.namespace!r} has {beyond.interactions} interactions, more than index_limit={beyond.limit}: "
        f"{ranked} that the server found were ranked, and words weigh by how rare they are among those{few}",
    )
