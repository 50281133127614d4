"""What is scored on each benchmark: unit, cut-offs, baselines' settings. Data, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pipelines.evaluate.cases import DatasetName
from pipelines.evaluate.words import CHAT_STOP_WORDS, PASSAGE_STOP_WORDS

__all__ = ["GROUP_CUTS", "PROTOCOLS", "Protocol"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How a benchmark is scored.

    Args:
        unit: what is ranked.
        cuts: the k of R@k over units, ascending.
        main: the figure that the plot shows and the interval is drawn for.
        sessions: whether `all@k` and `any@k` count sessions, ranked by their best unit, instead of units.
        only_user: only what the user said is a candidate, as the official protocol has it.
        facts: whether facts are drawn unless the command says otherwise.
        ablated: whether ablations are rows of their own.
        b: BM25's length normalisation for the baseline.
        stop_words: the baseline's.
    """

    unit: Literal["turn", "passage", "turn or passage"]
    cuts: tuple[int, ...]
    main: str
    sessions: bool = False
    only_user: bool = False
    facts: bool = True
    ablated: bool = True
    b: float = 0.75
    stop_words: frozenset[str] = CHAT_STOP_WORDS

    @property
    def depth(self) -> int:
        """How many units a ranking must hold at least."""
        return self.cuts[-1]


#: Cut-offs of `all@k` and `any@k`.
GROUP_CUTS = (1, 5, 10)

PROTOCOLS: Mapping[DatasetName, Protocol] = MappingProxyType(
    {
        "locomo": Protocol(unit="turn", cuts=(5, 10, 20), main="R@10", b=0.3),
        "longmemeval": Protocol(unit="turn", cuts=(5, 10, 20), main="R@10", sessions=True, only_user=True, facts=False),
        "longmemeval_assistant": Protocol(
            unit="turn", cuts=(5, 10, 20), main="any@1", sessions=True, facts=False, ablated=False
        ),
        "multihop": Protocol(unit="passage", cuts=(2, 5, 10, 20), main="R@5", stop_words=PASSAGE_STOP_WORDS),
        "mixed": Protocol(unit="turn or passage", cuts=(2, 5, 10, 20), main="R@10", facts=False, ablated=False),
    }
)
