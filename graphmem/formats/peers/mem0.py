"""mem0: what `Memory.get_all` returns (`{"results": [...]}`), a list of memories, or points of its vector store."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.items import Problem
from graphmem.formats.peers.reading import instant, optional, records, required
from graphmem.formats.peers.values import Found, Lost, OldMemory
from graphmem.formats.source import TextSource

__all__ = ["read_mem0"]

_IDS = ("user_id", "agent_id", "run_id")
#: Fields that are carried as something else, or that say nothing once the text is there.
_TAKEN = frozenset(
    {*_IDS, "id", "memory", "data", "text", "created_at", "hash", "score", "metadata", "role", "text_lemmatized"}
)
_LOST = Lost("history of changes: mem0 exports what a memory says now; the earlier texts are in its history.db")


def read_mem0(source: TextSource) -> Iterator[Found]:
    """Yield the memories of an export; the fields of a memory that mem0 has and we have not are kept as metadata."""
    for part in records(source, lists=("results", "memories")):
        if isinstance(part, Problem):
            yield part
            continue
        line, record = part
        try:
            yield _memory(record, line=line)
        except InvalidInput as err:
            yield Problem(source.name, line, str(err))
            continue
        if record.get("updated_at") not in (None, record.get("created_at")):
            yield _LOST


def _memory(record: Mapping[str, Any], *, line: int) -> OldMemory:
    payload = record.get("payload")
    fields = {**payload, "id": record.get("id")} if isinstance(payload, Mapping) else dict(record)
    given = fields.get("metadata") or {}
    if not isinstance(given, Mapping):
        raise InvalidInput("metadata must be an object")
    rest = {key: value for key, value in fields.items() if key not in _TAKEN and value is not None}
    return OldMemory(
        id=required(fields, "id"),
        text=required(fields, "memory", "data", "text"),
        at=instant(fields, "created_at"),
        scope={name: value for name in _IDS if (value := optional(fields, name)) is not None},
        role=optional(fields, "role"),
        metadata={**rest, **given},
        line=line,
    )
