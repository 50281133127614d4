"""Conversations as records: JSON Lines or lists of messages, and lists in the manner of chat APIs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.items import Item, Problem, ReadOptions, Told
from graphmem.formats.jsonstream import Broken, Element, array_elements, line_elements
from graphmem.formats.records import message_of, session_of
from graphmem.formats.source import TextSource

__all__ = ["elements", "read_messages", "read_openai"]


def elements(source: TextSource) -> Iterator[Element | Problem]:
    """Yield the records of a JSON file, one at a time: by line where each line is one, else by brackets."""
    parts = line_elements(source.lines()) if _by_line(source) else array_elements(source.pieces())
    for part in parts:
        if isinstance(part, Broken):
            yield Problem(source.name, part.line, part.why)
        else:
            yield part


def _by_line(source: TextSource) -> bool:
    name = source.name.removesuffix(".gz").lower()
    if name.endswith((".jsonl", ".ndjson")):
        return True
    first = next((line for line in source.head().splitlines() if line.strip()), "")
    try:
        return isinstance(json.loads(first), dict) and not name.endswith(".json")
    except ValueError:
        return False


def read_messages(source: TextSource, options: ReadOptions) -> Iterator[Told]:
    """Yield the messages of JSON Lines, or of one JSON list; a record without a session goes to the file's."""
    for part in elements(source):
        if isinstance(part, Problem):
            yield part
        elif isinstance(part.value, list):
            for record in part.value:
                yield _told(record, line=part.line, session=source.name, source=source, options=options)
        else:
            yield _told(part.value, line=part.line, session=source.name, source=source, options=options)


def read_openai(source: TextSource, options: ReadOptions) -> Iterator[Told]:
    """Yield the messages of chat-API lists: one list, a list of lists, or objects that hold `messages`.

    Several conversations in a file are told apart as `file#1`, `file#2`, unless they name themselves.
    """
    for number, part in enumerate(elements(source), 1):
        if isinstance(part, Problem):
            yield part
            continue
        messages, session = _conversation(part.value, name=source.name, number=number)
        for message in messages:
            yield _told(message, line=part.line, session=session, source=source, options=options)


def _conversation(value: Any, *, name: str, number: int) -> tuple[list[Any], str]:
    """Return a conversation's messages and session: a list, an object with `messages`, or one message of the file's."""
    if isinstance(value, list):
        return value, f"{name}#{number}"
    if not isinstance(value, Mapping) or not isinstance(value.get("messages"), list):
        return [value], name
    own = value.get("id") or value.get("session") or value.get("conversation_id") or value.get("thread_id")
    return value["messages"], str(own) if isinstance(own, str | int) else f"{name}#{number}"


def _told(record: Any, *, line: int, session: str, source: TextSource, options: ReadOptions) -> Told:
    try:
        record = _decoded(_with_calls(record))
        message = message_of(record, zone=options.timezone)
        return Item(options.session or session_of(record) or session, message, source.name, line)
    except InvalidInput as err:
        return Problem(source.name, line, str(err))


def _decoded(record: Any) -> Any:
    """Refuse a record whose bytes were not UTF-8, or that escapes half a pair: what it said cannot be known."""
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as err:
        raise InvalidInput("holds bytes that are not UTF-8, or half a surrogate pair: mend the file") from err
    return record


def _with_calls(record: Any) -> Any:
    """Return a message that only calls tools with the calls as its text; others as they are."""
    if not isinstance(record, Mapping) or record.get("content") or record.get("text"):
        return record
    calls = [call.get("function") for call in record.get("tool_calls") or () if isinstance(call, Mapping)]
    told = [f"{call.get('name')}({call.get('arguments', '')})" for call in calls if isinstance(call, Mapping)]
    words = "\n".join(told) or record.get("refusal")
    return {**record, "content": words} if words else record
