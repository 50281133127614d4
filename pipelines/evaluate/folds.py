"""Which fold a question is in, and the rankings fitted without it: figures from weights that never saw the question."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from graphmem.errors import FormatError, InvalidInput, NotFound
from graphmem.read.rank import Ranking
from pipelines.evaluate.cases import Case, DatasetName, Question

__all__ = ["FOLDS", "FOLDS_FILE", "OTHER", "TOKEN_FOLDS_FILE", "Folds", "fold_of"]

#: Folds of the sets whose questions are split among themselves; LoCoMo's folds are its conversations.
FOLDS = {"longmemeval": 5, "multihop": 2}
#: Where `python -m pipelines.train_ranker` leaves the rankings of the folds.
FOLDS_FILE = Path(__file__).resolve().parent.parent / "data" / "folds.json"
#: Where `python -m pipelines.train_ranker.tokens` leaves those that compare token vectors.
TOKEN_FOLDS_FILE = FOLDS_FILE.with_name("folds-tokens.json")
#: What the ranking that never saw any question of a set is called among its folds.
OTHER = "other"


def fold_of(dataset: str, *, case: str, question: str) -> str:
    """Return the name of a question's fold: its conversation on LoCoMo, elsewhere a number from its id.

    >>> fold_of("locomo", case="conv-1", question="conv-1:7")
    'conv-1'
    >>> fold_of("multihop", case="musique", question="2hop__1_2")
    'musique/1'
    """
    if dataset == "locomo":
        return case
    number = zlib.crc32(question.encode()) % FOLDS[dataset]
    return f"{case}/{number}" if dataset == "multihop" else str(number)


@dataclass(frozen=True, slots=True)
class Folds:
    """Rankings by set and fold, as `python -m pipelines.train_ranker` leaves them."""

    rankings: Mapping[str, Mapping[str, Ranking]]

    @classmethod
    def load(cls, path: Path) -> "Folds":
        """Read the file. NotFound: there is none. FormatError: it holds something else."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            return cls({name: {fold: Ranking.of(r) for fold, r in by.items()} for name, by in told.items()})
        except FileNotFoundError as err:
            raise NotFound(f"no fold rankings at {path}: run python -m pipelines.train_ranker") from err
        except (ValueError, AttributeError, InvalidInput) as err:
            raise FormatError(f"{path} holds no fold rankings: run python -m pipelines.train_ranker") from err

    def of(self, dataset: DatasetName, case: Case, question: Question) -> dict[str, Ranking]:
        """Return the rankings that never saw the question's fold, or its set; nothing for a set without folds."""
        by_fold = self.rankings.get(case.name if dataset == "multihop" else dataset, {})
        fold = fold_of(dataset, case=case.name, question=question.id)
        named = {"graphmem_cv": by_fold.get(fold), "graphmem_other_sets": by_fold.get(OTHER)}
        return {system: ranking for system, ranking in named.items() if ranking is not None}
