"""Whether a text names somebody: exact words under the normal form of names, without keeping any text in a cache."""

import unicodedata
from collections.abc import Collection, Iterable

from graphmem.identity import name_key

__all__ = ["names_any", "speakers_named"]


def names_any(keys: Collection[str], *, texts: str) -> bool:
    """Return whether one of the names, given by its `name_key`, stands in the text as whole words.

    A cheap look at the folded text comes first: the exact normal form is worked out only where that finds something.
    """
    if not any(key in _folded(texts) or " " in key for key in keys):
        return False
    words = f" {name_key.__wrapped__(texts)} "  # past the cache: texts of memories are not to stay in it
    return any(f" {key} " in words for key in keys)


def speakers_named(name: str, *, among: Iterable[str]) -> list[str]:
    """Return the spellings of speakers that are this name under `name_key`, sorted."""
    key = name_key(name)
    return sorted(speaker for speaker in among if name_key(speaker) == key)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in plain if not 0x300 <= ord(c) <= 0x36F))
