"""An item as a passage and back: its session, its ids, the text that is searched, the value that is kept. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmem.errors import InvalidInput
from graphmem.identity import derive_id, instant_text
from graphmem.model import Interaction, Passage

__all__ = [
    "PREFIX",
    "Address",
    "Item",
    "checked_value",
    "item_of",
    "passage_of",
    "path_of",
    "readable",
    "session_of",
    "slot_ids",
]

#: What the sessions of items begin with.
PREFIX = "store/"
#: Ids an item goes through, version by version: all its versions are found in one lookup, without a search.
SLOTS = 4
#: A text of more words than this tells what it is without the name of its field ...
_SPEAKS_FOR_ITSELF = 3
#: ... and these names tell nothing at all.
_EMPTY_NAMES = frozenset({"", "content", "data", "memory", "text", "value"})

_UNSAFE = re.compile(r"[%\x00-\x1f\x7f]")
_ESCAPED = re.compile(r"%([0-9A-F]{2})")
_METADATA = "item"

Address = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A value under a path and a key.

    Args:
        path: where it is; at least one label.
        key: which one there.
        value: JSON values by name.
        created_at: when it was first put there (an overwrite keeps it), aware UTC.
        updated_at: when it was last put there, aware UTC.
        version: counts the puts from 1.
        indexed: whether its text is searched.
        ttl: minutes it lives after the last time it was used; None for good.
        expires_at: when it expires unless it is used before; None never.
        id: of the interaction that holds it.
        score: of the search that found it, higher is better; None where there was none, or the item is not indexed.
    """

    path: tuple[str, ...]
    key: str
    value: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    version: int = 1
    indexed: bool = True
    ttl: float | None = None
    expires_at: datetime | None = None
    id: str = ""
    score: float | None = field(default=None, compare=False)

    @property
    def address(self) -> Address:
        """Its path and key."""
        return (self.path, self.key)


def session_of(path: Sequence[str]) -> str:
    """Return the session that holds the items of a path; labels hold no periods, so that these can part them.

    >>> session_of(("memories", "ada"))
    'store/memories.ada'
    """
    return PREFIX + ".".join(_UNSAFE.sub(lambda c: f"%{ord(c[0]):02X}", label) for label in path)


def path_of(session: str) -> tuple[str, ...] | None:
    """Return the path whose items a session holds; None where it is no such session."""
    if not session.startswith(PREFIX):
        return None
    labels = session.removeprefix(PREFIX).split(".")
    return tuple(_ESCAPED.sub(lambda c: chr(int(c[1], 16)), label) for label in labels)


def slot_ids(address: Address) -> list[str]:
    """Return the ids that versions of an item may have: version v has the one at v modulo their number."""
    path, key = address
    try:
        return [derive_id("item", "Interaction", list(path), key, slot) for slot in range(SLOTS)]
    except UnicodeEncodeError as err:
        raise InvalidInput(f"path {path!r} or key {key!r} holds a lone surrogate: it is no valid Unicode") from err


def checked_value(value: object) -> dict[str, Any]:
    """Return a value as JSON keeps it: a copy, tuples as lists, names as texts.

    Raises:
        InvalidInput: no mapping, or not JSON.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(f"a value is a mapping of names to JSON values, not a {type(value).__name__}: wrap it")
    try:
        text = json.dumps(dict(value), ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
        return dict(json.loads(text))
    except (TypeError, ValueError, RecursionError) as err:
        raise InvalidInput(f"a value must be JSON: {err}") from err


def readable(value: Mapping[str, Any]) -> str:
    r"""Return a value's texts, numbers and truths as lines to search, each with the name of its field.

    A text of more than three words stands alone, and so does what is called "content" or the like.

    >>> readable({"content": "Ada drinks tea without milk", "prefs": {"diet": "vegan", "spice": 3}})
    'Ada drinks tea without milk\nprefs diet: vegan\nprefs spice: 3'
    """
    return "\n".join(_lines(value, ""))


def _lines(value: object, name: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _lines(one, f"{name} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one, name)
    elif value is not None and str(value).strip():
        alone = name in _EMPTY_NAMES or (isinstance(value, str) and len(value.split()) > _SPEAKS_FOR_ITSELF)
        yield str(value) if alone else f"{name}: {value}"


def passage_of(item: Item, *, text: str) -> Passage:
    """Return the passage that keeps an item; one that is not indexed is told by its key alone."""
    kept = {
        "key": item.key,
        "value": dict(item.value),
        "created_at": instant_text(item.created_at),
        "version": item.version,
        "indexed": item.indexed,
        "ttl": item.ttl,
        "expires_at": instant_text(item.expires_at),
    }
    return Passage(
        text if item.indexed else item.key.strip() or "item",
        source=f"{session_of(item.path)}.{item.key}".rstrip("."),
        at=item.updated_at,
        id=slot_ids(item.address)[item.version % SLOTS],
        metadata={_METADATA: kept},
    )


def item_of(interaction: Interaction) -> Item | None:
    """Return the item that an interaction keeps; None where it keeps none."""
    path, kept = path_of(interaction.session), interaction.metadata.get(_METADATA)
    if path is None or interaction.at is None or not isinstance(kept, Mapping) or "value" not in kept:
        return None
    expires = kept.get("expires_at")
    return Item(
        path=path,
        key=kept["key"],
        value=dict(kept["value"]),
        created_at=datetime.fromisoformat(kept["created_at"]),
        updated_at=interaction.at,
        version=kept["version"],
        indexed=kept["indexed"],
        ttl=kept.get("ttl"),
        expires_at=datetime.fromisoformat(expires) if expires else None,
        id=interaction.id,
    )
