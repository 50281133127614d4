"""What every benchmark is turned into: cases (one namespace each) of units to remember and questions to ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from graphmem.model import Message, Passage

__all__ = ["Case", "Dataset", "DatasetName", "Question", "Unit"]

DatasetName = Literal["locomo", "longmemeval", "longmemeval_assistant", "multihop", "mixed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One candidate: a turn or a passage.

    Args:
        key: the benchmark's own label (a turn's `dia_id`, a corpus index), unique in the case; only metrics see it.
        session: name of its session as it is told to the memory; never the benchmark's id where that gives gold away.
        told: what `Memory.remember` is given.
        text: what the dense baseline reads: speaker, text and caption, or title and text.
        words: what the BM25 baseline reads: the same, with the day of the session where turns are asked for by date.
    """

    key: str
    session: str
    told: Message | Passage
    text: str
    words: str

    @property
    def from_user(self) -> bool:
        """Whether the user said it (chats with an assistant); False for all others."""
        return isinstance(self.told, Message) and self.told.role == "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with its gold.

    Args:
        id: names it in the per-question output.
        text: what is asked.
        category: as the data types it, `all` where it does not.
        gold: keys of the units that hold the evidence, among the candidates of the official protocol.
        gold_all: the same among all units (assistant turns too); equal to `gold` where there is one protocol.
        gold_sessions: sessions that hold the evidence; empty where sessions are not scored.
        now: when it is asked, if the data says so.
    """

    id: str
    text: str
    category: str
    gold: frozenset[str]
    gold_all: frozenset[str]
    gold_sessions: frozenset[str] = frozenset()
    now: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One namespace: what is remembered, in order, and what is asked of it.

    `dropped` counts what the file holds and no figure can use, by reason (evidence that names no turn, blank turns,
    questions without gold): said in the result, never silent.
    """

    name: str
    units: tuple[Unit, ...]
    questions: tuple[Question, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A benchmark file, read lazily case by case; `data` is its name, for people."""

    name: DatasetName
    data: str
    cases: Iterator[Case]
