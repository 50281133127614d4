"""Every figure of the documentation in one go: `python -m pipelines.bench --data FOLDER --out FOLDER`.

Runs each measurement as a command of its own, leaves its JSON lines in `OUT/<name>.jsonl` (what
`python -m pipelines.report OUT` reads), its per-question lines in `OUT/questions/`, and in `OUT/recall-at-size.svg` how
the cost of a recall grows with the memory. One that fails, or whose data is not there, is said aloud and does not stop
the others. `--only` picks measurements by the beginning of their names, `--list` tells the commands and runs none.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphmem.testing.neo4j import VERSIONS
from pipelines import bench_plot

__all__ = ["Measurement", "main", "measurements"]

_ROOT = Path(__file__).resolve().parent.parent
_MULTIHOP = ("2wiki", "musique", "hotpotqa", "musique_openie")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A command whose stdout holds JSON lines, and the data it needs."""

    name: str
    command: tuple[str, ...]
    needs: Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run the measurements; return 0, 1 where one failed, 2 where there is no data."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.bench", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--out", type=Path, required=True, help="folder for results")
    parser.add_argument("--only", nargs="+", default=[""], help="names, or beginnings of names")
    parser.add_argument("--list", action="store_true", help="tell the commands, run none")
    asked = parser.parse_args(argv)
    if not asked.data.is_dir():
        print(f"bench: no benchmark data at {asked.data}: make bench DATA=FOLDER", file=sys.stderr)
        return 2
    chosen = [m for m in measurements(asked.data, out=asked.out) if m.name.startswith(tuple(asked.only))]
    if asked.list:
        print("\n".join(f"{m.name}: {' '.join(m.command[1:])}" for m in chosen))
        return 0
    (asked.out / "questions").mkdir(parents=True, exist_ok=True)
    missing = [name for m in chosen if (name := _run(m, out=asked.out))]
    bench_plot.main([str(asked.out), "--svg", str(asked.out / "recall-at-size.svg")])
    if missing:
        print(f"bench: no figures from {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def _run(measurement: Measurement, *, out: Path) -> str:
    """Run one measurement and keep its JSON lines; return its name if there are none."""
    if not measurement.needs.exists():
        print(f"bench: {measurement.name} left out: no data at {measurement.needs}", file=sys.stderr)
        return measurement.name
    print(f"bench: {measurement.name} ...", file=sys.stderr, flush=True)
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(measurement.command, stdout=subprocess.PIPE, text=True, env=environment, check=False)  # noqa: S603
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    print(f"bench: {measurement.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    if done.returncode or not lines:
        return measurement.name
    (out / f"{measurement.name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ""


def measurements(data: Path, *, out: Path) -> Iterator[Measurement]:
    """Yield every measurement: of recall, of facts and learning, and what they cost at size."""
    yield from _recalling(data, out=out)
    yield from _learning(data, cache=out / "cache")
    yield from _costs(data, cache=out / "cache")


def _recalling(data: Path, *, out: Path) -> Iterator[Measurement]:
    chats = _chats(data)
    passages = [("multihop", data / "multihop" / name) for name in _MULTIHOP]
    cache = ("--cache", str(out / "cache"))
    for embedder in ("minilm", "bge-small"):
        for dataset, path in chats + passages:
            name = f"{path.name if dataset == 'multihop' else dataset}-{embedder}"
            kept = ("--out", str(out / "questions" / f"{name}.jsonl"), "--plot", str(out / f"{name}.svg"))
            drawn = ("--no-facts",) if dataset == "multihop" else ()  # passages are ranked without them
            yield _evaluated(name, dataset, "--embedder", embedder, "--folds", *drawn, *cache, *kept, data=path)
        for dataset, path in chats:
            ranked = ("--embedder", embedder, "--rerank", "tokens", "--folds")
            yield _evaluated(f"{dataset}-tokens-{embedder}", dataset, *ranked, *cache, data=path)
    for _, path in passages[:3]:
        options = ("--no-titles", "--no-facts", "--folds", *cache)
        yield _evaluated(f"{path.name}-no-titles", "multihop", *options, data=path)
    yield _evaluated("longmemeval-assistant", "longmemeval_assistant", *cache, data=chats[1][1])
    yield _evaluated("mixed", "mixed", *cache, data=data)


def _learning(data: Path, *, cache: Path) -> Iterator[Measurement]:
    for name, path in _chats(data):
        for asked in ("learning", "segments"):
            yield _evaluated(f"{asked}-{name}", asked, name, "--cache", str(cache), data=path)
    yield _command("tasks", "pipelines.evaluate", "tasks", "--rehearsed")
    yield _command("tasks-held-out", "pipelines.evaluate", "tasks", "--rehearsed", "--held-out")
    yield _evaluated("tasks-same-type", "tasks", data=data)
    yield _evaluated("mquake", "mquake", data=data)
    yield _evaluated("timephrases", "timephrases", data=data)
    yield _command("biographies", "pipelines.evaluate", "biographies")
    yield _command("carb", "pipelines.carb", data=data / "carb")
    yield _command("resolution", "pipelines.resolution", data=data)


def _costs(data: Path, *, cache: Path) -> Iterator[Measurement]:
    graph = data / "graphs" / "debian_packages.tsv.gz"
    wiki = data / "multihop" / "2wiki" / "corpus.json.gz"
    kept = ("--cache", str(cache))
    yield _command("pagerank", "pipelines.bench_pagerank", "--corpus", str(wiki), data=graph)
    yield _command("validity", "tests.bench.bench_validity")
    yield _command("ingest", "tests.bench.ingest", data=data)
    yield _command("scale", "tests.bench.scale", "--tokens", *kept, data=data)
    yield _command("guidance", "tests.bench.learning", *kept, data=data)
    for version in VERSIONS:
        server = ("--version", version)
        yield _command(f"equality-{version}", "pipelines.equality", *kept, *server, data=data)
        yield _command(f"neo4j-scale-{version}", "tests.bench.neo4j_scale", *kept, *server, data=data)
        yield _command(f"ingest-neo4j-{version}", "tests.bench.ingest", "--limit", "1", *server, data=data)
    yield _command("kill", "tests.crash.kill_test", "--kills", "100")
    yield _command("two-writers", "tests.crash.two_writers", "--size", "2000")


def _chats(data: Path) -> list[tuple[str, Path]]:
    return [("locomo", data / "locomo"), ("longmemeval", data / "longmemeval" / "longmemeval_s_dev.jsonl.gz")]


def _evaluated(name: str, *arguments: str, data: Path) -> Measurement:
    return _command(name, "pipelines.evaluate", *arguments, data=data)


def _command(name: str, module: str, *arguments: str, data: Path | None = None) -> Measurement:
    options = () if data is None else ("--data", str(data))
    return Measurement(name, (sys.executable, "-m", module, *arguments, *options), data or _ROOT)


if __name__ == "__main__":
    sys.exit(main())
