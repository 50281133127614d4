"""`graphmem remember`: files, folders and standard input, or one sentence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from graphmem.cli.face import (
    PARTIAL,
    EmbedderOption,
    Face,
    JsonOption,
    NamespaceOption,
    StoreOption,
    face_of,
    instant,
    reported,
)
from graphmem.cli.progress import progress, seen_by_someone
from graphmem.errors import InvalidInput
from graphmem.model import Degradation, Message, Passage, Remembered

if TYPE_CHECKING:
    from graphmem.formats import Item, Problem, ReadOptions, Skipped
    from graphmem.memory import Memory

__all__ = ["FileReport", "remember", "remember_all"]

#: Messages told in one call, and committed together; one transaction of the store.
_RUN = 128
_LISTED = 50
_KEPT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What remembering files came to.

    Args:
        interactions: new ones.
        known: those that were there already.
        entities: new ones.
        facts: new ones.
        pending: interactions whose facts are still to be drawn.
        undated: messages without a date of their own: they are dated to now.
        bad: lines and records that could not be taken.
        problems: the first 1,000 of them.
        skipped: files of folders that are of no kind we read (the first 1,000).
        degraded: what could not be done as asked.
    """

    interactions: int = 0
    known: int = 0
    entities: int = 0
    facts: int = 0
    pending: int = 0
    undated: int = 0
    bad: int = 0
    problems: "tuple[Problem, ...]" = ()
    skipped: "tuple[Skipped, ...]" = ()
    degraded: tuple[Degradation, ...] = ()


@reported
def remember(
    paths: Annotated[list[str] | None, typer.Argument(help="Files and folders, or - for standard input.")] = None,
    *,
    text: Annotated[str | None, typer.Option(help="Remember this sentence instead of files.")] = None,
    speaker: Annotated[str | None, typer.Option(help="Who says the --text.")] = None,
    at: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When messages without a date were said; default now.")
    ] = None,
    session: Annotated[str | None, typer.Option(help="One session for everything.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="messages, openai, chatgpt, locomo, markdown, text; else detected.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Zone of dates that name none, e.g. Europe/Lisbon.")
    ] = None,
    facts: Annotated[bool, typer.Option(help="Draw facts now; else `graphmem resume` does.")] = True,
    store: StoreOption = None,
    namespace: NamespaceOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remember files, folders, standard input (-), or a --text; doing it again adds nothing."""
    if bool(paths) == bool(text):
        raise typer.BadParameter("give files or folders (- for standard input), or a --text, and not both")
    face = face_of(store, namespace=namespace, embedder=embedder, as_json=as_json)
    when = instant(at, option="--at")
    if text:
        with face.memory(writes=True, embeds=True, draws=facts) as memory:
            told = Message(text, speaker=speaker, at=when)
            report = _report_of(memory.remember(told, session=session or "default"))
    else:
        options = _options(format_, timezone=timezone, session=session)
        report = _remember_files(face, paths or [], options=options, at=when, facts=facts)
    _tell(face, report)
    if report.bad:
        raise typer.Exit(PARTIAL)


def _options(format_: str | None, *, timezone: str | None, session: str | None) -> "ReadOptions":
    from graphmem.formats import FORMATS, ReadOptions
    from graphmem.formats.instants import parse_zone

    chosen = next((f for f in FORMATS if f == format_), None)
    if format_ is not None and chosen is None:
        raise typer.BadParameter(f"unknown format {format_!r}: one of {', '.join(FORMATS)}")
    return ReadOptions(chosen, parse_zone(timezone) if timezone else None, session)


def _remember_files(
    face: Face, paths: list[str], *, options: "ReadOptions", at: datetime | None, facts: bool
) -> FileReport:
    from graphmem.formats import Item, read_all

    total = None
    if seen_by_someone() and "-" not in paths:
        total = sum(isinstance(told, Item) for told in read_all(paths, options=options))
    with (
        face.memory(writes=True, embeds=True, draws=facts) as memory,
        progress("Remembering", total=total) as tick,
    ):
        return remember_all(memory, read_all(paths, options=options), at=at, tick=tick)


def remember_all(
    memory: "Memory",
    told: "Iterable[Item | Problem | Skipped]",
    *,
    at: datetime | None = None,
    tick: Callable[[int], None] = lambda _: None,
) -> FileReport:
    """Remember what readers yield, in bounded memory; what is refused is reported and the rest lands.

    Args:
        memory: where to.
        told: items, problems and files left aside, in order.
        at: the date of messages without one; None reads the clock.
        tick: called with the number of items of each run.
    """
    tally = _Tally()
    for run in _runs(told, tally):
        tally.add(_remember_run(memory, run, tally, at=at))
        tick(len(run))
    return tally.report()


@dataclass
class _Tally:
    total: Remembered = field(default_factory=Remembered)
    undated: int = 0
    bad: int = 0
    problems: "list[Problem]" = field(default_factory=list)
    skipped: "list[Skipped]" = field(default_factory=list)

    def add(self, more: Remembered) -> None:
        from graphmem.write.tell import added

        self.total = replace(added(self.total, more), ids=())

    def problem(self, problem: "Problem") -> None:
        self.bad += 1
        if len(self.problems) < _KEPT:
            self.problems.append(problem)

    def report(self) -> FileReport:
        return replace(
            _report_of(self.total),
            undated=self.undated,
            bad=self.bad,
            problems=tuple(self.problems),
            skipped=tuple(self.skipped[:_KEPT]),
        )


def _report_of(done: Remembered) -> FileReport:
    return FileReport(
        interactions=done.interactions,
        known=done.known,
        entities=done.entities,
        facts=done.facts,
        pending=done.pending,
        degraded=done.degraded,
    )


def _runs(told: "Iterable[Item | Problem | Skipped]", tally: _Tally) -> "Iterator[list[Item]]":
    """Yield runs of items of one session; put problems and skipped files into the tally on the way."""
    from graphmem.formats import Item, Problem

    run: list[Item] = []
    for one in told:
        if isinstance(one, Problem):
            tally.problem(one)
        elif not isinstance(one, Item):
            tally.skipped.append(one)
        else:
            if run and (one.session != run[0].session or len(run) == _RUN):
                yield run
                run = []
            run.append(one)
    if run:
        yield run


def _remember_run(memory: "Memory", run: "list[Item]", tally: _Tally, *, at: datetime | None) -> Remembered:
    """Tell a run in one call; where that is refused, item by item, to find the ones to report."""
    from graphmem.formats import Problem

    undated = sum(isinstance(item.what, Message) and item.what.at is None for item in run)
    run = _with_dates(memory, run, at=at) if undated else run
    try:
        done = memory.remember([item.what for item in run], session=run[0].session)
    except InvalidInput as err:
        if len(run) == 1:
            tally.problem(Problem(run[0].path, run[0].line, str(err)))
            return Remembered()
        for item in run:
            tally.add(_remember_run(memory, [item], tally, at=at))
        return Remembered()
    tally.undated += undated if done.interactions else 0
    return done


def _with_dates(memory: "Memory", run: "list[Item]", *, at: datetime | None) -> "list[Item]":
    """Give messages without a date the one they got when they were told before (they are not told anew), else `at`."""
    ids = [item.what.id for item in run if item.what.id]
    known = {before.id: before.at for before in memory.store.interactions(memory.namespace, ids)}
    return [replace(item, what=_dated(item.what, at=known.get(item.what.id or "", at))) for item in run]


def _dated(what: Message | Passage, *, at: datetime | None) -> Message | Passage:
    return replace(what, at=at) if isinstance(what, Message) and what.at is None else what


def _tell(face: Face, report: FileReport) -> None:
    parts = [f"{report.interactions} new", f"{report.known} known"]
    drawn = f"{report.entities} entities, {report.facts} facts"
    face.show(report, text=f"remembered {', '.join(parts)}; {drawn}")
    if face.as_json:
        return
    if report.pending:
        face.note(f"{report.pending} wait for their facts: run `graphmem resume`")
    if report.undated:
        face.note(f"{report.undated} messages had no date of their own and are dated to now, or --at")
    if report.skipped:
        face.note(f"{len(report.skipped)} files were of no kind graphmem reads and were left aside")
    for degraded in report.degraded:
        face.note(f"degraded: {degraded.what}: {degraded.why}")
    for problem in report.problems[:_LISTED]:
        face.note(str(problem))
    if report.bad:
        more = f" (the first {_LISTED} are above; --json lists 1,000)" if report.bad > _LISTED else ""
        face.note(f"{report.bad} could not be taken, all others were{more}")
