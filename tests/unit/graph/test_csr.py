"""The growing graph: base and delta are one graph to whoever reads it."""

import numpy as np
import pytest

from graphmem.errors import InvalidInput
from graphmem.graph.csr import Adjacency


def edges(*triples: tuple[int, int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    source, target, weight = zip(*triples, strict=True)
    return np.array(source), np.array(target), np.array(weight, dtype=np.float32)


def dense(graph: Adjacency) -> np.ndarray:
    matrix = np.zeros((graph.nodes, graph.nodes), dtype=np.float32)
    for node in range(graph.nodes):
        found = graph.neighbours(np.array([node]))
        np.add.at(matrix[node], found.targets, found.weights)
    return matrix


@pytest.fixture
def graph() -> Adjacency:
    return Adjacency.from_edges(*edges((0, 1, 2.0), (0, 2, 1.0), (2, 0, 4.0)), nodes=3)


def test_parallel_edges_add_up(graph: Adjacency) -> None:
    """An edge told twice weighs as much as both, in the base and across base and delta."""
    graph.add_edges(*edges((0, 1, 3.0), (0, 1, 1.0)))
    assert dense(graph)[0].tolist() == [0, 6, 1]
    assert graph.weight_sums.tolist() == [7, 0, 4]


def test_delta_and_base_are_one_graph(graph: Adjacency) -> None:
    """Neighbours, sums, flows and in-weights are the same before and after the delta is folded in."""
    graph.grow(5)
    graph.add_edges(*edges((3, 4, 1.0), (1, 3, 2.0), (0, 4, 5.0)))
    assert graph.delta_entries == 3
    mass = np.linspace(0.1, 0.5, 5).astype(np.float32)
    before = (dense(graph), graph.weight_sums, graph.pull(mass), graph.in_weights())
    graph.merge()
    assert graph.delta_entries == 0
    for told, merged in zip(
        before, (dense(graph), graph.weight_sums, graph.pull(mass), graph.in_weights()), strict=True
    ):
        np.testing.assert_allclose(told, merged, rtol=1e-6)


def test_the_delta_is_folded_in_when_it_grows_large() -> None:
    """A delta beyond its share is merged without being asked."""
    graph = Adjacency(3, merge_share=0.0, merge_floor=1)
    graph.add_edges(*edges((0, 1, 1.0)))
    assert graph.delta_entries == 1
    graph.add_edges(*edges((1, 2, 1.0)))
    assert (graph.delta_entries, graph.entries) == (0, 2)


def test_neighbours_keep_the_order_asked(graph: Adjacency) -> None:
    """Edges come source by source in the order asked, those of base and delta together."""
    graph.add_edges(*edges((2, 1, 7.0)))
    found = graph.neighbours(np.array([2, 0, 1]))
    assert found.counts.tolist() == [2, 2, 0]
    assert sorted(found.targets[:2].tolist()) == [0, 1]
    assert sorted(found.targets[2:].tolist()) == [1, 2]


def test_removed_nodes_have_no_edges(graph: Adjacency) -> None:
    """A removed node neither gives nor takes mass, and its neighbours' sums forget it, before and after a merge."""
    graph.add_edges(*edges((1, 2, 1.0)))
    graph.remove_nodes(np.array([2]))
    assert graph.weight_sums.tolist() == [2, 0, 0]
    assert graph.pull(np.ones(3)).tolist() == [0, 1, 0]
    graph.merge()
    assert graph.entries == 1


def test_every_change_has_a_version(graph: Adjacency) -> None:
    """What is derived from a graph can tell that it is stale."""
    seen = [graph.version]
    for change in (lambda: graph.grow(4), lambda: graph.add_edges(*edges((3, 0, 1.0))), graph.merge):
        change()
        seen.append(graph.version)
    assert seen == sorted(set(seen))


@pytest.mark.parametrize(
    "wrong",
    [edges((0, 3, 1.0)), edges((-1, 0, 1.0)), edges((0, 1, 0.0)), edges((0, 1, float("nan"))), edges((0, 1, -1.0))],
)
def test_wrong_edges_are_refused(graph: Adjacency, wrong: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Nodes outside and weights that are not finite and positive change nothing."""
    before = dense(graph)
    with pytest.raises(InvalidInput):
        graph.add_edges(*wrong)
    np.testing.assert_array_equal(dense(graph), before)


def test_lengths_must_agree_and_graphs_never_shrink(graph: Adjacency) -> None:
    """Ragged edges and a smaller size are refused with the mend."""
    with pytest.raises(InvalidInput):
        graph.add_edges(np.array([0]), np.array([1, 2]), np.array([1.0]))
    with pytest.raises(InvalidInput):
        graph.grow(2)
    with pytest.raises(InvalidInput):
        Adjacency(-1)
