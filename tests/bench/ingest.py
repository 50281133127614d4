"""How fast a memory takes in LoCoMo's turns: `python -m tests.bench.ingest --data FOLDER [--version 5.26.30]`.

Turns are told session by session to a file on disk, or to a server: without an extractor (until everything can be
recalled by words and vectors), with facts drawn inline (until all facts are drawn), with facts left to the background,
which shares the cores with the telling (until `remember` has returned, and until `flush` has), and the first turns
inline again, one call each. Models are loaded before the clock starts, and a server has been told some turns, for it
plans each statement when it first meets it. Prints one JSON object.

The server is `--neo4j neo4j://user:password@host:port`, or one of `--version` that is started for the occasion; its
namespaces begin with `ingest/` and are erased afterwards.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from pathlib import Path

from graphmem import Memory
from graphmem.model import Message
from graphmem.ports import Embedder, Extractor
from graphmem.stores.neo4j import Neo4jStore
from graphmem.testing.neo4j import VERSIONS, AssembledServer, NoServer
from pipelines.evaluate.cases import Case, Unit
from pipelines.evaluate.datasets import load

POM = Path(__file__).resolve().parents[2] / "tests" / "neo4j" / "pom.xml"
#: Turns told one by one, and turns that warm a server up.
SINGLE, WARMING = 200, 150

Models = tuple[Embedder, Extractor | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--limit", type=int, help="only the first so many conversations")
    parser.add_argument("--embedder", default=None)
    parser.add_argument("--neo4j", help="address of a server, with user and password")
    parser.add_argument("--version", choices=VERSIONS, help="start a Neo4j of this version")
    asked = parser.parse_args()
    if not asked.data.exists():
        parser.error(f"no benchmark data at {asked.data}: give its folder with --data")
    cases = list(load("locomo", path=asked.data / "locomo").cases)[: asked.limit]
    models = loaded(asked.embedder)
    try:
        with tempfile.TemporaryDirectory(prefix="graphmem-ingest-") as folder, place(asked, Path(folder)) as (to, name):
            about = {"bench": "ingest" if name == "sqlite" else "ingest-neo4j", "store": name}
            figures = measured(cases, models=models, to=to)
            size = sum(f.stat().st_size for f in Path(folder).glob("inline-*.db"))
    except NoServer as err:
        sys.exit(f"ingest: {err}")
    more = {"store_mb": round(size / 1e6, 1)} if size else {}
    print(json.dumps({**about, "embedder": asked.embedder or "minilm", **figures, **more}))


def loaded(embedder: str | None) -> Models:
    """Load the models, and have them work once."""
    with Memory.open(":memory:", embedder=embedder) as memory:
        memory.remember("My sister Ada moved to Porto in May.", speaker="Bo")
        return memory._embedder, memory._extractor


@contextmanager
def place(asked: argparse.Namespace, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield where memories are, and what that is: files of a folder, or a server."""
    if asked.neo4j:
        yield asked.neo4j, "neo4j"
    elif asked.version:
        with AssembledServer(asked.version, pom=POM) as assembled:
            running = assembled.started()
            yield running.uri.replace("://", f"://{running.user}:{running.password}@", 1), f"neo4j {running.version}"
    else:
        yield str(folder), "sqlite"


def measured(cases: Sequence[Case], *, models: Models, to: str) -> dict[str, object]:
    """Return turns per second until recallable, until facts are drawn, with facts drawn inline, and turn by turn."""
    turns = [(number, unit) for number, case in enumerate(cases) for unit in case.units]
    bare: Models = (models[0], None)
    if "://" in to:
        timed(turns[:WARMING], to=to, name="warm", models=models)
    plain = timed(turns, to=to, name="plain", models=bare)
    inline = timed(turns, to=to, name="inline", models=models)
    later = timed(turns, to=to, name="later", models=models, background=True)
    single = timed(turns[:SINGLE], to=to, name="single", models=models, one_by_one=True)
    return {
        "turns": len(turns),
        "cores": len(os.sched_getaffinity(0)),
        "until_recallable_s": round(plain[1], 1),
        "until_recallable_per_s": round(len(turns) / plain[1], 1),
        "until_facts_s": round(inline[1], 1),
        "until_facts_per_s": round(len(turns) / inline[1], 1),
        "background_until_recallable_per_s": round(len(turns) / later[0], 1),
        "background_until_facts_per_s": round(len(turns) / later[1], 1),
        "turn_by_turn_per_s": round(len(turns[:SINGLE]) / single[1], 1),
    }


def timed(
    turns: Sequence[tuple[int, Unit]],
    *,
    to: str,
    name: str,
    models: Models,
    background: bool = False,
    one_by_one: bool = False,
) -> tuple[float, float]:
    """Return seconds until `remember` has returned for every turn, and until every fact is drawn."""
    told = drawn = 0.0
    for number, of_case in groupby(turns, key=lambda turn: turn[0]):
        where, namespace = (to, f"ingest/{name}/{number}") if "://" in to else (f"{to}/{name}-{number}.db", "chat")
        began = time.perf_counter()
        with Memory.open(where, namespace=namespace, embedder=models[0], extractor=models[1]) as memory:
            for session, run in groupby((unit for _, unit in of_case), key=lambda unit: unit.session):
                said = iter([unit.told for unit in run if isinstance(unit.told, Message)])
                while call := list(islice(said, 1 if one_by_one else None)):
                    memory.remember(call, session=session, background=background)
            told += time.perf_counter() - began
            memory.flush()
            pending = memory.stats().pending
            assert not (pending and models[1]), f"{pending} turns are still pending"
            drawn += time.perf_counter() - began
        if "://" in to:
            with Neo4jStore.open(to) as store:
                store.erase_namespace(namespace)
    return told, drawn


if __name__ == "__main__":
    main()
