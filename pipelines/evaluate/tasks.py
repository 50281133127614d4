"""`python -m pipelines.evaluate tasks`: does guidance help an agent, and does memory find tasks of the same kind?

Without data, an agent plays the three simulated worlds of `pipelines.tasks` in six ways of remembering, beside one
that is told the rules and a bandit that is told the kinds; with `--held-out` two other worlds; with `--data`, questions
of 2WikiMultihopQA and LongMemEval look for questions of their own type. Figures go to stdout. With `--kept FILE`, runs
are kept there as they end, and an interrupted evaluation goes on.
"""

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from graphmem.errors import NotFound
from graphmem.learn.meaning import meanings
from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.rows import Vectors
from pipelines.evaluate.lines import printed
from pipelines.tasks.bounds import BOUNDS, bound
from pipelines.tasks.held_out import HELD_OUT, held_out
from pipelines.tasks.rehearse import rehearse
from pipelines.tasks.simulate import ARMS, Played, play
from pipelines.tasks.worlds import WORLDS, World, worlds

__all__ = ["main"]

#: Student's t, 97.5 %, by degrees of freedom up to 9; further ones are close to the normal.
_T = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)
_NORMAL = 1.96
_QUARTERS = 4


def main(argv: Sequence[str]) -> int:
    """Run the simulation, or with `--data` the search for tasks of the same kind; return 0, 2 for unusable data."""
    asked = _parser().parse_args(argv)
    return printed(_same_kind(asked.data) if asked.data else _simulated(asked))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate tasks", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of benchmark data: look for questions of the same type")
    parser.add_argument("--tasks", type=int, default=300, help="tasks an agent works on")
    parser.add_argument("--seeds", type=int, default=10, help="agents a world and way of remembering")
    parser.add_argument("--first-seed", type=int, default=0, help="the first seed")
    parser.add_argument("--held-out", action="store_true", help="the worlds that were kept for the end")
    parser.add_argument("--kept", type=Path, help="JSON lines: runs that are known, and those that are played now")
    parser.add_argument("--world", choices=WORLDS, action="append", help="only this world; may be repeated")
    parser.add_argument("--arm", choices=list(ARMS), action="append", help="only this way of remembering")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rehearsed", action="store_true", help="without a store: the same outcomes in less time")
    parser.add_argument("--plot", type=Path, help="draw the learning curves here (.png or .svg)")
    return parser


# --- (a) simulated worlds -------------------------------------------------------------------------------------------


def _simulated(asked: argparse.Namespace) -> Iterable[Mapping[str, object]]:
    names, arms = (HELD_OUT if asked.held_out else asked.world or WORLDS), asked.arm or list(ARMS)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    jobs = [(world, arm, seed) for seed in seeds for world in names for arm in arms]
    started = time.perf_counter()
    one = partial(_one, count=asked.tasks, rehearsed=asked.rehearsed)
    played = _played(jobs, one, count=asked.tasks, processes=asked.processes, kept=asked.kept)
    if asked.plot:
        _draw(played, arms, path=asked.plot)
    shown = [*arms, *BOUNDS]
    played += [_bound(world, name, seed, count=asked.tasks) for world in names for name in BOUNDS for seed in seeds]
    for world in (*names, "all"):
        for arm in shown:
            yield _row([p for p in played if world in (p.world, "all") and p.arm == arm], world, arm, count=asked.tasks)
    for ours in ("both", "both + decay"):
        for arm in arms:
            if arm not in ("both", "both + decay") and ours in arms:
                yield _gap(played, ours, arm)
    print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)


def _played(
    jobs: Sequence[tuple[str, str, int]],
    play_one: Callable[..., Played],
    *,
    count: int,
    processes: int,
    kept: Path | None,
) -> list[Played]:
    """Return the runs of the jobs, in their order; those that `kept` holds are not played again."""
    known = _known(kept, count=count) if kept is not None else {}
    due = [job for job in jobs if job not in known]
    with tempfile.TemporaryDirectory(prefix="graphmem-tasks-") as folder, ProcessPoolExecutor(processes) as pool:
        for one in pool.map(partial(play_one, cache=folder), due):
            known[one.world, one.arm, one.seed] = one
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({**asdict(one), "tasks": count}) + "\n")
    return [known[job] for job in jobs]


def _known(kept: Path, *, count: int) -> dict[tuple[str, str, int], Played]:
    lines = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    told = [t for t in map(json.loads, lines) if t["tasks"] == count]
    found = [Played(t["world"], t["arm"], t["seed"], tuple(t["outcomes"])) for t in told]
    return {(p.world, p.arm, p.seed): p for p in found}


@cache
def _embedder(folder: str) -> CachedEmbedder:
    """Return this process' embedder: agents meet the same tasks again and again."""
    return CachedEmbedder(load_embedder(None), Path(folder))


def _one(job: tuple[str, str, int], *, count: int, rehearsed: bool, cache: str) -> Played:
    name, arm, seed = job
    worked = rehearse if rehearsed else play
    return worked(_world(name), arm=arm, seed=seed, count=count, embedder=_embedder(cache))


def _bound(name: str, arm: str, seed: int, *, count: int) -> Played:
    return Played(name, arm, seed, bound(_world(name), name=arm, seed=seed, count=count))


def _world(name: str) -> World:
    return next(w for w in (*worlds(), *held_out()) if w.name == name)


def _row(played: Sequence[Played], world: str, arm: str, *, count: int) -> Mapping[str, object]:
    mean, half = _interval(list(_by_seed(played).values()))
    cuts = [count * n // _QUARTERS for n in range(_QUARTERS + 1)]
    quarters = [100 * _mean([x for p in played for x in p.outcomes[a:b]]) for a, b in pairwise(cuts)]
    return {
        "world": world,
        "arm": arm,
        "success": round(mean, 1),
        "ci95": round(half, 1),
        "quarters": [round(q, 1) for q in quarters],
        "tasks": count,
        "seeds": len(_by_seed(played)),
    }


def _by_seed(played: Iterable[Played]) -> dict[int, float]:
    """Return the success rate of each seed, in percent, over all its worlds."""
    found: dict[int, list[bool | None]] = {}
    for one in played:
        found.setdefault(one.seed, []).extend(one.outcomes)
    return {seed: 100 * _mean(outcomes) for seed, outcomes in found.items()}


def _gap(played: Sequence[Played], ours: str, arm: str) -> Mapping[str, object]:
    """Return by how many points one arm beats another, paired by seed."""
    first, second = (_by_seed([p for p in played if p.arm == a]) for a in (ours, arm))
    mean, half = _interval([first[s] - second[s] for s in first if s in second])
    return {f"{ours} minus": arm, "points": round(mean, 1), "ci95": round(half, 1)}


def _mean(outcomes: Iterable[bool | None]) -> float:
    known = [o for o in outcomes if o is not None]
    return sum(known) / len(known) if known else 0.0


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean, and half the width of its 95 % interval by Student's t."""
    if len(values) < 2:
        return (values[0] if values else 0.0), 0.0
    t = _T[len(values) - 2] if len(values) - 2 < len(_T) else _NORMAL
    return statistics.fmean(values), t * statistics.stdev(values) / len(values) ** 0.5


def _draw(played: Sequence[Played], arms: Sequence[str], *, path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    picture, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    for arm in arms:
        runs = [p.outcomes for p in played if p.arm == arm]
        rates = [100 * _mean(o for run in runs for o in run[max(0, n - 25) : n + 1]) for n in range(len(runs[0]))]
        axes.plot(rates, label=arm)
    axes.axvline(len(played[0].outcomes) / 2, color="#8d949e", linestyle="--", linewidth=1)
    axes.set_xlabel("task (half the rules change at the dashed line)")
    axes.set_ylabel("success over the last 25 tasks, %")
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    picture.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(picture)


# --- (b) the same kind of task --------------------------------------------------------------------------------------


def _same_kind(data: Path) -> Iterable[Mapping[str, object]]:
    embedder = load_embedder(None)
    for name, questions in (("2wiki", _two_wiki(data)), ("longmemeval", _long(data))):
        texts, labels = [q for q, _ in questions], np.array([t for _, t in questions])
        for system, vectors in (("cosine", embedder.embed(texts)), ("graphmem", meanings(embedder, texts))):
            yield {"set": name, "system": system, "n": len(texts), **_hits(vectors, labels)}


def _hits(vectors: Vectors, labels: np.ndarray[Any, Any]) -> Mapping[str, float]:
    """Return, in percent: hit@5 (any of the five nearest is of the type) and precision@5."""
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    nearest = np.argsort(-similar, axis=1, kind="stable")[:, :5]
    same = labels[nearest] == labels[:, None]
    return {"hit@5": round(100 * float(same.any(axis=1).mean()), 1), "precision@5": round(100 * float(same.mean()), 1)}


def _two_wiki(data: Path) -> list[tuple[str, str]]:
    return [
        (q["question"], q["question_type"]) for q in _read(data / "multihop/2wiki/questions_dev.json.gz", json.load)
    ]


def _long(data: Path) -> list[tuple[str, str]]:
    told = _read(data / "longmemeval/longmemeval_s_dev.jsonl.gz", lambda file: [json.loads(line) for line in file])
    return [(q["question"], q["question_type"]) for q in told]


def _read(path: Path, parse: Callable[[Any], list[Mapping[str, str]]]) -> list[Mapping[str, str]]:
    if not path.exists():
        raise NotFound(f"there is no {path}: give the folder that holds multihop/ and longmemeval/")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return parse(file)
