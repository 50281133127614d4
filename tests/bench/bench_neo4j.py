"""How fast a Neo4j server is filled and read: `python -m tests.bench.bench_neo4j URI PASSWORD --interactions 20000`.

It writes through `Store.admit` and `Store.save` into a namespace of its own, reads the whole change log, and prints one
JSON object: interactions/s admitted, rows/s saved, rows/s read, and seconds. The namespace is erased at the end.
"""

import argparse
import json
import time

import numpy as np

from graphmem.identity import entity_id, fact_id
from graphmem.model import Entity, Fact, Mention
from graphmem.ports import Assertion, Batch, Store, VectorRow
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.material import NOW, turn

NAMESPACE = "bench/neo4j"
BATCH, DIMENSION = 1_000, 384
FACTS_EACH = 3


def batch_of(start: int, *, rng: np.random.Generator) -> Batch:
    """Return what 1,000 interactions bring: two mentions, three facts and one vector each."""
    ids = [f"turn-{n}" for n in range(start, start + BATCH)]
    names = [f"Entity {n}" for n in range(start // 2, start // 2 + BATCH // 2)]
    vectors = rng.standard_normal((BATCH, DIMENSION)).astype(np.float32)
    none = np.zeros((0, DIMENSION), np.float32)
    key = {name: entity_id(NAMESPACE, name) for name in names}
    ends = [(names[n % len(names)], names[(n * 7 + 1) % len(names)]) for n in range(BATCH * FACTS_EACH)]
    facts = [
        Fact(
            s, "knows", o, id=fact_id(NAMESPACE, s, f"knows_{n}", o), subject_id=key[s], object_id=key[o],
            text=f"{s} {o}", extractor="bench",
        )
        for n, (s, o) in enumerate(ends)
    ]  # fmt: skip
    return Batch(
        entities=[Entity(id=key[name], name=name) for name in names],
        mentions=[
            Mention(interaction=i, entity=key[names[(n + k) % len(names)]]) for n, i in enumerate(ids) for k in (0, 1)
        ],
        facts=facts,
        assertions=[Assertion(ids[n // FACTS_EACH], f.id) for n, f in enumerate(facts)],
        vectors=[VectorRow(i, v, none) for i, v in zip(ids, vectors, strict=True)],
        done=dict.fromkeys(ids, "bench"),
    )  # fmt: skip


def fill(store: Store, count: int) -> dict[str, float]:
    """Write `count` interactions with all that they bring, and return rates."""
    rng, admitting, saving, rows = np.random.default_rng(7), 0.0, 0.0, 0
    for start in range(0, count, BATCH):
        batch = batch_of(start, rng=rng)
        begun = time.perf_counter()
        store.admit(NAMESPACE, [turn(n) for n in range(start, start + BATCH)], now=NOW)
        middle = time.perf_counter()
        store.save(NAMESPACE, batch, now=NOW)
        admitting, saving = admitting + middle - begun, saving + time.perf_counter() - middle
        parts = (batch.entities, batch.mentions, batch.facts, batch.assertions, batch.vectors)
        rows += sum(map(len, parts))
    return {
        "interactions_admitted_per_s": count / admitting,
        "rows_saved_per_s": rows / saving,
        "interactions_per_s": count / (admitting + saving),
    }


def read(store: Store) -> dict[str, float]:
    """Read the whole change log and return rates."""
    begun, rows, since, more = time.perf_counter(), 0, 0, True
    while more:
        page = store.changes(NAMESPACE, since=since, limit=10_000)
        parts = (page.interactions, page.vectors, page.entities, page.mentions, page.facts, page.assertions)
        rows, since, more = rows + sum(map(len, parts)), page.seq, page.more
    seconds = time.perf_counter() - begun
    return {"rows_read": rows, "read_s": seconds, "rows_read_per_s": rows / seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("uri")
    parser.add_argument("password")
    parser.add_argument("--interactions", type=int, default=20_000)
    told = parser.parse_args()
    with Neo4jStore.open(told.uri, auth=("neo4j", told.password)) as store:
        try:
            figures = {"interactions": told.interactions, **fill(store, told.interactions), **read(store)}
        finally:
            begun = time.perf_counter()
            store.erase_namespace(NAMESPACE)
        print(json.dumps({**figures, "erase_s": time.perf_counter() - begun}, indent=1))


if __name__ == "__main__":
    main()
