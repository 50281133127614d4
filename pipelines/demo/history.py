"""The sample history: invented people, an assistant and a project's documents, one JSON object a line.

A line has `session`, `at` and `text`; a chat turn also `speaker` and perhaps `role` and `caption`, a document's passage
`title` and `source`. Lines are in order of time.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from typing import Any

from graphmem import Message, Passage

__all__ = ["Run", "runs"]


@dataclass(frozen=True, slots=True)
class Run:
    """Interactions of one session that follow each other without another session between them."""

    session: str
    told: tuple[Message | Passage, ...]


def runs() -> Iterator[Run]:
    """Yield the whole history in order of time, run by run."""
    lines = files("pipelines.demo").joinpath("history.jsonl").read_text(encoding="utf-8").splitlines()
    for session, records in groupby(map(json.loads, lines), key=lambda record: str(record["session"])):
        yield Run(session, tuple(map(_told, records)))


def _told(record: Mapping[str, Any]) -> Message | Passage:
    at = datetime.fromisoformat(record["at"])
    if "title" in record:
        return Passage(record["text"], title=record["title"], source=record["source"], at=at)
    return Message(
        record["text"], speaker=record["speaker"], role=record.get("role"), at=at, caption=record.get("caption")
    )
