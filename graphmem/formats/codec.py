"""The lines of graphmem's own export: rows as JSON objects of plain values, and back. Pure.

Version 3; version 2 had no kinds on mentions, version 1 no rulings, nodes and links. Every line has a `type`; absent
keys are None or the row's default; instants are ISO 8601 in UTC with microseconds; vectors are base64 of little-endian
float32.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from datetime import datetime
from math import isfinite
from typing import Any, get_args

import numpy as np

from graphmem.errors import FormatError, InvalidInput
from graphmem.formats.instants import parse_instant
from graphmem.identity import instant_text
from graphmem.model import Entity, Fact, Interaction, Kind, Mention, Modality, Role, Ruling, RulingKind, Synonym
from graphmem.ports import Assertion, Link, Node, VectorRow
from graphmem.rows import LinkType, NodeLabel

__all__ = ["ROW_TYPES", "VERSION", "Done", "Row", "decode", "encode", "line_of"]

#: Version of the format: raised when an older graphmem could no longer read it.
VERSION = 3


@dataclass(frozen=True, slots=True)
class Done:
    """That an interaction's facts are drawn, and by which extractor."""

    interaction: str
    extractor: str


Row = Interaction | Entity | Mention | Fact | Assertion | Synonym | Ruling | Node | Link | VectorRow | Done

#: In the order in which rows refer to each other.
ROW_TYPES: Mapping[str, type[Any]] = {
    "interaction": Interaction,
    "entity": Entity,
    "mention": Mention,
    "fact": Fact,
    "assertion": Assertion,
    "synonym": Synonym,
    "ruling": Ruling,
    "node": Node,
    "link": Link,
    "vector": VectorRow,
    "done": Done,
}
_NAMES = {cls: name for name, cls in ROW_TYPES.items()}
_INSTANTS = frozenset({"at", "until", "valid_at", "invalid_at", "created_at", "expired_at"})
#: What a store derives from other rows.
_DERIVED: Mapping[type[Any], frozenset[str]] = {
    Interaction: frozenset({"arrival", "pending", "extractor"}),
    Entity: frozenset({"mentions", "facts", "merged_into", "kinds"}),
    Fact: frozenset({"at", "sources", "closed_at", "subject_kind", "object_kind"}),
    Node: frozenset({"revision"}),
}
_KINDS: Mapping[str, tuple[type[Any], ...]] = {
    "metadata": (dict,),
    "attributes": (dict,),
    "count": (int,),
    "score": (int, float),
    "weight": (int, float),
    "confidence": (int, float),
    "about": (bool,),
    "negated": (bool,),
    "told": (bool,),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "role": get_args(Role),
    "modality": get_args(Modality),
    "label": get_args(NodeLabel),
    "relation": get_args(LinkType),
}
#: Keys whose choices depend on the type of line.
_KINDS_OF: Mapping[type[Any], tuple[str, ...]] = {Interaction: get_args(Kind), Ruling: get_args(RulingKind)}
_LARGEST = 2**31


def line_of(values: Mapping[str, Any]) -> str:
    """Render one line with its end."""
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def encode(row: Row) -> Mapping[str, Any]:
    """Return a row as plain values with its `type`, without what equals the default."""
    if isinstance(row, VectorRow):
        return {"type": "vector", "interaction": row.interaction, "vector": _base64(row.vector),
                "sentences": _base64(row.sentences), "rows": len(row.sentences)}  # fmt: skip
    if isinstance(row, Node) and row.vector is not None:
        return {**encode(replace(row, vector=None)), "vector": _base64(row.vector)}
    derived = _DERIVED.get(type(row), frozenset())
    told = {
        _wire(row, f.name): _plain(getattr(row, f.name)) for f in fields(row) if f.name not in derived and _said(row, f)
    }
    return {"type": _NAMES[type(row)], **told}


def decode(values: Mapping[str, Any]) -> Row:
    """Return the row of a line's values.

    Raises:
        FormatError: an unknown type, an unknown or missing key, or a value of the wrong kind; says which.
    """
    kind = values.get("type")
    cls = ROW_TYPES.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise FormatError(f"unknown type of line {kind!r}")
    told = {key: value for key, value in values.items() if key != "type"}
    if cls is VectorRow:
        return _vector(told)
    if cls is Link:
        told["type"] = _checked("relation", told.pop("relation", None), kinds=(str,))
    known = {f.name: f for f in fields(cls) if f.name not in _DERIVED.get(cls, frozenset())}
    if unknown := sorted(told.keys() - known.keys()):
        raise FormatError(f"{kind} has an unknown key {unknown[0]!r}")
    if missing := sorted(name for name, f in known.items() if name not in told and _needed(f)):
        raise FormatError(f"{kind} lacks {missing[0]!r}")
    if cls in _KINDS_OF and told["kind"] not in _KINDS_OF[cls]:
        raise FormatError(f"{kind} has an unknown kind {told['kind']!r}")
    if cls is Ruling and not told.get("id"):
        raise FormatError("ruling lacks 'id'")
    if cls is Node and told.get("vector") is not None:
        vector = _floats(told.pop("vector"))
        return replace(Node(**{key: _value(key, value) for key, value in told.items()}), vector=vector)
    row: Row = cls(**{key: _value(key, value) for key, value in told.items()})
    return row


def _wire(row: Row, name: str) -> str:
    """Return under which key a field is written: `type` is the type of line."""
    return "relation" if isinstance(row, Link) and name == "type" else name


def _said(row: Row, field: "Field[Any]") -> bool:
    value = getattr(row, field.name)
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return _needed(field) or value != default


def _needed(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return list(value) if isinstance(value, tuple) else value


def _value(key: str, value: Any) -> Any:
    if key in _INSTANTS:
        return _instant(key, value)
    if key == "aliases":
        if not isinstance(value, list):
            raise FormatError("aliases must be a list of strings")
        return tuple(_checked(key, alias, kinds=(str,)) for alias in value)
    kinds = _KINDS.get(key, (str,))
    if isinstance(value, bool) and kinds != (bool,):
        raise FormatError(f"{key} has a value of the wrong kind: true or false")
    return _checked(key, value, kinds=kinds)


def _checked(key: str, value: Any, *, kinds: tuple[type[Any], ...]) -> Any:
    if not isinstance(value, kinds):
        raise FormatError(f"{key} has a value of the wrong kind: {type(value).__name__}")
    if (isinstance(value, int) and not 0 <= value < _LARGEST) or (isinstance(value, float) and not isfinite(value)):
        raise FormatError(f"{key} is {value}: out of range")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise FormatError(f"{key} is {value!r}: not one of {', '.join(_CHOICES[key])}")
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as err:
        raise FormatError(f"{key} holds a lone surrogate: no valid Unicode") from err
    return value


def _instant(key: str, value: Any) -> datetime:
    try:
        return parse_instant(value)
    except InvalidInput as err:
        raise FormatError(f"{key}: {err}") from err


def _base64(array: np.ndarray[Any, np.dtype[np.float32]]) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")


def _floats(told: object) -> np.ndarray[Any, np.dtype[np.float32]]:
    try:
        found = np.frombuffer(base64.b64decode(str(told), validate=True), dtype="<f4")
    except (ValueError, binascii.Error) as err:
        raise FormatError(f"a vector is broken: {err}") from err
    if not np.isfinite(found).all():
        raise FormatError("a vector holds numbers that are not finite")
    return found


def _vector(told: Mapping[str, Any]) -> VectorRow:
    try:
        vector, sentences = _floats(told["vector"]), _floats(told["sentences"])
        return VectorRow(str(told["interaction"]), vector, sentences.reshape(int(told["rows"]), len(vector)))
    except FormatError:
        raise
    except (KeyError, TypeError, ValueError) as err:
        raise FormatError(f"a vector line is broken: {err}") from err
