"""The reference MCP memory server: its `memory.jsonl`, a line an entity or a relation."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.items import Problem
from graphmem.formats.peers.reading import records, required, texts
from graphmem.formats.peers.values import Found, OldNode, OldRelation
from graphmem.formats.source import TextSource

__all__ = ["read_mcp_memory"]


def read_mcp_memory(source: TextSource) -> Iterator[Found]:
    """Yield entities and relations in the file's order, also those of what `read_graph` returns."""
    for part in records(source, lists=("entities", "relations")):
        if isinstance(part, Problem):
            yield part
            continue
        line, record = part
        try:
            yield _told(record, line=line)
        except InvalidInput as err:
            yield Problem(source.name, line, str(err))


def _told(record: Mapping[str, Any], *, line: int) -> OldNode | OldRelation:
    if record.get("type") == "relation" or "relationType" in record:
        return OldRelation(
            source=required(record, "from", "source"),
            target=required(record, "to", "target"),
            type=required(record, "relationType"),
            line=line,
        )
    if "name" not in record:
        raise InvalidInput("this record is neither an entity nor a relation")
    # The Neo4j server writes the type under `type`, which the reference uses to tell entities from relations.
    kind = record.get("entityType") or (record.get("type") if record.get("type") != "entity" else None)
    return OldNode(
        name=required(record, "name"),
        type=required({"entityType": kind}, "entityType"),
        observations=tuple(o for o in texts(record, "observations") if o.strip()),
        line=line,
    )
