"""Writing, opening and recall on Neo4j at size: `python -m tests.bench.neo4j_scale --data FOLDER`.

Three measurements on one server, each a JSON object: turns a second told end to end by `remember` with the real models
(`--told` of them); rows a second written in bulk by `Store.save` (up to each of `--interactions`, three facts each);
and, at each of these sizes in fresh processes, how long the memory takes to open without a snapshot of its index (split
into reading from the server, taking texts apart and building) and with one, and the milliseconds of a recall. The
server is `--neo4j neo4j://user:password@host:port`, else one is assembled, with room for the size. Only namespaces that
begin with `bench` are written, and erased afterwards.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

from graphmem import Memory
from graphmem.models.registry import load_embedder
from graphmem.ports import Embedder
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.neo4j import VERSIONS, AssembledServer, NoServer
from graphmem.write.extract import SpacyExtractor
from pipelines.evaluate.cases import Unit
from pipelines.evaluate.datasets import load
from tests.bench.material import Piece
from tests.bench.opening import spending
from tests.bench.scale import ASKED, CHUNK, NAMESPACE, REPEATED, Material, milliseconds, percentile, tell, write

FACTS_EACH = 3
#: Turns that warm a server up.
WARMING = 100
POM = Path(__file__).resolve().parents[1] / "neo4j" / "pom.xml"
#: Carries the address with its password to the measuring process, which an argument would show to everybody.
ADDRESS = "GRAPHMEM_BENCH_NEO4J"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the benchmark data")
    parser.add_argument("--told", type=int, default=1_000, help="turns told end to end")
    parser.add_argument("--interactions", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--neo4j", help="address of a server, with user and password; else one is assembled")
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0])
    parser.add_argument("--cache", type=Path, help="keep vectors and parses here")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measured(os.environ[ADDRESS], folder=asked.measure)))
        return
    if asked.data is None or not asked.data.exists():
        parser.error(f"no benchmark data at {asked.data}: give its folder with --data")
    try:
        measure_all(asked)
    except NoServer as err:
        sys.exit(f"neo4j_scale: {err}")


def measure_all(asked: argparse.Namespace) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="graphmem-neo4j-")))
        uri, version = stack.enter_context(roomy(asked.neo4j, version=asked.version))
        about = {"neo4j": version, "cores": len(os.sched_getaffinity(0))}
        if asked.told:
            show({"bench": "neo4j-ingest", **about, **ingested(uri, data=asked.data, turns=asked.told)})
        material = Material.read(asked.data, cache=asked.cache or folder / "cache")
        try:
            stream, there = material.stream(share=0.0, facts_each=REPEATED * FACTS_EACH), 0
            for size in sorted(asked.interactions):
                show({"bench": "neo4j-write", **about, **written(uri, stream, there=there, size=size)})
                (folder / "questions").write_text(json.dumps(questions(material, size=size)))
                shutil.rmtree(folder / "index", ignore_errors=True)
                cold, warm = in_fresh_process(uri, folder), in_fresh_process(uri, folder)
                show({"bench": "neo4j-open", **about, "interactions": size, "cold": cold, "warm": warm})
                there = size
        finally:
            erase(uri, NAMESPACE)


@contextmanager
def roomy(told: str | None, *, version: str) -> Iterator[tuple[str, str]]:
    """Yield a server's address, user and password in it, and what it is."""
    if told:
        yield told, "as told"
        return
    with AssembledServer(version, pom=POM, heap="1g", brief=False) as assembled:
        running = assembled.started()
        tell(f"Neo4j {version} answered after {running.start_seconds:.0f} s")
        yield running.uri.replace("://", f"://{running.user}:{running.password}@", 1), running.version


def show(result: dict[str, object]) -> None:
    print(json.dumps(result), flush=True)


def erase(uri: str, namespace: str) -> None:
    with Neo4jStore.open(uri) as store:
        if store.namespace(namespace) is not None:
            store.erase_namespace(namespace)


def ingested(uri: str, *, data: Path, turns: int) -> dict[str, object]:
    """Tell turns session by session, models loaded before the clock starts; facts are drawn in line.

    A server plans each statement when it first meets it, and compiles itself while it runs: the first turns, which
    warm it up, are told in a namespace of their own, and their seconds apart.
    """
    models = load_embedder(), SpacyExtractor()
    with Memory.open(":memory:", embedder=models[0], extractor=models[1]) as memory:
        memory.remember("My sister Ada moved to Porto in May.", speaker="Bo")
    cases = load("locomo", path=data / "locomo").cases
    units = list(islice(((n, u) for n, case in enumerate(cases) for u in case.units), turns))
    cold = told(uri, units[:WARMING], name="cold", models=models)
    took = told(uri, units, name="told", models=models)
    return {
        "turns": len(units),
        "seconds": round(took, 1),
        "turns_per_s": round(len(units) / took, 1),
        "cold_turns": len(units[:WARMING]),
        "cold_seconds": round(cold, 1),
    }


def told(uri: str, units: Sequence[tuple[int, Unit]], *, name: str, models: tuple[Embedder, SpacyExtractor]) -> float:
    """Tell cases, a namespace each, and return the seconds it took; the namespaces are erased, off the clock."""
    began, names = time.perf_counter(), sorted({f"{NAMESPACE}/{name}/{n}" for n, _ in units})
    try:
        for case, of_case in groupby(units, key=itemgetter(0)):
            where = f"{NAMESPACE}/{name}/{case}"
            with Memory.open(uri, namespace=where, embedder=models[0], extractor=models[1]) as memory:
                for session, run in groupby((u for _, u in of_case), key=lambda unit: unit.session):
                    memory.remember([u.told for u in run], session=session)
                pending = memory.stats().pending
                assert not pending, f"{pending} turns are still pending"
        return time.perf_counter() - began
    finally:
        for namespace in names:
            erase(uri, namespace)


def written(uri: str, stream: Iterator[Piece], *, there: int, size: int) -> dict[str, object]:
    """Write in bulk to a memory of `there` interactions, and return counts and rates; all have vectors and facts."""
    with Memory.open(uri, namespace=NAMESPACE, extractor=None) as memory:
        if not there:
            memory.remember("A first word, so that the memory knows its model.", session="bench")
        before = sum(counts_of(memory).values()) if there else 0
        origin = next(i.origin for i in memory.namespaces() if i.name == NAMESPACE)
        began = time.perf_counter()
        left = size - max(there, 1)
        while left > 0:
            left -= write(memory, origin, list(islice(stream, min(CHUNK, left))))
            tell(f"{size - left} of {size} interactions in {time.perf_counter() - began:.0f} s")
        took, counts = time.perf_counter() - began, counts_of(memory)
    rows = sum(counts.values()) - before
    return {**counts, "seconds": round(took, 1), "rows_per_s": round(rows / took)}


def counts_of(memory: Memory) -> dict[str, int]:
    stats = memory.stats()
    return {name: getattr(stats, name) for name in ("interactions", "entities", "facts", "mentions", "vectors")}


def questions(material: Material, *, size: int) -> list[str]:
    rng = random.Random(1)
    copies = max(1, size // (len(material.chat) + 1))
    pool = [q for q in material.questions if ":" in q.id]
    return [material.renamer.rename(q.text, copy=rng.randrange(copies)) for q in rng.sample(pool, ASKED)]


def in_fresh_process(uri: str, folder: Path) -> dict[str, float]:
    command: Sequence[str] = [sys.executable, "-m", "tests.bench.neo4j_scale", "--measure", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, ADDRESS: uri})
    if done.returncode:
        sys.exit(f"measuring failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(uri: str, *, folder: Path) -> dict[str, float]:
    """Open the memory, ask every question once, and return what it took; closing leaves a snapshot."""
    asked, embedder = json.loads((folder / "questions").read_text()), load_embedder()
    embedder.embed_question("The model is loaded before the clock starts.")
    began, used = time.perf_counter(), time.process_time()
    with spending(Neo4jStore) as spent:
        store = Neo4jStore.open(uri)
        memory = Memory(store, namespace=NAMESPACE, embedder=embedder, extractor=None, snapshots=folder / "index")
        memory.recall(asked[0])
    opened, opened_cpu = time.perf_counter() - began, time.process_time() - used
    wall, cpu = milliseconds(memory.recall, asked)
    memory.close()
    return {
        "open_s": round(opened, 1),
        "open_cpu_s": round(opened_cpu, 1),
        **spent.told(),
        "recall_p50_ms": percentile(wall, 50),
        "recall_p95_ms": percentile(wall, 95),
        "recall_cpu_p50_ms": percentile(cpu, 50),
        "recall_cpu_p95_ms": percentile(cpu, 95),
    }


if __name__ == "__main__":
    main()
