"""Every figure of the documentation in one go: `python -m pipelines.bench --data FOLDER --out FOLDER`.

Runs each measurement as a command of its own, leaves its JSON lines in `OUT/<name>.jsonl` (what
`python -m pipelines.report OUT` reads), its per-question lines in `OUT/questions/`, and in `OUT/recall-at-size.svg` how
the cost of a recall grows with the memory. One that fails, or whose data is
not there, is said aloud and does not stop the others. `--only` picks measurements by the beginning of their names.
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
    asked = parser.parse_args(argv)
    if not asked.data.is_dir():
        print(f"bench: no benchmark data at {asked.data}: make bench DATA=FOLDER", file=sys.stderr)
        return 2
    (asked.out / "questions").mkdir(parents=True, exist_ok=True)
    chosen = [m for m in measurements(asked.data, out=asked.out) if m.name.startswith(tuple(asked.only))]
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
    """Yield every measurement, the quick ones first."""
    python, cache = sys.executable, str(out / "cache")
    options: tuple[str, ...]
    sets = [("locomo", data / "locomo"), ("longmemeval", data / "longmemeval" / "longmemeval_s_dev.jsonl.gz")]
    sets += [("multihop", data / "multihop" / name) for name in _MULTIHOP]
    for embedder in ("minilm", "bge-small"):
        for dataset, path in sets:
            name = f"{path.name if dataset == 'multihop' else dataset}-{embedder}"
            options = ("--data", str(path), "--embedder", embedder, "--cache", cache, "--folds")
            kept = ("--out", str(out / "questions" / f"{name}.jsonl"), "--plot", str(out / f"{name}.svg"))
            yield Measurement(name, (python, "-m", "pipelines.evaluate", dataset, *options, *kept), path)
    for name in ("2wiki", "musique", "hotpotqa"):
        path = data / "multihop" / name
        options = ("--data", str(path), "--cache", cache, "--no-titles", "--no-facts", "--folds")
        yield Measurement(f"{name}-no-titles", (python, "-m", "pipelines.evaluate", "multihop", *options), path)
    chats = sets[1][1]
    asked = (python, "-m", "pipelines.evaluate", "longmemeval_assistant", "--data", str(chats), "--cache", cache)
    yield Measurement("assistant-answers", asked, chats)
    mixed = (python, "-m", "pipelines.evaluate", "mixed", "--data", str(data), "--cache", cache)
    yield Measurement("mixed", mixed, data / "locomo")
    graph = data / "graphs" / "debian_packages.tsv.gz"
    wiki = str(data / "multihop" / "2wiki" / "corpus.json.gz")
    yield Measurement(
        "pagerank", (python, "-m", "pipelines.bench_pagerank", "--data", str(graph), "--corpus", wiki), graph
    )
    yield Measurement("ingest", (python, "-m", "tests.bench.ingest", "--data", str(data)), data / "locomo")
    yield Measurement(
        "scale", (python, "-m", "tests.bench.scale", "--data", str(data), "--cache", cache), data / "locomo"
    )
    for version in VERSIONS:
        for name, module in (("equality", "pipelines.equality"), ("neo4j-scale", "tests.bench.neo4j_scale")):
            options = ("--data", str(data), "--cache", cache, "--version", version)
            yield Measurement(f"{name}-{version}", (python, "-m", module, *options), data / "locomo")
    yield Measurement("kill", (python, "-m", "tests.crash.kill_test", "--kills", "100"), _ROOT)
    yield Measurement("two-writers", (python, "-m", "tests.crash.two_writers", "--size", "2000"), _ROOT)
    yield Measurement("carb", (python, "-m", "pipelines.carb", "--data", str(data / "carb")), data / "carb")
    yield Measurement("resolution", (python, "-m", "pipelines.resolution", "--data", str(data)), data)


if __name__ == "__main__":
    sys.exit(main())
