"""The forms of a chat model's answers. Imported only when one is asked: pydantic comes with LangChain."""

from typing import Literal

from graphmem.errors import MissingExtra
from graphmem.model import Modality

try:
    from pydantic import BaseModel, Field
except ImportError as err:
    raise MissingExtra("chat models need a package: pip install 'graphmem[langchain]'") from err

__all__ = ["FoundInRecords", "GistsOfRecords", "LessonsOfATask"]


# --- what is drawn from turns ---------------------------------------------------------------------------------------


class FoundName(BaseModel):
    """An entity that a record names."""

    name: str
    kind: str = "unknown"
    about: bool = False


class FoundFact(BaseModel):
    """A relation that a record states."""

    subject: str
    predicate: str
    object: str
    negated: bool = False
    modality: Modality | None = None
    when: str | None = None
    since: str | None = None
    until: str | None = None


class FoundInRecord(BaseModel):
    """What one record holds."""

    n: int
    entities: list[FoundName] = Field(default_factory=list)
    facts: list[FoundFact] = Field(default_factory=list)


class FoundInRecords(BaseModel):
    """What all records hold, an item each, in their order."""

    records: list[FoundInRecord]


# --- what is learnt from a task -------------------------------------------------------------------------------------


class LessonEdit(BaseModel):
    """One operation on lessons."""

    kind: Literal["add", "edit", "agree", "remove"]
    lesson: int | None = None
    text: str = ""


class LessonsOfATask(BaseModel):
    """Which steps mattered, and what is to be learnt."""

    key_steps: list[int] = Field(default_factory=list)
    edits: list[LessonEdit] = Field(default_factory=list)


# --- what texts come down to ----------------------------------------------------------------------------------------


class OneGist(BaseModel):
    """What one record comes down to."""

    n: int
    title: str
    keywords: list[str]
    tags: list[str] = Field(default_factory=list)
    summary: str


class GistsOfRecords(BaseModel):
    """What all records come down to, an item each."""

    gists: list[OneGist]
