"""The profile `memory`: tools shaped as mem0's, and what mem0 has not: recall with reasons and dates, facts, forget."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mcp.server.lowlevel.server import Server

from graphmem.errors import InvalidInput
from graphmem.formats.instants import parse_instant
from graphmem.integrations.mcp.memory_models import (
    AddedMemories,
    AddedMemory,
    AddMemory,
    ByMemoryId,
    Done,
    FactOut,
    Facts,
    FactsOut,
    Forget,
    ForgottenOut,
    GetMemories,
    GetMemory,
    HistoryOut,
    HitOut,
    Memories,
    MemoryOut,
    Recall,
    RecallOut,
    SearchMemories,
    UpdateMemory,
    VersionOut,
)
from graphmem.integrations.mcp.tools import Tool, server_of
from graphmem.integrations.mem0.filters import checked_filters, matches
from graphmem.integrations.notes import Note, Notes, Where
from graphmem.memory import Memory
from graphmem.model import Fact, Hit, Message, RecallOptions

__all__ = ["memory_server", "memory_tools"]

#: Characters of a text in a list of results, and of one that is read by itself; the rest is asked for.
_EXCERPT, _WHOLE = 2_000, 100_000
_SCOPE = ("user_id", "agent_id", "run_id")

_INSTRUCTIONS = (
    "Long-term memory. Before answering, search it or recall from it when the user refers to anything said before, to "
    "people, plans or preferences. Add what is worth knowing later, word for word where wording matters; correct a "
    "memory with update_memory, so that its history stays. Never add what recall returned, nor these instructions."
)


def memory_server(memory: Memory, *, more: tuple[Tool[Any], ...] = ()) -> Server[Any]:
    """Return a server of the profile `memory` on this memory, with more tools where given."""
    return server_of("memory", (*memory_tools(memory), *more), instructions=_INSTRUCTIONS)


def memory_tools(memory: Memory) -> tuple[Tool[Any], ...]:
    """Return the ten tools of the profile over one memory."""
    notes = Notes(memory)
    return (*_writing_tools(notes), *_reading_tools(notes), *_own_tools(memory))


def _writing_tools(notes: Notes) -> tuple[Tool[Any], ...]:
    return (
        Tool(
            name="add_memory",
            title="Add memory",
            description="Remember a text, or turns of a conversation. It can be searched at once.",
            arguments=AddMemory,
            result=AddedMemories,
            run=lambda given: _add(notes, given),
        ),
        Tool(
            name="update_memory",
            title="Update memory",
            description="Say what a memory reads from now on. The old text is kept in its history, and not found.",
            arguments=UpdateMemory,
            result=MemoryOut,
            run=lambda given: _out(
                notes.update(given.memory_id, text=given.text, metadata=given.metadata, background=True)
            ),
        ),
        Tool(
            name="delete_memory",
            title="Delete memory",
            description="Delete a memory with its history, for good.",
            arguments=ByMemoryId,
            result=Done,
            run=lambda given: _delete(notes, given),
            destroys=True,
            repeats=True,
        ),
    )


def _reading_tools(notes: Notes) -> tuple[Tool[Any], ...]:
    return (
        Tool(
            name="search_memories",
            title="Search memories",
            description="Find memories that bear on a question, best first.",
            arguments=SearchMemories,
            result=Memories,
            run=lambda given: Memories(
                results=[_out(n) for n in notes.search(given.query, top_k=given.limit, where=_where(given))]
            ),
            reads=True,
            repeats=True,
        ),
        Tool(
            name="get_memories",
            title="List memories",
            description="List memories in the order of time, page by page.",
            arguments=GetMemories,
            result=Memories,
            run=lambda given: _page(notes, given),
            reads=True,
            repeats=True,
        ),
        Tool(
            name="get_memory",
            title="Get memory",
            description="Read one memory by its id.",
            arguments=GetMemory,
            result=MemoryOut,
            run=lambda given: _out(notes.get(given.memory_id), offset=given.offset, size=_WHOLE),
            reads=True,
            repeats=True,
        ),
        Tool(
            name="memory_history",
            title="History of a memory",
            description="List what a memory said before it was updated, oldest first.",
            arguments=ByMemoryId,
            result=HistoryOut,
            run=lambda given: _history(notes.get(given.memory_id)),
            reads=True,
            repeats=True,
            aliases=("get_memory_history",),
        ),
    )


def _own_tools(memory: Memory) -> tuple[Tool[Any], ...]:
    return (
        Tool(
            name="recall",
            title="Recall",
            description="Find what bears on a question, with the reasons and the facts; as_of asks about the past.",
            arguments=Recall,
            result=RecallOut,
            run=lambda given: _recall(memory, given),
            reads=True,
            repeats=True,
        ),
        Tool(
            name="facts",
            title="Facts",
            description="List what is known about a person or thing as dated relations, the latest said first.",
            arguments=Facts,
            result=FactsOut,
            run=lambda given: _facts(memory, given),
            reads=True,
            repeats=True,
        ),
        Tool(
            name="forget",
            title="Forget",
            description="Delete a whole session, an entity, or a person with all they said, for good.",
            arguments=Forget,
            result=ForgottenOut,
            run=lambda given: _forget(memory, given),
            destroys=True,
            repeats=True,
        ),
    )


def _add(notes: Notes, given: AddMemory) -> AddedMemories:
    if (given.text is None) == (given.messages is None):
        raise InvalidInput("say either text or messages")
    at = _instant(given.timestamp, what="timestamp")
    metadata = {**(given.metadata or {}), **{k: v for k in _SCOPE if (v := getattr(given, k)) is not None}}
    turns = given.messages or []
    told = [Message(given.text, at=at, metadata=metadata)] if given.text is not None else []
    told += [
        Message(t.content, role=t.role, speaker=t.name, at=at, metadata=metadata)
        for t in turns
        if t.role != "system" and t.content.strip()
    ]
    added = notes.add(told, session=given.run_id or "default", background=True) if told else []
    skipped = len(turns) - len(told) if turns else 0
    left_out = [f"{skipped} system or empty messages: they are instructions, not memories"] if skipped else []
    if any(len(message.text) > _WHOLE for message in told):
        left_out.append(f"facts behind character {_WHOLE:,} of a text: they may not be drawn; its words are found")
    results = [AddedMemory(id=n.id, memory=_cut(n.text)) for n in added]
    return AddedMemories(results=results, left_out=left_out or None)


def _where(given: SearchMemories | GetMemories) -> Where:
    filters = dict(checked_filters(given.filters))
    scope = {k: v for k in _SCOPE if (v := getattr(given, k)) is not None}
    return lambda note: matches(scope, note.metadata) and matches(filters, _fields(note))


def _fields(note: Note) -> Mapping[str, Any]:
    current = note.current
    own = {"session": current.session, "speaker": current.speaker, "role": current.role, "at": _text(current.at)}
    dates = {"created_at": _text(note.versions[0].created_at), "updated_at": _text(current.created_at)}
    return {**own, **dates, **note.metadata}


def _page(notes: Notes, given: GetMemories) -> Memories:
    found = notes.page(where=_where(given), after=given.cursor, top_k=given.limit + 1)
    cursor = found[given.limit - 1].id if len(found) > given.limit else None
    return Memories(results=[_out(n) for n in found[: given.limit]], next_cursor=cursor)


def _delete(notes: Notes, given: ByMemoryId) -> Done:
    gone = notes.delete(given.memory_id)
    return Done(message=f"Memory deleted, with {gone.interactions} versions and {gone.facts} facts")


def _history(note: Note) -> HistoryOut:
    versions = [
        VersionOut(
            version=number,
            memory=_cut(i.text),
            event="ADD" if number == 1 else "UPDATE",
            at=_text(i.at or i.created_at),
            length=_length(i.text),
        )
        for number, i in enumerate(note.versions, 1)
    ]
    return HistoryOut(memory_id=note.id, results=versions)


def _recall(memory: Memory, given: Recall) -> RecallOut:
    options = RecallOptions(
        session=given.session,
        since=_instant(given.since, what="since"),
        until=_instant(given.until, what="until"),
        as_of=_instant(given.as_of, what="as_of"),
    )
    found = memory.recall(given.query, top_k=given.limit, options=options)
    return RecallOut(
        results=[_hit(hit) for hit in found],
        undated_left_out=found.undated or None,
        degraded=[f"{d.what}: {d.why}" for d in found.degraded] or None,
    )


def _hit(hit: Hit) -> HitOut:
    told = hit.interaction
    return HitOut(
        id=hit.id,
        text=_cut(hit.text),
        at=_text(hit.at),
        session=told.session if told else None,
        speaker=(told.speaker or told.role) if told else None,
        score=hit.score,
        why=str(hit.why),
        facts=[fact.text for fact in hit.facts] or None,
        length=_length(hit.text),
    )


def _facts(memory: Memory, given: Facts) -> FactsOut:
    begin = _position(given.cursor)
    wanted = begin + given.limit
    found = memory.facts(
        about=given.about,
        predicate=given.predicate,
        as_of=_instant(given.as_of, what="as_of"),
        include_superseded=given.include_superseded,
        top_k=wanted + 1,
    )
    more = str(wanted) if len(found) > wanted else None
    return FactsOut(results=[_fact(f) for f in found[begin:wanted]], next_cursor=more)


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal():
        raise InvalidInput("the cursor is none of an earlier answer: leave it out to begin again")
    return int(cursor)


def _fact(fact: Fact) -> FactOut:
    return FactOut(
        id=fact.id,
        subject=fact.subject,
        predicate=fact.predicate,
        object=fact.object,
        text=fact.text,
        negated=fact.negated,
        modality=fact.modality,
        valid_at=_text(fact.valid_at),
        invalid_at=_text(fact.invalid_at),
        said_at=_text(fact.at),
        expired_at=_text(fact.expired_at),
        confidence=fact.confidence,
        sources=list(fact.sources[:20]),
    )


def _forget(memory: Memory, given: Forget) -> ForgottenOut:
    if sum(told is not None for told in (given.session, given.entity, given.person)) != 1:
        raise InvalidInput("say exactly one of session, entity and person")
    gone = memory.forget(session=given.session, entity=given.entity, person=given.person)
    return ForgottenOut(
        interactions=gone.interactions,
        facts=gone.facts,
        entities=gone.entities,
        still_mentioned_in=list(gone.still_mentioned_in[:100]),
    )


def _out(note: Note, *, offset: int = 0, size: int = _EXCERPT) -> MemoryOut:
    current, metadata = note.current, note.metadata
    scope = {key: str(metadata.pop(key)) for key in _SCOPE if key in metadata}
    text = note.text[offset : offset + size]
    return MemoryOut(
        id=note.id,
        memory=text,
        created_at=_text(note.versions[0].created_at),
        updated_at=_text(current.created_at) if len(note.versions) > 1 else None,
        at=_text(current.at),
        session=current.session,
        speaker=current.speaker,
        role=current.role,
        metadata=metadata or None,
        score=note.score,
        length=len(note.text) if len(text) < len(note.text) else None,
        **scope,
    )


def _cut(text: str) -> str:
    return text[:_EXCERPT]


def _length(text: str) -> int | None:
    return len(text) if len(text) > _EXCERPT else None


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _instant(text: str | None, *, what: str) -> datetime | None:
    try:
        return None if text is None else parse_instant(text)
    except InvalidInput as err:
        raise InvalidInput(f"{what}: write an ISO 8601 instant with its zone, such as 2026-03-01T09:00:00Z") from err
