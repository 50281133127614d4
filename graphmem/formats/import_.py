"""Import what `export` wrote: line by line, idempotent, into the same or another namespace or file."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from graphmem.errors import FormatError, GraphMemError, InvalidInput
from graphmem.formats.codec import ROW_TYPES, VERSION, Done, Row, decode
from graphmem.formats.items import Problem
from graphmem.formats.jsonstream import Broken, line_elements
from graphmem.formats.source import TextSource
from graphmem.model import Entity, Fact, Interaction, Mention, Ruling, Synonym
from graphmem.ports import Assertion, Batch, Link, Node, Store, VectorRow

__all__ = ["Imported", "import_lines"]

_ROWS = 1_000
_PROBLEMS_KEPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The receipt of an import.

    Args:
        namespace: where it went.
        lines: rows taken, by type; what was there already counts, too.
        interactions: interactions that are new.
        problems: lines that could not be taken (the first 1,000) and why.
        bad: how many could not be taken.
        notes: what the importer wants known: skipped vectors, another origin.
    """

    namespace: str
    lines: Mapping[str, int] = field(default_factory=dict)
    interactions: int = 0
    problems: tuple[Problem, ...] = ()
    bad: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first two lines say."""

    name: str
    origin: str
    embedder: str | None
    vectors: bool


def import_lines(
    store: Store,
    source: TextSource,
    *,
    now: datetime,
    embedder: str,
    namespace: str | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Bring in an export and return the receipt; bringing it in again changes nothing.

    Ids stay as they are. A line that cannot be taken is reported, and the others land; a missing footer is reported as
    a truncated file. Interrupted, it is simply started again.

    Args:
        store: where to.
        source: the export.
        now: instant of what carries none of its own.
        embedder: the mark of the embedder in use, as the store keeps it; vectors of another one are left out.
        namespace: under which name; None takes the exported one.
        tick: called with the number of lines of each batch.

    Raises:
        FormatError: it is no export, or one of a newer version.
        StoreError: the store could not write; what came before is kept.
    """
    lines = _numbered(source)
    head = _head(lines, name=source.name)
    target = namespace or head.name
    fit = head.vectors and head.embedder == embedder == (store.setting("embedder") or embedder)
    into = _Into(store, target, source.name, now, _dimension(embedder) if fit else None)
    notes = [*_origin_note(store, target, head, now=now)]
    if head.vectors and not fit:
        notes.append("its vectors were made by another embedder and were left out: run `graphmem resume`")
    for line, values in lines:
        if isinstance(values, str):
            into.problem(line, values)
        elif values.get("type") == "footer":
            into.footer(line, values)
        else:
            into.take(line, values, tick=tick)
    into.flush(tick=tick)
    if not into.ended:
        into.problem(None, "the export has no footer: it is truncated; the lines that are there were taken")
    if fit:
        store.set_setting("embedder", embedder, replace=False)
    return into.receipt(notes=tuple(notes))


def _numbered(source: TextSource) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    return _values(line_elements(source.lines()))


def _values(parts: Iterable[Any]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield (line, its values, or what is wrong with it)."""
    for part in parts:
        if isinstance(part, Broken):
            yield part.line, part.why
        else:
            yield part.line, part.value if isinstance(part.value, Mapping) else "the line is no JSON object"


def _head(lines: Iterator[tuple[int, Mapping[str, Any] | str]], *, name: str) -> _Head:
    no_export = (
        f"{name} is no graphmem export (JSON Lines, a header and a namespace first; GraphML is for other tools): "
        "`graphmem remember` takes messages and documents, `graphmem import --from` other systems' memories"
    )
    header = next(lines, (0, ""))[1]
    if isinstance(header, str) or header.get("type") != "header" or not isinstance(header.get("graphmem"), int):
        raise FormatError(no_export)
    if header["graphmem"] > VERSION:
        raise FormatError(
            f"{name} is an export of version {header['graphmem']}, and this graphmem reads up to {VERSION}: upgrade it"
        )
    whose = next(lines, (0, ""))[1]
    if isinstance(whose, str) or whose.get("type") != "namespace" or not isinstance(whose.get("name"), str):
        raise FormatError(no_export)
    embedder = header.get("embedder")
    return _Head(
        whose["name"],
        str(whose.get("origin") or whose["name"]),
        embedder if isinstance(embedder, str) else None,
        bool(header.get("vectors")),
    )


def _dimension(embedder: str) -> int:
    return int(json.loads(embedder)["dimension"])


def _origin_note(store: Store, target: str, head: _Head, *, now: datetime) -> Iterator[str]:
    """Make the namespace, with the exported origin where that is free, so that later ids go on as they would have.

    A namespace gets its name as its origin, and a rename leaves the origin alone.
    """
    info = store.namespace(target)
    if info is None and target != head.origin and store.namespace(head.origin) is None:
        made = store.create_namespace(head.origin, now=now)
        store.rename_namespace(made.name, target)
        info = store.namespace(target)
    info = info or store.create_namespace(target, now=now)
    if info.origin != head.origin:
        yield (
            f"{target!r} derives its ids from {info.origin!r}, the export from {head.origin!r}: ids were kept, but "
            "what is told again from now on gets ids of its own; import into a new file to go on with the same ids"
        )


@dataclass
class _Into:
    """Collects rows into batches, and writes them in the order of their references."""

    store: Store
    namespace: str
    path: str
    now: datetime
    dimension: int | None
    rows: list[tuple[int, Row]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    bad: int = 0
    new: int = 0
    ended: bool = False

    def problem(self, line: int | None, why: str) -> None:
        self.bad += 1
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(Problem(self.path, line, why))

    def take(self, line: int, values: Mapping[str, Any], *, tick: Callable[[int], None]) -> None:
        try:
            row = decode(values)
            held = row.vector if isinstance(row, VectorRow | Node) else None
            if self.dimension and held is not None and held.size not in (0, self.dimension):
                raise FormatError(f"the vector has {held.size} dimensions instead of {self.dimension}")
        except GraphMemError as err:
            self.problem(line, str(err))
            return
        if self.rows and isinstance(row, Interaction) != isinstance(self.rows[-1][1], Interaction):
            self.flush(tick=tick)
        self.rows.append((line, row))
        if len(self.rows) >= _ROWS:
            self.flush(tick=tick)

    def footer(self, line: int, values: Mapping[str, Any]) -> None:
        self.ended = True
        told = values.get("counts")
        seen = dict(sorted((self.counts + Counter(_type_of(row) for _, row in self.rows)).items()))
        if told != seen and not self.bad:
            self.problem(line, f"the footer counts {told}, the file holds {seen}: lines are missing or doubled")

    def flush(self, *, tick: Callable[[int], None]) -> None:
        """Write what is held; where a batch is refused, each of its rows on its own, to tell the bad ones."""
        rows, self.rows = self.rows, []
        if not rows:
            return
        try:
            self._write([row for _, row in rows])
        except InvalidInput:
            for line, row in sorted(rows, key=lambda r: list(ROW_TYPES).index(_type_of(r[1]))):
                try:
                    self._write([row])
                except InvalidInput as err:
                    self.problem(line, str(err))
        self.counts.update(_type_of(row) for _, row in rows)
        tick(len(rows))

    def _write(self, rows: list[Row]) -> None:
        told = [row for row in rows if isinstance(row, Interaction)]
        if told:
            self.new += len(self.store.admit(self.namespace, told, now=self.now).new)
        else:
            self.store.save(self.namespace, _batch(rows, vectors=self.dimension is not None), now=self.now)

    def receipt(self, *, notes: tuple[str, ...]) -> Imported:
        return Imported(
            namespace=self.namespace,
            lines=dict(sorted(self.counts.items())),
            interactions=self.new,
            problems=tuple(self.problems),
            bad=self.bad,
            notes=notes,
        )


def _type_of(row: Row) -> str:
    return next(name for name, cls in ROW_TYPES.items() if isinstance(row, cls))


def _batch(rows: list[Row], *, vectors: bool) -> Batch:
    return Batch(
        entities=[r for r in rows if isinstance(r, Entity)],
        mentions=[r for r in rows if isinstance(r, Mention)],
        facts=[r for r in rows if isinstance(r, Fact)],
        assertions=[r for r in rows if isinstance(r, Assertion)],
        synonyms=[r for r in rows if isinstance(r, Synonym)],
        vectors=[r for r in rows if isinstance(r, VectorRow)] if vectors else (),
        rulings=[r for r in rows if isinstance(r, Ruling)],
        nodes=[r if vectors else replace(r, vector=None) for r in rows if isinstance(r, Node)],
        links=[r for r in rows if isinstance(r, Link)],
        done={r.interaction: r.extractor for r in rows if isinstance(r, Done)},
    )
