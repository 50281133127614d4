"""PageRank's edges: what is refused, what a single node gets, what the log scale does."""

import numpy as np
import pytest

from graphmem.errors import InvalidInput
from graphmem.graph.csr import Adjacency
from graphmem.graph.pagerank import FLOOR, Method, log_scores, personalized_pagerank

METHODS: tuple[Method, ...] = ("auto", "chebyshev", "push", "exact")


def ring(nodes: int) -> Adjacency:
    one = np.arange(nodes)
    other = (one + 1) % nodes
    both = np.concatenate([one, other]), np.concatenate([other, one])
    return Adjacency.from_edges(*both, np.ones(2 * nodes), nodes=nodes)


@pytest.mark.parametrize("method", METHODS)
def test_a_single_node_keeps_everything(method: Method) -> None:
    """A lone node without edges holds the whole walk."""
    found = personalized_pagerank(Adjacency(1), np.array([0]), np.array([3.0]), method=method)
    assert found.scores.tolist() == [1.0]
    assert found.scores.dtype == np.float32


@pytest.mark.parametrize("method", METHODS)
def test_what_the_seeds_cannot_reach_gets_next_to_nothing(method: Method) -> None:
    """Another component gets nothing from iterations, and from push no more than its share of the remainder."""
    graph = ring(8)
    graph.grow(16)
    graph.add_edges(np.arange(8, 15), np.arange(9, 16), np.ones(7))
    found = personalized_pagerank(graph, np.array([0]), np.array([1.0]), method=method)
    assert found.scores[8:].sum() <= (found.residual if method == "push" else 0)


@pytest.mark.parametrize("method", METHODS)
def test_the_graph_may_change_between_walks(method: Method) -> None:
    """A new edge shows in the next walk: nothing prepared for the old graph is used again."""
    graph = ring(6)
    before = personalized_pagerank(graph, np.array([0]), np.array([1.0]), method=method).scores
    graph.add_edges(np.array([0]), np.array([3]), np.array([50.0]))
    after = personalized_pagerank(graph, np.array([0]), np.array([1.0]), method=method).scores
    assert after[3] > 2 * before[3]


@pytest.mark.parametrize("method", METHODS)
def test_repeated_seeds_add_up(method: Method) -> None:
    """Two halves of a seed are one whole, and weights need not sum to one."""
    one = personalized_pagerank(ring(9), np.array([4]), np.array([1.0]), method=method)
    two = personalized_pagerank(ring(9), np.array([4, 4]), np.array([2.0, 3.0]), method=method)
    np.testing.assert_allclose(one.scores, two.scores, rtol=1e-5)


@pytest.mark.parametrize(
    ("seeds", "weights", "damping"),
    [
        ([], [], 0.8),
        ([0], [0.0], 0.8),
        ([0], [-1.0], 0.8),
        ([0], [float("nan")], 0.8),
        ([0, 1], [1.0], 0.8),
        ([9], [1.0], 0.8),
        ([-1], [1.0], 0.8),
        ([0], [1.0], 1.0),
        ([0], [1.0], 0.0),
    ],
)
def test_walks_without_a_start_are_refused(seeds: list[int], weights: list[float], damping: float) -> None:
    """No seeds, worthless seeds, unknown seeds or a damping outside (0, 1): InvalidInput."""
    with pytest.raises(InvalidInput):
        personalized_pagerank(ring(3), np.array(seeds, dtype=int), np.array(weights), damping=damping)


def test_an_unknown_method_is_refused() -> None:
    """A method by another name is an error, not a silent default."""
    with pytest.raises(InvalidInput):
        personalized_pagerank(ring(3), np.array([0]), np.array([1.0]), method="magic")  # type: ignore[arg-type]  # refused on purpose


def test_log_scores_never_leave_their_range() -> None:
    """Zero is the floor, one is zero, order is kept."""
    found = log_scores(np.array([0.0, 1e-9, 1e-3, 1.0], dtype=np.float32))
    np.testing.assert_allclose(found, [np.log(FLOOR), np.log(FLOOR), np.log(1e-3), 0.0], rtol=1e-5)
