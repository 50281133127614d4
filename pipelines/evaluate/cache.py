"""Content-addressed caches, so that a second run takes a fraction of the first: vectors and extractions."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from graphmem.identity import instant_text
from graphmem.model import Degradation, Interaction
from graphmem.ports import Extraction, Extractor, FoundEntity, Triple, Turn

__all__ = ["CachedExtractor", "code_version", "decoded", "encoded", "turn_hash"]

#: Turns read ahead of what is yielded.
_AHEAD = 256


def code_version(*sources: Path) -> str:
    """Return a hash of files and of every file in folders (byte code left out): changed rules, other extractions."""
    digest = hashlib.sha256()
    for source in sources:
        files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        for file in files:
            if "__pycache__" not in file.parts:
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _content(interaction: Interaction) -> list[object]:
    told = interaction
    return [told.kind, told.text, told.speaker, told.role, instant_text(told.at), told.caption, told.title]


def turn_hash(turn: Turn, *, version: str) -> bytes:
    """Return what tells a turn in its context apart from all others: contents only, no ids and no order of arrival."""
    content = [version, _content(turn.interaction), list(map(_content, turn.before)), turn.listener, list(turn.known)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).digest()


def encoded(extraction: Extraction) -> bytes:
    """Return an extraction as compressed JSON; `decoded` is its inverse."""
    return zlib.compress(json.dumps(asdict(extraction), ensure_ascii=False, default=_isoformat).encode())


def _isoformat(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} in an extraction")


def decoded(data: bytes) -> Extraction:
    """Return the extraction that `encoded` wrote."""
    row = json.loads(zlib.decompress(data))
    return Extraction(
        entities=tuple(FoundEntity(**{**e, "aliases": tuple(e["aliases"])}) for e in row["entities"]),
        triples=tuple(_triple(t) for t in row["triples"]),
        extractor=row["extractor"],
        degraded=tuple(Degradation(**d) for d in row["degraded"]),
    )


def _triple(row: dict[str, Any]) -> Triple:
    dates = {n: datetime.fromisoformat(row[n]) if row[n] else None for n in ("valid_at", "invalid_at")}
    return Triple(**{**row, **dates})


class CachedExtractor:
    """An extractor that remembers what it drew, a small file per turn; several processes may share the directory.

    Args:
        inner: what draws what is not known yet.
        directory: where the files are, made if it is not there.
        version: tells states of the inner extractor apart that its name does not (`code_version`).
    """

    def __init__(self, inner: Extractor, *, directory: Path, version: str) -> None:
        self._inner = inner
        self._directory = directory / "extractions"
        self._version = f"{inner.name} {version}"
        self.drawn = 0

    @property
    def name(self) -> str:
        """The inner extractor's name."""
        return self._inner.name

    def extract(self, turns: Iterable[Turn]) -> Iterator[Extraction]:
        """Yield one extraction per turn, in order; only turns that no run has seen reach the inner extractor."""
        stream = iter(turns)
        while batch := list(islice(stream, _AHEAD)):
            yield from self._batch(batch)

    def _batch(self, turns: Sequence[Turn]) -> list[Extraction]:
        paths = [self._path(turn) for turn in turns]
        known = [decoded(path.read_bytes()) if path.exists() else None for path in paths]
        fresh = iter(self._inner.extract(turn for turn, found in zip(turns, known, strict=True) if found is None))
        return [found or self._kept(path, next(fresh)) for path, found in zip(paths, known, strict=True)]

    def _path(self, turn: Turn) -> Path:
        name = turn_hash(turn, version=self._version).hex()
        return self._directory / name[:2] / name[2:]

    def _kept(self, path: Path, extraction: Extraction) -> Extraction:
        """Write what was drawn beside its place and move it there: another process sees all of it or nothing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(encoded(extraction))
        Path(file.name).replace(path)
        self.drawn += 1
        return extraction
