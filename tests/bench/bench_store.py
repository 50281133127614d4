"""How fast the SQLite store writes and fills an index: `python tests/bench/bench_store.py [--interactions N]`.

Every interaction has a 384-d vector, two of its sentences' vectors, four mentions and three facts; batches of 256.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from graphmem.model import Entity, Fact, Interaction, Mention
from graphmem.ports import Assertion, Batch, VectorRow
from graphmem.stores.sqlite import SqliteStore

START = datetime(2025, 1, 1, tzinfo=UTC)
NAMESPACE = "bench"
BATCH = 256
WORDS = ("the", "river", "ran", "past", "an", "old", "mill", "where", "she", "kept", "her", "boat", "and", "letters")


def interactions(first: int, count: int, rng: np.random.Generator) -> list[Interaction]:
    """Return turns of about thirty words."""
    return [
        Interaction(
            id=f"i{n}",
            session=f"s{n // 50}",
            kind="message",
            text=" ".join(rng.choice(WORDS, 30)),
            speaker="Ada",
            at=START + timedelta(minutes=n),
        )
        for n in range(first, first + count)
    ]


def batch(turns: list[Interaction], rng: np.random.Generator, *, entities: int) -> Batch:
    """Return what would be drawn from them: entities chosen with a long tail."""
    drawn = np.minimum(rng.zipf(1.3, (len(turns), 4)), entities)
    named = {int(n) for row in drawn for n in row}
    facts = [
        Fact(f"e{a}", f"p{k}", f"e{b}", id=f"f{t.id}-{k}", subject_id=f"e{a}", object_id=f"e{b}", extractor="bench")
        for t, row in zip(turns, drawn, strict=True)
        for k, (a, b) in enumerate(pairwise(row))
    ]
    mentions = {(t.id, int(n)) for t, row in zip(turns, drawn, strict=True) for n in row}
    vectors = rng.standard_normal((len(turns), 3, 384), dtype=np.float32)
    return Batch(
        entities=[Entity(id=f"e{n}", name=f"Entity {n}", kind="concept") for n in sorted(named)],
        mentions=[Mention(interaction=i, entity=f"e{n}") for i, n in sorted(mentions)],
        facts=facts,
        assertions=[Assertion(f.id[1:].rsplit("-", 1)[0], f.id) for f in facts],
        vectors=[VectorRow(t.id, v[0], v[1:]) for t, v in zip(turns, vectors, strict=True)],
        done={t.id: "bench" for t in turns},
    )


def fill(store: SqliteStore, *, count: int, rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """Write `count` interactions; return the seconds of each admit and each save."""
    admits: list[float] = []
    saves: list[float] = []
    for first in range(0, count, BATCH):
        turns = interactions(first, min(BATCH, count - first), rng)
        told = batch(turns, rng, entities=count // 2)
        begun = time.perf_counter()
        store.admit(NAMESPACE, turns, now=START)
        admitted = time.perf_counter()
        store.save(NAMESPACE, told, now=START)
        admits.append(admitted - begun)
        saves.append(time.perf_counter() - admitted)
    return admits, saves


def read_log(store: SqliteStore) -> tuple[int, float, float]:
    """Read the whole change log; return rows (interactions, facts, mentions), seconds, and seconds of CPU."""
    begun, used = time.perf_counter(), time.process_time()
    since, rows, more = 0, 0, True
    while more:
        page = store.changes(NAMESPACE, since=since)
        rows += len(page.interactions) + len(page.facts) + len(page.mentions)
        since, more = page.seq, page.more
    return rows, time.perf_counter() - begun, time.process_time() - used


def main() -> None:
    """Fill, read back, look up, and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--interactions", type=int, default=20_000)
    count = parser.parse_args().interactions
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with SqliteStore.open(path) as store:
            admits, saves = fill(store, count=count, rng=rng)
        with SqliteStore.open(path) as store:
            rows, seconds, used = read_log(store)
            looked = {}
            for name, call in {
                "seq": lambda: store.seq(NAMESPACE),
                "interactions_20": lambda: store.interactions(
                    NAMESPACE, [f"i{n}" for n in range(0, count, count // 20)]
                ),
                "facts_asserted_by_20": lambda: store.facts(
                    NAMESPACE, asserted_by=[f"i{n}" for n in range(0, count, count // 20)]
                ),
                "mentions_20": lambda: store.mentions(NAMESPACE, [f"i{n}" for n in range(0, count, count // 20)]),
                "facts_about_rare": lambda: store.facts(NAMESPACE, about=["e5000"]),
                "entities_by_key": lambda: store.entities(NAMESPACE, keys=["entity 77"]),
                "entities_all_top_1000": lambda: store.entities(NAMESPACE),
                "facts_all_top_1000": lambda: store.facts(NAMESPACE),
                "stats": lambda: store.stats(NAMESPACE),
            }.items():
                times = []
                for _ in range(3):
                    begun = time.perf_counter()
                    call()
                    times.append(time.perf_counter() - begun)
                looked[name] = round(1000 * statistics.median(times), 2)
            size = path.stat().st_size
    print(
        json.dumps(
            {
                "interactions": count,
                "admit_256_ms": round(1000 * statistics.median(admits), 1),
                "save_256_ms": round(1000 * statistics.median(saves), 1),
                "save_256_p95_ms": round(1000 * float(np.percentile(saves, 95)), 1),
                "log_rows": rows,
                "log_seconds": round(seconds, 2),
                "log_cpu_seconds": round(used, 2),
                "log_rows_per_s": round(rows / seconds),
                "lookup_ms": looked,
                "megabytes": round(size / 1e6),
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
