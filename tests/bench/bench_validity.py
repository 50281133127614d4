"""What judging costs a write: `python tests/bench/bench_validity.py [--facts 300000] [--writes 300]`.

A SQLite store of so many facts: 2,000 people with homes, employers, likings and the like. Then single facts are told,
half of them in a slot of one value, each write once as `Store.save` alone (on a copy) and once judged.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from graphmem.identity import entity_id, fact_id
from graphmem.model import Entity, Fact, Ruling
from graphmem.rows import Batch
from graphmem.stores.sqlite import SqliteStore
from graphmem.text.slots import shipped_slots
from graphmem.write.rulings import Rulings

START = datetime(2020, 1, 1, tzinfo=UTC)
NAMESPACE = "bench"
PEOPLE = 2_000
RELATIONS = ("lives_in", "works_at", "likes", "visited", "knows", "bought", "plays", "read")


def told(number: int, rng: np.random.Generator) -> Fact:
    """Return a dated fact of somebody."""
    person, value = f"Person {rng.integers(PEOPLE)}", f"Thing {rng.integers(20_000)}"
    predicate, at = RELATIONS[number % len(RELATIONS)], START + timedelta(minutes=int(rng.integers(3_000_000)))
    return Fact(
        person,
        predicate,
        value,
        id=fact_id(NAMESPACE, person, predicate, value, valid_at=at),
        subject_id=entity_id(NAMESPACE, person),
        object_id=entity_id(NAMESPACE, value),
        valid_at=at,
        text=f"{person} {predicate} {value}",
    )


def batch(facts: list[Fact]) -> Batch:
    """Return what saves facts told by hand."""
    names = {f.subject_id: f.subject for f in facts} | {f.object_id: f.object for f in facts}
    return Batch(facts=facts, entities=[Entity(id=i, name=n) for i, n in names.items()])


def filled(path: Path, count: int, rng: np.random.Generator) -> None:
    """Write so many facts in batches, then what is ruled on them."""
    store = SqliteStore.open(path)
    store.create_namespace(NAMESPACE, now=START)
    for first in range(0, count, 2_000):
        store.save(NAMESPACE, batch([told(n, rng) for n in range(first, first + 2_000)]), now=START)
    judge = Rulings(store, NAMESPACE, NAMESPACE, shipped_slots())
    people = [entity_id(NAMESPACE, f"Person {n}") for n in range(PEOPLE)]
    for first in range(0, PEOPLE, 50):
        judge.review(people[first : first + 50], now=START)
    print(f"{count:,} facts, {len(store.rulings(NAMESPACE, top_k=1 << 31)):,} rulings on them", flush=True)
    store.close()


def timed(path: Path, facts: list[Fact], *, judged: bool) -> tuple[list[float], list[float]]:
    """Return the seconds of each write, by the clock and of this process."""
    store = SqliteStore.open(path)
    judge = Rulings(store, NAMESPACE, NAMESPACE, shipped_slots())
    found, own = [], []
    for one in facts:
        started, began = time.perf_counter(), time.process_time()
        made = judge.judged(batch([one]), [], now=START) if judged else None
        saved = store.save(NAMESPACE, made.batch if made else batch([one]), now=START)
        if made is not None:
            judge.settle(made, saved=saved.seq, now=START)
        found.append(time.perf_counter() - started)
        own.append(time.process_time() - began)
    rulings: list[Ruling] = store.rulings(NAMESPACE, top_k=1)
    store.close()
    if judged and not rulings:
        raise SystemExit("nothing was ruled: the measurement is void")
    return found, own


def main() -> None:
    """Measure, and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, default=300_000)
    parser.add_argument("--writes", type=int, default=300)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        path, copy = Path(folder) / "a.db", Path(folder) / "b.db"
        filled(path, asked.facts, rng)
        shutil.copyfile(path, copy)
        facts = [told(int(n), rng) for n in rng.integers(0, len(RELATIONS), asked.writes)]
        (plain, plain_own), (judged, judged_own) = timed(copy, facts, judged=False), timed(path, facts, judged=True)
    line = {
        "facts": asked.facts,
        "writes": asked.writes,
        "median_ms_plain": round(1000 * statistics.median(plain), 3),
        "median_ms_judged": round(1000 * statistics.median(judged), 3),
        "median_ms_extra": round(1000 * statistics.median(j - p for j, p in zip(judged, plain, strict=True)), 3),
        "median_cpu_ms_extra": round(1000 * (statistics.median(judged_own) - statistics.median(plain_own)), 3),
        "p95_ms_judged": round(1000 * float(np.quantile(judged, 0.95)), 3),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
