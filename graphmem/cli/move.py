"""`graphmem export`, `graphmem import`: moving a namespace between stores, and to graph tools."""

import contextlib
import gzip
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, cast

import typer

from graphmem.cli.face import (
    PARTIAL,
    EmbedderOption,
    Face,
    JsonOption,
    NamespaceOption,
    StoreOption,
    composed,
    face_of,
    reported,
)
from graphmem.cli.moving import move_in
from graphmem.cli.output import writing
from graphmem.cli.progress import progress, seen_by_someone
from graphmem.errors import InvalidInput, StoreUnavailable

if TYPE_CHECKING:
    from graphmem.formats.import_ import Imported
    from graphmem.memory import Memory

__all__ = ["export", "import_"]

_LISTED = 50


@reported
def export(
    file: Annotated[str, typer.Argument(help="File to write (.jsonl, .jsonl.gz, .graphml), or - for standard output.")],
    *,
    vectors: Annotated[bool, typer.Option("--vectors", help="Vectors, too; else an import embeds anew.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a namespace to a file: complete as JSON Lines, or as a graph (GraphML) for other tools."""
    face = face_of(store, namespace=namespace, as_json=as_json)
    if file != "-" and Path(file).exists() and not force:
        raise InvalidInput(f"{file} is there already: choose another name, or say --force")
    with (
        face.memory() as memory,
        progress("Exporting", total=memory.stats().interactions) as tick,
    ):
        counts = _exported(memory, file, vectors=vectors, tick=tick)
    text = f"wrote {file}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    if file != "-":
        face.show({"file": file, "counts": counts}, text=text)


def _exported(memory: "Memory", file: str, *, vectors: bool, tick: Callable[[int], None]) -> dict[str, int]:
    from graphmem.formats.export import write_export
    from graphmem.formats.graphml import write_graphml

    if file.endswith(".graphml"):
        with _whole(Path(file)) as path:
            return write_graphml(memory.store, memory.namespace, to=path, tick=tick)
    now = datetime.now(UTC)
    if file == "-":
        with writing():
            return write_export(memory.store, memory.namespace, to=sys.stdout, now=now, vectors=vectors, tick=tick)
    with _whole(Path(file)) as path, _opened(path, packed=file.endswith(".gz")) as stream:
        return write_export(memory.store, memory.namespace, to=stream, now=now, vectors=vectors, tick=tick)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Yield a path beside the wanted one, which takes its place when all is written: never half a file."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    except OSError as err:
        raise StoreUnavailable(f"{path} cannot be written: {err.strerror}") from err
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, *, packed: bool) -> Iterator[TextIO]:
    if packed:
        with gzip.open(path, "wt", encoding="utf-8", newline="\n") as stream:
            yield cast("TextIO", stream)
        return
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        yield stream


@reported
def import_(
    file: Annotated[str, typer.Argument(help="An export (also .gz), or - for standard input.")],
    *,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", help="Whose: mem0, graphiti, mcp-memory, langgraph-store, chatgpt [default: graphmem's]."
        ),
    ] = None,
    facts: Annotated[bool, typer.Option(help="Finish what was pending; else `graphmem resume` does.")] = True,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring in what `graphmem export` wrote, or another memory system; doing it again adds nothing."""
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    if from_ is None:
        _import_own(face, file, facts=facts)
    else:
        move_in(face, from_, file, facts=facts)


def _import_own(face: Face, file: str, *, facts: bool) -> None:
    from graphmem.formats.import_ import import_lines
    from graphmem.formats.source import open_source
    from graphmem.write.models import embedder_mark

    total = _lines(file) if seen_by_someone() and file != "-" else None
    with (
        open_source(file, name=file) as source,
        face.parts(writes=True, embeds=True, draws=facts) as parts,
    ):
        with progress("Importing", total=total) as tick:
            mark, now = embedder_mark(parts.embedder), datetime.now(UTC)
            done = import_lines(parts.store, source, now=now, embedder=mark, namespace=face.asked, tick=tick)
        with composed(parts, namespace=done.namespace) as memory:
            if pending := memory.stats().pending if facts else 0:
                with progress("Finishing", total=pending) as tick:
                    memory.resume(tick=tick)
    _tell(face, done)
    if done.bad:
        raise typer.Exit(PARTIAL)


def _lines(file: str) -> int | None:
    from graphmem.formats.source import open_source

    with open_source(file, name=file) as source:
        return sum(1 for _ in source.lines())


def _tell(face: Face, done: "Imported") -> None:
    counts = ", ".join(f"{count} {name}" for name, count in done.lines.items()) or "nothing"
    face.show(done, text=f"imported into {done.namespace}: {counts}; {done.interactions} interactions are new")
    if face.as_json:
        return
    for note in done.notes:
        face.note(note)
    for problem in done.problems[:_LISTED]:
        face.note(str(problem))
    if done.bad:
        face.note(f"{done.bad} lines could not be taken, all others were")
