"""Columns to nouns: pure conversions that every store shares, in the column order that their statements agree on.

Instants are microseconds since 1970 in UTC, vectors little-endian float32, metadata JSON; keys are whatever the store
joins rows by.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from graphmem.errors import InvalidInput
from graphmem.model import Entity, Fact, Interaction, Mention, NamespaceInfo, Ruling, Synonym
from graphmem.ports import Saying, VectorRow
from graphmem.stores.kinds import votes_of

__all__ = [
    "Row",
    "entities_of",
    "fact_of",
    "from_micros",
    "interaction_of",
    "mention_of",
    "metadata_text",
    "micros",
    "namespace_of",
    "ruling_of",
    "saying_of",
    "sources_of",
    "synonym_of",
    "vector_blobs",
    "vector_row",
]

Row = Sequence[Any]
Key = Any

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


def namespace_of(row: Row) -> NamespaceInfo:
    """Return a namespace from (name, origin, seq, created_at, arrivals)."""
    born = _EPOCH + timedelta(microseconds=row[3])
    return NamespaceInfo(name=row[0], origin=row[1], seq=row[2], created_at=born, arrivals=row[4])


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


def metadata_text(metadata: Mapping[str, Any]) -> str | None:
    """Return metadata as JSON, None where there is none.

    Raises: InvalidInput: it holds what JSON cannot.
    """
    if not metadata:
        return None
    try:
        return json.dumps(dict(metadata), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as err:
        raise InvalidInput(f"metadata holds what JSON cannot ({err}); keep strings, numbers, lists and maps") from err


def entities_of(rows: Sequence[Row], aliases: Iterable[Row]) -> list[Entity]:
    """Return entities from their rows and (key, alias) rows.

    A row is (key, id, name, kind, base, told, votes, created_at, mentions, facts, merged_into).
    """
    spelled: dict[Key, list[str]] = {}
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
            base=base,
            told=bool(told),
            kinds=tuple(sorted(votes_of(votes))),
        )
        for key, id_, name, kind, base, told, votes, created, mentions, facts, merged in rows
    ]


def fact_of(row: Row, *, sources: tuple[str, ...] = ()) -> Fact:
    """Return a fact from the columns that every statement about facts selects (its key first)."""
    (
        _, id_, subject, predicate, object_, valid, invalid, negated, modality, text, subject_id, object_id, confidence,
        at, created, expired, by, closed,
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
        closed_at=from_micros(closed),
        expired_at=from_micros(expired),
        extractor=by,
        sources=sources,
    )


def sources_of(assertions: Iterable[Row]) -> dict[Key, tuple[str, ...]]:
    """Return the asserting interactions of each fact, by its key, from (fact key, fact id, interaction id) rows."""
    found: dict[Key, list[str]] = {}
    for key, _, interaction in assertions:
        found.setdefault(key, []).append(interaction)
    return {key: tuple(ids) for key, ids in found.items()}


def saying_of(row: Row) -> Saying:
    """Return who asserts a fact, and when, from (interaction, fact, at)."""
    return Saying(row[0], row[1], from_micros(row[2]))


def ruling_of(row: Row) -> Ruling:
    """Return a ruling from the columns that every statement about rulings selects."""
    id_, kind, older, newer, at, until, reason, by, evidence, created, expired = row
    return Ruling(
        id=id_,
        kind=kind,
        older=older,
        newer=newer,
        at=from_micros(at),
        until=from_micros(until),
        reason=reason,
        decided_by=by,
        evidence=evidence,
        created_at=from_micros(created),
        expired_at=from_micros(expired),
    )


def mention_of(row: Row) -> Mention:
    """Return a mention from (interaction, entity, count, about, weight, source, kind)."""
    interaction, entity, count, about, weight, source, kind = row
    return Mention(
        interaction=interaction, entity=entity, count=count, about=bool(about), weight=weight, source=source, kind=kind
    )


def synonym_of(row: Row) -> Synonym:
    """Return a link from (a, b, score, method)."""
    return Synonym(a=row[0], b=row[1], score=row[2], method=row[3])


def vector_row(interaction: str, vector: bytes, sentences: bytes) -> VectorRow:
    """Return the vectors of an interaction from their bytes; the arrays are read-only views."""
    whole, parts = np.frombuffer(vector, dtype="<f4"), np.frombuffer(sentences, dtype="<f4")
    return VectorRow(interaction, whole, parts.reshape(-1, len(whole)) if len(whole) else parts.reshape(0, 0))


def vector_blobs(row: VectorRow) -> tuple[bytes, bytes]:
    """Return the bytes of an interaction's vector and of its sentences; none of either for one not to be embedded.

    Raises: InvalidInput: shapes that do not fit together.
    """
    whole: npt.NDArray[np.float32] = np.ascontiguousarray(row.vector, dtype="<f4")
    parts: npt.NDArray[np.float32] = np.ascontiguousarray(row.sentences, dtype="<f4")
    if whole.ndim != 1 or (parts.size and parts.shape[1:] != whole.shape):
        raise InvalidInput(
            f"vectors of {row.interaction}: shape {whole.shape} and sentences {parts.shape}; give d, and k x d"
        )
    return whole.tobytes(), parts.tobytes()
