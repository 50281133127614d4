"""Deterministic ids and canonical names (DESIGN section 2): the same input, the same id, on every store and machine."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

__all__ = [
    "ENTITY_KINDS",
    "UNKNOWN",
    "better_kind",
    "better_name",
    "derive_id",
    "elected_kind",
    "entity_id",
    "fact_id",
    "instant_text",
    "name_key",
]

_ASCII_WORD = re.compile("[a-z0-9]+")
_ROOT: UUID = uuid5(NAMESPACE_URL, "https://graphmem.dev/id/1")

#: The kind of an entity that nothing says anything about.
UNKNOWN = "unknown"
#: Kinds of entity, the more telling first: the order in which ties between kinds are settled.
ENTITY_KINDS: tuple[str, ...] = (
    "person", "organisation", "place", "event", "work", "product", "group", "language", "value", "concept", UNKNOWN,
)  # fmt: skip


def derive_id(namespace: str, label: str, *parts: object) -> str:
    """Return the uuid5 of a namespace, a label and the parts of a natural key, as 36 characters.

    Args:
        namespace: the namespace's origin: the name it was created with, which a rename does not change.
        label: the node's label (`"Interaction"`, `"Entity"`, `"Fact"`, ...).
        parts: JSON-serialisable parts in a fixed order; the caller renders instants with `instant_text`.
    """
    return str(uuid5(_ROOT, json.dumps([namespace, label, *parts], ensure_ascii=False, separators=(",", ":"))))


def instant_text(at: datetime | None) -> str | None:
    """Render an aware instant in UTC with microseconds, so that equal instants render equally; None stays None."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _kept(char: str) -> str:
    return char if unicodedata.category(char)[0] in "LMN" else " "


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """Return the normal form under which names are equal.

    NFKC, case-folded, accents of Latin letters dropped (U+0300 to U+036F only: vowel signs of other scripts are
    letters' parts and stay), everything but letters, marks and digits turned into single spaces. A name of symbols
    alone (an emoji) keeps its symbols, so that no name has an empty key.

    >>> name_key("  Dr. José  O'Neill ")
    'dr jose o neill'
    >>> name_key("東京 タワー")
    '東京 タワー'
    """
    if name.isascii():  # most names; the rest of this function would say the same
        return " ".join(_ASCII_WORD.findall(name.lower())) or " ".join(name.lower().split())
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFD", folded) if not 0x300 <= ord(c) <= 0x36F)
    words = "".join(map(_kept, unicodedata.normalize("NFC", plain))).split()
    return " ".join(words) or " ".join(folded.split())


def entity_id(namespace: str, name: str) -> str:
    """Return the id of the entity of that name: two spellings with one `name_key` are one entity."""
    return derive_id(namespace, "Entity", name_key(name))


def fact_id(
    namespace: str,
    subject: str,
    predicate: str,
    object_: str,
    *,
    valid_at: datetime | None = None,
    invalid_at: datetime | None = None,
    negated: bool = False,
    modality: str | None = None,
) -> str:
    """Return the id of a fact: its subject, predicate, object, polarity, modality and interval of validity."""
    key = (name_key(subject), predicate, name_key(object_), negated, modality)
    return derive_id(namespace, "Fact", *key, instant_text(valid_at), instant_text(invalid_at))


def better_name(names: Iterable[str]) -> str:
    """Return the spelling to show among spellings of one key: mixed case first, then all lower, then all capitals.

    A total order, so that every order of arrival ends with the same name.

    >>> better_name(["ADA", "ada", "Ada"])
    'Ada'
    """
    return min(names, key=lambda n: (n.isupper() and len(n) > 1, n.islower(), len(n), n))


def better_kind(kinds: Iterable[str]) -> str:
    """Return the most telling of the kinds one entity was seen as, by the fixed order of `ENTITY_KINDS`."""
    return min(kinds, key=lambda k: (ENTITY_KINDS.index(k) if k in ENTITY_KINDS else len(ENTITY_KINDS), k))


def elected_kind(votes: Mapping[str, int], *, told: str | None = None, prior: str = UNKNOWN) -> str:
    """Return the kind of an entity, elected from the kinds that its mentions gave it.

    A pure function of counts, so every order of arrival elects the same, and what is forgotten takes its votes along.

    Args:
        votes: by kind, how many interactions saw the entity as that, >= 0.
        told: the kind that a caller told, which outvotes all mentions; None where nobody did.
        prior: the kind where no mention votes.
    Returns: the told kind, else the kind of most votes, of equal ones the first in `ENTITY_KINDS`, else the prior.
        Votes for `unknown` never outvote a known kind.

    >>> elected_kind({"place": 2, "person": 1, "unknown": 5})
    'place'
    >>> elected_kind({"place": 2}, told="person"), elected_kind({}, prior="work")
    ('person', 'work')
    """
    if told is not None:
        return told
    most = max((count for kind, count in votes.items() if kind != UNKNOWN), default=0)
    return better_kind(kind for kind, count in votes.items() if kind != UNKNOWN and count == most) if most else prior
