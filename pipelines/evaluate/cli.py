"""The command line of the evaluation. Figures go to stdout (the last line is the result), progress to stderr."""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, get_args

from graphmem.errors import FormatError, GraphMemError, NotFound
from graphmem.ports import Extractor
from graphmem.testing.neo4j import NoServer
from pipelines.evaluate import biographies, learning, mquake, segmentation, tasks, timephrases
from pipelines.evaluate.cache import CachedExtractor, code_version
from pipelines.evaluate.cases import DatasetName
from pipelines.evaluate.datasets import load
from pipelines.evaluate.folds import FOLDS_FILE, TOKEN_FOLDS_FILE, Folds
from pipelines.evaluate.multihop import without_titles
from pipelines.evaluate.plots import draw
from pipelines.evaluate.protocols import PROTOCOLS
from pipelines.evaluate.results import Run, question_line, summary
from pipelines.evaluate.run import run
from pipelines.evaluate.scoring import Scored
from pipelines.evaluate.systems import Models
from pipelines.servers import VERSIONS, store_address

__all__ = ["main"]

_USAGE = 2
#: Benchmarks that rank nothing and have a command line of their own.
_OWN: Mapping[str, Callable[[Sequence[str]], int]] = {
    "timephrases": timephrases.main,
    "biographies": biographies.main,
    "mquake": mquake.main,
    "tasks": tasks.main,
    "learning": learning.main,
    "segments": segmentation.main,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one evaluation; return 0, 2 where the data or an argument cannot be used, 1 where a model or store failed."""
    told = sys.argv[1:] if argv is None else argv
    if told and told[0] in _OWN:
        return _OWN[told[0]](told[1:])
    asked = _parser().parse_args(told)
    try:
        result = _evaluate(asked)
        if asked.plot:
            draw(result, path=asked.plot)
    except (NotFound, FormatError, NoServer) as err:
        return _complain(err, _USAGE)
    except GraphMemError as err:
        return _complain(err, 1)
    print(summary(result), flush=True)
    return 0


def _complain(err: Exception, code: int) -> int:
    print(f"evaluate: {err}", file=sys.stderr)
    return code


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _plot_path(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".png", ".svg"):
        raise argparse.ArgumentTypeError("must end in .png or .svg")
    if find_spec("matplotlib") is None:
        raise argparse.ArgumentTypeError("needs matplotlib: pip install 'graphmem[bench]'")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.evaluate", description=__doc__)
    parser.add_argument(
        "dataset", choices=get_args(DatasetName), help=f"or, with options of its own, {', '.join(_OWN)}"
    )
    parser.add_argument("--data", type=Path, required=True, help="the benchmark's file; multihop: its folder")
    parser.add_argument("--limit", type=_positive, help="score only the first N questions")
    parser.add_argument(
        "--embedder", default=None, help="as Memory.open takes it: minilm (default), bge-small, DIR, ..."
    )
    parser.add_argument(
        "--store",
        default=":memory:",
        help="address of a Neo4j, user and password in it, or a version of it to start: "
        f"{', '.join(VERSIONS)} (default: SQLite in memory)",
    )
    parser.add_argument("--out", type=Path, help="write one JSON line per question here")
    parser.add_argument("--cache", type=Path, help="keep vectors and extractions here, so that a second run is fast")
    parser.add_argument(
        "--facts",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="draw facts while remembering (default: yes; longmemeval: no, its ranking makes no use of them)",
    )
    parser.add_argument(
        "--folds",
        type=Path,
        nargs="?",
        const=FOLDS_FILE,
        help="rankings of the folds (default: those of pipelines.train_ranker): a system graphmem_cv",
    )
    parser.add_argument(
        "--no-titles", action="store_true", help="multihop: leave titles out of the passages; subjects are inferred"
    )
    parser.add_argument(
        "--rerank",
        choices=("tokens",),
        help="compare single tokens, as recall(rerank='tokens') does; --folds takes those of train_ranker.tokens",
    )
    parser.add_argument("--plot", type=_plot_path, help="draw the figures here (.png or .svg)")
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap intervals; nothing else is random")
    return parser


def _evaluate(asked: argparse.Namespace) -> Run:
    dataset = load(asked.dataset, path=asked.data)
    if asked.no_titles:
        dataset = replace(dataset, data=f"{dataset.data}, no titles", cases=map(without_titles, dataset.cases))
    if asked.rerank:
        dataset = replace(dataset, data=f"{dataset.data}, token vectors")
    folds = TOKEN_FOLDS_FILE if asked.rerank and asked.folds == FOLDS_FILE else asked.folds
    facts = PROTOCOLS[dataset.name].facts if asked.facts is None else asked.facts
    with contextlib.ExitStack() as stack:
        warm = asked.cache is not None and asked.cache.is_dir() and any(asked.cache.iterdir())
        cache = asked.cache or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="graphmem-evaluate-")))
        models = stack.enter_context(_models(asked, facts=facts, cache=cache))
        answered = stack.enter_context(_lines(asked.out, dataset=dataset.name))
        return run(
            dataset,
            models=models,
            seed=asked.seed,
            warm=warm,
            limit=asked.limit,
            folds=Folds.load(folds) if folds else None,
            answered=answered,
            tell=_tell,
        )


@contextlib.contextmanager
def _models(asked: argparse.Namespace, *, facts: bool, cache: Path) -> Iterator[Models]:
    from graphmem.models.cache import CachedEmbedder
    from graphmem.models.registry import load_embedder
    from graphmem.models.token_embeddings import CachedTokenEmbedder
    from graphmem.read.tokens import token_embedder

    inner, rerank = load_embedder(asked.embedder), asked.rerank == "tokens"
    embedder = CachedTokenEmbedder(token_embedder(inner), cache) if rerank else CachedEmbedder(inner, cache)
    with contextlib.closing(embedder) as cached, store_address(asked.store) as store:
        yield Models(cached, _extractor(cache) if facts else None, store, rerank)


def _extractor(cache: Path) -> CachedExtractor:
    import graphmem.text
    import graphmem.write.extract
    from graphmem.write.extract import SpacyExtractor

    rules = Path(graphmem.text.__file__ or "").parent
    inner: Extractor = SpacyExtractor()
    return CachedExtractor(inner, directory=cache, version=code_version(rules, Path(graphmem.write.extract.__file__)))


@contextlib.contextmanager
def _lines(path: Path | None, *, dataset: DatasetName) -> Iterator[Callable[[list[Scored]], None]]:
    if path is None:
        yield lambda _: None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:

        def write(answers: list[Scored]) -> None:
            _write(file, question_line(answers, dataset=dataset))

        yield write


def _write(file: IO[str], line: str) -> None:
    file.write(line + "\n")
    file.flush()
