"""Search by the server's own indexes, for a namespace that is too large for an index in process.

Candidates come from the full text, from the nearest vectors and from the entities that a question names; around them
are their neighbours in the session and what shares their rarer entities. How good they are is not decided here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graphmem.errors import NotFound, StoreError
from graphmem.model import RecallOptions
from graphmem.ports import Neighbourhood, Search, VectorRow
from graphmem.stores.columns import Row, vector_row
from graphmem.stores.neo4j.graph import Graph, Transaction
from graphmem.stores.neo4j.namespaces import nskey_of, place_of
from graphmem.stores.neo4j.reading import interactions_by_id, vectors_by_id
from graphmem.stores.neo4j.schema import await_indexes
from graphmem.stores.neo4j.values import FIRST, LAST, after_place, before_place

__all__ = ["keep_up", "make_searchable", "neighbourhood", "refuse_unsearchable"]

NAME = "graphmem_interaction_vectors"
#: Rows asked of an index for each one wanted, at first: quantised vectors of the best ten are among the best fifty.
_EXPANSION = 5
#: Rows asked of an index, at most, where a filter or other namespaces leave too few.
_DEEPEST = 20_000
#: Entities that more interactions mention than this lead nowhere in particular.
_BUSY = 200
#: Candidates whose neighbours in the session, and whose entities' other interactions, are looked at.
_LOOKED_AROUND, _LINKED_FROM = 40, 20
_PAGE = 1_000


# --- finding --------------------------------------------------------------------------------------------------------


def neighbourhood(graph: Graph, namespace: str, asked: Search) -> Neighbourhood:
    """Return what may bear on a question, as much of it as was asked for."""
    return graph.read(lambda tx: _found(tx, namespace, asked))


def _found(tx: Transaction, namespace: str, asked: Search) -> Neighbourhood:
    filters = _filters(asked.within)
    where = {"namespace": namespace, **filters}
    words, few = _by_words(tx, namespace, asked, where)
    vectors, sparse = _by_vector(tx, asked, where)
    named = _ids(tx.rows("search_entities", ids=list(asked.entities), busy=_BUSY, top_k=asked.top_k, **where))
    bounded = _in_bounds(tx, asked, where)
    first = [*_interleaved(words, vectors, named), *(bounded or ())]
    around = _ids(tx.rows("search_around", namespace=namespace, ids=sorted(first[:_LOOKED_AROUND]), top_k=asked.most))
    leading = sorted(first[:_LINKED_FROM])
    linked = _ids(tx.rows("search_linked", ids=leading, busy=_BUSY, top_k=asked.most, **where))
    ids = list(dict.fromkeys((*first, *around, *linked)))[: asked.most]
    interactions = sorted(interactions_by_id(tx, namespace, ids), key=lambda i: i.arrival)
    return Neighbourhood(
        interactions=interactions,
        vectors=[vector_row(*row) for row in vectors_by_id(tx, namespace, ids)],
        cut=(few or sparse) and bounded is None,
    )


def _filters(within: RecallOptions) -> dict[str, object]:
    sessions = [*(within.sessions or ()), *([within.session] if within.session is not None else ())]
    bounded = within.since is not None or within.until is not None
    return {
        "kinds": None if within.kinds is None else list(within.kinds),
        "roles": None if within.roles is None else list(within.roles),
        "in_sessions": sessions if within.sessions is not None or within.session is not None else None,
        "after": after_place(None, since=within.since, dated=bounded),
        "before": LAST if within.until is None else before_place(within.until),
    }


def _by_words(tx: Transaction, namespace: str, asked: Search, where: dict[str, object]) -> tuple[list[str], bool]:
    if not asked.words:
        return [], False
    text = full_text(asked.words, nskey=nskey_of(namespace))
    return _enough(lambda n: tx.rows("search_words", asked=text, fetch=n, top_k=n, **where), top_k=asked.top_k)


def _by_vector(tx: Transaction, asked: Search, where: dict[str, object]) -> tuple[list[str], bool]:
    if asked.vector is None:
        return [], False
    vector = asked.vector.tolist()
    return _enough(lambda n: tx.rows("search_vectors", vector=vector, fetch=n, top_k=n, **where), top_k=asked.top_k)


def _in_bounds(tx: Transaction, asked: Search, where: dict[str, object]) -> list[str] | None:
    """Return all that lies within a bound of sessions or of time, None where there is no bound or there are many."""
    count = asked.most // 2
    if where["in_sessions"] is not None:
        found = _ids(tx.rows("search_sessions", top_k=count, **where))
    elif asked.within.since is not None or asked.within.until is not None:
        span = {name: value for name, value in where.items() if name != "in_sessions"}
        found = _ids(tx.rows("search_span", top_k=count, **span))
    else:
        return None
    return found if len(found) < count else None


def full_text(words: Iterable[str], *, nskey: str) -> str:
    """Return words as the full-text index is asked for them: any of them, in this namespace.

    Words are letters and digits in lower case, so that nothing in them is an operator.
    """
    any_of = " ".join(words)
    return f"+nskey:{nskey} +(title:({any_of}) text:({any_of}) caption:({any_of}))"


def _enough(ask: Callable[[int], Sequence[Row]], *, top_k: int) -> tuple[list[str], bool]:
    """Ask for more rows until `top_k` pass the filters, or there are no more; tell whether that was given up."""
    count = _EXPANSION * top_k
    while True:
        rows = ask(count)
        found = _ids(rows)
        if len(found) >= top_k or len(rows) < count:
            return found[:top_k], False
        if count >= _DEEPEST:
            return found, True
        count = min(_DEEPEST, 4 * count)


def _ids(rows: Iterable[Row]) -> list[str]:
    return [row[0] for row in rows if row[0] is not None]


def _interleaved(*rankings: Sequence[str]) -> list[str]:
    """Return all ids, each once: the first of each ranking, the second of each, ..."""
    longest = max(map(len, rankings))
    return list(dict.fromkeys(r[n] for n in range(longest) for r in rankings if n < len(r)))


# --- indexing -------------------------------------------------------------------------------------------------------


def refuse_unsearchable(graph: Graph, namespace: str, *, dimension: int) -> None:
    """Raise StoreError where the namespace's vectors are not indexed on the server, or not in this dimension."""
    place = graph.read(lambda tx: place_of(tx, namespace))
    _refuse_other_index(graph, dimension=dimension)
    if place is None or not place.searched:
        raise StoreError(
            f"{graph.location}: the vectors of namespace {namespace!r} are not indexed on the server: "
            "`graphmem index --server` does that"
        )


def _refuse_other_index(graph: Graph, *, dimension: int, absent: bool = False) -> None:
    """Look whether the vector index is there as this graphmem makes it; `absent`: it need not be there.

    Raises: StoreError: it is missing, on something else, or of another dimension.
    """
    rows = graph.read(lambda tx: tx.rows("vector_index"))
    wanted = ("Interaction", graph.dialect.indexed, dimension, "COSINE")
    if not rows and absent:
        return
    if not rows:
        raise StoreError(
            f"{graph.location}: the vector index {NAME} is missing: `graphmem index --server` makes and fills it"
        )
    label, properties, length, measure = rows[0]
    if (label, tuple(properties), length, str(measure).upper()) != wanted:
        raise StoreError(
            f"{graph.location}: the vector index {NAME} is on {label} {', '.join(properties)} with {length} dimensions "
            f"({measure}), and should be on Interaction {', '.join(wanted[1])} with {dimension} (COSINE): "
            "`graphmem index --server --anew` makes it again"
        )


def make_searchable(graph: Graph, namespace: str, *, dimension: int, anew: bool, tick: Callable[[int], None]) -> int:
    """Make the index, mark the namespace, and put its vectors into the index, page by page."""
    if graph.read(lambda tx: place_of(tx, namespace)) is None:
        raise NotFound(f"there is no namespace {namespace!r}")
    if anew:
        graph.make("drop_vector_index")
        while graph.write(lambda tx: tx.value("take_embeddings_away", namespace=namespace, count=_PAGE)):
            pass
    _refuse_other_index(graph, dimension=dimension, absent=True)
    graph.make("make_vector_index", dimension=dimension)
    _refuse_other_index(graph, dimension=dimension)
    added, page = 0, _fill(graph, namespace, after=FIRST)
    while page.looked_at:
        added += page.added
        tick(page.looked_at)
        page = _fill(graph, namespace, after=page.last)
    await_indexes(graph)
    return added


@dataclass(frozen=True, slots=True)
class _Page:
    """How many interactions of a page were looked at, how many vectors were new to the index, and where it ends."""

    looked_at: int
    added: int
    last: str


def _fill(graph: Graph, namespace: str, *, after: str) -> _Page:
    """Index a page of vectors.

    The namespace is held meanwhile: who writes vectors does it before this page, or knows that it is searched.
    """

    def work(tx: Transaction) -> _Page:
        tx.rows("mark_searched", namespace=namespace)
        page = tx.rows("vectors_by_place", namespace=namespace, after=after, top_k=_PAGE)
        new = [(id_, np.frombuffer(blob, "<f4")) for id_, _, blob, there in page if blob and not there]
        _put(tx, namespace, new)
        return _Page(len(page), len(new), page[-1][1] if page else after)

    return graph.write(work)


def keep_up(tx: Transaction, namespace: str, vectors: Iterable[VectorRow]) -> None:
    """Index vectors that were just saved."""
    _put(tx, namespace, ((v.interaction, v.vector) for v in vectors if len(v.vector)))


def _put(tx: Transaction, namespace: str, vectors: Iterable[tuple[str, npt.NDArray[np.float32]]]) -> None:
    tx.many("put_embeddings", [{"id": id_, "vector": v.tolist()} for id_, v in vectors], namespace=namespace)
