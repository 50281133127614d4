"""Arguments and results of the profile `memory`."""

from typing import Any, Literal

from pydantic import Field

from graphmem.integrations.mcp.tools import Arguments, Result

__all__ = [
    "AddMemory",
    "AddedMemories",
    "AddedMemory",
    "ByMemoryId",
    "Done",
    "FactOut",
    "Facts",
    "FactsOut",
    "Forget",
    "ForgottenOut",
    "GetMemories",
    "GetMemory",
    "HistoryOut",
    "HitOut",
    "Memories",
    "MemoryOut",
    "MessageIn",
    "Recall",
    "RecallOut",
    "SearchMemories",
    "UpdateMemory",
    "VersionOut",
]

_INSTANT = "an ISO 8601 instant with its zone, such as 2026-03-01T09:00:00+00:00"
_FILTERS = (
    'Conditions on fields, e.g. {"user_id": "ada", "topic": {"in": ["food"]}}; operators eq ne gt gte lt lte in nin '
    "contains icontains; AND, OR and NOT take lists of filters"
)


class MessageIn(Arguments):
    """One turn of a conversation."""

    role: Literal["user", "assistant", "system", "tool"] = "user"
    content: str
    name: str | None = Field(default=None, description="Who said it, where there is a name")


class Scope(Arguments):
    """Whom and what a memory belongs to, within this server's memory."""

    user_id: str | None = Field(default=None, description="Whose it is, where this memory serves several people")
    agent_id: str | None = Field(default=None, description="Which agent it belongs to")
    run_id: str | None = Field(default=None, description="Which conversation or task it belongs to")


class AddMemory(Scope):
    """Arguments of add_memory: `text` or `messages`."""

    text: str | None = Field(default=None, description="What to remember, in whole sentences that name people")
    messages: list[MessageIn] | None = Field(default=None, description="Turns of a conversation, instead of text")
    metadata: dict[str, Any] | None = Field(default=None, description="Fields to filter by later")
    timestamp: str | None = Field(default=None, description=f"When it was said: {_INSTANT}; now by default")


class SearchMemories(Scope):
    """Arguments of search_memories."""

    query: str = Field(description="What to look for, in natural language")
    filters: dict[str, Any] | None = Field(default=None, description=_FILTERS)
    limit: int = Field(default=10, ge=1, le=100)


class GetMemories(Scope):
    """Arguments of get_memories."""

    filters: dict[str, Any] | None = Field(default=None, description=_FILTERS)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, description="next_cursor of the page before")


class ByMemoryId(Arguments):
    """Arguments of tools about one memory."""

    memory_id: str


class GetMemory(ByMemoryId):
    """Arguments of get_memory."""

    offset: int = Field(default=0, ge=0, description="Character of the text to begin at, for long ones")


class UpdateMemory(ByMemoryId):
    """Arguments of update_memory."""

    text: str = Field(description="What it says from now on; the old text stays in its history")
    metadata: dict[str, Any] | None = Field(default=None, description="Fields to add or replace")


class Recall(Arguments):
    """Arguments of recall."""

    query: str = Field(description="The question, in natural language")
    limit: int = Field(default=10, ge=1, le=50)
    as_of: str | None = Field(default=None, description=f"What was true then: {_INSTANT}")
    since: str | None = Field(default=None, description=f"Only what was said at or after {_INSTANT}")
    until: str | None = Field(default=None, description=f"Only what was said before {_INSTANT}")
    session: str | None = Field(default=None, description="One conversation or document only")


class Facts(Arguments):
    """Arguments of facts."""

    about: str | None = Field(default=None, description="Name of the person or thing; all facts without it")
    predicate: str | None = Field(default=None, description="Relation in snake case, such as works_at")
    as_of: str | None = Field(default=None, description=f"What held then: {_INSTANT}; without it, what holds now")
    include_superseded: bool = Field(default=False, description="Facts that are not true any more, too")
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, description="next_cursor of the page before")


class Forget(Arguments):
    """Arguments of forget: exactly one."""

    session: str | None = Field(default=None, description="A whole conversation or document")
    entity: str | None = Field(default=None, description="A person or thing with all facts about it")
    person: str | None = Field(default=None, description="An entity, and everything this person said")


class AddedMemory(Result):
    """One memory that was added."""

    id: str
    memory: str
    event: Literal["ADD"] = "ADD"


class AddedMemories(Result):
    """What was added, and what was left out and why."""

    results: list[AddedMemory]
    left_out: list[str] | None = None


class MemoryOut(Result):
    """A memory as it now reads; `length` is that of its whole text, where not all is here."""

    id: str
    memory: str
    created_at: str | None = None
    updated_at: str | None = None
    at: str | None = Field(default=None, description="When it was said")
    session: str | None = None
    speaker: str | None = None
    role: str | None = None
    user_id: str | None = None
    agent_id: str | None = None
    run_id: str | None = None
    metadata: dict[str, Any] | None = None
    score: float | None = Field(default=None, description="1 is the best of this answer; compare within it only")
    length: int | None = None


class Memories(Result):
    """Memories, and where to go on."""

    results: list[MemoryOut]
    next_cursor: str | None = None


class VersionOut(Result):
    """One version of a memory."""

    version: int
    memory: str
    event: Literal["ADD", "UPDATE"]
    at: str | None = None
    length: int | None = None


class HistoryOut(Result):
    """The versions of a memory, oldest first."""

    memory_id: str
    results: list[VersionOut]


class Done(Result):
    """What was done."""

    message: str


class FactOut(Result):
    """One dated relation; instants are ISO 8601, missing ones are unknown or unbounded."""

    id: str
    subject: str
    predicate: str
    object: str
    text: str
    negated: bool = False
    modality: str | None = None
    valid_at: str | None = None
    invalid_at: str | None = None
    said_at: str | None = None
    expired_at: str | None = None
    confidence: float
    sources: list[str]


class FactsOut(Result):
    """Facts, the latest said first."""

    results: list[FactOut]
    next_cursor: str | None = None


class HitOut(Result):
    """One thing found, with its reasons."""

    id: str
    text: str
    at: str | None = None
    session: str | None = None
    speaker: str | None = None
    score: float
    why: str = Field(description="The parts of its score, and the path through the graph that led to it")
    facts: list[str] | None = None
    length: int | None = None


class RecallOut(Result):
    """What bears on the question, best first."""

    results: list[HitOut]
    undated_left_out: int | None = None
    degraded: list[str] | None = None


class ForgottenOut(Result):
    """How much of each kind is gone."""

    interactions: int
    facts: int
    entities: int
    still_mentioned_in: list[str]
