"""Graphiti: nodes and edges as `model_dump(mode="json")` writes them, or an APOC export of its Neo4j (JSON Lines)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.formats.items import Item, Problem
from graphmem.formats.peers.reading import instant, optional, records, required, texts
from graphmem.formats.peers.values import Found, Lost, OldEntity, OldFact
from graphmem.formats.source import TextSource
from graphmem.model import Fact, Message, Passage

__all__ = ["read_graphiti"]

_LISTS = ("episodes", "episodic_nodes", "nodes", "entity_nodes", "edges", "entity_edges")
_TURN = re.compile(r"^\s*([^:\n]{1,80}):\s+(\S.*)$", re.DOTALL)
_NEXT_TURN = re.compile(r"\n\s*[^:\n]{1,80}: ")
_KINDS = {
    "person": "person", "user": "person", "organization": "organisation", "organisation": "organisation",
    "company": "organisation", "location": "place", "place": "place", "event": "event", "product": "product",
    "document": "work", "topic": "concept", "preference": "concept",
}  # fmt: skip
_UNWORDED = re.compile(r"\W+")


def read_graphiti(source: TextSource) -> Iterator[Found]:
    """Yield episodes, entities with their summaries, and facts; edges may stand before the nodes they join.

    The names of entities are kept in memory until the end, and so are the edges.
    """
    names: dict[str, str] = {}
    edges: list[tuple[int, Mapping[str, Any]]] = []
    for part in records(source, lists=_LISTS):
        if isinstance(part, Problem):
            yield part
            continue
        line, record = part[0], _flat(part[1])
        try:
            if "source_node_uuid" in record:
                edges.append((line, record))
            elif "content" in record:
                yield _episode(record, path=source.name, line=line)
            else:
                yield from _entity(record, names, path=source.name, line=line)
        except InvalidInput as err:
            yield Problem(source.name, line, str(err))
    for line, record in edges:
        try:
            yield from _fact(record, names, line=line)
        except InvalidInput as err:
            yield Problem(source.name, line, str(err))


def _flat(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record of an APOC export as Graphiti's own: its properties, labels and ends."""
    properties = record.get("properties")
    if record.get("type") not in ("node", "relationship") or not isinstance(properties, Mapping):
        return record
    if record["type"] == "node":
        return {**properties, "labels": record.get("labels", [])}
    ends = {"source_node_uuid": _end(record.get("start")), "target_node_uuid": _end(record.get("end"))}
    return {"label": record.get("label"), **ends, **properties}


def _end(value: object) -> str | None:
    properties = value.get("properties") if isinstance(value, Mapping) else None
    uuid = properties.get("uuid") if isinstance(properties, Mapping) else None
    return uuid if isinstance(uuid, str) else None


def _episode(record: Mapping[str, Any], *, path: str, line: int) -> Item:
    id_, text, at = required(record, "uuid"), required(record, "content"), instant(record, "valid_at")
    session = optional(record, "group_id") or "graphiti"
    source = optional(record, "source_description")
    kept = {"graphiti": {"name": optional(record, "name"), "source": optional(record, "source")}}
    turn = _TURN.match(text) if record.get("source") == "message" else None
    if turn is not None and not _NEXT_TURN.search(text):
        # Graphiti's form of a message; the words alone are what was said, by whom is kept beside them.
        return Item(session, Message(turn[2], speaker=turn[1].strip(), at=at, id=id_, metadata=kept), path, line)
    return Item(session, Passage(text, source=source, at=at, id=id_, metadata=kept), path, line)


def _entity(record: Mapping[str, Any], names: dict[str, str], *, path: str, line: int) -> Iterator[Found]:
    labels = [label for label in texts(record, "labels") if label != "Entity"]
    if "Community" in labels or "Saga" in labels or ("uuid" in record and "name" not in record):
        yield Lost("communities and sagas: they summarise what is carried")
        return
    id_, name = required(record, "uuid"), required(record, "name")
    names[id_] = name
    yield OldEntity(name=name, kind=next((_KINDS[one.lower()] for one in labels if one.lower() in _KINDS), "unknown"))
    if record.get("name_embedding") is not None:
        yield Lost("embeddings: they are made anew by this memory's embedder")
    summary, attributes = optional(record, "summary"), record.get("attributes")
    if summary is not None:
        kept = {"graphiti": {"labels": labels, **({"attributes": attributes} if attributes else {})}}
        told = Passage(summary, title=name, source="graphiti summary", id=id_, metadata=kept)
        yield Item(optional(record, "group_id") or "graphiti", told, path, line)
    elif attributes:
        yield Lost("attributes of entities without a summary")


def _fact(record: Mapping[str, Any], names: Mapping[str, str], *, line: int) -> Iterator[Found]:
    if record.get("fact") is None:
        # MENTIONS, HAS_MEMBER and the like: mentions are found anew in the episodes' texts.
        yield Lost("links without a fact (mentions, members): they are found anew in the texts")
        return
    ends = names.get(str(record.get("source_node_uuid"))), names.get(str(record.get("target_node_uuid")))
    if ends[0] is None or ends[1] is None:
        raise InvalidInput("an end of this edge is no entity of the file")
    yield OldFact(
        fact=Fact(
            ends[0],
            _UNWORDED.sub("_", required(record, "name")).strip("_").lower(),
            ends[1],
            valid_at=instant(record, "valid_at"),
            invalid_at=instant(record, "invalid_at"),
            text=required(record, "fact"),
        ),
        sources=texts(record, "episodes"),
        line=line,
    )
    if record.get("expired_at") is not None:
        yield Lost("when Graphiti retired a fact: it is kept with the interval in which it held")
    if record.get("fact_embedding") is not None:
        yield Lost("embeddings: they are made anew by this memory's embedder")
