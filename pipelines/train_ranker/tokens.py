"""Refit turns with MaxSim over token vectors among the terms; all else is as the shipped rankings have it.

`python -m pipelines.train_ranker.tokens --data DATA --cache CACHE` writes `learned-tokens` and `learned-open-tokens`,
and the rankings of the folds for `python -m pipelines.evaluate ... --rerank tokens --folds`.
"""

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graphmem.models.registry import load_embedder
from graphmem.models.token_embeddings import CachedTokenEmbedder
from graphmem.read.rank import Ranking
from graphmem.read.tokens import token_embedder
from pipelines.evaluate.datasets import load
from pipelines.evaluate.folds import TOKEN_FOLDS_FILE
from pipelines.evaluate.protocols import PROTOCOLS
from pipelines.evaluate.systems import Models
from pipelines.train_ranker.begin import begun, parser
from pipelines.train_ranker.files import fold_file, text_of
from pipelines.train_ranker.fit import Column
from pipelines.train_ranker.kept import load_pools, save_pools
from pipelines.train_ranker.learn import learned
from pipelines.train_ranker.plan import ENCODERS, SETS, TURNS, candidates
from pipelines.train_ranker.pools import TrainingPool, pools_of

__all__ = ["main"]

#: The terms of turns.
_TURNS = (*TURNS, Column("token_match", "pool"), Column("token_context", "pool"))


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write the rankings; return 0, 2 where the data cannot be used."""
    asked = _parser().parse_args(argv)
    found = begun(_pools(asked), turns=_TURNS)
    if found is None:
        return 2
    fold_file(found.folds, path=asked.folds)
    asked.rankings.mkdir(parents=True, exist_ok=True)
    for name, free in (("learned", False), ("learned-open", True)):
        base = Ranking.load(name)
        fit = learned(found.material, name=f"{name}-tokens", kept=_kept(free=free), only="longmemeval")
        shown = {
            line: told
            for line, told in found.figures.items()
            if not free or (line.startswith("locomo") and "other" in line)
        }
        provenance = {
            "what": f"{name} with turns fitted anew, token vectors among their terms; nobody edits them by hand.",
            "command": "python -m pipelines.train_ranker.tokens --data DATA --cache CACHE",
            "date": datetime.now(tz=UTC).date().isoformat(),
            "data": {
                f"{n}, {encoder}": SETS[n].licence for n, encoder in found.material.pools if SETS[n].open or not free
            },
            "cross_validated": shown,
            "licence": base.provenance["licence"],
        }
        ranking = replace(base, name=f"{name}-tokens", turns=fit.turns, provenance=provenance)
        (asked.rankings / f"{name}-tokens.json").write_text(text_of(ranking), encoding="utf-8")
    return 0


def _kept(*, free: bool) -> Callable[[TrainingPool], bool]:
    return lambda pool: SETS[pool.dataset].open or not free


def _parser() -> argparse.ArgumentParser:
    made = parser("python -m pipelines.train_ranker.tokens", __doc__, folds=TOKEN_FOLDS_FILE)
    made.add_argument("--pools", type=Path, required=True, help="keep training pools here, and take those there are")
    return made


def _pools(asked: argparse.Namespace) -> Iterator[tuple[tuple[str, str], Sequence[TrainingPool]]]:
    """Yield the pools by set and encoder, those of an earlier run from their files."""
    for encoder in reversed(ENCODERS):
        with contextlib.closing(CachedTokenEmbedder(token_embedder(load_embedder(encoder)), asked.cache)) as embedder:
            for name, told in SETS.items():
                path = asked.pools / f"{name}-{encoder}-tokens.npz"
                if told.passages or (asked.kept_only and not path.exists()):
                    continue
                if not path.exists():
                    found = pools_of(
                        load(told.dataset, path=asked.data / told.path).cases,
                        dataset=name,
                        protocol=PROTOCOLS[told.dataset],
                        models=Models(embedder, None),
                        ranking=candidates(),
                        everyone=told.everyone,
                        tokens=True,
                    )
                    save_pools(list(found), path=path)
                    print(f"train_ranker: {name}, {encoder}", file=sys.stderr, flush=True)
                yield (name, encoder), load_pools(path)


if __name__ == "__main__":
    sys.exit(main())
