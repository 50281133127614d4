"""Rows to nouns and back: pure conversions, in the column order of the statements."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.errors import InvalidInput
from graphmem.identity import name_key
from graphmem.model import Entity, Fact, Interaction, Mention, NamespaceInfo, Synonym
from graphmem.ports import VectorRow
from graphmem.stores.sqlite.database import Row

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

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime | None) -> int | None:
    """Return microseconds since 1970 in UTC; years 1 to 9999 of UTC have one.

    Raises: InvalidInput: a naive instant, or one that is outside these years in UTC.
    """
    if at is None:
        return None
    try:
        return (at.astimezone(UTC) - _EPOCH) // _MICROSECOND if at.tzinfo else _refuse_naive(at)
    except OverflowError as err:
        raise InvalidInput(f"{at.isoformat()} is outside the years 1 to 9999 in UTC; clip it") from err


def _refuse_naive(at: datetime) -> int:
    raise InvalidInput(f"{at.isoformat()} has no time zone; give it one, e.g. .replace(tzinfo=UTC)")


@lru_cache(maxsize=8_192)
def from_micros(value: int | None) -> datetime | None:
    """Return the aware UTC instant of that many microseconds since 1970."""
    return None if value is None else _EPOCH + timedelta(microseconds=value)


def json_list(values: Iterable[object]) -> str:
    """Return a JSON array, to be read by `json_each`.

    Raises: InvalidInput: a string holds a NUL, behind which SQLite's JSON functions see nothing.
    """
    listed = json.dumps(list(values), ensure_ascii=False)
    if "\\u0000" in listed and any("\x00" in str(value) for value in json.loads(listed)):
        raise InvalidInput("an id or name holds a NUL character (\\x00), which cannot be looked up; strip it")
    return listed


def namespace_of(row: Row) -> NamespaceInfo:
    """Return a namespace from (name, origin, seq, created_at)."""
    return NamespaceInfo(name=row[0], origin=row[1], seq=row[2], created_at=_EPOCH + timedelta(microseconds=row[3]))


def interaction_of(row: Row) -> Interaction:
    """Return an interaction from the columns that every statement about interactions selects."""
    (
        id_, session, kind, text, speaker, role, at, caption, title, source, metadata, created, arrival, embedded, by
    ) = row  # fmt: skip
    return Interaction(
        id=id_,
        session=session,
        kind=kind,
        text=text,
        speaker=speaker,
        role=role,
        at=from_micros(at),
        caption=caption,
        title=title,
        source=source,
        metadata=json.loads(metadata) if metadata else {},
        created_at=from_micros(created),
        arrival=arrival,
        pending=by is None or not embedded,
        extractor=by,
    )


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
        "metadata": _json(told.metadata),
        "text": told.text,
    }


def _json(metadata: Mapping[str, Any]) -> str | None:
    if not metadata:
        return None
    try:
        return json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"metadata holds what JSON cannot ({err}); keep strings, numbers, lists and maps") from err


def entities_of(rows: Sequence[Row], aliases: Iterable[Row]) -> list[Entity]:
    """Return entities from (key, id, name, kind, created_at, mentions, facts, merged_into) and (key, alias) rows."""
    spelled: dict[int, list[str]] = {}
    for key, alias in aliases:
        spelled.setdefault(key, []).append(alias)
    return [
        Entity(
            id=id_,
            name=name,
            kind=kind,
            aliases=tuple(a for a in spelled.get(key, ()) if a != name),
            mentions=mentions,
            facts=facts,
            merged_into=merged,
            created_at=from_micros(created),
        )
        for key, id_, name, kind, created, mentions, facts, merged in rows
    ]


def entity_params(entity: Entity) -> dict[str, object]:
    """Return the columns of an entity that its upsert sets."""
    return {
        "name": entity.name,
        "name_key": name_key(entity.name),
        "kind": entity.kind,
        "created_at": micros(entity.created_at),
    }


def fact_of(row: Row, *, sources: tuple[str, ...] = ()) -> Fact:
    """Return a fact from the columns that every statement about facts selects (its key first)."""
    (
        _, id_, subject, predicate, object_, valid, invalid, negated, modality, text, subject_id, object_id, confidence,
        at, created, expired, by,
    ) = row  # fmt: skip
    return Fact(
        subject,
        predicate,
        object_,
        valid_at=from_micros(valid),
        invalid_at=from_micros(invalid),
        negated=bool(negated),
        modality=modality,
        text=text,
        id=id_,
        subject_id=subject_id,
        object_id=object_id,
        confidence=confidence,
        at=from_micros(at),
        created_at=from_micros(created),
        expired_at=from_micros(expired),
        extractor=by,
        sources=sources,
    )


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


def sources_of(assertions: Iterable[Row]) -> dict[int, tuple[str, ...]]:
    """Return the asserting interactions of each fact, by its key, from (fact key, fact id, interaction id) rows."""
    found: dict[int, list[str]] = {}
    for key, _, interaction in assertions:
        found.setdefault(key, []).append(interaction)
    return {key: tuple(ids) for key, ids in found.items()}


def mention_of(row: Row) -> Mention:
    """Return a mention from (interaction, entity, count, about, weight, source)."""
    interaction, entity, count, about, weight, source = row
    return Mention(interaction=interaction, entity=entity, count=count, about=bool(about), weight=weight, source=source)


def synonym_of(row: Row) -> Synonym:
    """Return a link from (a, b, score, method)."""
    return Synonym(a=row[0], b=row[1], score=row[2], method=row[3])


def vector_row(interaction: str, vector: bytes, sentences: bytes) -> VectorRow:
    """Return the vectors of an interaction from their bytes; the arrays are read-only views."""
    whole = np.frombuffer(vector, dtype="<f4")
    return VectorRow(interaction, whole, np.frombuffer(sentences, dtype="<f4").reshape(-1, len(whole)))


def vector_blobs(row: VectorRow) -> tuple[bytes, bytes]:
    """Return the bytes of an interaction's vector and of its sentences.

    Raises: InvalidInput: shapes that do not fit together.
    """
    whole: npt.NDArray[np.float32] = np.ascontiguousarray(row.vector, dtype="<f4")
    parts: npt.NDArray[np.float32] = np.ascontiguousarray(row.sentences, dtype="<f4")
    if whole.ndim != 1 or not whole.size or (parts.size and parts.shape[1:] != whole.shape):
        raise InvalidInput(
            f"vectors of {row.interaction}: shape {whole.shape} and sentences {parts.shape}; give d, and k x d"
        )
    return whole.tobytes(), parts.tobytes()
