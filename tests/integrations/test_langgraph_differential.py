"""GraphMemStore against LangGraph's InMemoryStore on random operations: the same answers but for what is listed.

What is listed (graphmem/integrations/langgraph/store.py says why): values are JSON, so only JSON is put here; the
order without a query, so sets are compared; paging of what has no score, so limits are wide where there is a query;
comparisons that InMemoryStore raises on; namespaces that a get created or that are empty; vectors that InMemoryStore
keeps when an item is put again without an index, so each key here keeps its way of being indexed; a batch that puts
one text twice, which InMemoryStore refuses, so it is told one put at a time.
"""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.store.base import GetOp, ListNamespacesOp, MatchCondition, Op, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from graphmem import Memory
from graphmem.integrations.langchain import GraphMemEmbeddings
from graphmem.integrations.langgraph import GraphMemStore
from graphmem.ports import Embedder

LABELS = ("a", "b", "ü c", "d%41")
PATHS = st.lists(st.sampled_from(LABELS), min_size=1, max_size=3).map(tuple)
PREFIXES = st.lists(st.sampled_from(LABELS), max_size=2).map(tuple)
WILD = st.lists(st.sampled_from((*LABELS[:2], "*")), min_size=1, max_size=2).map(tuple)
#: The last two are never indexed.
KEYS = st.sampled_from(("one", "two", "three", "quiet", "mute"))
TEXTS = st.sampled_from(("a heron in the reeds", "a cello in the evening", "tea without milk", "the river rose"))
VALUES = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={
        "n": st.integers(-3, 3) | st.floats(-2, 2) | st.none() | st.sampled_from(("1", "x")),
        "by": st.fixed_dictionaries({"name": st.sampled_from(("Ada", "Bo"))}),
        "tags": st.lists(st.sampled_from(("x", "y")), max_size=2),
    },
)
OPERATORS = st.dictionaries(
    st.sampled_from(("$eq", "$ne", "$gt", "$gte", "$lt", "$lte")), st.integers(-2, 2), min_size=1, max_size=2
)
FILTERS = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "n": OPERATORS | st.integers(-3, 3) | st.none(),
        "by": st.fixed_dictionaries({"name": st.sampled_from(("Ada", "Bo"))}) | OPERATORS,
        "tags": st.lists(st.sampled_from(("x", "y")), max_size=2),
        "text": TEXTS,
    },
)


@st.composite
def puts(draw: st.DrawFn) -> PutOp:
    key = draw(KEYS)
    value = draw(VALUES | VALUES | st.none())
    return PutOp(draw(PATHS), key, value, index=False if key in ("quiet", "mute") else None)


GETS = st.builds(GetOp, PATHS, KEYS)
SEARCHES = st.builds(SearchOp, PREFIXES, FILTERS, limit=st.just(1_000), offset=st.just(0), query=st.none() | TEXTS)
LISTINGS = st.builds(
    ListNamespacesOp,
    st.none() | st.lists(st.builds(MatchCondition, st.sampled_from(("prefix", "suffix")), WILD), max_size=2).map(tuple),
    max_depth=st.none() | st.integers(1, 3),
    limit=st.integers(0, 4),
    offset=st.integers(0, 3),
)
BATCHES = st.lists(
    st.lists(puts() | puts() | GETS | SEARCHES | LISTINGS, min_size=1, max_size=6), min_size=1, max_size=5
)


def expected_listing(oracle: InMemoryStore, op: ListNamespacesOp) -> list[tuple[str, ...]]:
    everything = oracle.batch([op._replace(max_depth=None, limit=10_000, offset=0)])[0]
    held = [path for path in everything if any(i.namespace == path for i in oracle.search(path, limit=10_000))]  # type: ignore[union-attr,misc]
    return sorted({path[: op.max_depth] for path in held})[op.offset : op.offset + op.limit]


def told(item: Any) -> tuple[Any, ...] | None:
    return None if item is None else (item.namespace, item.key, repr(sorted(item.value.items())))


def expected(oracle: InMemoryStore, op: Op) -> Any:
    """Return what the oracle answers, as far as it is to be the same; ... where it raises, or is known to differ."""
    if isinstance(op, ListNamespacesOp):
        return expected_listing(oracle, op)
    try:
        answer = oracle.batch([op])[0]
    except (TypeError, ValueError):
        return ...
    if isinstance(op, GetOp):
        return told(answer)
    return {(told(item), item.score is None) for item in answer}  # type: ignore[union-attr]


def same(op: Op, ours: Any) -> Any:
    if isinstance(op, ListNamespacesOp):
        return ours
    return told(ours) if isinstance(op, GetOp) else {(told(item), item.score is None) for item in ours}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(batches=BATCHES)
def test_the_same_answers(embedder: Embedder, batches: list[list[Op]]) -> None:
    """On any sequence of batches every get, search and listing answers as InMemoryStore does, births excepted."""
    oracle = InMemoryStore(index={"dims": embedder.dimension, "embed": GraphMemEmbeddings(embedder), "fields": ["$"]})
    with Memory.open(":memory:", embedder=embedder, extractor=None) as memory:
        store = GraphMemStore(memory)
        for ops in batches:
            reads = [op for op in ops if not isinstance(op, PutOp)]
            wanted = [expected(oracle, op) for op in reads]
            answers = [a for a, op in zip(store.batch(ops), ops, strict=True) if not isinstance(op, PutOp)]
            for op, ours, theirs in zip(reads, answers, wanted, strict=True):
                assert theirs is ... or same(op, ours) == theirs, op
            for op in ops:
                if isinstance(op, PutOp):
                    oracle.batch([op])
        assert same(SearchOp(()), store.search((), limit=1_000)) == expected(oracle, SearchOp((), limit=1_000))


def test_the_best_is_the_same(embedder: Embedder) -> None:
    """For plain questions both stores put the same item first."""
    texts = {"heron": "The heron stands in the reeds.", "cello": "Bo plays the cello.", "tea": "Ada drinks green tea."}
    oracle = InMemoryStore(index={"dims": embedder.dimension, "embed": GraphMemEmbeddings(embedder)})
    with Memory.open(":memory:", embedder=embedder, extractor=None) as memory:
        store = GraphMemStore(memory)
        for one in (oracle, store):
            for key, text in texts.items():
                one.put(("m",), key, {"text": text})
        for query in ("Which bird is in the water?", "Who makes music?", "What does Ada drink?"):
            assert store.search(("m",), query=query)[0].key == oracle.search(("m",), query=query)[0].key


@pytest.mark.parametrize("score", ["higher is better"])
def test_scores_fall(embedder: Embedder, score: str) -> None:
    """Both stores tell the better item first: scores fall along the list."""
    with Memory.open(":memory:", embedder=embedder, extractor=None) as memory:
        store = GraphMemStore(memory)
        for n in range(6):
            store.put(("m",), str(n), {"text": f"heron {'reeds ' * n}"})
        scores = [item.score for item in store.search(("m",), query="heron reeds") if item.score is not None]
        assert len(scores) == 6, score
        assert scores == sorted(scores, reverse=True)
