"""Ids for what a file cannot name apart: messages without a date, and repeats. Pure but for its own count."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem.formats.items import Item
from graphmem.identity import derive_id, instant_text
from graphmem.model import Message, Passage

__all__ = ["Numbering"]


@dataclass
class Numbering:
    """Numbers equal items of one file, so that reading it again adds nothing and loses nothing.

    A message without a date gets an id of its session, speaker, role and words, and its ordinal among equals (or it
    would be a new message at each reading, dated anew). So does the second and every further equal dated item. All
    others keep `id=None`, and thereby the id that telling them by the SDK gives. Keeps 8 bytes of hash (about 100 in
    all) per item.
    """

    seen: Counter[int] = field(default_factory=Counter)

    def numbered(self, item: Item) -> Item:
        """Return the item, with an id where it needs one."""
        if item.what.id is not None:
            return item
        key = (item.session, *_natural_key(item.what))
        digest = hash(key)
        ordinal = self.seen[digest]
        self.seen[digest] += 1
        undated = isinstance(item.what, Message) and item.what.at is None
        if not undated and ordinal == 0:
            return item
        identity = derive_id("", "Imported", *(_plain(part) for part in key), ordinal)
        return replace(item, what=replace(item.what, id=identity))


def _natural_key(what: Message | Passage) -> tuple[object, ...]:
    if isinstance(what, Message):
        return ("message", what.at, what.speaker, what.role, what.text, what.caption)
    return ("passage", what.at, what.title, what.source, what.text)


def _plain(part: object) -> object:
    return instant_text(part) if isinstance(part, datetime) else part
