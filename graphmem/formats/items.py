"""What reading a file yields: items to remember, problems with their place, and files left aside."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal, get_args

from graphmem.model import Message, Passage

__all__ = ["FORMATS", "Format", "Item", "Problem", "ReadOptions", "Skipped", "Told"]

Format = Literal["messages", "openai", "chatgpt", "locomo", "markdown", "text"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to remember and where it was found.

    Args:
        session: the session it belongs to.
        what: the message or passage.
        path: the file it comes from, relative to what was asked for; `-` is standard input.
        line: line of the file on which it begins, from 1.
    """

    session: str
    what: Message | Passage
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A line or record that could not be taken; everything around it was. `line` counts from 1, None is the file."""

    path: str
    line: int | None
    why: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.why}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file in a folder that is of no kind graphmem reads, left aside."""

    path: str
    why: str


Told = Item | Problem


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read.

    Args:
        format: the format, None detects it per file.
        timezone: the zone of instants written without one; None refuses them (but see the formats' documentation:
            LoCoMo's and front matter's dates are taken as UTC).
        session: one session for everything; None takes the record's own, or the file's path.
    """

    format: Format | None = None
    timezone: tzinfo | None = None
    session: str | None = None
