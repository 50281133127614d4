"""The command line of the training: pools from the data, weights from the pools, figures of folds, files."""

import argparse
import contextlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graphmem.models.cache import CachedEmbedder
from graphmem.models.registry import load_embedder
from graphmem.read.rank import Ranking
from pipelines.evaluate.datasets import load
from pipelines.evaluate.folds import FOLDS_FILE, Folds
from pipelines.evaluate.protocols import PROTOCOLS
from pipelines.evaluate.systems import Models
from pipelines.train_ranker.begin import begun, parser
from pipelines.train_ranker.files import fold_file, text_of
from pipelines.train_ranker.kept import load_pools, save_pools
from pipelines.train_ranker.learn import learned
from pipelines.train_ranker.plan import ENCODERS, SETS, STRENGTH, TOWARD_STRENGTH, TURN_STRENGTH, candidates
from pipelines.train_ranker.pools import TrainingPool, pools_of

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write the rankings; return 0, 2 where the data cannot be used."""
    asked = _parser().parse_args(argv)
    found = begun(_pools(asked))
    if found is None:
        return 2
    earlier = Folds.load(asked.folds).rankings if asked.kind else {}
    fold_file({**earlier, **found.folds}, path=asked.folds)
    asked.rankings.mkdir(parents=True, exist_ok=True)
    for name, kept, which in (
        ("learned", lambda _: True, list(SETS)),
        ("learned-open", lambda p: SETS[p.dataset].open, [n for n, s in SETS.items() if s.open]),
    ):
        path = asked.rankings / f"{name}.json"
        told = _provenance(which, found.material.pools, found.figures)
        ranking = replace(learned(found.material, name=name, kept=kept), provenance=told)
        if asked.kind:
            ranking = _refitted(Ranking.load(path), ranking, kind=asked.kind)
        path.write_text(text_of(ranking), encoding="utf-8")
        tokens = path.with_name(f"{name}-tokens.json")
        if asked.kind == "passages" and tokens.exists():
            _lend(ranking, path=tokens)
    return 0


def _lend(ranking: Ranking, *, path: Path) -> None:
    """Give the weights of passages to the ranking that differs in its turns alone (`train_ranker.tokens`)."""
    path.write_text(text_of(replace(Ranking.load(path), passages=ranking.passages)), encoding="utf-8")


def _refitted(earlier: Ranking, found: Ranking, *, kind: str) -> Ranking:
    """Return an earlier ranking with the weights of one kind as found, and with the figures of its sets."""
    told = {**earlier.provenance["cross_validated"], **found.provenance["cross_validated"]}
    data = {**earlier.provenance["data"], **found.provenance["data"]}
    dates = {f"date of {kind}": found.provenance["date"]}
    earlier = replace(earlier, provenance={**earlier.provenance, **dates, "data": data, "cross_validated": told})
    if kind == "passages":
        return replace(earlier, passages=found.passages)
    return replace(earlier, turns=found.turns, steps=found.steps)


def _parser() -> argparse.ArgumentParser:
    made = parser("python -m pipelines.train_ranker", __doc__, folds=FOLDS_FILE)
    made.add_argument("--pools", type=Path, help="keep training pools here, and take those that are there")
    made.add_argument(
        "--kind", choices=("passages", "turns"), help="fit this kind alone; the files keep their weights of the other"
    )
    return made


def _pools(asked: argparse.Namespace) -> Iterator[tuple[tuple[str, str], Sequence[TrainingPool]]]:
    """Yield the pools by set and encoder, those of an earlier run from its files."""
    for encoder in ENCODERS:
        with contextlib.closing(CachedEmbedder(load_embedder(encoder), asked.cache)) as embedder:
            for name, told in SETS.items():
                if asked.kind and told.passages != (asked.kind == "passages"):
                    continue
                path = asked.pools / f"{name}-{encoder}.npz" if asked.pools else None
                if path is not None and path.exists():
                    yield (name, encoder), load_pools(path)
                    continue
                if asked.kept_only:
                    continue
                cases = load(told.dataset, path=asked.data / told.path).cases
                models = Models(embedder, None)
                found = pools_of(
                    cases,
                    dataset=name,
                    protocol=PROTOCOLS[told.dataset],
                    models=models,
                    ranking=candidates(),
                    everyone=told.everyone,
                )
                pools = list(found)
                if path is not None:
                    save_pools(pools, path=path)
                print(f"train_ranker: {name}, {encoder}: {len(pools)} questions", file=sys.stderr, flush=True)
                yield (name, encoder), pools


def _provenance(
    names: Sequence[str], pools: Iterable[tuple[str, str]], figures: Mapping[str, str]
) -> dict[str, object]:
    by_set = {name: [encoder for other, encoder in pools if other == name] for name in names}
    encoders = {name: by for name, by in by_set.items() if by}
    free = all(SETS[name].open for name in names)
    # Figures whose weights saw LoCoMo say nothing of a ranking that did not.
    seen = {n for n in figures if free and (n.startswith("longmemeval") or (n.startswith("locomo") and "folds" in n))}
    return {
        "what": "Weights fitted by logistic regression; nobody edits them by hand.",
        "command": "python -m pipelines.train_ranker --data DATA --cache CACHE",
        "date": datetime.now(tz=UTC).date().isoformat(),
        "data": {
            name: f"dev part, {SETS[name].licence}, share {SETS[name].share:g}, vectors of {' and '.join(by)}"
            for name, by in encoders.items()
        },
        "steps": "fitted on the same chats: no public data has gold for steps",
        "encoders": list(dict.fromkeys(encoder for by in encoders.values() for encoder in by)),
        "strength": {"passages": STRENGTH, "turns": TURN_STRENGTH, "turns without speakers": TOWARD_STRENGTH},
        "cross_validated": {line: told for line, told in figures.items() if line not in seen},
        "licence": "Apache-2.0 for the file; it holds weights alone, and none of the data's text."
        if free
        else "Weights learnt from LoCoMo, among others, which is CC BY-NC 4.0; `learned-open` did not see it.",
    }
