"""Personalized PageRank on an `Adjacency`: exact, by Chebyshev iteration, or by forward push with a global remainder.

All three find x = damping P'x + (1 - damping) s, where s are the seeds, P the row-normalised weights, and mass that
reaches a node without a way out goes back to the seeds (as networkx does). Sending it back only scales the solution,
so the kernels let it vanish and scale the result to sum 1.

Forward push: Andersen, Chung, Lang, FOCS 2006. Chebyshev iteration: Golub and Varga, Numer. Math. 3, 1961. The global
remainder hands what push left unpushed to where mass ends up on the whole graph, instead of dropping it.
"""

from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from graphmem.errors import InvalidInput
from graphmem.graph.csr import Adjacency

__all__ = ["FLOOR", "PUSH_FROM", "Method", "PageRank", "log_scores", "personalized_pagerank"]

Method = Literal["auto", "chebyshev", "push", "exact"]
_Floats = npt.NDArray[np.float32]

#: Directed edges from which on `auto` pushes: below, eight sweeps over all edges cost less and are closer.
PUSH_FROM = 250_000
#: Push accuracy per out-edge: 1e-4 is three times as fast and loses half as much again of the top 50.
PUSH_EPSILON = 1e-5
#: Sweeps of Chebyshev iteration and its assumed spectral radius; .6 to .7 is best from seeds.
SWEEPS, RADIUS = 8, 0.7
#: Last L1 change of Chebyshev iteration above which it is not trusted: its bound holds for edges that go both ways, and
#: on a directed cycle it never settles.
UNSETTLED = 0.2
#: Sweeps that turn weighted in-degrees into the global distribution of what push leaves.
GLOBAL_SWEEPS = 8
#: Smallest score told apart on a log scale.
FLOOR = 1e-7


@dataclass(frozen=True, slots=True)
class PageRank:
    """The walk's stationary distribution.

    Args:
        scores: n float32, >= 0, sum 1.
        residual: what is not settled, 0 to about 1: the mass push left to the global remainder, or the L1 norm of the
            last change of an iteration.
    """

    scores: _Floats
    residual: float


def personalized_pagerank(
    graph: Adjacency,
    seeds: npt.NDArray[np.integer],
    weights: npt.NDArray[np.floating],
    *,
    damping: float = 0.8,
    method: Method = "auto",
) -> PageRank:
    """Return how often a walk that restarts at the seeds visits each node.

    Args:
        graph: n nodes.
        seeds: k node numbers, k >= 1; repeats add up.
        weights: k restart weights, finite, >= 0, not all 0; scaled to sum 1 here.
        damping: probability to walk on rather than restart, in (0, 1).
        method: `exact` is float64 power iteration to an L1 change of 1e-12; `chebyshev` 8 sweeps; `push` touches only
            the seeds' surroundings; `auto` takes `chebyshev` below `PUSH_FROM` edges, `exact` where that did not settle
            (edges that all lead one way), and `push` on larger graphs.

    Raises:
        InvalidInput: no seeds, or seeds, weights, damping or method out of range.
    """
    _check(graph, seeds, weights, damping=damping)
    start = np.zeros(graph.nodes)
    np.add.at(start, seeds, weights / weights.sum())
    if method == "auto":
        return _auto(graph, start, damping=damping)
    match method:
        case "exact":
            return _power(graph, start, damping=damping)
        case "chebyshev":
            return _chebyshev(graph, start.astype(np.float32), damping=damping)
        case "push":
            return _push(graph, start.astype(np.float32), damping=damping)
        case _:
            raise InvalidInput(f"method {method!r} is not one of auto, chebyshev, push, exact")


def _auto(graph: Adjacency, start: npt.NDArray[np.float64], *, damping: float) -> PageRank:
    if graph.entries >= PUSH_FROM:
        return _push(graph, start.astype(np.float32), damping=damping)
    swept = _chebyshev(graph, start.astype(np.float32), damping=damping)
    return swept if swept.residual <= UNSETTLED else _power(graph, start, damping=damping)


def log_scores(scores: _Floats, *, floor: float = FLOOR) -> _Floats:
    """Return ln max(score, floor), the scale on which PageRank adds up with other signals, float32, in [ln floor, 0].

    Min-max of raw scores throws most of their gain away: they span five orders of magnitude. On 2Wiki the floor makes
    no difference to R@5 between 1e-7 and 1e-4 (docs/graph-kernels.md).
    """
    return np.log(np.maximum(scores, np.float32(floor)))


def _check(
    graph: Adjacency, seeds: npt.NDArray[np.integer], weights: npt.NDArray[np.floating], *, damping: float
) -> None:
    if not 0 < damping < 1:
        raise InvalidInput(f"damping is {damping}; it must lie between 0 and 1")
    if not len(seeds) or len(seeds) != len(weights):
        raise InvalidInput(f"{len(seeds)} seeds with {len(weights)} weights; give at least one seed, and a weight each")
    if seeds.min() < 0 or seeds.max() >= graph.nodes:
        raise InvalidInput(f"seeds must be nodes 0 to {graph.nodes - 1}")
    if not np.isfinite(weights).all() or weights.min() < 0 or weights.sum() <= 0:
        raise InvalidInput("seed weights must be finite, 0 or more, and not all 0")


def _scaled(scores: npt.NDArray[np.floating], residual: float) -> PageRank:
    positive = np.maximum(scores, 0)
    return PageRank((positive / positive.sum()).astype(np.float32, copy=False), residual)


def _power(graph: Adjacency, start: npt.NDArray[np.float64], *, damping: float) -> PageRank:
    """Iterate until the L1 change is below 1e-12: at most ln(1e-12) / ln(damping) sweeps, as each shrinks it."""
    scores, change = start, 1.0
    while change > 1e-12:
        last = scores
        scores = damping * graph.pull(scores) + (1 - damping) * start
        change = float(np.abs(scores - last).sum())
    return _scaled(scores, change)


def _chebyshev(graph: Adjacency, start: _Floats, *, damping: float) -> PageRank:
    """Chebyshev semi-iteration: each sweep extrapolates from the two before it."""
    reset, pull = np.float32(1 - damping) * start, np.float32(damping)
    before, scores, weight = np.zeros_like(start), start, 1.0
    for sweep in range(SWEEPS):
        weight = _chebyshev_weight(sweep, weight)
        swept = pull * graph.pull(scores) + reset
        before, scores = scores, np.float32(weight) * swept + np.float32(1 - weight) * before
    return _scaled(scores, float(np.abs(scores - before).sum()))


def _chebyshev_weight(sweep: int, last: float) -> float:
    if sweep == 0:
        return 1.0
    return 1 / (1 - RADIUS**2 / 2) if sweep == 1 else 1 / (1 - RADIUS**2 * last / 4)


def _push(graph: Adjacency, start: _Floats, *, damping: float) -> PageRank:
    """Push mass outwards, a whole frontier at a time, until no node holds `PUSH_EPSILON` per out-edge."""
    space = _workspace(graph)
    settled, left = space.borrow()
    settled.fill(0)
    left[:] = start
    frontier = np.flatnonzero(left >= space.threshold)
    while len(frontier):
        mass = left[frontier]
        settled[frontier] += np.float32(1 - damping) * mass
        left[frontier] = 0
        reached = graph.neighbours(frontier)
        share = np.float32(damping) * mass * space.per_weight[frontier]
        np.add.at(left, reached.targets, np.repeat(share, reached.counts) * reached.weights)
        # A sort of the few is cheaper than a mark array over all nodes, and gives a fixed order of summation.
        heavy = left[reached.targets] >= space.threshold[reached.targets]
        frontier = np.unique(reached.targets[heavy]).astype(np.intp)
    remainder = float(left.sum())
    scores = settled + np.float32(1 - damping) * left + np.float32(damping * remainder) * space.globally
    space.give_back(settled, left)
    return _scaled(scores, remainder)


class _Workspace:
    """What push needs of one version of a graph, made once: thresholds, reciprocal sums, the global distribution."""

    globally: _Floats

    def __init__(self, graph: Adjacency, *, earlier: "_Workspace | None") -> None:
        sums = graph.weight_sums
        self.version, self.base_version = graph.version, graph.base_version
        self.threshold = (PUSH_EPSILON * np.maximum(graph.degrees, 1)).astype(np.float32)
        self.per_weight = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
        # It moves slowly: the one of the last merge serves, new nodes having no share of it.
        stale = earlier is None or earlier.base_version != graph.base_version
        self.globally = _global_distribution(graph) if stale or earlier is None else _padded(earlier.globally, graph)
        self._free: list[tuple[_Floats, _Floats]] = []

    def borrow(self) -> tuple[_Floats, _Floats]:
        """Two arrays of n float32 with anything in them: made once per concurrent walk, then used again."""
        nodes = len(self.threshold)
        return self._free.pop() if self._free else (np.empty(nodes, np.float32), np.empty(nodes, np.float32))

    def give_back(self, settled: _Floats, left: _Floats) -> None:
        """Keep borrowed arrays for the next walk."""
        self._free.append((settled, left))


def _global_distribution(graph: Adjacency) -> _Floats:
    """Where mass ends up that starts anywhere: weighted in-degrees, swept a few times."""
    spread = graph.in_weights()
    if spread.sum() <= 0:
        return np.zeros_like(spread)
    spread /= spread.sum()
    for _ in range(GLOBAL_SWEEPS):
        spread = graph.pull(spread).astype(np.float32)
    total = spread.sum()
    return spread / total if total > 0 else spread


def _padded(spread: _Floats, graph: Adjacency) -> _Floats:
    return np.concatenate([spread, np.zeros(graph.nodes - len(spread), dtype=np.float32)])


_workspaces: WeakKeyDictionary[Adjacency, _Workspace] = WeakKeyDictionary()


def _workspace(graph: Adjacency) -> _Workspace:
    """The workspace of the graph's present version; a stale one is replaced."""
    space = _workspaces.get(graph)
    if space is None or space.version != graph.version:
        space = _workspaces[graph] = _Workspace(graph, earlier=space)
    return space
