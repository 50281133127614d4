"""Learnt nodes and links on their way into any store: what may be an attribute, and when a save changes something."""

import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

import numpy as np

from graphmem.errors import InvalidInput, Outdated
from graphmem.rows import Attribute, Batch, Link, LinkType, Node, NodeLabel
from graphmem.stores.columns import Row, from_micros, micros
from graphmem.stores.rulings import earlier

__all__ = [
    "LABELS",
    "STANDS_ON",
    "TYPES",
    "KeptLink",
    "KeptNode",
    "attributes_of",
    "attributes_text",
    "check_expected",
    "join_link",
    "join_node",
    "kept_link",
    "kept_node",
    "link_of",
    "node_of",
    "within",
    "without_ground",
]

LABELS: frozenset[str] = frozenset(get_args(NodeLabel))
TYPES: frozenset[str] = frozenset(get_args(LinkType))
#: A node with a link of these types was made from its target, or tells of it: it goes when that is forgotten.
STANDS_ON: tuple[LinkType, ...] = ("DERIVED_FROM", "DESCRIBES")
#: Names that stores give to columns of their own.
_RESERVED = frozenset(
    (
        "namespace", "id", "nskey", "seq", "name", "text", "label", "attributes", "at", "created_at", "expired_at",
        "revision", "vector", "vector_f32", "embedding", "source", "target", "type", "key", "parallel", "fact",
    )
)  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class KeptNode:
    """A node as stores keep it: attributes as JSON, instants to the microsecond, the vector as bytes."""

    id: str
    label: str
    name: str
    text: str
    attributes: str
    at: datetime | None
    created_at: datetime | None
    expired_at: datetime | None
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class KeptLink:
    """A link as stores keep it."""

    type: str
    source: str
    target: str
    key: str
    attributes: str
    created_at: datetime | None

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What there is one link of."""
        return self.type, self.source, self.target, self.key

    @property
    def id(self) -> str:
        """Its id in the change log."""
        return " ".join(self.place)


def within(allowed: Collection[str], told: Collection[str] | None, *, what: str) -> list[str] | None:
    """Return labels or types as a list, None as None.

    Raises: InvalidInput: one is not on the whitelist.
    """
    if told is None:
        return None
    if unknown := sorted(set(told) - set(allowed)):
        raise InvalidInput(f"{unknown[0]!r} is no {what}; use one of {', '.join(sorted(allowed))}")
    return list(dict.fromkeys(told))


def attributes_text(attributes: Mapping[str, Attribute]) -> str:
    """Return attributes as JSON with sorted names, so that equal ones are equal texts.

    Raises: InvalidInput: a name is not in lower snake case or is taken, or a value is of no kind that is kept.

    >>> attributes_text({"kind": "booking", "scores": (1, 2.5)})
    '{"kind":"booking","scores":[1.0,2.5]}'
    """
    kept = {_named(name): _valued(name, value) for name, value in attributes.items()}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _named(name: str) -> str:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None or name in _RESERVED:
        raise InvalidInput(f"{name!r} cannot name an attribute: use lower snake case, at most 64 long, and no column's")
    return name


def _valued(name: str, value: Attribute) -> Any:
    if value is None or isinstance(value, str | int | float):
        return _scalar(name, value)
    if not isinstance(value, Sequence) or isinstance(value, bytes):
        raise InvalidInput(f"the attribute {name} is a {type(value).__name__}; keep texts, numbers, or lists of them")
    kinds = {bool if isinstance(v, bool) else type(v) for v in value}
    if kinds == {int, float}:
        return [_scalar(name, float(v)) for v in value]
    if len(kinds) > 1 or not kinds <= {str, int, float, bool}:
        raise InvalidInput(f"the list {name} holds {', '.join(sorted(k.__name__ for k in kinds))}; keep one kind")
    return [_scalar(name, v) for v in value]


def _scalar(name: str, value: Any) -> Any:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as err:
            raise InvalidInput(f"the attribute {name} holds a lone surrogate: no valid Unicode") from err
    elif isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"the attribute {name} is {value}; keep finite numbers")
    elif isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise InvalidInput(f"the attribute {name} is {value}; keep integers of 64 bits")
    return value


def attributes_of(text: str) -> dict[str, Attribute]:
    """Return attributes from their JSON; lists come back as tuples."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(text).items()}


# --- nodes ----------------------------------------------------------------------------------------------------------


def kept_node(node: Node, *, now: datetime) -> KeptNode:
    """Return a node as it is kept.

    Raises: InvalidInput: its label is not on the whitelist, an attribute or the vector cannot be kept.
    """
    within(LABELS, [node.label], what="label of a node")
    vector = None if node.vector is None else np.ascontiguousarray(node.vector, dtype="<f4")
    if vector is not None and vector.ndim != 1:
        raise InvalidInput(f"the vector of the node {node.id} has the shape {vector.shape}; give d numbers")
    return KeptNode(
        id=node.id,
        label=node.label,
        name=node.name,
        text=node.text,
        attributes=attributes_text(node.attributes),
        at=from_micros(micros(node.at)),
        created_at=from_micros(micros(node.created_at or now)),
        expired_at=from_micros(micros(node.expired_at)),
        vector=None if vector is None or not vector.size else vector.tobytes(),
    )


def join_node(before: KeptNode, told: KeptNode) -> KeptNode:
    """Join a save to what is there: all of it is replaced, but for the earliest creation.

    Raises: InvalidInput: the label differs: an id is of one label for ever.
    """
    if before.label != told.label:
        raise InvalidInput(f"the node {told.id} is a {before.label} and cannot become a {told.label}; give another id")
    return replace(told, created_at=earlier(before.created_at, told.created_at))


def node_of(row: Row) -> Node:
    """Return a node from (id, label, name, text, attributes, at, created_at, expired_at, revision, vector)."""
    id_, label, name, text, attributes, at, created, expired, revision, vector = row
    return Node(
        id=id_,
        label=label,
        name=name,
        text=text,
        attributes=attributes_of(attributes),
        at=from_micros(at),
        created_at=from_micros(created),
        expired_at=from_micros(expired),
        revision=revision,
        vector=None if vector is None else np.frombuffer(vector, dtype="<f4"),
    )


def check_expected(expected: Mapping[str, int], revisions: Mapping[str, int]) -> None:
    """Compare revisions that a writer knows with those that are there; what is not there has 0.

    Raises: Outdated: one differs.
    """
    for id_, known in sorted(expected.items()):
        if (found := revisions.get(id_, 0)) != known:
            raise Outdated(f"the node {id_} is at revision {found}, not {known}: read it again, then decide")


# --- links ----------------------------------------------------------------------------------------------------------


def kept_link(link: Link, *, now: datetime) -> KeptLink:
    """Return a link as it is kept.

    Raises: InvalidInput: its type is not on the whitelist, or an attribute cannot be kept.
    """
    within(TYPES, [link.type], what="type of a link")
    created = from_micros(micros(link.created_at or now))
    return KeptLink(link.type, link.source, link.target, link.key, attributes_text(link.attributes), created)


def join_link(before: KeptLink, told: KeptLink) -> KeptLink:
    """Join a save to what is there: the later attributes, the earliest creation."""
    return replace(told, created_at=earlier(before.created_at, told.created_at))


def link_of(row: Row) -> Link:
    """Return a link from (type, source, target, key, attributes, created_at)."""
    type_, source, target, key, attributes, created = row
    return Link(
        type=type_,
        source=source,
        target=target,
        key=key,
        attributes=attributes_of(attributes),
        created_at=from_micros(created),
    )


def without_ground(batch: Batch, *, present: Collection[str]) -> Batch:
    """Leave out of a batch the links whose ends are not there, and the nodes that stand on what is not there.

    A node that says by a link of `STANDS_ON` what it was made from was made from something forgotten meanwhile, if that
    is neither stored nor in the batch.

    Args:
        batch: what is to be saved.
        present: ids of all that is there, among those that the batch's links name; without the batch's own nodes.
    """
    nodes = {n.id: n for n in batch.nodes}
    grounds = [link for link in batch.links if link.type in STANDS_ON]
    while lost := {
        k.source for k in grounds if k.source in nodes and k.target not in nodes and k.target not in present
    }:
        nodes = {id_: node for id_, node in nodes.items() if id_ not in lost}
        present = set(present) - lost
    there = nodes.keys() | set(present)
    links = [k for k in batch.links if k.source in there and k.target in there]
    return replace(batch, nodes=[n for n in batch.nodes if n.id in nodes], links=links)
