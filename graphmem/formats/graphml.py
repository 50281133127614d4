"""GraphML through networkx: entities, facts and interactions as a directed multigraph of plain attributes."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import networkx as nx

from graphmem.formats.codec import Row
from graphmem.formats.export import exported_rows
from graphmem.identity import instant_text
from graphmem.model import Entity, Fact, Interaction, Mention, Ruling, Synonym
from graphmem.ports import Assertion, Link, Node, Store
from graphmem.rows import Attribute

__all__ = ["graph_of", "write_graphml"]

#: Characters that XML 1.0 cannot hold, not even escaped (W3C XML 1.0, section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_of(store: Store, namespace: str, *, tick: Callable[[int], None] = lambda _: None) -> "nx.MultiDiGraph[str]":
    """Return a namespace as a networkx graph, held whole in memory.

    Nodes have `label` (Interaction, Entity, Fact, Ruling, or what was learnt), `name` and their fields; edges have
    `label`: MENTIONS, ASSERTS, SUBJECT, OBJECT, SYNONYM_OF, SUPERSEDES, CONFLICTS_WITH, RULES_ON, or a link's type.
    Rulings that were undone are left out. Attributes are texts, numbers and booleans; instants are ISO 8601 in UTC;
    what is None is absent; characters that XML cannot hold are U+FFFD.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(namespace=_xml(namespace))
    for row in exported_rows(store, namespace, vectors=False, tick=tick):
        if isinstance(row, Interaction | Entity | Fact | Node):
            _add_node(graph, row)
        else:
            _add_edge(graph, row)
    graph.remove_nodes_from([node for node, data in graph.nodes(data=True) if "label" not in data])
    return graph


def _add_node(graph: "nx.MultiDiGraph[str]", row: Interaction | Entity | Fact | Node) -> None:
    if isinstance(row, Interaction):
        graph.add_node(row.id, label="Interaction", name=_short(row.text), **_interaction(row))
    elif isinstance(row, Entity):
        aliases = _attributes(aliases=" | ".join(row.aliases) or None)
        graph.add_node(row.id, label="Entity", name=_xml(row.name), kind=_xml(row.kind), **aliases)
    elif isinstance(row, Fact):
        graph.add_node(row.id, label="Fact", name=_short(row.text), **_fact(row))
        graph.add_edge(row.id, row.subject_id, label="SUBJECT")
        graph.add_edge(row.id, row.object_id, label="OBJECT")
    else:
        graph.add_node(row.id, label=row.label, name=_short(row.name), **_learnt(row))


def _add_edge(graph: "nx.MultiDiGraph[str]", row: Row) -> None:
    if isinstance(row, Mention):
        about = {"count": row.count, "about": row.about, "weight": float(row.weight)}
        graph.add_edge(row.interaction, row.entity, label="MENTIONS", **about)
    elif isinstance(row, Assertion):
        graph.add_edge(row.interaction, row.fact, label="ASSERTS")
    elif isinstance(row, Synonym):
        graph.add_edge(row.a, row.b, label="SYNONYM_OF", score=float(row.score), method=_xml(row.method))
    elif isinstance(row, Ruling) and row.expired_at is None:
        _add_ruling(graph, row)
    elif isinstance(row, Link):
        graph.add_edge(
            row.source, row.target, label=row.type, **_attributes(key=row.key or None, **_flat(row.attributes))
        )


def _add_ruling(graph: "nx.MultiDiGraph[str]", row: Ruling) -> None:
    told = _attributes(
        kind=row.kind,
        at=row.at,
        until=row.until,
        reason=row.reason,
        decided_by=row.decided_by,
        created_at=row.created_at,
    )
    if row.newer is not None:
        label = "CONFLICTS_WITH" if row.kind == "conflict" else "SUPERSEDES"
        graph.add_edge(row.newer, row.older, label=label, **told)
    else:
        graph.add_node(row.id, label="Ruling", name=_short(f"{row.kind} {row.reason}"), **told)
        graph.add_edge(row.id, row.older, label="RULES_ON")


def write_graphml(
    store: Store, namespace: str, *, to: Path, tick: Callable[[int], None] = lambda _: None
) -> dict[str, int]:
    """Write a namespace to a GraphML file and return how many nodes and edges of each label."""
    graph = graph_of(store, namespace, tick=tick)
    nx.write_graphml_xml(graph, str(to), encoding="utf-8")
    counts: dict[str, int] = {}
    labels = [data["label"] for _, data in graph.nodes(data=True)]
    labels += [data["label"] for _, _, data in graph.edges(data=True)]
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return dict(sorted(counts.items()))


def _interaction(row: Interaction) -> dict[str, Any]:
    return _attributes(
        kind=row.kind, text=row.text, session=row.session, speaker=row.speaker, role=row.role, at=row.at,
        caption=row.caption, title=row.title, source=row.source, created_at=row.created_at,
    )  # fmt: skip


def _fact(row: Fact) -> dict[str, Any]:
    return _attributes(
        predicate=row.predicate, text=row.text, subject=row.subject, object=row.object, at=row.at,
        valid_at=row.valid_at, invalid_at=row.invalid_at, negated=row.negated, modality=row.modality,
        confidence=float(row.confidence), created_at=row.created_at, expired_at=row.expired_at, extractor=row.extractor,
    )  # fmt: skip


def _learnt(row: Node) -> dict[str, Any]:
    told = {"text": row.text, "at": row.at, "created_at": row.created_at, "expired_at": row.expired_at}
    return _attributes(**told, **_flat(row.attributes))


def _flat(attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    """Return attributes as single values: a list becomes a text."""
    return {
        name: value if value is None or isinstance(value, str | int | float) else " | ".join(map(str, value))
        for name, value in attributes.items()
    }


def _attributes(**values: Any) -> dict[str, Any]:
    return {key: _attribute(value) for key, value in values.items() if value is not None}


def _attribute(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return _xml(value) if isinstance(value, str) else value


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _short(text: str) -> str:
    """Return a caption of at most 60 characters."""
    line = " ".join(_xml(text).split())
    return line if len(line) <= 60 else line[:59] + "…"
