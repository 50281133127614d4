"""How fast a memory takes in LoCoMo's turns: `python -m tests.bench.ingest --data FOLDER`.

Turns are told session by session to a file on disk, three times: without an extractor (until everything can be
recalled by words and vectors), with facts drawn inline (until all facts are drawn), and with facts left to the
background, which shares the cores with the telling (until `remember` has returned, and until `flush` has). Models are
loaded before the clock starts. Prints one JSON object.
"""

import argparse
import json
import os
import tempfile
import time
from itertools import groupby
from pathlib import Path

from graphmem import Memory
from graphmem.model import Message
from pipelines.evaluate.cases import Case
from pipelines.evaluate.datasets import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--limit", type=int, help="only the first so many conversations")
    parser.add_argument("--embedder", default=None)
    asked = parser.parse_args()
    if not asked.data.exists():
        parser.error(f"no benchmark data at {asked.data}: give its folder with --data")
    cases = list(load("locomo", path=asked.data / "locomo").cases)[: asked.limit]
    print(json.dumps(measured(cases, embedder=asked.embedder)))


def measured(cases: list[Case], *, embedder: str | None) -> dict[str, object]:
    """Return turns per second until recallable, until facts are drawn, and with facts drawn inline."""
    turns = sum(len(case.units) for case in cases)
    with tempfile.TemporaryDirectory(prefix="graphmem-ingest-") as folder:
        plain = timed(Path(folder) / "plain.db", cases, embedder=embedder, extractor=None)
        inline = timed(Path(folder) / "inline.db", cases, embedder=embedder)
        later = timed(Path(folder) / "later.db", cases, embedder=embedder, background=True)
        size = (Path(folder) / "inline.db").stat().st_size
    return {
        "bench": "ingest",
        "turns": turns,
        "embedder": embedder or "minilm",
        "cores": len(os.sched_getaffinity(0)),
        "until_recallable_s": round(plain[1], 1),
        "until_recallable_per_s": round(turns / plain[1], 1),
        "until_facts_s": round(inline[1], 1),
        "until_facts_per_s": round(turns / inline[1], 1),
        "background_until_recallable_per_s": round(turns / later[0], 1),
        "background_until_facts_per_s": round(turns / later[1], 1),
        "store_mb": round(size / 1e6, 1),
    }


def timed(
    path: Path,
    cases: list[Case],
    *,
    embedder: str | None,
    extractor: str | None = "spacy",
    background: bool = False,
) -> tuple[float, float]:
    """Return seconds until `remember` has returned for every turn, and until every fact is drawn."""
    with Memory.open(":memory:", embedder=embedder, extractor=extractor) as memory:
        memory.remember("My sister Ada moved to Porto in May.", speaker="Bo")
        models = memory._embedder, memory._extractor
    began = time.perf_counter()
    told = facts = 0.0
    for number, case in enumerate(cases):
        with Memory.open(path, namespace=f"chat-{number}", embedder=models[0], extractor=models[1]) as memory:
            for session, run in groupby(case.units, key=lambda u: u.session):
                turns = [u.told for u in run if isinstance(u.told, Message)]
                memory.remember(turns, session=session, background=background)
            told += time.perf_counter() - began
            memory.flush()
            pending = memory.stats().pending
            assert not (pending and extractor), f"{pending} turns are still pending"
            facts += time.perf_counter() - began
        began = time.perf_counter()
    return told, facts


if __name__ == "__main__":
    main()
