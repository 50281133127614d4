"""Guidance and consolidation at size: `python -m tests.bench.learning --data FOLDER --queries 10000`.

Builds a SQLite store of repeated and renamed LoCoMo turns with facts, adds closed queries of the simulated worlds in
bulk, and measures consolidation of everything, and of a hundred turns more, and guidance for new queries. Two JSON
objects.
"""

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np

from graphmem import Memory, Message
from graphmem.learn.meaning import meanings
from graphmem.learn.nouns import Feature, PastQuery
from graphmem.learn.rows import query_node
from graphmem.learn.steps import STEPS
from graphmem.rows import Batch, Link, NodeLabel
from pipelines.tasks.worlds import worlds
from tests.bench.scale import NAMESPACE, Material, build, milliseconds, percentile, tell

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
ASKED = 200
CHUNK = 1_000
MORE = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--interactions", type=int, default=100_000)
    parser.add_argument("--facts", type=float, default=1.0, help="facts an interaction")
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--cache", type=Path, help="keep vectors and parses here")
    parser.add_argument("--store", type=Path, help="keep the store that is built here, and take it from here next time")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "memory.db"
        if asked.store is None or not asked.store.exists():
            material = Material.read(asked.data, cache=asked.cache or Path(folder) / "cache")
            build(path, material.stream(share=0, facts_each=asked.facts), size=asked.interactions)
            if asked.store is not None:
                shutil.copy(path, asked.store)
        else:
            shutil.copy(asked.store, path)
        with Memory.open(path, namespace=NAMESPACE, extractor=None) as memory:
            memory.recall("warm up")
            print(json.dumps({"bench": "learning", **counts(memory), **consolidated(memory), **sizes(memory)}))
            print(json.dumps({"bench": "guidance", **counts(memory), **guided(memory, asked.queries)}))


def counts(memory: Memory) -> dict[str, object]:
    stats = memory.stats()
    return {"interactions": stats.interactions, "facts": stats.facts, "entities": stats.entities}


def sizes(memory: Memory) -> dict[str, object]:
    """How many nodes and links consolidation keeps, and megabytes of the store with them."""
    stats = memory.stats()
    labels: tuple[NodeLabel, ...] = ("Segment", "Community", "Profile", "Procedure")
    kept = {label: len(memory.store.nodes(NAMESPACE, labels=[label], top_k=1 << 31)) for label in labels}
    return {"nodes": kept, "links": stats.links, "store_mb": round((stats.bytes or 0) / 1e6, 1)}


def guided(memory: Memory, count: int) -> dict[str, object]:
    """Add closed queries with their links, and measure guidance for new ones; each other call follows a close."""
    tasks = [t for n, w in enumerate(worlds()) for t in w.tasks(count // 3 + 1, seed=n)][:count]
    random.Random(0).shuffle(tasks)
    texts = [f"{t.text}, order {n}" for n, t in enumerate(tasks)]
    origin = next(i.origin for i in memory.namespaces() if i.name == NAMESPACE)
    for start in range(0, count, CHUNK):
        write(memory, origin, texts[start : start + CHUNK], [t.decisions[0].options[0] for t in tasks[start:]], start)
    tell(f"{count} queries written")
    new = [f"{t.text}, rush order {n}" for n, t in enumerate(worlds()[0].tasks(ASKED, seed=99))]
    memory.guidance(new[0])
    took, cpu = milliseconds(lambda text: memory.guidance(text), new)
    closes: list[float] = []
    for text in new[:20]:
        query = memory.query(text)
        query.step("did it", tool="phone")
        started = time.perf_counter()
        query.close(outcome="success")
        closes.append(1_000 * (time.perf_counter() - started))
    return {
        "queries": count,
        "guidance_p50_ms": percentile(took, 50),
        "guidance_p95_ms": percentile(took, 95),
        "guidance_cpu_p95_ms": percentile(cpu, 95),
        "close_p50_ms": percentile(closes, 50),
    }


def write(memory: Memory, origin: str, texts: list[str], tools: list[str], start: int) -> None:
    """Write closed queries, each linked with the ten nearest of its chunk."""
    vectors = meanings(memory.embedder, texts)
    nearest = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1:11]
    ids = [f"query-{start + n}" for n in range(len(texts))]
    nodes = [
        query_node(
            PastQuery(
                id=id_,
                text=text,
                open=False,
                outcome="success" if n % 3 else "failure",
                at=WHEN,
                closed_at=WHEN + timedelta(minutes=start + n),
            ),
            vector=vector,
            features=[Feature("tool", tool)],
        )
        for n, (id_, text, vector, tool) in enumerate(zip(ids, texts, vectors, tools, strict=False))
    ]
    links = [
        Link(type="SIMILAR_TO", source=id_, target=ids[int(n)], attributes={"score": 0.8})
        for id_, near in zip(ids, nearest, strict=True)
        for n in near
    ]
    memory.store.save(NAMESPACE, Batch(nodes=nodes, links=links), now=WHEN)


def consolidated(memory: Memory) -> dict[str, object]:
    """Consolidate everything, then nothing new, then a hundred turns more; CPU seconds are of all threads."""
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}
    total = memory.stats().interactions
    for step in STEPS:
        wall[step], cpu[step] = clocked(lambda step=step: memory.consolidate(steps=[step]))  # type: ignore[misc]  # now
        tell(f"{step}: {wall[step]} s, {cpu[step]} s CPU")
    again = clocked(memory.consolidate)
    turns = list(islice((h.text for h in memory.history(top_k=MORE)), MORE))
    memory.remember([Message(t, speaker="Ada", at=WHEN) for t in turns], session="news")
    memory.recall("warm up")
    more = clocked(memory.consolidate)
    tell(f"nothing new: {again[0]} s; {MORE} more: {more[0]} s")
    return {
        "consolidate_s": round(sum(wall.values()), 1),
        "consolidate_cpu_s": round(sum(cpu.values()), 1),
        "consolidate_steps_s": wall,
        "consolidate_steps_cpu_s": cpu,
        "consolidate_per_s": round(total / sum(wall.values())),
        "consolidate_per_cpu_s": round(total / sum(cpu.values())),
        "consolidate_again_s": again[0],
        "consolidate_again_cpu_s": again[1],
        "consolidate_100_more_s": more[0],
        "consolidate_100_more_cpu_s": more[1],
    }


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Do the work, and return wall and CPU seconds."""
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return round(time.perf_counter() - started, 2), round(time.process_time() - cpu, 2)


if __name__ == "__main__":
    main()
