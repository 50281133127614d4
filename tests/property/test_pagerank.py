"""PageRank against networkx on random graphs."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.graph.csr import Adjacency
from graphmem.graph.pagerank import personalized_pagerank

DAMPING = 0.8


@st.composite
def walks(draw: st.DrawFn) -> tuple[nx.DiGraph, dict[int, float]]:
    """A directed graph with nodes without a way out and several components, and seeds on it."""
    nodes = draw(st.integers(1, 30))
    node = st.integers(0, nodes - 1)
    weight = st.floats(0.015625, 50, allow_nan=False, width=32)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(nodes))
    for source, target, value in draw(st.lists(st.tuples(node, node, weight), max_size=90)):
        graph.add_edge(source, target, weight=value)
    return graph, draw(st.dictionaries(node, weight, min_size=1, max_size=5))


def as_arrays(graph: nx.DiGraph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    found = list(graph.edges(data="weight"))
    columns = list(zip(*found, strict=True)) if found else [(), (), ()]
    return np.array(columns[0], dtype=int), np.array(columns[1], dtype=int), np.array(columns[2], dtype=np.float32)


def oracle(graph: nx.DiGraph, seeds: dict[int, float]) -> np.ndarray:
    found = nx.pagerank(graph, alpha=DAMPING, personalization=seeds, weight="weight", tol=1e-13, max_iter=1000)
    return np.array([found[n] for n in range(graph.number_of_nodes())])


@settings(max_examples=150, deadline=None)
@given(walks(), st.integers(0, 90))
def test_every_method_agrees_with_networkx(walk: tuple[nx.DiGraph, dict[int, float]], late: int) -> None:
    """Exact to float32, sweeps and push within their error; dangling mass returns to the seeds; edges in any part."""
    graph, seeds = walk
    source, target, weight = as_arrays(graph)
    ours = Adjacency.from_edges(source[late:], target[late:], weight[late:], nodes=graph.number_of_nodes())
    ours.add_edges(source[:late], target[:late], weight[:late])
    start, weights = np.array(list(seeds)), np.array(list(seeds.values()))
    truth = oracle(graph, seeds)
    error = {
        method: np.abs(personalized_pagerank(ours, start, weights, damping=DAMPING, method=method).scores - truth).sum()
        for method in ("exact", "auto", "push")
    }
    assert error["exact"] < 1e-5
    assert error["auto"] < 0.35
    assert error["push"] < 0.05


def test_one_way_graphs_are_not_left_to_the_sweeps() -> None:
    """On a directed cycle Chebyshev iteration never settles; `auto` notices, and answers exactly."""
    nodes = np.arange(9)
    ring = Adjacency.from_edges(nodes, np.roll(nodes, -1), np.ones(9, np.float32), nodes=9)
    swept, chosen, truth = (
        personalized_pagerank(ring, np.array([0]), np.ones(1), damping=DAMPING, method=method).scores
        for method in ("chebyshev", "auto", "exact")
    )
    assert np.abs(swept - truth).sum() > 0.5
    assert np.abs(chosen - truth).sum() < 1e-5


@settings(max_examples=100, deadline=None)
@given(walks())
def test_sweeps_are_close_where_edges_go_both_ways(walk: tuple[nx.DiGraph, dict[int, float]]) -> None:
    """On undirected graphs, such as those of a memory, eight sweeps come within a quarter of all mass at worst."""
    graph, seeds = walk
    both = nx.DiGraph(graph)
    both.add_weighted_edges_from([(t, s, w) for s, t, w in graph.edges(data="weight")])
    ours = Adjacency.from_edges(*as_arrays(both), nodes=both.number_of_nodes())
    found = personalized_pagerank(
        ours, np.array(list(seeds)), np.array(list(seeds.values())), damping=DAMPING, method="chebyshev"
    )
    assert np.abs(found.scores - oracle(both, seeds)).sum() < 0.25


@settings(max_examples=100, deadline=None)
@given(walks())
def test_scores_are_a_distribution(walk: tuple[nx.DiGraph, dict[int, float]]) -> None:
    """Never negative, never NaN, sum one, whatever the method and the graph."""
    graph, seeds = walk
    ours = Adjacency.from_edges(*as_arrays(graph), nodes=graph.number_of_nodes())
    for method in ("exact", "chebyshev", "push"):
        scores = personalized_pagerank(
            ours, np.array(list(seeds)), np.array(list(seeds.values())), damping=DAMPING, method=method
        ).scores
        assert (scores >= 0).all()
        assert np.isclose(scores.sum(), 1, atol=1e-4)
