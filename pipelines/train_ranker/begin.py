"""How every training begins: what its command line takes, rankings of the folds from the pools, figures of these."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphmem.errors import GraphMemError
from graphmem.read.rank import Ranking
from pipelines.train_ranker.fit import Column
from pipelines.train_ranker.learn import Material, fold_rankings
from pipelines.train_ranker.plan import TURNS, candidates
from pipelines.train_ranker.pools import TrainingPool
from pipelines.train_ranker.validate import cross_validated

__all__ = ["Begun", "begun", "parser"]

_ROOT = Path(__file__).resolve().parent.parent.parent
_RANKINGS = _ROOT / "graphmem" / "read" / "rankings"


@dataclass(frozen=True, slots=True)
class Begun:
    """What the rankings to be written are fitted on, those of the folds, and the figures these reach, by line."""

    material: Material
    folds: Mapping[str, Mapping[str, Ranking]]
    figures: Mapping[str, str]


def begun(
    pools: Iterable[tuple[tuple[str, str], Sequence[TrainingPool]]], *, turns: Sequence[Column] = TURNS
) -> Begun | None:
    """Fit the rankings of the folds and print their figures; None, and why is printed, where the data can't be used.

    Args:
        pools: by set and encoder.
        turns: the terms of turns.
    """
    try:
        material = Material(dict(pools), candidates(), turns)
    except GraphMemError as err:
        print(f"train_ranker: {err}", file=sys.stderr)
        return None
    folds = fold_rankings(material)
    figures = cross_validated(material, folds)
    for line, told in figures.items():
        print(f"{line}: {told}")
    return Begun(material, folds, figures)


def parser(prog: str, description: str | None, *, folds: Path) -> argparse.ArgumentParser:
    """Return a parser of what every training takes, `--pools` excepted; `folds` is the file of their rankings."""
    made = argparse.ArgumentParser(prog=prog, description=description)
    made.add_argument("--data", type=Path, required=True, help="folder of the benchmark data")
    made.add_argument("--cache", type=Path, required=True, help="keep vectors here")
    made.add_argument("--kept-only", action="store_true", help="fit on the pools that are there, and on nothing else")
    made.add_argument("--rankings", type=Path, default=_RANKINGS, help="folder of the rankings that are written")
    made.add_argument("--folds", type=Path, default=folds, help="file of the rankings of the folds")
    return made
