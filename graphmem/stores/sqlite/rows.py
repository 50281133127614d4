"""Rows to nouns and back: pure conversions, in the column order of the statements."""

import json
from collections.abc import Iterable
from datetime import datetime

from graphmem.errors import InvalidInput
from graphmem.identity import name_key
from graphmem.model import Entity, Fact, Interaction
from graphmem.stores.columns import (
    entities_of,
    fact_of,
    from_micros,
    interaction_of,
    mention_of,
    metadata_text,
    micros,
    namespace_of,
    sources_of,
    synonym_of,
    vector_blobs,
    vector_row,
)

__all__ = [
    "entities_of",
    "entity_params",
    "fact_of",
    "fact_params",
    "from_micros",
    "interaction_of",
    "interaction_params",
    "json_list",
    "mention_of",
    "micros",
    "namespace_of",
    "sources_of",
    "synonym_of",
    "vector_blobs",
    "vector_row",
]


def json_list(values: Iterable[object]) -> str:
    """Return a JSON array, to be read by `json_each`.

    Raises: InvalidInput: a string holds a NUL, behind which SQLite's JSON functions see nothing.
    """
    listed = json.dumps(list(values), ensure_ascii=False)
    if "\\u0000" in listed and any("\x00" in str(value) for value in json.loads(listed)):
        raise InvalidInput("an id or name holds a NUL character (\\x00), which cannot be looked up; strip it")
    return listed


def interaction_params(
    told: Interaction, *, namespace: int, session: int, seq: int, arrival: int, now: datetime
) -> dict[str, object]:
    """Return the parameters that add an interaction."""
    return {
        "namespace": namespace,
        "seq": seq,
        "arrival": arrival,
        "id": told.id,
        "session": session,
        "kind": told.kind,
        "at": micros(told.at),
        "speaker": told.speaker,
        "role": told.role,
        "created_at": micros(told.created_at or now),
        "title": told.title,
        "source": told.source,
        "caption": told.caption,
        "metadata": metadata_text(told.metadata),
        "text": told.text,
    }


def entity_params(entity: Entity) -> dict[str, object]:
    """Return the columns of an entity that its upsert sets."""
    return {
        "name": entity.name,
        "name_key": name_key(entity.name),
        "base": entity.kind,
        "told": entity.told,
        "created_at": micros(entity.created_at),
    }


def fact_params(fact: Fact) -> dict[str, object]:
    """Return the columns of a fact that its upsert may change."""
    return {
        "text": fact.text,
        "confidence": float(fact.confidence),
        "at": micros(fact.at),
        "created_at": micros(fact.created_at),
        "expired_at": micros(fact.expired_at),
        "extractor": fact.extractor,
    }
