"""Values on their way into the graph: pure conversions."""

from collections.abc import Iterable
from datetime import datetime

from graphmem.errors import InvalidInput
from graphmem.identity import name_key
from graphmem.model import Entity, Fact, Interaction
from graphmem.stores.columns import from_micros, metadata_text, micros
from graphmem.text.families import family_of

__all__ = [
    "FIRST",
    "LAST",
    "UNDATED",
    "after_place",
    "before_place",
    "caption",
    "entity_row",
    "fact_row",
    "instant",
    "interaction_row",
    "key_text",
    "keys_of",
    "moment",
    "place_text",
]

#: The moment of what has none, before every other.
UNDATED = -(2**63)
#: Places before and after every other.
FIRST, LAST = "", "~"
#: Characters of a caption in Neo4j Browser.
_CAPTION = 60


def instant(at: datetime | None) -> datetime | None:
    """Return an instant in plain UTC: the driver can crash on other time zones, and the server compares offsets, too.

    Raises: InvalidInput: a naive instant, or one outside the years 1 to 9999 in UTC.
    """
    return from_micros(micros(at))


def moment(at: datetime | None) -> int:
    """Return microseconds since 1970, and for what is undated a number before every other."""
    value = micros(at)
    return UNDATED if value is None else value


def place_text(at: datetime | None, arrival: int) -> str:
    """Return a text that sorts by (instant, arrival), undated first, so that one index holds both."""
    return f"{moment(at) - UNDATED:020d}-{arrival:012d}"


def before_place(at: datetime) -> str:
    """Return a text just before every place of an instant."""
    return f"{moment(at) - UNDATED:020d}"


def after_place(interaction: Interaction | None, *, since: datetime | None, dated: bool) -> str:
    """Return the place behind which to go on: that of an interaction, and not before `since`.

    Args:
        interaction: behind which; None starts at the beginning.
        since: an inclusive bound.
        dated: leave the undated out.
    """
    low = before_place(since) if since is not None else f"{1:020d}" if dated else FIRST
    return max(low, FIRST if interaction is None else place_text(interaction.at, interaction.arrival))


def key_text(value: str) -> str:
    """Return an id or a name that is looked up.

    Raises: InvalidInput: it holds a NUL, which not every store can look up.
    """
    if "\x00" in value:
        raise InvalidInput("an id or name holds a NUL character (\\x00), which cannot be looked up; strip it")
    return value


def keys_of(values: Iterable[str]) -> list[str]:
    """Return ids, each once, sorted: locks are taken in one order by all writers."""
    return sorted({key_text(value) for value in values})


def caption(*parts: str | None) -> str:
    """Return a short text that tells a node from others in Neo4j Browser."""
    whole = " ".join(": ".join(part for part in parts if part).split())
    return whole if len(whole) <= _CAPTION else whole[: _CAPTION - 1].rstrip() + "…"


def interaction_row(told: Interaction, *, arrival: int, now: datetime) -> dict[str, object]:
    """Return the properties of a new interaction."""
    return {
        "id": key_text(told.id),
        "session": key_text(told.session),
        "arrival": arrival,
        "place": place_text(told.at, arrival),
        "name": caption(told.speaker or told.title, told.text),
        "kind": told.kind,
        "at": instant(told.at),
        "speaker": told.speaker,
        "role": told.role,
        "created_at": instant(told.created_at or now),
        "title": told.title,
        "source": told.source,
        "caption": told.caption,
        "metadata": metadata_text(told.metadata),
        "text": told.text,
    }


def entity_row(entity: Entity, *, kind: str) -> dict[str, object]:
    """Return the properties of an entity that a write sets; its `kind` is its own, the other the one elected."""
    return {
        "id": key_text(entity.id),
        "name": entity.name,
        "name_key": name_key(entity.name),
        "kind": kind,
        "base": entity.kind,
        "told": entity.told,
        "aliases": list(entity.aliases),
        "created_at": instant(entity.created_at),
    }


def fact_row(fact: Fact) -> dict[str, object]:
    """Return the properties of a fact that a write sets; its predicate's family is for people, who filter by it."""
    return {
        "id": key_text(fact.id),
        "name": caption(fact.text or f"{fact.subject} {fact.predicate.replace('_', ' ')} {fact.object}"),
        "subject": fact.subject_id,
        "predicate": fact.predicate,
        "family": family_of(fact.predicate),
        "object": fact.object_id,
        "valid_at": instant(fact.valid_at),
        "invalid_at": instant(fact.invalid_at),
        "negated": fact.negated,
        "modality": fact.modality,
        "text": fact.text,
        "confidence": float(fact.confidence),
        "moment": moment(fact.at),
        "at": instant(fact.at),
        "created_at": instant(fact.created_at),
        "expired_at": instant(fact.expired_at),
        "extractor": fact.extractor,
    }
