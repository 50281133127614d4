"""Do both stores answer alike? `python -m pipelines.equality --data FOLDER --questions 200`.

The first conversations of LoCoMo and the passages of 2Wiki are told to a SQLite file and to a Neo4j, each by
`remember`; both indexes are then built afresh, and every question is asked of both. Compared are ids, their order,
scores and paths of the ten best. Prints one JSON object per data set; exit code 1 where any answer differs.

The server is `--neo4j neo4j://user:password@host:port`, else one of `--version` that is started for the occasion (see
`graphmem.testing.neo4j`). Only namespaces that begin with `equality/` are written, and they are erased afterwards.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from pathlib import Path

from graphmem import Memory, RecallOptions, Recollection
from graphmem.errors import GraphMemError, NotFound
from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.ports import Store
from graphmem.stores.neo4j import Neo4jStore
from graphmem.stores.sqlite import SqliteStore
from graphmem.testing.neo4j import NoServer
from graphmem.write.extract import SpacyExtractor
from pipelines.evaluate.cache import CachedExtractor
from pipelines.evaluate.cases import Case, Question
from pipelines.evaluate.datasets import load
from pipelines.evaluate.systems import Models
from pipelines.servers import VERSIONS, store_address

__all__ = ["Agreement", "compared", "main"]

_SETS = ("locomo", "2wiki")
_TOP_K = 10
_CLOSE = 1e-6


@dataclass
class Agreement:
    """How far two stores agree over questions: how many have the same ids in order, paths, and scores."""

    questions: int = 0
    same_order: int = 0
    same_paths: int = 0
    same_scores: int = 0
    largest_difference: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether every question has the same answer, scores within 1e-6."""
        return self.questions == self.same_order == self.same_paths == self.same_scores

    def take(self, one: Recollection, other: Recollection) -> None:
        """Compare two answers to one question."""
        self.questions += 1
        alike = [hit.id for hit in one] == [hit.id for hit in other]
        self.same_order += alike
        self.same_paths += alike and [hit.why.path for hit in one] == [hit.why.path for hit in other]
        apart = max((abs(a.score - b.score) for a, b in zip(one, other, strict=False)), default=0.0)
        self.same_scores += alike and apart <= _CLOSE
        self.largest_difference = max(self.largest_difference, apart)


def main(argv: Sequence[str] | None = None) -> int:
    """Compare; return 0, 1 where an answer differs or a store failed, 2 where there is no data or no server."""
    asked = _parser().parse_args(argv)
    complete = True
    try:
        with ExitStack() as stack:
            paths = {"locomo": asked.data / "locomo", "2wiki": asked.data / "multihop" / "2wiki"}
            datasets = {
                name: load("multihop" if name == "2wiki" else "locomo", path=paths[name]) for name in asked.sets
            }
            cache = asked.cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="graphmem-equality-")))
            models = stack.enter_context(_models(cache))
            uri = stack.enter_context(store_address(asked.neo4j or asked.version))
            for name, dataset in datasets.items():
                cases = _first(dataset.cases, questions=asked.questions // 2, units=asked.units)
                agreed = _compared(name, list(cases), models=models, uri=uri, version=asked.version)
                complete = agreed.complete and complete
    except (NotFound, NoServer) as err:
        print(f"equality: {err}", file=sys.stderr)
        return 2
    except GraphMemError as err:
        print(f"equality: {err}", file=sys.stderr)
        return 1
    return 0 if complete else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.equality", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    parser.add_argument("--questions", type=int, default=200, help="half of each data set's")
    parser.add_argument("--sets", nargs="+", choices=_SETS, default=_SETS, help="which data sets (default: all)")
    parser.add_argument("--units", type=int, help="tell only the first so many turns or passages of each case")
    parser.add_argument("--neo4j", help="address of a server, with user and password; else one is started")
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0], help="of the server (started, or told)")
    parser.add_argument("--cache", type=Path, help="keep vectors and extractions here")
    return parser


@contextmanager
def _models(cache: Path) -> Iterator[Models]:
    with closing(CachedEmbedder(load_embedder(), cache)) as embedder:
        yield Models(embedder, CachedExtractor(SpacyExtractor(), directory=cache, version="equality"))


def _first(cases: Iterator[Case], *, questions: int, units: int | None) -> Iterator[Case]:
    """Yield cases until there are so many questions."""
    for case in cases:
        if questions <= 0:
            return
        kept = tuple(islice(case.questions, questions))
        questions -= len(kept)
        yield replace(case, units=case.units[:units], questions=kept)


def _compared(name: str, cases: Sequence[Case], *, models: Models, uri: str, version: str) -> Agreement:
    found, told, began = Agreement(), 0, time.perf_counter()
    for number, case in enumerate(cases):
        print(f"equality: {name}: {len(case.units)} units, {len(case.questions)} questions", file=sys.stderr)
        told += len(case.units)
        with tempfile.TemporaryDirectory(prefix="graphmem-equality-") as folder:
            compared(case, namespace=f"equality/{name}/{number}", file=Path(folder) / "memory.db", uri=uri,
                     models=models, into=found)  # fmt: skip
    about = {"bench": "equality", "dataset": name, "neo4j": version, "embedder": models.embedder.name, "units": told}
    print(json.dumps({**about, **asdict(found), "seconds": round(time.perf_counter() - began, 1)}), flush=True)
    return found


def compared(case: Case, *, namespace: str, file: Path, uri: str, models: Models, into: Agreement) -> None:
    """Tell one case to a file and to a server, ask all its questions of both, and add up how they agree."""
    with Neo4jStore.open(uri) as other:
        try:
            with SqliteStore.open(file) as one:
                for store in (one, other):
                    _tell(_memory(store, namespace=namespace, models=models), case)
                left, right = (_memory(store, namespace=namespace, models=models) for store in (one, other))
                for question in case.questions:
                    into.take(_asked(left, question), _asked(right, question))
        finally:
            if other.namespace(namespace) is not None:
                other.erase_namespace(namespace)


def _memory(store: Store, *, namespace: str, models: Models) -> Memory:
    return Memory(store, namespace=namespace, embedder=models.embedder, extractor=models.extractor)


def _tell(memory: Memory, case: Case) -> None:
    latest = max((u.told.at for u in case.units if u.told.at), default=datetime(2000, 1, 1, tzinfo=UTC))
    places = {u.key: place for place, u in enumerate(case.units)}
    for session, run in groupby(case.units, key=lambda u: u.session):
        told = [replace(u.told, id=f"u{places[u.key]:07d}") for u in run]
        memory.remember(told, session=session, now=latest + timedelta(days=1))


def _asked(memory: Memory, question: Question) -> Recollection:
    now = question.now or datetime(2026, 1, 1, tzinfo=UTC)
    return memory.recall(question.text, top_k=_TOP_K, options=RecallOptions(now=now))


if __name__ == "__main__":
    sys.exit(main())
