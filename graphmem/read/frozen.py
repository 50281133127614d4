"""A library at rest: plain arrays and strings, and how to leave out what was removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Compacted", "Frozen", "compacted", "nothing"]

_Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A library as plain arrays and lists of strings, for a snapshot.

    Args:
        arrays: `rows` (p int32) and `alive` (p bool) of the passages; their words `ids`, `named`, flat, with `starts`
            (p + 1); mentions `passage`, `entity`, `weight`, `marks`; aliases `alias_words`, flat, with `alias_starts`
            (a + 1) and `alias_entity` (a).
        strings: `words` and `keys`; neither holds a line break.
    """

    arrays: Mapping[str, _Array]
    strings: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Compacted:
    """A library without its removed passages, and the new number of each old passage and entity, -1 where gone."""

    frozen: Frozen
    passages: npt.NDArray[np.int32]
    entities: npt.NDArray[np.int32]


def nothing() -> Frozen:
    """Return a library without passages."""
    empty = np.zeros(0, dtype=np.int32)
    offsets = np.zeros(1, dtype=np.int64)
    flags = np.zeros(0, dtype=np.bool_)
    arrays = {
        "rows": empty,
        "alive": flags,
        "ids": empty,
        "named": flags,
        "starts": offsets,
        "passage": empty,
        "entity": empty,
        "weight": empty.astype(np.float32),
        "marks": empty.astype(np.uint8),
        "alias_words": empty,
        "alias_starts": offsets,
        "alias_entity": empty,
    }
    return Frozen({name: array.copy() for name, array in arrays.items()}, {"words": [], "keys": []})


def compacted(frozen: Frozen, *, pinned: Sequence[int] = ()) -> Compacted:
    """Leave out removed passages, entities that nobody mentions and words that nothing uses.

    Args:
        frozen: a settled library.
        pinned: entities to keep all the same.
    """
    old = frozen.arrays
    passages, entities, words = _survivors(old, frozen.strings, pinned)
    texts, starts = _pieces(old["starts"], old["alive"])
    holds = old["marks"] > 0
    known = entities[old["alias_entity"]] >= 0
    aliases, alias_starts = _pieces(old["alias_starts"], known)
    arrays = {
        "rows": old["rows"][old["alive"]],
        "alive": old["alive"][old["alive"]],
        "ids": words[old["ids"][texts]],
        "named": old["named"][texts],
        "starts": starts,
        "passage": passages[old["passage"][holds]],
        "entity": entities[old["entity"][holds]],
        "weight": old["weight"][holds],
        "marks": old["marks"][holds],
        "alias_words": words[old["alias_words"][aliases]],
        "alias_starts": alias_starts,
        "alias_entity": entities[old["alias_entity"][known]],
    }
    strings = {"words": _kept(frozen.strings["words"], words), "keys": _kept(frozen.strings["keys"], entities)}
    return Compacted(Frozen(arrays, strings), passages, entities)


def _survivors(
    old: Mapping[str, _Array], strings: Mapping[str, Sequence[str]], pinned: Sequence[int]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """New numbers of passages, entities and words; the word -1 stays -1, as the last place of its map."""
    mentioned = np.zeros(len(strings["keys"]), dtype=np.bool_)
    mentioned[old["entity"][old["marks"] > 0]] = True
    mentioned[list(pinned)] = True
    used = np.zeros(len(strings["words"]) + 1, dtype=np.bool_)
    used[old["ids"]] = True
    used[old["alias_words"]] = True
    used[-1] = False
    return _numbers(old["alive"]), _numbers(mentioned), _numbers(used)


def _numbers(kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    return np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)


def _pieces(starts: _Array, kept: _Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Which places of a flat array belong to the pieces kept, and the offsets afterwards."""
    lengths = np.diff(starts)
    return np.repeat(kept, lengths), np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int64)


def _kept(strings: Sequence[str], numbers: npt.NDArray[np.int32]) -> list[str]:
    return [string for string, number in zip(strings, numbers, strict=False) if number >= 0]
