"""A progress bar with rate and time left, on stderr, for whatever takes over a second; none when piped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["pace", "progress", "seen_by_someone"]

_PATIENCE = 1.0


def seen_by_someone() -> bool:
    """Tell whether a person watches stderr."""
    return sys.stderr.isatty()


@contextmanager
def progress(doing: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Yield a function to call with each number of things done; a bar shows up once a second has passed.

    Args:
        doing: what is done ("Remembering").
        total: how many things there are, None where nobody knows: then there is a rate but no time left.
    """
    bar = _Bar(doing, total, monotonic())
    try:
        yield bar.tick if seen_by_someone() else _unseen
    finally:
        bar.close()


def _unseen(_: int) -> None:
    """Take a tick that nobody sees."""


@dataclass
class _Bar:
    doing: str
    total: int | None
    started: float
    done: int = 0
    shown: "Progress | None" = None
    task: "TaskID | None" = None

    def tick(self, done: int) -> None:
        self.done += done
        now = monotonic()
        if self.shown is None and now - self.started > _PATIENCE:
            self.shown = _columns()
            self.task = self.shown.add_task(self.doing, total=self.total, pace="")
            self.shown.start()
        if self.shown is not None and self.task is not None:
            told = pace(self.done, total=self.total, seconds=now - self.started)
            self.shown.update(self.task, completed=self.done, pace=told)

    def close(self) -> None:
        if self.shown is not None:
            self.shown.stop()


def pace(done: int, *, total: int | None, seconds: float) -> str:
    """Return the rate since the start and the time left at it: work comes in large steps, so no shorter span tells.

    >>> pace(128, total=400, seconds=4.0)
    '32.0/s, 0:00:08 left'
    """
    if not done or seconds <= 0:
        return ""
    rate = done / seconds
    told = f"{rate:.1f}/s" if rate < 100 else f"{rate:.0f}/s"
    if total is None or total < done:
        return told
    return f"{told}, {timedelta(seconds=int((total - done) / rate))} left"


def _columns() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
        console=Console(stderr=True),
        transient=True,
    )
