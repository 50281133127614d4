"""Time Personalized PageRank on real graphs and compare its top 50 with converged power iteration.

`python -m pipelines.bench_pagerank --data EDGES.tsv.gz` reads lines `subject<TAB>relation<TAB>object` of integer ids;
`--corpus CORPUS.json.gz` builds the passage graph of a list of `{title, text}` as recall does. Seeds are drawn with
`--seed`; overlap leaves the seeds out. One line a method to stderr, one JSON object to stdout.
"""

import argparse
import gzip
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO, cast

import numpy as np
import numpy.typing as npt

from graphmem.graph.csr import Adjacency
from graphmem.graph.pagerank import Method, personalized_pagerank
from graphmem.read.library import Library
from graphmem.text.mentions import mentions_of

TOP = 50
METHODS: tuple[Method, ...] = ("auto", "push", "chebyshev")


@dataclass(frozen=True)
class Measured:
    """One method on one graph: times in milliseconds over all queries, overlap as the mean share of the top 50.

    `median_cpu_ms` is the thread's own time: on a busy machine it tells the kernel from the waiting.
    """

    graph: str
    nodes: int
    entries: int
    method: str
    queries: int
    seeds: int
    seed: int
    median_ms: float
    p95_ms: float
    median_cpu_ms: float
    overlap: float


def opened(path: Path) -> TextIO:
    """Open a text file, gzip or plain."""
    return cast(
        TextIO, gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    )


def edge_graph(path: Path) -> Adjacency:
    """Read typed edges as an undirected graph of unit weights; parallel edges add up, loops are left out."""
    with opened(path) as lines:
        edges = np.array([(fields[0], fields[2]) for fields in (line.split("\t") for line in lines)], dtype=np.int64)
    edges = edges[edges[:, 0] != edges[:, 1]]
    both = np.concatenate([edges, edges[:, ::-1]])
    return Adjacency.from_edges(both[:, 0], both[:, 1], np.ones(len(both)), nodes=int(edges.max()) + 1)


def corpus_graph(path: Path) -> Adjacency:
    """Build the passage graph of a corpus."""
    with opened(path) as file:
        passages = json.load(file)
    library = Library()
    for row, passage in enumerate(passages):
        title, text = passage["title"], passage["text"]
        mentions = [(m.key, m.weight, m.about) for m in mentions_of(text, title, document=True)]
        library.add(row, title=title, text=text, mentions=mentions)
    return library.graph()


@dataclass(frozen=True)
class Start:
    """Where one query's walk begins: k nodes and their weights."""

    nodes: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """One query's time on the clock and on the processor in milliseconds, and its top nodes without the seeds."""

    wall: float
    cpu: float
    top: frozenset[int]


def starts(graph: Adjacency, *, seeds: int, queries: int, seed: int) -> list[Start]:
    """Draw the queries' seeds, among nodes with edges, and their weights."""
    random = np.random.default_rng(seed)
    connected = np.flatnonzero(graph.degrees > 0)
    return [Start(random.choice(connected, seeds, replace=False), random.random(seeds)) for _ in range(queries)]


def run(graph: Adjacency, start: Start, *, method: Method) -> Run:
    """Walk once, timed."""
    wall, cpu = time.perf_counter(), time.thread_time()
    scores = personalized_pagerank(graph, start.nodes, start.weights, method=method).scores
    wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
    scores[start.nodes] = -1
    return Run(1e3 * wall, 1e3 * cpu, frozenset(np.argsort(-scores, kind="stable")[:TOP].tolist()))


def measure(graph: Adjacency, name: str, *, seeds: int, queries: int, seed: int) -> list[Measured]:
    """Measure every method on the same queries, after one run that prepares the graph."""
    drawn = starts(graph, seeds=seeds, queries=queries, seed=seed)
    truth = [run(graph, start, method="exact").top for start in drawn]
    found = []
    for method in METHODS:
        run(graph, drawn[0], method=method)
        runs = [run(graph, start, method=method) for start in drawn]
        walls = np.array([one.wall for one in runs])
        found.append(
            Measured(
                graph=name,
                nodes=graph.nodes,
                entries=graph.entries,
                method=method,
                queries=queries,
                seeds=seeds,
                seed=seed,
                median_ms=round(float(np.median(walls)), 2),
                p95_ms=round(float(np.quantile(walls, 0.95)), 2),
                median_cpu_ms=round(float(np.median([one.cpu for one in runs])), 2),
                overlap=round(float(np.mean([len(r.top & t) / TOP for r, t in zip(runs, truth, strict=True)])), 4),
            )
        )
    return found


def told(row: Measured) -> str:
    """Render a row for people."""
    times = f"{row.median_ms:7.2f} ms  p95 {row.p95_ms:7.2f}  processor {row.median_cpu_ms:6.2f}"
    return f"{row.graph}  {row.method:9}  {times}  overlap {row.overlap:.3f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 2 where a file is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="typed edges, tab-separated, plain or gzip")
    parser.add_argument("--corpus", type=Path, help="a JSON list of {title, text}, plain or gzip")
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    chosen = [(path, build) for path, build in ((options.data, edge_graph), (options.corpus, corpus_graph)) if path]
    if not chosen:
        parser.error("give --data, --corpus or both")
    rows: list[Measured] = []
    for path, build in chosen:
        if not path.is_file():
            print(f"{path} is not a file", file=sys.stderr)
            return 2
        rows += measure(build(path), path.name, seeds=options.seeds, queries=options.queries, seed=options.seed)
    for row in rows:
        print(told(row), file=sys.stderr)
    print(json.dumps({"pagerank": [asdict(row) for row in rows]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
