"""A directory of arrays that spares reading the whole change log: written at once or not at all, checked on loading.

A snapshot is a cache. Whatever is wrong with it (absent, cut off, another store's, an older format), it is ignored and
the index is filled from the store. It holds no texts, but the vocabulary of the words in them, names and ids, so that
whoever forgets something deletes it (`discard`).
"""

import json
import logging
import shutil
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

__all__ = ["FORMAT", "Header", "discard", "load", "save"]

#: Raised whenever what the arrays mean changes: analysers, columns, weights baked into them.
FORMAT = 9

_HEADER = "header.json"
#: How the name of one that is being written ends.
_BUILDING = ".new"
_log = logging.getLogger("graphmem")


@dataclass(frozen=True, slots=True)
class Header:
    """What a snapshot is of.

    Args:
        store: the store's own id.
        namespace: whose rows these are.
        embedder: the embedder whose vectors these are.
        seq: the change counter up to which they go.
        arrivals: how many interactions had arrived then.
        last: the last of them, as the store told of it; "" without any. A store that was put back to a backup has the
            same id and counts on from there: another interaction comes to stand in this one's place.
    """

    store: str
    namespace: str
    embedder: str
    seq: int
    arrivals: int = 0
    last: str = ""


def _checksum(array: npt.NDArray[Any]) -> int:
    return zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data) if array.size else 0


def save(path: Path, header: Header, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write a snapshot in place of the one at `path`. OSError: it can't be written; the old one may be gone then.

    A `discard` meanwhile takes what is written away, too.
    """
    building = path.with_name(f"{path.name}.{uuid4().hex}{_BUILDING}")  # others may be writing theirs
    building.mkdir(parents=True)
    try:
        for name, array in arrays.items():
            np.save(building / f"{name}.npy", array, allow_pickle=False)
        checksums = {name: _checksum(array) for name, array in arrays.items()}
        told = {"format": FORMAT, **asdict(header), "checksums": checksums}
        (building / _HEADER).write_text(json.dumps(told), encoding="ascii")
        shutil.rmtree(path, ignore_errors=True)
        building.rename(path)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def load(path: Path, *, store: str, namespace: str, embedder: str) -> tuple[Header, dict[str, npt.NDArray[Any]]] | None:
    """Return the header and arrays of a sound snapshot of this store, namespace and embedder; None for any other."""
    try:
        told = json.loads((path / _HEADER).read_text(encoding="ascii"))
        expected = {"format": FORMAT, "store": store, "namespace": namespace, "embedder": embedder}
        if any(told[key] != value for key, value in expected.items()):
            return None
        arrays = {name: _loaded(path, name, checksum) for name, checksum in told["checksums"].items()}
        return Header(store, namespace, embedder, int(told["seq"]), int(told["arrivals"]), str(told["last"])), arrays
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, EOFError) as err:
        _log.warning("snapshot discarded", extra={"action": "snapshot", "error": type(err).__name__})
        return None


def _loaded(path: Path, name: str, checksum: int) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.load(path / f"{name}.npy", allow_pickle=False)
    if _checksum(array) != checksum:
        raise ValueError(f"{name} does not match its checksum")
    return array


def discard(path: Path) -> None:
    """Delete a snapshot, where there is one, and those that are being written, or were when a process was killed."""
    with suppress(OSError):  # a folder that is no more holds none
        for building in path.parent.glob(f"{path.name}.*{_BUILDING}"):
            shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
