"""ChatGPT's data export, `conversations.json`: a list of conversations, each a tree of messages.

Only the branch that leads to `current_node` is read: it is the conversation as its user last saw it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.conversations import elements
from graphmem.formats.instants import parse_instant
from graphmem.formats.items import Item, Problem, ReadOptions, Told
from graphmem.formats.records import checked, content_of, role_of
from graphmem.formats.source import TextSource
from graphmem.model import Message

__all__ = ["read_chatgpt"]

#: What the model was given or thought, not what was said.
_UNSAID = frozenset({"model_editable_context", "user_editable_context", "thoughts", "reasoning_recap"})


def read_chatgpt(source: TextSource, options: ReadOptions) -> Iterator[Told]:
    """Yield the messages of each conversation in order; the session is the conversation's id, its title is metadata."""
    for number, part in enumerate(elements(source), 1):
        if isinstance(part, Problem):
            yield part
        elif not isinstance(part.value, Mapping) or not isinstance(part.value.get("mapping"), Mapping):
            yield Problem(source.name, part.line, "this record is no conversation: it has no mapping of messages")
        else:
            yield from _conversation(part.value, line=part.line, number=number, source=source, options=options)


def _conversation(
    value: Mapping[str, Any], *, line: int, number: int, source: TextSource, options: ReadOptions
) -> Iterator[Told]:
    own = value.get("conversation_id") or value.get("id")
    name = own if isinstance(own, str) and own.strip() else f"{source.name}#{number}"
    title = value.get("title")
    for node in _branch(value):
        try:
            message = _message(node, conversation=name, title=title if isinstance(title, str) else None)
        except InvalidInput as err:
            yield Problem(source.name, line, f"conversation {name}, message {node.get('id')}: {err}")
            continue
        if message is not None:
            yield Item(options.session or name, message, source.name, line)


def _branch(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the messages from the root to the current node; without one, to the node that was added last."""
    mapping = value["mapping"]
    at = value.get("current_node")
    if at not in mapping:
        at = next(reversed(mapping), None)
    branch: list[Mapping[str, Any]] = []
    seen = set()
    while isinstance(at, str) and at in mapping and at not in seen:
        seen.add(at)
        node = mapping[at]
        if not isinstance(node, Mapping):
            break
        if isinstance(node.get("message"), Mapping):
            branch.append(node["message"])
        at = node.get("parent")
    return branch[::-1]


def _message(node: Mapping[str, Any], *, conversation: str, title: str | None) -> Message | None:
    """Return a node's message, None where nothing was said: hidden, empty, or the model's own notes."""
    content = node.get("content")
    if not isinstance(content, Mapping) or content.get("content_type") in _UNSAID or _hidden(node):
        return None
    parts = _parts(content)
    if not parts:
        return None
    said = content_of(parts)
    author = node.get("author")
    role = author.get("role") if isinstance(author, Mapping) else None
    at = node.get("create_time")
    own = node.get("id")
    return Message(
        said.text,
        role=role_of(role),
        at=None if at is None else parse_instant(at),
        # A conversation branched off another repeats its messages' ids in a session of its own.
        id=f"{conversation}/{own}" if isinstance(own, str) and own else None,
        caption=said.caption,
        metadata={"title": checked(title, what="the title")} if title else {},
    )


def _hidden(node: Mapping[str, Any]) -> bool:
    metadata = node.get("metadata")
    return isinstance(metadata, Mapping) and bool(metadata.get("is_visually_hidden_from_conversation"))


def _parts(content: Mapping[str, Any]) -> list[Any]:
    """Return the parts that hold something: `parts`, or the `text` or `result` of code, output and quotes."""
    parts = content.get("parts")
    if not isinstance(parts, list):
        parts = [content.get("text") or content.get("result")]
    return [p for p in parts if (p.strip() if isinstance(p, str) else p)]
