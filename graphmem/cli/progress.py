"""A progress bar with rate and time left, on stderr, for whatever takes over a second; none when piped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID

__all__ = ["progress", "seen_by_someone"]

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
        if self.shown is None and monotonic() - self.started > _PATIENCE:
            self.shown = _columns()
            self.task = self.shown.add_task(self.doing, total=self.total, completed=self.done)
            self.shown.start()
        elif self.shown is not None and self.task is not None:
            self.shown.advance(self.task, done)

    def close(self) -> None:
        if self.shown is not None:
            self.shown.stop()


def _columns() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Things a second."""

        def render(self, task: "Task") -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.0f}/s" if speed else "", style="progress.data.speed")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
