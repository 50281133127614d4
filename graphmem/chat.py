"""The port of a chat model: what learning asks of one, and what it may answer. Learning does without where none is.

A chat model words things and weighs lessons; it never decides what is kept. Everything it answers is checked, what it
wrote says so, and where it fails, what needs no model is done instead and the result says that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = ["RULES", "ChatModel", "Edit", "Gist", "Lessons", "Material", "Trial"]

#: What is recorded as the writer of what no model wrote.
RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A query that is being closed, as a chat model reads it.

    Args:
        query: what was asked.
        outcome: what came of it.
        answer: the answer given, None where there is none.
        steps: what was done, in order, numbered from 1.
        lessons: lessons that stand and bear on it, numbered from 1.
        others: similar queries with their outcomes and key steps, a line each.
    """

    query: str
    outcome: Literal["success", "failure"]
    answer: str | None = None
    steps: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One operation on lessons, after ExpeL (arXiv 2308.10144): `lesson` is a number of the trial's, from 1.

    `add` states a new one, `edit` says one better, `agree` supports one, `remove` speaks against one.
    """

    kind: Literal["add", "edit", "agree", "remove"]
    lesson: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What a chat model makes of a trial: numbers of the steps that mattered, in order, and operations on lessons."""

    key_steps: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a summary is to be of: texts in order, verbatim, and at most how many words it may have.

    `about` says what the texts are: a `segment` or `session` of a conversation, a `community` of facts, or the whole of
    a `memory`.
    """

    about: Literal["segment", "session", "community", "memory"]
    texts: tuple[str, ...]
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What some material comes down to: a title, keywords, a summary, and tags, the broad classes it is about."""

    title: str
    keywords: tuple[str, ...]
    text: str
    tags: tuple[str, ...] = ()


class ChatModel(Protocol):
    """A language model that words summaries and draws lessons. Pure: no store, no clock. Texts are data, never orders.

    Both verbs raise ModelError where the model fails or answers in no agreed form; nothing is half-done then.
    """

    @property
    def name(self) -> str:
        """What is recorded on all it wrote (`chat/gpt-5-mini`)."""

    def lessons(self, trial: Trial) -> Lessons:
        """Return which steps mattered and what is to be learnt, in one call."""

    def gists(self, materials: Sequence[Material]) -> Sequence[Gist]:
        """Return a gist of each, in order, in one call."""
